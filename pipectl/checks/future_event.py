"""What is written as having happened has happened by today.

Entries of history, activities and records of changes after today do not exist yet for any number, so a mistyped year
makes a move disappear. A task done on a later day is a warning only.

Pass:

    title: Acme rollout
    stage: lead
    expected_close: 2027-01-15
    tasks:
      - {title: Call Rina, due: 2026-12-01}
    history:
      - {at: 2026-11-23, stage: lead}

Fail:

    title: Acme rollout
    stage: lead
    tasks:
      - {title: Call Rina, due: 2026-11-20, done: 2026-11-30}
    activities:
      - {at: 2027-11-20, type: call}
    history:
      - {at: 2026-11-20, stage: lead}

    deals/example.yaml:4:5: task done on 2026-11-30 lies after today, 2026-11-23
    deals/example.yaml:6:5: activity of 2027-11-20 lies after today, 2026-11-23

Mend: correct the date. What is planned is a task with a `due`.
"""

from collections.abc import Iterator
from datetime import date

from pipectl.checks.check import Check
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Events that a deal dates later than today."""
    today = facts.today
    for deal in facts.workspace.deals:
        latest = deal.outline.last
        if (latest is None or latest <= today) and (deal.created is None or deal.created <= today):
            continue
        for day, what, key, severity in _events(deal):
            if day <= today:
                continue
            message = f"{what} {day} lies after today, {today}"
            hint = "correct the date; what is planned is a task with a `due`"
            yield Problem("future-event", message, deal.place(key), hint, deal=deal.id, severity=severity)


def _events(deal: Deal) -> Iterator[tuple[date, str, str, Severity | None]]:
    """Day, what it is, the key that it stands under, and a severity that differs from the check's."""
    if deal.created is not None:
        yield deal.created, "created", "created", None
    for index, task in enumerate(deal.tasks):
        if task.done is not None:
            yield task.done, "task done on", f"tasks.{index}", Severity.WARNING
    for index, activity in enumerate(deal.activities):
        yield activity.at.day, "activity of", f"activities.{index}", None
    for index, change in enumerate(deal.changes):
        yield change.at.day, "change of", f"changes.{index}", None
    for index, entry in enumerate(deal.history):
        yield entry.at.day, f"move to {entry.stage} on", f"history.{index}", None


CHECK = Check("future-event", Group.FILES, Severity.ERROR, "what has happened is not dated later than today", find)
