"""A plain deal file becomes a record: what the schema's typed getters would give, or nothing.

What a finding says needs the places of the full reader, so whatever may be one makes this reading void. Most lines of
most files have been seen before, so what is kept of a line is the value that it gives its deal.
"""

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from pipectl.model.deal import KEYS
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.money import Money
from pipectl.model.pipeline import Pipeline
from pipectl.store import typed
from pipectl.store.deal_schema import CHANGE_TYPES, DealSchema, interval, pipelines_of
from pipectl.store.plain_brackets import MOST_KEPT, Plain, PlainList, PlainMapping, UnusualError
from pipectl.store.plain_items import Items
from pipectl.store.plain_places import key_places, place_of
from pipectl.store.plain_reader import (
    SILENT,
    SIMPLE_TEXT,
    Block,
    Reading,
    ended,
    form_of,
    lines_of,
    plain_text,
    read_plain,
)
from pipectl.store.plain_values import (
    FIELDS,
    FindingError,
    Reader,
    currency,
    day,
    mapping_of,
    mappings_of,
    prose,
    scalar,
    text_of,
    word,
)
from pipectl.store.records import Packed, Record, moment, packed_field, packed_moment, packed_money, record


def plain_record(data: bytes, schema: DealSchema) -> Record | None:
    """The deal that a file describes; None where the file is not plain, or there is something to say of it."""
    text = plain_text(data)
    if text is None:
        return None
    try:
        return _rules_in(text, schema).record(*ended(text))
    except UnusualError:
        # Such as text that goes on in the next line, which is no business of a line by itself.
        return _record_of_tree(data, schema)
    except (FindingError, KeyError):  # a key that nobody knows is for the full reader
        return None


def _record_of_tree(data: bytes, schema: DealSchema) -> Record | None:
    root = read_plain(data)
    if root is None:
        return None
    try:
        return _rules_of(root, schema).record_of(root)
    except (UnusualError, FindingError, KeyError):
        return None


def plain_places(data: bytes, schema: DealSchema) -> dict[str, tuple[int, int]] | None:
    """Where things stand in the file of a deal; None where it takes the full reader to tell."""
    root = read_plain(data)
    if root is None:
        return None
    try:
        return dict(_places(root, lines_of(data.decode()), _rules_of(root, schema)))
    except (FindingError, KeyError):
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
        placed = [(found, place_of(item, lines, at)) for at, item in items if (found := mapping_of(item))]
        if key == "waive":
            yield from ((f"waive.{text_of(item['check'])}", place) for item, place in placed)
        elif key == "tasks":
            yield from ((f"tasks.{index}", place) for index, (_, place) in enumerate(placed))
        else:
            timed = rules.by_time(tuple([(rules.at.read(item["at"]), place) for item, place in placed]))
            yield from ((f"{key}.{index}", place) for index, (_, place) in enumerate(timed))


_TIMED = ("history", "activities", "changes")
_PROSE = ("title", "notes")  # written once, most of it
_LONGEST_KEPT = 64
# The keys at the top of a file, and the lists that are read in the order in which they stand there.
TOP = frozenset(KEYS)
AS_WRITTEN = frozenset({"tasks", "history"})


def _rules_in(text: str, schema: DealSchema) -> "_Rules":
    """How the deal of the file that says *text* is read."""
    lines = _line(text, "pipeline:"), _line(text, "currency:")
    found: _Rules | None = schema.kept.get(lines)
    if found is None:
        pipeline_id, code = [_value(line) if line else "" for line in lines]
        found = schema.kept[lines] = _rules(pipeline_id, code, schema)
    return found


def _rules_of(root: PlainMapping, schema: DealSchema) -> "_Rules":
    """How the deal is read whose file says *root*."""
    return _rules(root.get("pipeline", ""), root.get("currency", ""), schema)


def _line(text: str, start: str) -> str:
    """The first line of *text* that begins so; "" where none does."""
    at = 0 if text.startswith(start) else text.find(f"\n{start}") + 1
    if not at and not text.startswith(start):
        return ""
    end = text.find("\n", at)
    return text[at:] if end < 0 else text[at:end]


