"""Which items of three lists are the same one, and the order that they stand in when the lists are joined."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import eq
from typing import NamedTuple, TypeVar

from pipectl.model.merge_values import Value, frozen, shown

_T = TypeVar("_T", bound=Hashable)
# What each item of a list is known by; None: by nothing.
Keys = Callable[[Sequence[Value]], list[Hashable]]


class Place(NamedTuple):
    """Where an item stands in the list of each side; None where it is not in it."""

    base: int | None
    ours: int | None
    theirs: int | None


def by(*names: str) -> Keys:
    """Items are the same one where these keys say the same."""

    def keys(items: Sequence[Value]) -> list[Hashable]:
        return [_key(item, names) for item in items]

    return keys


def _key(item: Value, names: Sequence[str]) -> Hashable:
    if not isinstance(item, Mapping):
        return None
    found = tuple(frozen(item.get(name)) for name in names)
    return found if found[0] is not None else None


def _by_move(items: Sequence[Value]) -> list[Hashable]:
    """The time, the stage and its pipeline, which an entry takes from the one above where it names none."""
    return [(_key(item, ("at", "stage")), pipeline) for item, pipeline in zip(items, pipelines(items), strict=True)]


def pipelines(history: Sequence[Value]) -> list[Value]:
    """The pipeline of each entry of a deal's history; None before the first that names one."""
    current: Value = None
    found = []
    for item in history:
        current = (item.get("pipeline") if isinstance(item, Mapping) else None) or current
        found.append(current)
    return found


