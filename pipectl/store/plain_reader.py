"""The plain part of YAML, read line by line: what the full reader would give, or nothing.

Most files are lines of `key: value`, lists of such, brackets that close on their line, and blocks of text. Whatever
else YAML allows, and whatever the full reader would have to say something about, makes this one give up; it never
guesses. A node for every text would cost as much as libyaml does, so mappings are dicts of str here, with the places
of their values beside; `as_nodes` makes the full reader's tree of them. What a line says is kept, since most lines of
most files have been seen before.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from pipectl.store.tree import HASH_AND_WORD, Mapping, Node, Scalar, Sequence

# These keep within the full reader's bounds on values and on depth.
_MOST_BYTES = 1 << 16
_MOST_INDENT = 24
# What is kept of lines: a bound on memory, not on what is read.
_MOST_KEPT = 100_000
_LONGEST_KEPT = 40


class Quoted(str):
    """Text that is no plain scalar: `"~"` is not absent, and a comma in it makes no list."""

    __slots__ = ()


class PlainList(NamedTuple):
    """A YAML list. *places* are those of its scalars, or the text in brackets, which tells them."""

    items: "list[Plain]"
    places: list[tuple[int, int]] | str
    line: int
    column: int


class PlainMapping(NamedTuple):
    """A YAML mapping.

    Attributes:
        places: those of its values, or the text in braces, which tells them.
        above: the lines of keys whose value begins further down.
    """

    values: "dict[str, Plain]"
    places: dict[str, tuple[int, int]] | str
    line: int
    column: int
    above: dict[str, int] | None = None


Plain: TypeAlias = str | PlainList | PlainMapping

_KEY = r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,99}):"
_QUOTED = r"\"([^\"\\]+)\"|'([^']+)'"
_FIRST = r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]"
_LINE = re.compile(
    rf"( *)(- )?(?:{_KEY}(?: +|$))?"
    rf"(?:({_FIRST}[^:#]*+(?:(?::(?=[^ ])|(?<=[^ ])#)[^:#]*+)*+)|(?:{_QUOTED}|([|>]-?)) *|([\[{{].*))?"
    r"(?:(?<= )#.*)?"
)
_SIMPLE_TEXT = re.compile(rf"{_FIRST}[^:#]*(?<! )")
_COMMENT = re.compile(r" *(?:(?<= )#.*)?")
# Within brackets a comma or a bracket ends a text; what `:`, `#` and `?` do there depends on libyaml's version.
_WORD = rf"({_FIRST}(?:[^?:,\[\]{{}}#]|:(?=[0-9A-Za-z/]))*+)"
_SIMPLE_PAIR = re.compile(rf"{_KEY} +{_WORD}")
_ITEM = re.compile(rf" *(?:{_WORD}|(?:{_QUOTED}) *)([,\]])")
_PAIR = re.compile(rf" *{_KEY} +(?:{_WORD}|(?:{_QUOTED}) *|(\[[^\]]*\]) *)([,}}])")

_new = tuple.__new__  # a third of the time that a named tuple's own constructor takes


class _Block(NamedTuple):
    """A block of text that begins on the next line: `|`, `>`, `|-` or `>-`."""

    style: str


# What a line says, wherever it stands: indent, whether a dash comes, key, value and the value's column.
# A plain tuple, since every line of every file is taken apart. None for a value: it is on the next lines, or nothing.
_Form: TypeAlias = tuple[int, bool, str | None, str | PlainList | PlainMapping | _Block | None, int]
_END: _Form = (-1, False, None, None, 0)
_SILENT: _Form = (-2, False, None, None, 0)  # a blank line or a comment
_LAST_LINE = "\0"  # no text has it
_forms: dict[str, _Form] = {_LAST_LINE: _END}
_keyed: dict[str, _Form] = {}  # of lines up to the colon after their key
_braced: dict[str, _Form] = {}  # of lines up to their brace
_simple_pairs: dict[str, tuple[str, str]] = {}


class _UnusualError(Exception):
    """This is for the full reader."""


def read_plain(data: bytes) -> PlainMapping | None:
    """What the file with the bytes *data* says; None where it takes the full reader to tell."""
    if len(data) > _MOST_BYTES:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    # Not printable: tabs, carriage returns, a byte order mark, blanks that only look like one, whatever is forbidden.
    # Conflict markers and directives begin as no line does that is understood here.
    if text[-1:] != "\n" or not text.replace("\n", "").isprintable() or HASH_AND_WORD.search(text):
        return None
    lines = text.split("\n")
    lines[-1] = _LAST_LINE
    try:
        return _Reading(lines).root()
    except _UnusualError:
        return None


class _Reading:
    """One file being read.

    Attributes:
        forms: those of the lines that are known; of a line within a block of text it means nothing.
        row: the line that nobody has taken yet.
    """

    __slots__ = ("form", "forms", "lines", "row")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.forms = list(map(_forms.get, lines))
        self.row = -1
        self.form = _END
        self.advance()

    def root(self) -> PlainMapping:
        """The whole file, which is a mapping."""
        if self.form[0] != 0 or self.form[1]:
            raise _UnusualError
        root = self.mapping(0)
        if self.form is not _END:
            raise _UnusualError
        return root

    def advance(self) -> _Form:
        """Go to the next line that says something."""
        forms, row = self.forms, self.row + 1
        while (form := forms[row] or _learn(self.lines[row])) is _SILENT:
            row += 1
        self.row, self.form = row, form
        return form

    def mapping(self, indent: int) -> PlainMapping:
        """The mapping whose keys stand at *indent*; its first may stand after a dash."""
        first = self.row + 1
        values: dict[str, Plain] = {}
        places: dict[str, tuple[int, int]] = {}
        above: dict[str, int] = {}
        _, _, key, value, column = self.form
        while True:
            if key is None or key in values:
                raise _UnusualError
            line = self.row + 1
            if type(value) is str:
                values[key] = value
                places[key] = line, column
                at, dash, key, value, column = self.advance()
            else:
                values[key] = found = self.value(value, indent)
                if isinstance(found, str):
                    places[key] = line, column
                else:
                    places[key] = found.line, found.column
                    above[key] = line
                at, dash, key, value, column = self.form
            if at != indent or dash:
                return _new(PlainMapping, (values, places, first, indent + 1, above))

    def value(self, value: Plain | _Block | None, indent: int) -> Plain:
        """What stands after a key of a mapping at *indent*, on its line or below."""
        line = self.row + 1
        if value is None:
            below, dash = self.advance()[:2]
            if below > _MOST_INDENT:
                raise _UnusualError
            if dash and below >= indent:
                return self.sequence(below)
            return self.mapping(below) if below > indent else ""
        if isinstance(value, _Block):
            return self.block(value.style, indent)
        self.advance()
        # What a line says is kept without the line's number.
        return value if isinstance(value, str) else value._replace(line=line)

    def sequence(self, indent: int) -> PlainList:
        """The list whose dashes stand at *indent*."""
        first = self.row + 1
        items: list[Plain] = []
        places: list[tuple[int, int]] = []
        at, dash, key, value, column = self.form
        while dash and at == indent:
            places.append((self.row + 1, column if key is None else indent + 3))
            if key is not None:
                items.append(self.mapping(indent + 2))
            elif value is None or type(value) is _Block:
                raise _UnusualError
            else:
                items.append(self.value(value, indent))
            at, dash, key, value, column = self.form
        return _new(PlainList, (items, places, first, indent + 1))

    def block(self, style: str, indent: int) -> Quoted:
        """The block of text below a line of *indent*."""
        row, lines = self.row + 1, self.lines
        inner = len(lines[row]) - len(lines[row].lstrip(" "))
        margin = " " * inner
        if inner <= indent:
            raise _UnusualError
        found = []
        while lines[row].startswith(margin) or not lines[row]:
            found.append(lines[row][inner:])
            row += 1
        # Blank lines of blanks, and lines that are folded in another way than most, are for the full reader.
        if any(line and line.isspace() for line in lines[self.row + 1 : row + 1]):
            raise _UnusualError
        while not found[-1]:
            found.pop()
        if style[0] == ">" and any(not line or line[0] == " " or line[-1] == " " for line in found):
            raise _UnusualError
        self.row = row - 1
        self.advance()
        return Quoted(("\n" if style[0] == "|" else " ").join(found) + ("" if style[1:] else "\n"))


def _learn(line: str) -> _Form:
    """What a line says that was not seen before, or is too long to be kept."""
    start, brace, text = line.partition("{")
    known = _braced.get(start) if brace else None
    if known is not None:
        indent, dash, key, _, column = known
        form: _Form = (indent, dash, key, _brackets("{" + text, column), column)
    else:
        start, _, text = line.partition(": ")
        known = _keyed.get(start)
        if known is not None and _SIMPLE_TEXT.fullmatch(text):
            indent, dash, key, _, column = known
            form = (indent, dash, key, text, column)
        else:
            form = _taken_apart(line)
    if len(line) < _LONGEST_KEPT and len(_forms) < _MOST_KEPT:
        _forms[line] = form
    return form


def _taken_apart(line: str) -> _Form:
    words = line.lstrip(" ")
    if not words or words[0] == "#":
        return _SILENT
    found = _LINE.fullmatch(line)
    if found is None:
        raise _UnusualError
    blanks, mark, key = found.group(1, 2, 3)
    value, column = _value(found)
    # Nothing, a word without its key or a dash alone: what it means depends on the lines around it.
    if key is None and (mark is None or value is None):
        raise _UnusualError
    form = len(blanks), mark is not None, key, value, column
    if type(value) is str and key is not None and len(_keyed) < _MOST_KEPT:
        _keyed[line[: found.end(3)]] = (*form[:3], None, found.end(3) + 3)
    elif type(value) is PlainMapping and len(_braced) < _MOST_KEPT:
        _braced[line[: found.start(8)]] = (*form[:3], None, column)
    return form


def _value(found: re.Match[str]) -> tuple[Plain | _Block | None, int]:
    """What stands at the end of a line, and its column."""
    place = found.lastindex or 3
    text = found[place]
    if place == 4:
        return text.rstrip(" "), found.start(4) + 1
    if place == 8:
        column = found.start(8) + 1
        return _brackets(text, column), column
    if place == 7:
        return _Block(text), found.start(7) + 1
    if place > 4:
        return Quoted(text), found.start(place)
    return None, found.end(3) + 2


def _brackets(text: str, column: int) -> PlainList | PlainMapping:
    """The list or mapping that *text* holds, which begins at *column*; its line is not known yet."""
    if text[0] == "{":
        return PlainMapping(_simple_values(text) or _values(text), text, 0, column)
    return PlainList([item for item, _ in _items(text)], text, 0, column)


def _simple_values(text: str) -> dict[str, Plain] | None:
    """What braces hold that have no quotes and no brackets within; None where they may."""
    if text[-1] != "}" or "'" in text or '"' in text or "[" in text:
        return None
    values: dict[str, Plain] = {}
    parts = text[1:-1].split(", ")
    for part in parts:
        pair = _simple_pairs.get(part)
        if pair is None:
            found = _SIMPLE_PAIR.fullmatch(part)
            if found is None:
                return None
            pair = found[1], found[2].rstrip(" ")
            if len(part) < _LONGEST_KEPT and len(_simple_pairs) < _MOST_KEPT:
                _simple_pairs[part] = pair
        values[pair[0]] = pair[1]
    if len(values) != len(parts):
        raise _UnusualError
    return values


def _values(text: str) -> dict[str, Plain]:
    """What braces hold, whatever it is."""
    values = {}
    count = 0
    for key, value, _, _ in _pairs(text):
        values[key] = value
        count += 1
    if len(values) != count:
        raise _UnusualError
    return values


def _pairs(text: str) -> Iterator[tuple[str, Plain, int, int]]:
    """Keys and values in braces, each with where it begins in *text*."""
    end, mark = 1, ","
    while mark == ",":
        found = _PAIR.match(text, end)
        if found is None:
            raise _UnusualError
        key, word, one, other, inner, mark = found.groups()
        value: Plain
        if word is not None:
            value, start = word.rstrip(" "), found.start(2)
        elif inner is not None:
            start = found.start(5)
            value = PlainList([item for item, _ in _items(inner)], inner, 0, 0)
        else:
            value = Quoted(one or other)
            start = found.start(3 if one else 4) - 1
        yield key, value, found.start(1), start
        end = found.end()
    if not _COMMENT.fullmatch(text, end):
        raise _UnusualError


def _items(text: str) -> Iterator[tuple[str, int]]:
    """The texts in square brackets, each with where it begins in *text*."""
    end, mark = 1, ","
    while mark == ",":
        found = _ITEM.match(text, end)
        if found is None:
            raise _UnusualError
        word, one, other, mark = found.groups()
        if word is not None:
            yield word.rstrip(" "), found.start(1)
        else:
            yield Quoted(one or other), found.start(2 if one else 3) - 1
        end = found.end()
    if not _COMMENT.fullmatch(text, end):
        raise _UnusualError


def key_places(mapping: PlainMapping) -> Iterator[tuple[str, tuple[int, int]]]:
    """The keys of *mapping*, each with its line and column."""
    _, places, line, column, above = mapping
    if isinstance(places, str):
        return ((key, (line, column + at)) for key, at in _columns(places))
    lines = {key: line for key, (line, _) in places.items()} | (above or {})
    return ((key, (line, column)) for key, line in lines.items())


@lru_cache(1 << 12)
def _columns(text: str) -> tuple[tuple[str, int], ...]:
    """The keys in braces, each with where it begins in *text*."""
    return tuple((key, at) for key, _, at, _ in _pairs(text))


def as_nodes(root: PlainMapping) -> Mapping:
    """The tree that the full reader gives for the same text."""
    places = root.places
    if isinstance(places, str):
        places = {key: (root.line, root.column + start) for key, _, _, start in _pairs(places)}
    entries = tuple((Scalar(key, *at), _node(root.values[key], *places[key])) for key, at in key_places(root))
    return Mapping(entries, root.line, root.column, isinstance(root.places, str))


def _node(value: Plain, line: int, column: int) -> Node:
    """*value*, which stands at *line* and *column* unless it knows better."""
    if isinstance(value, str):
        return Scalar(str(value), line, column, not isinstance(value, Quoted))
    if isinstance(value, PlainMapping):
        return as_nodes(value)
    places = value.places
    if isinstance(places, list):
        items = tuple(_node(item, *place) for item, place in zip(value.items, places, strict=True))
        return Sequence(items, value.line, value.column)
    # A list within braces is kept without its place.
    line, column = (value.line, value.column) if value.line else (line, column)
    return Sequence(tuple(_node(text, line, column + start) for text, start in _items(places)), line, column)