def _value(line: str) -> Plain:
    value = form_of(line)[3]
    if value is None or isinstance(value, Block):
        raise UnusualError
    return value


def _rules(pipeline_id: Plain, code: Plain, schema: DealSchema) -> "_Rules":
    """How a deal is read that is in that pipeline, and whose amounts are in that currency."""
    pipeline = schema.pipelines[text_of(pipeline_id) or schema.default_pipeline]
    names = pipeline.id, currency.read(code) or schema.settings.currency
    found: _Rules | None = schema.kept.get(names)
    if found is None:
        found = schema.kept[names] = _Rules(schema, pipeline, names[1])
    return found


class _Below(NamedTuple):
    """What a key has whose value is on the next lines; *begins*: what its own line says of it."""

    begins: Block | None


class _Timed(NamedTuple):
    """Something packed, and its time."""

    at: Moment
    packed: Packed


_contacts = Items("name", name=word, role=word, email=prose, phone=prose)
_tasks = Items(
    "title",
    title=prose,
    due=day,
    done=day,
    owner=word,
    id=prose,
    every=scalar(interval, empty=""),
    snoozed_until=day,
    last_chance=scalar(typed.flag, empty=False),
)
_waivers = Items("check", check=word, until=day, why=prose)
_LISTS = {"contacts": _contacts, "tasks": _tasks, "waive": _waivers}


_Then: TypeAlias = Callable[[tuple[Packed, ...]], tuple[Packed, ...]]


