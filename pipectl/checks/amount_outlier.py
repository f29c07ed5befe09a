"""An amount is not a hundred times the usual.

Such an amount is as a rule one with zeros too many, and a single one spoils every total, average and forecast. Looked
at are open and won deals; the usual is the median of all deals of the pipeline with an amount above 0, in the
workspace's currency. With fewer than five of them nothing is usual yet.

Pass:

    title: Acme rollout
    stage: lead
    amount: 900000000
    # deals/bahari.yaml
    title: Bahari
    stage: lead
    amount: 80000000
    # deals/cakra.yaml
    title: Cakra
    stage: lead
    amount: 100000000
    # deals/delta.yaml
    title: Delta
    stage: won
    amount: 120000000
    # deals/eka.yaml
    title: Eka
    stage: lost
    amount: 150000000

Fail:

    title: Acme rollout
    stage: lead
    amount: 90000000000
    # deals/bahari.yaml
    title: Bahari
    stage: lead
    amount: 80000000
    # deals/cakra.yaml
    title: Cakra
    stage: lead
    amount: 100000000
    # deals/delta.yaml
    title: Delta
    stage: won
    amount: 120000000
    # deals/eka.yaml
    title: Eka
    stage: lost
    amount: 150000000

    deals/example.yaml:3:9: amount 90000000000 IDR is 750 times the median of sales, 120000000 IDR

Mend: count the zeros. Where the deal really is that large, waive the check in its file: `waive:`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Place, Problem, Severity
from pipectl.model.state import State

_TIMES = 100
_ENOUGH = 5


def find(facts: Facts) -> Iterator[Problem]:
    """Open and won deals that are worth far more than the median of their pipeline."""
    medians = _medians(facts)
    for state in facts.states:
        usual = medians.get(state.pipeline.id)
        if usual is None or state.is_lost or state.worth is None or state.worth.amount <= _TIMES * usual:
            continue
        times = f"{state.worth.amount / usual:.0f} times the median of {state.pipeline.id}"
        message = f"{_amount(state)} is {times}, {_rounded(usual, facts)}"
        hint = "count the zeros; where it is right, waive the check in the deal's file"
        yield Problem("amount-outlier", message, _place(state), hint, deal=state.deal.id)


def _medians(facts: Facts) -> dict[str, Decimal]:
    """pipeline → the median worth of its priced deals, where there are enough."""
    amounts: defaultdict[str, list[Decimal]] = defaultdict(list)
    for state in facts.states:
        if state.worth is not None and state.worth.amount > 0:
            amounts[state.pipeline.id].append(state.worth.amount)
    return {pipeline: _middle(found) for pipeline, found in amounts.items() if len(found) >= _ENOUGH}


def _middle(amounts: Sequence[Decimal]) -> Decimal:
    """The median; the module `statistics` takes as long to import as all checks together."""
    ordered = sorted(amounts)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _amount(state: State) -> str:
    return f"amount {state.amount.amount:f} {state.amount.currency}" if state.amount else ""


def _rounded(amount: Decimal, facts: Facts) -> str:
    return f"{amount:.{facts.settings.display.decimals}f} {facts.settings.currency}"


def _place(state: State) -> Place:
    """The amount, or the closing entry where that has its own."""
    last = len(state.deal.history) - 1
    if state.closed is not None and state.deal.history[last].amount is not None:
        return state.deal.place(f"history.{last}", "history")
    return state.deal.place("amount")


CHECK = Check("amount-outlier", Group.HYGIENE, Severity.WARNING, "an amount is not a hundred times the usual", find)
