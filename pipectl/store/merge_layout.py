"""Where the keys stand that one side has put into a file: where `fmt` has them, if a side stands as `fmt` leaves it."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from pipectl.model.merge import Fields, Plan
from pipectl.model.merge_values import Sides
from pipectl.store.layout import DEAL, PIPELINE, SETTINGS, STRANGERS, Layout


def arranged(plan: Plan, sides: Sides) -> Plan:
    """*plan*, what becomes of a file, with the keys that only one side has put in in their canonical places."""
    base, *both = (side if isinstance(side, Mapping) else {} for side in sides)
    rank = _ranking(_layout(both))
    if not isinstance(plan, Fields) or not any(_is_canonical([*side], rank) for side in both):
        return plan
    new = [key for key in plan.entries if key not in base and not all(key in side for side in both)]
    keys = [key for key in plan.entries if key not in new]
    for key in new:
        above = [number for number, other in enumerate(keys, 1) if rank(other) <= rank(key)]
        keys.insert(max(above, default=0), key)
    return Fields({key: plan.entries[key] for key in keys})


def _layout(sides: Sequence[Mapping[str, object]]) -> Layout:
    """The layout of a file that says what *sides* say."""
    if any("stage" in side for side in sides):
        return DEAL
    return PIPELINE if any("stages" in side for side in sides) else SETTINGS


def _ranking(layout: Layout) -> Callable[[str], int]:
    ranks = {key: number for number, key in enumerate(key for group in layout for key in group)}
    return lambda key: ranks.get(key, ranks[STRANGERS])


def _is_canonical(keys: Sequence[str], rank: Callable[[str], int]) -> bool:
    return bool(keys) and all(rank(one) <= rank(other) for one, other in pairwise(keys))
