"""Writing changed files back: exactly the bytes planned, over exactly the bytes that were read, all files or none."""

import contextlib
import errno
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, NoReturn

from pipectl.errors import NegativeError
from pipectl.model.frozen import frozen, replace
from pipectl.store.derived import JOURNAL, ROLLBACK, Derived, make_derived, unmerged
from pipectl.store.disk import DISK, Disk, contents, discard, dresser, newcomer, sync_folder, write_new
from pipectl.store.journal import (
    MANIFEST,
    NO_LINKS,
    PREPARED,
    UNDO,
    Entry,
    Manifest,
    Write,
    WriteError,
    digest,
    dump,
    is_outside,
    reason,
    record_numbers,
    retire,
    unfinished,
)
from pipectl.store.lock import locked
from pipectl.store.recovery import Recovery, recover

# With more files one sync of the whole system costs less than a sync of each; measured with 10 to 300 files on ext4.
# Only Linux's waits until the data is on the disk.
SYNC_EACH = 32 if sys.platform.startswith("linux") else sys.maxsize

KEPT_RECORDS = 20
KEPT_FILES = 20_000


@frozen
class Change:
    """What becomes of one file.

    Attributes:
        old: the bytes that were read; None for a new file.
        new: the bytes to be; None for a removal.
        to: the path that the file moves to, which must be free.
        mode: permission bits of a new file; None for what the umask gives.
        settles: git has not merged the file, and this is to settle it, or takes that back; any other write of such a
            file is refused.
    """

    old: bytes | None
    new: bytes | None
    to: str | None = None
    mode: int | None = None
    settles: bool = False


@frozen
class Written:
    """What a write has done.

    Attributes:
        paths: every file written, made or removed, links followed: what a commit has to name. Empty: nothing changed.
        record: the number of its undo record; None where nothing changed.
        recovered: what became of an earlier write that had been left unfinished.
    """

    paths: tuple[str, ...]
    record: int | None
    recovered: Recovery


class _Item(NamedTuple):
    """One file of a write: what the manifest says of it, its content, and the file that lends it its attributes."""

    entry: Entry
    old: bytes | None
    new: bytes | None
    like: str | None
    mode: int | None


def commit(
    root: Path,
    changes: Mapping[str, Change],
    *,
    command: str,
    at: datetime | None = None,
    undoes: int | None = None,
    step: Callable[[], None] | None = None,
    disk: Disk = DISK,
) -> Written:
    """Make *changes*, by path relative to *root*: all of them, or none and an exception.

    Takes the lock where the caller does not hold it. What is read before and not under the lock is safe too: bytes on
    disk that are not the `old` ones refuse the whole write.

    Args:
        root: the workspace.
        changes: what becomes of each file.
        command: what the undo record is called.
        at: its time.
        undoes: the number of the record that this write plays back.
        step: called once for each file prepared.
        disk: the calls of the operating system.

    Raises:
        NegativeError: a file was changed meanwhile or can't be written; nothing was written.
        WriteError: the disk has failed; says what was written, which is nothing where everything could be taken back.
    """
    top = os.path.realpath(root)
    with locked(root):
        recovered = recover(root, disk=disk)
        try:
            derived = make_derived(top, disk)
            items = _Planner(disk, top, _conflicts(top, derived)).items(changes)
            if not items:
                return Written((), None, recovered)
            _prune(disk, derived.path)
        except OSError as error:
            raise _failed(changes, error) from None
        manifest = Manifest(
            command,
            at.isoformat() if at else None,
            undoes,
            tuple(item.entry for item in items),
            _missing_folders(top, items),
        )
        write = Write(disk, top, os.path.join(derived.path, PREPARED), manifest)
        return Written(
            tuple(dict.fromkeys(item.entry.path for item in items)), _carry_out(write, items, derived, step), recovered
        )


def _carry_out(write: Write, items: list[_Item], derived: Derived, step: Callable[[], None] | None) -> int:
    """Prepare the write, commit it, and answer the number of its undo record."""
    number = max(record_numbers(derived.path), default=0) + 1
    try:
        _prepare(write, items, step)
        if len(items) > 1:
            write.rename(os.path.join(derived.path, JOURNAL))
        _refuse((path, "has changed since it was read") for path in write.forward())
        return retire(write, derived.path)
    except BaseException as error:  # noqa: BLE001 - an interruption takes the write back too; all is raised again
        _take_back(write, derived.path, number, error)


