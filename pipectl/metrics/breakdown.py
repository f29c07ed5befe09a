"""The same numbers for each owner, stage, month …: one row a group."""

from dataclasses import replace
from datetime import date, timedelta

from pipectl.metrics.figures import mean, median
from pipectl.metrics.grouping import UNITS, grouping
from pipectl.metrics.metric import Scope
from pipectl.metrics.outcome import win_ratio
from pipectl.metrics.speed import cycles
from pipectl.metrics.targets import attainment, holding
from pipectl.metrics.volume import average, worth
from pipectl.model.period import Period, Unit
from pipectl.report import Cell, Column, Days, Table

_OPEN = (Column("open", "Open", right=True), Column("open_amount", "Open amount", right=True, holds="money"))
_CLOSED = (
    Column("created", "Created", right=True),
    Column("won", "Won", right=True),
    Column("lost", "Lost", right=True),
    Column("win_rate", "Win rate", right=True, holds="ratio"),
    Column("won_amount", "Won amount", right=True, holds="money"),
    Column("average_won", "Average won", right=True, holds="money"),
    Column("cycle", "Cycle", right=True),
    Column("median_cycle", "Median cycle", right=True),
)
_TARGET = (Column("attainment", "Attainment", right=True, holds="ratio"),)
_DEALS = (Column("deals", "Deals", right=True),)


def breakdown(scope: Scope, by: str) -> Table:
    """A row for each value of the field *by*, or for each month, quarter … of the period.

    Raises:
        UsageError: *by* is no field, and no unit of time.
    """
    if by in UNITS:
        return _over_time(scope, UNITS[by])
    groups = grouping(scope, by, also=tuple(UNITS))
    held = by in ("owner", "group")
    rows = []
    for name, members in groups.parts(scope.facts.states):
        inner = holding(scope, members, **{by: name}) if held else scope.of(members)
        rows.append((groups.label(name), *_open(inner), *_closed(inner), *_held(inner, held), len(members)))
    columns = (Column(by, groups.title), *_OPEN, *_CLOSED, *(_TARGET if held else ()), *_DEALS)
    sums = ("all", *_open(scope), *_closed(scope), *_held(scope, held), len(scope.facts.states))
    hidden = frozenset({"deals", "median_cycle"})
    return Table("groups", columns, tuple(rows), total=sums if rows else None, hidden=hidden, empty="no deal fits")


def _over_time(scope: Scope, unit: Unit) -> Table:
    span = scope.period.within(_span_of_data(scope)) if scope.period.is_open else scope.period
    rows = []
    for part in scope.facts.settings.calendar.split(span, unit):
        inner = scope.during(part)
        rows.append((part.name, *_closed(inner)))
    columns = (Column(unit.value, unit.value.capitalize()), *_CLOSED)
    sums = ("all", *_closed(replace(scope, period=span)))
    hidden = frozenset({"median_cycle"})
    return Table("groups", columns, tuple(rows), total=sums if rows else None, hidden=hidden, empty="no day lies in it")


def _span_of_data(scope: Scope) -> Period:
    """From the first thing that happened to any of the deals until the end of the day."""
    days = [state.created.day for state in scope.facts.states if state.created is not None]
    first = min(days, default=scope.facts.today)
    until = scope.facts.today + timedelta(days=1) if scope.facts.today < date.max else date.max
    return Period.of_days(min(first, scope.facts.today), until)


def _open(scope: Scope) -> tuple[Cell, ...]:
    states = scope.open
    return len(states), worth(states, scope.currency)


def _closed(scope: Scope) -> tuple[Cell, ...]:
    won, lost = scope.won, scope.lost
    days = cycles(won)
    average_days, median_days = mean(days), median(days)
    return (
        len(scope.created),
        len(won),
        len(lost),
        win_ratio(len(won), len(scope.counted_lost)),
        worth(won, scope.currency),
        average(won, scope.currency),
        None if average_days is None else Days(average_days),
        None if median_days is None else Days(median_days),
    )


def _held(scope: Scope, held: bool) -> tuple[Cell, ...]:
    return (attainment(scope).value,) if held else ()
