"""The last follow-up: a task after which a stagnant deal is dropped."""

from collections.abc import Sequence
from shlex import quote

from pipectl.commands._change import (
    How,
    Outcome,
    asks_first,
    carry_out,
    coming_day,
    opened_for_writing,
    refuse_all,
    select,
)
from pipectl.commands._open import Opened
from pipectl.commands._tasks import read_title
from pipectl.commands._words import task_words
from pipectl.context import Context
from pipectl.errors import NegativeError, PipectlError, UsageError
from pipectl.metrics.limits import average_limits, limits
from pipectl.model.deal import Deal, Task
from pipectl.model.facts import Facts, gather
from pipectl.model.plan import Plan
from pipectl.model.tasks import add_task
from pipectl.output.safe import plain

_TITLE = "Last follow-up"


def last_follow_up(
    context: Context, names: Sequence[str], due: str | None, text: str, how: How, *, mean_rule: bool
) -> int:
    """Write a last follow-up for each of the deals *names*, all of them or none."""
    with opened_for_writing(context, hold=not asks_first(context, names, None, how), dry_run=how.dry_run) as opened:
        day = coming_day(opened, "--due", due)
        if day is None:
            raise UsageError("--last wants the day that it is due", hint="--due 1w, --due 2026-12-07")
        if day < opened.day:
            raise UsageError(f"--due {day} has passed")
        task = Task(read_title(text or _TITLE), due=day, last_chance=True)
        facts = gather(opened.workspace, opened.day, average_limits if mean_rule else limits)
        deals = select(context, opened, names, None)
        outcomes: list[Outcome] = []
        refusals: list[PipectlError] = []
        for deal in deals:
            try:
                outcomes.append(_outcome(opened, facts, deal, task))
            except NegativeError as refused:
                refusals.append(refused)
        refuse_all(refusals, len(deals))
        return carry_out(context, opened, outcomes, how)


def _outcome(opened: Opened, facts: Facts, deal: Deal, wanted: Task) -> Outcome:
    stage = opened.workspace.pipelines[deal.pipeline].stage(deal.stage)
    if stage is not None and not stage.is_open:
        raise NegativeError(f"deal/{deal.id} is closed, in {stage.id}")
    waiting = next((task for task in deal.tasks if task.is_open and task.last_chance), None)
    if waiting is not None:
        done = f"`pipectl task done {deal.id} {quote(waiting.title)}`"
        hint = f"{done} if it was made; `pipectl lose {deal.id}` drops the deal"
        raise NegativeError(f"deal/{deal.id} has a last follow-up: {task_words(waiting)}", hint=hint)
    task = Task(wanted.title, wanted.due, owner=deal.owner, last_chance=True)
    named = "" if task.title == _TITLE else f": {plain(task.title)}"
    lines = [f"deal/{deal.id}  last follow-up added, due {task.due}{named}"]
    clocks = facts.clocks.get(deal.path)
    if clocks is None or not clocks.is_stagnant:
        lines.append(f"note: deal/{deal.id} is not stagnant")
    return Outcome(Plan(deal, add_task(deal, task)), tuple(lines), f"{deal.id}: last follow-up by {task.due}")
