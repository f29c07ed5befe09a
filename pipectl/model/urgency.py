"""What to do first: a plain sum of reasons, each with its coefficient, printed with the result."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from pipectl.model.clocks import Clocks
from pipectl.model.deal import Task
from pipectl.model.facts import Facts
from pipectl.model.frozen import frozen
from pipectl.model.state import State
from pipectl.model.workspace import DEFAULT_URGENCY

_NEAR_DAYS = 14
_MONTH_DAYS = 30


@frozen
class Term:
    """One reason: its coefficient times how far it holds, 0..1."""

    name: str
    coefficient: Decimal
    factor: float
    why: str

    @property
    def points(self) -> float:
        """What it adds."""
        return float(self.coefficient) * self.factor


@frozen
class Urgency:
    """A deal with its reasons, the weightiest first."""

    state: State
    clocks: Clocks
    task: Task | None
    terms: tuple[Term, ...]

    @property
    def points(self) -> float:
        """Their sum."""
        return sum(term.points for term in self.terms)


def urgencies(facts: Facts, gaps: Mapping[str, float]) -> list[Urgency]:
    """Open deals that something calls for, the most urgent first; ties by id.

    Args:
        facts: the deals.
        gaps: owner → share of the current target that is still missing, 0..1.
    """
    coefficients = {**DEFAULT_URGENCY, **facts.settings.urgency}
    largest = max((_expected(state) for state in facts.states if state.is_open), default=0.0)
    found = []
    for state in facts.states:
        if not state.is_open or _is_asleep(state, facts.today):
            continue
        clocks = facts.clocks[state.deal.path]
        held = _factors(state, clocks, facts.today, largest, gaps)
        terms = [Term(name, coefficients[name], factor, why) for name, factor, why in held if coefficients[name]]
        terms.sort(key=lambda term: (-term.points, term.name))
        found.append(Urgency(state, clocks, state.deal.next_task, tuple(terms)))
    return sorted(found, key=lambda urgency: (-round(urgency.points, 6), urgency.state.deal.id))


def _is_asleep(state: State, today: date) -> bool:
    return state.deal.snooze_until is not None and state.deal.snooze_until > today


def _expected(state: State) -> float:
    probability = state.deal.probability if state.deal.probability is not None else state.stage.probability
    return float(state.worth.amount * (probability or 0) / 100) if state.worth else 0.0


def _factors(
    state: State, clocks: Clocks, today: date, largest: float, gaps: Mapping[str, float]
) -> Iterator[tuple[str, float, str]]:
    """(name, 0..1, why) of every reason; DEFAULT_URGENCY holds what each weighs."""
    deal, task = state.deal, state.deal.next_task
    due = task.comes_up if task is not None else None
    if due is not None and due < today:
        late = (today - due).days
        # A day late is half of it, two weeks are all.
        yield "overdue_task", 0.5 + 0.5 * min(late, _NEAR_DAYS) / _NEAR_DAYS, f"task {_days(late)} overdue"
    elif due is not None and (due - today).days <= 7:
        ahead = (due - today).days
        yield "due_task", 1 - ahead / 8, "task due today" if not ahead else f"task due in {_days(ahead)}"
    if clocks.stalled is not None and clocks.is_stalled:
        yield "stalled", 1.0, f"stalled {_days(int(clocks.stalled.days))}, limit {int(clocks.stalled.limit.days)}"
    if clocks.idle is not None and clocks.is_idle:
        yield "idle", 1.0, f"no contact for {_days(int(clocks.idle.days))}"
    if clocks.overdue_days:
        yield "overdue_close", 1.0, f"expected close {_days(clocks.overdue_days)} ago"
    elif deal.expected_close is not None and (deal.expected_close - today).days <= _MONTH_DAYS:
        ahead = (deal.expected_close - today).days
        yield "close_near", 1 - ahead / (_MONTH_DAYS + 1), f"closes in {_days(ahead)}" if ahead else "closes today"
    if largest > 0 and (expected := _expected(state)) > 0:
        yield "value", expected / largest, f"{round(100 * expected / largest)}% of the largest expected value"
    if task is None:
        yield "no_next_step", 1.0, "no next step"
    if gaps.get(state.owner, 0) > 0:
        yield "target_gap", gaps[state.owner], f"{round(100 * gaps[state.owner])}% of the owner's target is missing"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
