"""A scalar gets another text."""

import re
from collections.abc import Iterator

from pipectl.store.edit_document import Document, Splice
from pipectl.store.edit_kinds import Path, Set
from pipectl.store.edit_plans import Plan, own, put_lines
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_scalars import BOLDNESS, NULLS, Look, Value, as_value, written
from pipectl.store.edit_spans import BLOCK_HEADER, Span
from pipectl.store.quoting import scalar

_HEADER_LINE = re.compile(r"([|>])([-+0-9]*)([^\r\n]*)(\r\n|\n|\r)")
_INDENTED = re.compile(r"^( *)[^ \r\n]", re.MULTILINE)


def set_plans(document: Document, edit: Set) -> Iterator[Plan]:
    span = document.find(edit.path)
    value = as_value(edit.value)
    if span is None:
        raise Refused(f"there is no {shown(edit.path)}")
    if span.kind in ("list", "mapping"):
        raise Refused(f"{shown(edit.path)} is a {span.kind}", line=document.line(span.outer))
    if span.kind == "alias" and edit.path[-1:] == ("<<",):
        raise Refused(f"'<<' brings in the keys of *{span.anchor}", line=document.line(span.outer))
    own(document, span)
    if _says_already(span, value):
        yield Plan([], span.event, span.event, [])
        return
    anchor, tag = (None, None) if span.kind == "alias" else (span.anchor, span.tag)
    for splice in _splices(document, span, value):
        yield Plan([splice], span.event, span.after, [("scalar", value.text, anchor, tag)])


def shown(path: Path) -> str:
    """A path as a message names it: `history[2].stage`."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"'{steps.lstrip('.')}'" if steps else "the file's content"


def _says_already(span: Span, value: Value) -> bool:
    if span.kind != "scalar" or span.text != value.text:
        return False
    if span.is_null or (value.bare and value.text in NULLS):
        return span.is_null and value.bare
    return bool(span.style) or value.bare or scalar(value.text, in_flow=span.in_flow) == value.text


def _splices(document: Document, span: Span, value: Value) -> Iterator[Splice]:
    if span.is_block_text and not (value.bare and value.text in NULLS):
        yield from _in_block(document, span, value.text)
    before, stop, behind = _surroundings(document, span)
    quote = span.style if span.style in ("'", '"') else ""
    for boldness in BOLDNESS:
        text = written(value, Look(), quote=quote, in_flow=span.in_flow, boldness=boldness)
        if span.parent is None and span.is_nothing:
            yield put_lines(document, len(document.text), [text])
        elif span.keyless and span.key and not span.in_flow:
            indent = " " * document.column(document.entry_start(span.key))
            yield put_lines(document, document.next_line(span.start), [f"{indent}: {text}"])
        else:
            yield Splice(span.start, stop, before + text + behind)


def _surroundings(document: Document, span: Span) -> tuple[str, int, str]:
    """What has to stand before the new text, where the old one stops, and what has to stand behind."""
    if span.is_block_text:
        header = BLOCK_HEADER.match(document.text, span.start)
        comment = document.text[header.end() : document.line_stop(span.start)] if header else ""
        glued = "" if comment.startswith((" ", "\t")) else " "
        return "", span.stop, glued + comment if "#" in comment else ""
    if span.start < span.stop:
        return "", span.stop, ""
    before = ":" if span.keyless else ""
    # In `{a: , b: 1}` the blank before the comma is the one that the value wants.
    stop = span.start + (document.text[span.start : span.start + 2] == " ,")
    return before + " ", stop, ""


def _in_block(document: Document, span: Span, text: str) -> Iterator[Splice]:
    """The lines of a block of text replaced; its header changed only where it says something else of the end."""
    found = _HEADER_LINE.match(document.text, span.start, span.stop)
    content = _INDENTED.search(document.text, found.end(), span.stop) if found else None
    if found is None or content is None:
        return
    style, indicators, comment, line_break = found.groups()
    body = text.removesuffix("\n")
    if body == text and "\n" not in text and "-" not in indicators:
        return
    lines = line_break.join(content.group(1) + line if line else "" for line in body.split("\n"))
    for kept in (style, "|"):
        for chomp in (indicators, "-" if body == text else ""):
            yield Splice(span.start, span.stop, kept + chomp + comment + line_break + lines)
