r"""The one gate for text from a file, a commit or an import: nothing in it steers a terminal, a log or a spreadsheet.

Characters that show nothing but do something become visible escapes such as `\x1b` or `\u202e`. Words that a build
log takes for commands get a backslash: `\::error::` at the start of a line, `##\[error]` anywhere.
"""

import re
from typing import TextIO

from pipectl.model.pattern import pattern

# C0 but tab and newline, DEL and C1 (with NEL), line and paragraph separators, bidirectional embeddings, overrides
# and isolates, BOM, annotation anchors, non-characters, lone surrogates, and the invisible tag letters.
UNSAFE = pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

# GitHub's runner trims a line and then wants `::` first. It takes `##[` anywhere in a line, as Azure's agent takes
# `##vso[` and TeamCity `##teamcity[`. It compares by culture, which overlooks zero-width characters: only a character
# that can be seen parts the two.
_IGNORED = "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\uffa0]"
_UNSEEN = rf"(?:[^\S\n]|{_IGNORED})"
_AT_START = pattern(rf"^({_UNSEEN}*)(?=\\*:{_IGNORED}*:)", re.MULTILINE)
_ANYWHERE = pattern(r"(##[A-Za-z]*)(?=\\*\[)")
_BARE_START = pattern(rf"^({_UNSEEN}*)(?=:{_IGNORED}*:)", re.MULTILINE)
_BARE_ANYWHERE = pattern(r"(##[A-Za-z]*)(?=\[)")
_AT_START_TAMED = pattern(rf"^({_UNSEEN}*)\\(?=\\*:{_IGNORED}*:)", re.MULTILINE)
_ANYWHERE_TAMED = pattern(r"(##[A-Za-z]*)\\(?=\\*\[)")

# What makes spreadsheets compute; the wide forms do so in East Asian ones.
_COMPUTED = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_MAY_COMPUTE = f"'{_COMPUTED}"
_FORMULA = pattern(f"'*[{re.escape(_COMPUTED)}]")


def plain(text: str) -> str:
    """*text* for one line: a run of newlines and tabs becomes a blank, and nothing in it has an effect."""
    # Nearly every text is an id or a title without any of this.
    if text.isprintable() and not _may_be_command(text):
        return text
    return _tamed(one_line(text))


def block(text: str) -> str:
    """*text* for several lines, such as notes: newlines and tabs stay, and nothing else in it has an effect."""
    return text if text.isprintable() and not _may_be_command(text) else _tamed(visible(text))


def one_line(text: str) -> str:
    """*text* with its unsafe characters spelled out, on one line; for where nothing can look like a command."""
    # Neither unsafe characters nor newlines and tabs are printable.
    return text if text.isprintable() else re.sub(r"[\n\t]+", " ", visible(text))


def visible(text: str) -> str:
    """*text* with its unsafe characters spelled out; newlines, also those of Windows, and tabs stay."""
    return UNSAFE.sub(lambda found: _spelled(found[0]), text.replace("\r\n", "\n"))


def say(end: TextIO, *lines: str) -> None:
    """Print each of *lines* to *end*: for all that is printed and is no rendered report.

    What is safe already stays as it is, so that a line may be put together from safe parts and others.
    """
    end.write("".join(f"{inert(line)}\n" for line in lines))


def inert(text: str) -> str:
    """*text* for a line that a person reads: as `plain`, but text that is safe already stays as it is."""
    shown = one_line(text)
    if not _may_be_command(shown):
        return shown
    return _BARE_ANYWHERE.sub(r"\1\\", _BARE_START.sub(r"\1\\", shown))


def csv_cell(text: str) -> str:
    """*text* for a cell of a spreadsheet, where a leading `'` keeps it from being computed."""
    safe = block(text)
    return f"'{safe}" if safe[:1] in _MAY_COMPUTE and _FORMULA.match(safe) else safe


def unguard(text: str) -> str:
    """What `csv_cell` was given, but for characters that it had to spell out."""
    if text.startswith("'") and _FORMULA.match(text, 1):
        text = text[1:]
    return _ANYWHERE_TAMED.sub(r"\1", _AT_START_TAMED.sub(r"\1", text))


def tamed_start(text: str) -> str:
    """*text*, safe inside a line, made safe for the start of one."""
    return _AT_START.sub(r"\1\\", text)


def _may_be_command(text: str) -> bool:
    """Whether one of the patterns could find anything; all that goes unseen between two colons is beyond ASCII."""
    return "##" in text or ("::" in text if text.isascii() else text.count(":") > 1)


def _tamed(text: str) -> str:
    """One backslash more than there was, so that taking one away gives the text back."""
    return _ANYWHERE.sub(r"\1\\", tamed_start(text))


def _spelled(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
