"""What stands in brackets in a plain file, and the values that plain files have."""

from collections.abc import Iterator
from typing import TypeAlias

from pipectl.model.pattern import pattern

# What is kept of lines and their parts: a bound on memory, not on what is read.
MOST_KEPT = 100_000
LONGEST_KEPT = 40


class Quoted(str):
    """Text that is no plain scalar: `"~"` is not absent, and a comma in it makes no list."""

    __slots__ = ()


class PlainMapping(dict[str, "Plain"]):
    """A YAML mapping; two are equal that say the same on the same lines.

    Attributes:
        rows: the lines, from 0, that its keys stand in; None for one in braces.
    """

    rows: list[int] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlainMapping) and super().__eq__(other) and self.rows == other.rows

    __hash__ = None


class PlainList(list["Plain"]):
    """A YAML list; *rows* as in a mapping."""

    rows: list[int] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlainList) and super().__eq__(other) and self.rows == other.rows

    __hash__ = None


Plain: TypeAlias = str | PlainList | PlainMapping


class UnusualError(Exception):
    """This is for the full reader."""


KEY = r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,99}):"
QUOTED = r"\"([^\"\\]+)\"|'([^']+)'"
FIRST = r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]"
_COMMENT = pattern(r" *(?:(?<= )#.*)?")
# Within brackets a comma or a bracket ends a text; what `:`, `#` and `?` do there depends on libyaml's version.
_WORD = rf"({FIRST}[^?:,\[\]{{}}#]*+(?::(?=[0-9A-Za-z/])[^?:,\[\]{{}}#]*+)*+)"
SIMPLE_WORD = pattern(_WORD)
_SIMPLE_PAIR = pattern(rf"{KEY} +{_WORD}")
_ITEM = pattern(rf" *(?:{_WORD}|(?:{QUOTED}) *)([,\]])")
_PAIR = pattern(rf" *{KEY} +(?:{_WORD}|(?:{QUOTED}) *|(\[[^\]]*\]) *)([,}}])")
_simple_pairs: dict[str, tuple[str, str]] = {}
_known_pair = _simple_pairs.__getitem__


def brackets(text: str) -> PlainList | PlainMapping:
    """The list or mapping that *text* holds."""
    if text[0] == "{":
        return _simple_values(text) or _values(text)
    return PlainList(item for item, _ in items_in(text))


def _simple_values(text: str) -> PlainMapping | None:
    """What braces hold that have no quotes and no brackets within; None where they may."""
    if text[-1] != "}" or '"' in text:
        return None
    parts = text[1:-1].split(", ")
    try:
        values = PlainMapping(map(_known_pair, parts))
    except KeyError:
        pairs = [_simple_pairs.get(part) or _simple_pair(part) for part in parts]
        if None in pairs:
            return None
        values = PlainMapping(pairs)  # type: ignore[arg-type]  # none is None
    if len(values) != len(parts):
        raise UnusualError
    return values


def _simple_pair(part: str) -> tuple[str, str] | None:
    """The key and the value of a part between commas; None where it may be anything else."""
    found = _SIMPLE_PAIR.fullmatch(part)
    if found is None:
        return None
    pair = found[1], found[2].rstrip(" ")
    if len(part) < LONGEST_KEPT and len(_simple_pairs) < MOST_KEPT:
        _simple_pairs[part] = pair
    return pair


def _values(text: str) -> PlainMapping:
    """What braces hold, whatever it is."""
    values = PlainMapping()
    count = 0
    for key, value, _, _ in pairs_in(text):
        values[key] = value
        count += 1
    if len(values) != count:
        raise UnusualError
    return values


def pairs_in(text: str) -> Iterator[tuple[str, Plain, int, int]]:
    """Keys and values in braces, each with where it begins in *text*."""
    end, mark = 1, ","
    while mark == ",":
        found = _PAIR.match(text, end)
        if found is None:
            raise UnusualError
        key, word, one, other, inner, mark = found.groups()
        value: Plain
        if word is not None:
            value, start = word.rstrip(" "), found.start(2)
        elif inner is not None:
            start = found.start(5)
            value = PlainList(item for item, _ in items_in(inner))
        else:
            value = Quoted(one or other)
            start = found.start(3 if one else 4) - 1
        yield key, value, found.start(1), start
        end = found.end()
    if not _COMMENT.fullmatch(text, end):
        raise UnusualError


def items_in(text: str) -> Iterator[tuple[str, int]]:
    """The texts in square brackets, each with where it begins in *text*."""
    end, mark = 1, ","
    while mark == ",":
        found = _ITEM.match(text, end)
        if found is None:
            raise UnusualError
        word, one, other, mark = found.groups()
        if word is not None:
            yield word.rstrip(" "), found.start(1)
        else:
            yield Quoted(one or other), found.start(2 if one else 3) - 1
        end = found.end()
    if not _COMMENT.fullmatch(text, end):
        raise UnusualError
