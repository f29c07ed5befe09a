"""Stretches of days, and the calendar that names them.

A period takes its first day and leaves out the day it runs until, here and everywhere else. Open sides are
`date.min` and `date.max`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from pipectl.model.frozen import frozen
from pipectl.model.months import add_months, month_index, month_start

_T = TypeVar("_T")

_DAY = timedelta(days=1)
_TO_DATE = " to date"


class Unit(StrEnum):
    """What time is counted in. Years, halves and quarters are fiscal, months of the calendar, weeks ISO."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"


_MONTHS = {Unit.YEAR: 12, Unit.HALF: 6, Unit.QUARTER: 3, Unit.MONTH: 1}
_SUFFIXES = {Unit.YEAR: "", Unit.HALF: "-H{}", Unit.QUARTER: "-Q{}", Unit.MONTH: "-{:02}"}


@frozen
class Period:
    """The days from *first* on and before *until*; none at all where the two are equal.

    Attributes:
        name: what headers call it: `2026-Q4`, `2026-Q4 to date`, `2026-01-01..2026-03-31`.
        unit: the unit that this is the whole or the beginning of; None for any other stretch of days.
    """

    first: date
    until: date
    name: str
    unit: Unit | None = None

    def __post_init__(self) -> None:
        if self.until < self.first:
            raise ValueError(f"a period from {self.first} can't run until {self.until}")

    @classmethod
    def of_days(cls, first: date, until: date) -> "Period":
        """Those days, named by the first and the last: `2026-01-01..2026-03-31`, `2026-01-01..`, `2026-01-01`."""
        if until - first == _DAY:
            return cls(first, until, first.isoformat())
        start = "" if first == date.min else first.isoformat()
        end = "" if until == date.max else (until - _DAY).isoformat()
        return cls(first, until, f"{start}..{end}" if start or end else "all")

    @classmethod
    def one_day(cls, day: date) -> "Period":
        """*day* alone."""
        return cls.of_days(day, day + _DAY)

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.until

    def count(self, days: Iterable[date]) -> int:
        """How many of *days* lie in it."""
        first, until = self.first, self.until
        return sum([first <= day < until for day in days])

    def of(self, dated: Iterable[tuple[date, _T]]) -> tuple[_T, ...]:
        """What of *dated* has its day in it."""
        first, until = self.first, self.until
        return tuple([one for day, one in dated if first <= day < until])

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.first).days

    @property
    def last(self) -> date:
        """The last day in it; the day before *first* where it has none."""
        return self.until - _DAY

    @property
    def is_open(self) -> bool:
        """Whether it has no beginning or no end."""
        return self.first == date.min or self.until == date.max

    def elapsed_days(self, on: date) -> int:
        """How many of its days are over at the end of day *on*."""
        return min(max((on - self.first).days + 1, 0), self.days)

    def elapsed(self, on: date) -> float:
        """Share of it that is over at the end of day *on*, 0..1; for money take *elapsed_days* and *days*, exactly."""
        return self.elapsed_days(on) / self.days if self.days else float(on >= self.first)

    def to_date(self, today: date) -> "Period":
        """What of it is over at the end of *today*, called "… to date" where that is not the whole.

        A period that begins after *today* has no days then.
        """
        if self.until == self.first or (self.until - today).days <= 1:
            return self
        until = max(self.first, today + _DAY)
        return Period(self.first, until, self.name.removesuffix(_TO_DATE) + _TO_DATE, self.unit)

    def within(self, other: "Period") -> "Period":
        """The days that lie in both, under the name of this one; a period without days where there are none."""
        first = max(self.first, other.first)
        until = max(first, min(self.until, other.until))
        return Period(first, until, self.name, self.unit if first == self.first else None)


