"""The way of a deal through one pipeline: when it first entered each stage, how far it came, where it turned back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipectl.model.frozen import frozen
from pipectl.model.moment import Moment
from pipectl.model.moves import skipped_stages
from pipectl.model.pipeline import Outcome, Pipeline, Stage
from pipectl.model.state import State


@frozen
class Journey:
    """The order of the stages is the pipeline's today.

    Attributes:
        entered: open stage → its first entry. A move from before a stage to beyond it is an entry too, dated by the
            move, unless the stage was retired by then.
        visited: open stage → when the deal first came to be in it.
        stood: every open stage that it has been in, the one that its file names without a date among them.
        furthest: the rank of the furthest of those; -1 where there is none.
        turned: stages that it has moved back over: from them, or from beyond, to before them. A reopening is no move
            back.
    """

    state: State
    entered: Mapping[str, Moment]
    visited: Mapping[str, Moment]
    stood: frozenset[str]
    furthest: int
    turned: frozenset[str]


def journeys(states: Iterable[State], pipeline: Pipeline) -> Sequence[Journey]:
    """The way of each deal that has ever been in *pipeline*."""
    return tuple(_journey(state, pipeline) for state in states if _has_been(state, pipeline))


def _has_been(state: State, pipeline: Pipeline) -> bool:
    return state.pipeline.id == pipeline.id or any(visit.pipeline == pipeline.id for visit in state.visits)


def _journey(state: State, pipeline: Pipeline) -> Journey:
    entered: dict[str, Moment] = {}
    visited: dict[str, Moment] = {}
    turned: set[str] = set()
    for origin, stage, at, reopened in _moves(state, pipeline):
        if origin is not None:
            for passed in skipped_stages(pipeline, origin, stage, at.day):
                entered.setdefault(passed.id, at)
            if not reopened:
                turned.update(over.id for over in _between(pipeline, stage, origin))
        if stage.is_open:
            entered.setdefault(stage.id, at)
            visited.setdefault(stage.id, at)
    stood = frozenset((*visited, *_here(state, pipeline)))
    furthest = max(map(pipeline.rank, stood), default=-1)
    return Journey(state, entered, visited, stood, furthest, frozenset(turned))


def _moves(state: State, pipeline: Pipeline) -> Iterator[tuple[Stage | None, Stage, Moment, bool]]:
    """(from, to, when, whether it was closed in between) of each move to a stage that has a place in the order.

    A lost deal, and one in a stage that the pipeline has no more, stands where it was before. One that comes from
    another pipeline begins anew.
    """
    place: Stage | None = None
    closed = False
    for visit in state.visits:
        if visit.pipeline != pipeline.id:
            place, closed = None, False
            continue
        stage = pipeline.stage(visit.stage)
        if stage is None:
            continue
        if stage.outcome is not Outcome.LOST:
            yield place, stage, visit.since, closed
            place = stage
        closed = not stage.is_open


def _between(pipeline: Pipeline, stage: Stage, origin: Stage) -> Sequence[Stage]:
    """The stages after *stage* up to *origin*: what a move back from there to it goes over; else none."""
    return pipeline.stages[pipeline.rank(stage.id) + 1 : pipeline.rank(origin.id) + 1]


def _here(state: State, pipeline: Pipeline) -> Sequence[str]:
    """The open stage that the deal is in now, if it is one of this pipeline's."""
    found = pipeline.stage(state.stage.id) if state.pipeline.id == pipeline.id else None
    return (found.id,) if found is not None and found.is_open else ()
