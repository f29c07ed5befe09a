"""Where every deal stands at the end of a day: what metrics, checks, filters and reports look at."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pipectl.model.as_known import as_known_on, value_after
from pipectl.model.deal import Deal
from pipectl.model.frozen import field, frozen
from pipectl.model.moment import Moment, days_between, end_of, is_before
from pipectl.model.money import Money, Rates
from pipectl.model.pipeline import Outcome, Pipeline, Stage
from pipectl.model.visits import Path, Visit, last_entries
from pipectl.model.workspace import Workspace


@frozen
class State:
    """A deal at the end of a day.

    Attributes:
        deal: as it was known then.
        dated: the history leads to the stage that the deal is in; if not, its time there and its close are unknown.
        created: its first entry, else the day that the file gives; None where it says neither.
        began_closed: its first entry is a close: nobody wrote down how it came there.
        closed: its last close, where the deal is closed and dated.
        owner: whose deal it is; for a closed one, whose it was at the close.
        worth: what it is asked or was won for, in the workspace's currency at the rate of the close or of the day;
            None for an unpriced deal, and where a rate is missing.
        rate_missing: it has an amount that no rate converts.
        is_open: neither won nor lost.
        is_won, is_lost: as far as anybody knew.
        rates: what amounts are converted at.
    """

    deal: Deal
    pipeline: Pipeline
    stage: Stage
    as_of: Moment
    dated: bool
    created: Moment | None
    began_closed: bool
    closed: Moment | None
    is_open: bool
    is_won: bool
    is_lost: bool
    rates: Rates = field(repr=False, compare=False)
    owner: str = field(init=False)
    amount: Money | None = field(init=False)
    worth: Money | None = field(init=False)
    rate_missing: bool = field(init=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """What is asked of few deals, and found when somebody asks; from then on it is there."""
            if name not in _FOUND:
                raise AttributeError(f"a state has no {name}")
            value = _FOUND[name](self)
            object.__setattr__(self, name, value)
            return value

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Its stays so far, in every pipeline; meaningless for the present of one that is not *dated*."""
        return self.deal.outline.visits

    @property
    def entered(self) -> Moment | None:
        """When it came into the stage that it is in; None for an undated deal."""
        return self.deal.outline.times[-1] if self.dated else None

    @property
    def days_in_stage(self) -> float | None:
        """Days since it came into the stage that it is in; None for an undated deal."""
        return None if self.entered is None else days_between(self.entered, self.as_of)

    @property
    def age_days(self) -> float | None:
        """Days since creation, until the close if there was one; None where either is unknown."""
        if self.created is None or (not self.is_open and self.closed is None):
            return None
        return days_between(self.created, self.closed or self.as_of)

    @property
    def cycle_days(self) -> float | None:
        """Days from creation to the last close; None while open, undated, or when the deal began closed."""
        if self.closed is None or self.created is None or self.began_closed:
            return None
        return days_between(self.created, self.closed)

    @property
    def lost_reason(self) -> str:
        """Why a lost deal was lost, as the deal says or its close; "" for any other, whatever its file keeps."""
        return (self.deal.lost_reason or self._said_at_close("lost_reason")) if self.is_lost else ""

    @property
    def competitor(self) -> str:
        """Against whom, as the deal says or its close."""
        return self.deal.competitor or self._said_at_close("competitor")

    def _said_at_close(self, name: str) -> str:
        if self.closed is None:
            return ""
        return next((text for entry in last_entries(self.deal.history) if (text := getattr(entry, name))), "")


def states(workspace: Workspace, day: date, settled: Mapping[str, State] | None = None) -> tuple[State, ...]:
    """Every deal that existed at the end of *day*, as it stood then, in the workspace's order.

    *settled*: path → the state of a closed deal on a later day, for who looks at no closed deal's time since its close:
    where nothing has happened since *day* that state is taken, instead of the same made again.
    """
    as_of, rates = end_of(day, workspace.settings.zone), workspace.settings.rates
    ways, later = _Ways(workspace), settled or {}
    found = []
    for deal in workspace.deals:
        state = later.get(deal.path)
        if state is not None and (last := state.deal.outline.last) is not None and last <= day:
            found.append(state)
        elif (known := as_known_on(deal, day)) is not None:
            found.append(_state(known, ways, as_of, rates))
    return tuple(found)


class _Ways(dict[tuple[str, str, Path], tuple[Pipeline, Stage, bool, bool, bool, bool, bool]]):
    """(pipeline, stage, stays that led there) → both, and whether it is dated, began closed, is open, won, lost.

    Thousands of deals go some dozens of ways. A past stage or pipeline may be gone from the files since: its deals
    count all the same, under its old name.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._pipelines = dict(workspace.pipelines)
        self._stages: dict[tuple[str, str], tuple[Pipeline, Stage]] = {}

    def __missing__(self, way: tuple[str, str, Path]) -> tuple[Pipeline, Stage, bool, bool, bool, bool, bool]:
        *here, path = way
        pipeline, stage = self._place(*here)
        dated = bool(path) and path[-1] == (pipeline.id, stage.id)
        began_closed = bool(path) and not self._place(*path[0])[1].is_open
        outcome = [stage.outcome is each for each in (Outcome.OPEN, Outcome.WON, Outcome.LOST)]
        self[way] = found = pipeline, stage, dated, began_closed, outcome[0], outcome[1], outcome[2]
        return found

    def _place(self, pipeline_id: str, stage_id: str) -> tuple[Pipeline, Stage]:
        if (pipeline_id, stage_id) not in self._stages:
            pipeline = self._pipelines.setdefault(pipeline_id, Pipeline(pipeline_id, pipeline_id, ()))
            self._stages[pipeline_id, stage_id] = pipeline, pipeline.stage(stage_id) or Stage(stage_id, stage_id)
        return self._stages[pipeline_id, stage_id]


def _state(deal: Deal, ways: _Ways, as_of: Moment, rates: Rates) -> State:
    outline = deal.outline
    times = outline.times
    pipeline, stage, dated, began_closed, is_open, is_won, is_lost = ways[deal.pipeline, deal.stage, outline.path]
    created = times[0] if times else _said_creation(deal)
    closed = times[-1] if dated and not is_open else None
    return State(deal, pipeline, stage, as_of, dated, created, began_closed, closed, is_open, is_won, is_lost, rates)


def _said_creation(deal: Deal) -> Moment | None:
    return None if deal.created is None else Moment(deal.created)


def _owner(state: State) -> str:
    closed, deal = state.closed, state.deal
    if closed is None or not deal.outline.changed:
        return deal.owner
    then = value_after(deal, "owner", [change for change in deal.changes if not is_before(closed, change.at)])
    return str(then or "")


def _amount(state: State) -> Money | None:
    # The amount won, where the close recorded one; else the deal's.
    return state.deal.amount if state.closed is None else state.deal.outline.paid or state.deal.amount


def _worth(state: State) -> Money | None:
    amount = state.amount
    return state.rates.convert(amount, (state.closed or state.as_of).day) if amount else None


_FOUND: dict[str, Callable[[State], object]] = {
    "owner": _owner,
    "amount": _amount,
    "worth": _worth,
    "rate_missing": lambda state: state.amount is not None and state.worth is None,
}
