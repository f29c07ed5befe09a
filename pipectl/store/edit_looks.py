"""How the entries of a mapping or list in a file are written, so that a new one looks like them."""

import re
from collections.abc import Iterable

from pipectl.model.frozen import replace
from pipectl.store.edit_document import Document
from pipectl.store.edit_scalars import Look
from pipectl.store.edit_spans import Span

_QUOTES = ("'", '"')
_COLON = re.compile(r"( *):( *)")
_COMMA = re.compile(r"[ \t]*,([ \t]*)")
_BLANKS = re.compile(r"[ \t]*")


def look_of(document: Document, neighbour: Span | None) -> Look:
    """How *neighbour*, a mapping or list, is written; the look of a new file where there is none."""
    if neighbour is None or not neighbour.items:
        return Look()
    if neighbour.kind == "list":
        quote = _common(item.style for item in neighbour.items if item.kind == "scalar")
        return Look(quote=quote, comma=_comma(document, neighbour), pad=_pad(document, neighbour))
    entries = neighbour.entries
    values = [(key, value) for key, value in entries if value.kind == "scalar"]
    key_quote = _common((key.style for key, _ in entries), least=1)
    return Look(
        quote=_common(value.style for _, value in values),
        quotes={key.text: value.style for key, value in values if value.style in _QUOTES},
        key_quote=key_quote,
        json=key_quote == '"' and neighbour.flow,
        colon=_colon(document, neighbour),
        column=0 if neighbour.flow else _column(document, neighbour),
        comma=_comma(document, neighbour),
        pad=_pad(document, neighbour),
    )


def surrounding_look(document: Document, span: Span) -> Look:
    """How the mapping in braces around *span* is written; the look of a new file where there is none."""
    around = next(
        (outer for outer in span.ancestors() if outer is not span and outer.flow and outer.kind == "mapping"), None
    )
    look = look_of(document, around)
    return replace(look, quote=look.quote if look.json else "", quotes={})


def braces_look(document: Document, scope: Span | None, quote: str) -> Look:
    """How braces among the values of a mapping, and in lists there, are spaced; *quote* goes around new values."""
    for value in scope.items[1::2] if scope and scope.kind == "mapping" else []:
        found = value.items[-1] if value.kind == "list" and value.items else value
        if found.kind == "mapping" and found.flow and found.items:
            look = look_of(document, found)
            return Look(quote=quote, colon=look.colon, comma=look.comma, pad=look.pad)
    return Look(quote=quote)


def _common(styles: Iterable[str], least: int = 2) -> str:
    """The quote that all have, when there are at least *least* of them."""
    found = list(styles)
    return found[0] if len(found) >= least and len(set(found)) == 1 and found[0] in _QUOTES else ""


def _colon(document: Document, mapping: Span) -> str:
    found = [
        match.groups()
        for key, value in mapping.entries
        if (match := _COLON.fullmatch(document.text, key.stop, value.outer))
        and not value.is_nothing
        and value.parent is not None
    ]
    if not found:
        return ": "
    before = " " if all(blanks for blanks, _ in found) else ""
    narrowest = min(len(blanks) for _, blanks in found)
    return before + ":" + " " * (narrowest if not mapping.flow else min(1, narrowest))


def _column(document: Document, mapping: Span) -> int:
    """Where all values start when keys of different lengths are followed by values that start below each other."""
    same_line = [
        (key.stop - key.outer, value.outer - key.outer)
        for key, value in mapping.entries
        if not value.is_nothing and document.line_start(value.outer) == document.line_start(key.outer)
    ]
    columns = {column for _, column in same_line}
    lengths = {length for length, _ in same_line}
    return columns.pop() if len(columns) == 1 and len(lengths) > 1 else 0


def _comma(document: Document, collection: Span) -> str:
    if not collection.flow:
        return ", "
    step = 2 if collection.kind == "mapping" else 1
    items = collection.items
    found = [
        match.group(1)
        for before, after in zip(items[step - 1 :: step], items[step::step], strict=False)
        if (match := _COMMA.fullmatch(document.text, before.stop, after.outer))
    ]
    if not found and collection.parent is not None:
        return _comma(document, collection.parent)
    return "," if found and not any(found) else ", "


def _pad(document: Document, collection: Span) -> str:
    if not collection.flow:
        return ""
    found = _BLANKS.fullmatch(document.text, collection.start + 1, collection.items[0].outer)
    return found.group() if found and document.text[collection.start] in "{[" else ""
