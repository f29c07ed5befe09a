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
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.metrics.volume import apart, chance_known, probability, weighted, worth
from pipectl.model.frozen import frozen, replace
from pipectl.model.money import Money
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Amount, Cell, Labelled, Multiple, Percent, Ratio


class Aim(StrEnum):
    """What a target counts; in the order in which a period without a choice takes them."""

    AMOUNT = "amount"
    DEALS = "deals"
    CREATED = "created"
    CONTACTS = "contacts"


_COUNTED = {Aim.DEALS: "deals", Aim.CREATED: "deals created", Aim.CONTACTS: "contacts"}
_ROLES = {Aim.AMOUNT: "won", Aim.DEALS: "won", Aim.CREATED: "created", Aim.CONTACTS: "contacted"}


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


def holding(scope: Scope, states: Iterable[State], *, owner: str = "", group: str = "") -> Scope:
    """The deals *states* in the period of *scope*, held against what is set for the person or the group.

    Against nothing where a filter keeps some of the deals: nobody's target speaks of them then.
    """
    return replace(scope.of(states), targets=targets_for(scope, owner=owner, group=group))


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


def attainment(scope: Scope) -> Measure:
    """Share of the period's target that is reached; beside it the share of the period that is over.

    An amount is reached by deals won in the period, each at the rate of its close; where no amount is asked for, a
    number of deals won, else of deals created, else of contacts. Where there are targets of single pipelines or
    owners alone, only their deals count. An unpriced win adds nothing to an amount and is counted beside. A target of a
    shorter period speaks of a longer one only where several fill it without a gap; a longer one is never shared out.

    Formula: won amount in the period / target
    Unit: share, above 1 where more was won than asked
    Example: 600 won of 1,000 after 54 of 92 days: 60.0%, pace 58.7%.
    Elsewhere: Salesforce and HubSpot share a quarter's quota out to its months, or ask for months only; a share that
        nobody agreed to is no target, so it is not made up here. HubSpot may count deals created by their amount;
        here `created` counts deals. Both credit a call to who logged it; here to the owner of the deal, so that
        owners add up to the team and `owner:` shows the same number.
    """
    found = scope.once(standing)
    if found is None:
        return _nothing(scope)
    asked = found.cell(found.asked)
    detail = (
        Labelled("target", asked if found.aim is Aim.AMOUNT else f"{asked} {_COUNTED[found.aim]}"),
        Labelled("pace", _share_over(found)),
        *(apart(found.by) if found.aim is Aim.AMOUNT else ()),
    )
    return Measure(found.attainment, detail, _behind(found))


def pace(scope: Scope) -> Measure:
    """Share of the period that is over, and whether the target is ahead of it.

    Linear: every day of the period weighs the same, and today counts as over. Said in words: ahead or behind, by how
    much; met once the target is reached, missed where the period is over, not begun before it.

    Formula: days of the period over / its days; ahead by won - target x that share
    Unit: share, 0..1
    Example: 600 won of 1,000 after 54 of 92 days: 54/92 = 58.7%, ahead by 600 - 586.96 = 13.04.
    Elsewhere: some take working days, or last year's curve; a sales year has neither everywhere, and a straight line
        can be checked by hand.
    """
    found = scope.once(standing)
    if found is None:
        return _nothing(scope)
    due = Labelled("due by now", found.cell(found.due))
    words = found.words if isinstance(found.words, Labelled) else Labelled("", found.words)
    return Measure(found.pace, (words, due), _behind(found))


def gap(scope: Scope) -> Measure:
    """What is missing to the period's target, not below 0.

    Formula: max(0, target - won in the period)
    Unit: money, or a number where the target is one
    Example: 1,000 asked, 600 won: 400; 1,200 won: 0.
    Elsewhere: Salesforce shows a negative gap once a quota is passed; the surplus stands in the attainment here, and
        a gap below 0 would turn coverage round.
    """
    found = scope.once(standing)
    return _nothing(scope) if found is None else Measure(found.cell(found.gap), (), _behind(found))


def coverage(scope: Scope) -> Measure:
    """How many times the open deals expected in what is left of the period cover what is missing to its target.

    Deals whose expected close has passed are not counted, nor are those without one, and an unpriced deal adds
    nothing to an amount. `met` once the target is won. Deals to create and contacts to make have no coverage, nor has
    a period that is over.

    Formula: sum(amount of the open with expected close in the rest of the period) / (target - won)
    Unit: times
    Example: 1,000 asked, 600 won, 1,200 open for this quarter: 1,200 / 400 = 3.0 times.
    Elsewhere: many divide all open amounts by the whole quota; that says 3 times while none of it can close in time,
        and counts what is won twice.
    """
    found = scope.once(standing)
    if found is None:
        return _nothing(scope)
    if not found.gap:
        return Measure("met", (), _behind(found))
    detail = (
        Labelled("gap", found.cell(found.gap)),
        Labelled("open for the rest", found.cell(found.expected)),
        *(apart(found.left) if found.aim is Aim.AMOUNT else ()),
    )
    return Measure(found.times(found.expected), _uncovered(found) or detail, _covering(found))


def weighted_coverage(scope: Scope) -> Measure:
    """The same coverage with each open deal times its probability: whether what is likely covers what is missing.

    The deal's own probability, else its stage's. A deal that neither gives one adds nothing and is counted beside.

    Formula: sum(amount x probability of the open with expected close in the rest of the period) / (target - won)
    Unit: times
    Example: 1,000 asked, 600 won, 1,200 open at 25% for this quarter: 300 / 400 = 0.8 times.
    Elsewhere: rarely shown; where it is, closed deals are often weighted at 100% against the whole quota, which says
        the same once what is won is taken from both sides.
    """
    found = scope.once(standing)
    if found is None:
        return _nothing(scope)
    if not found.gap:
        return Measure("met", (), _behind(found))
    unknown = sum(not chance_known(state) for state in found.left)
    detail = (
        Labelled("weighted for the rest", found.cell(found.weighted)),
        *((Labelled("without a probability", unknown, after=True),) if unknown else ()),
    )
    return Measure(found.times(found.weighted), _uncovered(found) or detail, _covering(found))


def _share_over(found: Standing) -> Percent:
    return Percent(round(Decimal(100 * found.elapsed) / found.days, 1))


def _behind(found: Standing) -> tuple[Behind, ...]:
    return (Behind(_ROLES[found.aim], found.by),)


def _covering(found: Standing) -> tuple[Behind, ...]:
    return (*_behind(found), Behind("open", found.left)) if found.helps else _behind(found)


def _uncovered(found: Standing) -> tuple[Labelled, ...]:
    """Why no open deal can cover what is missing; nothing where one can."""
    if not found.helps:
        return (_NO_HELP,)
    return (Labelled("", "the period is over"),) if found.over else ()


def _nothing(scope: Scope) -> Measure:
    return Measure(None, (Labelled("", "no target"),) if scope.targets is not None else (_UNFIT,))


_UNFIT = Labelled("", "no target fits the filter")
_NO_HELP = Labelled("", "no open deal covers it")
ATTAINMENT = Metric("attainment", "Attainment", attainment)
PACE = Metric("pace", "Pace", pace, moment=True)
GAP = Metric("gap", "Gap", gap)
COVERAGE = Metric("coverage", "Coverage", coverage, moment=True)
WEIGHTED_COVERAGE = Metric("weighted-coverage", "Weighted coverage", weighted_coverage, moment=True)
