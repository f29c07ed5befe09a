"""What is put into a file: a text, a list of texts, a mapping of texts, and how they are written on one line."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pipectl.model.frozen import field, frozen
from pipectl.model.pattern import pattern
from pipectl.store.quoting import scalar


@frozen
class Value:
    """A text; *bare* when it stands without quotes though a parser may type it: a day, digits, `~`."""

    text: str
    bare: bool = False


Scalar: TypeAlias = str | Value
Data: TypeAlias = "Scalar | Sequence[Data] | Mapping[str, Data]"


@frozen
class Look:
    """How the neighbours of a new entry are written.

    Attributes:
        quote: around values; `quotes`: around the value of a key, where a neighbour has that key.
        json: nothing but numbers, true, false and null may stand without quotes.
        column: where values start, counted from the start of their keys, when they stand below each other.
        pad: inside of braces and brackets.
    """

    quote: str = ""
    quotes: Mapping[str, str] = field(default_factory=dict)
    key_quote: str = ""
    json: bool = False
    colon: str = ": "
    column: int = 0
    comma: str = ", "
    pad: str = ""


# What an event says, without its marks; its first member names the kind.
Signature: TypeAlias = tuple[object, ...]
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

# How bold the writing is: as the neighbours are; as a new file would have it; in double quotes, which hold any text.
BOLDNESS = (0, 1, 2)

_ESCAPED = pattern('["\\\\\x00-\x1f\x7f-\xa0\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_JSON_BARE = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")


def as_value(data: Scalar) -> Value:
    return data if isinstance(data, Value) else Value(data)


def written(data: Scalar, look: Look, *, quote: str = "", in_flow: bool = False, boldness: int = 0) -> str:
    """The text on one line, in the quotes of *look*, or in *quote*, where they can hold it."""
    value = as_value(data)
    text = value.text
    if value.bare and text in NULLS:
        return text
    if look.json:
        return text if value.bare and _JSON_BARE.fullmatch(text) else _double_quoted(text)
    if boldness == 2:
        return _double_quoted(text)
    if boldness == 0:
        quote = quote or look.quote
        if quote == '"':
            return _double_quoted(text)
        if quote == "'" and text.isprintable():
            return "'" + text.replace("'", "''") + "'"
        if value.bare and text:
            return text
    return scalar(text, in_flow=in_flow)


def _double_quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(lambda found: _escape(found.group()), text) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def key_written(key: str, look: Look, *, in_flow: bool = False) -> str:
    """The key, with its colon and the blanks that follow."""
    text = written(key, Look(quote=look.key_quote), in_flow=in_flow)
    if look.column:
        return text + ":" + " " * max(1, look.column - len(text) - 1)
    glued = not look.colon.endswith(" ") and text[0] not in "\"'"
    return text + (": " if glued else look.colon)


def flow(data: Data, look: Look, boldness: int = 0) -> str:
    """*data* on one line, to stand in brackets or braces, or to be such."""
    if isinstance(data, str | Value):
        return written(data, look, in_flow=True, boldness=boldness)
    if isinstance(data, Mapping):
        pairs = [
            key_written(key, look, in_flow=True)
            + (
                written(item, look, quote=look.quotes.get(key, ""), in_flow=True, boldness=boldness)
                if isinstance(item, str | Value)
                else flow(item, look, boldness)
            )
            for key, item in data.items()
        ]
        return _enclosed("{", pairs, "}", look)
    return _enclosed("[", [flow(item, look, boldness) for item in data], "]", look)


def _enclosed(opening: str, parts: Sequence[str], closing: str, look: Look) -> str:
    pad = look.pad if parts else ""
    return opening + pad + look.comma.join(parts) + pad + closing


def block_text(text: str, indent: str) -> list[str]:
    """*text* as lines after its key, `|` or `|-` first; none where it is one line, or can't be written so."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if len(lines) == 1 or lines[0][:1] in ("", " ", "\t") or not lines[-1]:
        return []
    return ["|" if body != text else "|-", *(indent + line if line else "" for line in lines)]


def shape(data: Data) -> list[Signature]:
    """How the signatures of the events begin that *data* must give when it is read back."""
    if isinstance(data, str | Value):
        return [("scalar", as_value(data).text, None, None)]
    if isinstance(data, Mapping):
        inner = [event for key, item in data.items() for event in (*shape(key), *shape(item))]
        return [("mapping", None, None), *inner, ("end",)]
    return [("list", None, None), *(event for item in data for event in shape(item)), ("end",)]
