"""What a file says, and what it must say after an edit, found out without the editor.

A node is a nested tuple: ("text", anchor, tag, text), ("alias", anchor), ("list", anchor, tag, items) or
("mapping", anchor, tag, pairs).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.tokens import ScalarToken

from pipectl.store.edit import AddKey, Append, Data, Edit, Insert, Remove, Set, Value

FILES = {path.stem: path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.yaml"))}
VARIANTS = (
    "as is",
    "CRLF",
    "BOM",
    "no final newline",
    "blank lines at the end",
    "comment at the end",
    "trailing spaces",
)
DAY = Value("2026-11-20", bare=True)

Said = tuple[Any, ...]
Steps = tuple[str | int, ...]


def variant(name: str, data: bytes) -> bytes:
    """The file as another editor, or another habit, would have left it."""
    changed = {
        "CRLF": data.replace(b"\n", b"\r\n"),
        "BOM": b"\xef\xbb\xbf" + data,
        "no final newline": data.rstrip(b"\n"),
        "blank lines at the end": data + b"\n\n",
        "comment at the end": data + b"# the end\n",
        "trailing spaces": re.sub(rb"\n", b"  \n", data),
    }
    return changed.get(name, data)


@lru_cache(maxsize=64)
def says(data: bytes) -> Said | None:
    """What the one document in *data* says; None where there is none."""
    found = documents(data)
    assert len(found) < 2
    return found[0] if found else None


def documents(data: bytes) -> list[Said]:
    events = iter(list(yaml.parse(data.decode("utf-8-sig"), Loader=yaml.CSafeLoader)))
    return [_node(event, events) for event in events if isinstance(event, yaml.events.NodeEvent)]


def _node(event: Any, events: Iterator[Any]) -> Said:
    if isinstance(event, AliasEvent):
        return ("alias", event.anchor)
    if isinstance(event, ScalarEvent):
        return ("text", event.anchor, event.tag, event.value)
    inside = []
    while not isinstance(inner := next(events), SequenceEndEvent | MappingEndEvent):
        inside.append(_node(inner, events))
    if isinstance(event, SequenceStartEvent):
        return ("list", event.anchor, event.tag, tuple(inside))
    assert isinstance(event, MappingStartEvent)
    return ("mapping", event.anchor, event.tag, tuple(zip(inside[::2], inside[1::2], strict=True)))


@lru_cache(maxsize=64)
def comments(data: bytes) -> Counter[str]:
    """The comments of a file: what follows # outside of texts."""
    text = data.decode("utf-8-sig")
    found: Counter[str] = Counter()
    position = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if isinstance(token, ScalarToken):
            start, stop = token.start_mark.index, token.end_mark.index
            header = (
                re.compile(r"[|>][-+0-9]*([ \t]+#[^\r\n]*)?").match(text, start) if token.style in ("|", ">") else None
            )
            found += _comments_between(text[position : header.end() if header else start])
            position = stop
    return found + _comments_between(text[position:])


def _comments_between(text: str) -> Counter[str]:
    return Counter(hit.rstrip() for hit in re.findall(r"(?:^|(?<=\s))#[^\r\n]*", text, re.MULTILINE))


def nodes(said: Said, path: Steps = ()) -> Iterator[tuple[Steps, Said]]:
    """Every node that a path leads to."""
    yield path, said
    if said[0] == "list":
        for number, item in enumerate(said[3]):
            yield from nodes(item, (*path, number))
    if said[0] == "mapping":
        for key, value in said[3]:
            if key[0] == "text":
                yield from nodes(value, (*path, key[3]))


def new(data: Data) -> Said:
    """What *data* says."""
    if isinstance(data, str | Value):
        return ("text", None, None, data if isinstance(data, str) else data.text)
    if isinstance(data, Mapping):
        return ("mapping", None, None, tuple((new(key), new(value)) for key, value in data.items()))
    return ("list", None, None, tuple(new(item) for item in data))


def after(said: Said, edit: Edit) -> Said:
    """What a file that says *said* must say after *edit*."""
    if isinstance(edit, Remove):
        return _changed(said, edit.path[:-1], lambda whole: _without(whole, edit.path[-1]))
    return _changed(said, edit.path, lambda node: _edited(node, edit))


def _changed(said: Said, path: Steps, change: Any) -> Said:
    if not path:
        return change(said)  # type: ignore[no-any-return]  # a function of nodes
    step = path[0]
    if said[0] == "list":
        inside = tuple(_changed(item, path[1:], change) if n == step else item for n, item in enumerate(said[3]))
    else:
        inside = tuple((key, _changed(value, path[1:], change) if key[-1] == step else value) for key, value in said[3])
    return (*said[:3], inside)


def _without(whole: Said, step: str | int) -> Said:
    if whole[0] == "list":
        return (*whole[:3], tuple(item for number, item in enumerate(whole[3]) if number != step))
    return (*whole[:3], tuple(pair for pair in whole[3] if pair[0][-1] != step))


def _edited(node: Said, edit: Edit) -> Said:
    if isinstance(edit, Set):
        return new(edit.value) if node[0] == "alias" else (*node[:3], new(edit.value)[3])
    if isinstance(edit, Append):
        return (*node[:3], (*node[3], new(edit.item)))
    if isinstance(edit, Insert):
        return (*node[:3], (*node[3][: edit.index], new(edit.item), *node[3][edit.index :]))
    assert isinstance(edit, AddKey)
    keys = [key[-1] for key, _ in node[3]]
    below = [number + 1 for number, key in enumerate(keys) if key in edit.after]
    above = [number for number, key in enumerate(keys) if key in edit.before]
    place = below[-1] if below else above[0] if above else len(keys)
    pair = (new(edit.key), new(edit.value))
    return (*node[:3], (*node[3][:place], pair, *node[3][place:]))


TEXTS: tuple[str | Value, ...] = (
    "won", "Asked: 10% off, # maybe", DAY, "no", "it's \"so\"", "日本 🎉", "", "two\nlines", " padded ", "x" * 100,
)  # fmt: skip
VALUES: tuple[Data, ...] = (
    "won", DAY, ["a", "b, c"], [{"at": DAY, "stage": "lead", "note": "a, b: c"}],
    {"x": "y", "z": Value("5", bare=True)}, "two\nlines", "{braces}", [], {},
)  # fmt: skip
ITEMS: tuple[Data, ...] = ({"at": DAY, "stage": "won", "note": "x: y, z"}, "an item", {"at": DAY, "note": "two\nlines"})


def edits(said: Said) -> Iterator[Edit]:
    """Every operation that applies to a file that says *said*, at every place; their values take turns."""
    for turn, (path, node) in enumerate(nodes(said)):
        if node[0] in ("text", "alias"):
            yield Set(path, TEXTS[turn % len(TEXTS)])
        if node[0] == "mapping":
            keys = [key[-1] for key, _ in node[3] if key[0] == "text"]
            value = VALUES[turn % len(VALUES)]
            if "new key" not in keys:
                yield AddKey(path, "new key", value, blank_before=turn % 2 == 1)
            if keys and "new" not in keys:
                yield AddKey(path, "new", value, after=(keys[turn % len(keys)],))
                yield AddKey(path, "new", value, before=(keys[turn % len(keys)],), blank_before=turn % 2 == 0)
        if node[0] == "list":
            yield Append(path, ITEMS[turn % len(ITEMS)])
            if node[3]:
                yield Insert(path, turn % (len(node[3]) + 1), ITEMS[turn % len(ITEMS)], like=turn % len(node[3]))
        if path:
            yield Remove(path, close_gap=turn % 2 == 0)
