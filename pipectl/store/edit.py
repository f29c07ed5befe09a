"""Edits of hand-written YAML that change the characters which have to change, and no others.

An edit splices text at the spans of the nodes. Its result is read again and must say what the file said before, with
what was planned in its place, event by event; the next way to make the edit is tried where it does not. Where none
does, the edit is refused, with the lines to put in by hand. Comments, quotes, spacing, line breaks, a byte order mark
and a missing final line break are never touched, as they stand outside of what is spliced.
"""

import importlib
import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from pipectl.store.edit_kinds import AddKey, Append, Edit, Insert, Path, Remove, Set
from pipectl.store.edit_plain import append_plainly, set_plainly
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_scalars import Data, Scalar, Value
from pipectl.store.nodes import read_tree
from pipectl.store.plain_reader import read_plain

if TYPE_CHECKING:
    from pipectl.store.edit_document import Document

__all__ = [
    "AddKey",
    "Append",
    "Data",
    "Edit",
    "Insert",
    "Path",
    "Refused",
    "Remove",
    "Scalar",
    "Set",
    "Value",
    "apply",
    "parsed",
    "refuse_worse",
    "spliced",
]

# Lines and sizes in messages change with an edit.
_NUMBER = re.compile(r"[0-9,]+")


def apply(data: bytes, edits: Sequence[Edit], *, document: int | None = None) -> bytes:
    """*data* with all *edits* made, one after the other.

    *document* chooses one of several YAML documents in the file, from 0.

    Raises:
        Refused: one of the edits can't be made for sure; none is.
    """
    changed = spliced(data, edits, document=document)
    refuse_worse(data, changed)
    return changed


def spliced(data: bytes, edits: Sequence[Edit], *, document: int | None = None) -> bytes:
    """As `apply`, for who reads the result anyway, and calls `refuse_worse` where there is something to say of it."""
    begun, left = _plainly(data, edits) if document is None else (data, edits)
    if begun is not data and not left:
        return begun
    # What edits by events takes as long to import as Python to start, and most changes of most files need none of it.
    changed: bytes = importlib.import_module("pipectl.store.edit_events").edited_by_events(begun, left, document)
    return changed


def parsed(data: bytes) -> "Document":
    """A file with the spans of its nodes.

    Raises:
        Refused: it is not UTF-8 or not YAML.
    """
    document: Document = importlib.import_module("pipectl.store.edit_document").Document(data)
    return document


def _plainly(data: bytes, edits: Sequence[Edit]) -> tuple[bytes, Sequence[Edit]]:
    """*data* with the first of *edits* made, where they need no parser's events, and the edits that are left."""
    sets = [edit for edit in takewhile(lambda edit: isinstance(edit, Set), edits) if isinstance(edit, Set)]
    changed = set_plainly(data, sets) if sets else data
    if changed is None:
        return data, edits
    made = len(sets)
    for edit in edits[made:]:
        longer = append_plainly(changed, edit) if isinstance(edit, Append) else None
        if longer is None:
            break
        changed, made = longer, made + 1
    return changed, edits[made:]


def refuse_worse(old: bytes, new: bytes) -> None:
    """Make sure that the reader finds nothing unreadable in *new* that was not in *old*.

    Raises:
        Refused: it does.
    """
    if old == new or read_plain(new) is not None:
        return
    found = [problem for problem in read_tree(new, "").problems if problem.unread]
    if not found:
        return
    known = Counter(_NUMBER.sub("", problem.message) for problem in read_tree(old, "").problems if problem.unread)
    for problem in found:
        what = _NUMBER.sub("", problem.message)
        known[what] -= 1
        if known[what] < 0:
            raise Refused(problem.message, line=problem.place.line)
