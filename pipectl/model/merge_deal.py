"""A deal's file put together: its stage is where its history ends, its tracked fields are what was recorded last.

What a field says may be the word of one side, and the last entry about it the other's. Then nobody knows what is true
now, and the field is left to a person, although only one side may have changed it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from pipectl.model.deal import TRACKED
from pipectl.model.merge import Clash, Fields, Item, Items, Order, Plan, Taken, merged, settled, value_of
from pipectl.model.merge_values import Side, Sides, Value, same, told
from pipectl.model.moment import Moment, is_before


class Choice(StrEnum):
    """How to settle what both sides changed: as one of them has it, or as the one that spoke later."""

    OURS = "ours"
    THEIRS = "theirs"
    LATER = "later"


class _Word(NamedTuple):
    """Keys that say one thing, the list whose last entry has the last word on it, and keys that go the same way."""

    keys: tuple[str, ...]
    entries: str
    followers: tuple[str, ...] = ()


_WORDS = (
    _Word(("stage", "pipeline"), "history", ("lost_reason", "competitor")),
    _Word(("amount", "currency"), "changes"),
    *(_Word((key,), "changes") for key in TRACKED if key not in ("amount", "lost_reason")),
)


def merge_content(sides: Sides, order: Order, choice: Choice | None = None) -> Plan:
    """A file of the workspace, put together.

    In a pipeline and in the settings nothing has a time, so that `LATER` settles nothing there.
    """
    if any("stage" in side for side in sides if isinstance(side, Mapping)):
        return merge_deal(sides, order, choice)
    plan, side = merged(sides, order), choice_of(choice)
    return plan if side is None else settled(plan, side)


def merge_deal(sides: Sides, order: Order, choice: Choice | None = None) -> Plan:
    """A deal's file, put together.

    A *choice* settles a clash where the entries bear it out: the last move says the stage, whatever is chosen.
    """
    plan = merged(sides, order._replace(last=_last_of_one_time(sides, choice)))
    if not isinstance(plan, Fields):
        return plan if choice in (None, Choice.LATER) else settled(plan, Side(choice))
    words = [_spoken(plan.entries, word, sides, order, choice) for word in _WORDS]
    spoken = {key: inner for said in words for key, inner in said.items()}
    rest = Fields({key: inner for key, inner in plan.entries.items() if key not in spoken})
    done = rest if choice in (None, Choice.LATER) else settled(rest, Side(choice))
    assert isinstance(done, Fields)  # noqa: S101 - what goes in as fields comes out as fields
    known = {**done.entries, **{key: inner for key, inner in spoken.items() if inner is not None}}
    if "changes" in known:
        known["changes"] = _told_once(known["changes"], known, sides)
    return Fields({key: known[key] for key in dict.fromkeys((*plan.entries, *known)) if key in known})


def choice_of(choice: Choice | None) -> Side | None:
    """The side that is chosen whatever it is about; None where none is."""
    return None if choice in (None, Choice.LATER) else Side(choice)


def moves(plan: Plan, side: Side) -> tuple[Value, ...]:
    """The entries of the history that only *side* has."""
    entries = plan.entries if isinstance(plan, Fields) else {}
    return tuple(value_of(item.plan) for item in _about("stage", "history", entries) if item.added_by is side)


def _last_of_one_time(sides: Sides, choice: Choice | None) -> Side:
    """Whose entries stand last of those with one time: what one side alone has moved lies behind the other's past."""
    if choice in (Choice.OURS, Choice.THEIRS):
        return Side(choice)
    return Side.OURS if _changed_by(("stage", "pipeline"), sides) is Side.OURS else Side.THEIRS


def _changed_by(keys: Sequence[str], sides: Sides) -> Side | None:
    """The one side that has changed any of *keys*; None where neither has, or both."""
    base, ours, theirs = ([_field(side, key) for key in keys] for side in sides)
    here, there = (any(not same(*pair) for pair in zip(base, side, strict=True)) for side in (ours, theirs))
    return None if here == there else Side.OURS if here else Side.THEIRS


def _spoken(
    entries: Mapping[str, Plan], word: _Word, sides: Sides, order: Order, choice: Choice | None
) -> dict[str, Plan | None]:
    """What becomes of the keys of *word* where they are in dispute; None for a key that is gone."""
    differing = [
        key for key in (*word.keys, *word.followers) if not same(_field(sides.ours, key), _field(sides.theirs, key))
    ]
    speaker = _speaker(entries, word)
    clash = any(isinstance(entries.get(key), Clash) for key in word.keys)
    source = _changed_by(word.keys, sides)
    if not set(differing) & set(word.keys) or not (clash or speaker not in (None, source)):
        return {}
    winner = _later(entries, word, order) if choice is Choice.LATER else Side(choice) if choice else None
    if winner is not None and speaker in (None, winner):
        values = {key: _field(sides.of(winner), key) for key in differing}
        return {key: None if value is None else Taken(value, winner) for key, value in values.items()}
    words = _told(word, differing[0], sides) + _along(entries, word, sides)
    if choice or source:
        words += _why_not(entries, word, speaker, choice)
    return {key: Clash(_three(sides, key), words if key == differing[0] else "") for key in differing}