def _take_back(write: Write, derived: str, number: int, error: BaseException) -> NoReturn:
    """Undo what has been done, then raise what says truthfully how things stand."""
    # An interruption comes between a rename and the line that notes it, so the disk is asked where the write stands.
    for name in (ROLLBACK, JOURNAL, PREPARED, f"{UNDO}/{number:08}"):
        if os.path.lexists(os.path.join(derived, name, MANIFEST)):
            write.folder = os.path.join(derived, name)
            break
    else:
        discard(write.disk, write.folder)
        _raise(write, error, ())
    try:
        left = write.take_back(derived)
    except OSError as second:
        what = (
            f"{reason(error) if isinstance(error, OSError) else str(error) or 'interrupted'}; taking it back has failed"
        )
        raise unfinished(write, what, second) from error
    _raise(write, error, left)


def _raise(write: Write, error: BaseException, left: tuple[str, ...]) -> NoReturn:
    if isinstance(error, OSError):
        raise _failed([entry.path for entry in write.manifest.entries], error, left) from None
    raise error


def _failed(paths: Iterable[str], error: OSError, left: tuple[str, ...] = ()) -> WriteError:
    others = f", but somebody has changed {', '.join(left)} meanwhile" if left else ""
    untouched = tuple(path for path in paths if path not in left)
    return WriteError(
        f"the write has failed: {reason(error)}; nothing was written{others}", not_written=untouched, unknown=left
    )


def _prepare(write: Write, items: list[_Item], step: Callable[[], None] | None) -> None:
    disk, folder = write.disk, write.folder
    several = len(items) > 1
    each = len(items) <= SYNC_EACH
    newcomers: dict[tuple[str, int | None], Callable[[int], None]] = {}
    disk.mkdir(folder, 0o700)
    write_new(disk, f"{folder}/{MANIFEST}", dump(write.manifest), sync=several and each)
    for number, item in enumerate(items):
        target = write.target(item.entry.path)
        if item.old is not None and item.entry.old is not None:
            _keep(disk, target, f"{folder}/{number}.old", item.old)
        if item.new is not None:
            write_new(disk, f"{folder}/{number}.new", item.new, sync=each, dress=_dress(disk, item, target, newcomers))
        if step is not None:
            step()
    if several:
        if not each:
            disk.sync()
        sync_folder(disk, folder)


def _dress(
    disk: Disk, item: _Item, target: str, newcomers: dict[tuple[str, int | None], Callable[[int], None]]
) -> Callable[[int], None]:
    if item.like is not None:
        return dresser(disk, item.like)
    key = os.path.dirname(target), item.mode
    if key not in newcomers:
        newcomers[key] = newcomer(disk, *key)
    return newcomers[key]


def _keep(disk: Disk, target: str, kept: str, old: bytes) -> None:
    """Keep the file that is about to be replaced, by a second name, so that it can come back as it was."""
    try:
        disk.link(target, kept)
    except OSError as error:
        if error.errno not in (*NO_LINKS, errno.EXDEV):
            raise
        write_new(disk, kept, old, sync=True, dress=dresser(disk, target))