class _Rules:
    """How a deal of one pipeline is read whose amounts are in one currency."""

    def __init__(self, schema: DealSchema, pipeline: Pipeline, currency: str) -> None:
        self.schema = schema
        self.pipeline = pipeline
        self.currency = currency
        self.at = at = scalar(typed.moment_in(schema.settings.zone), packed_moment)
        money = scalar(typed.money, lambda amount: packed_money(Money(amount, currency)))
        more = {"by": word, "note": prose, "forced": prose, "lost_reason": word, "competitor": word, "amount": money}
        self.moves = Items("at", "stage", at=at, stage=word, pipeline=word, **more)
        own = scalar(lambda text: _stage_id(pipeline, text)), Reader(lambda text: _own_pipeline(pipeline, text), {})
        own_moves = Items("at", "stage", at=at, stage=own[0], pipeline=own[1], **more)
        happened = Items("at", "type", at=at, type=word, by=word, note=prose)
        # What reads a list from its lines, and what is made of its items.
        self.lists: dict[str, tuple[Items, _Then]] = {
            **{name: (kind, tuple) for name, kind in _LISTS.items()},
            "activities": (happened, self.by_time),
            "history": (own_moves, self.in_order),
        }
        converters = schema.converters(pipeline.id, currency)
        self.own = {name: scalar(convert, packed_field) for name, convert in converters.items()}
        self.changed = {name: scalar(convert, packed_field) for name, convert in CHANGE_TYPES.items()}
        self.columns = {
            **FIELDS,
            **{name: Reader(kind.of_tree, {}) for name, kind in _LISTS.items()},
            "amount": money,
            "fields": Reader(self.fields, {}),
            "history": Reader(self.history, {}),
            "activities": Reader(lambda value: self.by_time(happened.of_tree(value)), {}),
            "changes": Reader(self.changes, {}),
        }
        self.known: dict[str, tuple[str, Packed]] = {}

    def record(self, lines: list[str], is_ended: bool) -> Record:
        """The record of the file that has these *lines*."""
        known, found = self.known, dict[str, Packed]()
        row, end = 0, len(lines) - 1
        while row < end:
            line = lines[row]
            row += 1
            key, value = known.get(line) or self.learn(line)
            if not key:
                continue
            if type(value) is _Below:
                value, row = self.below(key, value, lines, row, is_ended)
            if key in found:
                raise UnusualError
            found[key] = value
        return self.of_values(found)

    def record_of(self, root: PlainMapping) -> Record:
        """The record of the file that says *root*."""
        return self.of_values({key: self.columns[key].read(value) for key, value in root.items()})

    def of_values(self, found: dict[str, Packed]) -> Record:
        """The record of a deal with these values."""
        stage = self.pipeline.stage(found["stage"])
        if stage is None or not found["title"]:
            raise FindingError
        found.update(pipeline=self.pipeline.id, stage=stage.id, currency=self.currency)
        return record(found)

    def learn(self, line: str) -> tuple[str, Packed]:
        """The key and the value of a line that was not seen before; "" where it says nothing."""
        key, _, text = line.partition(": ")
        reader = self.columns.get(key)
        if reader is not None and SIMPLE_TEXT.fullmatch(text) and text.isprintable():
            pair = key, reader.read(text)
        else:
            pair = self.any(line)
        if len(line) < _LONGEST_KEPT and len(self.known) < MOST_KEPT and key not in _PROSE:
            self.known[line] = pair
        return pair

    def any(self, line: str) -> tuple[str, Packed]:
        """The key and the value of a line, whatever it says."""
        form = form_of(line)
        if form is SILENT:
            return "", None
        at, dash, key, value, _ = form
        if at or dash or key is None:
            raise UnusualError
        if value is None or isinstance(value, Block):
            return key, _Below(value)
        return key, self.columns[key].read(value)

    def below(self, key: str, value: "_Below", lines: list[str], row: int, is_ended: bool) -> tuple[Packed, int]:
        """What stands from *row* on below *key*, and the row after it."""
        if value.begins is None and key in self.lists:
            kind, then = self.lists[key]
            try:
                items, after = kind.below(lines, row)
            except UnusualError:
                pass  # such as an item that has a list, which no kind has: all of it is looked at again
            else:
                return then(items), after
        reading = Reading(lines, is_ended, row - 1)
        return self.columns[key].read(reading.below(value.begins, 0)), reading.row

    def fields(self, value: Plain) -> dict[str, Packed]:
        """The business's own fields."""
        own = self.own
        found = {key: own[key].read(text) for key, text in mapping_of(value).items()}
        return {key: packed for key, packed in found.items() if packed is not None}

    def history(self, value: Plain) -> tuple[Packed, ...]:
        """The moves."""
        moves = self.in_order(self.moves.of_tree(value))
        if not any(move[2] for move in moves):
            return tuple([_moved(move, self.pipeline) for move in moves])
        names = pipelines_of([(move[2], move[1]) for move in moves], self.pipeline, self.schema)
        return tuple([_moved(move, self.schema.pipelines[name]) for move, name in zip(moves, names, strict=True)])

    def changes(self, value: Plain) -> tuple[Packed, ...]:
        """The values of tracked fields, from a time on."""
        return self.by_time(tuple([self.change(item) for item in mappings_of(value)]))

    def change(self, item: Mapping[str, Plain]) -> Packed:
        """The values from one time on."""
        if not item.keys() <= _CHANGE_KEYS or (at := self.at.read(item["at"])) is None:
            raise FindingError
        code = currency.read(item.get("currency", "")) or self.currency
        values = {name: reader.read(item[name]) for name, reader in self.changed.items() if name in item}
        if values.get("amount") is not None:
            # The digits, as `packed_field` has them of a number, with the currency beside.
            values["amount"] = "money", (values["amount"][1], code)
        return at, values

    def in_order(self, items: tuple[Packed, ...]) -> tuple[Packed, ...]:
        """*items*, each of which begins with its time, if they are in order."""
        if self.by_time(items) != items:
            raise FindingError
        return items

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


def _stage_id(pipeline: Pipeline, text: str) -> str:
    stage = pipeline.stage(text)
    if stage is None:
        raise FindingError
    return stage.id


def _own_pipeline(pipeline: Pipeline, value: Plain) -> str:
    """The pipeline of a move that names none."""
    if value != "":
        raise UnusualError
    return pipeline.id


def _moved(move: Packed, pipeline: Pipeline) -> Packed:
    """*move* with the ids of the pipeline and the stage that it led to."""
    return move[0], _stage_id(pipeline, move[1]), pipeline.id, *move[3:]
