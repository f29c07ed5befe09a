"""Edits of hand-written YAML that change the characters which have to change, and no others.

An edit splices text at the spans of the nodes. Its result is read again and must say what the file said before, with
what was planned in its place, event by event; the next way to make the edit is tried where it does not. Where none
does, the edit is refused, with the lines to put in by hand. Comments, quotes, spacing, line breaks, a byte order mark
and a missing final line break are never touched, as they stand outside of what is spliced.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pipectl.store.edit_add import AddKey, add_by_hand, add_plans
from pipectl.store.edit_append import Append, append_plans
from pipectl.store.edit_document import Document, Path
from pipectl.store.edit_insert import Insert, insert_plans
from pipectl.store.edit_plain import set_plainly
from pipectl.store.edit_plans import Plan, carried_out
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_remove import Remove, remove_plans
from pipectl.store.edit_scalars import Data, Look, Scalar, Value, flow, written
from pipectl.store.edit_set import Set, set_plans
from pipectl.store.nodes import read_tree
from pipectl.store.plain_reader import read_plain

__all__ = [
    "AddKey",
    "Append",
    "Data",
    "Document",
    "Edit",
    "Insert",
    "Path",
    "Refused",
    "Remove",
    "Scalar",
    "Set",
    "Value",
    "apply",
    "refuse_worse",
    "spliced",
]

# Lines and sizes in messages change with an edit.
_NUMBER = re.compile(r"[0-9,]+")

Edit: TypeAlias = Set | AddKey | Append | Insert | Remove


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
    result = Document(begun, document)
    for edit in left:
        result = _edited(result, edit)
    return result.data


def _plainly(data: bytes, edits: Sequence[Edit]) -> tuple[bytes, Sequence[Edit]]:
    """*data* with the first of *edits* made, where they need no parser's events, and the edits that are left."""
    sets: list[Set] = []
    for edit in edits:
        if not isinstance(edit, Set):
            break
        sets.append(edit)
    changed = set_plainly(data, sets) if sets else None
    return (data, edits) if changed is None else (changed, edits[len(sets) :])


def _edited(document: Document, edit: Edit) -> Document:
    try:
        for plan in _plans(document, edit):
            result = carried_out(document, plan)
            if result is not None:
                return result
    except Refused as refused:
        raise Refused(refused.reason, line=refused.line, lines=refused.lines or _by_hand(edit)) from None
    raise Refused("this text can't be changed safely", line=_line(document, edit), lines=_by_hand(edit))


def _plans(document: Document, edit: Edit) -> Iterator[Plan]:
    match edit:
        case Set():
            return set_plans(document, edit)
        case AddKey():
            return add_plans(document, edit)
        case Append():
            return append_plans(document, edit)
        case Insert():
            return insert_plans(document, edit)
        case Remove():
            return remove_plans(document, edit)


def _line(document: Document, edit: Edit) -> int:
    """The line to look at: of the value, or below the collection that gets an entry."""
    span = document.find(edit.path)
    if span is None:
        return 1
    if isinstance(edit, Insert) and edit.index < len(span.items):
        return document.line(span.items[edit.index].outer)
    grows = isinstance(edit, AddKey | Append | Insert) and not span.flow
    return document.line(span.stop) + 1 if grows else document.line(span.outer)


def _by_hand(edit: Edit) -> list[str]:
    match edit:
        case Set():
            text = written(edit.value, Look())
            return [f"{edit.path[-1]}: {text}" if edit.path and isinstance(edit.path[-1], str) else text]
        case AddKey():
            return [add_by_hand(edit)]
        case Append() | Insert():
            return [f"- {flow(edit.item, Look())}"]
        case Remove():
            return []


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
