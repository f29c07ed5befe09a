"""The span of every node in a YAML text: where it stands, character for character.

Spans come from the marks of the parser's events, mended where those say less than an editor has to know: a node's start
includes its anchor and tag, a block of text ends after the blank lines that follow it, a block collection ends where
the next token starts, and a missing value may be marked far below its key. They are made when they are asked for, as
an edit looks at few of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias
from weakref import ref

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pipectl.model.frozen import frozen
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_scalars import NULLS

BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")

Kind: TypeAlias = Literal["scalar", "alias", "list", "mapping"]

_GAP = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
_TAG = re.compile(r"!<[^>\s]*>|![^\s,\[\]{}]*")


def skip_gap(text: str, at: int) -> int:
    """Where the first character from *at* on stands that is neither blank nor comment."""
    found = _GAP.match(text, at)
    return found.end() if found else at


@frozen
class Source:
    """A text and the events in it.

    Attributes:
        ends: the number of the event that ends a collection, by that of the one that starts it.
        targets: the number of the event that an alias stands for, by that of the alias.
        shared: the numbers of the events that aliases stand for.
        documents: the number of the first event inside each document.
    """

    text: str
    events: list[Any]  # PyYAML's events are untyped
    ends: dict[int, int]
    targets: dict[int, int]
    shared: frozenset[int]
    documents: tuple[int, ...]


def source_of(text: str, events: list[Any]) -> Source:  # PyYAML's events are untyped
    """*text* with what its *events* say of each other."""
    ends: dict[int, int] = {}
    targets: dict[int, int] = {}
    documents: list[int] = []
    anchors: dict[str, int] = {}
    started: list[int] = []
    for number, event in enumerate(events):
        kind = type(event)
        if kind is ScalarEvent:
            if event.anchor is not None:
                anchors[event.anchor] = number
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            started.append(number)
            if event.anchor is not None:
                anchors[event.anchor] = number
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            ends[started.pop()] = number
        elif kind is AliasEvent:
            if event.anchor in anchors:
                targets[number] = anchors[event.anchor]
        elif kind is DocumentStartEvent:
            documents.append(number + 1)
            anchors = {}
    return Source(text, events, ends, targets, frozenset(targets.values()), tuple(documents))


class Extent(NamedTuple):
    """Where a node ends.

    Attributes:
        stop: after its last visible character.
        end: `stop`, or after the blank lines that belong to it (`|+`).
        loose: after all blank lines that follow a block of text.
    """

    stop: int
    end: int
    loose: int


# Not frozen: its end and its items are filled in when they are first asked for.
@dataclass(slots=True, eq=False, weakref_slot=True)
class Span:
    """One node of the file: what it is and where it stands, in characters of the text.

    Attributes:
        event: number of its first event; `after`: of the first event behind it.
        around: what it stands in, which is kept by the document alone: the program searches for no cycles, and one
            through each of a thousand files would stay.
        outer: where it starts with its anchor and tag; `start`: without them.
        text: what a scalar says, or the scalar that an alias stands for.
        style: of a scalar: "", ', ", | or >.
        keyless: a missing value whose key has no colon.
    """

    source: Source
    kind: Kind
    event: int
    after: int
    around: "ref[Span] | None"
    outer: int
    start: int
    text: str = ""
    style: str = ""
    flow: bool = False
    anchor: str | None = None
    tag: str | None = None
    keyless: bool = False
    extent: Extent | None = None
    children: "list[Span] | None" = None

    @property
    def parent(self) -> "Span | None":
        """What it stands in; None for the whole of a document."""
        if self.around is None:
            return None
        found = self.around()
        if found is None:
            raise ReferenceError("a span is asked for its parent after the end of its document")
        return found

    @property
    def stop(self) -> int:
        return (self.extent or self._measured()).stop

    @property
    def end(self) -> int:
        return (self.extent or self._measured()).end

    @property
    def loose(self) -> int:
        return (self.extent or self._measured()).loose

    @property
    def items(self) -> "list[Span]":
        """The items of a list; of a mapping, keys and values by turns."""
        if self.children is None:
            self.children = list(_children(self))
        return self.children

    @property
    def entries(self) -> "list[tuple[Span, Span]]":
        """Keys and values of a mapping."""
        return list(zip(self.items[::2], self.items[1::2], strict=True))

    @property
    def key(self) -> "Span | None":
        """The key of a value in a mapping."""
        parent = self.parent
        if parent is None or parent.kind != "mapping":
            return None
        place = parent.items.index(self)
        return parent.items[place - 1] if place % 2 else None

    @property
    def shared(self) -> bool:
        """Whether an alias stands for it."""
        return self.event in self.source.shared

    @property
    def in_flow(self) -> bool:
        """Whether it stands inside brackets or braces."""
        parent = self.parent
        return parent is not None and (parent.flow or parent.in_flow)

    @property
    def is_nothing(self) -> bool:
        """Whether it is a missing value, without anchor and tag."""
        return self.kind == "scalar" and self.start == self.stop and self.anchor is None and self.tag is None

    @property
    def is_null(self) -> bool:
        """Whether it says "no value": missing, ~ or null, unquoted."""
        return self.kind == "scalar" and not self.style and self.tag is None and self.text in NULLS

    @property
    def is_block_text(self) -> bool:
        return self.style in ("|", ">") and bool(self.style)

    def ancestors(self) -> "Iterator[Span]":
        """This node, its parent, and so on up to the root."""
        span: Span | None = self
        while span is not None:
            yield span
            span = span.parent

    def _measured(self) -> Extent:
        mark = self.source.events[self.after - 1].end_mark.index
        if self.flow and self.source.text[mark - 1 : mark] in ("]", "}"):
            self.extent = Extent(mark, mark, mark)
        elif self.items:  # a block, or `a: 1` alone in a flow list
            last = self.items[-1]
            self.extent = Extent(last.stop, last.end, last.loose)
        else:
            self.extent = Extent(self.start, self.start, self.start)
        return self.extent


def roots(source: Source) -> list[Span]:
    """The whole of every document."""
    return [_span(source, number, None) for number in source.documents]


def _children(whole: Span) -> Iterator[Span]:
    number = whole.event + 1
    key: Span | None = None
    around = ref(whole)
    while number < whole.after - 1:
        span = _span(whole.source, number, around)
        if key is not None and span.is_nothing:
            _place_missing(span, key)
        yield span
        key = span if whole.kind == "mapping" and key is None else None
        number = span.after


def _place_missing(span: Span, key: Span) -> None:
    text = span.source.text
    colon = skip_gap(text, key.stop)
    span.keyless = text[colon : colon + 1] != ":"
    at = key.stop if span.keyless else colon + 1
    span.outer = span.start = at
    span.extent = Extent(at, at, at)


def _span(source: Source, number: int, around: "ref[Span] | None") -> Span:
    event = source.events[number]
    kind = type(event)
    if kind is ScalarEvent:
        return _scalar(source, number, around)
    outer = event.start_mark.index
    if kind is AliasEvent:
        stop = event.end_mark.index
        target = source.events[source.targets[number]] if number in source.targets else None
        text = target.value if type(target) is ScalarEvent else ""
        extent = Extent(stop, stop, stop)
        return Span(source, "alias", number, number + 1, around, outer, outer, text, anchor=event.anchor, extent=extent)
    return Span(
        source,
        "mapping" if kind is MappingStartEvent else "list",
        number,
        source.ends[number] + 1,
        around,
        outer,
        _after_properties(source.text, event, outer, missing=False),
        flow=bool(event.flow_style),
        anchor=event.anchor,
        tag=event.tag,
    )


def _scalar(source: Source, number: int, around: "ref[Span] | None") -> Span:
    event, text = source.events[number], source.text
    outer, loose = event.start_mark.index, min(event.end_mark.index, len(text))
    style = event.style or ""
    start = _after_properties(text, event, outer, missing=not style and not event.value)
    if style and text[start] != style:
        raise Refused("cannot tell where the value starts", line=event.start_mark.line + 1)
    stop = end = max(start, outer + len(text[outer:loose].rstrip(" \t\r\n")))
    header = BLOCK_HEADER.match(text, start) if style in ("|", ">") and style else None
    if header and "+" in header.group():
        end = loose
    extent = Extent(stop, end, loose)
    return Span(
        source, "scalar", number, number + 1, around, outer, start, event.value, style,
        anchor=event.anchor, tag=event.tag, extent=extent,
    )  # fmt: skip


def _after_properties(text: str, event: Any, at: int, *, missing: bool) -> int:  # PyYAML's events are untyped
    """Where a node starts behind its anchor and tag; where those end when it is *missing*."""
    properties = (event.anchor is not None) + (event.tag is not None)
    for _ in range(properties):
        at = skip_gap(text, at)
        found = _TAG.match(text, at)
        at = found.end() if found else at + 1 + len(event.anchor or "")
    return skip_gap(text, at) if properties and not missing else at
