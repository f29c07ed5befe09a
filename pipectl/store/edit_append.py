"""A list gets another item, in the style of its items."""

from collections.abc import Iterator, Mapping

from pipectl.model.frozen import replace
from pipectl.store.edit_add import in_place
from pipectl.store.edit_document import Document
from pipectl.store.edit_flows import put_in_flow
from pipectl.store.edit_kinds import Append
from pipectl.store.edit_lists import ItemStyle, dash_before, item_lines, item_style, model_of, new_list_style
from pipectl.store.edit_looks import look_of, surrounding_look
from pipectl.store.edit_plans import Plan, blank_lines_above, lines_below, own, put_lines
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_scalars import BOLDNESS, Data, Look, Signature, flow, shape
from pipectl.store.edit_set import shown
from pipectl.store.edit_spans import Span


def append_plans(document: Document, edit: Append) -> Iterator[Plan]:
    span = document.find(edit.path)
    if span is None:
        raise Refused(f"there is no {shown(edit.path)}")
    own(document, span)
    if span.is_null:
        yield from _into_null(document, span, edit.item)
    elif span.kind != "list":
        raise Refused(f"{shown(edit.path)} is no list", line=document.line(span.outer))
    else:
        yield from _into_list(document, span, edit)


def _into_list(document: Document, block: Span, edit: Append) -> Iterator[Plan]:
    at, item = block.after - 1, edit.item
    look = item_look(document, block, item, model_of(block.items, item) if block.items else None)
    for boldness in BOLDNESS:
        if block.flow:
            ways = put_in_flow(document, block, len(block.items), flow(item, look, boldness))
        else:
            model = item_style(document, block, model_of(block.items, item))
            dash = dash_before(document, block, len(block.items) - 1)
            column = document.column(dash)
            blank = blank_lines_above(document, dash) if len(block.items) > 1 else int(edit.apart)
            lines = item_lines(item, " " * column, model, look, boldness)
            ways = lines_below(document, block.items[-1], column, lines, blank)
        for splices in ways:
            yield Plan(splices, at, at, shape(item))


def item_look(document: Document, block: Span, item: Data, like: int | None) -> Look:
    """How a new *item* of a list is written when it is to look like item number *like*."""
    model = None if like is None else block.items[like]
    around = surrounding_look(document, block)
    if model is None or model.kind == "alias" or isinstance(item, Mapping) != (model.kind == "mapping"):
        return around
    if model.kind == "scalar":
        return replace(around, quote=model.style if model.style in ("'", '"') else "")
    return look_of(document, model)


def _into_null(document: Document, null: Span, item: Data) -> Iterator[Plan]:
    expected: list[Signature] = [("list", null.anchor, null.tag), *shape(item), ("end",)]
    for boldness in BOLDNESS:
        if null.is_nothing and not null.keyless and not null.in_flow and null.key:
            column = document.column(null.key.outer)
            style = new_list_style(document, null.parent)
            lines = item_lines(item, " " * (column + style.offset), style, Look(), boldness)
            for splices in lines_below(document, null, column, lines):
                yield Plan(splices, null.event, null.after, expected)
        if null.is_nothing and null.parent is None:
            lines = item_lines(item, "", ItemStyle(), Look(), boldness)
            yield Plan([put_lines(document, len(document.text), lines)], null.event, null.after, expected)
        yield Plan([in_place(null, f"[{flow(item, Look(), boldness)}]")], null.event, null.after, expected)
