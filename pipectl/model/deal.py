"""A deal as its file says, every value typed."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pipectl.model.frozen import field, filler, frozen
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.problem import Place
from pipectl.model.visits import Mentions, Outline, mentions_of, outline_of

FieldValue: TypeAlias = str | int | bool | Decimal | date | Money

TRACKED = ("amount", "expected_close", "owner", "probability", "forecast", "lost_reason")


@frozen
class Entry:
    """One line of a deal's history: a move into a stage.

    Attributes:
        stage: the stage's id as it is today, or the text of the file where no stage has it.
        pipeline: the one that the stage belongs to, filled in by the reader where the file leaves it out.
        forced: why a rule was overridden, or "".
        amount: on a closing entry, the amount won.
    """

    at: Moment
    stage: str
    pipeline: str
    by: str = ""
    note: str = ""
    forced: str = ""
    lost_reason: str = ""
    competitor: str = ""
    amount: Money | None = None


@frozen
class Task:
    """Something to do; *last_chance* marks the last follow-up before dropping the deal."""

    title: str
    due: date | None = None
    done: date | None = None
    owner: str = ""
    id: str = ""
    every: str = ""
    snoozed_until: date | None = None
    last_chance: bool = False

    @property
    def is_open(self) -> bool:
        """Not done."""
        return self.done is None

    @property
    def comes_up(self) -> date | None:
        """The day it asks for attention: its due date, or the end of its snooze if later."""
        if self.due is None or self.snoozed_until is None:
            return self.due or self.snoozed_until
        return max(self.due, self.snoozed_until)


@frozen
class Activity:
    """Something that happened with the customer, or about them."""

    at: Moment
    type: str
    by: str = ""
    note: str = ""


@frozen
class Change:
    """Values of tracked fields from *at* on; a value of None says that the field was emptied."""

    at: Moment
    values: Mapping[str, FieldValue | None]


@frozen
class Contact:
    """A person on the customer's side."""

    name: str
    role: str = ""
    email: str = ""
    phone: str = ""


@frozen
class Waiver:
    """A check that does not apply to this deal for a while."""

    check: str
    until: date | None
    why: str = ""


class Origin(Protocol):
    """Where the fields of a deal come from that nobody has asked for yet."""

    def field(self, deal: "Deal", name: str) -> Any:  # of the field's own type
        """The field *name* of *deal*."""


@frozen(kw_only=True)
class Deal:
    """One deal file. None and "" mean that the file does not say.

    Most of what a file says is of no interest to most commands, so a deal may be made with a few of its fields, and
    an origin that the others come from when they are asked for.

    Attributes:
        stage: where the deal is; its id as it is today.
        history: moves in time order.
        places: key path → (line, column), e.g. `amount`, `history.2`, `tasks.0.due`.
        outline: what its lists come to.
        mentions: whom and what they name.
        record: what *origin* makes the other fields of.
    """

    id: str
    path: str
    title: str
    pipeline: str
    stage: str
    amount: Money | None = None
    currency: str = ""
    expected_close: date | None = None
    owner: str = ""
    company: str = ""
    contacts: tuple[Contact, ...] = ()
    source: str = ""
    tags: tuple[str, ...] = ()
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    created: date | None = None
    probability: Decimal | None = None
    forecast: str = ""
    lost_reason: str = ""
    competitor: str = ""
    snooze_until: date | None = None
    aliases: tuple[str, ...] = ()
    external_ids: Mapping[str, str] = field(default_factory=dict)
    waive: tuple[Waiver, ...] = ()
    notes: str = ""
    tasks: tuple[Task, ...] = ()
    activities: tuple[Activity, ...] = ()
    changes: tuple[Change, ...] = ()
    history: tuple[Entry, ...] = ()
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)
    outline: Outline = field(init=False, compare=False, repr=False)
    mentions: Mentions = field(init=False, compare=False, repr=False)
    record: Any = field(init=False, compare=False, repr=False, default=None)  # whatever the origin likes
    origin: Origin | None = field(init=False, compare=False, repr=False, default=None)

    def but(self, **values: Any) -> "Deal":  # of the fields' own types
        """This deal with other *values*; all else is this one's, and asked of it when somebody asks."""
        made = self.told_by(_Other(self), **values)
        object.__setattr__(made, "outline", outline_of(made))
        return made

    def told_by(self, origin: Origin, **values: Any) -> "Deal":  # of the fields' own types
        """This deal with other *values*; all else is what *origin* says when somebody asks."""
        made: Deal = object.__new__(type(self))
        beside = {"id": self.id, "path": self.path, "record": None, "origin": origin}
        for name, value in (beside | values).items():
            object.__setattr__(made, name, value)
        return made

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A field that nobody has asked for yet; from then on it is there."""
            if name == "outline" and self.origin is None:
                value = outline_of(self)
            elif name == "mentions" and self.record is None:
                value = mentions_of(self)
            elif name in _LATER and self.origin is not None:
                value = self.origin.field(self, name)
            else:
                raise AttributeError(f"a deal has no {name}")
            object.__setattr__(self, name, value)
            return value

    def place(self, *keys: str) -> Place:
        """Where the first of *keys* that the file has stands; the file's first line where it has none."""
        for key in keys:
            if (found := self.places.get(key)) is not None:
                return Place(self.path, *found)
        return Place(self.path, 1, 1)

    @property
    def name_order(self) -> tuple[str, str]:
        """What deals of equal weight stand in order by: no folder moves one, unless an id stands twice."""
        return self.id, self.path

    @property
    def next_task(self) -> Task | None:
        """The next step: the earliest task not done; those without a date come last."""
        waiting = [task for task in self.tasks if task.is_open]
        return min(waiting, key=lambda task: task.comes_up or date.max, default=None)


class _Other:
    """Another deal as an origin."""

    __slots__ = ("_deal",)

    def __init__(self, deal: Deal) -> None:
        self._deal = deal

    def field(self, deal: Deal, name: str) -> Any:  # of the field's own type  # noqa: ARG002 - it is the other's
        return getattr(self._deal, name)


_BESIDE = ("id", "path", "places", "outline", "mentions", "record", "origin")
# What a file may say of a deal: its keys, in order.
KEYS: tuple[str, ...] = tuple(name for name in Deal.__annotations__ if name not in _BESIDE)
_LATER = frozenset({*KEYS, "places", "outline", "mentions"})


def asking(*names: str) -> Callable[[Deal], None]:
    """What asks a deal for all of *names* at once, as far as it is made of a record: faster than one by one."""
    fill = filler(Deal, *names)

    def ask(deal: Deal) -> None:
        if deal.record is not None:
            origin: Any = deal.origin  # that of records, which knows of several fields
            fill(deal, *origin.fields(deal, names))

    return ask
