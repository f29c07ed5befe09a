"""A deal as a few bytes that are quickly a deal again: what the cache keeps of a file."""

import marshal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import Any, TypeAlias

from pipectl.model.deal import Activity, Change, Contact, Deal, Entry, FieldValue, Task, Waiver
from pipectl.model.moment import Moment
from pipectl.model.money import Money

# What marshal can hold: texts, numbers and tuples of such.
Packed: TypeAlias = Any  # a recursive type of no use here: each function below knows the shape it made

_KEPT = 1 << 14
_NAMES = tuple(each.name for each in fields(Deal) if each.name not in ("id", "path"))
_values: Callable[[Deal], tuple[Any, ...]] = attrgetter(*_NAMES)


class Places(Mapping[str, tuple[int, int]]):
    """Where things stand in a file: unpacked when somebody asks, which most commands never do."""

    __slots__ = ("_packed", "_places")

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._places: dict[str, tuple[int, int]] | None = None

    def _all(self) -> dict[str, tuple[int, int]]:
        if self._places is None:
            self._places = marshal.loads(self._packed)  # noqa: S302 - within what the cache has verified
        return self._places

    def __getitem__(self, key: str) -> tuple[int, int]:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def pack(deal: Deal) -> bytes:
    """*deal* without its id and path, which the file's name tells."""
    packed = [_PACK[name](value) if name in _PACK else value for name, value in zip(_NAMES, _values(deal), strict=True)]
    return marshal.dumps(tuple(packed))


def unpack(data: bytes, deal_id: str, path: str, zone: tzinfo) -> Deal:
    """The deal of `pack`, in a workspace whose time zone is *zone*."""
    values = dict(zip(_NAMES, marshal.loads(data), strict=True))  # noqa: S302 - the cache has verified it
    for name, convert in _UNPACK.items():
        value = values[name]
        if value:
            values[name] = convert(value)
    for name, made in _DATED.items():
        if values[name]:
            values[name] = tuple([made(_moment(item[0], zone), item) for item in values[name]])
    return Deal(id=deal_id, path=path, **values)


def _packed_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


_day = lru_cache(_KEPT)(date.fromisoformat)


def _packed_number(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _packed_money(money: Money | None) -> Packed:
    return None if money is None else (str(money.amount), intern(money.currency))


@lru_cache(_KEPT)
def _money(packed: tuple[str, str]) -> Money:
    return Money(Decimal(packed[0]), packed[1])


def _packed_moment(at: Moment) -> Packed:
    """The day; with an hour, also the time on the wall, which of two, and its offset where it is not the zone's own."""
    if at.instant is None:
        return at.day.isoformat()
    wall = at.instant.replace(tzinfo=None, fold=0).isoformat()
    fixed = at.instant.utcoffset() if isinstance(at.instant.tzinfo, timezone) else None
    return at.day.isoformat(), wall, at.instant.fold, None if fixed is None else fixed.total_seconds()


@lru_cache(_KEPT)
def _moment(packed: Packed, zone: tzinfo) -> Moment:
    if isinstance(packed, str):
        return Moment(_day(packed))
    day, wall, fold, fixed = packed
    there = zone if fixed is None else timezone(timedelta(seconds=fixed))
    return Moment(_day(day), datetime.fromisoformat(wall).replace(tzinfo=there, fold=fold))


def _packed_field(value: FieldValue | None) -> Packed:
    """A text, a whole number or a flag as it is; anything else with the name of its type."""
    match value:
        case Money():
            return "money", _packed_money(value)
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
    return {intern(name): _packed_field(value) for name, value in values.items()}


def _fields(packed: Packed) -> dict[str, Any]:
    return {name: _field(value) for name, value in packed.items()}


def _all_of(cls: type) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*(each.name for each in fields(cls)))


_entry_values, _task_values, _waiver_values = _all_of(Entry), _all_of(Task), _all_of(Waiver)
_activity_values, _contact_values = _all_of(Activity), _all_of(Contact)


def _packed_entry(entry: Entry) -> Packed:
    at, stage, pipeline, by, *texts, amount = _entry_values(entry)
    return _packed_moment(at), intern(stage), intern(pipeline), intern(by), *texts, _packed_money(amount)


def _entry(at: Moment, packed: Packed) -> Entry:
    _, *values, amount = packed
    values.append(amount and _money(amount))
    return Entry(at, *values)


def _packed_activity(activity: Activity) -> Packed:
    at, kind, by, *texts = _activity_values(activity)
    return _packed_moment(at), intern(kind), intern(by), *texts


def _packed_task(task: Task) -> Packed:
    title, due, done, owner, name, every, snoozed, *flags = _task_values(task)
    return title, _packed_day(due), _packed_day(done), intern(owner), name, every, _packed_day(snoozed), *flags


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
    "pipeline": intern,
    "stage": intern,
    "owner": intern,
    "source": intern,
    "currency": intern,
    "amount": _packed_money,
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
    "changes": _each(lambda change: (_packed_moment(change.at), _packed_fields(change.values))),
    "history": _each(_packed_entry),
    "places": lambda places: marshal.dumps(dict(places)),
}
_UNPACK: dict[str, Callable[[Packed], Any]] = {
    "amount": _money,
    "expected_close": _day,
    "created": _day,
    "snooze_until": _day,
    "probability": Decimal,
    "contacts": _each(lambda packed: Contact(*packed)),
    "fields": _fields,
    "waive": _each(_waiver),
    "tasks": _each(_task),
    "places": Places,
}
_DATED: dict[str, Callable[[Moment, Packed], Any]] = {
    "activities": lambda at, packed: Activity(at, *packed[1:]),
    "changes": lambda at, packed: Change(at, _fields(packed[1])),
    "history": _entry,
}
