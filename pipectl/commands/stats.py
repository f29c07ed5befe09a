"""`pipectl stats`."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._aim import aim_notes
from pipectl.commands._left_out import left_out
from pipectl.commands._open import READING, Opened, open_workspace
from pipectl.commands._scope import asked, end_note, header_of, looking_back, now_and_before
from pipectl.commands._show import show
from pipectl.commands._trend import trend_tables
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics.breakdown import breakdown, cross, trends
from pipectl.metrics.custom import custom_metrics
from pipectl.metrics.grouping import UNITS
from pipectl.metrics.metric import Metric, Scope
from pipectl.metrics.past import Part, Past
from pipectl.metrics.registry import FORECAST_METRICS, METRICS, STAGE_METRICS
from pipectl.model.period import Period, Unit
from pipectl.model.suggest import suggest
from pipectl.report import Column, Report, Table

OPTIONS = READING | {"period"}
# What a table of two fields shows unless it is told.
_CROSSED = "won-amount"
_FLAGGED = (Unit.MONTH, Unit.QUARTER, Unit.YEAR)
# How many parts a page over time looks back where no period is named; by year it shows everything.
_PARTS = {Unit.WEEK: 13, Unit.MONTH: 12, Unit.QUARTER: 8, Unit.HALF: 6}


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    by: Annotated[
        list[str] | None,
        Option(
            metavar="FIELD",
            help="A row for each: owner, stage, source, size, company, month, quarter, fields.x; twice for a table.",
        ),
    ] = None,
    monthly: Annotated[bool, Option("-M", "--monthly", help="By month, a year back.")] = False,
    quarterly: Annotated[bool, Option("-Q", "--quarterly", help="By fiscal quarter, two years back.")] = False,
    yearly: Annotated[bool, Option("-Y", "--yearly", help="By fiscal year, all of them.")] = False,
    metric: Annotated[
        list[str] | None, Option(metavar="ID", help="Only this metric; may be repeated. `explain` lists them.")
    ] = None,
    trend: Annotated[bool, Option("--trend", help="What has changed, as far as that can be told.")] = False,
) -> int:
    """Show the numbers of a period beside the period before.

    The period is the current fiscal quarter to date unless -p names another. `pipectl explain METRIC` says what each
    number means and what it leaves out. With two --by, or --by and -M, a table has a cell for each pair; --metric says
    of which number.

    Examples:

      pipectl stats
      pipectl stats -p 2026-Q3 owner:sari
      pipectl stats --by owner -p 2026
      pipectl stats -M
      pipectl stats --by owner -M --metric won-amount
      pipectl stats --trend
    """
    units = [unit.value for unit, given in zip(_FLAGGED, (monthly, quarterly, yearly), strict=True) if given]
    fields = [*_listed(by), *units]
    if trend and (fields or metric):
        raise UsageError("--trend takes no --by, no unit of time and no --metric", hint="it shows every metric")
    if len(fields) > 2:
        raise UsageError(f"a table has rows and columns: {', '.join(fields)} are too many")
    return answer(context, words or [], fields, _listed(metric), trend=trend)


def _listed(given: Sequence[str] | None) -> list[str]:
    """Names said one by one, or with commas between them."""
    return [name.strip() for part in given or () for name in part.split(",") if name.strip()]


def answer(
    context: Context,
    words: Sequence[str],
    by: Sequence[str] = (),
    metrics: Sequence[str] = (),
    *,
    trend: bool = False,
) -> int:
    """Print the numbers of the deals that the filter *words* keep."""
    opened = open_workspace(context)
    scope, kept = asked(context, opened, words, _back(context, opened, by))
    known = (*METRICS, *custom_metrics(opened.settings, METRICS))
    chosen = [_named(name, (*known, *FORECAST_METRICS)) for name in metrics]
    past = looking_back(context, opened, words, scope, kept)
    began = scope.whole.first <= scope.facts.today
    earlier = opened.settings.calendar.before(scope.period) if began else None
    now, before = now_and_before(opened, scope, past, earlier)
    if by:
        tables, notes = _tables(now, by, chosen, known, past), (*_not_counted(scope), *_always_open(scope, by))
    elif trend:
        tables, notes = trend_tables(context, opened, words, now, past, known)
    else:
        named = (f"before: {before.scope.period.name}",) if before else ()
        tables, notes = (_page(now, before, chosen or known),), named
    # Over time each part has open deals of its own end.
    ends = end_note(scope) if UNITS.keys().isdisjoint(by) else ()
    notes = (*notes, *ends, *aim_notes(scope), *left_out(scope, beside=now.end.open))
    return show(context, Report("stats", tables, header_of(scope, kept), notes), opened.workspace)


def _back(context: Context, opened: Opened, by: Sequence[str]) -> Period | None:
    """How far a page over time looks back where no period is named; None for one that shows the usual period."""
    unit = next((UNITS[name] for name in by if name in UNITS), None)
    if context.options.period is not None or unit is None:
        return None
    calendar = opened.settings.calendar
    if unit is Unit.YEAR:
        return Period.of_days(date.min, date.max)
    first = calendar.shifted(unit, opened.day, 1 - _PARTS[unit]).first
    return Period.of_days(first, calendar.containing(unit, opened.day).until)


def _named(name: str, known: Sequence[Metric]) -> Metric:
    """The metric of that id, with underscores too.

    Raises:
        UsageError: there is none.
    """
    names = [metric.id for metric in known]
    for candidate in (name.strip(), name.strip().replace("_", "-")):
        if candidate in names:
            return known[names.index(candidate)]
    if any(metric.id == name for metric in STAGE_METRICS):
        raise UsageError(f"{name} is a number of each stage", hint="`pipectl funnel` and `pipectl cycle` show those")
    near = suggest(name, names)
    hint = f"did you mean {near}?" if near else "`pipectl explain metrics` lists them"
    raise UsageError(f"no metric '{name}'", hint=hint)


def _tables(
    whole: Part, by: Sequence[str], chosen: Sequence[Metric], known: Sequence[Metric], past: Past
) -> tuple[Table, ...]:
    """A row a group; for two fields a cell a pair, of each metric a table; over time with the lines of heights."""
    if len(by) == 1:
        table = breakdown(whole, by[0], past, chosen)
        return (table, trends(table)) if by[0] in UNITS and len(table.rows) > 1 else (table,)
    return tuple(cross(whole, (by[0], by[1]), metric, past) for metric in chosen or [_named(_CROSSED, known)])


def _always_open(scope: Scope, by: Sequence[str]) -> tuple[str, ...]:
    """Whether some deals say of no time that they were not there yet."""
    count = sum(state.is_open and state.created is None for state in scope.facts.states)
    if not count or not any(name in UNITS for name in by):
        return ()
    deals = "deal says" if count == 1 else "deals say"
    return (f"{count} open {deals} of no day when it began, and is open at every time",)


def _not_counted(scope: Scope) -> tuple[str, ...]:
    """Why won and lost do not make up the denominator of the win rate."""
    count = len(scope.lost) - len(scope.counted_lost)
    return (f"{count} lost, for reasons that do not count in the win rate",) if count else ()


def _page(now: Part, before: Part | None, metrics: Sequence[Metric]) -> Table:
    rows = []
    for metric in metrics:
        measure = now.measure(metric)
        earlier = before.measure(metric).value if before else None
        rows.append((metric.id, metric.title, measure.value, earlier, measure.detail))
    columns = (
        Column("metric", "Id"),
        Column("name", "Metric"),
        Column("value", "Value", right=True),
        Column("before", "Before", right=True),
        Column("detail", "Beside it"),
    )
    return Table("metrics", columns, tuple(rows), hidden=frozenset({"metric"}), under=True)
