"""A deal as texts, numbers and tuples of such: what the quick reader makes of a file, and what the cache keeps of it.

A field becomes a value when somebody asks the deal for it. Most commands ask for few, and of many deals for none.
"""

import marshal
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from sys import intern
from typing import Any, TypeAlias

from pipectl.model.deal import KEYS, Activity, Change, Contact, Deal, Entry, FieldValue, Task, Waiver
from pipectl.model.frozen import maker
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.visits import Mentions, Outline, Path

# What marshal can hold: texts, numbers and tuples of such.
Packed: TypeAlias = Any  # a recursive type of no use here: each function below knows the shape it made

_KEPT = 1 << 14


# The fields of a deal in the order of `_TAIL`, and the places, which only a file that is not plain does not tell by
# itself: packed; or also marshalled, which takes a quarter of the memory; or the number by which the cache has them.
Tail: TypeAlias = list[Packed] | bytes | int
# A deal without its id and path, which the file's name tells: its pipeline, stage and owner; packed, what is asked of
# most open deals, and an outline of its lists; and all else.
Record: TypeAlias = tuple[str, str, str, Packed, Packed, Packed, Packed, Tail]

_HEAD = ("pipeline", "stage", "owner")
_NEAR = {"amount": 3, "expected_close": 4, "probability": 5}
_OUTLINE = 6
_TAIL = tuple(name for name in KEYS if name not in _HEAD and name not in _NEAR)
_LISTS = frozenset({"contacts", "fields", "external_ids", "waive", "tasks", "activities", "changes", "history"})
_values: Callable[[Deal], tuple[Any, ...]] = attrgetter(*KEYS)
_deal = maker(Deal, "id", "path", *_HEAD, "record", "origin")


def record(packed: dict[str, Packed], places: Mapping[str, tuple[int, int]] | None = None) -> Record:
    """The record of a deal whose fields are *packed*; those that are absent are empty. *places*: None to find them."""
    outline = _packed_outline(packed)
    head = packed.pop("pipeline"), packed.pop("stage"), intern(packed.pop("owner", ""))
    near = packed.pop("amount", None), packed.pop("expected_close", None), packed.pop("probability", None)
    return *head, *near, outline, [*(_EMPTY | packed).values(), places]


def tight(record: Record) -> Record:
    """The same with its tail marshalled."""
    *head, tail = record
    return record if isinstance(tail, int) else (*head, tight_tail(tail))


def tight_tail(tail: list[Packed] | bytes) -> bytes:
    """The same, marshalled."""
    if isinstance(tail, bytes):
        return tail
    # Whoever asks for one field of a deal need not make the lists of all the others.
    return marshal.dumps(
        [marshal.dumps(value) if value and place in _LIST_PLACES else value for place, value in enumerate(tail)]
    )


def pack(deal: Deal) -> Record:
    """The record of *deal*, whose file is not plain: to find a place in it again would take the full reader."""
    pairs = zip(KEYS, _values(deal), strict=True)
    packed = {name: _PACK[name](value) if name in _PACK else value for name, value in pairs}
    return record(packed, dict(deal.places))


def _loaded(data: bytes) -> Packed:
    return marshal.loads(data)  # noqa: S302 - our own, or verified by the cache


def _list(value: Packed) -> Packed:
    return _loaded(value) if type(value) is bytes else value


class Unpacking:
    """Where a deal's fields come from that is made of a record.

    *zone* is the workspace's; *find_places* says where the values stand in the file of a deal; *tail* has the tails
    that records have only the number of, and *read_again* the deal of one whose tail is lost; *is_tight*: there are so
    many deals that their tails had better be tight.
    """

    def __init__(
        self,
        zone: tzinfo,
        find_places: Callable[[Deal], Mapping[str, tuple[int, int]]],
        tail: Callable[[int], bytes],
        read_again: Callable[[Deal], Deal],
        *,
        is_tight: bool = False,
    ) -> None:
        self.moments = _Moments(zone)
        self.find_places = find_places
        self.tail = tail
        self.read_again = read_again
        self.is_tight = is_tight
        self._read_again: dict[str, Deal] = {}
        self._record: Record | None = None
        self._tail: list[Packed] = []

    def deal(self, record: Record, deal_id: str, path: str) -> Deal:
        """The deal of *record*."""
        found: Deal = _deal(deal_id, path, *record[:3], record, self)
        return found

    def field(self, deal: Deal, name: str) -> Any:  # of the field's own type
        """The field *name* of *deal*."""
        if name == "outline":
            return _outline(deal.record[_OUTLINE], self.moments)
        if name in _NEAR:
            near = deal.record[_NEAR[name]]
            return near if near is None else _UNPACK[name](near)
        try:
            tail = self._unmarshalled(deal.record)
        except (OSError, ValueError):
            return getattr(self._again(deal), name)
        if name == "places":
            places: Mapping[str, tuple[int, int]] | None = tail[-1]
            return self.find_places(deal) if places is None else places
        return self._told(tail, name)

    def fields(self, deal: Deal, names: Sequence[str]) -> Sequence[Any]:  # of the fields' own types
        """The fields *names* of *deal*, which are none of those that stand in the record itself."""
        try:
            tail = self._unmarshalled(deal.record)
        except (OSError, ValueError):
            again = self._again(deal)
            return [getattr(again, name) for name in names]
        return [tail[_PLACE[name]] if name in _AS_IT_IS else self._told(tail, name) for name in names]

    def _again(self, deal: Deal) -> Deal:
        """The deal of the same file, whose tail is lost, read once for all that is still asked of it."""
        found = self._read_again.get(deal.path)
        if found is None:
            found = self._read_again[deal.path] = self.read_again(deal)
        return found

    def _told(self, tail: Sequence[Packed], name: str) -> Any:  # of the field's own type
        if name == "mentions":
            return _mentions(tail)
        value = tail[_PLACE[name]]
        if not value:
            return value
        if name in _LISTS:
            value = _list(value)
        if name in _DATED:
            made = _DATED[name]
            return tuple([made(self.moments[item[0]], item) for item in value])
        return _UNPACK[name](value) if name in _UNPACK else value

    def _unmarshalled(self, record: Record) -> list[Packed]:
        """The packed fields of `_TAIL`, and the places.

        Who copies or compares a deal asks for all its fields, one after the other.
        """
        if record is not self._record:
            tail = record[-1]
            data = self.tail(tail) if isinstance(tail, int) else tail
            self._tail = _loaded(data) if isinstance(data, bytes) else data
            self._record = record
        return self._tail


