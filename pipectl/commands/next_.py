"""`pipectl next`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._open import READING, facts_for, narrowed, open_workspace, who
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.metrics.attainment import attainment
from pipectl.metrics.metric import Scope
from pipectl.metrics.targets import targets_of
from pipectl.model.facts import Facts, only
from pipectl.model.period import Unit
from pipectl.model.urgency import Urgency, urgencies
from pipectl.report import Cell, Column, Days, Labelled, Marked, Ratio, Report, Table

OPTIONS = READING

_COLUMNS = (
    Column("urgency", "Urgency", right=True),
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("stage", "Stage"),
    Column("amount", "Amount", right=True, holds="money"),
    Column("task", "Next step"),
    Column("due", "Due"),
    Column("why", "Why"),
    Column("owner", "Owner"),
    Column("days", "In stage", right=True),
    Column("terms", "Terms"),
)


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    everyone: Annotated[bool, Option("--all", "-a", help="Everybody's deals, not only mine.")] = False,
    terms: Annotated[bool, Option("--terms", help="Show what each reason adds.")] = False,
) -> int:
    """Show what to do next, the most urgent first.

    Overdue and due tasks, stalled and idle deals, dates that come near, value at stake: each adds to the urgency of
    a deal, and stands in the line as its reason. Mine only, where pipectl knows who I am (--as NAME, PIPECTL_USER, or
    git's e-mail found in the team). `pipectl explain urgency` shows the coefficients.

    Examples:

      pipectl next --as sari
      pipectl next --all -L 5
      pipectl next is:stalled --terms
    """
    opened = open_workspace(context)
    # A deal is as urgent as it is among all of its owner's, whichever of them are shown.
    everything = facts_for(context, opened, words or [])
    facts, kept = narrowed(context, opened, everything, words or [])
    me = "" if everyone or kept.says("owner") or kept.says("group") else who(opened, context)
    mine = only(everything, (state for state in everything.states if not me or state.owner == me))
    shown = {state.deal.path for state in facts.states}
    ranked = urgencies(mine, _gaps(everything))
    found = [urgency for urgency in ranked if urgency.terms and urgency.state.deal.path in shown]
    header: list[tuple[str, Cell]] = [("as of", facts.today)]
    if me or not kept.text:
        header.append(("owner", me or "everybody"))
    if kept.text:
        header.append(("filter", kept.text))
    rows = tuple(_row(urgency) for urgency in found)
    hidden = frozenset({"title", "days"}) | (frozenset() if terms else frozenset({"terms"}))
    hidden |= frozenset({"owner"}) if me else frozenset()
    hidden |= frozenset({"why"}) if terms else frozenset()
    table = Table("next", _COLUMNS, rows, ids="id", hidden=hidden, empty="nothing calls: all is done, or asleep")
    return show(context, Report("next", (table,), tuple(header)), opened.workspace)


def _row(urgency: Urgency) -> tuple[Cell, ...]:
    state, task = urgency.state, urgency.task
    due = task.comes_up if task else None
    late = due is not None and due < state.as_of.day
    return (
        Decimal(f"{urgency.points:.1f}"),
        state.deal.id,
        state.deal.title,
        state.stage.id,
        state.amount,
        task.title if task else "",
        Marked(due, "overdue") if late else due,
        "; ".join(term.why for term in urgency.terms[:3]),
        state.owner,
        None if state.days_in_stage is None else Days(state.days_in_stage),
        tuple(Labelled(term.name, Decimal(f"{term.points:.1f}")) for term in urgency.terms),
    )


def _gaps(facts: Facts) -> Mapping[str, float]:
    """Owner → share of this quarter's target that is still to be won."""
    quarter = facts.settings.calendar.containing(Unit.QUARTER, facts.today)
    gaps = {}
    for owner in facts.settings.team:
        own = only(facts, (state for state in facts.states if state.owner == owner))
        targets = targets_of(facts.settings.targets, quarter, owner=owner)
        reached = attainment(Scope(own, quarter, quarter.to_date(facts.today), targets)).value
        if isinstance(reached, Ratio) and reached.value is not None:
            gaps[owner] = max(0.0, 1 - reached.value)
    return gaps
