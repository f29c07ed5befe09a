"""The two clocks of stagnation, each with its reset list, and the dates that have passed.

stalled: starts at the last move to a stage later than any reached since creation, last reopening or change of
pipeline. A move back, and forward again to where the deal had been, resets nothing.
idle: starts at the last contact with the customer, or with the stalled clock if that is later. Suspended while the
next open task is due soon enough, and while the deal is snoozed.

Edits of fields, formatting, renames, merges and notes reset neither. Nothing closed is ever stagnant.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from pipectl.model.deal import Task
from pipectl.model.frozen import field, frozen
from pipectl.model.moment import Moment, day_later, days_between, is_before
from pipectl.model.state import State

DEFAULT_STALLED_DAYS = 30
DEFAULT_IDLE_DAYS = 14


@frozen
class Limit:
    """How many days are too many, and who said so: `max_days`, `idle_days`, `default` or `mean`."""

    days: float
    origin: str


_limit = lru_cache(Limit)  # of few stages, and asked of every deal


@frozen
class Limits:
    """The limits of a run.

    Attributes:
        stalled: (pipeline, stage) → a limit that replaces what the stage's file says, e.g. learned from history.
        average_days: (pipeline, stage) → how long deals stay there on average, to stand beside; absent if unknown.
    """

    stalled: Mapping[tuple[str, str], Limit] = field(default_factory=dict)
    average_days: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def stalled_limit(self, state: State) -> Limit:
        """The limit of the stage that the deal is in."""
        chosen = self.stalled.get((state.pipeline.id, state.stage.id))
        if chosen is not None:
            return chosen
        if state.stage.max_days is not None:
            return _limit(state.stage.max_days, "max_days")
        return _limit(DEFAULT_STALLED_DAYS, "default")

    def average(self, state: State) -> float | None:
        """The average stay in the stage that the deal is in."""
        return self.average_days.get((state.pipeline.id, state.stage.id))


def idle_limit(state: State) -> Limit:
    """The limit of days without a contact in the stage that the deal is in."""
    if state.stage.idle_days is not None:
        return _limit(state.stage.idle_days, "idle_days")
    return _limit(DEFAULT_IDLE_DAYS, "default")


@frozen
class Clock:
    """One clock of one deal: when it started, how long it has run, and how long it may."""

    since: Moment
    days: float
    limit: Limit

    @property
    def is_over(self) -> bool:
        """It has run longer than its limit."""
        return self.days > self.limit.days

    @property
    def over_since(self) -> date:
        """The first day at whose end it was over."""
        if self.since.instant is not None:
            return day_later(self.since.instant, self.limit.days)
        return self.since.day + timedelta(days=int(self.limit.days) + 1)


class Step(StrEnum):
    """What to do about a stagnant deal, in order."""

    ACT = "act"
    LAST_FOLLOW_UP = "last follow-up"
    WAIT = "wait for the last follow-up"
    DROP = "drop"


@frozen
class Clocks:
    """What the calendar says of one open deal.

    Attributes:
        stalled, idle: None where the clock can't be read (an undated deal) or, for idle, is suspended.
        suspended: why the idle clock does not run, or "".
        overdue_days: days since the expected close passed; 0 if it has not.
        overdue_tasks: open tasks whose date has passed.
    """

    stalled: Clock | None = None
    idle: Clock | None = None
    suspended: str = ""
    overdue_days: int = 0
    overdue_tasks: tuple[Task, ...] = ()

    @property
    def is_stalled(self) -> bool:
        """Too long without progress."""
        return self.stalled is not None and self.stalled.is_over

    @property
    def is_idle(self) -> bool:
        """Too long without a contact."""
        return self.idle is not None and self.idle.is_over

    @property
    def is_stagnant(self) -> bool:
        """Stalled or idle."""
        return self.is_stalled or self.is_idle


_NO_CLOCKS = Clocks()


def read_clocks(state: State, limits: Limits, contact_types: Mapping[str, bool]) -> Clocks:
    """The clocks of *state*; *contact_types* says which activities are contacts. A closed deal has none."""
    if not state.is_open:
        return _NO_CLOCKS
    today = state.as_of.day
    deal = state.deal
    suspended = _suspended(state)
    stalled = stalled_clock(state, limits)
    idle = None if stalled is None or suspended else _idle_clock(state, stalled.since, contact_types)
    overdue = (today - deal.expected_close).days if deal.expected_close else 0
    late = tuple(task for task in deal.tasks if task.is_open and task.comes_up is not None and task.comes_up < today)
    return Clocks(stalled, idle, suspended, max(overdue, 0), late)


def stalled_clock(state: State, limits: Limits) -> Clock | None:
    """The clock of an open deal's progress, which its stages alone tell; None for an undated and a closed one."""
    progress = last_progress(state) if state.dated and state.is_open else None
    if progress is None:
        return None
    return Clock(progress, days_between(progress, state.as_of), limits.stalled_limit(state))


