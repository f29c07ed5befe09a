"""`pipectl changes`."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._open import READING, Opened, facts_for, narrowed, open_workspace
from pipectl.commands._rateless import rateless_notes
from pipectl.commands._show import show
from pipectl.commands._span import begun, past
from pipectl.context import Context
from pipectl.metrics.happenings import Happening, Tally, Told, happenings, tallies
from pipectl.model.facts import Facts, only
from pipectl.model.period import Period
from pipectl.report import Cell, Column, Percent, Report, Table

OPTIONS = READING | {"period"}

_EVENTS = (
    Column("kind", "What"),
    Column("on", "When"),
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("before", "Before", holds="money"),
    Column("after", "After", holds="money"),
    Column("note", "Note"),
    Column("by", "By"),
    Column("amount", "Amount", right=True, holds="money"),
    Column("stands", "Stands"),
    Column("owner", "Owner"),
    Column("pipeline", "Pipeline"),
    Column("stage", "Stage"),
)
_KINDS = (
    Column("kind", "Id"),
    Column("name", "What"),
    Column("deals", "Deals", right=True),
    Column("events", "Events", right=True),
    Column("undone", "Undone since", right=True),
    Column("amount", "Amount", right=True, holds="money"),
    Column("without_rate", "Without a rate", right=True),
)


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    since: Annotated[
        str | None, Option(metavar="DATE", help="From DATE until today: 1w (the default), mon, 2026-11.")
    ] = None,
) -> int:
    """Tell what happened, in words, with the deals under each.

    New deals, moves, closes with their reasons, amounts, expected closes and owners changed, clocks that ran out,
    contacts and tasks done: from the history in the files. A deal is told of when it fits the filter before or after.
    What was undone again is told twice, and marked.

    Examples:

      pipectl changes
      pipectl changes --since 1mo owner:sari
      pipectl changes -p 2026-10 -P renewals
      pipectl changes --since mon -f csv
    """
    return answer(context, words or [], since)


def answer(context: Context, words: Sequence[str], since: str | None = None) -> int:
    """Print what happened to the deals that the filter *words* keep."""
    opened = open_workspace(context)
    days = past(context, opened, since, "1w")
    facts, text, days = _told_of(context, opened, words, days)
    found = happenings(facts, days)
    figures = tallies(found, facts.settings.currency)
    header: list[tuple[str, Cell]] = [("period", days.name), ("as of", facts.today)]
    if text:
        header.append(("filter", text))
    tables = (_events(found), _figures(figures))
    return show(
        context, Report("changes", tables, tuple(header), _notes(facts, figures), shape="changes"), opened.workspace
    )


def _told_of(context: Context, opened: Opened, words: Sequence[str], days: Period) -> tuple[Facts, str, Period]:
    """The deals that fit the filter at the end of *days* or right before them, as they were in the end."""
    last = Opened(opened.root, opened.workspace, days.last)
    everything = facts_for(context, last, words)
    days = begun(days, everything)
    after, kept = narrowed(context, last, everything, words)
    if len(after.states) == len(everything.states):
        return everything, kept.text, days
    first = Opened(opened.root, opened.workspace, days.first - timedelta(days=1))
    before, _ = narrowed(context, first, facts_for(context, first, words), words)
    wanted = {state.deal.path for facts in (before, after) for state in facts.states}
    return only(everything, (state for state in everything.states if state.deal.path in wanted)), kept.text, days


def _events(found: Sequence[Happening]) -> Table:
    hidden = frozenset({"title", "stands", "owner", "pipeline", "stage"})
    return Table("events", _EVENTS, tuple(map(_event, found)), "", "id", hidden, empty="nothing happened")


def _event(one: Happening) -> tuple[Cell, ...]:
    state = one.state
    return (
        *(one.kind, one.at, state.deal.id, state.deal.title),
        *(_value(one, one.before), _value(one, one.after), one.note, one.by, one.worth, one.stands),
        *(state.owner, state.pipeline.id, state.stage.id),
    )


def _value(one: Happening, told: Told) -> Cell:
    return Percent(told) if one.note == "probability" and isinstance(told, Decimal) else told


def _figures(figures: Sequence[Tally]) -> Table:
    rows = tuple(
        (one.kind.id, one.kind.title, one.deals, one.events, one.undone, one.worth, len(one.rateless))
        for one in figures
    )
    return Table("kinds", _KINDS, rows, hidden=frozenset({"kind"}), empty="nothing to sum")


def _notes(facts: Facts, figures: Sequence[Tally]) -> tuple[str, ...]:
    """What is left out, and which deals have dates that nobody wrote down."""
    undated = [state.deal.id for state in facts.states if not state.dated]
    notes = list(rateless_notes(state for one in figures for state in one.rateless))
    if undated:
        many, are = ("1 deal", "is") if len(undated) == 1 else (f"{len(undated)} deals", "are")
        notes.append(f"{many} {are} undated: how they came where they are is not told (pipectl check stage-history)")
    return tuple(notes)
