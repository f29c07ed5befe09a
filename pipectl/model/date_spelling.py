"""Dates written in ways that are not read: which of them can mean two things, and what the others were meant to be."""

import re
from datetime import date

from pipectl.errors import UsageError

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_MONTHS = {spelt: f"{n:02}" for n, name in enumerate(MONTH_NAMES, 1) for spelt in (name.lower(), name[:3].lower())}
_UNITS = {"h": "H", "half": "H", "q": "Q", "quarter": "Q", "w": "W", "wk": "W", "week": "W"}
_LENGTHS = {
    "day": "d", "days": "d", "wk": "w", "week": "w", "weeks": "w",
    "m": "mo", "mon": "mo", "month": "mo", "months": "mo", "yr": "y", "year": "y", "years": "y",
}  # fmt: skip


def refuse_ambiguous(text: str) -> None:
    """Refuse what leaves the order, the year or the unit to be guessed: `03/04/2026`, `03/04/26`, `Q4`, `nov`, `10`.

    Raises:
        UsageError: *text* is of that kind; the hint says how to write it, in both readings where there are two.
    """
    if match := re.fullmatch(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})", text):
        raise _swapped(text, int(match[1]), int(match[3]), int(match[4]))
    if re.fullmatch(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{1,2}", text):
        raise UsageError(f"{text!r} has a year of two digits", hint="write it in full and first, as in 2026-11-23")
    if re.fullmatch("[hqwHQW][0-9]{1,2}", text):
        raise UsageError(f"{text!r} has no year", hint="write the year too, as in 2026-Q4 or 2026-W48")
    if re.fullmatch("[0-9]{1,2}[/.-][0-9]{1,2}", text) or _is_month_without_year(text):
        raise UsageError(f"{text!r} has no year", hint="write the year too, as in 2026-11 or 2026-11-23")
    if re.fullmatch("[0-9]{1,3}", text):
        raise UsageError(f"{text!r} is a bare number", hint=f"write {text}d for days, or a date as in 2026-11-23")


def respelt(text: str) -> str | None:
    """What *text* may be in a form that is read: `2026Q4` is `2026-Q4`, `23 Nov 2026` is `2026-11-23`, `3m` is `3mo`.

    Only the form is right then; the day may still not exist.
    """
    parts = _parts(text)
    if parts and _is_year(parts[-1]):
        parts = [parts[-1], *parts[:-1]]
    match parts:
        case [count, word] | ["last" | "past", count, word] if count.isdigit() and word in _LENGTHS:
            return count + _LENGTHS[word]
        case [year, word, number] if word in _UNITS and number.isdigit():
            return f"{year}-{_UNITS[word]}{number.zfill(2) if _UNITS[word] == 'W' else number.lstrip('0')}"
        case [year, day, name] if name in _MONTHS:
            return f"{year}-{_MONTHS[name]}-{day.zfill(2)}"
        case [year, month, day] if _is_year(year):
            return f"{year}-{_MONTHS.get(month, month.zfill(2))}-{day.zfill(2)}"
        case [year, month] if _is_year(year):
            return f"{year}-{_MONTHS.get(month, month.zfill(2))}"
        case [digits] if digits.isdigit() and len(digits) in (6, 8):
            return "-".join(filter(None, (digits[:4], digits[4:6], digits[6:])))
    return None


def _swapped(text: str, first: int, second: int, year: int) -> UsageError:
    """What to say of a date that begins with its day or its month."""
    day_first, month_first = _existing(year, second, first), _existing(year, first, second)
    if day_first and month_first and day_first != month_first:
        return UsageError(
            f"{text!r} can be read as {first} {MONTH_NAMES[second - 1]} or {MONTH_NAMES[first - 1]} {second}",
            hint=f"write {day_first} or {month_first}",
        )
    if day := day_first or month_first:
        return UsageError(f"{text!r} does not begin with the year", hint=f"write {day}")
    return UsageError(f"{text!r} is no day, read either way", hint="write the year first, as in 2026-11-23")


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_month_without_year(text: str) -> bool:
    parts = _parts(text)
    named = any(part in _MONTHS for part in parts)
    return named and all(part in _MONTHS or (part.isdigit() and not _is_year(part)) for part in parts)


def _is_year(digits: str) -> bool:
    return len(digits) == len("2026") and digits.isdigit()


def _parts(text: str) -> list[str]:
    """The numbers and words of *text*; none where it holds anything that dates are not written with."""
    word = text.lower()
    return re.findall("[0-9]+|[a-z]+", word) if re.fullmatch("[0-9a-z ,./_-]*", word) else []