def is_stalled(state: State, limits: Limits) -> bool:
    """Whether an open deal has gone too long without progress."""
    clock = stalled_clock(state, limits)
    return clock is not None and clock.is_over


def is_stagnant(state: State, limits: Limits, contact_types: Mapping[str, bool]) -> bool:
    """Whether it is stalled or idle.

    Most that stand still are stalled, for which no task and no contact need be looked at.
    """
    stalled = stalled_clock(state, limits)
    if stalled is None or stalled.is_over:
        return stalled is not None
    return not _suspended(state) and _idle_clock(state, stalled.since, contact_types).is_over


def last_progress(state: State) -> Moment | None:
    """When the deal last came further than ever since creation, last reopening or change of pipeline."""
    return _progress(state)[1]


def furthest(state: State) -> int:
    """The rank of the furthest stage since creation, last reopening or change of pipeline; -1 where none is known."""
    return _progress(state)[0]


def _progress(state: State) -> tuple[int, Moment | None]:
    outline = state.deal.outline
    if not outline.times:
        return -1, None
    rank, place = state.pipeline.progress(outline.path)
    return rank, outline.times[place]


def last_contact(state: State, contact_types: Mapping[str, bool]) -> Moment | None:
    """The latest contact with the customer so far."""
    latest = reversed(state.deal.activities)
    return next((activity.at for activity in latest if contact_types.get(activity.type, False)), None)


def next_step(state: State, clocks: Clocks, contact_types: Mapping[str, bool]) -> Step:
    """Where a stagnant deal stands on the ladder: act, a last follow-up, drop.

    act: nothing has been tried since the clock ran out, and it has run less than twice its limit.
    last follow-up: something was tried (an activity, a task done) and it still stands, or twice the limit is past.
    drop: the date of a last follow-up has passed, and no contact came after it was made.
    """
    over = [clock for clock in (clocks.stalled, clocks.idle) if clock is not None and clock.is_over]
    if not over:
        return Step.ACT
    if chance := _last_chance(state, max(clock.since.day for clock in over)):
        day = chance.due or chance.done
        if day is None or day >= state.as_of.day:
            return Step.WAIT
        contact = last_contact(state, contact_types)
        if contact is None or contact.day <= (chance.done or day):
            return Step.DROP
    ran_out = min(clock.over_since for clock in over)
    tried = any(activity.at.day >= ran_out for activity in state.deal.activities) or any(
        task.done is not None and task.done >= ran_out for task in state.deal.tasks
    )
    long_past = any(clock.days > 2 * clock.limit.days for clock in over)
    return Step.LAST_FOLLOW_UP if tried or long_past else Step.ACT


def _last_chance(state: State, since: date) -> Task | None:
    """The latest last follow-up, unless it belongs to a time before *since*, when the clock was set again."""
    chances = [task for task in state.deal.tasks if task.last_chance]
    chance = max(chances, key=lambda task: task.due or task.done or date.max, default=None)
    return None if chance is None or (chance.due or chance.done or date.max) < since else chance


def _idle_clock(state: State, progress: Moment, contact_types: Mapping[str, bool]) -> Clock:
    contact = last_contact(state, contact_types)
    start = progress if contact is None or is_before(contact, progress) else contact
    return Clock(start, days_between(start, state.as_of), idle_limit(state))


def _suspended(state: State) -> str:
    today = state.as_of.day
    snoozed = state.deal.snooze_until
    if snoozed is not None and snoozed > today:
        return f"snoozed until {snoozed}"
    task = state.deal.next_task
    due = task.comes_up if task is not None else None
    if task is not None and due is not None and 0 <= (due - today).days <= idle_limit(state).days:
        return f"next step on {due}: {task.title}"
    return ""
