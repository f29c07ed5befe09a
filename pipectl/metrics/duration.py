"""How long a stage takes: the stays that ended in a period, those that last, and what to expect."""

import math
from collections.abc import Iterator, Mapping, Sequence

from pipectl.metrics.figures import mean, median, percentile
from pipectl.metrics.metric import Behind, Measure, Scope, StageMetric
from pipectl.metrics.stays import Stays, restricted_mean, stays_by_stage, survival_median
from pipectl.model.frozen import frozen
from pipectl.model.moment import days_between
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State
from pipectl.model.visits import Path
from pipectl.report import Days, Labelled


@frozen
class Spread:
    """Durations by their mean, median and 90th percentile, all None where there are none."""

    count: int
    mean: Days | None
    median: Days | None
    p90: Days | None


def spread(days: Sequence[float]) -> Spread:
    """What *days* are like."""
    return Spread(len(days), _days(mean(days)), _days(median(days)), _days(percentile(days, 0.9)))


@frozen
class StageTime:
    """How long a stage takes.

    Attributes:
        visits: the stays that ended in the period.
        deals: for each deal with any of them their sum.
        left: those deals.
        still: deals that are in the stage at the end of the day.
        expected_median, expected_mean: by Kaplan and Meier, of all stays so far, in the period or not.
    """

    visits: Spread
    deals: Spread
    left: tuple[State, ...]
    still: tuple[State, ...]
    expected_median: Days | None
    expected_mean: Days | None


def stage_times(scope: Scope, pipeline: Pipeline) -> Mapping[str, StageTime]:
    """How long each open stage takes."""
    every = scope.always(_every_stay)
    nothing = Stays((), ())
    days: dict[str, list[float]] = {stage.id: [] for stage in pipeline.open_stages}
    sums: dict[str, list[float]] = {stage.id: [] for stage in pipeline.open_stages}
    left: dict[str, list[State]] = {stage.id: [] for stage in pipeline.open_stages}
    still: dict[str, list[State]] = {stage.id: [] for stage in pipeline.open_stages}
    for state, by_stage in _ended(scope, pipeline):
        for name, ended in by_stage.items():
            days[name] += ended
            sums[name].append(math.fsum(ended))
            left[name].append(state)
        if state.is_open and state.dated and state.pipeline.id == pipeline.id:
            # A stage that the pipeline has no more has no row.
            still.get(state.stage.id, []).append(state)
    return {
        name: StageTime(
            visits=spread(days[name]),
            deals=spread(sums[name]),
            left=tuple(left[name]),
            still=tuple(still[name]),
            expected_median=_days(survival_median(every.get((pipeline.id, name), nothing))),
            expected_mean=_days(restricted_mean(every.get((pipeline.id, name), nothing))),
        )
        for name in days
    }


def _every_stay(scope: Scope) -> Mapping[tuple[str, str], Stays]:
    return stays_by_stage(scope.facts.states)


def _ended(scope: Scope, pipeline: Pipeline) -> Iterator[tuple[State, Mapping[str, list[float]]]]:
    """Each deal that was ever in *pipeline*; and open stage → the days of its stays there that ended in the period."""
    # Path → place and stage of the stays that have ended.
    known: dict[Path, Sequence[tuple[int, str]]] = {}
    first, until = scope.period.first, scope.period.until
    for way in scope.journeys(pipeline):
        outline = way.state.deal.outline
        if outline.path not in known:
            known[outline.path] = _open_stays(outline.path[:-1], pipeline)
        found: dict[str, list[float]] = {}
        for place, name in known[outline.path]:
            since, end = outline.times[place : place + 2]
            if first <= end.day < until:
                found.setdefault(name, []).append(days_between(since, end))
        yield way.state, found


def _open_stays(path: Path, pipeline: Pipeline) -> Sequence[tuple[int, str]]:
    """The places of the stays in open stages of *pipeline*, and these stages."""
    stages = [(place, pipeline.stage(name)) for place, (of, name) in enumerate(path) if of == pipeline.id]
    return [(place, stage.id) for place, stage in stages if stage is not None and stage.is_open]


def time_in_stage(scope: Scope, pipeline: Pipeline, stage: Stage) -> Measure:
    """Mean days of the stays in the stage that ended in the period, with median and 90th percentile.

    A stay ends with the move to any other stage, won and lost among them, or to another pipeline. A deal that comes
    back has another stay; per deal they are summed. A stage that was skipped was not stayed in. Where both ends carry
    an hour it is elapsed time, else calendar days; percentiles are linear between neighbours.

    Stays that still last stand beside as open and are in none of these figures, which are too short for that reason:
    the long ones have not ended. What to expect is therefore by Kaplan and Meier, of all stays until the end of the
    day, whenever they were: those that last have lasted so long at least. The expected median is the day by which half
    have left, unknown where more than half last on; the expected mean is the area under the share still there, up to
    the longest stay seen, and is the average stay of `pipectl stale`. The days of an undated deal in the stage that its
    file names are unknown and count nowhere.

    Formula: mean(left - entered) over the stays that ended in the period
    Unit: days
    Example: stays of 2, 4 and 4 days ended, two last for 3 and 6: mean 3.3, median 4, 2 open; expected median 4,
        expected mean 62/15 = 4.1.
    Elsewhere: often the mean age of the deals now in the stage, or of ended and lasting stays together: neither is a
        time that a deal takes.
    """
    found = stage_times(scope, pipeline)[stage.id]
    detail = (
        Labelled("median", found.visits.median),
        Labelled("p90", found.visits.p90),
        Labelled("n", found.visits.count),
        Labelled("open", len(found.still), after=True),
        Labelled("per deal", found.deals.mean),
        Labelled("deals", found.deals.count, after=True),
        Labelled("expected median", found.expected_median),
        Labelled("expected mean", found.expected_mean),
    )
    return Measure(found.visits.mean, detail, (Behind("left", found.left), Behind("open", found.still)))


def _days(days: float | None) -> Days | None:
    return None if days is None else Days(days)


TIME_IN_STAGE = StageMetric("time-in-stage", "Time in stage", time_in_stage)
