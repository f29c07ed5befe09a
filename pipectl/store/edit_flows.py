"""Entries put into brackets and braces."""

from collections.abc import Iterator

from pipectl.store.edit_document import Document, Splice
from pipectl.store.edit_looks import look_of
from pipectl.store.edit_spans import Span


def put_in_flow(document: Document, collection: Span, index: int, text: str) -> Iterator[list[Splice]]:
    """Ways to make *text* entry number *index* of a collection in brackets or braces."""
    comma = look_of(document, collection).comma
    step = 2 if collection.kind == "mapping" else 1
    starts = [item.outer for item in collection.items[::step]]
    stops = [item.stop for item in collection.items[step - 1 :: step]]
    if not starts:
        yield _into_empty(document, collection, text)
    elif collection.kind == "mapping" and document.text[collection.start] != "{":  # `[a: 1]`
        left, right = ("{", comma + text + "}") if index else ("{" + text + comma, "}")
        start, stop = collection.outer, collection.stop
        yield [Splice(start, start, left), Splice(stop, stop, right)]
    elif index < len(starts):
        yield from _between(document, stops[index - 1] if index else None, starts[index], text, comma)
    else:
        yield from _at_the_end(document, collection, starts[-1], stops[-1], text, comma)


def _into_empty(document: Document, collection: Span, text: str) -> list[Splice]:
    start, stop = collection.start + 1, collection.stop - 1
    blank = not document.text[start:stop].strip(" \t")
    return [Splice(start, stop if blank else start, text)]


def _between(document: Document, before: int | None, after: int, text: str, comma: str) -> Iterator[list[Splice]]:
    """Ways to put an entry before that which starts at *after*; the one above it stops at *before*."""
    if document.is_first(after):
        line_break, indent = _own_line(document, after)
        if before is None:
            yield [Splice(after, after, f"{text},{line_break}{indent}")]
        else:
            at = document.line_stop(document.skip_gap(before))
            yield [Splice(at, at, f"{line_break}{indent}{text},")]
    yield [Splice(after, after, text + comma)]


def _at_the_end(
    document: Document, collection: Span, start: int, stop: int, text: str, comma: str
) -> Iterator[list[Splice]]:
    """Ways to put an entry after the last, which reaches from *start* to *stop*; a comma at the end stays."""
    closing = collection.stop - 1
    gap = document.skip_gap(stop)
    trailing = gap < closing
    if document.is_first(start):
        line_break, indent = _own_line(document, start)
        at = gap + 1 if trailing else stop
        at = min(document.line_stop(at), closing) if document.line_stop(at) < closing else at
        if trailing:
            yield [Splice(at, at, f"{line_break}{indent}{text},")]
        else:
            yield [Splice(stop, stop, ","), Splice(at, at, f"{line_break}{indent}{text}")]
    if trailing:
        yield [Splice(gap + 1, gap + 1, f"{comma[1:]}{text},")]
    else:
        yield [Splice(stop, stop, comma + text)]
        yield [Splice(stop, stop, " " + comma + text)]  # after `a:`, whose value is missing


def _own_line(document: Document, start: int) -> tuple[str, str]:
    """The line break and the indentation of an entry that starts its line."""
    return document.break_near(start), document.text[document.line_start(start) : start]
