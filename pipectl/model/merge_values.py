"""What a file says before anything is typed, on each of the three sides of a merge."""

from collections.abc import Hashable, Mapping
from enum import StrEnum
from typing import NamedTuple, TypeAlias

# A text, a list, a mapping; None where there is nothing.
Value: TypeAlias = str | tuple["Value", ...] | Mapping[str, "Value"] | None

_SHOWN = 60


class Side(StrEnum):
    """Whose content it is; `base` is what both began with."""

    BASE = "base"
    OURS = "ours"
    THEIRS = "theirs"

    @property
    def other(self) -> "Side":
        """The one that it is merged with."""
        return Side.OURS if self is Side.THEIRS else Side.THEIRS


class Sides(NamedTuple):
    """What stands at one place on each side."""

    base: Value
    ours: Value
    theirs: Value

    def of(self, side: Side) -> Value:
        """What stands there on *side*."""
        return {Side.BASE: self.base, Side.OURS: self.ours, Side.THEIRS: self.theirs}[side]


def same(one: Value, other: Value) -> bool:
    """Whether the two say the same; an empty key, an empty list and nothing do."""
    return one == other or bare(one) == bare(other)


def bare(value: Value) -> Value:
    """*value* without what says nothing."""
    if isinstance(value, Mapping):
        return {key: kept for key, inner in value.items() if (kept := bare(inner)) is not None} or None
    if isinstance(value, tuple):
        return tuple(bare(item) for item in value) or None
    return value


def frozen(value: Value) -> Hashable:
    """*value* as something to look up: equal where the two say the same."""
    if isinstance(value, Mapping):
        return frozenset((key, frozen(inner)) for key, inner in value.items() if bare(inner) is not None)
    return tuple(frozen(item) for item in value) if isinstance(value, tuple) else value


def told(name: str, sides: Sides) -> str:
    """`amount is 100 here, 200 there (was 90)`."""
    was = f" (was {shown(sides.base)})" if bare(sides.base) is not None else ""
    return f"{name} is {shown(sides.ours)} here, {shown(sides.theirs)} there{was}"


def shown(value: Value) -> str:
    """A value on one line, cut where it is long."""
    if bare(value) is None:
        return "nothing"
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key}: {shown(inner)}" for key, inner in value.items()) + "}"
    elif isinstance(value, tuple):
        text = "[" + ", ".join(map(shown, value)) + "]"
    else:
        text = " ".join((value or "").split()) or "''"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
