"""`pipectl task`."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, Outcome, coming_day, day_of, refuse_reading_options
from pipectl.commands._open import READING, Opened, chosen, open_workspace
from pipectl.commands._show import show
from pipectl.commands._tasks import change_one, finished, read_title, what_is_next
from pipectl.commands._values import read_owner
from pipectl.commands._words import task_words
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.model.deal import Deal, Task
from pipectl.model.facts import only
from pipectl.model.frozen import frozen
from pipectl.model.plan import Plan
from pipectl.model.state import State
from pipectl.model.tasks import add_task, find_task, finish_task, snooze_task
from pipectl.output.safe import plain
from pipectl.report import Cell, Column, Marked, Report, Table
from pipectl.store.typed import INTERVAL

OPTIONS = READING

_COLUMNS = (
    Column("id", "Deal"),
    Column("task", "Task"),
    Column("due", "Due"),
    Column("owner", "Owner"),
    Column("title", "Title"),
    Column("stage", "Stage"),
    Column("every", "Every"),
    Column("snoozed_until", "Snoozed until"),
    Column("done", "Done"),
    Column("last_chance", "Last follow-up"),
    Column("task_id", "Task id"),
)
_HIDDEN = frozenset({"title", "last_chance", "task_id"})


class Action(StrEnum):
    """What to do with tasks."""

    ADD = "add"
    DONE = "done"
    SNOOZE = "snooze"
    LIST = "list"


@frozen
class Given:
    """The options as they were typed."""

    due: str | None = None
    owner: str | None = None
    every: str | None = None
    until: str | None = None
    on: str | None = None


# The options that each action takes.
_TAKES = {
    Action.ADD: ("due", "owner", "every"),
    Action.DONE: ("on",),
    Action.SNOOZE: ("until",),
    Action.LIST: (),
}
VERBS = {str(action): frozenset(names) for action, names in _TAKES.items()} | {"list": frozenset({"everything"})}


def run(
    context: Context,
    action: Annotated[
        Action, Argument(metavar="ACTION", help="add ID TITLE; done or snooze ID [TASK]; list [FILTER].")
    ],
    words: Annotated[list[str] | None, Argument(metavar="[ID] [TEXT]...", help="As the action wants.")] = None,
    due: Annotated[str | None, Option(metavar="DATE", help="add: the day it is due.")] = None,
    owner: Annotated[str | None, Option(metavar="PERSON", help="add: whose it is, if not the deal's.")] = None,
    every: Annotated[str | None, Option(metavar="SPAN", help="add: stands again after 10d, 2w, 1mo, 1y.")] = None,
    on: Annotated[str | None, Option(metavar="DATE", help="done: the day it was, if not today.")] = None,
    until: Annotated[str | None, Option(metavar="DATE", help="snooze: out of sight until then.")] = None,
    everything: Annotated[bool, Option("--all", "-a", help="list: done ones and closed deals too.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit the file that was written.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Add, finish, snooze and list tasks.

    TASK is the id of a task or the beginning of its title; without it the next step is meant. A task with --every
    stands again when it is done. The list has the open tasks of open deals, overdue ones first.

    Examples:

      pipectl task list owner:@me --as sari
      pipectl task add puri-farma-dc "Send the revised price" --due fri
      pipectl task done puri "Get the decision"
      pipectl task snooze puri --until 1w
    """
    given = Given(due, owner, every, until, on)
    _refuse_others(action, given)
    if action is Action.LIST:
        if dry_run or commit or message:
            raise UsageError("`task list` writes nothing")
        return _list(context, words or [], everything=everything)
    if everything:
        raise UsageError(f"`task {action}` has no option --all", hint="it is for the list")
    refuse_reading_options(context, f"task {action}")
    if not words:
        raise UsageError("which deal?", hint=f"pipectl task {action} ID …")
    name, text = words[0], " ".join(words[1:])
    how = How(f"task {action} {name}", dry_run, commit, message)
    plans = {Action.ADD: _added, Action.DONE: _done, Action.SNOOZE: _snoozed}
    return change_one(context, name, how, lambda opened, deal: plans[action](context, opened, deal, text, given))


def _refuse_others(action: Action, given: Given) -> None:
    for takers, names in _TAKES.items():
        for name in names:
            if getattr(given, name) is not None and action is not takers:
                raise UsageError(f"`task {action}` has no option --{name}", hint=f"it is for `task {takers}`")


def _added(context: Context, opened: Opened, deal: Deal, text: str, given: Given) -> Outcome:
    if given.every is not None and not INTERVAL.match(given.every):
        raise UsageError(f"--every '{given.every}' is no interval", hint="write 2w, 10d, 3mo or 1y")
    task = Task(
        title=read_title(text),
        due=coming_day(opened, "--due", given.due),
        owner=read_owner(context, opened, "--owner", given.owner) if given.owner else deal.owner,
        every=given.every or "",
    )
    line = f"deal/{deal.id}  task added: {task_words(task)}"
    return Outcome(Plan(deal, add_task(deal, task)), (line,), f"{deal.id}: task {task.title}")


def _done(_: Context, opened: Opened, deal: Deal, text: str, given: Given) -> Outcome:
    place = find_task(deal, text)
    after = finish_task(deal, place, day_of(opened, given.on))
    first, *more = finished(deal, after, place)
    lines = (f"deal/{deal.id}  {first}", *more, *what_is_next(opened, after))
    return Outcome(Plan(deal, after), lines, f"{deal.id}: done: {deal.tasks[place].title}")


def _snoozed(_: Context, opened: Opened, deal: Deal, text: str, given: Given) -> Outcome:
    until = coming_day(opened, "--until", given.until)
    if until is None:
        raise UsageError("until when?", hint="--until 1w, --until mon, --until 2026-12-01")
    if until <= opened.day:
        raise UsageError(f"--until {until} does not lie ahead")
    place = find_task(deal, text)
    title = deal.tasks[place].title
    line = f"deal/{deal.id}  task snoozed until {until}: {plain(title)}"
    return Outcome(Plan(deal, snooze_task(deal, place, until)), (line,), f"{deal.id}: snoozed: {title}")


def _list(context: Context, words: Sequence[str], *, everything: bool) -> int:
    opened = open_workspace(context)
    facts, kept = chosen(context, opened, words)
    if not everything and not kept.speaks_of_closed:
        facts = only(facts, (state for state in facts.states if state.is_open))
    found = [(state, task) for state in facts.states for task in state.deal.tasks if everything or task.is_open]
    found.sort(key=lambda pair: (not pair[1].is_open, pair[1].comes_up or date.max, pair[0].deal.id))
    header: list[tuple[str, Cell]] = [("as of", facts.today)]
    if kept.text:
        header.append(("filter", kept.text))
    hidden = _HIDDEN if everything else _HIDDEN | {"done"}
    # Columns that say nothing of any task are for machines.
    hidden |= {name for name in ("every", "snoozed_until") if not any(getattr(task, name) for _, task in found)}
    empty = "no task" if everything else "no open task"
    table = Table("tasks", _COLUMNS, tuple(_row(*pair) for pair in found), "", "id", hidden, empty=empty)
    return show(context, Report("task", (table,), tuple(header)), opened.workspace)


def _row(state: State, task: Task) -> tuple[Cell, ...]:
    day = task.comes_up
    late = task.is_open and day is not None and day < state.as_of.day
    return (
        state.deal.id,
        task.title,
        Marked(task.due, "overdue") if late else task.due,
        task.owner or state.owner,
        state.deal.title,
        state.stage.id,
        task.every,
        task.snoozed_until,
        task.done,
        task.last_chance,
        task.id,
    )
