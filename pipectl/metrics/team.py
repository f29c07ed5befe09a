"""People beside each other: the numbers of each, of groups, and of managers with all below them.

What happened in the period is as it is known at the end of the day; open deals are as they stood at the period's end.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from pipectl.metrics.activity import contacts_per_deal
from pipectl.metrics.attainment import attainment, coverage, weighted_coverage
from pipectl.metrics.breakdown import part_of, values
from pipectl.metrics.contrast import told_apart
from pipectl.metrics.grouping import grouping
from pipectl.metrics.metric import Measure, Scope
from pipectl.metrics.outcome import TOO_FEW, win_rate
from pipectl.metrics.past import Part
from pipectl.metrics.slips import slip_rate
from pipectl.metrics.speed import sales_cycle
from pipectl.metrics.targets import standing, targets_of
from pipectl.metrics.volume import known_worth
from pipectl.model.clocks import is_stalled
from pipectl.model.frozen import frozen, replace
from pipectl.model.state import State
from pipectl.report import Cell, Column, Marked, Per, Ratio, Table

ABOVE, BELOW = "above", "below"
_LEAST_OPEN = 3
_COLUMNS = (
    Column("open", "Open", right=True),
    Column("open_amount", "Open amount", right=True, holds="money"),
    Column("won", "Won", right=True),
    Column("won_amount", "Won amount", right=True, holds="money"),
    Column("attainment", "Attainment", right=True, holds="ratio"),
    Column("win_rate", "Win rate", right=True, holds="ratio"),
    Column("cycle", "Cycle", right=True),
    Column("coverage", "Coverage", right=True),
    Column("weighted_coverage", "Weighted cov.", right=True),
    Column("contacts", "Contacts a deal", right=True, holds="ratio"),
    Column("stalled", "Stalled", right=True, holds="ratio"),
    Column("slip_rate", "Slip rate", right=True, holds="ratio"),
)


@frozen
class Whole:
    """The numbers of all, which each person's are held against."""

    win_rate: Ratio
    stalled: Ratio
    slip_rate: Ratio
    contacts: Per


def whole_of(whole: Part) -> Whole:
    """The numbers of all deals of *whole*."""
    scope, end = whole.scope, whole.end
    late = Ratio(len(stalled(end)), len(end.open))
    return Whole(_ratio(win_rate(scope)), late, _ratio(scope.once(slip_rate)), contacts_of(end))


def people(whole: Part, also: Iterable[str] = ()) -> Table:
    """A line a person, and that of the whole: each number is the metric of that name over the person's deals.

    *also*: who has a line without any deal.
    """
    parts = [whole.once(held_by, name) for name in owners(whole, also)]
    return _table(Column("owner", "Owner"), parts, whole)


def by_group(whole: Part) -> Table:
    """The same, a line a group of the team."""
    parts = [part_of(whole, "group", name) for name in values(whole, "group")]
    return _table(Column("group", "Group"), parts, whole)


def by_manager(whole: Part) -> Table:
    """The same, a line a manager: the manager's own deals and those of all people below, at any depth.

    A manager below another stands in both lines. Who has no manager and is none stands in `(no manager)`, so that the
    lines of those without a manager above them add up to the whole.
    """
    scope, team, numbers = whole.scope, whole.scope.facts.settings.team, whole.once(whole_of)
    rows: list[tuple[Cell, ...]] = []
    for name in _managers(scope):
        below = (name, *reports(scope, name))
        above = team[name].manager if name in team else ""
        rows.append((name, above, len(below) - 1, *_figures(_of_people(whole, below), numbers)))
    under = {person for name in _managers(scope) for person in (name, *reports(scope, name))}
    alone = [name for name in owners(whole) if name not in under]
    if alone and rows:
        known = [name for name in alone if name]
        rows.append(("(no manager)", "", len(known), *_figures(_of_people(whole, alone), numbers)))
    columns = Column("manager", "Manager"), Column("above", "Reports to"), Column("people", "People", right=True)
    total = ("all", "", "", *_figures(whole, numbers))
    return Table("managers", (*columns, *_COLUMNS), tuple(rows), total=total if rows else None, empty="nobody manages")


def reports(scope: Scope, manager: str) -> tuple[str, ...]:
    """Everybody below *manager* at any depth, whoever is nearest first; nobody twice, not even in a circle."""
    found: dict[str, None] = {}
    waiting = [manager]
    for name in waiting:
        for person in scope.facts.settings.team.values():
            if person.manager == name and person.id not in found and person.id != manager:
                found[person.id] = None
                waiting.append(person.id)
    return tuple(found)


def left_behind(scope: Scope) -> Sequence[tuple[str, tuple[State, ...]]]:
    """People who have left, with the open deals that they still hold at the end of the day."""
    team = scope.facts.settings.team
    parts = grouping(scope, "owner").parts(scope.open)
    return [(name, states) for name, states in parts if name in team and not team[name].active]


