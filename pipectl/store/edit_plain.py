"""Scalars at the top of a plain file set by its lines: most changes of most deals, in a third of the time.

No way is tried that `edit_set` would not try first, and the proof is the same: the line reader, which takes a text as
the parser does or not at all, has to find what the file said before, at the same places, with the new texts among it.
"""

from collections.abc import Sequence

from pipectl.store.edit_scalars import Look, as_value, written
from pipectl.store.edit_set import Set
from pipectl.store.edit_spans import NULLS
from pipectl.store.plain_reader import PlainMapping, read_plain, value_column

_QUOTES = ("'", '"')


def set_plainly(data: bytes, edits: Sequence[Set]) -> bytes | None:
    """*data* with all *edits* made; None where it takes the parser's events to make one."""
    if not all(_is_simple(edit) for edit in edits) or (root := read_plain(data)) is None:
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
    return changed if read_plain(changed) == wanted else None


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
    quote = line[start] if line[start] in _QUOTES else ""
    if not line.startswith(quote + old + quote, start):  # a block of text
        return False
    stop = start + len(old) + 2 * len(quote)
    lines[row] = line[:start] + written(edit.value, Look(), quote=quote) + line[stop:]
    return True
