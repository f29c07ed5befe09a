"""Changing the tasks and activities of one deal: what `task` and `log` share."""

from collections.abc import Callable

from pipectl.commands._change import How, Outcome, carry_out, opened_for_writing
from pipectl.commands._open import Opened
from pipectl.commands._values import read_line
from pipectl.commands._words import task_words
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.model.deal import Deal, Task
from pipectl.model.lookup import find_deal


def change_one(context: Context, name: str, how: How, outcome: Callable[[Opened, Deal], Outcome]) -> int:
    """Change the deal called *name* into what *outcome* makes of it."""
    with opened_for_writing(context, dry_run=how.dry_run) as opened:
        deal = find_deal(opened.workspace, name)
        return carry_out(context, opened, [outcome(opened, deal)], how)


def read_title(text: str) -> str:
    """The title of a task.

    Raises:
        UsageError: there is none, or it holds what a file must not.
    """
    title = read_line("title", text)
    if not title:
        raise UsageError("the title of the task is empty")
    return title


def finished(before: Deal, after: Deal, place: int) -> list[str]:
    """What finishing the task at *place* of *before* came to: `task done: …`, and when it stands again."""
    again: tuple[Task, ...] = after.tasks[len(before.tasks) :]
    lines = [f"task done: {task_words(before.tasks[place])}"]
    return lines + [f"task stands again: {task_words(task)}" for task in again]


def what_is_next(opened: Opened, deal: Deal) -> list[str]:
    """The next step of an open deal, or that there is none."""
    stage = opened.workspace.pipelines[deal.pipeline].stage(deal.stage)
    if stage is None or not stage.is_open:
        return []
    task = deal.next_task
    return [f"next step: {task_words(task)}"] if task else ["no next step is left"]
