"""A plan says which characters become which, and what the parser must say of the result; most plans put in lines."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipectl.store.edit_document import Document, Splice
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_scalars import Signature
from pipectl.store.edit_spans import BLOCK_HEADER, Span


class Plan(NamedTuple):
    """One way to make an edit: the events from number *first* to before *after* give way to *expected*.

    An expected signature may leave out what does not matter at its end.
    """

    splices: Sequence[Splice]
    first: int
    after: int
    expected: Sequence[Signature]


def carried_out(document: Document, plan: Plan) -> Document | None:
    """The document with *plan* made; None where the parser then says anything but what was planned."""
    if not plan.splices:
        return document
    try:
        result = document.spliced(plan.splices)
    except Refused:
        return None
    old, new = document.signatures, result.signatures
    first, tail = plan.first, len(old) - plan.after
    middle = new[first : len(new) - tail]
    holds = (
        len(new) == first + len(plan.expected) + tail
        and all(found[: len(wanted)] == wanted for found, wanted in zip(middle, plan.expected, strict=True))
        and new[:first] == old[:first]
        and new[len(new) - tail :] == old[plan.after :]
    )
    return result if holds else None


def own(document: Document, span: Span) -> None:
    """Make sure that a change of *span* changes nothing elsewhere.

    Raises:
        Refused: an alias stands for the node, or for one that it stands in.
    """
    for ancestor in span.ancestors():
        if ancestor.shared:
            reason = f"the value is shared: &{ancestor.anchor} is used again as *{ancestor.anchor}"
            raise Refused(reason, line=document.line(ancestor.outer))


def put_lines(document: Document, at: int, lines: Sequence[str], blank_before: int = 0, blank_after: int = 0) -> Splice:
    """*lines* put in at the start of a line, or after a last line that has no break and whose successor has none."""
    line_break = document.break_near(at)
    body = [*[""] * blank_before, *lines, *[""] * blank_after]
    if document.starts_line(at):
        return Splice(at, at, "".join(line + line_break for line in body))
    return Splice(at, at, "".join(line_break + line for line in body))


def lines_below(
    document: Document, last: Span, column: int, lines: Sequence[str], blank_before: int = 0
) -> Iterator[list[Splice]]:
    """Ways to put *lines* below *last*, the end of an entry whose key or dash stands in *column*."""
    for at in _places_below(document, last, column):
        yield [put_lines(document, at, lines, blank_before)]
        if blank_before and last.end > last.stop:  # its blank lines do already
            yield [put_lines(document, at, lines)]
    pinned = pin(document, last)
    if pinned is not None:
        yield [pinned, put_lines(document, len(document.text), lines, blank_before)]


def _places_below(document: Document, last: Span, column: int) -> list[int]:
    ends = [last.end, last.stop, last.loose]
    starts = [end if document.starts_line(end) else document.next_line(end) for end in ends]
    # A comment that is indented deeper belongs to the entry above it.
    return list(dict.fromkeys([_after_comments(document, starts[0], column), *starts]))


def _after_comments(document: Document, at: int, column: int) -> int:
    position = at
    while position < len(document.text):
        line = document.text[position : document.line_stop(position)]
        rest = line.lstrip(" \t")
        position = document.next_line(position)
        if rest.startswith("#") and len(line) - len(rest) > column:
            at = position
        elif rest:
            break
    return at


def pin(document: Document, last: Span) -> Splice | None:
    """Keeps the value of a block of text at the end of a file without final line break, once a line follows."""
    while not last.flow and last.items:
        last = last.items[-1]
    header = BLOCK_HEADER.match(document.text, last.start) if last.is_block_text else None
    if header is None or "-" in header.group() or document.text[last.stop :].strip(" \t\r\n"):
        return None
    if document.starts_line(len(document.text)):
        return None
    return Splice(last.start, header.end(), header.group().replace("+", "") + "-")


def blank_lines_above(document: Document, at: int) -> int:
    """How many blank lines stand directly above the line of *at* and the comments above it."""
    start = document.line_start(at)
    count = 0
    while start > 0:
        above = document.line_above(start)
        rest = document.text[above:start].strip(" \t\r\n")
        if rest and (count or not rest.startswith("#")):
            break
        count += not rest
        start = above
    return count
