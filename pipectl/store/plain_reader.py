"""The plain part of YAML, read line by line: what the full reader would give, or nothing.

Most files are lines of `key: value`, lists of such, brackets that close on their line, and blocks of text. Whatever
else YAML allows, and whatever the full reader would have to say something about, makes this one give up; it never
guesses. A node for every text would cost as much as libyaml does, so mappings are dicts of str here, with nothing but
the rows that their keys stand in; `plain_nodes` makes the full reader's tree of them. What a line says is kept, since
most lines of most files have been seen before.
"""

import re
from typing import NamedTuple, TypeAlias

from pipectl.store.plain_brackets import (
    FIRST,
    KEY,
    LONGEST_KEPT,
    MOST_KEPT,
    QUOTED,
    Plain,
    PlainList,
    PlainMapping,
    Quoted,
    UnusualError,
    brackets,
)
from pipectl.store.tree import HASH_AND_WORD

# These keep within the full reader's bounds on values and on depth.
_MOST_BYTES = 1 << 16
MOST_INDENT = 24

_LINE = re.compile(
    rf"( *)(- )?(?:{KEY}(?: +|$))?"
    rf"(?:({FIRST}[^:#]*+(?:(?::(?=[^ ])|(?<=[^ ])#)[^:#]*+)*+)|(?:{QUOTED}|([|>]-?)) *|([\[{{].*))?"
    r"(?:(?<= )#.*)?"
)
SIMPLE_TEXT = re.compile(rf"{FIRST}[^:#]*(?<! )")


class Block(NamedTuple):
    """A block of text that begins on the next line: `|`, `>`, `|-` or `>-`."""

    style: str


# What a line says, wherever it stands: indent, whether a dash comes, key, value and the value's column.
# A plain tuple, since every line of every file is taken apart. None for a value: it is on the next lines, or nothing.
# A value without dash or key is text that a line before has begun, or its key.
Form: TypeAlias = tuple[int, bool, str | None, str | PlainList | PlainMapping | Block | None, int]
_END: Form = (-1, False, None, None, 0)
SILENT: Form = (-2, False, None, None, 0)  # a blank line or a comment
LAST_LINE = "\0"  # no text has it
_forms: dict[str, Form] = {LAST_LINE: _END}
_keyed: dict[str, Form] = {}  # of lines up to the colon after their key
_braced: dict[str, Form] = {}  # of lines up to their brace


def read_plain(data: bytes) -> PlainMapping | None:
    """What the file with the bytes *data* says; None where it takes the full reader to tell."""
    text = plain_text(data)
    if text is None:
        return None
    try:
        return Reading(*ended(text)).root()
    except UnusualError:
        return None


def plain_text(data: bytes) -> str | None:
    """The text of a file that may be plain; None of any other."""
    if len(data) > _MOST_BYTES:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if LAST_LINE in text else even(text)


def ended(text: str) -> tuple[list[str], bool]:
    """The lines of *text* with one more that ends them all, and whether a newline ends the last of its own."""
    lines = text.split("\n")
    is_ended = not lines[-1]
    if is_ended:
        lines.pop()
    lines.append(LAST_LINE)
    return lines, is_ended


def lines_of(text: str) -> list[str]:
    """The lines of *text*, of which the last is empty where it ends as a file should."""
    return even(text).split("\n")


