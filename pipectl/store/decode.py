"""Bytes become text that is fit for a YAML parser, or complaints that say why they are not."""

import re
from typing import NamedTuple

from pipectl.model.pattern import pattern

MAX_BYTES = 1 << 20
MAX_COMPLAINTS = 50


class Complaint(NamedTuple):
    """What makes a file unreadable, where (line and column from 1), and how to mend it."""

    message: str
    line: int
    column: int
    hint: str = ""


# Breaks that libyaml counts as lines but editors don't, and what no field may hold. A surrogate comes from an escape.
_FORBIDDEN = pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)"
)
_CONFLICT = pattern(r"^(?:<{7}|>{7}|\|{7})(?: |\r?$)", re.MULTILINE)
_TAG_DIRECTIVE = pattern(r"^%TAG", re.MULTILINE)
_BREAKS = {0x85: "a next-line character", 0x2028: "a line separator", 0x2029: "a paragraph separator"}

CONFLICT = "unresolved git merge conflict"
CONFLICT_HINT = "choose what to keep and delete the lines that begin with <<<<<<<, =======, >>>>>>> or |||||||"
DIRECTIVE = "a line that begins with % is no part of a pipeline file"


def has_conflict(data: bytes) -> bool:
    """Whether the markers of a conflict that git has left stand in a file."""
    return b"<<<<<<<" in data and _CONFLICT.search(data.decode("utf-8", "replace")) is not None


def character_name(character: str) -> str:
    """What to call a forbidden *character* in a message: `control character U+001B`."""
    code = ord(character)
    if code == 0x0D:
        return "a carriage return without line feed (U+000D)"
    if code in _BREAKS:
        return f"{_BREAKS[code]} (U+{code:04X})"
    if 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return f"bidirectional override U+{code:04X}"
    if 0xD800 <= code <= 0xDFFF:
        return f"surrogate U+{code:04X}"
    return f"byte order mark U+{code:04X} inside the text" if code == 0xFEFF else f"control character U+{code:04X}"


def forbidden(text: str) -> str | None:
    """The name of the first character of *text* that no field may hold, or None."""
    if text.isprintable():  # all that is forbidden is not printable, and most texts need no search
        return None
    found = _FORBIDDEN.search(text)
    return character_name(found.group()[0]) if found else None


def decode(data: bytes) -> tuple[str, list[Complaint]]:
    """The text of a file and what makes it unfit; the text is "" where the bytes are not UTF-8."""
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data):,} bytes; a pipeline file has at most {MAX_BYTES:,}"
        return "", [Complaint(message, 1, 1, "keep attachments and long exports in files of their own")]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:2]:
        return "", [Complaint("the file is UTF-16, or not text at all", 1, 1, "save the file as UTF-8")]
    try:
        # libyaml counts a byte order mark as a column, so it is cut off here.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", [_not_utf8(error)]
    if ("<<<<<<<" in text or ">>>>>>>" in text or "|||||||" in text) and (conflict := _CONFLICT.search(text)):
        return text, [Complaint(CONFLICT, *position(text, conflict.start()), CONFLICT_HINT)]
    if "%TAG" in text and (directive := _TAG_DIRECTIVE.search(text)):
        # Tags are refused anyway, and libyaml takes 24 s for a file full of these.
        return text, [Complaint(DIRECTIVE, *position(text, directive.start()), "remove the line")]
    return text, [] if text.replace("\n", "").isprintable() else _characters(text)


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of *index* in *text*."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _not_utf8(error: UnicodeDecodeError) -> Complaint:
    # `error.object` is without the byte order mark, as the columns are.
    before = error.object[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    if error.reason == "unexpected end of data":
        return Complaint("the file ends in the middle of a character", line, column, "save the file again, as UTF-8")
    byte = error.object[error.start]
    meant = bytes([byte]).decode("cp1252", "ignore")
    was = f" ('{meant}' in Windows-1252)" if meant.isprintable() and meant else ""
    return Complaint(f"byte 0x{byte:02x}{was} is not UTF-8", line, column, "save the file as UTF-8")


def _characters(text: str) -> list[Complaint]:
    complaints = []
    for found in _FORBIDDEN.finditer(text):
        message = f"{character_name(found.group())} is not allowed"
        complaints.append(Complaint(message, *position(text, found.start()), _character_hint(found.group())))
        if len(complaints) == MAX_COMPLAINTS:
            break
    return complaints


def _character_hint(character: str) -> str:
    if character == "\r":
        return "save the file with line ends LF or CRLF"
    return "write an ordinary line break" if ord(character) in _BREAKS else "delete it; most editors do not show it"