def _along(entries: Mapping[str, Plan], word: _Word, sides: Sides) -> str:
    """What goes the way of *word*: its followers, and records of both that differ in the same."""
    names = [key for key in word.followers if not same(_field(sides.ours, key), _field(sides.theirs, key))]
    records = [item for item in _about(word.keys[0], word.entries, entries) if _repeats(item, word, sides)]
    names += [f"{word.entries} {_field(value_of(item.plan), 'at')}" for item in records]
    return f"; {', '.join(names)} {'goes' if len(names) == 1 else 'go'} with it" if names else ""


def _repeats(item: Item, word: _Word, sides: Sides) -> bool:
    """Whether an entry is a record of both sides that differs in what the field differs in."""
    inner = item.plan.entries.get(word.keys[0]) if isinstance(item.plan, Fields) else None
    return isinstance(inner, Clash) and inner.sides[1:] == _three(sides, word.keys[0])[1:]


def _told_once(plan: Plan, entries: Mapping[str, Plan], sides: Sides) -> Plan:
    """A list of entries, in which a clash is silent that one of the *entries*, the deal's fields, tells of."""
    if not isinstance(plan, Items):
        return plan
    words = [word for word in _WORDS if isinstance(entries.get(word.keys[0]), Clash)]
    return Items(tuple(_silent(item, [word for word in words if _repeats(item, word, sides)]) for item in plan.items))


def _silent(item: Item, words: Sequence[_Word]) -> Item:
    if not words or not isinstance(item.plan, Fields):
        return item
    names = {word.keys[0] for word in words}
    return item._replace(
        plan=Fields(
            {
                key: inner._replace(told="") if key in names and isinstance(inner, Clash) else inner
                for key, inner in item.plan.entries.items()
            }
        )
    )


def _speaker(entries: Mapping[str, Plan], word: _Word) -> Side | None:
    """The side that alone has the last entry about *word*."""
    about = _about(word.keys[0], word.entries, entries)
    return about[-1].added_by if about else None


def _later(entries: Mapping[str, Plan], word: _Word, order: Order) -> Side | None:
    """The side whose last entry about *word* is later than the other's; None where that is not known."""
    about = _about(word.keys[0], word.entries, entries)
    last = {side: _moment(_last(about, side), order) for side in (Side.OURS, Side.THEIRS)}
    ours, theirs = last[Side.OURS], last[Side.THEIRS]
    if ours is None or theirs is None:
        return next((side for side, at in last.items() if at is not None), None)
    if is_before(ours, theirs):
        return Side.THEIRS
    return Side.OURS if is_before(theirs, ours) else None


def _about(key: str, name: str, entries: Mapping[str, Plan]) -> list[Item]:
    """The entries of a list that tell of *key*."""
    items = entries.get(name)
    told_of = items.items if isinstance(items, Items) else ()
    return [item for item in told_of if isinstance(value := value_of(item.plan), Mapping) and key in value]


def _last(items: Sequence[Item], side: Side) -> Value:
    return next((value_of(item.plan) for item in reversed(items) if item.added_by is side), None)


def _moment(entry: Value, order: Order) -> Moment | None:
    at = _field(entry, "at")
    return order.moment(at) if isinstance(at, str) else None


def _told(word: _Word, key: str, sides: Sides) -> str:
    if len(word.keys) == 1 or same(_field(sides.ours, word.keys[1]), _field(sides.theirs, word.keys[1])):
        return told(key, _three(sides, key))
    # 100 here, 6 there: they are of two currencies.
    both = Sides(*(" ".join(str(text) for name in word.keys if (text := _field(side, name))) or None for side in sides))
    return told(word.keys[0], both)


def _why_not(entries: Mapping[str, Plan], word: _Word, speaker: Side | None, choice: Choice | None) -> str:
    """What stands against the choice, or against the side that alone has changed the field; "" where nothing does."""
    what = "move" if word.entries == "history" else "record"
    if choice is Choice.LATER:
        return f"; neither {what} is later than the other"
    if speaker is None:
        return ""
    last = _last(_about(word.keys[0], word.entries, entries), speaker)
    where = "here" if speaker is Side.OURS else "there"
    return f"; the last {what}, of {_field(last, 'at')}, says {_field(last, word.keys[0])} {where}"


def _three(sides: Sides, key: str) -> Sides:
    return Sides(*(_field(side, key) for side in sides))


def _field(value: Value, key: str) -> Value:
    return value.get(key) if isinstance(value, Mapping) else None
