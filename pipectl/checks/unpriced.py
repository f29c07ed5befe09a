"""An open deal has an amount.

Without one it counts as a deal and stands in no sum: no total, no average, no forecast. Where the stage requires an
amount that is the matter of missing-required.

Pass:

    title: Acme rollout
    stage: qualified
    amount: 800000000

Fail:

    title: Acme rollout
    stage: qualified

    deals/example.yaml:2:8: no amount, so the deal stands in no sum

Mend: write what is known so far, be it rough.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Open deals without an amount in stages that do not require one."""
    for state in facts.states:
        if state.is_open and state.amount is None and "amount" not in state.pipeline.required(state.stage):
            place = state.deal.place("amount", "stage")
            message = "no amount, so the deal stands in no sum"
            yield Problem("unpriced", message, place, "write amount: …", deal=state.deal.id)


CHECK = Check("unpriced", Group.HYGIENE, Severity.INFO, "an open deal has an amount", find)
