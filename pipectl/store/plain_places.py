"""Where things stand in a plain file: the lines are taken apart once more, for the few files that it is asked of."""

import contextlib
import re
from collections import abc
from collections.abc import Callable, Iterator
from typing import TypeAlias

from pipectl.model.pattern import pattern
from pipectl.store.plain_brackets import Plain, PlainList, PlainMapping, Quoted, UnusualError, items_in, pairs_in
from pipectl.store.plain_reader import SILENT, even, known_form, lines_of, value_column
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
    if isinstance(value, str):
        return _text_place(value, lines, row)
    rows = value.rows
    if not rows:
        return row + 1, value_column(lines[row])
    first = lines[rows[0]]
    return rows[0] + 1, (_key_start(first) if isinstance(value, PlainMapping) else _blanks(first)) + 1


def _text_place(text: str, lines: list[str], row: int) -> tuple[int, int]:
    *_, value, column = known_form(lines[row])
    if value is None and text:
        # It begins on the first line below that says something.
        row = next(below for below in range(row + 1, len(lines)) if known_form(lines[below]) is not SILENT)
        column = _blanks(lines[row]) + 1
    return row + 1, column


class Places(abc.Mapping[str, tuple[int, int]]):
    """Where things stand in a plain file of *text*.

    The values of *keys*, which are at its top, and the items of the lists *as_written*, whose order is that of the
    file, are looked up one by one; once anything else is asked for, *find_all* takes the whole file apart.
    """

    def __init__(
        self,
        text: str,
        keys: abc.Container[str],
        as_written: abc.Container[str],
        find_all: Callable[[], abc.Mapping[str, At]],
    ) -> None:
        self._text = even(text)
        self._keys = keys
        self._as_written = as_written
        self._find_all = find_all
        self._found: abc.Mapping[str, At] | None = None

    def __getitem__(self, key: str) -> At:
        if self._found is None:
            with contextlib.suppress(UnusualError):
                if key in self._keys:
                    return self._value(key)
                name, _, index = key.partition(".")
                if name in self._as_written and index.isdecimal():
                    return self._item(name, int(index))
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> abc.Mapping[str, At]:
        if self._found is None:
            self._found = self._find_all()
        return self._found

    def _value(self, key: str) -> At:
        text, start = self._text, self._start(key)
        line, after = text.count("\n", 0, start) + 1, start + len(key) + 1
        if text[after : after + 1] == " " and text[after + 1 : after + 2] not in _NO_VALUE:
            return line, len(key) + 3
        column, below, first = self._below(start)
        if first is None:
            return line, column
        return line + 1 + below.count("\n", 0, first.start(1)), len(first[1]) + 1

    def _item(self, key: str, index: int) -> At:
        start = self._start(key)
        _, below, first = self._below(start)
        indent = len(first[1]) if first is not None else 0
        found = []
        for row, line in enumerate(below.split("\n")):
            said = line.lstrip(" ")
            blanks = len(line) - len(said)
            if not said or said[0] == "#" or blanks > indent:
                continue
            if blanks < indent or not said.startswith("- "):
                break
            if not _SAYS_SOMETHING.match(said):
                raise UnusualError
            found.append(row)
        if index >= len(found):
            raise UnusualError
        return self._text.count("\n", 0, start) + 2 + found[index], indent + 3

    def _start(self, key: str) -> int:
        # No other line begins like this: what a text goes on in is indented.
        if self._text.startswith(f"{key}:"):
            return 0
        before = self._text.find(f"\n{key}:")
        if before < 0:
            raise KeyError(key)
        return before + 1

    def _below(self, start: int) -> tuple[int, str, re.Match[str] | None]:
        """The column of a value in the line from *start* on, what is below, and the first of that which is its own."""
        line, _, below = self._text[start:].partition("\n")
        _, _, _, value, column = known_form(line)
        return column, below, None if value is not None else _FIRST_BELOW.match(below)


_NO_VALUE = ("", " ", "#", "\n")
_FIRST_BELOW = pattern(r"(?: *(?:#.*)?\n)*( *)(?:- |(?<= )[^ \n#])")
# An item that is a mapping, and no empty one, which would be left out.
_SAYS_SOMETHING = pattern(r"- (?:\{ *[^ }]|[^{ ]+:)")


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
    if isinstance(value, str):
        return Scalar(str(value), *_text_place(value, lines, row), not isinstance(value, Quoted))
    column = value_column(line)
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
