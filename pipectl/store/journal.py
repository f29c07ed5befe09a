"""Writes of several files that are whole or not at all: the journal, and the records it leaves for undo.

A write is a folder among the derived data: `manifest.json`, and for its n-th file `n.new` (the content to be) and
`n.old` (the file that was, kept with its mode, owner and attributes). It is called `prepared` until one rename makes it
`journal`: from then on it is finished, by whoever comes next if need be. Finished, it moves to `undo/NUMBER`. A write
that fails becomes `rollback` and is taken back. A single file needs no journal: its own rename decides.
"""

import contextlib
import errno
import json
import os
from enum import Enum
from hashlib import sha256

from pipectl.errors import PipectlError
from pipectl.model.frozen import frozen
from pipectl.store.derived import JOURNAL, ROLLBACK, distrust
from pipectl.store.disk import Disk, contents, discard, dresser, sync_folder, write_new

PREPARED, UNDO = "prepared", "undo"
MANIFEST = "manifest.json"
_VERSION = 1
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)


@frozen
class Entry:
    """One file of a write.

    Attributes:
        path: relative to the workspace, with `/`, no link in it.
        old: SHA-256 of the content before; None for a new file.
        new: SHA-256 of the content after; None for a removal.
        mode: permission bits before; None for a new file.
        origin: the path it was renamed from, whose removal is an entry of its own.
        settles: git had not merged it, and the write was to settle it, or to take that back.
    """

    path: str
    old: str | None
    new: str | None
    mode: int | None = None
    origin: str | None = None
    settles: bool = False


@frozen
class Manifest:
    """What a write does: the command and its time (ISO 8601) as given, the files, and the folders made for them."""

    command: str
    at: str | None
    undoes: int | None
    entries: tuple[Entry, ...]
    folders: tuple[str, ...]


