"""Deals that stand still, with what would set them going."""

from collections.abc import Sequence

from pipectl.model.clocks import Clock, Clocks, Step, furthest, next_step
from pipectl.model.facts import Facts
from pipectl.model.frozen import frozen
from pipectl.model.state import State


@frozen
class Stagnant:
    """A deal for `stale`.

    Attributes:
        reasons: `stalled`, `idle`, `overdue` (its expected close has passed), `task` (one of its tasks is late).
        leading: the clock that is furthest over its limit; None for one that is only late.
        clears: what would clear it.
    """

    state: State
    clocks: Clocks
    reasons: tuple[str, ...]
    leading: Clock | None
    step: Step | None
    clears: str


def stagnant(facts: Facts, *, overdue_too: bool = False) -> Sequence[Stagnant]:
    """Open deals that are stalled or idle, those furthest over their limit first; then those that are only late."""
    found = []
    for state in facts.states:
        if not state.is_open:
            continue
        clocks = facts.clocks[state.deal.path]
        late = overdue_too and (clocks.overdue_days > 0 or bool(clocks.overdue_tasks))
        if clocks.is_stagnant or late:
            found.append(_stagnant(state, clocks, facts))
    return sorted(found, key=lambda item: (item.leading is None, -_excess(item.leading), item.state.deal.id))


def _stagnant(state: State, clocks: Clocks, facts: Facts) -> Stagnant:
    over = [clock for clock in (clocks.stalled, clocks.idle) if clock is not None and clock.is_over]
    reasons = [name for name, holds in (("stalled", clocks.is_stalled), ("idle", clocks.is_idle)) if holds]
    if clocks.overdue_days:
        reasons.append("overdue")
    if clocks.overdue_tasks:
        reasons.append("task")
    step = next_step(state, clocks, facts.settings.activity_types) if over else None
    return Stagnant(state, clocks, tuple(reasons), max(over, key=_excess, default=None), step, _clears(state, clocks))


def _excess(clock: Clock | None) -> float:
    """How many times its limit a clock has run."""
    if clock is None:
        return 0.0
    return clock.days / clock.limit.days if clock.limit.days else float("inf")


def _clears(state: State, clocks: Clocks) -> str:
    """What would clear it, in the reader's words."""
    ways = []
    if clocks.is_stalled:
        beyond = state.pipeline.stages[furthest(state) + 1 :]
        ahead = next((stage.id for stage in beyond if stage.is_open and not stage.is_retired(state.as_of.day)), "")
        ways.append(f"a move to {ahead} or beyond" if ahead else "its close, won or lost")
    if clocks.is_idle:
        ways.append("a contact, or a next step with a date")
    if clocks.overdue_days:
        ways.append("a new expected close")
    if clocks.overdue_tasks:
        ways.append("doing the overdue task, or a new day for it")
    return "; ".join(ways)
