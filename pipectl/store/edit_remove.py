"""A key with its value, or an item of a list, goes."""

from collections.abc import Iterator

from pipectl.model.frozen import frozen
from pipectl.store.edit_document import Document, Splice
from pipectl.store.edit_kinds import Remove
from pipectl.store.edit_lists import dash_before
from pipectl.store.edit_plans import Plan, own
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_set import shown
from pipectl.store.edit_spans import Span


@frozen
class _Entry:
    """A key with its value, or an item with its dash: where it stands among the entries of *whole*."""

    whole: Span
    number: int
    start: int
    last: Span
    first_event: int


def remove_plans(document: Document, edit: Remove) -> Iterator[Plan]:
    span = document.find(edit.path)
    if span is None:
        raise Refused(f"there is no {shown(edit.path)}")
    if span.parent is None:
        raise Refused("the whole content can't be removed")
    own(document, span.parent)
    _unused_elsewhere(document, span)
    entry = _entry(document, span, span.parent)
    whole = entry.whole
    if len(_starts(document, whole)) == 1:
        expected = [(whole.kind, whole.anchor, whole.tag), ("end",)]
        for splices in _emptied(document, entry):
            yield Plan(splices, whole.event, whole.after, expected)
        return
    for splices in _from_flow(document, entry) if whole.flow else _from_block(document, entry, edit):
        yield Plan(splices, entry.first_event, entry.last.after, [])


def _unused_elsewhere(document: Document, span: Span) -> None:
    """Refuse to remove what an alias stands for, in whole or in part."""
    todo = [span]
    while todo:
        inner = todo.pop()
        if inner.shared:
            reason = f"&{inner.anchor} is used again as *{inner.anchor}"
            raise Refused(reason, line=document.line(inner.outer))
        todo += inner.items


