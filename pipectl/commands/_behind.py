"""The deals behind a metric: what it comes to, and the very deals that it was measured on."""

from collections.abc import Iterator, Sequence

from pipectl.checks import IDS
from pipectl.commands._open import open_workspace
from pipectl.commands._scope import asked, end_note, header_of, looking_back
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics.custom import custom_metrics
from pipectl.metrics.metric import Behind, Measure, Metric, Scope, StageMetric
from pipectl.metrics.registry import FORECAST_METRICS, METRICS, STAGE_METRICS
from pipectl.model.state import State
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Settings
from pipectl.report import Cell, Column, Report, Table

_COLUMNS = (
    Column("part", "Part"),
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("pipeline", "Pipeline"),
    Column("stage", "Stage"),
    Column("owner", "Owner"),
    Column("worth", "Worth", right=True, holds="money"),
    Column("created", "Created"),
    Column("closed", "Closed"),
)
_OF_STAGE = (Column("of_pipeline", "Pipeline"), Column("of_stage", "Of stage"), Column("value", "Value", right=True))
_HIDDEN = frozenset({"pipeline", "of_pipeline"})
_LISTED = "`pipectl explain metrics` lists them"


def known_metrics(settings: Settings | None) -> tuple[Metric | StageMetric, ...]:
    """Every metric there is: the program's own, those of stages, those of the workspace where there is one."""
    own = custom_metrics(settings, METRICS) if settings else ()
    return (*METRICS, *FORECAST_METRICS, *STAGE_METRICS, *own)


def show_deals(context: Context, name: str | None, words: Sequence[str]) -> int:
    """Print what the metric *name* comes to on the deals that *words* keep, and those deals by their part in it.

    Raises:
        UsageError: there is no such metric.
    """
    opened = open_workspace(context)
    metric = _metric(name, known_metrics(opened.settings))
    scope, kept = asked(context, opened, words)
    if isinstance(metric, StageMetric):
        table = _of_stages(metric, scope, context.options.pipelines or tuple(opened.workspace.pipelines))
        header: tuple[tuple[str, Cell], ...] = (*header_of(scope, kept), ("metric", metric.id))
        return show(context, Report("explain", (table,), header), opened.workspace)
    measure = looking_back(context, opened, words, scope, kept).part(scope, scope.period, scope.whole).measure(metric)
    header = (*header_of(scope, kept), ("metric", metric.id), ("value", measure.value))
    rows = tuple(_row(part, state) for part in measure.behind for state in part.states)
    table = Table("deals", _COLUMNS, rows, ids="id", hidden=_HIDDEN, empty="no deal stands behind it")
    ends = end_note(scope) if metric.moment and not metric.ahead else ()
    return show(context, Report("explain", (table,), header, (*_notes(measure), *ends)), opened.workspace)


def _metric(name: str | None, metrics: Sequence[Metric | StageMetric]) -> Metric | StageMetric:
    names = [metric.id for metric in metrics]
    if name is None:
        raise UsageError("--deals of which metric?", hint=_LISTED)
    if name in names:
        return metrics[names.index(name)]
    if name in IDS:
        raise UsageError(f"'{name}' is a check", hint=f"`pipectl check {name}` shows the deals that it finds")
    near = suggest(name, names)
    raise UsageError(f"no metric '{name}'", hint=f"did you mean {near}?" if near else _LISTED)


def _of_stages(metric: StageMetric, scope: Scope, pipelines: Sequence[str]) -> Table:
    rows = tuple(_stage_rows(metric, scope, pipelines))
    hidden = _HIDDEN if len(pipelines) < 2 else _HIDDEN - {"of_pipeline"}
    return Table("deals", (*_OF_STAGE, *_COLUMNS), rows, ids="id", hidden=hidden, empty="no deal stands behind it")


def _stage_rows(metric: StageMetric, scope: Scope, pipelines: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    for name in pipelines:
        pipeline = scope.facts.workspace.pipelines[name]
        for stage in pipeline.open_stages:
            measure = metric.measure(scope, pipeline, stage)
            for part in measure.behind:
                yield from ((name, stage.id, measure.value, *_row(part, state)) for state in part.states)


def _row(part: Behind, state: State) -> tuple[Cell, ...]:
    return (
        part.role,
        state.deal.id,
        state.deal.title,
        state.pipeline.id,
        state.stage.id,
        state.owner,
        state.worth,
        state.created,
        state.closed,
    )


def _notes(measure: Measure) -> tuple[str, ...]:
    """How many deals play each part."""
    counts = [(len(part.states), part.role) for part in measure.behind]
    return tuple(f"{role}: {count} deal{'' if count == 1 else 's'}" for count, role in counts)
