"""From a planned deal to the bytes of its file: what differs becomes edits, and nothing else is touched.

The result is read back and must be exactly the planned deal; else it is refused and nothing is written.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import TypeVar

from pipectl.model.deal import Deal, FieldValue
from pipectl.model.money import Money
from pipectl.store import items
from pipectl.store.deal_schema import DealSchema
from pipectl.store.edit import (
    AddKey,
    Append,
    Data,
    Edit,
    Path,
    Refused,
    Remove,
    Set,
    Value,
    apply,
    parsed,
    refuse_worse,
    spliced,
)
from pipectl.store.edit_plain import plain_once
from pipectl.store.layout import DEAL
from pipectl.store.load import read_deal

_T = TypeVar("_T")

_ORDER = tuple(key for group in DEAL for key in group)
_SCALARS = (
    *("title", "pipeline", "stage", "amount", "currency", "expected_close", "owner", "company", "source", "created"),
    *("probability", "forecast", "lost_reason", "competitor", "snooze_until", "notes"),
)
_TEXT_LISTS = ("tags", "aliases")
_TASK_KEYS = ("title", "due", "done", "owner", "id", "every", "snoozed_until", "last_chance")


def edited(data: bytes, before: Deal, after: Deal, schema: DealSchema) -> bytes:
    """*data*, the file of *before*, as the file of *after*.

    Raises:
        Refused: the text can't be changed for sure, or what it says now is not *before*.
    """
    percents = {key for key, kind in schema.field_types(after.pipeline).items() if kind.type == "percent"}
    try:
        zone, keys = schema.settings.zone, _keys(data)
        planned = edits(before, after, zone, percents, keys, _single_texts(data, before, after))
        changed = spliced(data, [*_currencies(data, before, after), *planned])
        read, problems = read_deal((before.path, changed), schema)
        if problems:
            refuse_worse(data, changed)
    except Refused as refused:
        raise Refused(refused.reason, line=refused.line, lines=refused.lines, path=before.path) from None
    if read != after.but(path=before.path, id=before.id):
        unread = next((problem for problem in problems if problem.unread), None)
        reason = f"{unread.place}: {unread.message}" if unread else "it would read back as another deal"
        raise Refused(f"{before.path} was not changed: {reason}")
    return changed


def restaged(data: bytes, path: str, stage: str) -> bytes:
    """*data*, the file of a deal at *path*, naming its stage *stage*, and nothing else changed.

    Raises:
        Refused: the text can't be changed for sure.
    """
    try:
        return apply(data, [Set(("stage",), stage)])
    except Refused as refused:
        raise Refused(refused.reason, line=refused.line, lines=refused.lines, path=path) from None


def _currencies(data: bytes, before: Deal, after: Deal) -> Iterator[Edit]:
    """Amounts recorded under a currency that the deal has no more say which one it was."""
    if before.currency == after.currency:
        return
    document = parsed(data)
    written = sorted(range(len(before.changes)), key=lambda index: before.places[f"changes.{index}"])
    for place, index in enumerate(written):
        amount = before.changes[index].values.get("amount")
        path: Path = ("changes", place)
        if isinstance(amount, Money) and document.find((*path, "currency")) is None:
            yield AddKey(path, "currency", amount.currency, after=("amount",))


def _keys(data: bytes) -> Container[str]:
    """The keys that a file has at its top, with a value or without."""
    root = plain_once(data)
    if root is not None:
        return root
    whole = parsed(data).root
    entries = whole.entries if whole is not None and whole.kind == "mapping" else []
    return frozenset(key.text for key, _ in entries if key.kind in ("scalar", "alias"))


def _single_texts(data: bytes, before: Deal, after: Deal) -> frozenset[str]:
    """Lists of texts that change and whose file has one text in their place, which nothing can be appended to."""
    changed = [key for key in _TEXT_LISTS if getattr(before, key) and getattr(before, key) != getattr(after, key)]
    if not changed:
        return frozenset()
    document = parsed(data)
    return frozenset(key for key in changed if (span := document.find((key,))) is not None and span.kind != "list")


def edits(
    before: Deal,
    after: Deal,
    zone: tzinfo,
    percents: Container[str],
    keys: Container[str],
    single_texts: Container[str] = (),
) -> Iterator[Edit]:
    """What turns the file of *before* into that of *after*, in the order of the file.

    *percents* are fields written as percentages; *keys* those that the file has; *single_texts* lists that it writes
    as one text.
    """
    present = [key for key in _ORDER if key in keys]
    for key in _SCALARS:
        old, new = getattr(before, key), getattr(after, key)
        # Equal is not enough: 1.0 and 1.00 are written otherwise.
        if old is not new and (value := _scalar(key, new)) != _scalar(key, old):
            yield _scalar_edit(key, value, present)
            if value is not None and key not in present:
                # The next new key of its group stands beside it.
                present.append(key)
    for key in _TEXT_LISTS:
        grows = key not in single_texts
        yield from _text_list(key, getattr(before, key), getattr(after, key), present, grows=grows)
    old_fields, new_fields = items.own_fields(before, percents), items.own_fields(after, percents)
    yield from _mapping("fields", old_fields, new_fields, present)
    yield from _mapping("external_ids", _texts(before.external_ids), _texts(after.external_ids), present)
    yield from _tasks(before, after, present)
    named = len({entry.pipeline for entry in after.history}) > 1
    current = before.history[-1].pipeline if before.history else "" if named else after.pipeline
    lists: tuple[tuple[str, Sequence[Data]], ...] = (
        ("contacts", [items.contact_item(one) for one in _added(before.contacts, after.contacts)]),
        ("waive", [items.waiver_item(one) for one in _added(before.waive, after.waive)]),
        ("activities", [items.activity_item(one, zone) for one in _added(before.activities, after.activities)]),
        ("changes", [items.change_item(one, after, zone) for one in _added(before.changes, after.changes)]),
        (
            "history",
            [
                items.entry_item(one, zone, named=one.pipeline != current)
                for one in _added(before.history, after.history)
            ],
        ),
    )
    for key, added in lists:
        yield from _appended(key, added, present)


def _scalar(key: str, value: FieldValue | None) -> Value | None:
    """What the file says of a scalar field; None where it says nothing."""
    return None if value in (None, "") else items.value_of(value, percent=key == "probability")


def _scalar_edit(key: str, value: Value | None, present: Sequence[str]) -> Edit:
    if value is None:
        return Remove((key,), close_gap=True)
    return Set((key,), value) if key in present else _new_key(key, value, present)


def _new_key(key: str, value: Data, present: Sequence[str]) -> AddKey:
    place = _ORDER.index(key)
    group = next(group for group in DEAL if key in group)
    if any(other in present for other in group):
        # Beside its own: below `owner` a new `company` would make two people's edits meet.
        at = group.index(key)
        return AddKey((), key, value, after=group[:at], before=group[at + 1 :])
    return AddKey((), key, value, after=_ORDER[:place], before=_ORDER[place + 1 :], blank_before=True)


def _text_list(
    key: str, old: Sequence[str], new: Sequence[str], present: Sequence[str], *, grows: bool
) -> Iterator[Edit]:
    if tuple(old) == tuple(new):
        return
    if grows and old and tuple(new[: len(old)]) == tuple(old):
        yield from (Append((key,), text) for text in new[len(old) :])
    else:
        if key in present:
            yield Remove((key,), close_gap=True)
        if new:
            yield _new_key(key, list(new), [name for name in present if name != key])


def _mapping(key: str, old: items.Item, new: items.Item, present: Sequence[str]) -> Iterator[Edit]:
    if old == new:
        return
    if key not in present:
        yield _new_key(key, new, present)
        return
    for name, value in new.items():
        if name not in old:
            yield AddKey((key,), name, value)
        elif old[name] != value:
            yield Set((key, name), value)
    if not new:
        yield Remove((key,), close_gap=True)
        return
    yield from (Remove((key, name)) for name in old if name not in new)


def _tasks(before: Deal, after: Deal, present: Sequence[str]) -> Iterator[Edit]:
    for place, (old, new) in enumerate(zip(before.tasks, after.tasks, strict=False)):
        old_item, new_item = items.task_item(old), items.task_item(new)
        for name in _TASK_KEYS:
            if old_item.get(name) == new_item.get(name):
                continue
            path = ("tasks", place, name)
            if name not in new_item:
                yield Remove(path)
            elif name in old_item:
                yield Set(path, new_item[name])
            else:
                yield AddKey(path[:2], name, new_item[name], after=_TASK_KEYS[: _TASK_KEYS.index(name)])
    yield from _appended("tasks", [items.task_item(task) for task in after.tasks[len(before.tasks) :]], present)


def _appended(key: str, added: Sequence[Data], present: Sequence[str]) -> Iterator[Edit]:
    if not added:
        return
    if key in present:
        # While somebody adds a task, somebody else may finish the one above it.
        yield from (Append((key,), item, apart=key == "tasks") for item in added)
    else:
        yield _new_key(key, list(added), present)


def _added(old: Sequence[_T], new: Sequence[_T]) -> list[_T]:
    """What *new* has beyond *old*, each as often."""
    left = list(old)
    found = []
    for item in new:
        if item in left:
            left.remove(item)
        else:
            found.append(item)
    return found


def _texts(pairs: Mapping[str, str]) -> items.Item:
    return dict(pairs)