class _Planner:
    """Looks at every file of a write before anything is written."""

    def __init__(self, disk: Disk, top: str, conflicts: frozenset[str]) -> None:
        self.disk = disk
        self.top = top
        self.conflicts = conflicts
        # Some thousand new files lie in few folders.
        self.real_folders: dict[str, str] = {}
        self.refusals: dict[str, str] = {}

    def items(self, changes: Mapping[str, Change]) -> list[_Item]:
        """The files to write; what does not change is left out.

        Raises:
            NegativeError: some can't be written, each named with the reason.
        """
        items: list[_Item] = []
        refused: list[tuple[str, str]] = []
        for path, change in changes.items():
            try:
                items.extend(self._looked_at(path, change))
            except _RefusedError as error:
                refused.append((path, str(error)))
        counts = Counter(item.entry.path for item in items)
        refused.extend((path, "can't be written: it is named twice") for path, count in counts.items() if count > 1)
        _refuse(refused)
        return items

    def _looked_at(self, path: str, change: Change) -> Iterator[_Item]:
        if change.old is None:
            if change.new is None or change.to is not None:
                raise ValueError(f"{path}: a change from nothing to nothing")
            yield self._new(path, change.new, change)
            return
        target = self._inside(path)
        status = _status(target)
        if not stat.S_ISREG(status.st_mode):
            raise _RefusedError("can't be written: it is no regular file")
        if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
            raise _RefusedError("can't be written: it is read-only")
        self._check_folder(os.path.dirname(target))
        entry = Entry(
            self._relative(target), digest(change.old), None, stat.S_IMODE(status.st_mode), settles=change.settles
        )
        if entry.path in self.conflicts and not change.settles:
            raise _RefusedError("can't be written: git has not merged it yet")
        if (change.new is None or change.to) and os.path.islink(os.path.join(self.top, path)):
            raise _RefusedError("can't be moved or removed: it is a link")
        if contents(self.disk, target) != change.old:
            raise _RefusedError("has changed since it was read")
        if change.to is not None and change.new is not None:
            yield self._new(change.to, change.new, change, origin=entry.path, like=target)
            yield _Item(entry, change.old, None, None, None)
        elif change.new != change.old:
            new = None if change.new is None else digest(change.new)
            yield _Item(replace(entry, new=new), change.old, change.new, target, None)

    def _new(
        self, path: str, new: bytes, change: Change, *, origin: str | None = None, like: str | None = None
    ) -> _Item:
        target = self._inside(path)
        if os.path.lexists(os.path.join(self.top, path)):
            found = "it exists already" if origin is None else f"{path} exists already"
            raise _RefusedError(f"can't be written: {found}")
        self._check_folder(os.path.dirname(target))
        entry = Entry(self._relative(target), None, digest(new), origin=origin, settles=change.settles)
        return _Item(entry, None, new, like, change.mode)

    def _inside(self, path: str) -> str:
        """The real path of *path*."""
        full = os.path.join(self.top, path)
        folder, name = os.path.split(full)
        if folder not in self.real_folders:
            self.real_folders[folder] = os.path.realpath(folder)
        target = os.path.realpath(full) if os.path.islink(full) else os.path.join(self.real_folders[folder], name)
        if is_outside(path) or not target.startswith(self.top + os.sep) or is_outside(self._relative(target)):
            raise _RefusedError("can't be written: it lies outside the workspace's own files")
        return target

    def _relative(self, target: str) -> str:
        return target[len(self.top) + 1 :].replace(os.sep, "/")

    def _check_folder(self, folder: str) -> None:
        if folder not in self.refusals:
            self.refusals[folder] = _refusal_of_folder(folder)
        if self.refusals[folder]:
            raise _RefusedError(self.refusals[folder])


class _RefusedError(Exception):
    """Why one file can't be written."""


def _refuse(refused: Iterable[tuple[str, str]]) -> None:
    """Raise what names every file that is refused; nothing where there is none."""
    reasons = dict(refused)
    if reasons:
        said = "; ".join(f"{path} {why}" for path, why in reasons.items())
        stale = all("has changed" in why for why in reasons.values())
        raise NegativeError(f"{said}; nothing was written", hint="run the command again" if stale else None)


def _status(target: str) -> os.stat_result:
    try:
        return os.lstat(target)
    except (FileNotFoundError, NotADirectoryError):
        raise _RefusedError("has changed since it was read: it is gone") from None


def _refusal_of_folder(folder: str) -> str:
    """Why no file can be written in *folder*, or in the nearest one above it that is there; "" where it can."""
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    if not os.path.isdir(folder):
        return f"can't be written: {os.path.basename(folder)} is no folder"
    return "" if os.access(folder, os.W_OK | os.X_OK) else "can't be written: its folder is read-only"


def _conflicts(top: str, derived: Derived) -> frozenset[str]:
    """Files of the workspace that git has not merged yet."""
    if derived.git is None:
        return frozenset()
    prefix = os.path.relpath(top, derived.git.tree).replace(os.sep, "/")
    before = "" if prefix == "." else f"{prefix}/"
    return frozenset(path.removeprefix(before) for path in unmerged(derived.git) if path.startswith(before))


def _missing_folders(top: str, items: list[_Item]) -> tuple[str, ...]:
    """The folders that have to be made, the outermost first."""
    missing: dict[str, None] = {}
    for folder in dict.fromkeys(os.path.dirname(item.entry.path) for item in items):
        parts = folder.split("/")
        for length in range(1, len(parts) + 1):
            path = "/".join(parts[:length])
            if not os.path.isdir(os.path.join(top, path)):
                missing[path] = None
    return tuple(missing)


def _prune(disk: Disk, derived: str) -> None:
    """Remove the oldest undo records, so that with the next one there are no more than are kept."""
    files = 0
    for place, number in enumerate(reversed(record_numbers(derived)), 1):
        folder = os.path.join(derived, UNDO, f"{number:08}")
        with contextlib.suppress(OSError):
            files += len(os.listdir(folder))
        if place >= KEPT_RECORDS or (files > KEPT_FILES and place > 1):
            discard(disk, folder)
