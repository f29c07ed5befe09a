"""The way of a deal through one pipeline: when it first entered each stage, how far it came, where it turned back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipectl.model.frozen import frozen
from pipectl.model.moment import Moment
from pipectl.model.moves import skipped_stages
from pipectl.model.pipeline import Outcome, Pipeline, Stage
from pipectl.model.state import State
from pipectl.model.visits import Path


@frozen
class Route:
    """A journey without its days. The order of the stages is the pipeline's today.

    Attributes:
        entered: open stage → the place, in the deal's stays, of the first entry to it. A move from before a stage to
            beyond it is an entry too, unless the stage was retired by then.
        visited: open stage → the place of the stay in which the deal first came to be in it.
        stood: every open stage that it has been in, the one that its file names without a date among them.
        furthest: the rank of the furthest of those; -1 where there is none.
        turned: stages that it has moved back over: from them, or from beyond, to before them. A reopening is no move
            back.
    """

    entered: Mapping[str, int]
    visited: Mapping[str, int]
    stood: frozenset[str]
    furthest: int
    turned: frozenset[str]


@frozen
class Journey:
    """A deal, and the route that it has taken."""

    state: State
    route: Route

    def since(self, stage_id: str) -> Moment | None:
        """When the deal first came to be in that stage; None where it never was, or nobody says when."""
        place = self.route.visited.get(stage_id)
        return None if place is None else self.state.deal.outline.times[place]


def journeys(states: Iterable[State], pipeline: Pipeline) -> Sequence[Journey]:
    """The way of each deal that has ever been in *pipeline*."""
    # Thousands of deals take some dozens of routes, unless stages come and go: then the days have a say in them.
    shared = all(stage.since is None and stage.retired is None for stage in pipeline.stages)
    routes: dict[tuple[str, str, Path], Route | None] = {}
    found = []
    for state in states:
        key = state.pipeline.id, state.stage.id, state.deal.outline.path
        if key not in routes or not shared:
            routes[key] = _route(state, pipeline) if _has_been(state, pipeline) else None
        if (route := routes[key]) is not None:
            found.append(Journey(state, route))
    return tuple(found)


def _has_been(state: State, pipeline: Pipeline) -> bool:
    return pipeline.id == state.pipeline.id or any(pipeline.id == stay[0] for stay in state.deal.outline.path)


def _route(state: State, pipeline: Pipeline) -> Route:
    entered: dict[str, int] = {}
    visited: dict[str, int] = {}
    turned: set[str] = set()
    for origin, stage, place, reopened in _moves(state, pipeline):
        if origin is not None:
            for passed in skipped_stages(pipeline, origin, stage, state.visits[place].since.day):
                entered.setdefault(passed.id, place)
            if not reopened:
                turned.update(over.id for over in _between(pipeline, stage, origin))
        if stage.is_open:
            entered.setdefault(stage.id, place)
            visited.setdefault(stage.id, place)
    stood = frozenset((*visited, *_here(state, pipeline)))
    furthest = max(map(pipeline.rank, stood), default=-1)
    return Route(entered, visited, stood, furthest, frozenset(turned))


def _moves(state: State, pipeline: Pipeline) -> Iterator[tuple[Stage | None, Stage, int, bool]]:
    """(from, to, which visit that is, whether it was closed in between) of each move to a stage that is in the order.

    A lost deal, and one in a stage that the pipeline has no more, stands where it was before. One that comes from
    another pipeline begins anew.
    """
    place: Stage | None = None
    closed = False
    for at, visit in enumerate(state.visits):
        if visit.pipeline != pipeline.id:
            place, closed = None, False
            continue
        stage = pipeline.stage(visit.stage)
        if stage is None:
            continue
        if stage.outcome is not Outcome.LOST:
            yield place, stage, at, closed
            place = stage
        closed = not stage.is_open


def _between(pipeline: Pipeline, stage: Stage, origin: Stage) -> Sequence[Stage]:
    """The stages after *stage* up to *origin*: what a move back from there to it goes over; else none."""
    return pipeline.stages[pipeline.rank(stage.id) + 1 : pipeline.rank(origin.id) + 1]


def _here(state: State, pipeline: Pipeline) -> Sequence[str]:
    """The open stage that the deal is in now, if it is one of this pipeline's."""
    found = pipeline.stage(state.stage.id) if state.pipeline.id == pipeline.id else None
    return (found.id,) if found is not None and found.is_open else ()
