"""Taking back what was written: the records of the latest writes, and the changes that give a write's files back."""

import contextlib
import os
from datetime import datetime
from pathlib import Path

from pipectl.errors import NegativeError, PipectlError
from pipectl.model.frozen import frozen
from pipectl.store.derived import Derived, find_derived
from pipectl.store.disk import DISK, contents
from pipectl.store.journal import UNDO, DamagedError, Entry, State, Write, digest, load, record_numbers
from pipectl.store.write import Change


@frozen
class UndoRecord:
    """A write that can be played back.

    Attributes:
        number: higher is later.
        command: as it was given to `commit`.
        at: its time; None where none was given.
        undoes: the number of the record that it played back itself; None for any other write.
        paths: the files that it wrote.
    """

    number: int
    command: str
    at: datetime | None
    undoes: int | None
    paths: tuple[str, ...]


def undo_records(root: Path) -> tuple[UndoRecord, ...]:
    """The latest writes, the last one first; damaged records are left out."""
    derived = find_derived(os.path.realpath(root))
    found = []
    for number in reversed(record_numbers(derived.path)):
        with contextlib.suppress(DamagedError, OSError, ValueError):
            manifest = load(DISK, _record_folder(derived, number))
            if manifest is not None:
                at = datetime.fromisoformat(manifest.at) if manifest.at else None
                paths = tuple(entry.path for entry in manifest.entries)
                found.append(UndoRecord(number, manifest.command, at, manifest.undoes, paths))
    return tuple(found)


def plan_undo(root: Path, record: UndoRecord) -> dict[str, Change]:
    """The changes that give every file of *record* its former content.

    Raises:
        NegativeError: a file has changed since, so that its changes would be lost.
        PipectlError: the record is gone or damaged.
    """
    top = os.path.realpath(root)
    folder = _record_folder(find_derived(top), record.number)
    try:
        manifest = load(DISK, folder)
    except (DamagedError, OSError):
        manifest = None
    if manifest is None:
        raise PipectlError(f"what `{record.command}` wrote can't be undone: its record is gone or damaged")
    write = Write(DISK, top, folder, manifest)
    if changed := [entry.path for entry in manifest.entries if write.state(entry) is not State.NEW]:
        raise NegativeError(
            f"`{record.command}` can't be undone: {', '.join(changed)} changed since; nothing was written"
        )
    former = {entry.path: _former(write, number, entry) for number, entry in enumerate(manifest.entries)}
    moved = {entry.origin for entry in manifest.entries}
    changes = {}
    for entry in manifest.entries:
        now = contents(DISK, write.target(entry.path)) if entry.new is not None else None
        if entry.origin is not None:
            changes[entry.path] = Change(now, former[entry.origin], to=entry.origin)
        elif entry.path not in moved:
            changes[entry.path] = Change(
                now, former[entry.path], mode=entry.mode if now is None else None, settles=entry.settles
            )
    return changes


def _former(write: Write, number: int, entry: Entry) -> bytes | None:
    if entry.old is None:
        return None
    with contextlib.suppress(OSError):
        data = contents(DISK, f"{write.folder}/{number}.old")
        if digest(data) == entry.old:
            return data
    raise PipectlError(f"`{write.manifest.command}` can't be undone: the former content of {entry.path} is damaged")


def _record_folder(derived: Derived, number: int) -> str:
    return os.path.join(derived.path, UNDO, f"{number:08}")