def _packed_outline(packed: Mapping[str, Packed]) -> Packed:
    """`outline_of` of what is packed."""
    days = [_day_of(packed[name][-1][0]) for name in ("history", "changes", "activities") if packed.get(name)]
    days += [task[2] for task in packed.get("tasks", ()) if task[2]]
    path, ats, paid = _packed_stays(packed.get("history"))
    # One path that thousands of deals share takes the place of one, in the cache as in memory.
    path = _paths.setdefault(path, path) if len(_paths) < _KEPT else _paths.get(path, path)
    return path, ats, max(days, default=None), paid, bool(packed.get("changes"))


_paths: dict[Path, Path] = {}


def _packed_stays(history: Sequence[Packed] | None) -> tuple[Path, Packed, Packed]:
    """Path and beginnings of the stays in *history*, and the amount that the last of them records."""
    if not history:
        return (), (), None
    ats, stages, pipelines, *_, amounts = zip(*history, strict=True)
    if len(set(stages)) == len(stages):
        return tuple(zip(pipelines, stages, strict=True)), ats, amounts[-1]
    # It may have been noted again where it was, or have come back there.
    places, moves = zip(*[(place, tuple(noted)) for place, noted in groupby(history, itemgetter(2, 1))], strict=True)
    paid = next((move[-1] for move in reversed(moves[-1]) if move[-1]), None)
    return places, tuple([noted[0][0] for noted in moves]), paid


def _mentions(tail: Sequence[Packed]) -> Mentions:
    """`mentions_of` what is packed."""
    history, activities, tasks = [_list(tail[_PLACE[name]]) for name in ("history", "activities", "tasks")]
    people = [move[3] for move in history] + [activity[2] for activity in activities] + [task[3] for task in tasks]
    reasons = [(move[2], move[6]) for move in history if move[6]]
    found = Mentions(frozenset(people), frozenset([activity[1] for activity in activities]), frozenset(reasons))
    # The same few people do the same with thousands of deals.
    return _mentioned.setdefault(found, found) if len(_mentioned) < _KEPT else _mentioned.get(found, found)


_mentioned: dict[Mentions, Mentions] = {}


def _day_of(at: Packed) -> str:
    return at if isinstance(at, str) else at[0]


def _outline(packed: Packed, moments: "_Moments") -> Outline:
    path, ats, last, paid, changed = packed
    times = tuple([moments[at] for at in ats])
    return Outline(path, times, last and _day(last), paid and _money(paid), changed)


class _Moments(dict[Packed, Moment]):
    """Packed moment → the moment, for most stand in many deals."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def __missing__(self, packed: Packed) -> Moment:
        found = moment(packed, self.zone)
        if len(self) < _KEPT:
            self[packed] = found
        return found


def _packed_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


_day = lru_cache(_KEPT)(date.fromisoformat)


def _packed_number(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def packed_money(money: Money | None) -> Packed:
    """The digits and the currency."""
    return None if money is None else (str(money.amount), intern(money.currency))


@lru_cache(_KEPT)
def _money(packed: tuple[str, str]) -> Money:
    return Money(Decimal(packed[0]), packed[1])


def packed_moment(at: Moment) -> Packed:
    """The day; with an hour, also the time on the wall, which of two, and its offset where it is not the zone's own."""
    if at.instant is None:
        return at.day.isoformat()
    wall = at.instant.replace(tzinfo=None, fold=0).isoformat()
    fixed = at.instant.utcoffset() if isinstance(at.instant.tzinfo, timezone) else None
    return at.day.isoformat(), wall, at.instant.fold, None if fixed is None else fixed.total_seconds()


