"""A waiver of an open deal has not ended.

`waive:` sets a check aside for a deal until a day, and that day still counts. After it the check speaks again, and the
waiver only says what was once agreed. Those of closed deals are let rest.

Pass:

    title: Acme rollout
    stage: lead
    waive:
      - {check: overdue-close, until: 2026-11-23, why: legal review}
      - {check: unpriced, why: paid by the parent company}

Fail:

    title: Acme rollout
    stage: lead
    waive:
      - {check: overdue-close, until: 2026-11-20, why: legal review}

    deals/example.yaml:4:5: the waiver of overdue-close ended on 2026-11-20 (legal review)

Mend: settle what was waived and take the line out, or agree a new day.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Waivers of open deals whose last day has passed."""
    for state in facts.states:
        for waiver in state.deal.waive if state.is_open else ():
            if waiver.until is not None and waiver.until < facts.today:
                why = f" ({waiver.why})" if waiver.why else ""
                message = f"the waiver of {waiver.check} ended on {waiver.until}{why}"
                place = state.deal.place(f"waive.{waiver.check}", "waive")
                hint = "take the line out, or write a new until"
                yield Problem("waiver-expired", message, place, hint, deal=state.deal.id)


CHECK = Check("waiver-expired", Group.HYGIENE, Severity.WARNING, "a waiver of an open deal has not ended", find)