def held_by(whole: Part, owner: str) -> Part:
    """The deals of one person, held against the person's targets."""
    return part_of(whole, "owner", owner)


def stalled(scope: Scope) -> tuple[State, ...]:
    """Open deals whose stalled clock is over its limit."""
    return tuple(state for state in scope.open if is_stalled(state, scope.facts.limits))


def _table(first: Column, parts: Iterable[Part], whole: Part) -> Table:
    numbers = whole.once(whole_of)
    rows = tuple((part.label, *_figures(part, numbers)) for part in parts)
    total = ("all", *_figures(whole, numbers))
    return Table("team", (first, *_COLUMNS), rows, total=total if rows else None, empty="no deal fits")


def owners(whole: Part, also: Iterable[str] = ()) -> Sequence[str]:
    """Whose deals there are, with those of *also* who have none.

    Who has left, held nothing open and neither won, lost nor created anything in the period is not among them.
    """
    scope, team = whole.scope, whole.scope.facts.settings.team
    busy = {state.owner for state in (*whole.end.open, *scope.won, *scope.lost, *scope.created)}
    left = {person.id for person in team.values() if not person.active}
    return [name for name in values(whole, "owner", also) if name not in left or name in busy]


def _managers(scope: Scope) -> Sequence[str]:
    """Whoever has somebody below, each before those that report to them."""
    team = scope.facts.settings.team
    managers = sorted({person.manager for person in team.values() if person.manager})
    tops = [name for name in managers if name not in team or team[name].manager not in managers]
    ordered = dict.fromkeys(person for top in tops for person in (top, *reports(scope, top)))
    return [name for name in dict.fromkeys((*ordered, *managers)) if name in managers]


def _of_people(whole: Part, names: Iterable[str]) -> Part:
    """The deals of *names*, held against the sum of what is set for each."""
    members = frozenset(names)
    find_end = (lambda: _of_members(whole.end, members)) if whole.find_end else None
    return Part("", _of_members(whole.scope, members), find_end, whole.is_over)


def _of_members(scope: Scope, members: AbstractSet[str]) -> Scope:
    inner = scope.of(state for state in scope.facts.states if state.owner in members)
    if scope.targets is None:
        return inner
    theirs = [target for target in scope.facts.settings.targets if target.owner and target.owner in members]
    return replace(inner, targets=targets_of(theirs, scope.whole, pipelines=scope.pipelines))


def _figures(part: Part, whole: Whole) -> tuple[Cell, ...]:
    """The numbers of some deals, with a sign where they stand out from those of all others."""
    inner, end = part.scope, part.end
    return (
        len(end.open),
        known_worth(end.open, end.currency),
        len(inner.won),
        known_worth(inner.won, inner.currency),
        _signed(attainment(inner).value, BELOW if is_behind(inner) else ""),
        _against_others(_ratio(win_rate(inner)), whole.win_rate),
        sales_cycle(inner).value,
        coverage(inner).value,
        _signed(weighted_coverage(inner).value, BELOW if is_thin(inner) else ""),
        _signed(contacts_of(end), BELOW if is_quiet(end, whole) else ""),
        # What is open is there and no sample of anything, so fewer will do.
        _against_others(Ratio(len(stalled(end)), len(end.open)), whole.stalled, least=_LEAST_OPEN),
        _against_others(_ratio(inner.once(slip_rate)), whole.slip_rate),
    )


def contacts_of(scope: Scope) -> Per:
    """Contacts per open deal."""
    found = scope.once(contacts_per_deal).value
    return found if isinstance(found, Per) else Per(0, 0)


def is_behind(scope: Scope) -> bool:
    """Whether less is reached of the target than the share of the period that is over."""
    found = scope.once(standing)
    return found is not None and found.gap > 0 and found.reached < found.due


def is_thin(scope: Scope) -> bool:
    """Whether, while the period runs, what is likely to be won in the rest of it does not fill the gap."""
    found = scope.once(standing)
    return found is not None and found.helps and found.elapsed < found.days and found.weighted < found.gap


def is_quiet(scope: Scope, whole: Whole) -> bool:
    """Whether there are less than half as many contacts per open deal as there are in all."""
    own, all_ = contacts_of(scope).value, whole.contacts.value
    return own is not None and bool(all_) and own < (all_ or 0) / 2


def _against_others(own: Ratio, whole: Ratio, least: int = TOO_FEW) -> Cell:
    others = int(whole.numerator - own.numerator), int(whole.denominator - own.denominator)
    word = told_apart(others, (int(own.numerator), int(own.denominator)), (ABOVE, BELOW), least)[1]
    return _signed(own, word if word in (ABOVE, BELOW) else "")


def _signed(cell: Cell, word: str) -> Cell:
    return Marked(cell, word) if word else cell


def _ratio(measure: Measure) -> Ratio:
    return measure.value if isinstance(measure.value, Ratio) else Ratio(0, 0)
