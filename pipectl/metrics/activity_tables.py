"""Activities and contacts in groups: by what the deal is, or by what the contact was.

What was done is as it is known at the end of the day; open deals are as they stood at the end of the period.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pipectl.metrics.activity import Done, done, done_on, first_waits, never_contacted, on_open_deals, until_wins
from pipectl.metrics.breakdown import part_of, span_of_data, values
from pipectl.metrics.figures import median
from pipectl.metrics.grouping import UNITS, Grouping, grouping, rank_of_stage
from pipectl.metrics.metric import Scope
from pipectl.metrics.past import Part
from pipectl.model.deal import Activity
from pipectl.model.moment import is_before
from pipectl.model.period import Period, Unit
from pipectl.model.state import State
from pipectl.report import Cell, Column, Days, Per, Table

_COUNTS = (
    Column("activities", "Activities", right=True),
    Column("contacts", "Contacts", right=True),
    Column("deals", "Deals contacted", right=True),
)
_FIGURES = (
    Column("contacts_per_deal", "Contacts a deal", right=True, holds="ratio"),
    Column("first_contact", "First contact", right=True),
    Column("contacts_before_win", "Before a win", right=True, holds="ratio"),
    Column("last", "Last contact"),
)
_NEVER = Column("never", "Never contacted", right=True)


def stage_then(state: State, activity: Activity) -> str:
    """The stage that the deal was in at the moment of *activity*; "" before its first.

    Where the hours do not tell, an activity on the day of a move belongs to the stage that the deal came to.
    """
    outline = state.deal.outline
    stays = zip(reversed(outline.path), reversed(outline.times), strict=True)
    return next((stage for (_, stage), since in stays if not is_before(activity.at, since)), "")


# What parts the contacts and not the deals.
OF_CONTACTS: dict[str, Callable[[State, Activity], str]] = {
    "type": lambda _, activity: activity.type,
    "stage": stage_then,
    "person": lambda _, activity: activity.by,
}


def by_deals(whole: Part, by: str) -> Table:
    """A row for each group of the deals: what was done on them, and the metrics of activity over them.

    Raises:
        UsageError: there is no such field.
    """
    groups = grouping(whole.scope, by, also=(*OF_CONTACTS, *UNITS))
    every, at_end = whole.once(_everything), whole.once(_at_end)
    parts = _grouped(every, groups)
    ends = parts if at_end is every else _grouped(at_end, groups)
    rows = []
    for name in values(whole, by):
        part = part_of(whole, by, name)
        rows.append((part.label, *_row(part, parts.get(name, ()), ends.get(name, ()))))
    columns = (Column(by, groups.title), *_COUNTS, *_FIGURES, _NEVER)
    total = ("all", *_row(whole, every, at_end)) if rows else None
    return Table(by, columns, tuple(rows), total=total, empty="no deal fits")


def _grouped(those: Sequence[Done], groups: Grouping) -> Mapping[str, Sequence[Done]]:
    parts: dict[str, list[Done]] = {}
    for each in those:
        parts.setdefault(groups.of(each.state), []).append(each)
    return parts


def _row(part: Part, those: Sequence[Done], at_end: Sequence[Done]) -> tuple[Cell, ...]:
    reached = sum([each.first is not None and each.state.is_open for each in at_end])
    return *_counts(those), *_figures(part, those, at_end), len(part.end.open) - reached


def by_contacts(whole: Part, by: str) -> Table:
    """A row for each type, stage or person of the activities; the parts of each figure add up to that of all.

    Contacts a deal: those of the row on open deals, by all open deals. First contact: of the deals whose first one it
    was. Before a win: those of the row, by all wins.
    """
    scope, every, at_end = whole.scope, whole.once(_everything), whole.once(_at_end)
    parts = _parts(every, OF_CONTACTS[by], scope.period)
    ends = parts if at_end is every else _parts(at_end, OF_CONTACTS[by], scope.period)
    rank = rank_of_stage(scope) if by == "stage" else _rank_of_name
    rows = []
    for name in sorted({*parts, *ends}, key=rank):
        those = parts.get(name, ())
        counts, figures = _counts(those), _figures(whole, those, ends.get(name, ()))
        if counts[0] or any(isinstance(cell, Per) and cell.numerator for cell in figures) or figures[1] is not None:
            rows.append((name or f"(no {by})", *counts, *figures))
    total = ("all", *_counts(every), *_figures(whole, every, at_end))
    columns = (Column(by, by.capitalize()), *_COUNTS, *_FIGURES)
    return Table(by, columns, tuple(rows), total=total if rows else None, empty="no activity in the period")


def _everything(whole: Part) -> Sequence[Done]:
    return done(whole.scope, whole.scope.facts.states)


def _at_end(whole: Part) -> Sequence[Done]:
    """What was done by the end of the period on the deals that were open then, among others."""
    return done(whole.end, whole.end.open) if whole.find_end else whole.once(_everything)


def _parts(
    every: Sequence[Done], name_of: Callable[[State, Activity], str], period: Period
) -> Mapping[str, Sequence[Done]]:
    """What was done, by the name that each activity has."""
    parts: dict[str, list[Done]] = {}
    for each in every:
        named: dict[str, list[Activity]] = {}
        for activity in each.activities:
            named.setdefault(name_of(each.state, activity), []).append(activity)
        if len(named) == 1:
            parts.setdefault(next(iter(named)), []).append(each)
            continue
        are_contacts = set(map(id, each.contacts))
        for name, activities in named.items():
            those = [activity for activity in activities if id(activity) in are_contacts]
            part = done_on(each.state, activities, those, period, each.contacts[:1])
            parts.setdefault(name, []).append(part)
    return parts


def _rank_of_name(name: str) -> tuple[object, ...]:
    return (not name, name.casefold(), name)


def over_time(scope: Scope, unit: Unit) -> Table:
    """A row for each week, month … of the period, those without an activity too."""
    every, span = done(scope, scope.facts.states), scope.period
    if span.is_open:
        span = span.within(span_of_data(scope, (one.at.day for each in every for one in each.activities)))
    parts = scope.facts.settings.calendar.split(span, unit)
    firsts = [part.first for part in parts]

    def name_of(_: State, activity: Activity) -> str:
        place = bisect_right(firsts, activity.at.day) - 1
        return parts[place].name if place >= 0 and activity.at.day in parts[place] else ""

    found = _parts(every, name_of, span)
    rows = tuple((part.name, *_counts(found.get(part.name, ()))) for part in parts)
    total = ("all", *_counts(every))
    columns = (Column(unit.value, unit.value.capitalize()), *_COUNTS)
    return Table(unit.value, columns, rows, total=total if rows else None, empty="no day lies in it")


def never(scope: Scope) -> Table:
    """The open deals on which no contact was ever logged, the oldest first."""
    columns = (
        Column("id", "Deal"),
        Column("owner", "Owner"),
        Column("stage", "Stage"),
        Column("amount", "Amount", right=True, holds="money"),
        Column("created", "Created"),
        Column("age", "Age", right=True),
    )
    ordered = sorted(never_contacted(scope), key=lambda state: (-(state.age_days or 0), state.deal.id))
    rows = tuple(
        (
            state.deal.id,
            state.owner,
            state.stage.id,
            state.amount,
            state.created.day if state.created else None,
            None if state.age_days is None else Days(state.age_days),
        )
        for state in ordered
    )
    empty = "every open deal was contacted" if scope.open else "no deal is open"
    return Table("never", columns, rows, ids="id", empty=empty)


def _counts(those: Sequence[Done]) -> tuple[int, int, int]:
    """Activities and contacts of the period among *those*, and on how many deals the contacts were."""
    contacts = [each.contacted for each in those]
    return sum([each.active for each in those]), sum(contacts), len(contacts) - contacts.count(0)


def _last(those: Sequence[Done], period: Period) -> date | None:
    """The day of the last contact by the end of the period; None where there was none."""
    last = max((each.contacts[-1].at.day for each in those if each.contacts), default=None)
    if last is None or last < period.until:
        return last
    days = (contact.at.day for each in those for contact in each.contacts)
    return max((day for day in days if day < period.until), default=None)


def _figures(part: Part, those: Sequence[Done], at_end: Sequence[Done]) -> tuple[Cell, ...]:
    scope = part.scope
    wait = median([days for _, days in first_waits(scope, those)])
    return (
        on_open_deals(part.end, at_end),
        None if wait is None else Days(wait),
        until_wins(scope, those),
        _last(those, scope.period),
    )
