"""An open deal has a next step: a task that is not done.

A deal without one waits for somebody to remember it. A deal with `snooze_until:` ahead is left alone until that day.

Pass:

    title: Acme rollout
    stage: lead
    tasks:
      - {title: Book the site visit, due: 2026-11-27}

Pass:

    title: Acme rollout
    stage: lead
    snooze_until: 2027-01-11

Fail:

    title: Acme rollout
    stage: lead
    tasks:
      - {title: Book the site visit, due: 2026-11-10, done: 2026-11-09}

    deals/example.yaml:4:3: no task is open, so nothing happens next

Mend: write the task, or close the deal.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Open deals without an open task that are not snoozed."""
    for state in facts.states:
        if not state.is_open:
            continue
        deal = state.deal
        snoozed = deal.snooze_until is not None and deal.snooze_until > facts.today
        if deal.next_task is None and not snoozed:
            hint = "add to `tasks:` `- {title: …, due: YYYY-MM-DD}`, or set snooze_until"
            message = "no task is open, so nothing happens next"
            yield Problem("missing-next-step", message, deal.place("tasks", "stage"), hint, deal=deal.id)


CHECK = Check("missing-next-step", Group.HYGIENE, Severity.WARNING, "an open deal has a next step", find)
