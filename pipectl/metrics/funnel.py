"""What becomes of the deals that enter a stage: how many come further, how many are lost, how many are won."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pipectl.metrics.journey import Journey
from pipectl.metrics.metric import Behind, Measure, Scope, StageMetric
from pipectl.metrics.outcome import share, win_ratio
from pipectl.model.frozen import frozen
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State
from pipectl.report import Labelled, Ratio


@frozen
class Cohort:
    """Deals by what has become of them; each is in one of *advanced*, *beyond*, *lost* and *pending*.

    Attributes:
        beyond: where only entries into the very next stage count: those that came further without one.
        back: those of all four that have moved back from the stage, or from beyond it, to before it.
    """

    entered: tuple[State, ...]
    advanced: tuple[State, ...]
    beyond: tuple[State, ...]
    lost: tuple[State, ...]
    pending: tuple[State, ...]
    back: tuple[State, ...]

    @property
    def rate(self) -> Ratio:
        """advanced / entered."""
        return share(len(self.advanced), len(self.entered))

    @property
    def resolved(self) -> Ratio:
        """advanced / (advanced + lost): those still on their way left out."""
        return win_ratio(len(self.advanced), len(self.lost))

    @property
    def won(self) -> tuple[State, ...]:
        """Those that are won now."""
        return tuple(state for state in self.entered if state.is_won)

    @property
    def to_won(self) -> Ratio:
        """won now / (won now + lost now)."""
        return win_ratio(len(self.won), sum(state.is_lost for state in self.entered))


def cohort(scope: Scope, pipeline: Pipeline, stage: Stage, *, direct: bool = False) -> Cohort:
    """The deals whose first entry to *stage* lies in the period, by what has become of them by the end of the day.

    *direct*: a stage that was skipped was not entered, and only an entry into the very next one is an advance.
    """
    return _cohort([way for way, _ in _entrants(scope, pipeline, stage, direct=direct)], pipeline, stage, direct=direct)


def cohorts(
    scope: Scope, pipeline: Pipeline, stage: Stage, group: Callable[[State, date], str], *, direct: bool = False
) -> Mapping[str, Cohort]:
    """The same parted by *group*, which is asked for each deal and the day of its first entry."""
    found: dict[str, list[Journey]] = {}
    for way, day in _entrants(scope, pipeline, stage, direct=direct):
        found.setdefault(group(way.state, day), []).append(way)
    return {name: _cohort(ways, pipeline, stage, direct=direct) for name, ways in found.items()}


def _entrants(scope: Scope, pipeline: Pipeline, stage: Stage, *, direct: bool) -> Sequence[tuple[Journey, date]]:
    return scope.once(_entries, pipeline, direct=direct).get(stage.id, ())


def _entries(scope: Scope, pipeline: Pipeline, *, direct: bool) -> Mapping[str, Sequence[tuple[Journey, date]]]:
    """Stage → the ways whose first entry to it lies in the period, each with its day."""
    found: dict[str, list[tuple[Journey, date]]] = {}
    first, until = scope.period.first, scope.period.until
    for way in scope.journeys(pipeline):
        times = way.state.deal.outline.times
        for name, place in (way.route.visited if direct else way.route.entered).items():
            if first <= (day := times[place].day) < until:
                found.setdefault(name, []).append((way, day))
    return found


def _cohort(ways: Sequence[Journey], pipeline: Pipeline, stage: Stage, *, direct: bool) -> Cohort:
    rank = pipeline.rank(stage.id)
    ends: dict[str, list[State]] = {"advanced": [], "beyond": [], "lost": [], "pending": []}
    for way in ways:
        further = way.route.furthest > rank or way.state.is_won
        if further and (not direct or _entered_next(way, pipeline, rank)):
            end = "advanced"
        elif further:
            end = "beyond"
        else:
            end = "lost" if way.state.is_lost else "pending"
        ends[end].append(way.state)
    parts = {name: tuple(states) for name, states in ends.items()}
    back = tuple(way.state for way in ways if stage.id in way.route.turned)
    return Cohort(entered=tuple(way.state for way in ways), back=back, **parts)


def _entered_next(way: Journey, pipeline: Pipeline, rank: int) -> bool:
    """Whether the deal has been in the very next stage, which after the last open one is won.

    A stage that was retired by then, or not put in yet, is not in between.
    """
    passed: list[Stage] = []
    for after in pipeline.stages[rank + 1 :]:
        if not after.is_open:
            break
        if after.id in way.route.stood:
            entry = way.since(after.id) or way.state.as_of
            return not any(stage.is_in_use(entry.day) for stage in passed)
        passed.append(after)
    end = way.state.closed or way.state.as_of
    return way.state.is_won and not any(stage.is_in_use(end.day) for stage in passed)


def conversion(scope: Scope, pipeline: Pipeline, stage: Stage) -> Measure:
    """Share of the deals that first entered the stage in the period that have come further since.

    Entered: the first time that a deal came to be in the stage lies in the period. A move from before the stage to
    beyond it, to a later stage or to won, passes through: it is the first entry, dated by that move, and stays so
    if the stage is entered later. A move to lost passes through nothing, a deal created beyond the stage or brought
    there from another pipeline has not entered it, and nobody passes through a stage that is retired by then, or not
    put in yet; what history names was entered all the same. A deal that was reopened goes on from where it was: after a
    loss from its last open stage, after a win from beyond them all.

    Advanced: it has ever been in a later open stage, or is won now. Lost: it is lost now, and never advanced.
    Pending: all others. Each deal is one of the three, by what is true at the end of the day. Back, which may be any
    of them: it has moved back from the stage, or from beyond it, to an earlier one; that takes no advance away. The
    order of the stages is the pipeline's today, where retired ones keep their place.

    The resolved rate beside it leaves out the pending: advanced / (advanced + lost). The interval is Wilson's, 95%;
    under 10 deals it is called too few. `funnel --direct` counts entries into the very next stage only: a skip is
    then neither an entry of the stage it passes nor an advance.

    Formula: advanced / entered
    Unit: share, 0..1
    Example: of 12 deals that entered, 6 advanced, 2 were lost, 4 are pending: 6/12 = 50.0%, resolved 6/8.
    Elsewhere: many tools divide the deals now in the next stage or beyond by those now in this one or beyond. That
        counts deals that were created beyond the stage, and takes a deal away that moved back. Others count every
        entry, so that a deal that was sent back and came again is two. Dividing the entries of one month by those of
        the stage before in the same month compares different deals.
    """
    found = cohort(scope, pipeline, stage)
    detail = (
        Labelled("resolved", found.resolved),
        Labelled("lost", len(found.lost), after=True),
        Labelled("pending", len(found.pending), after=True),
        Labelled("back", len(found.back), after=True),
    )
    behind = (
        Behind("advanced", found.advanced),
        Behind("lost", found.lost),
        Behind("pending", found.pending),
        Behind("back", found.back),
    )
    return Measure(found.rate, detail, behind)


def stage_to_won(scope: Scope, pipeline: Pipeline, stage: Stage) -> Measure:
    """Share of the deals that first entered the stage in the period and are closed now that are won.

    The deals are those of `conversion`. Won and lost are what the deal is at the end of the day, in whatever pipeline;
    those that are neither are pending, and stand beside. Losses count whatever their reason.

    Formula: won now / (won now + lost now)
    Unit: share, 0..1
    Example: of 15 deals that entered, 4 are won, 8 lost, 3 open: 4/12 = 33.3%, 3 pending.
    Elsewhere: won / entered is common. It calls a deal that is still open a deal not won, so that every stage looks
        worse the younger its deals are.
    """
    found = cohort(scope, pipeline, stage)
    lost = tuple(state for state in found.entered if state.is_lost)
    open_now = tuple(state for state in found.entered if state.is_open)
    behind = (Behind("won", found.won), Behind("lost", lost), Behind("pending", open_now))
    return Measure(found.to_won, (Labelled("pending", len(open_now), after=True),), behind)


CONVERSION = StageMetric("conversion", "Conversion", conversion)
STAGE_TO_WON = StageMetric("stage-to-won", "Stage to won", stage_to_won)
