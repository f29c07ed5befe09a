"""A YAML file as its bytes, its text, what the parser says of it and the spans of its nodes."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from pipectl.store.edit_kinds import Path
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_scalars import Signature
from pipectl.store.edit_spans import Span, roots, skip_gap, source_of
from pipectl.store.yaml_errors import too_deep_at

try:
    from yaml._yaml import CParser as _Parser
except ImportError:  # PyYAML built without libyaml
    from pipectl.store.slow_parser import SlowParser as _Parser  # type: ignore[assignment]  # same `get_event`

# Deeper nesting is no hand's work, and makes libyaml slow.
MAX_DEPTH = 200


_BREAK = re.compile(r"\r\n|\n|\r")


class Splice(NamedTuple):
    """The characters from *start* up to *stop* are to become *text*."""

    start: int
    stop: int
    text: str


class Document:
    """The text of one YAML file, the spans in it, and what its events say.

    *number* chooses one of several documents, from 0; without it a file with several is refused.

    Raises:
        Refused: the bytes are not UTF-8 or not YAML.
    """

    __slots__ = ("_events", "_root", "bom", "number", "signatures", "text")

    def __init__(self, data: bytes, number: int | None = None) -> None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise Refused("not UTF-8", line=line) from None
        # libyaml counts a byte order mark as a column, so it is cut off here and put back by `data`.
        self.bom = "\ufeff" if text.startswith("\ufeff") else ""
        self.text = text[len(self.bom) :]
        self.number = number
        self._events = _parse(self.text)
        self.signatures = [_signature(event) for event in self._events]
        self._root: Span | None = None

    @property
    def data(self) -> bytes:
        return (self.bom + self.text).encode("utf-8")

    @property
    def root(self) -> Span | None:
        """The whole document; None where the file holds only comments, or nothing."""
        if self._root is None:
            found = roots(source_of(self.text, self._events))
            if len(found) > 1 and self.number is None:
                raise Refused("the file holds several documents", line=self.line(found[1].outer))
            if self.number is not None and not 0 <= self.number < len(found):
                raise Refused(f"the file has no document number {self.number}")
            self._root = found[self.number or 0] if found else None
        return self._root

    def spliced(self, splices: Sequence[Splice]) -> "Document":
        """This file with *splices* made."""
        text = self.text
        in_order = sorted(splices, key=lambda splice: splice.start)
        for start, stop, put in reversed(in_order):
            text = text[:start] + put + text[stop:]
        return Document((self.bom + text).encode("utf-8"), self.number)

    def find(self, path: Path) -> Span | None:
        """The node at *path*; None where there is none.

        Raises:
            Refused: the path leads through an alias, or a key on it stands twice.
        """
        span = self.root
        for step in path:
            if span is None:
                return None
            if span.kind == "alias":
                raise Refused(
                    f"*{span.anchor} stands here for a value shared with other places", line=self.line(span.start)
                )
            span = self._step(span, step)
        return span

    def _step(self, span: Span, step: str | int) -> Span | None:
        if isinstance(step, int):
            return span.items[step] if span.kind == "list" and -len(span.items) <= step < len(span.items) else None
        if span.kind != "mapping":
            return None
        found = [value for key, value in span.entries if key.kind != "mapping" and key.text == step]
        if len(found) > 1:
            raise Refused(f"key '{step}' stands twice", line=self.line(found[1].outer))
        return found[0] if found else None

    # Lines. A break is LF, CRLF or CR alone, as in YAML.

    def line(self, at: int) -> int:
        """Number of the line that *at* stands in, from 1."""
        return len(_BREAK.findall(self.text, 0, at)) + 1

    def line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_above(self, start: int) -> int:
        """Where the line above the one that starts at *start* starts."""
        return self.line_start(start - (2 if self.text.endswith("\r\n", 0, start) else 1))

    def line_stop(self, at: int) -> int:
        """Where the line of *at* ends, before its break."""
        found = _BREAK.search(self.text, at)
        return found.start() if found else len(self.text)

    def next_line(self, at: int) -> int:
        """Where the line after that of *at* starts; the end of the text if there is none."""
        found = _BREAK.search(self.text, at)
        return found.end() if found else len(self.text)

    def column(self, at: int) -> int:
        return at - self.line_start(at)

    def starts_line(self, at: int) -> bool:
        return at == 0 or self.text[at - 1] in "\r\n"

    def is_first(self, at: int) -> bool:
        """Whether nothing but blanks stands before *at* in its line."""
        return not self.text[self.line_start(at) : at].strip(" \t")

    def entry_start(self, key: Span) -> int:
        """Where the entry of *key* starts: at its key, or at the question mark before it."""
        before = self.text[self.line_start(key.outer) : key.outer].rstrip(" \t")
        return self.line_start(key.outer) + len(before) - 1 if before.endswith("?") and not key.in_flow else key.outer

    def break_near(self, at: int) -> str:
        """The line break to use at *at*: the one just before, else that of its line or of the line above, else LF."""
        found = None if self.starts_line(at) else _BREAK.search(self.text, at)
        if found is not None:
            return found.group()
        start = self.line_start(at)
        if start == 0:
            found = _BREAK.search(self.text)
            return found.group() if found else "\n"
        return "\r\n" if self.text.endswith("\r\n", 0, start) else self.text[start - 1]

    def skip_gap(self, at: int) -> int:
        """Where the first character from *at* on stands that is neither blank nor comment."""
        return skip_gap(self.text, at)


def _parse(text: str) -> list[Any]:  # PyYAML's events are untyped
    events = []
    depth = 0
    try:
        get_event: Callable[[], Any] = _Parser(text).get_event  # untyped, as above
        while type(event := get_event()) is not StreamEndEvent:
            events.append(event)
            kind = type(event)
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                depth += 1
                if depth > MAX_DEPTH:
                    raise Refused(f"nested deeper than {MAX_DEPTH} levels", line=event.start_mark.line + 1)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                depth -= 1
    except yaml.YAMLError as error:
        if (end := too_deep_at(error)) is not None:
            return _parse(text[:end])  # which crosses the limit here
        mark = getattr(error, "problem_mark", None)
        why = str(getattr(error, "problem", None) or "a character is not allowed")
        raise Refused(f"not valid YAML: {why}", line=mark.line + 1 if mark else 0) from None
    return events


def _signature(event: Any) -> Signature:  # PyYAML's events are untyped
    kind = type(event)
    if kind is ScalarEvent:
        return ("scalar", event.value, event.anchor, event.tag, event.implicit, event.style)
    if kind is MappingStartEvent:
        return ("mapping", event.anchor, event.tag, event.implicit, bool(event.flow_style))
    if kind is SequenceStartEvent:
        return ("list", event.anchor, event.tag, event.implicit, bool(event.flow_style))
    if kind is AliasEvent:
        return ("alias", event.anchor)
    if kind is DocumentStartEvent:
        return ("document", event.explicit, event.version, event.tags)
    if kind is DocumentEndEvent:
        return ("end document", event.explicit)
    return ("end",)
