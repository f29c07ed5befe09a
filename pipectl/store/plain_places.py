"""Where things stand in a plain file: the lines are taken apart once more, for the few files that it is asked of."""

import contextlib
from collections import abc
from collections.abc import Callable, Iterator
from typing import TypeAlias

from pipectl.store.plain_brackets import Plain, PlainList, PlainMapping, Quoted, UnusualError, items_in, pairs_in
from pipectl.store.plain_reader import even, lines_of, value_column
from pipectl.store.tree import Mapping, Node, Scalar, Sequence

At: TypeAlias = tuple[int, int]


def plain_nodes(root: PlainMapping, text: str) -> Mapping:
    """The tree that the full reader gives for *text*, of which *root* was read."""
    return _mapping_node(root, lines_of(text))


def _mapping_node(mapping: PlainMapping, lines: list[str]) -> Mapping:
    """A mapping that is not in braces."""
    rows = mapping.rows or []
    entries = [
        (Scalar(key, *place), _node(value, lines, row))
        for row, (key, place), value in zip(rows, key_places(mapping, lines, 0), mapping.values(), strict=True)
    ]
    return Mapping(tuple(entries), *place_of(mapping, lines, 0))


def place_of(value: Plain, lines: list[str], row: int) -> tuple[int, int]:
    """Line and column of *value*, which stands at the end of line *row* or below it."""
    rows = None if isinstance(value, str) else value.rows
    if not rows:
        return row + 1, value_column(lines[row])
    first = lines[rows[0]]
    return rows[0] + 1, (_key_start(first) if isinstance(value, PlainMapping) else _blanks(first)) + 1


class Places(abc.Mapping[str, tuple[int, int]]):
    """Where things stand in a plain file of *text*: *scalars* at its top in their lines, all else by *find_all*."""

    def __init__(self, text: str, scalars: abc.Container[str], find_all: Callable[[], abc.Mapping[str, At]]) -> None:
        self._text = even(text)
        self._scalars = scalars
        self._find_all = find_all
        self._found: abc.Mapping[str, At] | None = None

    def __getitem__(self, key: str) -> At:
        if self._found is None and key in self._scalars:
            with contextlib.suppress(UnusualError):
                return self._scalar(key)
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> abc.Mapping[str, At]:
        if self._found is None:
            self._found = self._find_all()
        return self._found

    def _scalar(self, key: str) -> At:
        # No other line begins like this: what a text goes on in is indented.
        text, start = self._text, 0
        if not text.startswith(f"{key}:"):
            start = text.index(f"\n{key}:") + 1 if f"\n{key}:" in text else -1
        if start < 0:
            raise KeyError(key)
        return text.count("\n", 0, start) + 1, value_column(text[start:].partition("\n")[0])


def key_places(mapping: PlainMapping, lines: list[str], row: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each key of *mapping*, which stands at the end of line *row* or below it, with its line and column."""
    if mapping.rows is not None:
        return ((key, (at + 1, _key_start(lines[at]) + 1)) for key, at in zip(mapping, mapping.rows, strict=True))
    column = value_column(lines[row])
    return ((key, (row + 1, column + at)) for key, _, at, _ in pairs_in(lines[row][column - 1 :]))


def _key_start(line: str) -> int:
    """Where the key of a line begins, which may stand after a dash."""
    blanks = _blanks(line)
    return blanks + 2 if line.startswith("- ", blanks) else blanks


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _node(value: Plain, lines: list[str], row: int) -> Node:
    """*value*, which stands at the end of line *row* or below it."""
    if isinstance(value, PlainMapping) and value.rows:
        return _mapping_node(value, lines)
    if isinstance(value, PlainList) and value.rows:
        items = tuple(_node(item, lines, row) for row, item in zip(value.rows, value, strict=True))
        return Sequence(items, *place_of(value, lines, row))
    line = lines[row]
    column = value_column(line)
    if isinstance(value, str):
        return Scalar(str(value), row + 1, column, not isinstance(value, Quoted))
    return _bracket_node(line[column - 1 :], row + 1, column)


def _bracket_node(text: str, line: int, column: int) -> Sequence | Mapping:
    """What stands in brackets that begin at *column*."""
    if text[0] == "[":
        return Sequence(tuple(_text_node(item, line, column + at) for item, at in items_in(text)), line, column)
    entries = []
    for key, value, at, start in pairs_in(text):
        if isinstance(value, str):
            node: Node = _text_node(value, line, column + start)
        else:
            node = _bracket_node(text[start : text.index("]", start) + 1], line, column + start)
        entries.append((Scalar(key, line, column + at), node))
    return Mapping(tuple(entries), line, column, flow=True)


def _text_node(text: str, line: int, column: int) -> Scalar:
    return Scalar(str(text), line, column, not isinstance(text, Quoted))
