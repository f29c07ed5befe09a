"""Quotas: how much of a target is reached, how that compares with the time gone, and what is open for the rest.

A target asks for an amount won, or for a number of deals won, of deals created, of contacts with customers. What
counts towards it follows the deal: a person's target counts the deals that are theirs (a closed deal is whose it was
at the close), a group's those of its members, a pipeline's those in it. Where several are summed, a deal counts where
any of them speaks of it.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from pipectl.metrics.activity import contacts_in
from pipectl.metrics.metric import Scope
from pipectl.metrics.volume import probability, weighted, worth
from pipectl.model.frozen import frozen, replace
from pipectl.model.money import Money
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Amount, Cell, Labelled, Multiple, Ratio


class Aim(StrEnum):
    """What a target counts; in the order in which a period without a choice takes them."""

    AMOUNT = "amount"
    DEALS = "deals"
    CREATED = "created"
    CONTACTS = "contacts"


def targets_of(
    targets: Iterable[Target],
    period: Period,
    *,
    owner: str = "",
    group: str = "",
    pipelines: Sequence[str] = (),
    aim: Aim | None = None,
) -> tuple[Target, ...]:
    """What is set for *period*, for a person, a group or, with neither, the whole team; each target with one aim left.

    Exactly that period's target, else the targets of shorter periods that fill it without gap or overlap. Of named
    *pipelines* only targets set for them count. A whole team without a target of its own has the sum of its members'.
    Without an *aim* it is the first that is set: the amount, else deals won, else deals created, else contacts.
    """
    known = list(targets)
    for wanted in [aim] if aim else Aim:
        aimed = [_only(target, wanted) for target in known if getattr(target, wanted) is not None]
        if found := _of(aimed, period, owner, group, pipelines):
            return found
    return ()


def targets_for(scope: Scope, *, owner: str = "", group: str = "") -> tuple[Target, ...]:
    """What is set for the person or the group in the period of *scope*; nothing where a filter keeps some deals."""
    if scope.targets is None or not (owner or group):
        return ()
    known = scope.facts.settings.targets
    return targets_of(known, scope.whole, owner=owner, group=group, pipelines=scope.pipelines)


def _only(target: Target, aim: Aim) -> Target:
    """*target* without its other aims."""
    others: dict[str, None] = dict.fromkeys(other for other in Aim if other is not aim)
    return replace(target, **others)  # type: ignore[arg-type]  # each of them may be None


def _of(
    aimed: Sequence[Target], period: Period, owner: str, group: str, pipelines: Sequence[str]
) -> tuple[Target, ...]:
    found = _set_for([t for t in aimed if (t.owner, t.group) == (owner, group)], period, pipelines)
    if found or owner or group:
        return found
    members = dict.fromkeys(target.owner for target in aimed if target.owner)
    parts = (_set_for([t for t in aimed if t.owner == member], period, pipelines) for member in members)
    return tuple(target for part in parts for target in part)


def _set_for(targets: Sequence[Target], period: Period, pipelines: Sequence[str]) -> tuple[Target, ...]:
    """What *targets*, all of one person, one group or the team, ask for in *period*."""
    if not pipelines:
        overall = _fitting([target for target in targets if not target.pipeline], period)
        if overall:
            return tuple(overall)
        pipelines = tuple(dict.fromkeys(target.pipeline for target in targets if target.pipeline))
    parts = (_fitting([target for target in targets if target.pipeline == name], period) for name in pipelines)
    return tuple(target for part in parts for target in part)


def _fitting(targets: Sequence[Target], period: Period) -> Sequence[Target]:
    exact = [target for target in targets if (target.period.first, target.period.until) == (period.first, period.until)]
    return exact or _filling(targets, period)


def _filling(targets: Sequence[Target], period: Period) -> Sequence[Target]:
    """Targets of one length that fill *period* edge to edge; none where they don't."""
    inside = [t for t in targets if period.first <= t.period.first and t.period.until <= period.until]
    for unit in dict.fromkeys(target.period.unit for target in inside):
        parts = [target for target in inside if target.period.unit is unit]
        edges = sorted({(target.period.first, target.period.until) for target in parts})
        joined = all(before[1] == after[0] for before, after in pairwise(edges))
        if joined and edges[0][0] == period.first and edges[-1][1] == period.until:
            return parts
    return ()


