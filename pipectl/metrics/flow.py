"""Movement between two states of the files: what the open pipeline gained and lost, balanced to the last digit.

The two states may be two days of one workspace, or two workspaces, such as those of two commits. What is measured is
the selection: the deals that are open and fit the filter, asked of each state by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from pipectl.errors import UsageError
from pipectl.metrics.grouping import Grouping
from pipectl.model.facts import Facts
from pipectl.model.filter import Term
from pipectl.model.frozen import frozen
from pipectl.model.money import Money, total
from pipectl.model.state import State


class Line(NamedTuple):
    """A reason for a difference; *sign* is +1 or -1, *counts* says that the number of deals changes with it."""

    id: str
    title: str
    sign: int
    counts: bool


LINES = (
    Line("created", "created", 1, True),
    Line("reopened", "reopened", 1, True),
    Line("transferred-in", "transferred in", 1, True),
    Line("pulled-in", "pulled in", 1, True),
    Line("readable", "readable again", 1, True),
    Line("raised", "raised", 1, False),
    Line("currency-up", "currency up", 1, False),
    Line("rate-found", "rate found", 1, False),
    Line("won", "won", -1, True),
    Line("lost", "lost", -1, True),
    Line("removed", "removed", -1, True),
    Line("transferred-out", "transferred out", -1, True),
    Line("pushed-out", "pushed out", -1, True),
    Line("unreadable", "unreadable", -1, True),
    Line("cut", "cut", -1, False),
    Line("currency-down", "currency down", -1, False),
    Line("rate-missing", "rate missing", -1, False),
)

# Whose pipeline a deal is in: a deal handed over and closed after that did not close in the old one.
_WHOSE = frozenset({"owner", "group", "manager", "pipeline"})
_WINDOW = frozenset({"close"})
# Every deal of the selection is open, so these say nothing; yet after a close they would no longer hold.
_ALWAYS = frozenset({"is:open", "is:any"})


@frozen
class End:
    """One of the two states.

    Attributes:
        facts: of every deal in it.
        terms: what a deal has to meet, beside being open, to be in the selection; read for these facts.
    """

    facts: Facts
    terms: tuple[Term, ...] = ()

    def failing(self, state: State) -> tuple[Term, ...]:
        """The terms that do not hold of the deal, those of views one by one."""
        flat = (part for term in self.terms for part in term.flat() if part.text not in _ALWAYS)
        return tuple(term for term in flat if not term.test(state))

    def keeps(self, state: State) -> bool:
        """Whether the deal is in the selection."""
        return state.is_open and not self.failing(state)

    def unread(self) -> frozenset[str]:
        """Ids of the deals whose files can't be read."""
        return frozenset(_id_of(path) for path in self.facts.workspace.unread)


class Pair(NamedTuple):
    """One deal in both states; None where it is not there at all. *latest*: as it is in the end, else as it was."""

    start: State | None
    end: State | None
    latest: State


@frozen
class Movement:
    """What one deal adds to one line.

    Attributes:
        worth: with its sign, in the workspace's currency: leaving at the old amount and rate, entering at the new;
            None for a deal without an amount that can be counted.
        why: for a transfer, the words of the filter that made the difference.
    """

    line: str
    pair: Pair
    worth: Money | None
    why: tuple[str, ...] = ()


@frozen
class Flow:
    """Two selections, and all that lies between them.

    Attributes:
        start, end: the deals of both selections.
        movements: line by line, the largest first.
        between: deals that were in neither selection but came into it and were closed in between; in no sum.
    """

    currency: str
    start: tuple[State, ...]
    end: tuple[State, ...]
    movements: tuple[Movement, ...]
    between: tuple[Pair, ...]

    def of(self, line: str) -> tuple[Movement, ...]:
        """The movements of one line."""
        return tuple(movement for movement in self.movements if movement.line == line)


def flow(start: End, end: End) -> Flow:
    """How the selection of *start* became that of *end*.

    Start + created + reopened + transferred in + pulled in + raised + currency up - won - lost - removed -
    transferred out - pushed out - cut - currency down = end, in deals and in money. A deal that enters or leaves does
    so in one line. For one that stays, the amount's change at the old rate comes first, then the rate's. Deals whose
    rate is known at one end alone, and those whose file can be read at one end alone, have lines of their own.

    Raises:
        UsageError: the two workspaces reckon in different currencies, which no rate of theirs brings together.
    """
    _refuse_two_currencies(start, end)
    return _flow(paired(start.facts.states, end.facts.states), start, end)


