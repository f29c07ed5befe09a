"""Plain files changed by their lines: most changes of most deals, in a third of the time.

Scalars at the top are set, and what ends the file, as the history does, gets another entry in braces. No way is tried
that `edit_set` or `edit_append` would not try first, and the proof is the same: the line reader, which takes a text as
the parser does or not at all, has to find what the file said before, at the same places, with the new texts among it.
"""

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from functools import lru_cache

from pipectl.store.edit_kinds import Append, Set
from pipectl.store.edit_scalars import NULLS, Look, Value, as_value, flow, written
from pipectl.store.plain_brackets import Plain, PlainList, PlainMapping
from pipectl.store.plain_reader import read_plain, value_column

_QUOTES = ("'", '"')

# A text that is to be changed is first asked for its keys, and what came of one change is where the next begins.
plain_once = lru_cache(2)(read_plain)


def set_plainly(data: bytes, edits: Sequence[Set]) -> bytes | None:
    """*data* with all *edits* made; None where it takes the parser's events to make one."""
    # A line that ends otherwise than others is taken apart otherwise.
    if b"\r" in data or data.startswith(BOM_UTF8) or not all(map(_is_simple, edits)):
        return None
    root = plain_once(data)
    if root is None:
        return None
    lines = data.decode().split("\n")
    texts: dict[str, str] = {}
    for edit in edits:
        key, text = str(edit.path[0]), as_value(edit.value).text
        if key in texts or not _set(lines, root, key, edit):
            return None
        texts[key] = text
    changed = "\n".join(lines).encode("utf-8")
    wanted = PlainMapping({**root, **texts})
    wanted.rows = root.rows
    return changed if plain_once(changed) == wanted else None


def _is_simple(edit: Set) -> bool:
    value = as_value(edit.value)
    return len(edit.path) == 1 and not (value.bare and value.text in NULLS)


def _set(lines: list[str], root: PlainMapping, key: str, edit: Set) -> bool:
    """Write the value of *key* into its line of *lines*; False where the old one may reach beyond, or says it already.

    Apart from the text between its quotes, no line says another thing than before: the rows of all values tell.
    """
    old = root.get(key)
    text = as_value(edit.value).text
    if not isinstance(old, str) or not old or old == text:
        return False
    row = dict(zip(root, root.rows or (), strict=True))[key]
    line = lines[row]
    start = value_column(line) - 1
    first = line[start : start + 1]  # none of a text that begins on the next line
    quote = first if first in _QUOTES else ""
    if not line.startswith(quote + old + quote, start):  # a block of text, or one that goes on in the next line
        return False
    stop = start + len(old) + 2 * len(quote)
    lines[row] = line[:start] + written(edit.value, Look(), quote=quote) + line[stop:]
    return True


def append_plainly(data: bytes, edit: Append) -> bytes | None:
    """*data* with an entry more at its end, where a list of entries in braces stands; None where it takes the events.

    Its last two entries have to be spaced as those of a new file are, each in its line, and the last, which the new one
    takes after, has no quotes.
    """
    root, texts, key = plain_once(data), _texts(edit.item), str(edit.path[0]) if len(edit.path) == 1 else ""
    found = root.get(key) if root is not None else None
    if root is None or texts is None or not isinstance(found, PlainList) or found.rows is None or len(found) < 2:
        return None
    *before, last, end = data.decode().split("\n")
    indent = last[: len(last) - len(last.lstrip(" "))]
    lines = [_entry_line(indent, item) for item in found[-2:]]
    if end or lines != [*before[-1:], last] or any(quote in last for quote in _QUOTES):
        return None
    longer = PlainList([*found, PlainMapping(texts)])
    longer.rows = [*found.rows, len(before) + 1]
    wanted = PlainMapping({**root, key: longer})
    wanted.rows = root.rows
    changed = data + f"{indent}- {flow(edit.item, Look())}\n".encode()
    return changed if plain_once(changed) == wanted else None


def _entry_line(indent: str, item: Plain) -> str:
    """How an entry of texts without quotes stands in a new file; "" for any other item."""
    texts = _texts(item)
    return f"{indent}- {{{', '.join(f'{key}: {text}' for key, text in texts.items())}}}" if texts else ""


def _texts(entry: object) -> dict[str, str] | None:
    """What the values of an entry say; None where one is no text, or says that there is none."""
    if not isinstance(entry, Mapping):
        return None
    values = {key: as_value(value) for key, value in entry.items() if isinstance(value, str | Value)}
    if len(values) < len(entry) or any(value.bare and value.text in NULLS for value in values.values()):
        return None
    return {key: value.text for key, value in values.items()}
