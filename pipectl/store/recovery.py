"""What becomes of a write that a process has left unfinished: the next command that writes brings it to its end."""

import contextlib
import os
from pathlib import Path

from pipectl.model.frozen import frozen, replace
from pipectl.store.derived import JOURNAL, ROLLBACK, find_derived
from pipectl.store.disk import DISK, Disk, discard
from pipectl.store.journal import (
    PREPARED,
    DamagedError,
    State,
    Write,
    WriteError,
    load,
    retire,
    unfinished,
)
from pipectl.store.lock import is_locked, locked


@frozen
class Pending:
    """A write that has not been finished: its command, its files, and what was found but is not followed."""

    command: str
    paths: tuple[str, ...]
    ignored: tuple[str, ...]


@frozen
class Recovery:
    """What became of a write that had not been finished; all empty where there was none.

    Attributes:
        command: the command that wrote.
        finished: files that now have their new content.
        taken_back: files that have their old content again, because the write could not be finished.
        left_alone: files that somebody has changed meanwhile; they are as that somebody left them.
        ignored: one line for each journal that was found but not followed: damaged, or not ours.
    """

    command: str = ""
    finished: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def recover(root: Path, *, disk: Disk = DISK) -> Recovery:
    """Finish the write that a process has left unfinished, or take it back where that can't be done.

    Every command that writes calls it first, under the lock that it keeps until it has written.

    Raises:
        WriteError: it can be neither finished nor taken back.
    """
    top = os.path.realpath(root)
    with locked(root):
        derived = find_derived(top)
        recovery = Recovery(ignored=derived.ignored)
        for name in (ROLLBACK, JOURNAL, PREPARED):
            folder = os.path.join(derived.path, name)
            if not os.path.lexists(folder):
                continue
            try:
                manifest = load(disk, folder)
                if manifest is None:
                    discard(disk, folder)
                else:
                    recovery = _settle(Write(disk, top, folder, manifest), derived.path, recovery)
            except DamagedError as error:
                recovery = replace(recovery, ignored=(*recovery.ignored, _set_aside(disk, folder, str(error))))
            except OSError as error:
                raise WriteError(f"the write left unfinished in {folder} can't be read: {error.strerror}") from None
        return recovery


def _settle(write: Write, derived: str, recovery: Recovery) -> Recovery:
    """Bring one write to its end, one way or the other."""
    name, entries = os.path.basename(write.folder), write.manifest.entries
    try:
        if name == PREPARED and not (len(entries) == 1 and write.state(entries[0]) is State.NEW):
            write.take_back(derived)
            return recovery
        if name != ROLLBACK and write.is_whole():
            with contextlib.suppress(OSError):
                left = write.forward()
                retire(write, derived)
                return recovery if name == PREPARED else _report(recovery, write, "finished", left)
        left = write.take_back(derived)
    except OSError as error:
        raise unfinished(write, f"an earlier write (`{write.manifest.command}`) can't be finished", error) from None
    return _report(recovery, write, "taken_back", left)


def _report(recovery: Recovery, write: Write, what: str, left: tuple[str, ...]) -> Recovery:
    done = tuple(entry.path for entry in write.manifest.entries if entry.path not in set(left))
    return replace(recovery, command=write.manifest.command, left_alone=left, **{what: done})


def pending(root: Path) -> Pending | None:
    """The write that a process has left unfinished, for commands that only read; nothing is written.

    None where there is none, or where its process is still at work.
    """
    derived = find_derived(os.path.realpath(root))
    ignored = list(derived.ignored)
    for name in (JOURNAL, ROLLBACK):
        folder = os.path.join(derived.path, name)
        if not os.path.lexists(folder) or is_locked(root):
            continue
        try:
            manifest = load(DISK, folder)
        except DamagedError as error:
            ignored.append(f"the unfinished write in {folder} is ignored: {error}")
        except OSError as error:
            ignored.append(f"the unfinished write in {folder} can't be read: {error.strerror}")
        else:
            if manifest is not None:
                paths = tuple(entry.path for entry in manifest.entries)
                return Pending(manifest.command, paths, tuple(ignored))
    return Pending("", (), tuple(ignored)) if ignored else None


def _set_aside(disk: Disk, folder: str, why: str) -> str:
    """Move a journal that can't be followed out of the way; answers the line that says so."""
    if os.path.basename(folder) == PREPARED:
        discard(disk, folder)
    aside = next(
        path for path in (f"{folder}.ignored-{number}" for number in range(1, 1000)) if not os.path.lexists(path)
    )
    with contextlib.suppress(FileNotFoundError):
        disk.rename(folder, aside)
        return f"the unfinished write in {folder} is ignored: {why}; it is now {aside}"
    return f"an unfinished write is ignored: {why}"
