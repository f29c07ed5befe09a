"""`pipectl stale`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, refuse_reading_options
from pipectl.commands._last_follow_up import last_follow_up
from pipectl.commands._open import READING, chosen, open_workspace
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics.limits import average_limits, limits_with_averages
from pipectl.metrics.stagnation import Stagnant, stagnant
from pipectl.metrics.volume import worth
from pipectl.model.clocks import Clock
from pipectl.model.facts import Facts
from pipectl.report import Cell, Column, Days, Labelled, Marked, Multiple, Report, Table

OPTIONS = READING

_COLUMNS = (
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("owner", "Owner"),
    Column("pipeline", "Pipeline"),
    Column("stage", "Stage"),
    Column("amount", "Amount", right=True, holds="money"),
    Column("reasons", "Why"),
    Column("step", "Do"),
    Column("clears", "Cleared by"),
    Column("stalled_since", "Stalled clock from"),
    Column("stalled_days", "Stalled days", right=True),
    Column("stalled_limit", "Limit", right=True),
    Column("stalled_origin", "Limit from"),
    Column("average", "Average stay", right=True),
    Column("times_average", "Of average", right=True),
    Column("idle_since", "Idle clock from"),
    Column("idle_days", "Idle days", right=True),
    Column("idle_limit", "Idle limit", right=True),
    Column("idle_origin", "Idle limit from"),
    Column("suspended", "Idle suspended"),
    Column("overdue_days", "Days overdue", right=True),
    Column("overdue_task", "Overdue task"),
)
_HIDDEN = frozenset({"title", "average", "idle_origin", "suspended", "overdue_task", "clears"})


class Rule(StrEnum):
    """What the limit of a stage is taken from."""

    LIMIT = "limit"
    MEAN = "mean"


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    rule: Annotated[
        Rule,
        Option(
            metavar="RULE", help="limit: max_days of the stage, else learned, else 30 days; mean: the average stay."
        ),
    ] = Rule.LIMIT,
    overdue: Annotated[bool, Option("--overdue/--no-overdue", help="With deals that are only late.")] = True,
    last: Annotated[
        list[str] | None,
        Option(metavar="ID", help="Write a last follow-up for this deal; may be repeated, - for stdin."),
    ] = None,
    due: Annotated[str | None, Option(metavar="DATE", help="--last: the day that it is due.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="--last: show the diff, and write nothing.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="--last: don't ask before changing several.")] = False,
    commit: Annotated[bool, Option("--commit", help="--last: commit the files that were written.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """List stagnant deals: since when, why, and what would clear them.

    Two clocks run. Stalled: too long since the deal last came further than ever. Idle: too long without a contact.
    Deals whose expected close or task has passed stand below; late is not stagnant. What to do goes from act to a
    last follow-up to drop; nothing is ever closed by itself. With --last, the words after it are the text of the task.

    Examples:

      pipectl stale
      pipectl stale owner:@me --rule mean
      pipectl stale --ids -L 5
      pipectl stale --last sejahtera-pupuk-lampung --due 1w "Ask for a yes or no"
    """
    if last:
        refuse_reading_options(context, "stale --last")
        how = How(" ".join(["stale", "--last", *last]), dry_run, commit, message, yes)
        return last_follow_up(context, last, due, " ".join(words or ()), how, mean_rule=rule is Rule.MEAN)
    if due is not None or dry_run or yes or commit or message:
        raise UsageError("`stale` alone writes nothing", hint="--last ID says for which deal to write a last follow-up")
    return answer(context, words or [], rule, overdue=overdue)


def answer(context: Context, words: Sequence[str], rule: Rule = Rule.LIMIT, *, overdue: bool = True) -> int:
    """Print the stagnant among the deals that the filter *words* keep."""
    opened = open_workspace(context)
    facts, kept = chosen(context, opened, words, average_limits if rule is Rule.MEAN else limits_with_averages)
    items = stagnant(facts, overdue_too=overdue)
    header: list[tuple[str, Cell]] = [("as of", facts.today), ("rule", rule.value)]
    if kept.text:
        header.append(("filter", kept.text))
    return show(
        context, Report("stale", (_table(items, facts),), tuple(header), _notes(facts), shape="stale"), opened.workspace
    )


def _table(items: Sequence[Stagnant], facts: Facts) -> Table:
    rows = tuple(_row(item, facts) for item in items)
    still = [item.state for item in items if item.leading is not None]
    sums: dict[str, Cell] = {
        "id": Labelled("stagnant deals" if len(still) != 1 else "stagnant deal", len(still), after=True),
        "amount": worth(still, facts.settings.currency),
    }
    total = tuple(sums.get(column.key, "") for column in _COLUMNS)
    return Table("stale", _COLUMNS, rows, "", "id", _HIDDEN, total if still else None, "nothing stands still")


def _row(item: Stagnant, facts: Facts) -> tuple[Cell, ...]:
    state, clocks = item.state, item.clocks
    average = facts.limits.average(state)
    task = clocks.overdue_tasks[0] if clocks.overdue_tasks else None
    return (
        state.deal.id,
        state.deal.title,
        state.owner,
        state.pipeline.id,
        state.stage.id,
        state.amount,
        tuple(Marked(reason, reason) for reason in item.reasons),
        item.step.value if item.step else "",
        item.clears,
        *_clock(clocks.stalled),
        None if average is None else Days(average),
        Multiple(clocks.stalled.days / average) if clocks.stalled and average else None,
        *_clock(clocks.idle),
        clocks.suspended,
        clocks.overdue_days or None,
        task.title if task else "",
    )


def _clock(clock: Clock | None) -> tuple[Cell, ...]:
    if clock is None:
        return None, None, None, ""
    return clock.since, Days(clock.days), Days(clock.limit.days), clock.limit.origin


def _notes(facts: Facts) -> tuple[str, ...]:
    undated = sum(state.is_open and not state.dated for state in facts.states)
    suspended = sum(bool(facts.clocks[state.deal.path].suspended) for state in facts.states if state.is_open)
    notes = []
    if undated:
        many = "s" if undated > 1 else ""
        notes.append(f"{undated} open deal{many} undated: no clock can be read (pipectl check stage-history)")
    if suspended:
        many = "s" if suspended > 1 else ""
        notes.append(f"{suspended} idle clock{many} suspended by a snooze or a next step at hand")
    return tuple(notes)
