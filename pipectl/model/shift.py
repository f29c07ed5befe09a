"""The dates of a text moved to another day, and its periods with them, so that a sample lives on."""

import re
from datetime import date

_DATE = re.compile(r"(?<![\w-])([12]\d{3})-(\d{2})-(\d{2})(?:(?=T\d{2}:)|(?![\w-]))")
_PERIOD = re.compile(r"(?<=period: )([12]\d{3})(?:-(?:(Q|H)(\d)|(\d{2})))?(?![\w-])")


def shifted(text: str, origin: date, today: date) -> str:
    """*text*, written on day *origin*, as if it had been written *today*.

    Days move by the same number of days. A period after `period: ` keeps its distance in its own unit: what was the
    current quarter then is the current one now.
    """
    moved = _PERIOD.sub(lambda found: _period(found, origin, today), text)
    days = today - origin

    def day(found: re.Match[str]) -> str:
        try:
            return (date(int(found[1]), int(found[2]), int(found[3])) + days).isoformat()
        except (ValueError, OverflowError):
            return found[0]

    return _DATE.sub(day, moved)


def _period(found: re.Match[str], origin: date, today: date) -> str:
    year, letter, number, month = int(found[1]), found[2], found[3], found[4]
    parts = {"Q": 4, "H": 2, None: 12 if month else 1}[letter]
    index = year * parts + (int(number or month) - 1 if number or month else 0)
    index += _unit_index(today, parts) - _unit_index(origin, parts)
    year, part = divmod(index, parts)
    if letter:
        return f"{year}-{letter}{part + 1}"
    return f"{year}-{part + 1:02d}" if month else str(year)


def _unit_index(day: date, parts: int) -> int:
    return day.year * parts + (day.month - 1) * parts // 12
