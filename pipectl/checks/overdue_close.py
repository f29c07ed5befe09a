"""An open deal's expected close lies ahead.

A date that has passed is a wish that nobody has looked at since; the forecast can't use it. It says nothing about
stagnation: such deals win about as often as others.

Pass:

    title: Acme rollout
    stage: lead
    expected_close: 2026-12-15
    history:
      - {at: 2026-11-20, stage: lead}

Fail:

    title: Acme rollout
    stage: lead
    expected_close: 2026-11-20
    history:
      - {at: 2026-11-20, stage: lead}

    deals/example.yaml:3:17: expected_close 2026-11-20 passed 3 days ago

Mend: ask the customer and write the new date, or close the deal.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Open deals whose expected close has passed."""
    for state in facts.states:
        days = facts.clocks[state.deal.path].overdue_days if state.is_open else 0
        if days > 0:
            message = f"expected_close {state.deal.expected_close} passed {days} day{'s' if days > 1 else ''} ago"
            hint = "write the date that the customer names now, or close the deal"
            yield Problem("overdue-close", message, state.deal.place("expected_close"), hint, deal=state.deal.id)


CHECK = Check("overdue-close", Group.HYGIENE, Severity.WARNING, "an open deal's expected close lies ahead", find)
