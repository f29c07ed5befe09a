"""What the lists of a deal come to: its stays in stages, when it was last heard of, and whom they name."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pipectl.model.frozen import field, frozen
from pipectl.model.moment import Moment
from pipectl.model.money import Money

if TYPE_CHECKING:
    from pipectl.model.deal import Deal, Entry


# The pipeline and the stage of each stay of a deal. Thousands of deals take some dozens of paths.
Path: TypeAlias = tuple[tuple[str, str], ...]


class Visit(NamedTuple):
    """A stay in a stage.

    Attributes:
        until: when it was left; None while it lasts.
    """

    pipeline: str
    stage: str
    since: Moment
    until: Moment | None = None


class Mentions(NamedTuple):
    """Whom and what the lists of a deal name, its changes aside.

    Attributes:
        people: who has its tasks, and who noted its activities and moves; "" where one of these does not say.
        types: those of its activities.
        reasons: pipeline and reason of each loss that its history gives one for.
    """

    people: frozenset[str]
    types: frozenset[str]
    reasons: frozenset[tuple[str, str]]


@frozen
class Outline:
    """What every report asks of the lists of a deal.

    Attributes:
        path, times: where each of its stays was, and when it began.
        last: the last day on which something happened with it; None where the lists tell of none.
        paid: the amount that its last stay's entries record, the latest of them.
        changed: whether any earlier or later value of a tracked field is on record.
        visits: its stays, in every pipeline.
        deal: whose lists *last*, *paid* and *changed* are looked up in when somebody asks; None where they are known.
    """

    path: Path
    times: tuple[Moment, ...]
    last: date | None
    paid: Money | None
    changed: bool
    visits: tuple[Visit, ...] = field(init=False, compare=False, repr=False)
    deal: "Deal | None" = field(init=False, compare=False, repr=False, default=None)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """What nobody has asked for yet; from then on it is there."""
            if name == "visits":
                value = _visits(self.path, self.times)
            elif name in _FOUND and self.deal is not None:
                value = _FOUND[name](self.deal)
            else:
                raise AttributeError(f"an outline has no {name}")
            object.__setattr__(self, name, value)
            return value


def _visits(path: Sequence[tuple[str, str]], times: Sequence[Moment]) -> tuple[Visit, ...]:
    return tuple([_visit((*stay, at, end)) for stay, at, end in zip(path, times, (*times[1:], None), strict=False)])


_visit: Callable[[tuple[Any, ...]], Visit] = partial(tuple.__new__, Visit)  # a third of its own constructor's time


def visits(history: "Sequence[Entry]") -> tuple[Visit, ...]:
    """The stays that a time-ordered *history* tells of."""
    entries = moves(history)
    return _visits([(entry.pipeline, entry.stage) for entry in entries], [entry.at for entry in entries])


def moves(history: "Sequence[Entry]") -> "Sequence[Entry]":
    """The entries that began a stay; one that repeats the stage that the deal is in begins none."""
    found: list[Entry] = []
    for entry in history:
        if not found or found[-1].stage != entry.stage or found[-1].pipeline != entry.pipeline:
            found.append(entry)
    return found


def outline_of(deal: "Deal") -> Outline:
    """What the lists of *deal* come to."""
    entries = moves(deal.history)
    path = tuple([(entry.pipeline, entry.stage) for entry in entries])
    return outline_along(path, tuple([entry.at for entry in entries]), deal)


def outline_along(path: Path, times: tuple[Moment, ...], deal: "Deal") -> Outline:
    """The outline of *deal*, of whose history it is known that it went along *path* at these *times*."""
    made: Outline = object.__new__(Outline)
    for name, value in (("path", path), ("times", times), ("deal", deal)):
        object.__setattr__(made, name, value)
    return made


def mentions_of(deal: "Deal") -> Mentions:
    """Whom and what the lists of *deal* name."""
    noted = [entry.by for entry in deal.history] + [activity.by for activity in deal.activities]
    return Mentions(
        frozenset([*noted, *[task.owner for task in deal.tasks]]),
        frozenset([activity.type for activity in deal.activities]),
        frozenset([(entry.pipeline, entry.lost_reason) for entry in deal.history if entry.lost_reason]),
    )


def _last(deal: "Deal") -> date | None:
    # Each list is in time order, so its last entry tells.
    days = [items[-1].at.day for items in (deal.history, deal.changes, deal.activities) if items]
    days += [task.done for task in deal.tasks if task.done is not None]
    return max(days, default=None)


def _paid(deal: "Deal") -> Money | None:
    return next((entry.amount for entry in last_entries(deal.history) if entry.amount), None)


_FOUND: dict[str, Callable[["Deal"], object]] = {
    "last": _last,
    "paid": _paid,
    "changed": lambda deal: bool(deal.changes),
}


def last_entries(history: "Sequence[Entry]") -> "tuple[Entry, ...]":
    """The entries of the last stay, the latest first: a close may have been written more than once."""
    if not history:
        return ()
    last = history[-1]
    return tuple(takewhile(lambda entry: (entry.pipeline, entry.stage) == (last.pipeline, last.stage), history[::-1]))
