"""A task of an open deal is done by the day that it is due.

A task that was put off counts from the end of its snooze.

Pass:

    title: Acme rollout
    stage: lead
    tasks:
      - {title: Send the price list, due: 2026-11-23}
      - {title: Book the site visit, due: 2026-11-20, snoozed_until: 2026-11-30}
      - {title: Call Rina, due: 2026-11-10, done: 2026-11-12}

Fail:

    title: Acme rollout
    stage: lead
    tasks:
      - {title: Send the price list, due: 2026-11-20}
      - {title: Book the site visit, due: 2026-11-10, snoozed_until: 2026-11-22}

    deals/example.yaml:4:5: 'Send the price list' was due on 2026-11-20, 3 days ago
    deals/example.yaml:5:5: 'Book the site visit' was put off until 2026-11-22, 1 day ago

Mend: do it and write `done:`, or write a day that can be kept.
"""

from collections.abc import Iterator
from datetime import date

from pipectl.checks.check import Check
from pipectl.model.deal import Task
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Open tasks of open deals whose day has passed."""
    for state in facts.states:
        late = facts.clocks[state.deal.path].overdue_tasks if state.is_open else ()
        for index, task in enumerate(state.deal.tasks) if late else ():
            if task in late:
                place = state.deal.place(f"tasks.{index}", "tasks")
                hint = "do it and write done: YYYY-MM-DD, or write another day"
                yield Problem("overdue-task", _message(task, facts.today), place, hint, deal=state.deal.id)


def _message(task: Task, today: date) -> str:
    day = task.comes_up or today
    days = (today - day).days
    was = "was due on" if day == task.due else "was put off until"
    return f"'{task.title}' {was} {day}, {days} day{'s' if days > 1 else ''} ago"


CHECK = Check("overdue-task", Group.HYGIENE, Severity.WARNING, "a task is done by the day that it is due", find)
