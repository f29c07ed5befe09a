"""Periods as people write them: `2026-Q4`, `last-quarter`, `ytd`, `30d`, `2026-01..2026-03`.

Letters may be of either case. Years have four digits and no form leaves the year out, so that a text means the same
next year. What can be read in two ways is refused with both named.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from pipectl.errors import UsageError
from pipectl.model.date_spelling import MONTH_NAMES, refuse_ambiguous, respelt
from pipectl.model.frozen import frozen
from pipectl.model.months import add_months, days_in_month
from pipectl.model.period import FiscalCalendar, Period, Unit
from pipectl.model.suggest import suggest

# A year outside these is a slip of the fingers.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199

_TO_DATE = {"ytd": Unit.YEAR, "htd": Unit.HALF, "qtd": Unit.QUARTER, "mtd": Unit.MONTH, "wtd": Unit.WEEK}
_RELATIVE = {f"{word}-{unit}": (unit, by) for word, by in (("last", -1), ("this", 0), ("next", 1)) for unit in Unit}
_LENGTH_UNITS = {"d": (0, 1), "w": (0, 7), "mo": (1, 0), "y": (12, 0)}

_FORMS = (
    "2026, 2026-H1, 2026-Q4, 2026-11, 2026-W48, 2026-11-23, today, yesterday, this-month, last-quarter, next-year, "
    "ytd, 30d, A..B, all"
)
_WORDS = ("today", "yesterday", "all", *_TO_DATE, *_RELATIVE)


@frozen
class Length:
    """A length of time as typed: `10d`, `2w`, `3mo`, `1y`, with `-` or `+` before it or nothing."""

    months: int
    days: int
    sign: Literal["", "+", "-"]

    def after(self, day: date) -> date:
        """The day that comes this length after *day*; a month after 31 January is 28 February."""
        return _reachable(add_months(day, self.months) + timedelta(days=self.days))

    def before(self, day: date) -> date:
        """The day that comes this length before *day*."""
        return _reachable(add_months(day, -self.months) - timedelta(days=self.days))


def parse_period(text: str, today: date, calendar: FiscalCalendar) -> Period:
    """The period that *text* names, seen from *today*.

    A length such as `30d` is the last 30 days, *today* among them. In `A..B` both may be any other form, and B is
    included. `A..` runs until `date.max` and `..B` from `date.min`: a caller that looks back ends the first with
    `Period.to_date`.

    Raises:
        UsageError: *text* is in none of these forms, or names a day or unit that does not exist.
    """
    text = text.strip()
    try:
        return _range(text, today, calendar) if ".." in text else _single(text, today, calendar)
    except OverflowError:
        raise out_of_reach(text) from None


def named_period(text: str, today: date, calendar: FiscalCalendar) -> Period | None:
    """The day or unit that *text* names: `2026-11-23`, `2026-Q4`, `last-quarter`; None where it has another form.

    Raises:
        UsageError: it names a day or unit that does not exist, or can be read in two ways.
        OverflowError: it lies outside the years 1 to 9999, as `next-year` does at the end of time.
    """
    word = text.lower()
    if word in _RELATIVE:
        unit, by = _RELATIVE[word]
        return calendar.shifted(unit, today, by)
    refuse_ambiguous(text)
    if match := re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", word):
        return Period.one_day(_day(text, int(match[1]), int(match[2]), int(match[3])))
    if match := re.fullmatch("([0-9]{4})(?:-([hqw]?)([0-9]{1,2}))?", word):
        period = _unit(text, int(match[1]), match[2], match[3], calendar)
        # 2026-1 may be 2026-1x half typed, so only the full spelling counts.
        return period if period.name.lower() == word else None
    return None


def read_length(text: str) -> Length | None:
    """The length that *text* is, of at most four digits; None where it is none."""
    match = re.fullmatch("([-+]?)([0-9]{1,4})(d|w|mo|y)", text.lower())
    if not match:
        return None
    months, days = _LENGTH_UNITS[match[3]]
    count = int(match[2])
    sign: Literal["", "+", "-"] = "-" if match[1] == "-" else "+" if match[1] else ""
    return Length(count * months, count * days, sign)


def unknown_form(text: str, kind: str, forms: str, words: Iterable[str]) -> UsageError:
    """The refusal of a *text* in none of the *forms*, with the nearest of them or of the *words* as a hint."""
    near = _mended(text) or suggest(text.lower(), words)
    return UsageError(f"{text!r} is no {kind} ({forms})", hint=near and f"did you mean {near}?")


def out_of_reach(text: str) -> UsageError:
    """The refusal of a *text* that leads out of the years a pipeline can have."""
    return UsageError(f"{text!r} leads out of the years {_FIRST_YEAR} to {_LAST_YEAR}")


def _single(text: str, today: date, calendar: FiscalCalendar) -> Period:
    word = text.lower()
    if word == "all":
        return Period.of_days(date.min, date.max)
    if word == "today":
        return Period.one_day(today)
    if word == "yesterday":
        return Period.one_day(today - timedelta(days=1))
    if word in _TO_DATE:
        return calendar.containing(_TO_DATE[word], today).to_date(today)
    if length := read_length(word):
        return _up_to(today, text, length)
    if period := named_period(text, today, calendar):
        return period
    raise unknown_form(text, "period", _FORMS, _WORDS)


def _range(text: str, today: date, calendar: FiscalCalendar) -> Period:
    left, right = (side.strip() for side in text.split("..", maxsplit=1))
    if not left and not right:
        raise UsageError(f"{text!r} has neither a first day nor a last", hint="write all")
    if left.endswith(".") or right.startswith(".") or ".." in right:
        raise UsageError(f"{text!r} is no range", hint="write A..B, with two dots")
    if read_length(right):
        raise UsageError(f"{text!r} ends with a length, which has no last day of its own", hint="write the last day")
    first = _single(left, today, calendar).first if left else date.min
    until = _single(right, today, calendar).until if right else date.max
    if until <= first:
        raise UsageError(f"{text!r} ends before it begins", hint=f"write {right}..{left}")
    return Period.of_days(first, until)


def _up_to(today: date, text: str, length: Length) -> Period:
    """The last days, *today* among them."""
    if length.sign:
        raise UsageError(f"{text!r} is no period; a length counts back from today", hint=f"write {text[1:]}")
    first, until = length.before(today) + timedelta(days=1), today + timedelta(days=1)
    if first == until:
        raise UsageError(f"{text!r} is no period; it has no days")
    return Period.of_days(first, until)


def _unit(text: str, year: int, letter: str | None, digits: str | None, calendar: FiscalCalendar) -> Period:
    _check_year(text, year)
    if digits is None:
        return calendar.year(year)
    number = int(digits)
    if letter == "w":
        # 28 December always lies in the last ISO week.
        weeks = date(year, 12, 28).isocalendar().week
        _check_number(text, "week", number, weeks, f"{year} has W01 to W{weeks}")
        return calendar.week(year, number)
    if letter == "q":
        _check_number(text, "quarter", number, 4, "a year has Q1 to Q4")
        return calendar.quarter(year, number)
    if letter == "h":
        _check_number(text, "half", number, 2, "a year has H1 and H2")
        return calendar.half(year, number)
    _check_month(text, number)
    return calendar.month(year, number)


def _day(text: str, year: int, month: int, day: int) -> date:
    _check_year(text, year)
    _check_month(text, month)
    days = days_in_month(date(year, month, 1))
    _check_number(text, "day", day, days, f"{MONTH_NAMES[month - 1]} {year} has {days}")
    return date(year, month, day)


def _check_year(text: str, year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise UsageError(f"{text!r} names year {year}; years run from {_FIRST_YEAR} to {_LAST_YEAR}")


def _check_month(text: str, month: int) -> None:
    _check_number(text, "month", month, 12, "a year has 01 to 12")


def _check_number(text: str, what: str, number: int, last: int, wanted: str) -> None:
    if not 1 <= number <= last:
        raise UsageError(f"{text!r} names {what} {number}; {wanted}")


def _reachable(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise OverflowError(f"{day} is out of reach")
    return day


def _mended(text: str) -> str | None:
    """*text* in a form that is read and names something, where only its spelling was wrong."""
    spelt = respelt(text)
    if not spelt or read_length(spelt):
        return spelt
    try:
        # No form that is respelt depends on the day or on where years start.
        return spelt if named_period(spelt, date(_FIRST_YEAR, 1, 1), FiscalCalendar()) else None
    except UsageError:
        return None
