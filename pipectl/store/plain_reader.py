"""The plain part of YAML, read line by line: what the full reader would give, or nothing.

Most files are lines of `key: value`, lists of such, brackets that close on their line, and blocks of text. Whatever
else YAML allows, and whatever the full reader would have to say something about, makes this one give up; it never
guesses. A node for every text would cost as much as libyaml does, so mappings are dicts of str here, with nothing but
the rows that their keys stand in; `plain_nodes` makes the full reader's tree of them. What a line says is kept, since
most lines of most files have been seen before.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from pipectl.store.tree import HASH_AND_WORD

# These keep within the full reader's bounds on values and on depth.
_MOST_BYTES = 1 << 16
_MOST_INDENT = 24
# What is kept of lines: a bound on memory, not on what is read.
_MOST_KEPT = 100_000
_LONGEST_KEPT = 40


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
_known_pair = _simple_pairs.__getitem__


class UnusualError(Exception):
    """This is for the full reader."""


def read_plain(data: bytes) -> PlainMapping | None:
    """What the file with the bytes *data* says; None where it takes the full reader to tell."""
    if len(data) > _MOST_BYTES:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if _LAST_LINE in text:
        return None
    lines = lines_of(text)
    is_ended = not lines[-1]
    if is_ended:
        lines.pop()
    lines.append(_LAST_LINE)
    try:
        return _Reading(lines, is_ended=is_ended).root()
    except UnusualError:
        return None


def lines_of(text: str) -> list[str]:
    """The lines of *text*, of which the last is empty where it ends as a file should."""
    return even(text).split("\n")


def even(text: str) -> str:
    """*text* without a byte order mark, its lines ended as elsewhere."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n") if "\r" in text else text


class _Reading:
    """One file being read.

    Attributes:
        forms: those of the lines that are known; of a line within a block of text it means nothing.
        row: the line that nobody has taken yet.
        is_ended: a newline ends the last line, which for a block of text is a part of it.
    """

    __slots__ = ("form", "forms", "is_ended", "lines", "row")

    def __init__(self, lines: list[str], *, is_ended: bool) -> None:
        self.is_ended = is_ended
        self.lines = lines
        self.forms = list(map(_forms.get, lines))
        self.row = -1
        self.form = _END
        self.advance()

    def root(self) -> PlainMapping:
        """The whole file, which is a mapping."""
        if self.form[0] != 0 or self.form[1]:
            raise UnusualError
        root = self.mapping(0)
        if self.form is not _END:
            raise UnusualError
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
        found = PlainMapping()
        found.rows = rows = []
        forms, lines, row = self.forms, self.lines, self.row
        _, _, key, value, _ = self.form
        while True:
            if key is None or key in found:
                raise UnusualError
            rows.append(row)
            if value is None or isinstance(value, _Block):
                self.row = row
                found[key] = self.below(value, indent)
                row, form = self.row, self.form
            else:
                found[key] = value
                row += 1
                # `advance`, within reach: this is most of the work.
                while (form := forms[row] or _learn(lines[row])) is _SILENT:
                    row += 1
            at, dash, key, value, _ = form
            if at != indent or dash:
                self.row, self.form = row, form
                return found

    def below(self, value: _Block | None, indent: int) -> Plain:
        """What stands on the lines below a key of a mapping at *indent*."""
        if value is not None:
            return self.block(value.style, indent)
        below, dash = self.advance()[:2]
        if below > _MOST_INDENT:
            raise UnusualError
        if dash and below >= indent:
            return self.sequence(below)
        return self.mapping(below) if below > indent else ""

    def sequence(self, indent: int) -> PlainList:
        """The list whose dashes stand at *indent*."""
        found = PlainList()
        found.rows = rows = []
        at, dash, key, value, _ = self.form
        while dash and at == indent:
            rows.append(self.row)
            if key is not None:
                found.append(self.mapping(indent + 2))
                at, dash, key, value, _ = self.form
            elif value is None or isinstance(value, _Block):
                raise UnusualError
            else:
                found.append(value)
                at, dash, key, value, _ = self.advance()
        return found

    def block(self, style: str, indent: int) -> Quoted:
        """The block of text below a line of *indent*."""
        row, lines = self.row + 1, self.lines
        inner = len(lines[row]) - len(lines[row].lstrip(" "))
        margin = " " * inner
        if inner <= indent:
            raise UnusualError
        found = []
        while lines[row].startswith(margin) or not lines[row]:
            found.append(lines[row][inner:])
            row += 1
        # Blank lines of blanks, and lines that are folded in another way than most, are for the full reader.
        if any(map(_is_strange, found)) or any(line.isspace() for line in lines[self.row + 1 : row + 1]):
            raise UnusualError
        if lines[row] is _LAST_LINE and not self.is_ended:
            raise UnusualError
        while not found[-1]:
            found.pop()
        if style[0] == ">" and any(not line or line[0] == " " or line[-1] == " " for line in found):
            raise UnusualError
        self.row = row - 1
        self.advance()
        return Quoted(("\n" if style[0] == "|" else " ").join(found) + ("" if style[1:] else "\n"))


def _is_strange(line: str) -> bool:
    """Whether the full reader may have something to say of *line*, wherever it stands.

    Not printable: tabs, carriage returns, a byte order mark, blanks that only look like one, whatever is forbidden.
    Conflict markers and directives begin as no line does that is understood here.
    """
    return not line.isprintable() or ("#" in line and HASH_AND_WORD.search(line) is not None)


def _learn(line: str) -> _Form:
    """What a line says that was not seen before, or is too long to be kept."""
    if _is_strange(line):
        raise UnusualError
    start, brace, text = line.partition("{")
    known = _braced.get(start) if brace else None
    if known is not None:
        indent, dash, key, _, column = known
        form: _Form = (indent, dash, key, _brackets("{" + text), column)
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
        raise UnusualError
    blanks, mark, key = found.group(1, 2, 3)
    value, column = _value(found)
    # Nothing, a word without its key or a dash alone: what it means depends on the lines around it.
    if key is None and (mark is None or value is None):
        raise UnusualError
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
        return _brackets(text), found.start(8) + 1
    if place == 7:
        return _Block(text), found.start(7) + 1
    if place > 4:
        return Quoted(text), found.start(place)
    return None, found.end(3) + 2


def _brackets(text: str) -> PlainList | PlainMapping:
    """The list or mapping that *text* holds."""
    if text[0] == "{":
        return _simple_values(text) or _values(text)
    return PlainList(item for item, _ in items_in(text))


def _simple_values(text: str) -> PlainMapping | None:
    """What braces hold that have no quotes and no brackets within; None where they may."""
    if text[-1] != "}":
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
    if len(part) < _LONGEST_KEPT and len(_simple_pairs) < _MOST_KEPT:
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


def value_column(line: str) -> int:
    """The column of the value in a line that was read."""
    return (_forms.get(line) or _taken_apart(line))[-1]
