"""The same numbers for each owner, stage, month …: one row a group, or one cell for each pair of groups."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from pipectl.errors import UsageError
from pipectl.metrics.attainment import attainment
from pipectl.metrics.figures import mean, median
from pipectl.metrics.grouping import UNITS, grouping, label_of
from pipectl.metrics.metric import Metric, Scope
from pipectl.metrics.outcome import win_ratio
from pipectl.metrics.past import Part, Past
from pipectl.metrics.speed import cycles
from pipectl.metrics.targets import targets_for
from pipectl.metrics.volume import average, known_worth
from pipectl.model.frozen import replace
from pipectl.model.period import Period, Unit
from pipectl.report import Cell, Column, Days, Spark, Table, sort_key

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
_HELD = ("owner", "group")
_MOST_COLUMNS = 60


def breakdown(whole: Part, by: str, past: Past, metrics: Sequence[Metric] = ()) -> Table:
    """A row for each value of the field *by*, or for each month, quarter … of the period.

    What happened in a month is as it is known at the end of the day, so that months add up to their year; what was
    open in it is as it stood at the month's end. *metrics*: those instead of the usual columns.

    Raises:
        UsageError: *by* is no field, and no unit of time.
    """
    over_time, held = by in UNITS, by in _HELD
    everything = _spanned(whole) if over_time else whole
    ends = not metrics or any(metric.moment for metric in metrics)
    parts = _parts(everything, by, past, ends=ends)
    title = by.capitalize() if over_time else grouping(whole.scope, by).title
    if metrics:
        columns: tuple[Column, ...] = tuple(Column(metric.id, metric.title, right=True) for metric in metrics)
        rows = tuple((part.label, *(part.measure(metric).value for metric in metrics)) for part in parts)
        sums: tuple[Cell, ...] = ("all", *(everything.measure(metric).value for metric in metrics))
    else:
        columns = (*_OPEN, *_CLOSED, *(_TARGET if held else ()), *_DEALS)
        rows = tuple((part.label, *_usual(part, held)) for part in parts)
        sums = ("all", *_usual(everything, held))
    empty = "no day lies in it" if over_time else "no deal fits"
    hidden = frozenset({"deals", "median_cycle"}) & {column.key for column in columns}
    return Table("groups", (Column(by, title), *columns), rows, "", "", hidden, sums if rows else None, empty)


def trends(table: Table) -> Table:
    """The columns of a table over time as lines of heights, a row each."""
    columns = (
        Column("name", "Over time"),
        Column("trend", "Trend"),
        Column("least", "Least", right=True),
        Column("most", "Most", right=True),
        Column("latest", "Latest", right=True),
    )
    rows = []
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        known = sorted((cell for cell in cells if _height(cell) is not None), key=lambda cell: _height(cell) or 0.0)
        if place and known and column.key not in table.hidden:
            rows.append((column.title, Spark(tuple(map(_height, cells))), known[0], known[-1], cells[-1]))
    return Table("trends", columns, tuple(rows))


def cross(whole: Part, by: tuple[str, str], metric: Metric, past: Past) -> Table:
    """What *metric* comes to for each pair of a value of one field, a row, and one of the other, a column.

    One of the two may be a unit of time; where it is the columns, they begin with a line of heights.

    Raises:
        UsageError: there is no such field, both are units of time or the same, or there are too many columns.
    """
    if by[0] == by[1] or (by[0] in UNITS and by[1] in UNITS):
        hint = "take two fields, or a field and a unit of time"
        raise UsageError(f"--by {by[0]} and --by {by[1]} make no table", hint=hint)
    everything = _spanned(whole) if by[0] in UNITS or by[1] in UNITS else whole
    cells, names = _pairs(everything, by, metric, past)
    rows, columns = names
    if len(columns) > _MOST_COLUMNS:
        raise UsageError(f"{by[1]} has {len(columns)} values, too many for columns", hint=f"--by {by[1]} --by {by[0]}")
    heads = tuple(Column(f"{by[1]}:{name}", name, right=True) for name in columns)
    lines = []
    for name in rows:
        line = [cells.get((name, column)) for column in columns]
        lines.append((name, *_trend(line, by), *line, cells.get((name, ""))))
    sums = [cells.get(("", column)) for column in columns]
    total = ("all", *_trend(sums, by), *sums, cells.get(("", "")))
    trend = (Column("trend", "Trend"),) if by[1] in UNITS else ()
    head = Column(by[0], by[0].capitalize() if by[0] in UNITS else grouping(whole.scope, by[0]).title)
    all_columns = (head, *trend, *heads, Column("all", "All", right=True))
    return Table(
        metric.id, all_columns, tuple(lines), metric.title, total=total if lines else None, empty="no deal fits"
    )


def _trend(line: Sequence[Cell], by: tuple[str, str]) -> tuple[Spark, ...]:
    """A line of heights for a row whose columns are parts of time."""
    return (Spark(tuple(map(_height, line))),) if by[1] in UNITS else ()


_Cells = dict[tuple[str, str], Cell]


def _pairs(
    whole: Part, by: tuple[str, str], metric: Metric, past: Past
) -> tuple[_Cells, tuple[Sequence[str], Sequence[str]]]:
    """The cell of each pair of labels, "" for all of them; and the labels of each side, in order."""
    first, second = by
    outer = _parts(whole, first, past, ends=metric.moment)
    inner = _parts(whole, second, past, ends=metric.moment)
    cells: _Cells = {("", ""): whole.measure(metric).value}
    cells |= {(part.label, ""): part.measure(metric).value for part in outer}
    cells |= {("", part.label): part.measure(metric).value for part in inner}
    # The parts of time stand outside: who holds a deal at a month's end is what is known then.
    turned = second in UNITS
    for part in inner if turned else outer:
        for group in _groups(part, first if turned else second, ends=metric.moment):
            pair = (group.label, part.label) if turned else (part.label, group.label)
            cells[pair] = group.measure(metric).value
    # Some held deals then and hold none today: they come after those who do.
    seen = [(part.label for part in parts) for parts in (outer, inner)]
    late = [sorted({pair[side] for pair in cells if pair[side]}) for side in (0, 1)]
    sides = [list(dict.fromkeys((*known, *more))) for known, more in zip(seen, late, strict=True)]
    return cells, (sides[0], sides[1])


def _parts(whole: Part, by: str, past: Past, *, ends: bool) -> Sequence[Part]:
    return _parts_of_time(whole.scope, UNITS[by], past) if by in UNITS else _groups(whole, by, ends=ends)


def _groups(whole: Part, by: str, *, ends: bool) -> Sequence[Part]:
    """The deals by a field; where *ends* are asked for, also by what they had at the end of a time that is over."""
    return [part_of(whole, by, name) for name in values(whole, by, ends=ends)]


def values(whole: Part, by: str, also: Iterable[str] = (), *, ends: bool = True) -> Sequence[str]:
    """The values of the field *by* in order: of deals as they are known, of those at the *ends*, and *also* these."""
    now = whole.scope.always(_parted, by)
    then = whole.end.always(_parted, by) if ends else {}
    return sorted({*now, *then, *also}, key=grouping(whole.scope, by, also=tuple(UNITS)).rank)


def part_of(whole: Part, by: str, name: str) -> Part:
    """The deals with one value of the field *by*: as they are known, and as those with it then stood at the end."""
    find_end = (lambda: _members(whole.end, by, name)) if whole.find_end else None
    return Part(label_of(by, name), _members(whole.scope, by, name), find_end, whole.is_over)


def _parted(scope: Scope, by: str) -> Mapping[str, Scope]:
    """The deals by a field, in some period."""
    parts = grouping(scope, by, also=tuple(UNITS)).parts(scope.facts.states)
    return {name: scope.of(states) for name, states in parts}


def _members(scope: Scope, by: str, name: str) -> Scope:
    """The deals of a value of the field, held against the targets of the person or the group that they belong to."""
    targets = targets_for(scope, **{by: name}) if by in _HELD else ()
    parts = scope.always(_parted, by)
    found = parts[name] if name in parts else scope.of(())
    return found.during(scope.period, scope.whole, targets)


def _parts_of_time(scope: Scope, unit: Unit, past: Past) -> Sequence[Part]:
    """The units of the period; the one that is not over is held against its whole."""
    calendar = scope.facts.settings.calendar
    parts = calendar.split(scope.period, unit)
    return [
        past.part(scope, part, calendar.containing(unit, part.first).within(scope.whole), part.name) for part in parts
    ]


def _spanned(whole: Part) -> Part:
    """The same, an open period as far as there is anything in it."""
    if not whole.scope.period.is_open:
        return whole
    span = span_of_data(whole.scope)
    return replace(whole, scope=replace(whole.scope, period=whole.scope.period.within(span)))


def span_of_data(scope: Scope, also: Iterable[date] = ()) -> Period:
    """From the first thing that happened to any of the deals, or the first day of *also*, until the end of the day."""
    first = min((scope.began or scope.facts.today, *also))
    until = scope.facts.today + timedelta(days=1) if scope.facts.today < date.max else date.max
    return Period.of_days(min(first, scope.facts.today), until)


def _usual(part: Part, held: bool) -> tuple[Cell, ...]:
    """The usual columns: what is open at the end, and what happened."""
    scope, end = part.scope, part.end
    target = (attainment(scope).value,) if held else ()
    return len(end.open), known_worth(end.open, end.currency), *_closed(scope), *target, len(scope.facts.states)


def _closed(scope: Scope) -> tuple[Cell, ...]:
    won, lost = scope.won, scope.lost
    days = cycles(won)
    average_days, median_days = mean(days), median(days)
    return (
        len(scope.created),
        len(won),
        len(lost),
        win_ratio(len(won), len(scope.counted_lost)),
        known_worth(won, scope.currency),
        average(won, scope.currency),
        None if average_days is None else Days(average_days),
        None if median_days is None else Days(median_days),
    )


def _height(cell: Cell) -> float | None:
    """How high *cell* stands in a line of heights; None for what is unknown or no number."""
    key = sort_key(cell)
    try:
        return None if key is None or isinstance(key, str) else float(key)  # type: ignore[arg-type]  # a number, or not
    except (TypeError, ValueError):
        return None
