"""What a review of the sales process looks at: the stages of a pipeline, beside the period before."""

from collections.abc import Mapping, Sequence

from pipectl.metrics.bottleneck import Bottleneck, bottleneck
from pipectl.metrics.contrast import UNCLEAR, told_apart
from pipectl.metrics.duration import StageTime, stage_times
from pipectl.metrics.funnel import Cohort, cohort
from pipectl.metrics.metric import Scope
from pipectl.model.frozen import frozen
from pipectl.model.pipeline import Pipeline
from pipectl.report import Difference, Ratio

UNCHANGED = "no clear change"


def change(before: Ratio | None, now: Ratio) -> tuple[Difference | None, str]:
    """How far a rate of deals lies from the one *before*, of other deals, and whether it went `up` or `down`.

    The word is "" where there is nothing to compare with, and says so where the change is not clear or deals too few.
    """
    if before is None:
        return None, ""
    gap, word = told_apart(_counts(before), _counts(now), ("up", "down"))
    return gap, UNCHANGED if word == UNCLEAR else word


def _counts(ratio: Ratio) -> tuple[int, int]:
    return int(ratio.numerator), int(ratio.denominator)


@frozen
class Review:
    """What is known of the open stages of a pipeline, by their ids.

    Attributes:
        times_before, before: of the period before; empty where there is none to compare with.
    """

    pipeline: Pipeline
    times: Mapping[str, StageTime]
    times_before: Mapping[str, StageTime]
    cohorts: Mapping[str, Cohort]
    before: Mapping[str, Cohort]
    costs: Bottleneck

    def change(self, stage: str) -> tuple[Difference | None, str]:
        """How far the resolved rate of *stage* lies from the period before, and what may be said of it."""
        earlier = self.before.get(stage)
        return change(earlier.resolved if earlier else None, self.cohorts[stage].resolved)

    @property
    def best(self) -> Sequence[str]:
        """The stages with the highest resolved rate of those that have enough deals; several where they are equal."""
        rates = {name: found.resolved for name, found in self.cohorts.items() if not found.resolved.too_few}
        most = max((rate.value or 0.0 for rate in rates.values()), default=None)
        return [name for name, rate in rates.items() if rate.value == most]


def review(scope: Scope, before: Scope | None, pipeline: Pipeline) -> Review:
    """The stages of *pipeline* in a period, and in the period *before*, as that stood when it ended."""
    return Review(
        pipeline=pipeline,
        times=stage_times(scope, pipeline),
        times_before=stage_times(before, pipeline) if before else {},
        cohorts=_cohorts(scope, pipeline),
        before=_cohorts(before, pipeline) if before else {},
        costs=bottleneck(scope, pipeline),
    )


def _cohorts(scope: Scope, pipeline: Pipeline) -> Mapping[str, Cohort]:
    return {stage.id: cohort(scope, pipeline, stage) for stage in pipeline.open_stages}