def _by_record(items: Sequence[Value]) -> list[Hashable]:
    """The time, and which fields are recorded."""
    return [(_key(item, ("at",)), frozenset(item)) if isinstance(item, Mapping) else None for item in items]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a list is joined.

    Attributes:
        keys: what tells that an item is the same one, the surest first.
        sure: how many of them tell it of two items that were both added.
        timed: items stand by their `at`.
        label: the keys that name an item to people.
        former: the key that lists the names an item had before; the first of *label* is the one that it has now.
    """

    keys: tuple[Keys, ...] = ()
    sure: int = 1
    timed: bool = False
    label: tuple[str, ...] = ()
    former: str = ""


# By the name of the list; no name stands for two different lists.
RULES: Mapping[str, Rule] = {
    "history": Rule((_by_move, by("at")), timed=True, label=("at", "stage")),
    "changes": Rule((_by_record, by("at")), timed=True, label=("at",)),
    "activities": Rule((by("at", "type", "note"), by("at", "type"), by("at")), timed=True, label=("at", "type")),
    "tasks": Rule((by("id"), by("title", "due"), by("title")), sure=2, label=("title",)),
    "contacts": Rule((by("name"), by("email")), label=("name",)),
    "waive": Rule((by("check", "until"), by("check")), label=("check",)),
    "stages": Rule((by("id"),), label=("id",), former="aliases"),
    "on_enter": Rule((by("task"),), label=("task",)),
    "lost_reasons": Rule((by("id"),), label=("id",)),
    "rates": Rule((by("from"),), label=("from",)),
    "targets": Rule((by("period", "owner", "group", "pipeline"),), label=("period", "owner", "group", "pipeline")),
}  # fmt: skip


def label(item: Value, rule: Rule) -> str:
    """What an item is called in a message."""
    if not isinstance(item, Mapping):
        return f"'{shown(item)}'"
    words = [shown(item[name]) for name in rule.label if item.get(name) is not None]
    return " ".join(words) or shown(item)


def places(base: Sequence[Value], ours: Sequence[Value], theirs: Sequence[Value], rule: Rule) -> list[Place]:
    """Every item of the three lists once, with where it stands in each."""
    in_ours, in_theirs = _matched(base, ours, rule), _matched(base, theirs, rule)
    found = [Place(number, in_ours.get(number), in_theirs.get(number)) for number in range(len(base))]
    new_ours = [number for number in range(len(ours)) if number not in in_ours.values()]
    new_theirs = [number for number in range(len(theirs)) if number not in in_theirs.values()]
    pairs = _paired(ours, theirs, new_ours, new_theirs, rule.keys[: rule.sure])
    found += [Place(None, number, pairs.get(number)) for number in new_ours]
    return found + [Place(None, None, number) for number in new_theirs if number not in pairs.values()]


def _matched(base: Sequence[Value], side: Sequence[Value], rule: Rule) -> dict[int, int]:
    """The items of *base* that *side* still has, edited or not, by their numbers."""
    pairs = _paired(base, side, range(len(base)), range(len(side)), rule.keys)
    pairs |= dict(_renamed(base, side, pairs, rule))
    return pairs | dict(_edited(base, side, pairs))


def _renamed(
    base: Sequence[Value], side: Sequence[Value], pairs: Mapping[int, int], rule: Rule
) -> Iterator[tuple[int, int]]:
    """Items that go by another name, of which one keeps the name of the other as a former one."""
    if not rule.former:
        return
    known, there = [_names(item, rule) for item in base], [_names(item, rule) for item in side]
    free = [number for number in range(len(base)) if number not in pairs]
    free_there = [number for number in range(len(side)) if number not in pairs.values()]
    found = [(one, other) for one in free for other in free_there if known[one] & there[other]]
    for pair in found:
        # Of two that became one, or of one that became two, nobody can tell which is which.
        if [any(map(eq, pair, another)) for another in found].count(True) == 1:
            yield pair


def _names(item: Value, rule: Rule) -> set[str]:
    """What an item is called, and was."""
    if not isinstance(item, Mapping):
        return set()
    former = item.get(rule.former)
    names = (item.get(rule.label[0]), *(former if isinstance(former, tuple) else ()))
    return {name for name in names if isinstance(name, str)}


def _paired(
    one: Sequence[Value], other: Sequence[Value], left: Sequence[int], right: Sequence[int], keys: Sequence[Keys]
) -> dict[int, int]:
    """Which of the items numbered *left* is which of those numbered *right*."""
    pairs: dict[int, int] = {}
    for level, key in enumerate((_content, *keys)):
        groups = [_groups(key(items), numbers) for items, numbers in ((one, left), (other, right))]
        for known, numbers in groups[0].items():
            free = [number for number in numbers if number not in pairs]
            taken = [number for number in groups[1].get(known, ()) if number not in pairs.values()]
            # Of several that are known by one name nobody can tell which is which, unless they are alike.
            if level == 0 or len(free) == len(taken):
                pairs |= dict(zip(free, taken, strict=False))
    return pairs


def _content(items: Sequence[Value]) -> list[Hashable]:
    return [frozen(item) for item in items]


def _groups(keys: Sequence[Hashable], numbers: Sequence[int]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number in numbers:
        if keys[number] is not None:
            groups[keys[number]].append(number)
    return groups


def _edited(base: Sequence[Value], side: Sequence[Value], pairs: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Items that stand between the same neighbours and differ in one key only."""
    known = [(-1, -1), *sorted(pairs.items()), (len(base), len(side))]
    for (above, above_there), (below, below_there) in pairwise(known):
        free, free_there = range(above + 1, below), range(above_there + 1, below_there)
        if len(free) == len(free_there) and not set(free_there) & set(pairs.values()):
            for number, there in zip(free, free_there, strict=True):
                if _differ_in_one(base[number], side[there]):
                    yield number, there


def _differ_in_one(one: Value, other: Value) -> bool:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    keys = one.keys() | other.keys()
    return sum(frozen(one.get(key)) != frozen(other.get(key)) for key in keys) == 1 < len(keys)


def woven(base: Sequence[_T], ours: Sequence[_T], theirs: Sequence[_T]) -> list[_T] | None:
    """The items of both sides in one order that is each side's own; None where they contradict each other.

    An item that one side has put in stands after the neighbour that it was put after, the first side's before the
    other's.
    """
    common, known = set(ours) & set(theirs), set(base)
    here, there = ([item for item in side if item in common] for side in (ours, theirs))
    before = [item for item in base if item in common]
    if here == there or [item for item in there if item in known] == before:
        return _woven_in(list(ours), theirs)
    # Only they have put the items in another order.
    return _woven_in(list(theirs), ours) if [item for item in here if item in known] == before else None


def _woven_in(result: list[_T], other: Sequence[_T]) -> list[_T]:
    own = set(result) - set(other)
    for place, item in enumerate(other):
        if item in result:
            continue
        above = next((known for known in reversed(other[:place]) if known in result), None)
        at = 0 if above is None else result.index(above) + 1
        while at < len(result) and result[at] in own:
            at += 1
        result.insert(at, item)
    return result
