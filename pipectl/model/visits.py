"""What the lists of a deal come to: its stays in stages, and when it was last heard of."""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from pipectl.model.frozen import frozen
from pipectl.model.moment import Moment
from pipectl.model.money import Money

if TYPE_CHECKING:
    from pipectl.model.deal import Deal, Entry


class Visit(NamedTuple):
    """A stay in a stage.

    Attributes:
        until: when it was left; None while it lasts.
    """

    pipeline: str
    stage: str
    since: Moment
    until: Moment | None = None


@frozen
class Outline:
    """What every report asks of the lists of a deal.

    Attributes:
        visits: its stays, in every pipeline.
        last: the last day on which something happened with it; None where the lists tell of none.
        paid: the amount that its last stay's entries record, the latest of them.
        changed: whether any earlier or later value of a tracked field is on record.
    """

    visits: tuple[Visit, ...]
    last: date | None
    paid: Money | None
    changed: bool


def visits(history: "Sequence[Entry]") -> tuple[Visit, ...]:
    """The stays that a time-ordered *history* tells of; repeating the stage that the deal is in opens none."""
    moves: list[Entry] = []
    for entry in history:
        if not moves or moves[-1].stage != entry.stage or moves[-1].pipeline != entry.pipeline:
            moves.append(entry)
    ends = [*[move.at for move in moves[1:]], None]
    return tuple([Visit(move.pipeline, move.stage, move.at, end) for move, end in zip(moves, ends, strict=False)])


def outline_of(deal: "Deal") -> Outline:
    """What the lists of *deal* come to."""
    # Each list is in time order, so its last entry tells.
    days = [items[-1].at.day for items in (deal.history, deal.changes, deal.activities) if items]
    days += [task.done for task in deal.tasks if task.done is not None]
    paid = next((entry.amount for entry in last_entries(deal.history) if entry.amount), None)
    return Outline(visits(deal.history), max(days, default=None), paid, bool(deal.changes))


def last_entries(history: "Sequence[Entry]") -> "tuple[Entry, ...]":
    """The entries of the last stay, the latest first: a close may have been written more than once."""
    if not history:
        return ()
    last = history[-1]
    return tuple(takewhile(lambda entry: (entry.pipeline, entry.stage) == (last.pipeline, last.stage), history[::-1]))
