"""A plain deal file becomes a record, value by value: what the schema's typed getters would give, or nothing.

What a finding says needs the places of the full reader, so whatever may be one makes this reading void. Values become
what a record holds and no more, since most of them are never looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple, TypeAlias, TypeVar

from pipectl.model.deal import KEYS
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.money import Money
from pipectl.model.pipeline import FORECASTS, Pipeline
from pipectl.store import typed
from pipectl.store.parse_deal import CHANGE_TYPES, DealSchema, interval, pipelines_of
from pipectl.store.parse_settings import currency_code
from pipectl.store.plain_places import key_places, place_of
from pipectl.store.plain_reader import Plain, PlainList, PlainMapping, Quoted, lines_of, read_plain
from pipectl.store.records import Packed, Record, moment, packed_field, packed_moment, packed_money, record
from pipectl.store.typed import ABSENT, Wrong

_T = TypeVar("_T")
_Read: TypeAlias = Callable[[Plain], Packed]
# How many readings of one kind of value are kept: a bound on memory.
_KEPT = 1 << 14


class _FindingError(Exception):
    """The file has something wrong, or something that only the full reader can tell."""


def plain_record(data: bytes, schema: DealSchema) -> Record | None:
    """The deal that a file describes; None where the file is not plain, or there is something to say of it."""
    root = read_plain(data)
    if root is None:
        return None
    try:
        return _rules(root, schema).record(root)
    except (_FindingError, KeyError):  # a key that nobody knows is for the full reader
        return None


def plain_places(data: bytes, schema: DealSchema) -> dict[str, tuple[int, int]] | None:
    """Where things stand in the file of a deal; None where it takes the full reader to tell."""
    root = read_plain(data)
    if root is None:
        return None
    try:
        return dict(_places(root, lines_of(data.decode()), _rules(root, schema)))
    except (_FindingError, KeyError):
        return None


def _places(root: PlainMapping, lines: list[str], rules: "_Rules") -> Iterator[tuple[str, tuple[int, int]]]:
    rows = dict(zip(root, root.rows or (), strict=True))
    for key, row in rows.items():
        value = root[key]
        yield key, place_of(value, lines, row)
        if key == "fields" and type(value) is PlainMapping:
            yield from ((f"fields.{name}", place) for name, place in key_places(value, lines, row))
        if key not in ("waive", "tasks", *_TIMED):
            continue
        items = zip(value.rows or (), value, strict=True) if type(value) is PlainList else ((row, value),)
        placed = [(found, place_of(item, lines, at)) for at, item in items if (found := _mapping(item))]
        if key == "waive":
            yield from ((f"waive.{_text(item['check'])}", place) for item, place in placed)
        elif key == "tasks":
            yield from ((f"tasks.{index}", place) for index, (_, place) in enumerate(placed))
        else:
            timed = rules.by_time(tuple([(rules.at.read(item["at"]), place) for item, place in placed]))
            yield from ((f"{key}.{index}", place) for index, (_, place) in enumerate(timed))


_TIMED = ("history", "activities", "changes")
# The fields that are one value.
SCALARS = frozenset(KEYS) - {"contacts", "tags", "fields", "aliases", "external_ids", "waive", "tasks", *_TIMED}


def _rules(root: PlainMapping, schema: DealSchema) -> "_Rules":
    """How the deal of the file that says *root* is read."""
    pipeline = schema.pipelines[_text(root.get("pipeline", "")) or schema.default_pipeline]
    currency = _currency.read(root.get("currency", "")) or schema.settings.currency
    found: _Rules | None = schema.kept.get((pipeline.id, currency))
    if found is None:
        found = schema.kept[pipeline.id, currency] = _Rules(schema, pipeline, currency)
    return found


def _text(value: Plain) -> str:
    """Trimmed text; "" where there is none."""
    if type(value) is str:
        return "" if value in ABSENT else value
    if type(value) is Quoted:
        return value.strip()
    raise _FindingError


class _Reader(NamedTuple):
    """What reads one value, and what it has made of texts before, so that it need not be asked about most."""

    read: _Read
    kept: dict[Plain, Packed]


def _scalar(
    convert: Callable[[str], _T], pack: Callable[[_T], Packed] = lambda value: value, empty: Packed = None
) -> _Reader:
    """What reads one value; *empty* stands for an absent one."""
    kept: dict[Plain, Packed] = {}

    def read(value: Plain) -> Packed:
        if type(value) is Quoted:
            text = value.strip()
        elif type(value) is not str:
            raise _FindingError
        elif value in ABSENT:
            return empty
        else:
            text = value
        found = kept.get(text)
        if found is None:
            try:
                found = pack(convert(text))
            except Wrong:
                raise _FindingError from None
            # In quotes such a text is a word, and without them it is none.
            if len(kept) < _KEPT and text not in ABSENT:
                kept[text] = found
        return found

    return _Reader(read, kept)


def _texts(value: Plain) -> tuple[str, ...]:
    """A list of texts, or one for a list of one."""
    if type(value) is PlainList:
        found = []
        for item in value:
            if not isinstance(item, str):
                raise _FindingError
            if (text := item.strip()) and not (type(item) is str and item in ABSENT):
                found.append(text)
        return tuple(found)
    if type(value) is str and "," in value:
        raise _FindingError
    text = _text(value)
    return (text,) if text else ()


def _mapping(value: Plain) -> Mapping[str, Plain]:
    """A mapping; nothing is an empty one."""
    if type(value) is PlainMapping:
        return value
    if type(value) is str and value in ABSENT:
        return {}
    raise _FindingError


def _mappings(value: Plain) -> list[Mapping[str, Plain]]:
    """A list of mappings, or one for a list of one, without those that are nothing."""
    return [found for item in (value if type(value) is PlainList else (value,)) if (found := _mapping(item))]


def _external_ids(value: Plain) -> dict[str, str]:
    texts = _mapping(value)
    if not all(isinstance(text, str) for text in texts.values()):
        raise _FindingError
    return {key: str(text).strip() for key, text in texts.items()}


def _items(*required: str, **readers: _Reader) -> _Reader:
    """What reads a list of mappings with these keys, each as a tuple of their values in this order."""
    places = {key: (place, *reader) for place, (key, reader) in enumerate(readers.items())}
    blank = [reader.read("") for reader in readers.values()]
    needed = [list(readers).index(key) for key in required]

    def read(value: Plain) -> tuple[Packed, ...]:
        found = []
        for item in _mappings(value):
            values = blank.copy()
            for key, text in item.items():
                place, reader, kept = places[key]
                values[place] = (kept.get(text) if type(text) is str else None) or reader(text)
            for place in needed:
                if not values[place]:
                    raise _FindingError
            found.append(tuple(values))
        return tuple(found)

    return _Reader(read, {})


class _Timed(NamedTuple):
    """Something packed, and its time."""

    at: Moment
    packed: Packed


_prose = _Reader(_text, {})  # most of it is written once
_word = _scalar(str, empty="")
_currency = _scalar(currency_code, empty="")
_day = _scalar(typed.day, str)
_list = _Reader(_texts, {})
# What reads the fields that are alike in every pipeline and currency.
_COLUMNS: dict[str, _Reader] = {
    **dict.fromkeys(("title", "notes"), _prose),
    **dict.fromkeys(("stage", "pipeline", "owner", "company", "source", "lost_reason", "competitor"), _word),
    **dict.fromkeys(("expected_close", "created", "snooze_until"), _day),
    **dict.fromkeys(("tags", "aliases"), _list),
    "currency": _currency,
    "probability": _scalar(typed.percent, str),
    "forecast": _scalar(typed.one_of(*FORECASTS), empty=""),
    "external_ids": _Reader(_external_ids, {}),
    "contacts": _items("name", name=_word, role=_word, email=_prose, phone=_prose),
    "waive": _items("check", check=_word, until=_day, why=_prose),
    "tasks": _items(
        "title",
        title=_prose,
        due=_day,
        done=_day,
        owner=_word,
        id=_prose,
        every=_scalar(interval, empty=""),
        snoozed_until=_day,
        last_chance=_scalar(typed.flag, empty=False),
    ),
}


class _Rules:
    """How a deal of one pipeline is read whose amounts are in one currency."""

    def __init__(self, schema: DealSchema, pipeline: Pipeline, currency: str) -> None:
        self.schema = schema
        self.pipeline = pipeline
        self.currency = currency
        self.at = at = _scalar(typed.moment_in(schema.settings.zone), packed_moment)
        money = _scalar(typed.money, lambda amount: packed_money(Money(amount, currency)))
        self.moves = _items(
            *("at", "stage"),
            at=at,
            stage=_word,
            pipeline=_word,
            by=_word,
            note=_prose,
            forced=_prose,
            lost_reason=_word,
            competitor=_word,
            amount=money,
        ).read
        self.happened = _items("at", "type", at=at, type=_word, by=_word, note=_prose).read
        own = schema.converters(pipeline.id, currency)
        self.own = {name: _scalar(convert, packed_field) for name, convert in own.items()}
        self.changed = {name: _scalar(convert, packed_field) for name, convert in CHANGE_TYPES.items()}
        self.columns = {
            **_COLUMNS,
            "amount": money,
            "fields": _Reader(self.fields, {}),
            "history": _Reader(self.history, {}),
            "activities": _Reader(self.activities, {}),
            "changes": _Reader(self.changes, {}),
        }

    def record(self, root: PlainMapping) -> Record:
        """The record of the file that says *root*."""
        columns = self.columns
        found = {}
        for key, value in root.items():
            read, kept = columns[key]
            found[key] = (kept.get(value) if type(value) is str else None) or read(value)
        stage = self.pipeline.stage(found["stage"])
        if stage is None or not found["title"]:
            raise _FindingError
        found.update(pipeline=self.pipeline.id, stage=stage.id, currency=self.currency)
        return record(found)

    def fields(self, value: Plain) -> dict[str, Packed]:
        """The business's own fields."""
        own = self.own
        found = {key: own[key].read(text) for key, text in _mapping(value).items()}
        return {key: packed for key, packed in found.items() if packed is not None}

    def history(self, value: Plain) -> tuple[Packed, ...]:
        """The moves."""
        moves = self.moves(value)
        if self.by_time(moves) != moves:
            raise _FindingError
        if not any(move[2] for move in moves):
            return tuple([_moved(move, self.pipeline) for move in moves])
        names = pipelines_of([(move[2], move[1]) for move in moves], self.pipeline, self.schema)
        return tuple([_moved(move, self.schema.pipelines[name]) for move, name in zip(moves, names, strict=True)])

    def activities(self, value: Plain) -> tuple[Packed, ...]:
        """What happened with the customer."""
        return self.by_time(self.happened(value))

    def changes(self, value: Plain) -> tuple[Packed, ...]:
        """The values of tracked fields, from a time on."""
        return self.by_time(tuple([self.change(item) for item in _mappings(value)]))

    def change(self, item: Mapping[str, Plain]) -> Packed:
        """The values from one time on."""
        if not item.keys() <= _CHANGE_KEYS or (at := self.at.read(item["at"])) is None:
            raise _FindingError
        values = {name: reader.read(item[name]) for name, reader in self.changed.items() if name in item}
        if values.get("amount") is not None:
            # The digits, as `packed_field` has them of a number, with the currency beside.
            values["amount"] = "money", (values["amount"][1], _currency.read(item.get("currency", "")) or self.currency)
        return at, values

    def by_time(self, items: tuple[Packed, ...]) -> tuple[Packed, ...]:
        """*items*, each of which begins with its time, in order."""
        days = [item[0] for item in items]
        if len(days) < 2:
            return items
        if set(map(type, days)) == {str}:
            return items if days == sorted(days) else tuple(sorted(items, key=itemgetter(0)))
        zone = self.schema.settings.zone
        return tuple([timed.packed for timed in in_time_order([_Timed(moment(item[0], zone), item) for item in items])])


_CHANGE_KEYS = frozenset({"at", "currency", *CHANGE_TYPES})


def _moved(move: Packed, pipeline: Pipeline) -> Packed:
    """*move* with the ids of the pipeline and the stage that it led to."""
    stage = pipeline.stage(move[1])
    if stage is None:
        raise _FindingError
    return move[0], stage.id, pipeline.id, *move[3:]
