"""Texts and values as YAML scalars on one line.

Every text reads the same in a YAML 1.1 and a YAML 1.2 parser: what either would take for something else is quoted.
"""

import re
from datetime import tzinfo
from decimal import Decimal
from functools import lru_cache

from pipectl.model.moment import Moment
from pipectl.model.pattern import pattern

# Words and shapes that some YAML parser types: booleans, nulls, numbers, sexagesimals, dates, merge keys.
_TYPED = pattern(
    r"(?:~|null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan)|=|<<"
    r"|[-+.]?[0-9][0-9_,.:eExXoObBa-fA-F+-]*|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*)\Z",
    re.IGNORECASE,
)
_SPECIAL_START = frozenset("!&*-?:,[]{}#|>@`\"'%=<~")
UNPRINTABLE = pattern("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


def scalar(text: str, *, in_flow: bool = False) -> str:
    """*text* as a YAML scalar on one line: plain where nothing could misread it, else quoted."""
    if _is_plain(text, in_flow=in_flow):
        return text
    if UNPRINTABLE.search(text) or "\xa0" in text:
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


@lru_cache(maxsize=4096)
def _is_plain(text: str, *, in_flow: bool) -> bool:
    if not text or text != text.strip() or text[0] in _SPECIAL_START or _TYPED.match(text):
        return False
    if ": " in text or " #" in text or text.endswith(":") or UNPRINTABLE.search(text) or "\xa0" in text:
        return False
    return not (in_flow and re.search(r"[,\[\]{}:?]", text))


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return "\\n"
    if not UNPRINTABLE.match(character) and character != "\xa0":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def digits(amount: Decimal) -> str:
    """An amount in plain digits."""
    return f"{amount:f}"


def percent_text(percent: Decimal) -> str:
    """A percentage that no reader takes for a share of one: `60`, and `0.5%`."""
    return f"{digits(percent)}%" if 0 < percent < 1 else digits(percent)


def moment_text(moment: Moment, zone: tzinfo) -> str:
    """A date, or a date and time; with its offset unless a reader in *zone*, the workspace's, gets the same without."""
    instant = moment.instant
    if instant is None:
        return moment.day.isoformat()
    # Of an hour that comes twice a reader takes the first; the second needs its offset.
    plain = instant.replace(tzinfo=None) if instant.tzinfo is zone and not instant.fold else instant
    if instant.microsecond:
        return plain.isoformat(" ", "milliseconds" if instant.microsecond % 1000 == 0 else "microseconds")
    return plain.isoformat(" ", "seconds" if instant.second else "minutes")
