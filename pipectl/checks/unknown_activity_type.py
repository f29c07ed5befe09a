"""An activity's type is one of `activity_types:`.

Only types that are described as `contact` stop the clock of an idle deal; an unknown one counts as none. Without
`activity_types:` these are known: call, contact, demo, email, meeting, visit, whatsapp, and note, which is no contact.

Pass:

    title: Acme rollout
    stage: lead
    activities:
      - {at: 2026-11-20, type: call, by: ani}

Fail:

    title: Acme rollout
    stage: lead
    activities:
      - {at: 2026-11-20, type: cal, by: ani}

    deals/example.yaml:4:5: activity type 'cal' is not described

Mend: correct the type, or add it to `activity_types:` as `contact` or `internal`.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity
from pipectl.model.suggest import suggest


def find(facts: Facts) -> Iterator[Problem]:
    """Activities whose type the workspace does not have."""
    types = facts.settings.activity_types
    known = {"", *types}
    for deal in facts.workspace.deals:
        if deal.mentions.types <= known:
            continue
        for index, activity in enumerate(deal.activities):
            if not activity.type or activity.type in types:
                continue
            near = suggest(activity.type.casefold(), types)
            hint = f"did you mean {near}?" if near else "add it to `activity_types:` in pipectl.yaml"
            message = f"activity type '{activity.type}' is not described"
            yield Problem("unknown-activity-type", message, deal.place(f"activities.{index}"), hint, deal=deal.id)


CHECK = Check("unknown-activity-type", Group.FILES, Severity.WARNING, "an activity's type is described", find)
