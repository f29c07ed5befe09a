"""Where every deal stands at the end of a day: what metrics, checks, filters and reports look at."""

from datetime import date

from pipectl.model.as_known import as_known_on, value_after
from pipectl.model.deal import Deal
from pipectl.model.frozen import frozen
from pipectl.model.moment import Moment, days_between, end_of, is_before
from pipectl.model.money import Money
from pipectl.model.pipeline import Outcome, Pipeline, Stage
from pipectl.model.visits import Visit, last_entries
from pipectl.model.workspace import Workspace


@frozen
class State:
    """A deal at the end of a day.

    Attributes:
        deal: as it was known then.
        visits: its stays so far, in every pipeline; meaningless for the present where *dated* is False.
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
    """

    deal: Deal
    pipeline: Pipeline
    stage: Stage
    as_of: Moment
    visits: tuple[Visit, ...]
    dated: bool
    created: Moment | None
    began_closed: bool
    closed: Moment | None
    owner: str
    amount: Money | None
    worth: Money | None
    rate_missing: bool
    is_open: bool
    is_won: bool
    is_lost: bool

    @property
    def entered(self) -> Moment | None:
        """When it came into the stage that it is in; None for an undated deal."""
        return self.visits[-1].since if self.dated else None

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


def states(workspace: Workspace, day: date) -> tuple[State, ...]:
    """Every deal that existed at the end of *day*, as it stood then, in the workspace's order."""
    as_of = end_of(day, workspace.settings.zone)
    stages = _Stages(workspace)
    known = [as_known_on(deal, day) for deal in workspace.deals]
    return tuple([_state(deal, workspace, stages, as_of) for deal in known if deal is not None])


class _Stages(dict[tuple[str, str], tuple[Pipeline, Stage, bool, bool, bool]]):
    """(pipeline, stage) → both, and whether a deal there is open, won, lost.

    A past stage or pipeline may be gone from the files since: its deals count all the same, under its old name.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def __missing__(self, names: tuple[str, str]) -> tuple[Pipeline, Stage, bool, bool, bool]:
        pipeline = self.workspace.pipelines.get(names[0]) or Pipeline(names[0], names[0], ())
        stage = pipeline.stage(names[1]) or Stage(names[1], names[1])
        is_open, is_won, is_lost = (stage.outcome is each for each in (Outcome.OPEN, Outcome.WON, Outcome.LOST))
        self[names] = found = pipeline, stage, is_open, is_won, is_lost
        return found


def _state(deal: Deal, workspace: Workspace, stages: _Stages, as_of: Moment) -> State:
    pipeline, stage, is_open, is_won, is_lost = stages[deal.pipeline, deal.stage]
    outline = deal.outline
    stays = outline.visits
    dated = began_closed = False
    created = closed = None
    if stays:
        first, last = stays[0], stays[-1]
        dated = last.stage == stage.id and last.pipeline == pipeline.id
        closed = last.since if dated and not is_open else None
        created = first.since
        began_closed = not stages[first.pipeline, first.stage][2]
    elif deal.created is not None:
        created = Moment(deal.created)
    # The amount won, where the close recorded one; else the deal's.
    amount = deal.amount if closed is None else outline.paid or deal.amount
    worth = workspace.settings.rates.convert(amount, (closed or as_of).day) if amount else None
    owner = _owner_at(closed, deal) if closed is not None and outline.changed else deal.owner
    when = dated, created, began_closed, closed
    how_much = amount, worth, amount is not None and worth is None
    return State(deal, pipeline, stage, as_of, stays, *when, owner, *how_much, is_open, is_won, is_lost)


def _owner_at(closed: Moment, deal: Deal) -> str:
    then = value_after(deal, "owner", [change for change in deal.changes if not is_before(closed, change.at)])
    return str(then or "")