def _flow(pairs: Sequence[Pair], start: End, end: End) -> Flow:
    kept = [_Kept(pair, _in(start, pair.start), _in(end, pair.end)) for pair in pairs]
    found = [movement for each in kept for movement in _movements(each, start, end)]
    places = {line.id: place for place, line in enumerate(LINES)}
    found.sort(
        key=lambda movement: (places[movement.line], _size(movement.worth), *movement.pair.latest.deal.name_order)
    )
    return Flow(
        end.facts.settings.currency,
        tuple(each.was for each in kept if each.was is not None),
        tuple(each.now for each in kept if each.now is not None),
        tuple(found),
        tuple(each.pair for each in kept if _passed(each, end)),
    )


def flow_by(start: End, end: End, at_start: Grouping, at_end: Grouping) -> Mapping[str, Flow]:
    """The flow of each group by itself, the groups read at each end as they were.

    A deal that went from one group to another is transferred out of the one and into the other.
    """
    _refuse_two_currencies(start, end)
    groups = {at_start.of(state) for state in start.facts.states if start.keeps(state)}
    groups |= {at_end.of(state) for state in end.facts.states if end.keeps(state) or not state.is_open}
    members: dict[str, list[Pair]] = {name: [] for name in groups}
    for pair in paired(start.facts.states, end.facts.states):
        sides = ((at_start, pair.start), (at_end, pair.end))
        for name in {side.of(state) for side, state in sides if state is not None} & groups:
            members[name].append(pair)
    found = {}
    for name in sorted(groups, key=at_end.rank):
        first, last = _member(name, at_start), _member(name, at_end)
        moved = _flow(members[name], End(start.facts, (*start.terms, first)), End(end.facts, (*end.terms, last)))
        if moved.start or moved.end or moved.movements or moved.between:
            found[name] = moved
    return found


def _refuse_two_currencies(start: End, end: End) -> None:
    currency, other = end.facts.settings.currency, start.facts.settings.currency
    if currency != other:
        raise UsageError(f"the first state is in {other} and the second in {currency}, so they can't be compared")


class _Kept(NamedTuple):
    """A deal in both states, and as it *was* and is *now* in the selection; None where it is not in it."""

    pair: Pair
    was: State | None
    now: State | None


def _in(end: End, state: State | None) -> State | None:
    return state if state is not None and end.keeps(state) else None


def _member(name: str, groups: Grouping) -> Term:
    text = f"{groups.by}:{name}" if name else f"no:{groups.by}"
    return Term(text, lambda state: groups.of(state) == name, frozenset({groups.by}))


def paired(start: Iterable[State], end: Iterable[State]) -> tuple[Pair, ...]:
    """Every deal of both states once: the same file, else the same id, else a former id of the one or the other."""
    before = {state.deal.path: state for state in sorted(start, key=_path)}
    after = {state.deal.path: state for state in sorted(end, key=_path)}
    found: dict[str, str] = {}
    for names in (_files, _own_ids, _former_ids, _later_ids):
        taken = set(found.values())
        left = {name: path for path, state in after.items() if path not in taken for name in names(state)[1]}
        for path in sorted(before.keys() - found.keys()) if left else ():
            other = next((left[name] for name in names(before[path])[0] if name in left), None)
            if other is not None and other not in taken:
                found[path] = other
                taken.add(other)
    gone = [Pair(state, None, state) for path, state in before.items() if path not in found]
    known = set(found.values())
    new = [Pair(None, state, state) for path, state in after.items() if path not in known]
    both = [Pair(before[path], after[other], after[other]) for path, other in found.items()]
    return tuple(sorted((*gone, *new, *both), key=lambda pair: pair.latest.deal.name_order))


# What a deal of the first state is looked for by, and what one of the second is found by.
_Names: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]


def _path(state: State) -> str:
    return state.deal.path


def _files(state: State) -> _Names:
    return (state.deal.path,), (state.deal.path,)


def _own_ids(state: State) -> _Names:
    return (state.deal.id,), (state.deal.id,)


