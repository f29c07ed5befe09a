"""Periods by their names, counted month by month."""

from dataclasses import dataclass
from datetime import date

from tests.second_opinion.known import DAY


@dataclass(frozen=True)
class Period:
    """From *first* until the day before *until*."""

    name: str
    first: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.first).days

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day < self.until

    def up_to(self, day: date) -> "Period":
        """What of it is over at the end of *day*."""
        return Period(self.name, self.first, max(self.first, min(self.until, day + DAY)))

    def rest(self, day: date) -> "Period":
        """What of it is left on *day*, that day included."""
        return Period(self.name, min(self.until, max(self.first, day)), self.until)


def _month(number: int) -> date:
    """The first day of a month counted from year 0."""
    return date(number // 12, number % 12 + 1, 1)


def named(name: str, year_start: int) -> Period:
    """`2026`, `2026-H1`, `2026-Q3` of fiscal years, named by the year that they end in; `2026-11` of the calendar."""
    year, _, part = name.partition("-")
    first = int(year) * 12 + year_start - 1 - (12 if year_start > 1 else 0)
    months = 12
    if part.startswith("Q"):
        first, months = first + 3 * (int(part[1:]) - 1), 3
    elif part.startswith("H"):
        first, months = first + 6 * (int(part[1:]) - 1), 6
    elif part:
        first, months = int(year) * 12 + int(part) - 1, 1
    return Period(name, _month(first), _month(first + months))


def names(unit: str) -> list[str]:
    """The names of periods of *unit* in years that matter."""
    years = range(2023, 2030)
    parts = {"year": [""], "half": ["-H1", "-H2"], "quarter": [f"-Q{n}" for n in (1, 2, 3, 4)]}
    return [f"{year}{part}" for year in years for part in parts.get(unit, [f"-{n:02}" for n in range(1, 13)])]


def around(day: date, unit: str, year_start: int) -> Period:
    """The period of *unit* that *day* lies in."""
    return next(found for name in names(unit) if (found := named(name, year_start)).holds(day))


def before(period: Period, day: date, year_start: int) -> tuple[Period, date]:
    """The period of the same kind before *period*, and the day as far into it as *day* is into *period*."""
    unit = {0: "year", 3: "half" if "H" in period.name else "quarter"}.get(
        len(period.name.partition("-")[2]) + ("Q" in period.name or "H" in period.name), "month"
    )
    earlier = around(period.first - DAY, unit, year_start)
    if day >= period.until - DAY:
        return earlier, earlier.until - DAY
    return earlier, min(earlier.until, earlier.first + (day - period.first) + DAY) - DAY


def within(period: Period, unit: str, year_start: int) -> list[Period]:
    """The periods of *unit* that fill *period*; none where they do not."""
    parts = [named(name, year_start) for name in names(unit)]
    found = [part for part in parts if period.first <= part.first and part.until <= period.until]
    return found if sum(part.days for part in found) == period.days else []
