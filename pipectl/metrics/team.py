"""People beside each other: the numbers of each, of groups, and of managers with all below them."""

from collections.abc import Iterable, Mapping, Sequence

from pipectl.metrics.activity import contacts_per_deal
from pipectl.metrics.attainment import attainment, coverage, weighted_coverage
from pipectl.metrics.contrast import told_apart
from pipectl.metrics.grouping import grouping
from pipectl.metrics.metric import Measure, Scope
from pipectl.metrics.outcome import TOO_FEW, win_rate
from pipectl.metrics.slips import slip_rate
from pipectl.metrics.speed import sales_cycle
from pipectl.metrics.targets import holding, standing, targets_of
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


def whole_of(scope: Scope) -> Whole:
    """The numbers of all deals of *scope*."""
    late = Ratio(len(stalled(scope)), len(scope.open))
    return Whole(_ratio(win_rate(scope)), late, _ratio(scope.once(slip_rate)), contacts_of(scope))


def people(scope: Scope, also: Iterable[str] = ()) -> Table:
    """A line a person, and that of the whole: each number is the metric of that name over the person's deals.

    *also*: who has a line without any deal.
    """
    whole, parts = scope.once(whole_of), owners(scope, also)
    rows = tuple((name or "(no owner)", *_figures(scope.once(held_by, name), whole)) for name, _ in parts)
    return _table(Column("owner", "Owner"), rows, scope)


def by_group(scope: Scope) -> Table:
    """The same, a line a group of the team."""
    whole, groups = scope.once(whole_of), grouping(scope, "group")
    parts = groups.parts(scope.facts.states)
    rows = tuple((groups.label(name), *_figures(holding(scope, of, group=name), whole)) for name, of in parts)
    return _table(Column("group", "Group"), rows, scope)


def by_manager(scope: Scope) -> Table:
    """The same, a line a manager: the manager's own deals and those of all people below, at any depth.

    A manager below another stands in both lines. Who has no manager and is none stands in `(no manager)`, so that the
    lines of those without a manager above them add up to the whole.
    """
    whole, team = scope.once(whole_of), scope.facts.settings.team
    rows: list[tuple[Cell, ...]] = []
    for name in _managers(scope):
        below = (name, *reports(scope, name))
        above = team[name].manager if name in team else ""
        rows.append((name, above, len(below) - 1, *_figures(_of_people(scope, below), whole)))
    under = {person for name in _managers(scope) for person in (name, *reports(scope, name))}
    alone = [name for name, _ in owners(scope) if name not in under]
    if alone and rows:
        known = [name for name in alone if name]
        rows.append(("(no manager)", "", len(known), *_figures(_of_people(scope, alone), whole)))
    columns = Column("manager", "Manager"), Column("above", "Reports to"), Column("people", "People", right=True)
    total = ("all", "", "", *_figures(scope, scope.once(whole_of)))
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
    """People who have left, with the open deals that they still hold."""
    team = scope.facts.settings.team
    parts = grouping(scope, "owner").parts(scope.open)
    return [(name, states) for name, states in parts if name in team and not team[name].active]


def held_by(scope: Scope, owner: str) -> Scope:
    """The deals of one person, held against the person's targets."""
    return holding(scope, scope.once(_by_owner).get(owner, ()), owner=owner)


def _by_owner(scope: Scope) -> Mapping[str, tuple[State, ...]]:
    return dict(grouping(scope, "owner").parts(scope.facts.states))


def stalled(scope: Scope) -> tuple[State, ...]:
    """Open deals whose stalled clock is over its limit."""
    return tuple(state for state in scope.open if is_stalled(state, scope.facts.limits))


def _table(first: Column, rows: tuple[tuple[Cell, ...], ...], scope: Scope) -> Table:
    total = ("all", *_figures(scope, scope.once(whole_of)))
    return Table("team", (first, *_COLUMNS), rows, total=total if rows else None, empty="no deal fits")


def owners(scope: Scope, also: Iterable[str] = ()) -> Sequence[tuple[str, tuple[State, ...]]]:
    """Whose deals there are, and which, with those of *also* who have none.

    Who has left, holds nothing open and neither won, lost nor created anything in the period is not among them.
    """
    groups, team = grouping(scope, "owner"), scope.facts.settings.team
    found = scope.once(_by_owner)
    busy = {state.owner for state in (*scope.open, *scope.won, *scope.lost, *scope.created)}
    idle = {name for name in found if name in team and not team[name].active} - busy
    return [(name, found.get(name, ())) for name in sorted({*found, *also} - idle, key=groups.rank)]


def _managers(scope: Scope) -> Sequence[str]:
    """Whoever has somebody below, each before those that report to them."""
    team = scope.facts.settings.team
    managers = sorted({person.manager for person in team.values() if person.manager})
    tops = [name for name in managers if name not in team or team[name].manager not in managers]
    ordered = dict.fromkeys(person for top in tops for person in (top, *reports(scope, top)))
    return [name for name in dict.fromkeys((*ordered, *managers)) if name in managers]


def _of_people(scope: Scope, names: Iterable[str]) -> Scope:
    """The deals of *names*, held against the sum of what is set for each."""
    members = set(names)
    inner = scope.of(state for state in scope.facts.states if state.owner in members)
    if scope.targets is None:
        return inner
    theirs = [target for target in scope.facts.settings.targets if target.owner in members]
    return replace(inner, targets=targets_of(theirs, scope.whole, pipelines=scope.pipelines))


def _figures(inner: Scope, whole: Whole) -> tuple[Cell, ...]:
    """The numbers of some deals, with a sign where they stand out from those of all others."""
    return (
        len(inner.open),
        known_worth(inner.open, inner.currency),
        len(inner.won),
        known_worth(inner.won, inner.currency),
        _signed(attainment(inner).value, BELOW if is_behind(inner) else ""),
        _against_others(_ratio(win_rate(inner)), whole.win_rate),
        sales_cycle(inner).value,
        coverage(inner).value,
        _signed(weighted_coverage(inner).value, BELOW if is_thin(inner) else ""),
        _signed(contacts_of(inner), BELOW if is_quiet(inner, whole) else ""),
        # What is open is there and no sample of anything, so fewer will do.
        _against_others(Ratio(len(stalled(inner)), len(inner.open)), whole.stalled, least=_LEAST_OPEN),
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
