"""Converters: a text becomes a value of its type, or is refused with what was wanted and how to mend it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache

from pipectl.errors import UsageError
from pipectl.model.date_spelling import MONTH_NAMES, refuse_ambiguous, respelt
from pipectl.model.inputs import parse_amount
from pipectl.model.moment import Moment
from pipectl.model.months import days_in_month
from pipectl.model.pattern import pattern
from pipectl.model.suggest import suggest

ABSENT = frozenset({"", "~", "null", "Null", "NULL"})
ID_FORM = "[a-z0-9][a-z0-9._-]{0,79}"
ID = pattern(rf"{ID_FORM}\Z")
_MONEY = pattern(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:_[0-9]{3}){1,4})(?:\.[0-9]{1,6})?\Z")
_GROUPED = pattern(r"[A-Za-z.$€£¥ ]*([0-9]{1,3}([.,])[0-9]{3}(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]{1,6}))?\Z")
_CURRENCY_FIRST = pattern(r"([A-Z]{3}) ?([0-9].*)\Z")
_DATE = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WRITE_A_DATE = pattern(r"write [0-9]{4}-")
_MOMENT = pattern(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt]| +)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r" ?(Z|z|[+-][0-9]{2}(?::?[0-5][0-9])?)?\Z"
)
_NUMBER = pattern(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?\Z")
_INTEGER = pattern(r"-?[0-9]{1,15}\Z")
_BETWEEN_DIGITS = pattern(r"(?<=[0-9])_(?=[0-9])")
_DIGITS = pattern(r"[0-9]+(?:\.[0-9]+)?\Z")
_DAYS = pattern(r"([0-9]{1,5})([dw]?)\Z")
INTERVAL = pattern(r"[1-9][0-9]{0,3}(?:d|w|mo|y)\Z")
# How many readings of a text are kept: most dates of a workspace stand in it many times.
_KEPT = 1 << 14
YES = frozenset({"yes", "true", "on", "y", "1"})
NO = frozenset({"no", "false", "off", "n", "0"})


class Wrong(Exception):  # noqa: N818 - a verdict on a value, not an error of ours
    """A value is not of its type: what was wanted, and how to mend it."""

    def __init__(self, wanted: str, hint: str = "") -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.hint = hint


@lru_cache(_KEPT)
def money(text: str) -> Decimal:
    """An exact amount of 0 or more in plain digits: `120000000`, `12000.50`, `1_500_000`."""
    if _MONEY.match(text):
        return Decimal(text.replace("_", ""))
    if text.startswith("-") and _MONEY.match(text[1:]):
        raise Wrong("an amount of 0 or more")
    if _DIGITS.match(text):
        raise Wrong("an amount of at most 15 digits and 6 decimals")
    if found := _GROUPED.match(text):
        plain = found[1].replace(found[2], "") + (f".{found[3]}" if found[3] else "")
        raise Wrong("a plain amount", f"write {plain} if that is meant: no grouping, a dot for decimals")
    raise Wrong("a plain amount", _plain_amount(text))


def _plain_amount(text: str) -> str:
    """How to write what would be an amount on a command line: `50jt`, `IDR 50jt`."""
    found = _CURRENCY_FIRST.match(text)
    try:
        plain = f"{parse_amount(found[2] if found else text):f}"
    except UsageError as refusal:
        # A comma for decimals has its mend; what can be read in two ways has two, for a command line alone.
        if refusal.hint and _MONEY.match(refusal.hint.removeprefix("write ")):
            return refusal.hint
        return "write digits such as 12000 or 12000.50; the currency stands under `currency`"
    return f"write {plain}" + (f", and currency: {found[1]}" if found else "")


@lru_cache(_KEPT)
def day(text: str) -> date:
    """A day of the calendar: `2026-04-30`."""
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Wrong("a day of the calendar", _last_day(text)) from None
    raise Wrong("a date", _plain_date(text))


def _last_day(text: str) -> str:
    year, month = int(text[:4]), int(text[5:7])
    if not (year and 1 <= month <= 12):
        return ""
    return f"{MONTH_NAMES[month - 1]} {year} has {days_in_month(date(year, month, 1))} days"


def _plain_date(text: str) -> str:
    """How to write what is a date in another spelling: both ways, where it can be read in two."""
    if found := _MOMENT.match(text):
        return f"write {found[1]}"
    try:
        refuse_ambiguous(text)
    except UsageError as refusal:
        # Of a bare number it may be said that days are meant, which a command line takes and a file does not.
        return refusal.hint if refusal.hint and _WRITE_A_DATE.match(refusal.hint) else "write it as 2026-04-30"
    spelt = respelt(text)
    return f"write {spelt}" if spelt and _DATE.match(spelt) else "write it as 2026-04-30"


@lru_cache
def moment_in(zone: tzinfo) -> Callable[[str], Moment]:
    """A converter of a date, or of a date and time, to *zone*'s; without offset the time is *zone*'s already."""

    @lru_cache(_KEPT)
    def moment(text: str) -> Moment:
        if _DATE.match(text):
            return Moment(day(text))
        found = _MOMENT.match(text)
        if found is None:
            raise Wrong("a date or a date and time", "write it as 2026-04-30 or 2026-04-30 14:05")
        on = day(found[1])
        try:
            there = datetime(
                on.year,
                on.month,
                on.day,
                int(found[2]),
                int(found[3]),
                int(found[4] or 0),
                int((found[5] or "0").ljust(6, "0")[:6]),
                tzinfo=_offset(found[6]) or zone,
            )
            here = there if there.tzinfo is zone else there.astimezone(zone)
        except (ValueError, OverflowError):
            raise Wrong("a time of the day", "write it as 2026-04-30 14:05") from None
        if there.tzinfo is not zone and here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset():
            # In the hour that comes twice only an offset tells which one is meant.
            here = here.astimezone(timezone(here.utcoffset() or timedelta()))
        return Moment(here.date(), here)

    return moment


def _offset(text: str | None) -> tzinfo | None:
    """The zone that `Z`, `+07`, `+0700` or `+07:00` names; ValueError for an hour that no clock has."""
    if text is None:
        return None
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(ahead if text[0] == "+" else -ahead)


def percent(text: str) -> Decimal:
    """0 to 100: `60` or `60%`; a fraction is refused, since 0.5 might mean either."""
    number = text.removesuffix("%").rstrip()
    if not _NUMBER.match(number):
        raise Wrong("a percentage", "write 60 or 60%")
    value = Decimal(number)
    if 0 < value < 1 and not text.endswith("%"):
        raise Wrong("a percentage", f"write {(value * 100).normalize():f}%")
    if not 0 <= value <= 100:
        raise Wrong("a percentage from 0 to 100")
    return value


def days(text: str) -> int:
    """`14`, `14d` or `2w`."""
    found = _DAYS.match(text)
    if found is None:
        raise Wrong("a number of days", "write 14, 14d or 2w")
    return int(found[1]) * (7 if found[2] == "w" else 1)


def limit_days(text: str) -> int:
    """Days after which something is late: with none it would be so from the start."""
    found = days(text)
    if not found:
        raise Wrong("a number of days from 1 on", "leave it out for no limit of its own")
    return found


def integer(text: str) -> int:
    """A whole number."""
    plain = _BETWEEN_DIGITS.sub("", text)
    if not _INTEGER.match(plain):
        raise Wrong("a whole number")
    return int(plain)


def number(text: str) -> Decimal:
    """A decimal number with a dot."""
    plain = _BETWEEN_DIGITS.sub("", text)
    if not _NUMBER.match(plain):
        raise Wrong("a number", "write digits with a dot for decimals")
    return Decimal(plain)


def flag(text: str) -> bool:
    """`yes` or `no`."""
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise Wrong("yes or no")


def ident(text: str) -> str:
    """An id: `[a-z0-9][a-z0-9._-]{0,79}`."""
    if not ID.match(text):
        raise Wrong("an id", f"write {slug(text)}" if slug(text) else "use a-z, 0-9, dot, underscore, dash")
    return text


def one_of(*choices: str) -> Callable[[str], str]:
    """A converter that takes nothing but *choices*."""

    def choice(text: str) -> str:
        if text in choices:
            return text
        near = suggest(text, choices)
        raise Wrong(f"one of {', '.join(choices)}", f"did you mean {near}?" if near else "")

    return choice


def slug(text: str) -> str:
    """The id nearest to *text*: lower case, dashes for blanks; "" where nothing is left."""
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-._")[:80]
