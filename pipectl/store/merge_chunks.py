"""A YAML file cut into its entries, each with the comments and blank lines that belong to it.

Put together again, the pieces are the file, character for character. An entry owns the lines above it down from the
entry before, the rest of its own line, and the comments below it that are indented deeper than its neighbours.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from pipectl.model.frozen import frozen, replace
from pipectl.store.edit_document import Document
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_spans import Span

_DASH = re.compile(r" *-( +)\Z")
_REMARK = re.compile(r"#[^\r\n]*")
_COMMENT = re.compile(r"( *)#")


@frozen
class Leaf:
    """A value in one piece: a scalar, or a collection in brackets or braces."""

    text: str
    span: Span


@frozen
class Block:
    """A mapping or a list over several lines.

    Attributes:
        column: where its keys or dashes stand.
        entries: by key, or by number.
    """

    column: int
    entries: "dict[str | int, Chunk]"

    @property
    def text(self) -> str:
        return "".join(chunk.text for chunk in self.entries.values())

    def at(self, column: int) -> "Block":
        """The same with its lines indented so that it stands at *column*."""
        if column == self.column:
            return self
        moved = {name: chunk.moved(column - self.column) for name, chunk in self.entries.items()}
        return Block(column, moved)


Body: TypeAlias = Leaf | Block | None


@frozen
class Chunk:
    """One entry of a block.

    Attributes:
        lead: the lines above it.
        head: its key or its dash, up to the value; the whole line where the value stands below, or is missing.
        body: the value; None where it is missing.
        tail: the rest of its last line, and deeper comments below.
    """

    lead: str
    head: str
    body: Body
    tail: str

    @property
    def own(self) -> str:
        """Its text without the lines above it."""
        if self.body is None:
            return self.head + self.tail
        return (
            dashed(self.head, self.body.text) + self.tail if self.is_dashed else self.head + self.body.text + self.tail
        )

    @property
    def text(self) -> str:
        return self.lead + self.own

    @property
    def is_dashed(self) -> bool:
        """Whether it is a dash with a block beside it, whose first line is the dash's own."""
        return isinstance(self.body, Block) and not self.head.endswith("\n")

    @property
    def is_below(self) -> bool:
        """Whether the value stands on the lines below its key, or would."""
        return self.body is None or (isinstance(self.body, Block) and not self.is_dashed)

    @property
    def is_open(self) -> bool:
        """Whether entries on lines of their own stand in it, or may."""
        return self.body is None or isinstance(self.body, Block)

    def moved(self, by: int) -> "Chunk":
        """The same with every line indented by some columns more, or less."""
        body = self.body
        if isinstance(body, Block):
            body = body.at(body.column + by)
        elif body is not None:
            # The first line of the value is part of the head's.
            first, *others = body.text.split("\n")
            body = replace(body, text="\n".join([first, *(_moved(line, by) for line in others)]))
        tail, *below = self.tail.split("\n")
        return Chunk(
            "\n".join(_moved(line, by) for line in self.lead.split("\n")),
            "\n".join(_moved(line, by) for line in self.head.split("\n")),
            body,
            "\n".join([tail, *(_moved(line, by) for line in below)]),
        )


def _moved(line: str, by: int) -> str:
    if not line.strip() or by >= 0:
        return " " * by + line if line.strip() else line
    if line[:-by].strip():
        raise Refused("a line is indented less than it would have to be")
    return line[-by:]


def dashed(dash: str, text: str) -> str:
    """A block's text with its first line behind the *dash*."""
    if text[: len(dash)].strip():
        raise Refused("comments stand between a dash and its first key")
    return dash + text[len(dash) :]


def cut(document: Document) -> tuple[Block, str]:
    """The entries of a file that is a mapping over several lines, and what stands below the last one.

    Raises:
        Refused: it is no such mapping, or has what can't be cut: anchors, tags, a dash without a value beside it.
    """
    root = document.root
    if root is None:
        return Block(0, {}), document.text
    if root.kind != "mapping" or root.flow:
        raise Refused("the file is no mapping of one key a line")
    block, end = _Cutting(document).block(root, 0)
    return block, document.text[end:]


def comments(document: Document) -> list[str]:
    """Every comment of a file, from its hash on."""
    found, at = [], 0
    for start, stop in (*_texts(document.root), (len(document.text), 0)):
        found += _REMARK.findall(document.text, at, max(at, start))
        at = max(at, stop)
    return found


def _texts(span: Span | None) -> Iterator[tuple[int, int]]:
    """Where each scalar starts and stops."""
    if span is None:
        return
    if span.kind == "scalar":
        yield span.start, span.stop
    for item in span.items if span.kind in ("list", "mapping") else ():
        yield from _texts(item)


class _Cutting:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text

    def block(self, span: Span, start: int) -> tuple[Block, int]:
        """The entries of a block whose lines begin at *start*, and where they end."""
        self._refuse_unusual(span)
        column = self.document.column(span.outer)
        entries: dict[str | int, Chunk] = {}
        nodes: Iterator[tuple[Span | None, Span]] = (
            iter(span.entries) if span.kind == "mapping" else ((None, item) for item in span.items)
        )
        for number, (key, value) in enumerate(nodes):
            name = number if key is None else key.text
            if name in entries or (key is not None and key.kind != "scalar"):
                raise Refused("a key stands twice, or is no text", line=self.document.line(value.outer))
            chunk, start = self._chunk(key, value, start, column)
            entries[name] = chunk
        return Block(column, entries), start

    def _chunk(self, key: Span | None, value: Span, start: int, column: int) -> tuple[Chunk, int]:
        document, text = self.document, self.text
        self._refuse_unusual(value)
        first = key or value
        begin = max(start, document.line_start(first.outer))
        # The first key behind a dash is indented as the others are.
        indent = " " * column if begin > document.line_start(first.outer) else ""
        lead = text[start:begin]
        if key is None and not _DASH.fullmatch(text[begin : value.outer]):
            raise Refused("a dash has no value beside it", line=document.line(value.outer))
        if value.is_nothing and key is not None:
            stop = document.next_line(key.stop)
            end = self._below(stop, column)
            return Chunk(lead, indent + text[begin:stop], None, text[stop:end]), end
        body: Body
        if value.kind in ("mapping", "list") and not value.flow:
            inside = value.outer if key is None else document.next_line(key.stop)
            body, stop = self.block(value, inside)
            end = self._below(stop, column)
            return Chunk(lead, indent + text[begin:inside], body, text[stop:end]), end
        stop = value.end
        body = Leaf(text[value.start : stop], value)
        end = self._below(stop if document.starts_line(stop) else document.next_line(stop), column)
        return Chunk(lead, indent + text[begin : value.start], body, text[stop:end]), end

    def _below(self, start: int, column: int) -> int:
        """Where the comments end that stand from *start* on and are indented deeper than *column*."""
        end, at = start, start
        while at < len(self.text):
            line = self.text[at : self.document.line_stop(at)]
            comment = _COMMENT.match(line)
            at = self.document.next_line(at)
            if comment and len(comment[1]) > column:
                end = at
            elif line.strip():
                break
        return end

    def _refuse_unusual(self, span: Span) -> None:
        if span.kind == "alias" or span.anchor is not None or span.tag is not None:
            raise Refused("anchors, aliases and tags can't be merged", line=self.document.line(span.outer))
