"""Three contents of one file become one: from which side each value comes, and what only a person can settle.

What one side changed is that side's; what both changed alike is one; lists are joined item by item, mappings key by
key. Nothing is ever guessed: what both changed otherwise is a `Clash`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

from pipectl.model.merge_lists import RULES, Place, Rule, label, pipelines, places, woven
from pipectl.model.merge_values import Side, Sides, Value, bare, frozen, same, shown, told
from pipectl.model.moment import Moment, in_time_order


class Taken(NamedTuple):
    """The value as *side* has it; ours, where both have it."""

    value: Value
    side: Side


class Clash(NamedTuple):
    """Both sides changed it, each otherwise; *told* says so, or is "" where another clash says it.

    Attributes:
        by_lines: what git puts together line by line is no guess here.
    """

    sides: Sides
    told: str
    by_lines: bool = False


class Fields(NamedTuple):
    """A mapping put together, in the order that it is to have; keys that are not in it are gone."""

    entries: Mapping[str, "Plan"]


class Item(NamedTuple):
    """An item of a list that is put together, and where each side has it."""

    place: Place
    plan: "Plan"

    @property
    def added_by(self) -> Side | None:
        """The one side that has added it; None where both have, or the base has it."""
        base, ours, theirs = self.place
        if base is not None or (ours is None) == (theirs is None):
            return None
        return Side.OURS if theirs is None else Side.THEIRS


class Items(NamedTuple):
    """A list put together, in the order that it is to have."""

    items: tuple[Item, ...]


Plan: TypeAlias = Taken | Clash | Fields | Items

# What is one fact in two keys: one side's amount is none in the other side's currency.
UNITS = (("amount", "currency"), ("stage", "pipeline"))


class Order(NamedTuple):
    """How entries with a time are put in order.

    Attributes:
        moment: reads a time; None where it can't, or does not know the time zone that it would need.
        last: the side whose entry stands last of those with one time.
    """

    moment: Callable[[str], Moment | None]
    last: Side = Side.THEIRS


def merged(sides: Sides, order: Order, name: str = "", where: str = "") -> Plan:
    """What becomes of the value called *name*; *where* stands before it when a clash is told."""
    base, ours, theirs = sides
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping) and (base is None or isinstance(base, Mapping)):
        return _fields(base or {}, ours, theirs, order, f"{where}{name}." if name else where)
    if isinstance(ours, tuple) and isinstance(theirs, tuple) and (base is None or isinstance(base, tuple)):
        return _items(_Lists(base or (), ours, theirs, RULES.get(name, Rule()), where + name), order)
    return _leaf(sides, where + name)


def _leaf(sides: Sides, name: str) -> Plan:
    base, ours, theirs = sides
    if same(ours, theirs) or same(theirs, base):
        return Taken(ours, Side.OURS)
    return Taken(theirs, Side.THEIRS) if same(ours, base) else Clash(sides, told(name, sides), by_lines=True)


def _fields(
    base: Mapping[str, Value], ours: Mapping[str, Value], theirs: Mapping[str, Value], order: Order, where: str
) -> Fields:
    def sides(key: str) -> Sides:
        three = Sides(base.get(key), ours.get(key), theirs.get(key))
        if key in ours and key in theirs and any(isinstance(value, tuple) for value in three):
            # `tasks:` with nothing under it is a list without items.
            return Sides(*(() if value is None else value for value in three))
        return three

    plans: dict[str, Plan] = {}
    # The order of keys says nothing, so that ours is as good as theirs where the two contradict each other.
    for key in woven([*base], [*ours], [*theirs]) or [*ours, *(key for key in theirs if key not in ours)]:
        plan = merged(sides(key), order, key, where)
        keeps_place = (key in ours and key in theirs) or key not in base
        if keeps_place or not isinstance(plan, Taken) or bare(plan.value) is not None:
            plans[key] = plan
    for unit in UNITS:
        changed = [_differ(unit, one, other) for one, other in ((base, ours), (base, theirs), (ours, theirs))]
        if all(changed):
            apart = [key for key in unit if not same(ours.get(key), theirs.get(key))]
            clashes = {key: told(where + key, sides(key)) if key == apart[0] else "" for key in apart}
            plans |= {key: Clash(sides(key), words) for key, words in clashes.items()}
    return Fields(plans)


def _differ(keys: Sequence[str], one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    return any(not same(one.get(key), other.get(key)) for key in keys)


class _Lists(NamedTuple):
    """A list as each side has it, and how its items are known."""

    base: tuple[Value, ...]
    ours: tuple[Value, ...]
    theirs: tuple[Value, ...]
    rule: Rule
    name: str

    def at(self, place: Place) -> Sides:
        """An item on each side."""
        three = zip(self[:3], place, strict=True)
        return Sides(*(None if number is None else side[number] for side, number in three))


def _items(lists: _Lists, order: Order) -> Plan:
    base, ours, theirs, rule, name = lists
    every = [_item(lists, place, order) for place in places(base, ours, theirs, rule)]
    kept = [item for item in every if item is not None]
    # A list that one side alone has changed, or both alike, stands as they have it, in order or not.
    timed = rule.timed and not any(same(*pair) for pair in combinations((base, ours, theirs), 2))
    before, here, there = (_standing(kept, side) for side in range(3))
    first, second = (there, here) if timed and order.last is Side.OURS else (here, there)
    line = woven(before, first, second)
    if timed:
        line = line or [*first, *(number for number in second if number not in first)]
        return _by_time([kept[number] for number in line], lists, order)
    if line is None:
        told = f"{name}: the two sides put the same items in two different orders"
        return Clash(Sides(base, ours, theirs), told, by_lines=True)
    return Items(tuple(kept[number] for number in line))


def _standing(items: Sequence[Item], side: int) -> list[int]:
    """The numbers of *items* in the order that a side has them."""
    found = [(place, number) for number, item in enumerate(items) if (place := item.place[side]) is not None]
    return [number for _, number in sorted(found)]


def _item(lists: _Lists, place: Place, order: Order) -> Item | None:
    """What becomes of one item; None where it is gone."""
    sides = lists.at(place)
    base, ours, theirs = place
    # By the name that both sides knew it by, where they did.
    called = f"{lists.name} {label(next(value for value in sides if value is not None), lists.rule)}"
    if ours is None and theirs is None:
        return None
    if base is None and (ours is None or theirs is None):
        side = Side.OURS if theirs is None else Side.THEIRS
        return Item(place, Taken(sides.of(side), side))
    if ours is None:
        told = f"{called} was removed here, changed there"
        return None if same(sides.theirs, sides.base) else Item(place, Clash(sides, told))
    if theirs is None:
        told = f"{called} was changed here, removed there"
        return None if same(sides.ours, sides.base) else Item(place, Clash(sides, told))
    return Item(place, merged(sides, order, "", f"{called}: "))


class _Dated(NamedTuple):
    at: Moment
    item: Item


def _by_time(items: Sequence[Item], lists: _Lists, order: Order) -> Plan:
    """*items* in time order; entries of one time as they stand."""
    sides = Sides(*lists[:3])
    dated = []
    for item in items:
        value = value_of(item.plan)
        at = value.get("at") if isinstance(value, Mapping) else None
        moment = order.moment(at) if isinstance(at, str) else None
        if moment is None:
            return Clash(sides, f"{lists.name}: '{shown(at)}' can't be put in time order")
        dated.append(_Dated(moment, item))
    ordered = tuple(entry.item for entry in in_time_order(dated))
    if lists.name == "history" and not _keep_their_pipelines(ordered, lists):
        told = "history: a transfer to another pipeline stands before a move that the other side made"
        return Clash(sides, told)
    return Items(ordered)


def _keep_their_pipelines(items: Sequence[Item], lists: _Lists) -> bool:
    """Whether every entry still takes the pipeline from above that it took on its own side."""
    known = [pipelines(side) for side in lists[:3]]
    now = pipelines([value_of(item.plan) for item in items])
    return all(
        pipeline == known[side][number]
        for item, pipeline in zip(items, now, strict=True)
        for side, number in enumerate(item.place)
        if number is not None and side
    )


def value_of(plan: Plan) -> Value:
    """The content that *plan* comes to; a clash is left as ours."""
    match plan:
        case Taken():
            return plan.value
        case Clash():
            return plan.sides.ours if plan.sides.ours is not None else plan.sides.theirs
        case Fields():
            return {key: value_of(inner) for key, inner in plan.entries.items()}
        case Items():
            return tuple(value_of(item.plan) for item in plan.items)


def clashes(plan: Plan) -> Iterator[Clash]:
    """Everything that is left to settle, in the order of the file."""
    match plan:
        case Clash():
            yield plan
        case Fields():
            for inner in plan.entries.values():
                yield from clashes(inner)
        case Items():
            for item in plan.items:
                yield from clashes(item.plan)


def is_union(plan: Plan, value: Value) -> bool:
    """Whether *value*, put together line by line, is what *plan* decides, and holds the changes of both elsewhere."""
    match plan:
        case Taken():
            return same(plan.value, value)
        case Clash():
            return plan.by_lines and _holds_both(plan.sides, value)
        case Fields():
            known = value if isinstance(value, Mapping) else {}
            keys = dict.fromkeys((*plan.entries, *known))
            return all(is_union(plan.entries.get(key, _NOTHING), known.get(key)) for key in keys)
        case Items():
            items = value if isinstance(value, tuple) else ()
            return len(items) == len(plan.items) and all(
                is_union(item.plan, found) for item, found in zip(plan.items, items, strict=True)
            )


_NOTHING = Taken(None, Side.OURS)


def _holds_both(sides: Sides, value: Value) -> bool:
    """Whether every line of a text, or every item of a list, is there as often as both sides together have it."""
    parts = [
        Counter(each.split("\n") if isinstance(each, str) else map(frozen, each))
        for each in (*sides, value)
        if isinstance(each, str | tuple)
    ]
    if len(parts) != len(sides) + 1:
        return False
    base, ours, theirs, both = parts
    return all(both[part] == ours[part] + theirs[part] - base[part] for part in base | ours | theirs | both)


def settled(plan: Plan, side: Side) -> Plan:
    """*plan* with every clash settled as *side* has it."""
    match plan:
        case Clash():
            return Taken(plan.sides.of(side), side)
        case Fields():
            return Fields({key: settled(inner, side) for key, inner in plan.entries.items() if not _gone(inner, side)})
        case Items():
            kept = (item for item in plan.items if not _gone(item.plan, side))
            return Items(tuple(Item(item.place, settled(item.plan, side)) for item in kept))
        case _:
            return plan


def _gone(plan: Plan, side: Side) -> bool:
    return isinstance(plan, Clash) and bare(plan.sides.of(side)) is None
