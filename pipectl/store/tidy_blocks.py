"""The text of a mapping as blocks that can be moved: each key with its lines and the comments that are its own.

Whose a comment is:

- one at the end of a line, or indented deeper than the keys: of the key above;
- one that touches the key below it: of that key;
- one that touches the key above, with a blank line under it: of the key above;
- one between blank lines: it introduces the key below, and moves with it;
- above the first key, all but what touches it: of the file, at its head; also what touches it where that begins in
  the file's first line, or is a line for an editor, such as `# yaml-language-server: …`;
- below the last key: of the file, at its end.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pipectl.store.edit_document import Document
from pipectl.store.edit_spans import BLOCK_HEADER, Span

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FOR_EDITORS = re.compile(r"#\s*(?:yaml-language-server:|vim?:|-\*-)")


class Entry(NamedTuple):
    """One key.

    Attributes:
        above: the lines of its comments, with the blank ones between them.
        apart: a blank line stands above those.
        body: its own lines and the comments under them.
        remark: a comment under it would be the next key's if it touched that.
        full: no blank line may be put below it, or none has to.
    """

    key: str
    above: list[str]
    apart: bool
    body: list[str]
    remark: bool
    full: bool


class Blocks(NamedTuple):
    """A file in parts. *head_apart*, *tail_apart*: a blank line parts it from the keys."""

    head: list[str]
    head_apart: bool
    entries: list[Entry]
    tail: list[str]
    tail_apart: bool
    line_break: str


def cut(document: Document) -> Blocks | None:
    """The parts of a file that ends in a line break; None where it is no mapping with a key a line."""
    root = document.root
    if root is None or root.kind != "mapping" or root.flow or not root.items:
        return None
    keys = [document.entry_start(key) for key, _ in root.entries]
    if not all(document.is_first(at) for at in keys):
        return None
    starts = [document.line_start(at) for at in keys]
    column = document.column(keys[0])
    head, apart, above = _split_head(_lines(document.text[: starts[0]]), column)
    entries: list[Entry] = []
    rest: list[str] = []
    for number, (key, value) in enumerate(root.entries):
        stop, full = _end(document, value)
        last = number + 1 == len(keys)
        gap = _lines(document.text[stop : len(document.text) if last else starts[number + 1]])
        under = _under(gap, column, last=last)
        body = [*_lines(document.text[starts[number] : stop]), *gap[:under]]
        remark = under > 0 and not _is_deeper(gap[under - 1], column)
        introduced = bool(entries) and bool(rest) and not rest[0].strip()
        comments = _squeezed(rest, keep_last=True) if entries else above
        entries.append(Entry(key.text, comments, introduced, body, remark, full and not under))
        rest = gap[under:]
    tail_apart = bool(rest) and not rest[0].strip()
    return Blocks(head, apart, entries, _squeezed(rest), tail_apart, document.break_near(0))


def joined(blocks: Blocks, entries: Sequence[Entry], group_of: Callable[[Entry], int]) -> str:
    """The text of the file with its *entries* in this order, and a blank line where two groups meet."""
    lines = list(blocks.head)
    if lines and (blocks.head_apart or _stands_apart(entries[0]) or _would_be_taken_over(blocks, entries)):
        lines.append(blocks.line_break)
    for number, entry in enumerate(entries):
        above = entries[number - 1] if number else None
        if above is not None and not above.full:
            wanted = group_of(above) != group_of(entry) or above.remark or _stands_apart(entry)
            lines += [blocks.line_break] * wanted
        lines += [*entry.above, *entry.body]
    if blocks.tail:
        wanted = not entries[-1].full and (blocks.tail_apart or entries[-1].remark)
        lines += [blocks.line_break] * wanted
    return "".join([*lines, *blocks.tail])


def _would_be_taken_over(blocks: Blocks, entries: Sequence[Entry]) -> bool:
    """Whether the comment at the head would touch a key that it did not touch, and seem to be its comment."""
    return entries[0] is not blocks.entries[0] and _speaks(blocks.head[-1])


def _stands_apart(entry: Entry) -> bool:
    return bool(entry.above) and (entry.apart or any(not line.strip() for line in entry.above))


def _lines(text: str) -> list[str]:
    return _LINE.findall(text)


def _is_comment(line: str) -> bool:
    return line.lstrip(" \t").startswith("#")


def _speaks(line: str) -> bool:
    """Whether it is a comment for people."""
    return _is_comment(line) and not _FOR_EDITORS.match(line)


def _is_deeper(line: str, column: int) -> bool:
    return _is_comment(line) and len(line) - len(line.lstrip(" \t")) > column


def _split_head(lines: list[str], column: int) -> tuple[list[str], bool, list[str]]:
    """What belongs to the file, whether a blank line stands below that, and what belongs to the first key."""
    at = len(lines)
    # One that is indented deeper would be taken for that of the key above, once there is one.
    while at and _is_comment(lines[at - 1]) and not _is_deeper(lines[at - 1], column):
        at -= 1
    if lines and all(map(_is_comment, lines)) and _speaks(lines[0]):
        # What begins in the first line speaks of the file, or of its first key: only the head is right for both.
        at = len(lines)
    while at < len(lines) and _FOR_EDITORS.match(lines[at]):
        at += 1
    apart = at > 0 and not lines[at - 1].strip()
    return _squeezed(lines[:at]), apart, lines[at:]


def _end(document: Document, value: Span) -> tuple[int, bool]:
    """Where the line below *value* starts, and whether it ends in blank lines of its own."""
    last = value
    while not last.flow and last.kind != "scalar" and last.items:
        last = last.items[-1]
    header = BLOCK_HEADER.match(document.text, last.start) if last.is_block_text else None
    if header is None:
        return document.next_line(last.end), False
    keeps = "+" in header.group()
    # Blanks at the end of a text are in it: those of a last line too that holds nothing else.
    whole = keeps or last.text.rstrip("\n")[-1:].isspace()
    end = last.loose if whole else last.stop
    stop = end if document.starts_line(end) else document.next_line(end)
    return stop, keeps or (whole and not document.text[document.line_above(stop) : stop].strip())


def _under(gap: list[str], column: int, *, last: bool) -> int:
    """How many of the lines below a key are its own."""
    count = 0
    for number, line in enumerate(gap):
        if _is_deeper(line, column):
            count = number + 1
        elif line.strip() and not _is_comment(line):
            break
    if last:
        return count
    at = count
    while at < len(gap) and _is_comment(gap[at]):
        at += 1
    return at if at < len(gap) else count


def _squeezed(lines: list[str], *, keep_last: bool = False) -> list[str]:
    """*lines* without blank ones at both ends, and one where there were several; *keep_last*: one at the end stays."""
    kept = list(_squeezed_lines(lines))
    if kept and not kept[-1].strip() and not keep_last:
        kept.pop()
    return kept


def _squeezed_lines(lines: list[str]) -> Iterator[str]:
    before = ""
    for line in lines:
        if line.strip() or before.strip():
            yield line
        before = line
