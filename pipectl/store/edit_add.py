"""A mapping gets another key, beside those that it belongs with."""

from collections.abc import Iterator, Mapping, Sequence

from pipectl.store.edit_document import Document, Splice
from pipectl.store.edit_flows import put_in_flow
from pipectl.store.edit_kinds import AddKey
from pipectl.store.edit_lists import entry_lines, list_lines, new_list_style
from pipectl.store.edit_looks import braces_look, look_of
from pipectl.store.edit_plans import Plan, blank_lines_above, lines_below, own, put_lines
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_scalars import BOLDNESS, Data, Look, Signature, Value, flow, key_written, shape, written
from pipectl.store.edit_set import shown
from pipectl.store.edit_spans import Span


def add_plans(document: Document, edit: AddKey) -> Iterator[Plan]:
    mapping = document.find(edit.path)
    if mapping is None:
        if edit.path:
            raise Refused(f"there is no {shown(edit.path)}")
        yield from _into_nothing(document, edit)
        return
    own(document, mapping)
    if mapping.is_null:
        yield from _into_null(document, mapping, edit)
        return
    if mapping.kind != "mapping":
        raise Refused(f"{shown(edit.path)} is no mapping", line=document.line(mapping.outer))
    keys = [key.text if key.kind in ("scalar", "alias") else None for key, _ in mapping.entries]
    if edit.key in keys:
        line = document.line(mapping.entries[keys.index(edit.key)][0].outer)
        raise Refused(f"key '{edit.key}' is there already", line=line)
    index, above = _position(keys, edit)
    at = mapping.entries[index][0].event if index < len(keys) else mapping.after - 1
    for splices in (
        _in_flow(document, mapping, index, edit)
        if mapping.flow
        else _in_block(document, mapping, index, edit, above=above)
    ):
        yield Plan(splices, at, at, [*shape(edit.key), *shape(edit.value)])


def _position(keys: Sequence[str | None], edit: AddKey) -> tuple[int, bool]:
    """The number that the new entry gets, and whether it belongs with the one below it."""
    below = [number for number, key in enumerate(keys) if key in edit.after]
    if below:
        return below[-1] + 1, False
    above = [number for number, key in enumerate(keys) if key in edit.before]
    return (above[0], True) if above else (len(keys), False)


def _in_flow(document: Document, mapping: Span, index: int, edit: AddKey) -> Iterator[list[Splice]]:
    look = look_of(document, mapping)
    for boldness in BOLDNESS:
        inner = flow(
            {edit.key: edit.value},
            Look(
                quote=look.quote,
                quotes=look.quotes,
                key_quote=look.key_quote,
                json=look.json,
                colon=look.colon,
                comma=look.comma,
            ),
            boldness,
        )
        yield from put_in_flow(document, mapping, index, inner[1:-1])


def _in_block(document: Document, mapping: Span, index: int, edit: AddKey, *, above: bool) -> Iterator[list[Splice]]:
    keys = [key for key, _ in mapping.entries]
    column = document.column(document.entry_start(keys[-1]))
    blank = _group_gap(document, keys) if edit.blank_before else 0
    for boldness in BOLDNESS:
        lines = key_lines(document, mapping, edit, " " * column, boldness)
        if above or index == 0:
            yield from _above(document, mapping, index, lines, blank)
        else:
            yield from lines_below(document, mapping.items[2 * index - 1], column, lines, blank)


def _above(document: Document, mapping: Span, index: int, lines: Sequence[str], blank: int) -> Iterator[list[Splice]]:
    at = document.entry_start(mapping.items[2 * index])
    if not document.is_first(at):
        line_break = document.break_near(at)
        text = line_break.join(lines).lstrip(" ") + line_break * (1 + blank) + " " * document.column(at)
        yield [Splice(at, at, text)]
        return
    at = document.line_start(at)
    if index:  # what stands above the first key may be about the whole file
        above = above_comments(document, at, mapping.items[2 * index - 1].end)
        yield [put_lines(document, above, lines, blank_after=blank)]
    yield [put_lines(document, at, lines, blank_after=blank)]


def above_comments(document: Document, at: int, floor: int) -> int:
    """Where the comments directly above the line at *at* begin; nothing above *floor* is one."""
    while at > floor:
        start = document.line_above(at)
        if start < floor or not document.text[start:at].lstrip(" ").startswith("#"):
            break
        at = start
    return at


def _group_gap(document: Document, keys: Sequence[Span]) -> int:
    """How many blank lines part the groups of a mapping, at least one."""
    gaps = [blank_lines_above(document, key.outer) for key in keys[1:]]
    return next((gap for gap in reversed(gaps) if gap), 1)


def key_lines(document: Document, mapping: Span | None, edit: AddKey, indent: str, boldness: int) -> list[str]:
    """The lines of a new key in a block mapping that is or will be *mapping*."""
    value = edit.value
    look = look_of(document, mapping)
    braces = braces_look(document, mapping, look.quote)
    if _is_list_of_mappings(value) and not isinstance(value, str | Value | Mapping):
        return list_lines(edit.key, value, indent, new_list_style(document, mapping), look, braces, boldness)
    return entry_lines(edit.key, value, indent, look, boldness, braces)


def _is_list_of_mappings(value: Data) -> bool:
    return (
        isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(item, Mapping) for item in value)
    )


def _into_null(document: Document, null: Span, edit: AddKey) -> Iterator[Plan]:
    expected: list[Signature] = [*shape({edit.key: edit.value})]
    expected[0] = ("mapping", null.anchor, null.tag)
    for boldness in BOLDNESS:
        if null.is_nothing and not null.keyless and not null.in_flow and null.key:
            column = document.column(null.key.outer)
            lines = key_lines(document, None, edit, " " * (column + _step(document)), boldness)
            for splices in lines_below(document, null, column, lines):
                yield Plan(splices, null.event, null.after, expected)
        if null.is_nothing and null.parent is None:
            lines = key_lines(document, None, edit, "", boldness)
            yield Plan([put_lines(document, len(document.text), lines)], null.event, null.after, expected)
        yield Plan([in_place(null, flow({edit.key: edit.value}, Look(), boldness))], null.event, null.after, expected)


def _step(document: Document) -> int:
    """By how much the first nested block mapping of the file is indented; 2 where there is none."""
    root = document.root
    if root is None or root.kind != "mapping":
        return 2
    nested = [value for _, value in root.entries if value.kind == "mapping" and not value.flow]
    return document.column(nested[0].items[0].outer) - document.column(root.items[0].outer) if nested else 2


def in_place(null: Span, text: str) -> Splice:
    """*text* where no value, or a null, stands."""
    if null.start < null.stop:
        return Splice(null.start, null.stop, text)
    return Splice(null.start, null.start, (": " if null.keyless else " ") + text)


def _into_nothing(document: Document, edit: AddKey) -> Iterator[Plan]:
    """A file of comments, or of nothing, gets its first key, at its end."""
    count = len(document.signatures)
    expected = [("document", False), *shape({edit.key: edit.value}), ("end document", False)]
    for boldness in BOLDNESS:
        lines = key_lines(document, None, edit, "", boldness)
        splice = put_lines(document, len(document.text), lines, int(edit.blank_before and bool(document.text)))
        yield Plan([splice], count, count, expected)


def add_by_hand(edit: AddKey) -> str:
    """The line that a person would put in."""
    return key_written(edit.key, Look()) + (
        written(edit.value, Look()) if isinstance(edit.value, str | Value) else flow(edit.value, Look())
    )