def even(text: str) -> str:
    """*text* without a byte order mark, its lines ended as elsewhere."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n") if "\r" in text else text


class Reading:
    """One file being read.

    Attributes:
        forms: those of the lines that are known; of a line within a block of text it means nothing.
        row: the line that nobody has taken yet.
        is_ended: a newline ends the last line, which for a block of text is a part of it.
    """

    __slots__ = ("form", "forms", "is_ended", "lines", "row")

    def __init__(self, lines: list[str], is_ended: bool, row: int = -1) -> None:
        self.is_ended = is_ended
        self.lines = lines
        self.forms = list(map(_forms.get, lines))
        self.row = row
        self.form = _END

    def root(self) -> PlainMapping:
        """The whole file, which is a mapping."""
        self.advance()
        if self.form[0] != 0 or self.form[1]:
            raise UnusualError
        root = self.mapping(0)
        if self.form is not _END:
            raise UnusualError
        return root

    def advance(self) -> Form:
        """Go to the next line that says something."""
        forms, row = self.forms, self.row + 1
        while (form := forms[row] or _learn(self.lines[row])) is SILENT:
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
            if value is None or isinstance(value, Block):
                self.row = row
                found[key] = self.below(value, indent)
                row, form = self.row, self.form
            else:
                found[key] = value
                row += 1
                # `advance`, within reach: this is most of the work.
                while (form := forms[row] or _learn(lines[row])) is SILENT:
                    row += 1
            at, dash, key, value, _ = form
            if at > indent and key is None and row == rows[-1] + 1:
                last = next(reversed(found))
                found[last] = self.folded(found[last], row - 1, indent)
                row, form = self.row, self.form
                at, dash, key, value, _ = form
            if at != indent or dash:
                self.row, self.form = row, form
                return found

    def below(self, value: Block | None, indent: int) -> Plain:
        """What stands on the lines below a key of a mapping at *indent*."""
        if value is not None:
            return self.block(value.style, indent)
        below, dash, key, text, _ = self.advance()
        if below > MOST_INDENT:
            raise UnusualError
        if dash and below >= indent:
            return self.sequence(below)
        if below <= indent:
            return ""
        return self.mapping(below) if key is not None else self.folded(text, self.row, indent)

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
            elif value is None or isinstance(value, Block):
                raise UnusualError
            else:
                found.append(value)
                at, dash, key, value, _ = self.advance()
        return found

    def folded(self, begins: Plain | Block | None, row: int, indent: int) -> str:
        """The plain text that *begins* on line *row*, with what it goes on with on the lines right below."""
        texts, first = [begins], row
        at, dash, key, text, _ = self.forms[row + 1] or _learn(self.lines[row + 1])
        while at > indent and not dash and key is None:
            row += 1
            texts.append(text)
            at, dash, key, text, _ = self.forms[row + 1] or _learn(self.lines[row + 1])
        # A comment ends a text.
        if set(map(type, texts)) != {str} or any("#" in line for line in self.lines[first : row + 1]):
            raise UnusualError
        self.row = row
        self.advance()
        return " ".join(map(str, texts))

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
        if lines[row] is LAST_LINE and not self.is_ended:
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


def _learn(line: str) -> Form:
    """What a line says that was not seen before, or is too long to be kept."""
    form = form_of(line)
    if len(line) < LONGEST_KEPT and len(_forms) < MOST_KEPT:
        _forms[line] = form
    return form


def form_of(line: str) -> Form:
    """What a line says by itself."""
    if _is_strange(line):
        raise UnusualError
    start, brace, text = line.partition("{")
    known = _braced.get(start) if brace else None
    if known is not None:
        indent, dash, key, _, column = known
        form: Form = (indent, dash, key, brackets("{" + text), column)
    else:
        start, _, text = line.partition(": ")
        known = _keyed.get(start)
        if known is not None and SIMPLE_TEXT.fullmatch(text):
            indent, dash, key, _, column = known
            form = (indent, dash, key, text, column)
        else:
            form = _taken_apart(line)
    return form


def _taken_apart(line: str) -> Form:
    words = line.lstrip(" ")
    if not words or words[0] == "#":
        return SILENT
    found = _LINE.fullmatch(line)
    if found is None:
        raise UnusualError
    blanks, mark, key = found.group(1, 2, 3)
    value, column = _value(found)
    # Nothing or a dash alone: what it means depends on the lines around it.
    if key is None and (value is None or (mark is None and type(value) is not str)):
        raise UnusualError
    form = len(blanks), mark is not None, key, value, column
    if type(value) is str and key is not None and len(_keyed) < MOST_KEPT:
        _keyed[line[: found.end(3)]] = (*form[:3], None, found.end(3) + 3)
    elif type(value) is PlainMapping and len(_braced) < MOST_KEPT:
        _braced[line[: found.start(8)]] = (*form[:3], None, column)
    return form


def _value(found: re.Match[str]) -> tuple[Plain | Block | None, int]:
    """What stands at the end of a line, and its column."""
    place = found.lastindex or 3
    text = found[place]
    if place == 4:
        return text.rstrip(" "), found.start(4) + 1
    if place == 8:
        return brackets(text), found.start(8) + 1
    if place == 7:
        return Block(text), found.start(7) + 1
    if place > 4:
        return Quoted(text), found.start(place)
    return None, found.end(3) + 2


def value_column(line: str) -> int:
    """The column of the value in a line that was read."""
    return known_form(line)[-1]


def known_form(line: str) -> Form:
    """What a line says that was read."""
    return _forms.get(line) or _taken_apart(line)
