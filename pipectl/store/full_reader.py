"""Bytes become a tree of text with positions: all of YAML, by the events of a parser.

Nothing is typed here: a scalar is its text, and the schema decides what it means. Everything that YAML allows and a
pipeline file has no use for (tags, merge keys, several documents, keys that are lists) is refused in words, with line
and column from 1. All problems of a file are collected as far as the text can be followed.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from pipectl.model.problem import Place, Problem
from pipectl.store.decode import decode, forbidden, position
from pipectl.store.tree import (
    HASH_AND_WORD,
    MAX_DEPTH,
    MAX_EXPANDED,
    MAX_NODES,
    MAX_PROBLEMS,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Tree,
)
from pipectl.store.yaml_errors import explain, too_deep_at

try:
    from yaml._yaml import CParser as _Parser

    HAS_C_PARSER = True
except ImportError:  # PyYAML built without libyaml
    from pipectl.store.slow_parser import SlowParser as _Parser  # type: ignore[assignment]  # same `get_event`

    HAS_C_PARSER = False


class EventSource(Protocol):
    """A parser that hands out PyYAML's events one by one."""

    def get_event(self) -> Any: ...  # PyYAML's events are untyped


def read_fully(data: bytes, path: str, *, parser: Callable[[str], EventSource] = _Parser) -> Tree:
    """Read one YAML document from *data*; *path* only names the file in problems.

    A problem marked `unread` means that the root must not be used: what the file says is not known for sure.
    """
    return _Reading(path, parser).read(data)


_GLUED_HASH = re.compile(r"(?<![ \t])[ \t]++#\w")
_new = tuple.__new__  # a third of the time that a named tuple's own constructor takes
_HARMLESS_TAGS = ("!", "tag:yaml.org,2002:str")


class _Stop(Exception):  # noqa: N818 - a signal, not an error
    """The text can't be followed any further; the problem is recorded."""


class _Anchored(NamedTuple):
    """What an alias stands for, how many nodes and how many levels of nesting that is."""

    node: Node
    nodes: int
    height: int


