"""A list gets an item in its middle, in the style of the one beside it."""

from collections.abc import Iterator

from pipectl.store.edit_add import above_comments
from pipectl.store.edit_append import append_plans, item_look
from pipectl.store.edit_document import Document, Splice
from pipectl.store.edit_flows import put_in_flow
from pipectl.store.edit_kinds import Append, Insert
from pipectl.store.edit_lists import dash_before, item_lines, item_style
from pipectl.store.edit_plans import Plan, blank_lines_above, lines_below, own, put_lines
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_scalars import BOLDNESS, flow, shape
from pipectl.store.edit_set import shown
from pipectl.store.edit_spans import Span


def insert_plans(document: Document, edit: Insert) -> Iterator[Plan]:
    span = document.find(edit.path)
    if span is None:
        raise Refused(f"there is no {shown(edit.path)}")
    if span.kind != "list" or not span.items:
        yield from append_plans(document, Append(edit.path, edit.item))
        return
    own(document, span)
    at = span.items[edit.index].event if edit.index < len(span.items) else span.after - 1
    look = item_look(document, span, edit.item, edit.like)
    for boldness in BOLDNESS:
        if span.flow:
            ways = put_in_flow(document, span, edit.index, flow(edit.item, look, boldness))
        else:
            column = document.column(dash_before(document, span, edit.like))
            style = item_style(document, span, edit.like)
            ways = _lines(document, span, edit.index, item_lines(edit.item, " " * column, style, look, boldness))
        for splices in ways:
            yield Plan(splices, at, at, shape(edit.item))


def _lines(document: Document, block: Span, index: int, lines: list[str]) -> Iterator[list[Splice]]:
    blank = _gap(document, block)
    if index:
        column = document.column(dash_before(document, block, index - 1))
        yield from lines_below(document, block.items[index - 1], column, lines, blank)
        return
    dash = dash_before(document, block, 0)
    if not document.is_first(dash):
        return
    at = document.line_start(dash)
    floor = document.next_line(block.key.stop) if block.key else 0
    yield [put_lines(document, above_comments(document, at, floor), lines, blank_after=blank)]
    yield [put_lines(document, at, lines, blank_after=blank)]


def _gap(document: Document, block: Span) -> int:
    """How many blank lines part the items."""
    dashes = [dash_before(document, block, number) for number in range(1, len(block.items))]
    return min((blank_lines_above(document, dash) for dash in dashes), default=0)
