"""`pipectl log`."""

from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, Outcome, coming_day, day_of, refuse_reading_options
from pipectl.commands._open import Opened, open_workspace, who
from pipectl.commands._show import show
from pipectl.commands._tasks import change_one, finished, read_title
from pipectl.commands._values import read_line
from pipectl.commands._words import task_words
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.model.as_known import as_known_on
from pipectl.model.deal import Activity, Deal, Task
from pipectl.model.lookup import find_deal
from pipectl.model.moment import Moment
from pipectl.model.plan import Plan, add_activity
from pipectl.model.suggest import suggest
from pipectl.model.tasks import add_task, find_task, finish_task
from pipectl.model.timeline import Event, timeline
from pipectl.output.safe import plain
from pipectl.report import Cell, Column, Report, Table
from pipectl.store.typed import Wrong, moment_in

OPTIONS = frozenset({"as_of", "rev", "format", "output", "fields", "sort", "limit"})

_COLUMNS = (
    Column("at", "At"),
    Column("event", "Event"),
    Column("what", "What"),
    Column("text", "Text"),
    Column("by", "By"),
    Column("pipeline", "Pipeline"),
)


def run(
    context: Context,
    deal_name: Annotated[str, Argument(metavar="ID", help="The deal.")],
    kind: Annotated[str, Argument(metavar="[TYPE]", help="call, email, meeting …; none: the timeline.")] = "",
    words: Annotated[list[str] | None, Argument(metavar="[TEXT]...", help="What was said.")] = None,
    next_step: Annotated[str | None, Option("--next", metavar="TEXT", help="Add a task: the next step.")] = None,
    due: Annotated[str | None, Option(metavar="DATE", help="When the next step is due.")] = None,
    on: Annotated[str | None, Option(metavar="DATE", help="The day it happened, if not today.")] = None,
    at: Annotated[str | None, Option(metavar="TIME", help='The hour too: 10:15, "2026-11-20 10:15".')] = None,
    done: Annotated[str | None, Option(metavar="TASK", help="The task that is done with it.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit the file that was written.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Log what happened with a deal, or show its timeline.

    TYPE is one of activity_types. With the ID alone: moves, recorded changes, activities and tasks done, the newest
    first.

    Examples:

      pipectl log puri-farma-dc
      pipectl log puri call "Asked for 10% off" --next "New price" --due fri
      pipectl log puri meeting "They agreed" --at 10:15 --done "Get the decision"
    """
    if not kind:
        given = (next_step, due, on, at, done, message, dry_run or None, commit or None)
        if any(value is not None for value in given):
            raise UsageError("what happened?", hint=f"pipectl log {deal_name} TYPE TEXT")
        return _show_timeline(context, deal_name)
    refuse_reading_options(context, "log ID TYPE")
    if due is not None and next_step is None:
        raise UsageError("--due is the day of the next step, and there is none", hint="say it with --next TEXT")
    if on is not None and at is not None:
        raise UsageError("--on and --at both say when", hint="--at alone has the day too")
    text = read_line("text", " ".join(words or ()))

    def outcome(opened: Opened, deal: Deal) -> Outcome:
        activity = Activity(_moment(opened, on, at), _type(opened, kind), who(opened, context), text)
        lines = [f"deal/{deal.id}  {activity.type} on {activity.at}" + (f": {plain(text)}" if text else "")]
        after = add_activity(deal, activity)
        if done is not None:
            place = find_task(deal, done)
            after = finish_task(after, place, activity.at.day)
            lines += finished(deal, after, place)
        if next_step is not None:
            task = Task(read_title(next_step), coming_day(opened, "--due", due), owner=deal.owner)
            after = add_task(after, task)
            lines.append(f"task added: {task_words(task)}")
        sentence = f"{deal.id}: {activity.type}" + (f": {text}" if text else "")
        return Outcome(Plan(deal, after), tuple(lines), sentence)

    return change_one(context, deal_name, How(f"log {deal_name} {kind}", dry_run, commit, message), outcome)


def _type(opened: Opened, text: str) -> str:
    types = opened.settings.activity_types
    if text in types:
        return text
    near = suggest(text.casefold(), types)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(types)}"
    raise UsageError(f"'{text}' is no activity type", hint=hint)


def _moment(opened: Opened, on: str | None, at: str | None) -> Moment:
    if at is None:
        return Moment(day_of(opened, on))
    text = at if " " in at or "T" in at or "-" in at else f"{opened.day} {at}"
    try:
        moment = moment_in(opened.settings.zone)(text)
    except Wrong as wrong:
        hint = wrong.hint or "write it as 10:15 or 2026-11-20 10:15"
        raise UsageError(f"--at '{at}' is not {wrong.wanted}", hint=hint) from None
    if moment.day > opened.day:
        raise UsageError(f"--at {moment} lies ahead", hint="what is to come is a task: --next TEXT --due DATE")
    return moment


def _show_timeline(context: Context, name: str) -> int:
    opened = open_workspace(context)
    deal = find_deal(opened.workspace, name)
    known = as_known_on(deal, opened.day)
    if known is None:
        raise NegativeError(f"deal {deal.id} did not exist on {opened.day}")
    rows = tuple(_row(event) for event in timeline(known))
    hidden = frozenset({"pipeline"} if len({entry.pipeline for entry in known.history}) < 2 else ())
    table = Table("events", _COLUMNS, rows, hidden=hidden, empty="nothing was written down")
    header = (("deal", deal.id), ("as of", opened.day))
    return show(context, Report("log", (table,), header), opened.workspace)


def _row(event: Event) -> tuple[Cell, ...]:
    return (event.at, event.kind, event.what, event.text, event.by, event.pipeline)
