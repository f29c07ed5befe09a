"""The customer of an open deal hears from us: no longer without a contact than the stage's `idle_days`.

A contact is an activity of a type marked `contact` in `activity_types:`; a note is none. Where `idle_days` is absent
the limit is 14 days. Progress starts the clock anew. It is suspended while the next step is due soon enough, and
while the deal is snoozed.

Pass:

    title: Acme rollout
    stage: lead
    activities:
      - {at: 2026-11-18, type: call}
    history:
      - {at: 2026-10-01, stage: lead}

Pass:

    title: Acme rollout
    stage: lead
    tasks:
      - {title: Call Rina, due: 2026-11-27}
    history:
      - {at: 2026-10-01, stage: lead}

Fail:

    title: Acme rollout
    stage: lead
    activities:
      - {at: 2026-10-20, type: call}
      - {at: 2026-11-18, type: note, note: They have a new director}
    history:
      - {at: 2026-10-01, stage: lead}

    deals/example.yaml:2:8: no contact since 2026-10-20, 34 days; the limit of lead is 14 (default)

Fail:

    # pipelines/sales.yaml
    stages:
      - {id: lead, idle_days: 7}
      - {id: won, outcome: won}
      - {id: lost, outcome: lost}
    # deals/example.yaml
    title: Acme rollout
    stage: lead
    history:
      - {at: 2026-11-15, stage: lead}

    deals/example.yaml:2:8: no contact since 2026-11-15, 8 days; the limit of lead is 7 (idle_days)

Mend: call, and `pipectl log` it; plan a next step; or close the deal.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.checks.stalled import ran
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Open deals whose customer has heard nothing for too long."""
    for state in facts.states:
        clock = facts.clocks[state.deal.path].idle if state.is_open else None
        if clock is not None and clock.is_over:
            message = f"no contact since {ran(clock, state.stage.id)}"
            hint = "log the contact, plan a task, snooze the deal, or close it"
            yield Problem("idle", message, state.deal.place("stage"), hint, deal=state.deal.id)


CHECK = Check("idle", Group.HYGIENE, Severity.WARNING, "the customer of an open deal hears from us", find)