class _Reading:
    """One file being read: its problems so far, its anchors, its budget."""

    def __init__(self, path: str, parser: Callable[[str], EventSource]) -> None:
        self.path = path
        self.parser = parser
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.anchors: dict[str, _Anchored | None] = {}  # None while the node is still open
        self.nodes = 0
        self.expanded = 0
        self.deepest = 0
        self.text = ""
        self.hashes: frozenset[int] = frozenset()
        self.next: Callable[[], Any]  # PyYAML's events are untyped

    def refuse(self, message: str, line: int, column: int, hint: str = "", *, check: str = "unreadable-file") -> None:
        problem = Problem(check, message, Place(self.path, line, column), hint, unread=True)
        if problem not in self.problems:
            self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop

    def stop(self, message: str, line: int, column: int, hint: str = "") -> _Stop:
        self.refuse(message, line, column, hint)
        return _Stop()

    def read(self, data: bytes) -> Tree:
        root = None
        self.text, complaints = decode(data)
        try:
            for complaint in complaints:
                self.refuse(*complaint)
            if not complaints:
                root = self._parse(self.text)
        except _Stop:
            root = None
        found = sorted(self.problems + self.warnings, key=lambda problem: problem.place)
        return Tree(root, self.text, tuple(found))

    def _parse(self, text: str) -> Node | None:
        if HASH_AND_WORD.search(text):
            self.hashes = frozenset(hit.start() for hit in _GLUED_HASH.finditer(text))
        try:
            self.next = self.parser(text).get_event
            self.next()  # stream start
            if type(self.next()) is not DocumentStartEvent:
                return None
            root = self._node(self.next(), 0)
            self.next()  # document end
            event = self.next()
        except yaml.YAMLError as error:
            if (end := too_deep_at(error)) is not None:
                # It may give up before it has handed out the first level: the text up to there crosses the limit here.
                self._parse(text[:end])
            raise self.stop(*explain(error, text, partial(self.parser, text))) from None
        mark = event.start_mark
        if type(event) is DocumentStartEvent:
            raise self.stop(
                "a second YAML document starts here; a file holds one",
                mark.line + 1,
                mark.column + 1,
                "remove the line `---`, or put the second document in a file of its own",
            )
        return root

    def _node(self, event: Any, depth: int) -> Node:  # PyYAML's events are untyped
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.stop(f"more than {MAX_NODES:,} values in one file", line, column)
        kind = type(event)
        if kind is ScalarEvent:
            text, style = event.value, event.style  # libyaml's plain scalars have style "", PyYAML's own have None
            if style == '"' or self.hashes or not text or event.tag is not None or event.anchor is not None:
                return self._unusual_scalar(event, line, column)
            return _new(Scalar, (text, line, column, not style))
        if kind is AliasEvent:
            return self._alias(event.anchor, depth, line, column)
        if depth >= MAX_DEPTH:
            raise self.stop(f"nested deeper than {MAX_DEPTH} levels", line, column)
        self.deepest = max(self.deepest, depth)
        if event.tag is not None or event.anchor is not None:
            return self._unusual_collection(event, depth, line, column)
        return self._collection(event, depth, line, column)

    def _collection(self, event: Any, depth: int, line: int, column: int) -> Node:  # PyYAML's events are untyped
        if type(event) is MappingStartEvent:
            return Mapping(self._entries(depth + 1), line, column, bool(event.flow_style))
        return Sequence(self._items(depth + 1), line, column)

    def _items(self, depth: int) -> tuple[Node, ...]:
        items = []
        while type(event := self.next()) is not SequenceEndEvent:
            items.append(self._node(event, depth))
        return tuple(items)

    def _entries(self, depth: int) -> tuple[tuple[Scalar, Node], ...]:
        entries = []
        seen: dict[str, Scalar] = {}
        while type(event := self.next()) is not MappingEndEvent:
            key, value = self._node(event, depth), self._node(self.next(), depth)
            mark = event.start_mark
            if type(key) is not Scalar:
                hint = "quote it if the brackets belong to the text"
                self.refuse("a key must be text, not a list or a mapping", mark.line + 1, mark.column + 1, hint)
                continue
            if type(event) is AliasEvent:
                key = key._replace(line=mark.line + 1, column=mark.column + 1)
            text = key.text
            if text in seen or (key.plain and text in ("", "<<")):
                self._refuse_key(key, seen.get(text))
            else:
                seen[text] = key
                entries.append((key, value))
        return tuple(entries)

    def _refuse_key(self, key: Scalar, first: Scalar | None) -> None:
        if first is not None:
            message = f"key '{key.text[:60]}' stands twice: here and on line {first.line}"
            self.refuse(message, key.line, key.column, "keep one of the two", check="duplicate-key")
        elif key.text:
            self.refuse("merge keys (<<) are not supported", key.line, key.column, "write the keys out")
        else:
            self.refuse("a key is missing before ':'", key.line, key.column, "write `key: value`")

    def _unusual_scalar(self, event: Any, line: int, column: int) -> Scalar:  # PyYAML's events are untyped
        text, style = event.value, event.style
        if event.tag is not None:
            self._refuse_tag(event.tag, _HARMLESS_TAGS, line, column)
        if style == '"' and (name := forbidden(text.replace("\n", " "))):
            self.refuse(f"{name} is not allowed, written as an escape", line, column, "delete the escape")
        if not style and event.end_mark.index in self.hashes:
            self._warn_of_hash(text, event.end_mark)
        if not text and event.start_mark.index >= len(self.text):
            # libyaml puts what is missing at the end of a file on a line of its own, which may not exist.
            line, column = position(self.text, len(self.text))
        # A tag makes text of `~` and of nothing, as quotes do.
        scalar = Scalar(text, line, column, not style and event.tag is None)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(scalar, 1, 0)
        return scalar

    def _unusual_collection(self, event: Any, depth: int, line: int, column: int) -> Node:  # untyped, as above
        if event.tag is not None:
            self._refuse_tag(event.tag, ("!",), line, column)
        if event.anchor is None:
            return self._collection(event, depth, line, column)
        nodes, expanded, deepest = self.nodes, self.expanded, self.deepest
        self.anchors[event.anchor] = None
        self.deepest = depth
        node = self._collection(event, depth, line, column)
        cost = self.nodes - nodes + 1 + self.expanded - expanded
        self.anchors[event.anchor] = _Anchored(node, cost, self.deepest - depth + 1)
        self.deepest = max(self.deepest, deepest)
        return node

    def _alias(self, name: str, depth: int, line: int, column: int) -> Node:
        anchored = self.anchors.get(name)
        if anchored is None:
            why = "is used inside the value it stands for"
            if name not in self.anchors:
                why = f"stands for nothing: no &{name[:40]} above"
            hint = "quote the text if it begins with a star"
            raise self.stop(f"alias *{name[:40]} {why}", line, column, hint)
        self.expanded += anchored.nodes
        if self.expanded > MAX_EXPANDED:
            raise self.stop(f"aliases expand to more than {MAX_EXPANDED:,} values", line, column)
        if depth + anchored.height > MAX_DEPTH:
            raise self.stop(f"nested deeper than {MAX_DEPTH} levels through alias *{name[:40]}", line, column)
        self.deepest = max(self.deepest, depth + anchored.height - 1)
        return anchored.node

    def _refuse_tag(self, tag: str, harmless: tuple[str, ...], line: int, column: int) -> None:
        if tag not in harmless:
            name = tag.replace("tag:yaml.org,2002:", "!!")[:40]
            hint = "leave the tag out: the field decides how a value is read; quote the text if it begins with !"
            self.refuse(f"YAML tag {name} is not allowed", line, column, hint)

    def _warn_of_hash(self, text: str, end: Any) -> None:  # PyYAML's marks are untyped
        start = self.text.index("#", end.index)
        rest = self.text[start : start + 400].partition("\n")[0].rstrip("\r ")
        read = f"reads only '{text[-40:]}'" if text else "reads nothing"
        problem = Problem(
            "hash-in-text",
            f"YAML takes '{rest[:40]}' for a comment and {read}",
            Place(self.path, end.line + 1, end.column + 1 + start - end.index),
            "quote the whole text, or put a space after # if it is a comment",
        )
        if len(self.warnings) < MAX_PROBLEMS:
            self.warnings.append(problem)
