"""`pipectl stats`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from pipectl.commands._open import READING, open_workspace
from pipectl.commands._scope import asked, earlier_scope, header_of
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.metrics import METRICS
from pipectl.metrics.breakdown import breakdown
from pipectl.metrics.custom import custom_metrics
from pipectl.metrics.metric import Scope
from pipectl.model.period import Period
from pipectl.model.workspace import Settings
from pipectl.report import Column, Report, Table

OPTIONS = READING | {"period"}


def run(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="FIELD", help="A row for each: owner, stage, source, company, month, quarter, fields.x."),
    ] = None,
) -> int:
    """Show the numbers of a period beside the period before.

    The period is the current fiscal quarter to date unless -p names another. `pipectl explain METRIC` says what each
    number means and what it leaves out.

    Examples:

      pipectl stats
      pipectl stats -p 2026-Q3 owner:sari
      pipectl stats --by owner -p 2026
    """
    return answer(ctx.obj, words or [], by)


def answer(context: Context, words: Sequence[str], by: str | None = None) -> int:
    """Print the numbers of the deals that the filter *words* keep."""
    opened = open_workspace(context)
    scope, kept = asked(context, opened, words)
    if by is not None:
        table = breakdown(scope, by)
        notes = _not_counted(scope)
    else:
        began = scope.whole.first <= scope.facts.today
        earlier = opened.settings.calendar.before(scope.period) if began else None
        table = _page(scope, earlier_scope(context, opened, words, earlier), opened.settings)
        notes = _days_apart(scope, earlier)
    return show(context, Report("stats", (table,), header_of(scope, kept), notes), opened.workspace)


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


def _page(scope: Scope, earlier: Scope | None, settings: Settings) -> Table:
    rows = []
    for metric in (*METRICS, *custom_metrics(settings, METRICS)):
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
    return Table("metrics", columns, tuple(rows), hidden=frozenset({"metric"}))
