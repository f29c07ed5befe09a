"""What the deals of a pipeline have made of its stages: where they are, who came in, how often, for how long."""

from collections import Counter
from collections.abc import Mapping

from pipectl.metrics.stays import restricted_mean, stays_by_stage
from pipectl.model.clocks import is_stalled
from pipectl.model.facts import Facts
from pipectl.model.frozen import frozen
from pipectl.model.pipeline import Pipeline


@frozen
class StageFigures:
    """One stage in numbers.

    Attributes:
        deals: in it now.
        stalled: of those, too long without progress.
        entered: deals that ever came in, as far as history tells.
        visits: how often they did.
        mean_days: the average stay, those that still last counted as such; None where none has ended.
    """

    deals: int = 0
    stalled: int = 0
    entered: int = 0
    visits: int = 0
    mean_days: float | None = None


def stage_figures(facts: Facts, pipeline: Pipeline) -> Mapping[str, StageFigures]:
    """Stage → its figures, for every stage of *pipeline* and every former one that history still names.

    Deals now add up to the deals of the pipeline. A deal that came from, or went to, another pipeline counts in the
    visits of both.
    """
    stays = stays_by_stage(facts.states)
    here = [state for state in facts.states if state.pipeline.id == pipeline.id]
    visited = [
        (state.deal.path, visit.stage)
        for state in facts.states
        for visit in state.visits
        if visit.pipeline == pipeline.id
    ]
    named = dict.fromkeys(
        [stage.id for stage in pipeline.stages] + [state.stage.id for state in here] + [name for _, name in visited]
    )
    deals = Counter([state.stage.id for state in here])
    stalled = Counter([state.stage.id for state in here if is_stalled(state, facts.limits)])
    visits = Counter([name for _, name in visited])
    entered = Counter([name for _, name in dict.fromkeys(visited)])
    return {
        name: StageFigures(
            deals=deals[name],
            stalled=stalled[name],
            entered=entered[name],
            visits=visits[name],
            mean_days=restricted_mean(found) if (found := stays.get((pipeline.id, name))) else None,
        )
        for name in named
    }


def pipeline_deals(facts: Facts, pipeline: Pipeline) -> tuple[int, int, int, int]:
    """How many deals are in *pipeline*, and of those open, won and lost."""
    here = [state for state in facts.states if state.pipeline.id == pipeline.id]
    return (
        len(here),
        sum(state.is_open for state in here),
        sum(state.is_won for state in here),
        sum(state.is_lost for state in here),
    )
