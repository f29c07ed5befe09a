"""Quotas: how much of the target is won, and whether what is open covers the rest."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from pipectl.metrics.metric import Measure, Metric, Scope
from pipectl.metrics.volume import weighted, worth
from pipectl.model.money import Money
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Labelled, Multiple, Percent, Ratio


def targets_of(
    targets: Iterable[Target],
    period: Period,
    *,
    owner: str = "",
    group: str = "",
    pipelines: Sequence[str] = (),
) -> tuple[Target, ...]:
    """What is set for *period*, for a person, a group or, with neither, the whole team: amounts, else counts of wins.

    Exactly that period's target, else the targets of shorter periods that fill it without gap or overlap. Of named
    *pipelines* only targets set for them count. A whole team without a target of its own has the sum of its members'.
    """
    known = list(targets)
    for amounts in (
        [target for target in known if target.amount is not None],
        [target for target in known if target.amount is None and target.deals is not None],
    ):
        if found := _of(amounts, period, owner, group, pipelines):
            return found
    return ()


def _of(
    amounts: Sequence[Target], period: Period, owner: str, group: str, pipelines: Sequence[str]
) -> tuple[Target, ...]:
    found = _set_for([t for t in amounts if (t.owner, t.group) == (owner, group)], period, pipelines)
    if found or owner or group:
        return found
    members = dict.fromkeys(target.owner for target in amounts if target.owner)
    parts = (_set_for([t for t in amounts if t.owner == member], period, pipelines) for member in members)
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


def target_amount(scope: Scope) -> Money | None:
    """What the period asks for; None where nobody set it."""
    if not scope.targets or scope.targets[0].amount is None:
        return None
    return Money(sum((target.amount or Decimal(0) for target in scope.targets), Decimal(0)), scope.currency)


def target_deals(scope: Scope) -> int | None:
    """How many deals the period asks for, where it asks for no amount; None where nobody set it."""
    if not scope.targets or scope.targets[0].amount is not None:
        return None
    return sum(target.deals or 0 for target in scope.targets)


def attainment(scope: Scope) -> Measure:
    """Share of the period's target that is won; beside it the share of the period that is over.

    Where there are targets of single pipelines alone, only what those have won counts.

    Where there is no amount to reach but a number of deals, wins are counted against it.

    Formula: won amount in the period / target
    Unit: share
    Example: 600 won of 1,000 after 54 of 92 days: 60.0%, pace 58.7%.
    """
    target, count = target_amount(scope), target_deals(scope)
    if count:
        wins = len(_aimed_at(scope.won, scope))
        return Measure(Ratio(wins, count), (Labelled("target", f"{count} deals"), Labelled("pace", _pace(scope))))
    if target is None or not target.amount:
        return Measure(None, (Labelled("", "no target"),) if scope.targets is not None else (_UNFIT,))
    won = worth(_aimed_at(scope.won, scope), scope.currency)
    return Measure(Ratio(won.amount, target.amount), (Labelled("target", target), Labelled("pace", _pace(scope))))


def _pace(scope: Scope) -> Percent:
    """The share of the period that is over."""
    return Percent(round(Decimal(100 * scope.whole.elapsed_days(scope.facts.today)) / scope.whole.days, 1))


def coverage(scope: Scope) -> Measure:
    """How many times the open deals expected in what is left of the period cover what is missing to its target.

    Deals whose expected close has passed are not counted. `met` once the target is won.

    Formula: sum(amount of the open with expected close in the rest of the period) / (target - won)
    Unit: times
    Example: 1,000 asked, 600 won, 1,200 open for this quarter: 1,200 / 400 = 3.0 times.
    """
    target, count = target_amount(scope), target_deals(scope)
    if count:
        return _coverage_by_count(scope, count)
    if target is None or not target.amount:
        return Measure(None, (Labelled("", "no target"),) if scope.targets is not None else (_UNFIT,))
    gap = target.amount - worth(_aimed_at(scope.won, scope), scope.currency).amount
    if gap <= 0:
        return Measure("met")
    left = [state for state in _aimed_at(scope.open, scope) if _is_expected(state, scope)]
    amount = worth(left, scope.currency)
    detail = (
        Labelled("gap", Money(gap, scope.currency)),
        Labelled("open for the rest", amount),
        Labelled("weighted", Multiple(float(weighted(left, scope.currency).amount / gap))),
    )
    return Measure(Multiple(float(amount.amount / gap)), detail)


def _coverage_by_count(scope: Scope, count: int) -> Measure:
    gap = count - len(_aimed_at(scope.won, scope))
    if gap <= 0:
        return Measure("met")
    left = sum(_is_expected(state, scope) for state in _aimed_at(scope.open, scope))
    return Measure(Multiple(left / gap), (Labelled("gap", f"{gap} deals"), Labelled("open for the rest", left)))


def _is_expected(state: State, scope: Scope) -> bool:
    close = state.deal.expected_close
    return close is not None and max(scope.facts.today, scope.whole.first) <= close < scope.whole.until


def _aimed_at(states: Sequence[State], scope: Scope) -> Sequence[State]:
    """Those of the pipelines that the targets name; all of them where a target names none."""
    named = {target.pipeline for target in scope.targets or ()}
    return states if "" in named else [state for state in states if state.pipeline.id in named]


_UNFIT = Labelled("", "no target fits the filter")
ATTAINMENT = Metric("attainment", "Attainment", attainment)
COVERAGE = Metric("coverage", "Coverage", coverage)