@frozen
class Standing:
    """One target of a period and what stands against it; amounts in the workspace's currency.

    Attributes:
        reached: of what it asks for.
        by: the deals that it was reached with.
        left: open deals expected in what is left of the period; none where no open deal can help.
        expected: what *left* comes to.
        weighted: the same, each deal times its probability.
        elapsed, days: of the period, at the end of the day.
        over: no day of the period is left, today's included.
    """

    aim: Aim
    currency: str
    asked: Decimal
    reached: Decimal
    by: tuple[State, ...]
    left: tuple[State, ...]
    expected: Decimal
    weighted: Decimal
    elapsed: int
    days: int
    over: bool

    @property
    def gap(self) -> Decimal:
        """What is missing, not below 0."""
        return max(Decimal(0), self.asked - self.reached)

    @property
    def helps(self) -> bool:
        """Whether open deals can close the gap; deals to create and contacts to make they can't."""
        return self.aim in (Aim.AMOUNT, Aim.DEALS)

    @property
    def attainment(self) -> Ratio:
        """What is reached of what is asked for."""
        if self.aim is Aim.AMOUNT:
            return Ratio(self.reached, self.asked)
        return Ratio(int(self.reached), int(self.asked))

    @property
    def pace(self) -> Ratio:
        """The share of the period that is over."""
        return Ratio(self.elapsed, self.days)

    @property
    def due(self) -> Decimal:
        """What would be reached by now at the same pace on every day of the period."""
        return self.asked * self.elapsed / self.days

    @property
    def words(self) -> Cell:
        """Ahead of the pace or behind it, and by how much."""
        if self.reached >= self.asked:
            return "met"
        if not self.elapsed:
            return "not begun"
        if self.elapsed == self.days:
            return Labelled("missed by", self.cell(self.gap))
        over = self.reached - self.due
        if not over:
            return "on pace"
        return Labelled("ahead by" if over > 0 else "behind by", self.cell(abs(over)))

    def cell(self, number: Decimal) -> Cell:
        """*number* as what the target counts: money, whole things, or a part of them."""
        if self.aim is Aim.AMOUNT:
            return Money(number, self.currency)
        return int(number) if number == int(number) else Amount(number)

    def times(self, number: Decimal) -> Cell:
        """How many times *number* covers the gap; `met` without one, None where no open deal can help any more."""
        if not self.gap:
            return "met"
        return Multiple(float(number / self.gap)) if self.helps and not self.over else None


def standing(scope: Scope) -> Standing | None:
    """Where the deals of *scope* stand against its targets; None where there are none, or they ask for nothing."""
    targets = scope.targets or ()
    aim = next((aim for aim in Aim if targets and getattr(targets[0], aim) is not None), None)
    asked = sum((Decimal(getattr(target, aim) or 0) for target in targets), Decimal(0)) if aim else Decimal(0)
    if aim is None or not asked:
        return None
    by = aimed_at(_counted(scope, aim), scope)
    left = aimed_at(expected(scope), scope)
    if aim not in (Aim.AMOUNT, Aim.DEALS):
        left = ()
    is_amount, today = aim is Aim.AMOUNT, scope.facts.today
    return Standing(
        aim=aim,
        currency=scope.currency,
        asked=asked,
        reached=_reached(by, scope, aim),
        by=by,
        left=left,
        expected=worth(left, scope.currency).amount if is_amount else Decimal(len(left)),
        weighted=weighted(left, scope.currency).amount if is_amount else sum(map(probability, left), Decimal(0)) / 100,
        elapsed=scope.whole.elapsed_days(today),
        days=scope.whole.days,
        over=scope.whole.until <= today,
    )


def _counted(scope: Scope, aim: Aim) -> Sequence[State]:
    match aim:
        case Aim.AMOUNT | Aim.DEALS:
            return scope.won
        case Aim.CREATED:
            return scope.created
        case Aim.CONTACTS:
            return [state for state in scope.facts.states if contacts_in(scope, state)]


def _reached(by: Sequence[State], scope: Scope, aim: Aim) -> Decimal:
    match aim:
        case Aim.AMOUNT:
            return worth(by, scope.currency).amount
        case Aim.DEALS | Aim.CREATED:
            return Decimal(len(by))
        case Aim.CONTACTS:
            return Decimal(sum(contacts_in(scope, state) for state in by))


def expected(scope: Scope) -> tuple[State, ...]:
    """Open deals whose expected close lies in what is left of the period, today included."""
    first, until = max(scope.facts.today, scope.whole.first), scope.whole.until
    closes = [(state.deal.expected_close, state) for state in scope.open]
    return tuple([state for close, state in closes if close is not None and first <= close < until])


def aimed_at(states: Sequence[State], scope: Scope) -> tuple[State, ...]:
    """Those that any of the targets speaks of, by its owner, its group and its pipeline."""
    aims = {(target.owner, target.group, target.pipeline) for target in scope.targets or ()}
    return (
        tuple(states) if ("", "", "") in aims else tuple(state for state in states if _is_aimed_at(state, scope, aims))
    )


def _is_aimed_at(state: State, scope: Scope, aims: AbstractSet[tuple[str, str, str]]) -> bool:
    person = scope.facts.settings.team.get(state.owner)
    here = state.owner, person.group if person else "", state.pipeline.id
    return any(all(asked in ("", its) for asked, its in zip(aim, here, strict=True)) for aim in aims)