def _entry(document: Document, span: Span, whole: Span) -> _Entry:
    place = whole.items.index(span)
    if whole.kind == "list":
        start = span.outer if whole.flow else dash_before(document, whole, place)
        return _Entry(whole, place, start, span, span.event)
    key = whole.items[place - 1]
    if key.shared:
        raise Refused(f"&{key.anchor} is used again as *{key.anchor}", line=document.line(key.outer))
    return _Entry(whole, place // 2, document.entry_start(key), span, key.event)


def _starts(document: Document, whole: Span) -> list[int]:
    if whole.kind == "list" and not whole.flow:
        return [dash_before(document, whole, number) for number in range(len(whole.items))]
    if whole.kind == "mapping":
        return [document.entry_start(key) for key, _ in whole.entries]
    return [item.outer for item in whole.items]


def _from_block(document: Document, entry: _Entry, edit: Remove) -> Iterator[list[Splice]]:
    if not document.is_first(entry.start):
        if entry.number == 0:
            yield _first_beside_dash(document, entry)
        return
    start = document.line_start(entry.start)
    for end in dict.fromkeys((entry.last.stop, entry.last.end, entry.last.loose)):
        stop = end if document.starts_line(end) else document.next_line(end)
        # The blank lines above may belong to a block of text.
        for above in dict.fromkeys((_above_gap(document, start, stop), start) if edit.close_gap else (start,)):
            yield from ([splice] for splice in _lines(document, above, stop))
    # Else the blank lines below would become part of a block of text above (`|+`).
    yield [Splice(start, _below_gap(document, entry.last.loose), "")]


def _lines(document: Document, start: int, stop: int) -> Iterator[Splice]:
    """Whole lines taken away; a file without final line break stays so, unless a block of text then lacks its own."""
    if stop == len(document.text) and not document.starts_line(stop):
        yield Splice(_before_break(document, start), stop, "")
    yield Splice(start, stop, "")


def _before_break(document: Document, start: int) -> int:
    if document.text[max(0, start - 2) : start] == "\r\n":
        return start - 2
    return max(0, start - 1)


def _above_gap(document: Document, start: int, stop: int) -> int:
    """Where the blank lines above *start* begin, when a blank line or nothing stands at *stop*."""
    if document.text[stop : document.line_stop(stop)].strip(" \t"):
        return start
    above = start
    while above > 0 and not document.text[document.line_above(above) : above].strip():
        above = document.line_above(above)
    return above


def _below_gap(document: Document, at: int) -> int:
    """Where the blank lines below the line of *at* end."""
    stop = at if document.starts_line(at) else document.next_line(at)
    while stop < len(document.text) and not document.text[stop : document.line_stop(stop)].strip(" \t"):
        stop = document.next_line(stop)
    return stop


def _first_beside_dash(document: Document, entry: _Entry) -> list[Splice]:
    """The first of several entries that starts in the line of a dash: the next one takes its place."""
    successor = _starts(document, entry.whole)[entry.number + 1]
    line_stop = document.line_stop(entry.last.end)
    if "#" in document.text[line_stop:successor]:
        start = entry.start
        while document.text[start - 1] == " ":
            start -= 1
        return [Splice(start, line_stop, "")]
    return [Splice(entry.start, successor, "")]


def _emptied(document: Document, entry: _Entry) -> Iterator[list[Splice]]:
    """The only entry goes, and the collection stays."""
    whole = entry.whole
    brackets = "[]" if whole.kind == "list" else "{}"
    if whole.flow:
        yield from _emptied_flow(document, entry, brackets)
        return
    stop = entry.last.stop
    if document.is_first(entry.start) and whole.parent is not None:
        at = _end_of_head(document, whole)
        if at is not None:
            start = document.line_start(entry.start)
            after = stop if document.starts_line(stop) else document.next_line(stop)
            for gone in _lines(document, start, after):
                yield [Splice(at, at, " " + brackets), gone]
    yield [Splice(entry.start, stop, brackets)]


def _end_of_head(document: Document, whole: Span) -> int | None:
    """Where the key, or dash, and the anchor of a collection in the lines below end."""
    if whole.parent is None:
        return None
    if whole.key:
        head = document.skip_gap(whole.key.stop) + 1
    elif whole.parent.kind == "list":
        head = dash_before(document, whole.parent, whole.parent.items.index(whole)) + 1
    else:
        return None
    if whole.outer < whole.start:
        return head + len(document.text[head : whole.start].split("#")[0].rstrip(" \t\r\n"))
    return head


def _emptied_flow(document: Document, entry: _Entry, brackets: str) -> Iterator[list[Splice]]:
    whole = entry.whole
    inner = document.text[whole.start + 1 : entry.start], document.text[entry.last.stop : whole.stop - 1]
    if "#" not in inner[0] + inner[1]:
        yield [Splice(whole.start, whole.stop, brackets)]
        return
    gap = document.skip_gap(entry.last.stop)
    yield [Splice(entry.start, entry.last.stop, ""), *([Splice(gap, gap + 1, "")] if gap < whole.stop - 1 else [])]


def _from_flow(document: Document, entry: _Entry) -> Iterator[list[Splice]]:
    whole = entry.whole
    starts = _starts(document, whole)
    step = 2 if whole.kind == "mapping" else 1
    stops = [item.stop for item in whole.items[step - 1 :: step]]
    start, stop = entry.start, entry.last.stop
    comma = document.skip_gap(stop)
    trailing = document.text[comma : comma + 1] == ","
    line = document.line_start(start)
    own_lines = document.is_first(start) and line > whole.start
    end = comma + 1 if trailing else stop
    rest = document.text[end : document.line_stop(end)].strip(" \t")
    if own_lines and (not rest or rest.startswith("#")):
        splices = [Splice(line, document.next_line(end), "")]
        if not trailing:
            before = document.skip_gap(stops[entry.number - 1])
            splices.append(Splice(before, before + 1, ""))
        yield splices
        return
    if entry.number + 1 < len(starts) and "#" not in document.text[stop : starts[entry.number + 1]]:
        yield [Splice(start, starts[entry.number + 1], "")]
    elif entry.number and "#" not in document.text[stops[entry.number - 1] : start]:
        yield [Splice(stops[entry.number - 1], stop, "")]
    elif entry.number + 1 < len(starts):
        yield [Splice(start, stop, ""), Splice(comma, comma + 1, "")]
    else:
        yield [Splice(start, stop, "")]
