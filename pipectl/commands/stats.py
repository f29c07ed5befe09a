"""`pipectl stats`."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from pipectl.commands._open import READING, Opened, open_workspace
from pipectl.commands._scope import asked, earlier_scope, header_of, looking_back
from pipectl.commands._show import show
from pipectl.commands._trend import trend_tables
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics import METRICS
from pipectl.metrics.breakdown import Past, breakdown, cross, trends
from pipectl.metrics.custom import custom_metrics
from pipectl.metrics.grouping import UNITS
from pipectl.metrics.metric import Metric, Scope
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
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD",
            help="A row for each: owner, stage, source, size, company, month, quarter, fields.x; twice for a table.",
        ),
    ] = None,
    monthly: Annotated[bool, typer.Option("-M", "--monthly", help="By month, a year back.")] = False,
    quarterly: Annotated[bool, typer.Option("-Q", "--quarterly", help="By fiscal quarter, two years back.")] = False,
    yearly: Annotated[bool, typer.Option("-Y", "--yearly", help="By fiscal year, all of them.")] = False,
    metric: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this metric; may be repeated. `explain` lists them.")
    ] = None,
    trend: Annotated[bool, typer.Option("--trend", help="What has changed, as far as that can be told.")] = False,
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
    return answer(ctx.obj, words or [], fields, _listed(metric), trend=trend)


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
    chosen = [_named(name, known) for name in metrics]
    if by:
        past = looking_back(context, opened, words, scope, kept)
        tables, notes = _tables(scope, by, chosen, known, past), _not_counted(scope)
    elif trend:
        tables, notes = trend_tables(context, opened, words, scope, known)
    else:
        began = scope.whole.first <= scope.facts.today
        earlier = opened.settings.calendar.before(scope.period) if began else None
        tables = (_page(scope, earlier_scope(context, opened, words, earlier), chosen or known),)
        notes = _days_apart(scope, earlier)
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
    near = suggest(name, names)
    hint = f"did you mean {near}?" if near else "`pipectl explain metrics` lists them"
    raise UsageError(f"no metric '{name}'", hint=hint)


def _tables(
    scope: Scope, by: Sequence[str], chosen: Sequence[Metric], known: Sequence[Metric], past: Past
) -> tuple[Table, ...]:
    """A row a group; for two fields a cell a pair, of each metric a table; over time with the lines of heights."""
    if len(by) == 1:
        table = breakdown(scope, by[0], past, chosen)
        return (table, trends(table)) if by[0] in UNITS and len(table.rows) > 1 else (table,)
    return tuple(cross(scope, (by[0], by[1]), metric, past) for metric in chosen or [_named(_CROSSED, known)])


def _days_apart(scope: Scope, earlier: Period | None) -> tuple[str, ...]:
    """Which days the two columns look at."""
    if earlier is None:
        return ()
    if scope.facts.today in scope.whole:
        return (f"before: {earlier.name}",)
    # What is open is open at the end of a day, whatever the period.
    return (f"before: {earlier.name}", f"open deals: as of {scope.facts.today}; before: as of {earlier.last}")


def _not_counted(scope: Scope) -> tuple[str, ...]:
    """Why won and lost do not make up the denominator of the win rate."""
    count = len(scope.lost) - len(scope.counted_lost)
    return (f"{count} lost, for reasons that do not count in the win rate",) if count else ()


def _page(scope: Scope, earlier: Scope | None, metrics: Sequence[Metric]) -> Table:
    rows = []
    for metric in metrics:
        measure = metric.measure(scope)
        before = metric.measure(earlier).value if earlier else None
        rows.append((metric.id, metric.title, measure.value, before, measure.detail))
    columns = (
        Column("metric", "Id"),
        Column("name", "Metric"),
        Column("value", "Value", right=True),
        Column("before", "Before", right=True),
        Column("detail", "Beside it"),
    )
    return Table("metrics", columns, tuple(rows), hidden=frozenset({"metric"}), under=True)
