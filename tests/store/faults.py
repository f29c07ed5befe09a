"""A disk whose calls are written down, and fail or kill where a test says; and the workspace that it is tried on."""

import errno
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pipectl.store.disk import Disk
from pipectl.store.write import Change

CALLS = frozenset(name for name in vars(Disk) if not name.startswith("_"))
KILLED = 9
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)


class Call(NamedTuple):
    """One call, and the path that it is about (of a descriptor, the one it was opened with)."""

    name: str
    path: str


class RecordingDisk(Disk):
    """The real disk, which remembers what it was asked for. It need not sync: a process that dies loses no cache."""

    def __init__(self, *, sync: bool = False) -> None:
        self.calls: list[Call] = []
        self.paths: dict[int, str] = {}
        self.sync_for_real = sync

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        return functools.partial(self.call, name, found) if name in CALLS else found

    def call(self, name: str, method: Callable[..., Any], *arguments: Any) -> Any:
        path = self.paths.get(arguments[0], "?") if arguments and isinstance(arguments[0], int) else ""
        self.calls.append(Call(name, path or (arguments[-1] if name in ("rename", "link") else (*arguments, "")[0])))
        if name in ("fsync", "sync") and not self.sync_for_real:
            return None
        result = method(*arguments)
        if name == "open":
            self.paths[result] = arguments[0]
        return result


class FaultyDisk(RecordingDisk):
    """At its call number *at* (and *lasting*: from then on) it does *act*, before or after the call itself."""

    def __init__(self, at: int, act: Callable[[], None], *, after: bool = False, lasting: bool = False) -> None:
        super().__init__()
        self.at, self.act, self.after, self.lasting = at, act, after, lasting

    def call(self, name: str, method: Callable[..., Any], *arguments: Any) -> Any:
        hit = len(self.calls) == self.at or (self.lasting and len(self.calls) > self.at)
        # A descriptor is closed even where close() fails.
        after = self.after or name == "close"
        if hit and not after:
            if name == "write":
                os.write(arguments[0], arguments[1][: len(arguments[1]) // 2])
            self.calls.append(Call(name, "failed"))
            self.act()
        try:
            result = super().call(name, method, *arguments)
            if hit and after and name == "open":
                os.close(result)
        finally:
            if hit and after:
                self.act()
        return result


class TwoFilesystems(FaultyDisk):
    """As if derived data lay on another filesystem than the workspace."""

    def call(self, name: str, method: Callable[..., Any], *arguments: Any) -> Any:
        if name in ("rename", "link") and (".git/" in arguments[0]) != (".git/" in arguments[1]):
            method = functools.partial(fail, errno.EXDEV)
        return super().call(name, method, *arguments)


def fail(number: int, *_: str) -> None:
    raise OSError(number, os.strerror(number))


def interrupt() -> None:
    raise KeyboardInterrupt


def die() -> None:
    os._exit(KILLED)


def in_a_child(work: Callable[[], object]) -> int:
    """The exit status of a child process that does *work*."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - the child must not return into pytest
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


FILES = {
    "pipectl.yaml": ("version: 1\n", 0o644),
    "deals/acme.yaml": ("title: Acme\nstage: lead\n", 0o640),
    "deals/beta.yaml": ("title: Beta\nstage: lead # call first\n", 0o600),
    "deals/closed/old.yaml": ("title: Old\nstage: lost\n", 0o644),
    "deals/name.yaml": ("title: Name\nstage: won\n", 0o664),
}


def make_workspace(folder: Path) -> Path:
    """A workspace in git, all of it committed."""
    folder.mkdir()
    reset(folder)
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "start")
    return folder


def with_attribute(path: Path) -> bool:
    """Whether the file could be given an extended attribute."""
    try:
        os.setxattr(path, "user.pipectl-test", b"kept")
    except (AttributeError, OSError):
        return False
    return True


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=True)
    return done.stdout


def quick_folder(usual: Path) -> Path:
    """A new folder in memory where there is such a filesystem: thousands of small trees are made and removed."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a name of its own in it
    return Path(tempfile.mkdtemp(prefix="pipectl-test-", dir=memory)) if os.access(memory, os.W_OK) else usual


def reset(folder: Path) -> None:
    """Make the workspace what it was at first, git's own files apart, which no write touches."""
    for name in ("deals", ".git/pipectl"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for path, (text, mode) in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        (folder / path).chmod(mode)
    with_attribute(folder / "deals/acme.yaml")


def tree(root: Path) -> dict[str, tuple[int, bytes, bytes]]:
    """Everything in the workspace but git's directory: modes, contents and attributes by path, folders too."""
    found = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        # Thousands of times: a Path would take as long as the files.
        for path in [f"{folder}/{name}" for name in (*folders, *files)]:
            data = b""
            if not os.path.isdir(path):
                with open(path, "rb") as file:
                    data = file.read()
            found[path.removeprefix(f"{root}/")] = (os.lstat(path).st_mode, data, _note(path))
    return found


def _note(path: str) -> bytes:
    if not hasattr(os, "getxattr"):
        return b""
    try:
        return os.getxattr(path, "user.pipectl-test")
    except OSError:
        return b""


def derived_names(root: Path) -> set[str]:
    """What lies among the derived data beside the undo records."""
    folder = root / ".git/pipectl"
    return {path.name for path in folder.iterdir()} - {"undo"} if folder.exists() else set()


def old(path: str) -> bytes:
    return FILES[path][0].encode()


MOVED = b"title: Acme\nstage: proposal\n"
SINGLE: Mapping[str, Change] = {"deals/acme.yaml": Change(old("deals/acme.yaml"), MOVED)}
CREATED: Mapping[str, Change] = {"deals/2026/new/delta.yaml": Change(None, b"title: Delta\nstage: lead\n")}
REMOVED: Mapping[str, Change] = {"deals/closed/old.yaml": Change(old("deals/closed/old.yaml"), None)}
BULK: Mapping[str, Change] = {
    **SINGLE,
    "deals/beta.yaml": Change(old("deals/beta.yaml"), b"title: Beta\nstage: won # called\n"),
    **CREATED,
    **REMOVED,
    "deals/name.yaml": Change(old("deals/name.yaml"), b"title: Renamed\nstage: won\n", to="deals/renamed.yaml"),
}
WRITES = {"write": SINGLE, "create": CREATED, "remove": REMOVED, "bulk": BULK}