@lru_cache(_KEPT)
def moment(packed: Packed, zone: tzinfo) -> Moment:
    """The moment of `packed_moment`, in a workspace whose time zone is *zone*."""
    if isinstance(packed, str):
        return Moment(_day(packed))
    day, wall, fold, fixed = packed
    there = zone if fixed is None else timezone(timedelta(seconds=fixed))
    return Moment(_day(day), datetime.fromisoformat(wall).replace(tzinfo=there, fold=fold))


def packed_field(value: FieldValue | None) -> Packed:
    """A text, a whole number or a flag as it is; anything else with the name of its type."""
    match value:
        case Money():
            return "money", packed_money(value)
        case Decimal():
            return "number", str(value)
        case date():
            return "day", value.isoformat()
        case _:
            return value


def _field(packed: Packed) -> FieldValue | None:
    if not isinstance(packed, tuple):
        return packed  # type: ignore[no-any-return]  # what the field was
    read: dict[str, Callable[[Any], FieldValue]] = {"money": _money, "number": Decimal, "day": _day}
    return read[packed[0]](packed[1])


def _packed_fields(values: Mapping[str, FieldValue | None]) -> Packed:
    return {name: packed_field(value) for name, value in values.items()}


def _fields(packed: Packed) -> dict[str, Any]:
    return {name: _field(value) for name, value in packed.items()}


def _all_of(cls: Any) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*cls.__slots__)


_entry_values, _task_values, _waiver_values = _all_of(Entry), _all_of(Task), _all_of(Waiver)
_activity_values, _contact_values = _all_of(Activity), _all_of(Contact)


def _packed_entry(entry: Entry) -> Packed:
    at, *texts, amount = _entry_values(entry)
    return packed_moment(at), *texts, packed_money(amount)


def _entry(at: Moment, packed: Packed) -> Entry:
    _, *values, amount = packed
    values.append(amount and _money(amount))
    return Entry(at, *values)


def _packed_activity(activity: Activity) -> Packed:
    at, *texts = _activity_values(activity)
    return packed_moment(at), *texts


def _packed_task(task: Task) -> Packed:
    title, due, done, owner, name, every, snoozed, *flags = _task_values(task)
    return title, _packed_day(due), _packed_day(done), owner, name, every, _packed_day(snoozed), *flags


def _task(packed: Packed) -> Task:
    title, due, done, owner, name, every, snoozed, *flags = packed
    days = [day and _day(day) for day in (due, done, snoozed)]
    return Task(title, days[0], days[1], owner, name, every, days[2], *flags)


def _packed_waiver(waiver: Waiver) -> Packed:
    check, until, *texts = _waiver_values(waiver)
    return check, _packed_day(until), *texts


def _waiver(packed: Packed) -> Waiver:
    check, until, *texts = packed
    return Waiver(check, until and _day(until), *texts)


def _each(convert: Callable[[Any], Any]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    return lambda items: tuple([convert(item) for item in items])


_PACK: dict[str, Callable[[Any], Packed]] = {
    "amount": packed_money,
    "expected_close": _packed_day,
    "created": _packed_day,
    "snooze_until": _packed_day,
    "probability": _packed_number,
    "contacts": _each(_contact_values),
    "fields": _packed_fields,
    "external_ids": dict,
    "waive": _each(_packed_waiver),
    "tasks": _each(_packed_task),
    "activities": _each(_packed_activity),
    "changes": _each(lambda change: (packed_moment(change.at), _packed_fields(change.values))),
    "history": _each(_packed_entry),
}
_UNPACK: dict[str, Callable[[Packed], Any]] = {
    "amount": _money,
    "expected_close": _day,
    "created": _day,
    "snooze_until": _day,
    "probability": Decimal,
    "contacts": _each(lambda packed: Contact(*packed)),
    "fields": _fields,
    "external_ids": dict,  # a line that stands in many files has been read once
    "waive": _each(_waiver),
    "tasks": _each(_task),
}
_DATED: dict[str, Callable[[Moment, Packed], Any]] = {
    "activities": lambda at, packed: Activity(at, *packed[1:]),
    "changes": lambda at, packed: Change(at, _fields(packed[1])),
    "history": _entry,
}
_EMPTY: dict[str, Packed] = {
    **dict.fromkeys(_TAIL, ""),
    **dict.fromkeys(("created", "snooze_until"), None),
    **dict.fromkeys(("contacts", "tags", "aliases", "waive", "tasks", "activities", "changes", "history"), ()),
    **{name: {} for name in ("fields", "external_ids")},
}
_PLACE = {name: place for place, name in enumerate(_TAIL)}
_LIST_PLACES = frozenset(_PLACE[name] for name in _LISTS)
_AS_IT_IS = frozenset(_TAIL) - _LISTS - _UNPACK.keys() - _DATED.keys()
