"""Edits by the parser's events: any edit of any file, where there is a way that can be proved."""

from collections.abc import Iterator, Sequence

from pipectl.store.edit_add import add_by_hand, add_plans
from pipectl.store.edit_append import append_plans
from pipectl.store.edit_document import Document
from pipectl.store.edit_insert import insert_plans
from pipectl.store.edit_kinds import AddKey, Append, Edit, Insert, Remove, Set
from pipectl.store.edit_plans import Plan, carried_out
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_remove import remove_plans
from pipectl.store.edit_scalars import Look, flow, written
from pipectl.store.edit_set import set_plans


def edited_by_events(data: bytes, edits: Sequence[Edit], document: int | None) -> bytes:
    """*data* with all *edits* made, one after the other; *document* chooses one of several in the file.

    Raises:
        Refused: one of the edits can't be made for sure.
    """
    result = Document(data, document)
    for edit in edits:
        result = _edited(result, edit)
    return result.data


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
