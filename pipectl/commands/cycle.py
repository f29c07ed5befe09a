"""`pipectl cycle`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pipectl.arguments import Argument
from pipectl.commands._cycle_findings import findings
from pipectl.commands._open import READING, open_workspace
from pipectl.commands._scope import asked, earlier_scope, header_of, named_pipelines, undated_note
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.metrics.bottleneck import RESAMPLES, Bottleneck, Verdict
from pipectl.metrics.duration import Spread
from pipectl.metrics.metric import Measure, Scope
from pipectl.metrics.review import Review, review
from pipectl.model.frozen import replace
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.report import Cell, Column, Ratio, Report, Table

OPTIONS = READING | {"period"}

_EVERYTHING = "stages"

_COLUMNS = (
    Column("pipeline", "Pipeline"),
    Column("stage", "Stage"),
    Column("visits", "Stays", right=True),
    Column("mean", "Mean", right=True),
    Column("median", "Median", right=True),
    Column("p90", "P90", right=True),
    Column("open", "Open", right=True),
    Column("expected_median", "KM median", right=True),
    Column("expected_mean", "KM mean", right=True),
    Column("deals", "Deals", right=True),
    Column("deal_mean", "Mean/deal", right=True),
    Column("deal_median", "Median/deal", right=True),
    Column("deal_p90", "P90/deal", right=True),
    Column("visits_before", "Stays before", right=True),
    Column("mean_before", "Mean before", right=True),
    Column("median_before", "Median before", right=True),
    Column("resolved", "Resolved", right=True, holds="ratio"),
    Column("resolved_before", "Before", right=True, holds="ratio"),
    Column("change", "Change"),
    Column("difference", "Difference", right=True),
    Column("lost", "Lost", right=True),
    Column("lost_value", "Value lost", right=True, holds="money"),
    Column("win_rate", "Won of entered", right=True, holds="ratio"),
    Column("recoverable", "Recoverable", right=True, holds="money"),
    Column("first_by_value", "First by value", right=True, holds="ratio"),
    Column("waiting", "Days of the won", right=True, holds="ratio"),
    Column("first_by_waiting", "First by days", right=True, holds="ratio"),
)
_PER_VISIT = ("visits", "mean", "median", "p90", "open", "expected_median", "expected_mean")
_PER_DEAL = ("deals", "deal_mean", "deal_median", "deal_p90")
_CHANGES = (
    *("visits", "mean", "median", "visits_before", "mean_before", "median_before"),
    *("resolved", "resolved_before", "change"),
)
_COSTS = ("lost", "lost_value", "win_rate", "recoverable", "first_by_value", "waiting", "first_by_waiting")
_FINDINGS = (
    Column("pipeline", "Pipeline"),
    Column("finding", "Finding"),
    Column("verdict", "Verdict"),
    Column("answer", "Answer"),
    Column("detail", "Because"),
)


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
) -> int:
    """Show how long stages take, what holds deals up, what does best.

    Stays that ended in the period, each by itself and summed a deal; what changed since the period before; what is
    lost and waited for in each stage. A bottleneck is named only where it stays the same when the deals are drawn
    again, and a change is called one only where it is clear. `pipectl explain time-in-stage`, `recoverable-value` and
    `waiting-share` say what the numbers mean.

    Examples:

      pipectl cycle
      pipectl cycle -P new-business -p 2026
      pipectl cycle -p last-quarter owner:sari
    """
    return answer(context, words or [])


def answer(context: Context, words: Sequence[str]) -> int:
    """Print the review of the stages, of the deals that the filter *words* keep."""
    opened = open_workspace(context)
    anywhere, pipelines = named_pipelines(context, opened)
    scope, kept = asked(anywhere, opened, words)
    earlier = opened.settings.calendar.before(scope.period) if scope.whole.first <= scope.facts.today else None
    before = earlier_scope(anywhere, opened, words, earlier)
    used = [pipeline for pipeline in pipelines if scope.journeys(pipeline)] or pipelines
    several = len(used) > 1
    tables = [table for pipeline in used for table in _tables(review(scope, before, pipeline), several=several)]
    return show(
        context, Report("cycle", tuple(tables), header_of(scope, kept), _notes(scope, before, used)), opened.workspace
    )


def _tables(found: Review, *, several: bool) -> Iterator[Table]:
    """One table with everything, of which people see a part, its other parts, and what they say."""
    rows = tuple(_row(found, stage) for stage in found.pipeline.open_stages)
    hidden = frozenset(column.key for column in _COLUMNS) - {"stage", *_PER_VISIT, *_PER_DEAL}

    def title(text: str) -> str:
        return f"{found.pipeline.name}: {text}" if several else text.capitalize()

    everything = Table(
        _EVERYTHING, _COLUMNS, rows, title("days in each stage"), hidden=hidden, part="pipeline", labels=2
    )
    yield everything
    if found.before:
        yield _view(everything, "changes", title("against the period before"), _CHANGES)
    yield _view(everything, "costs", title("what each stage costs"), _COSTS)
    rows = tuple((found.pipeline.id, *finding) for finding in findings(found))
    hidden = frozenset({"pipeline", "verdict"})
    yield Table("findings", _FINDINGS, rows, title("findings"), hidden=hidden, part="pipeline")


def _view(table: Table, key: str, title: str, columns: Sequence[str]) -> Table:
    chosen = table.with_fields(["pipeline", "stage", *columns])
    return replace(chosen, key=key, title=title, hidden=frozenset({"pipeline"}))


def _row(found: Review, stage: Stage) -> tuple[Cell, ...]:
    times, before = found.times[stage.id], found.times_before.get(stage.id)
    earlier = found.before.get(stage.id)
    gap, word = found.change(stage.id)
    return (
        found.pipeline.id,
        stage.id,
        *_spread(times.visits),
        len(times.still),
        times.expected_median,
        times.expected_mean,
        *_spread(times.deals),
        *((before.visits.count, before.visits.mean, before.visits.median) if before else (None, None, None)),
        found.cohorts[stage.id].resolved,
        earlier.resolved if earlier else None,
        word,
        gap,
        *_costs(found.costs, stage.id),
    )


def _notes(scope: Scope, before: Scope | None, pipelines: Sequence[Pipeline]) -> tuple[str, ...]:
    notes = [
        f"KM: Kaplan and Meier, of all stays until {scope.facts.today}, those that still last taken as not over yet"
    ]
    if scope.period.last < scope.facts.today:
        notes.append(f"open: stays that still last on {scope.facts.today}")
    if before is not None:
        notes.append(f"before: {before.period.name}, as it stood when that ended")
    return (*notes, *undated_note(scope, pipelines))


def _spread(spread: Spread) -> tuple[Cell, ...]:
    return spread.count, spread.mean, spread.median, spread.p90


def _costs(costs: Bottleneck, stage: str) -> tuple[Cell, ...]:
    recoverable, waiting = costs.recoverable[stage], costs.waiting[stage]
    beside = _beside(recoverable)
    return (
        beside["lost"],
        beside["worth"],
        beside["win rate of those that entered"],
        recoverable.value,
        _first(costs.by_value, stage),
        waiting.value,
        _first(costs.by_waiting, stage),
    )


def _beside(measure: Measure) -> Mapping[str, Cell]:
    return {labelled.label: labelled.cell for labelled in measure.detail}


def _first(verdict: Verdict, stage: str) -> Ratio | None:
    """In how many of the resamples the stage came first; None where nothing could."""
    return Ratio(verdict.first.get(stage, 0), RESAMPLES) if verdict.first else None