class WriteError(PipectlError):
    """A write that has failed, and what it has left behind.

    Attributes:
        written: files that have their new content all the same; empty where everything could be taken back.
        not_written: files that are as they were before.
        unknown: files that somebody has changed meanwhile, or that can't be read.
    """

    def __init__(
        self,
        message: str,
        *,
        written: tuple[str, ...] = (),
        not_written: tuple[str, ...] = (),
        unknown: tuple[str, ...] = (),
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.written = written
        self.not_written = not_written
        self.unknown = unknown


class DamagedError(Exception):
    """A manifest that says nothing usable."""


class State(Enum):
    """What a file holds: what it held before the write, what the write gives it, or something else."""

    OLD = 0
    NEW = 1
    OTHER = 2


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


_MANIFEST = Manifest.__match_args__
_ENTRY = Entry.__match_args__


def dump(manifest: Manifest) -> bytes:
    # Not asdict(), which copies every string of some thousand entries.
    found = {name: getattr(manifest, name) for name in _MANIFEST}
    found["entries"] = [[getattr(entry, name) for name in _ENTRY] for entry in manifest.entries]
    return json.dumps({"version": _VERSION, **found}).encode()


def load(disk: Disk, folder: str) -> Manifest | None:
    """The manifest in *folder*; None where there is none, so that nothing was begun.

    Raises:
        DamagedError: it can't be followed, and why.
        OSError: it can't be read now.
    """
    if reason := distrust(folder, os.path.dirname(folder)):
        raise DamagedError(reason)
    try:
        data = json.loads(contents(disk, f"{folder}/{MANIFEST}"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise DamagedError("it is damaged") from None
    try:
        if data.pop("version") != _VERSION:
            raise DamagedError("it was made by another version of pipectl")
        entries = tuple(Entry(*entry) for entry in data.pop("entries"))
        manifest = Manifest(**data | {"entries": entries, "folders": tuple(data.pop("folders"))})
        _check_types(manifest)
    except (AttributeError, LookupError, TypeError):
        raise DamagedError("it is damaged") from None
    return manifest


def _check_types(manifest: Manifest) -> None:
    names = [manifest.command, *manifest.folders, *(entry.path for entry in manifest.entries)]
    hashes = [hash_ for entry in manifest.entries for hash_ in (entry.old, entry.new)]
    optional = [manifest.at, *hashes, *(entry.origin for entry in manifest.entries)]
    if not all(isinstance(name, str) for name in names) or not all(isinstance(text, str | None) for text in optional):
        raise TypeError
    if any(is_outside(path) for path in (*manifest.folders, *(entry.path for entry in manifest.entries))):
        raise DamagedError("it names files outside the workspace")


def is_outside(path: str) -> bool:
    """Whether *path* leads out of the workspace by its spelling, or to where git and derived data live."""
    parts = path.replace(os.sep, "/").split("/")
    return os.path.isabs(path) or any(
        part in ("", ".", "..") or part.lower() == ".git" or part.startswith(".pipectl") for part in parts
    )


class Write:
    """A write on its way, in one of the folders it can have: what it does to the workspace, forward or back."""

    def __init__(self, disk: Disk, top: str, folder: str, manifest: Manifest) -> None:
        self.disk = disk
        self.top = top
        self.folder = folder
        self.manifest = manifest
        self._parents: dict[str, bool] = {}

    def target(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.top, path))

    def state(self, entry: Entry) -> State:
        target = self.target(entry.path)
        parent = os.path.dirname(target)
        if parent not in self._parents:
            self._parents[parent] = os.path.realpath(parent) == parent
        if not self._parents[parent]:
            return State.OTHER
        try:
            found = digest(contents(self.disk, target)) if os.path.lexists(target) else None
        except OSError as error:
            if error.errno in (errno.ELOOP, 0):
                return State.OTHER
            raise
        return State.OLD if found == entry.old else State.NEW if found == entry.new else State.OTHER

    def paths(self, wanted: State) -> tuple[str, ...]:
        """The files that are in this state now; one that can't be read is in no known one."""
        found = []
        for entry in self.manifest.entries:
            with contextlib.suppress(OSError):
                if self.state(entry) is wanted:
                    found.append(entry.path)
        return tuple(found)

    def is_whole(self) -> bool:
        """Whether every file that is still to be written has its content ready."""
        for number, entry in enumerate(self.manifest.entries):
            if entry.new is not None and self.state(entry) is State.OLD and not self._holds(f"{number}.new", entry.new):
                return False
        return True

    def forward(self) -> tuple[str, ...]:
        """Give every file its new content; answers the files left alone: somebody has changed them meanwhile."""
        left = []
        for number, entry in enumerate(self.manifest.entries):
            target = self.target(entry.path)
            self._unlink(_hidden(target))
            state = self.state(entry)
            if state is State.OLD and entry.new is None:
                self.disk.unlink(target)
            elif state is State.OLD:
                self._make_folders(os.path.dirname(target))
                state = _place(self.disk, f"{self.folder}/{number}.new", target, fresh=entry.old is None)
            if state is State.OTHER:
                left.append(entry.path)
        self._sync()
        self._drop_emptied()
        # Only now: until the folders are synced a new file's other name is what a power cut would leave of it.
        for name in os.listdir(self.folder):
            if name.endswith(".new"):
                self.disk.unlink(f"{self.folder}/{name}")
        return tuple(left)

    def back(self) -> tuple[str, ...]:
        """Give every file its old content again; answers the files left alone, as `forward` does."""
        left = []
        for number, entry in reversed(list(enumerate(self.manifest.entries))):
            target = self.target(entry.path)
            self._unlink(_hidden(target))
            state = self.state(entry)
            if state is State.NEW and entry.old is None:
                self.disk.unlink(target)
            elif state is State.NEW and entry.old is not None:
                kept = self._holds(f"{number}.old", entry.old)
                self._make_folders(os.path.dirname(target))
                source, fresh = f"{self.folder}/{number}.old", entry.new is None
                state = _place(self.disk, source, target, fresh=fresh) if kept else State.OTHER
            if state is State.OTHER:
                left.append(entry.path)
        for folder in reversed(self.manifest.folders):
            self._remove_if_empty(self.target(folder))
        self._sync()
        return tuple(left)

    def rename(self, folder: str, *, sync: bool = True) -> None:
        self.disk.rename(self.folder, folder)
        self.folder = folder
        if sync:
            sync_folder(self.disk, os.path.dirname(folder))

    def take_back(self, derived: str) -> tuple[str, ...]:
        """Undo what has been done of the write, and forget it; answers the files left alone.

        Raises:
            OSError: it stands in the journal or in `rollback` still, for the next command that writes.
        """
        if os.path.basename(self.folder) != PREPARED:
            # Where even this fails the files are put back all the same; only who comes next would not know.
            with contextlib.suppress(OSError):
                self.rename(os.path.join(derived, ROLLBACK))
        elif len(self.manifest.entries) > 1:
            # No file is touched before the commit point.
            discard(self.disk, self.folder)
            return ()
        left = self.back()
        discard(self.disk, self.folder, first=MANIFEST)
        if os.path.basename(self.folder) == JOURNAL and os.path.lexists(os.path.join(self.folder, MANIFEST)):
            raise OSError(errno.EIO, "the journal can't be removed", self.folder)
        return left

    def _holds(self, name: str, hash_: str) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return digest(contents(self.disk, f"{self.folder}/{name}")) == hash_
        return False

    def _unlink(self, path: str) -> None:
        if os.path.lexists(path):
            self.disk.unlink(path)

    def _make_folders(self, folder: str) -> None:
        if not os.path.isdir(folder):
            self._make_folders(os.path.dirname(folder))
            self.disk.mkdir(folder)

    def _sync(self) -> None:
        """Sync each folder whose names have changed."""
        targets = [self.target(path) for path in self.manifest.folders]
        targets += [self.target(entry.path) for entry in self.manifest.entries]
        for folder in dict.fromkeys(os.path.dirname(target) for target in targets):
            if os.path.isdir(folder):
                sync_folder(self.disk, folder)

    def _drop_emptied(self) -> None:
        """Remove the folders that removals have emptied, as git does, but not `deals` itself."""
        removed = [self.target(entry.path) for entry in self.manifest.entries if entry.new is None]
        for folder in dict.fromkeys(os.path.dirname(target) for target in removed):
            here = folder
            while os.path.dirname(here) not in (self.top, os.path.dirname(self.top)) and self._remove_if_empty(here):
                here = os.path.dirname(here)

    def _remove_if_empty(self, folder: str) -> bool:
        try:
            self.disk.rmdir(folder)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                return error.errno == errno.ENOENT
            raise
        return True


def unfinished(write: Write, what: str, error: OSError) -> WriteError:
    """The error that says how each file stands now."""
    written, not_written = write.paths(State.NEW), write.paths(State.OLD)
    known = {*written, *not_written}
    unknown = tuple(entry.path for entry in write.manifest.entries if entry.path not in known)
    lists = (("written", written), ("not written", not_written), ("not known", unknown))
    said = "; ".join(f"{word}: {', '.join(paths)}" for word, paths in lists if paths)
    return WriteError(
        f"{what}: {reason(error)}; {said}",
        written=written,
        not_written=not_written,
        unknown=unknown,
        hint="the next command that writes tries again",
    )


def reason(error: OSError) -> str:
    where = f" ({os.fsdecode(error.filename)})" if isinstance(error.filename, str | bytes) else ""
    return f"{error.strerror or error}{where}"


def retire(write: Write, derived: str) -> int:
    """Make a finished write the latest undo record; answers its number."""
    folder = os.path.join(derived, UNDO)
    with contextlib.suppress(FileExistsError):
        write.disk.mkdir(folder, 0o700)
    number = max(record_numbers(derived), default=0) + 1
    # Not synced: a power cut that loses this name leaves a write to be retired by the next command.
    write.rename(os.path.join(folder, f"{number:08}"), sync=False)
    return number


def record_numbers(derived: str) -> list[int]:
    """The numbers of the undo records, oldest first."""
    try:
        return sorted(int(name) for name in os.listdir(os.path.join(derived, UNDO)) if name.isdecimal())
    except FileNotFoundError:
        return []


def _hidden(target: str) -> str:
    """The name of the copy beside *target* that takes its place by a rename."""
    folder, name = os.path.split(target)
    return os.path.join(folder, f".{name}.pipectl-tmp")


def _place(disk: Disk, source: str, target: str, *, fresh: bool) -> State:
    """Move *source* to *target*, by way of a hidden copy beside it where they are on different filesystems."""
    try:
        try:
            _put(disk, source, target, fresh=fresh)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            hidden, like = _hidden(target), source if fresh else target
            write_new(disk, hidden, contents(disk, source), sync=True, dress=dresser(disk, like))
            _put(disk, hidden, target, fresh=fresh)
            if os.path.lexists(hidden):
                disk.unlink(hidden)
    except FileExistsError:
        return State.OTHER
    return State.NEW


def _put(disk: Disk, source: str, target: str, *, fresh: bool) -> None:
    if fresh:
        # A link never replaces what somebody has put there in this moment; a rename would.
        try:
            disk.link(source, target)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from None
        else:
            return
    disk.rename(source, target)
