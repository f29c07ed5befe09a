"""`pipectl show`."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from pipectl.arguments import Argument
from pipectl.commands._open import facts_of, open_workspace
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import NegativeError
from pipectl.metrics.limits import limits_with_averages
from pipectl.model.clocks import Clock, next_step
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts
from pipectl.model.lookup import find_deal
from pipectl.model.moment import days_between
from pipectl.model.state import State
from pipectl.report import Cell, Column, Days, Labelled, Marked, Percent, Report, Table

OPTIONS = frozenset({"as_of", "rev", "format", "output", "fields"})


def run(
    context: Context,
    deal_id: Annotated[str, Argument(metavar="ID", help="The deal's id, the beginning of it, or its title.")],
) -> int:
    """Show one deal whole.

    Where it is and since when, what its two clocks say, what is to be done, what happened, and its way through the
    stages.

    Examples:

      pipectl show puri-farma-dc
      pipectl show puri -f json
    """
    opened = open_workspace(context)
    deal = find_deal(opened.workspace, deal_id)
    facts = facts_of(opened, context, limits_with_averages)
    state = next((state for state in facts.states if state.deal.path == deal.path), None)
    if state is None:
        raise NegativeError(f"deal {deal.id} did not exist on {facts.today}")
    tables = (_facts(state, facts), *(table for table in _lists(state) if table.rows))
    header: tuple[tuple[str, Cell], ...] = (("deal", state.deal.id), ("as of", facts.today))
    return show(context, Report("show", tables, header), opened.workspace)


def _facts(state: State, facts: Facts) -> Table:
    columns = (Column("field", "Field"), Column("value", "Value"))
    rows = tuple((name, value) for name, value in _pairs(state, facts) if value not in (None, "", ()))
    return Table("deal", columns, rows)


def _pairs(state: State, facts: Facts) -> Iterator[tuple[str, Cell]]:
    deal, clocks = state.deal, facts.clocks[state.deal.path]
    yield "title", deal.title
    yield "company", deal.company
    yield "pipeline", state.pipeline.id
    yield "stage", state.stage.id
    yield "guidance", state.stage.guidance if state.is_open else ""
    yield "since", state.entered if state.dated else "unknown: the history does not lead here"
    yield "amount", deal.amount
    yield "worth", state.worth if state.amount and state.amount.currency != facts.settings.currency else None
    yield "probability", Percent(deal.probability) if deal.probability is not None else None
    yield "forecast", deal.forecast
    yield "expected close", Marked(deal.expected_close, "overdue") if clocks.overdue_days else deal.expected_close
    yield "pushed", _pushes(deal)
    yield "closed", state.closed
    yield "lost reason", state.lost_reason
    yield "competitor", state.competitor
    yield "owner", state.owner
    yield "source", deal.source
    yield "tags", deal.tags
    yield from deal.fields.items()
    yield "created", state.created
    yield "age", Days(state.age_days) if state.age_days is not None else None
    yield "stalled clock", _clock(clocks.stalled, "stalled")
    yield "idle clock", f"suspended: {clocks.suspended}" if clocks.suspended else _clock(clocks.idle, "idle")
    yield "average stay", Days(average) if (average := facts.limits.average(state)) is not None else None
    if clocks.is_stagnant:
        yield "to do", next_step(state, clocks, facts.settings.activity_types).value
    yield "snoozed until", deal.snooze_until
    yield "aliases", deal.aliases
    yield "external ids", tuple(Labelled(name, value) for name, value in deal.external_ids.items())
    yield "waived", tuple(f"{waiver.check} until {waiver.until or 'further notice'}" for waiver in deal.waive)
    yield "file", deal.path
    yield "notes", deal.notes


def _clock(clock: Clock | None, mark: str) -> Cell:
    if clock is None:
        return None
    cells = (
        Days(clock.days),
        Labelled("since", clock.since),
        Labelled("limit", Days(clock.limit.days)),
        f"from {clock.limit.origin}",
    )
    return Marked(cells, mark) if clock.is_over else cells


def _pushes(deal: Deal) -> Cell:
    """How often the expected close was moved to a later day."""
    days = [change.values["expected_close"] for change in deal.changes if "expected_close" in change.values]
    later = sum(str(after or "") > str(before or "") for before, after in pairwise(days))
    return Labelled("time" if later == 1 else "times", later, after=True) if later else None


def _lists(state: State) -> Iterator[Table]:
    deal, today = state.deal, state.as_of.day
    yield Table(
        "contacts",
        (Column("name", "Contact"), Column("role", "Role"), Column("email", "E-mail"), Column("phone", "Phone")),
        tuple((person.name, person.role, person.email, person.phone) for person in deal.contacts),
        "Contacts",
    )
    yield Table(
        "tasks",
        (Column("title", "Task"), Column("due", "Due"), Column("done", "Done"), Column("owner", "Owner")),
        tuple(
            (
                task.title,
                Marked(task.due, "overdue") if task.is_open and task.due and task.due < today else task.due,
                task.done,
                task.owner,
            )
            for task in deal.tasks
        ),
        "Tasks",
    )
    yield Table(
        "history",
        (
            Column("at", "At"),
            Column("pipeline", "Pipeline"),
            Column("stage", "Stage"),
            Column("days", "Days there", right=True),
        ),
        tuple(
            (visit.since, visit.pipeline, visit.stage, Days(days_between(visit.since, visit.until or state.as_of)))
            for visit in state.visits
        ),
        "History",
        hidden=frozenset({"pipeline"} if len({visit.pipeline for visit in state.visits}) == 1 else ()),
    )
    yield Table(
        "activities",
        (Column("at", "At"), Column("type", "Type"), Column("by", "By"), Column("note", "Note")),
        tuple((activity.at, activity.type, activity.by, activity.note) for activity in reversed(deal.activities)),
        "Activities",
    )
    yield Table(
        "changes",
        (Column("at", "At"), Column("field", "Field"), Column("value", "From then on")),
        tuple((change.at, name, value) for change in deal.changes for name, value in change.values.items()),
        "Changes",
    )
