"""Deals as rows: the columns that every list of deals shares."""

from pipectl.metrics.volume import apart, priced, worth
from pipectl.model.clocks import Clocks
from pipectl.model.facts import Facts
from pipectl.model.state import State
from pipectl.report import Cell, Column, Days, Labelled, Marked, Percent, Table

_COLUMNS = (
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("company", "Company"),
    Column("pipeline", "Pipeline"),
    Column("stage", "Stage"),
    Column("outcome", "Outcome"),
    Column("amount", "Amount", right=True, holds="money"),
    Column("worth", "Worth", right=True, holds="money"),
    Column("days", "In stage", right=True),
    Column("age", "Age", right=True),
    Column("created", "Created"),
    Column("closed", "Closed"),
    Column("close", "Expected"),
    Column("owner", "Owner"),
    Column("source", "Source"),
    Column("tags", "Tags"),
    Column("probability", "Probability", right=True),
    Column("next_step", "Next step"),
    Column("next_due", "Due"),
    Column("signs", "Signs"),
    Column("path", "File"),
)
_SHOWN = frozenset({"id", "title", "stage", "amount", "days", "close", "owner", "signs"})


def signs(state: State, clocks: Clocks) -> tuple[str, ...]:
    """Words for what calls for attention: stalled, idle, overdue, task, undated, unpriced, snoozed."""
    snoozed = state.deal.snooze_until is not None and state.deal.snooze_until > state.as_of.day
    found = (
        ("stalled", clocks.is_stalled),
        ("idle", clocks.is_idle),
        ("overdue", clocks.overdue_days > 0),
        ("task", bool(clocks.overdue_tasks)),
        ("undated", not state.dated),
        ("unpriced", state.is_open and state.amount is None),
        ("no rate", state.rate_missing),
        ("snoozed", snoozed),
    )
    return tuple(word for word, holds in found if holds)


def marked(cell: Cell, marks: tuple[str, ...]) -> Cell:
    """*cell* under the gravest of the *marks* that colour knows."""
    mark = next((word for word in marks if word in ("stalled", "idle", "overdue")), "")
    return Marked(cell, mark) if mark else cell


def deals_table(facts: Facts, *, key: str = "deals", title: str = "", empty: str = "no deal fits") -> Table:
    """Every deal of *facts*; the pipeline stands in it where there is more than one."""
    shown = _SHOWN | ({"pipeline"} if len({state.pipeline.id for state in facts.states}) > 1 else frozenset())
    if any(not state.is_open for state in facts.states):
        shown |= {"outcome", "closed"}
    rows = tuple(_row(state, facts) for state in facts.states)
    # Over nothing priced there is no sum, and 0 would look like one.
    whole = worth(facts.states, facts.settings.currency) if priced(facts.states) else None
    sums: dict[str, Cell] = {
        "id": Labelled("deals" if len(rows) != 1 else "deal", len(rows), after=True),
        "amount": whole,
        "worth": whole,
        "title": apart(facts.states) or None,
    }
    total = tuple(sums.get(column.key, "") for column in _COLUMNS)
    hidden = frozenset(column.key for column in _COLUMNS) - shown
    return Table(key, _COLUMNS, rows, title, "id", hidden, total if rows else None, empty)


def _row(state: State, facts: Facts) -> tuple[Cell, ...]:
    deal, clocks = state.deal, facts.clocks[state.deal.path]
    task, marks = deal.next_task, signs(state, clocks)
    days, age = state.days_in_stage, state.age_days
    overdue: tuple[str, ...] = ("overdue",) if clocks.overdue_days else ()
    stuck = tuple(mark for mark in marks if mark in ("stalled", "idle"))
    return (
        deal.id,
        deal.title,
        deal.company,
        state.pipeline.id,
        state.stage.id,
        state.stage.outcome.value,
        state.amount,
        state.worth,
        marked(None if days is None else Days(days), stuck),
        None if age is None else Days(age),
        state.created,
        state.closed,
        marked(deal.expected_close, overdue),
        state.owner,
        deal.source,
        deal.tags,
        None if deal.probability is None else Percent(deal.probability),
        task.title if task else "",
        task.comes_up if task else None,
        marks,
        deal.path,
    )