@frozen
class FiscalCalendar:
    """The years, halves, quarters, months and weeks of a business.

    A fiscal year is named by the calendar year it ends in: with *start_month* 4, 2026 is 2025-04-01 to 2026-03-31.
    Units that would leave the years 1 to 9999 raise `OverflowError`, as `date` itself does.
    """

    start_month: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= 12:
            raise ValueError(f"a year can't start in month {self.start_month}")

    def year(self, year: int) -> Period:
        return self._part(Unit.YEAR, year, 1)

    def half(self, year: int, half: int) -> Period:
        return self._part(Unit.HALF, year, half)

    def quarter(self, year: int, quarter: int) -> Period:
        return self._part(Unit.QUARTER, year, quarter)

    def month(self, year: int, month: int) -> Period:
        """*month* of the calendar year, not the fiscal one."""
        return self._part(Unit.MONTH, year, month)

    def week(self, year: int, week: int) -> Period:
        """ISO week *week*; ValueError where the year has no such week."""
        return _week(date.fromisocalendar(year, week, 1))

    def containing(self, unit: Unit, day: date) -> Period:
        """The whole *unit* that *day* lies in."""
        return self.shifted(unit, day, 0)

    def shifted(self, unit: Unit, day: date, by: int) -> Period:
        """The whole *unit* that comes *by* units after the one that *day* lies in; before it where *by* is negative."""
        if unit is Unit.WEEK:
            return _week(day + timedelta(weeks=by, days=-day.weekday()))
        return self._nth(unit, (month_index(day) - self._start(unit)) // _MONTHS[unit] + by)

    def split(self, period: Period, unit: Unit) -> tuple[Period, ...]:
        """The units that touch *period*, in order, the first and the last cut to it.

        Raises:
            ValueError: *period* is open; take what lies `within` the data first.
        """
        if period.is_open:
            raise ValueError(f"{period.name} is open, it can't be split")
        return tuple(self._units(period, unit))

    def before(self, period: Period) -> Period | None:
        """The time just before *period*, to compare it with.

        For a whole unit the unit before. For a unit to date as many days of the unit before, or all of it where it is
        shorter. For other days as many days right before.

        Returns:
            None where *period* is open, or too early for anything to lie before it.
        """
        if period.is_open:
            return None
        unit = self._unit_begun(period)
        try:
            if unit is None:
                return Period.of_days(period.first - timedelta(days=period.days), period.first)
            previous = self.shifted(unit, period.first, -1)
        except OverflowError:
            return None
        whole = period.until == self.containing(unit, period.first).until
        return previous if whole else _beginning(previous, previous.first + timedelta(days=period.days))

    def year_before(self, period: Period) -> Period | None:
        """The same as *period* a year earlier; 29 February becomes the 28th.

        Units keep their number: 2026-Q4 gives 2025-Q4, and a week 53 gives week 52 where there is no other. A unit to
        date ends on the same date, a week to date on the same weekday.

        Returns:
            None where *period* is open, or lies in the first year of all.
        """
        if period.is_open:
            return None
        unit = self._unit_begun(period)
        try:
            if unit is Unit.WEEK:
                then = _week_a_year_before(period.first)
                return _beginning(then, then.first + timedelta(days=period.days))
            until = add_months(period.last, -12) + _DAY
            if unit is None:
                first = add_months(period.first, -12)
                return Period.of_days(first, until if period.days else first)
            then = self.shifted(unit, period.first, -12 // _MONTHS[unit])
        except OverflowError:
            return None
        whole = period.until == self.containing(unit, period.first).until
        return then if whole else _beginning(then, until)

    def _part(self, unit: Unit, year: int, number: int) -> Period:
        parts = 12 // _MONTHS[unit]
        if not 1 <= number <= parts:
            raise ValueError(f"a year has no {unit} {number}")
        return self._nth(unit, year * parts + number - 1)

    def _nth(self, unit: Unit, ordinal: int) -> Period:
        """The *unit* that comes *ordinal* units after the start of year 0."""
        first = ordinal * _MONTHS[unit] + self._start(unit)
        year, part = divmod(ordinal, 12 // _MONTHS[unit])
        name = f"{year:04}{_SUFFIXES[unit].format(part + 1)}"
        return Period(month_start(first), month_start(first + _MONTHS[unit]), name, unit)

    def _start(self, unit: Unit) -> int:
        """The month that year 0 of *unit* starts in, counted from January of the calendar year 0."""
        return 0 if unit is Unit.MONTH or self.start_month == 1 else self.start_month - 13

    def _units(self, period: Period, unit: Unit) -> Iterator[Period]:
        day = period.first
        while day < period.until:
            whole = self.containing(unit, day)
            yield whole.within(period)
            day = whole.until

    def _unit_begun(self, period: Period) -> Unit | None:
        """The unit that *period* begins with the first day of; None for a unit whose beginning was cut off."""
        unit = period.unit
        return unit if unit and self.containing(unit, period.first).first == period.first else None


def _beginning(whole: Period, until: date) -> Period:
    """The days of *whole* before *until*: `2026-Q3, first 50 days`."""
    if until >= whole.until:
        return whole
    days = (until - whole.first).days
    name = f"{whole.name}, first day" if days == 1 else f"{whole.name}, first {days} days"
    return Period(whole.first, until, name, whole.unit)


def _week(monday: date) -> Period:
    year, week, _ = monday.isocalendar()
    return Period(monday, monday + timedelta(weeks=1), f"{year:04}-W{week:02}", Unit.WEEK)


def _week_a_year_before(monday: date) -> Period:
    back = monday - timedelta(weeks=52)
    same = back.isocalendar().week == monday.isocalendar().week
    return _week(back if same else back - timedelta(weeks=1))