def _former_ids(state: State) -> _Names:
    return (state.deal.id,), state.deal.aliases


def _later_ids(state: State) -> _Names:
    return state.deal.aliases, (state.deal.id,)


def _movements(kept: _Kept, start: End, end: End) -> Iterator[Movement]:
    pair, was, now = kept
    if was is not None and now is not None:
        yield from _stayed(pair, was, now, start)
    elif was is not None:
        line, why = _left(pair.end, was, end)
        yield Movement(line, pair, was.worth and was.worth.times(-1), why)
    elif now is not None:
        line, why = _came(pair.start, now, start)
        yield Movement(line, pair, now.worth, why)


def _left(now: State | None, was: State, end: End) -> tuple[str, tuple[str, ...]]:
    """The line by which the deal *was* left the selection, and the words that no longer hold for a transfer."""
    if now is None:
        return ("unreadable" if was.deal.id in end.unread() else "removed"), ()
    return _crossed(now, was, end, ("won" if now.is_won else "lost", "pushed-out", "transferred-out"))


def _came(was: State | None, now: State, start: End) -> tuple[str, tuple[str, ...]]:
    """The line by which the deal *now* came into the selection, and the words that had not held for a transfer."""
    if was is None:
        return ("readable" if now.deal.id in start.unread() else "created"), ()
    return _crossed(was, now, start, ("reopened", "pulled-in", "transferred-in"))


def _crossed(outside: State, inside: State, end: End, lines: tuple[str, str, str]) -> tuple[str, tuple[str, ...]]:
    """Which of *lines* (by a close, by the window of expected close, otherwise) the deal crossed the border by.

    *outside* is the deal at the *end* where it is not in the selection, *inside* where it is.
    """
    closing, window, otherwise = lines
    failing = end.failing(outside)
    why = tuple(term.text for term in failing)
    if not outside.is_open:
        handed = tuple(term.text for term in failing if term.keys and term.keys <= _WHOSE)
        return (otherwise, handed) if handed else (closing, ())
    if all(term.keys == _WINDOW for term in failing) and outside.deal.expected_close != inside.deal.expected_close:
        return window, ()
    return otherwise, why


def _stayed(pair: Pair, was: State, now: State, start: End) -> Iterator[Movement]:
    """The amount's change at the old rate, then the rate's."""
    currency = start.facts.settings.currency
    if was.rate_missing or now.rate_missing:
        if was.worth is not None or now.worth is not None:
            yield Movement("rate-missing" if was.worth else "rate-found", pair, _less(now.worth, was.worth, currency))
        return
    then = start.facts.settings.rates.convert(now.amount, was.as_of.day) if now.amount else None
    # Where the currency it has now had no rate then, the whole difference is the amount's.
    at_old_rate = now.worth if then is None else then
    for up, down, change in (
        ("raised", "cut", _less(at_old_rate, was.worth, currency)),
        ("currency-up", "currency-down", _less(now.worth, at_old_rate, currency)),
    ):
        if change.amount:
            yield Movement(up if change.amount > 0 else down, pair, change)


def _passed(kept: _Kept, end: End) -> bool:
    """Whether the deal came into the selection after the start and was closed in it before the end."""
    was, now = kept.pair.start, kept.pair.end
    if now is None or now.is_open or kept.was is not None:
        return False
    closed_since = was is None or was.is_open or (now.closed is not None and now.closed != was.closed)
    return closed_since and not end.failing(now)


def _less(one: Money | None, other: Money | None, currency: str) -> Money:
    """*one* minus *other*, exactly; unknown counts as nothing."""
    return total([one or _none(currency), (other or _none(currency)).times(-1)], currency)


def _none(currency: str) -> Money:
    return total((), currency)


def _size(worth: Money | None) -> Decimal:
    """What sorts the largest first, whatever its sign."""
    return worth.amount.copy_abs().copy_negate() if worth else Decimal(0)


def _id_of(path: str) -> str:
    """The id of the deal in the file *path*."""
    return path.rpartition("/")[2].rpartition(".")[0].lower()


def sum_of(movements: Sequence[Movement], currency: str) -> Money:
    """What *movements* come to, with their sign."""
    return total((movement.worth for movement in movements if movement.worth is not None), currency)
