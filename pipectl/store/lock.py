"""One writer at a time: a lock on the workspace's folder, which the kernel drops when its holder dies.

Where there is no `flock` (Windows, some network filesystems) a file `lock` among the derived data takes its place, made
with O_EXCL and holding the writer's process id and host. One left behind by a process of this host that no longer runs,
or left empty, is removed by the next writer; one of another host is never judged, and the message names it.
"""

import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipectl.errors import PipectlError
from pipectl.store.derived import find_derived, make_derived

if sys.platform == "win32":
    import ctypes

    fcntl = None
else:
    import fcntl

WAIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.005
_EMPTY_SECONDS = 10.0
_NO_FLOCK = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL)

# The workspaces that this process has locked: a second flock of its own would wait for the first.
_held: set[str] = set()


@contextmanager
def locked(root: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the workspace's lock; within it, taking it again does nothing.

    Raises:
        PipectlError: another process holds it for longer than *wait_seconds*.
    """
    top = os.path.realpath(root)
    if top in _held:
        yield
        return
    try:
        release = _acquire(top, time.monotonic() + wait_seconds)
    except OSError as error:
        raise PipectlError(f"{root} can't be locked: {error.strerror or error}; nothing was written") from None
    if release is None:
        raise PipectlError(
            f"another pipectl is writing in {root}; waited {wait_seconds:g} seconds, nothing was written",
            hint=_left_behind(top),
        )
    _held.add(top)
    try:
        yield
    finally:
        _held.discard(top)
        release()


def is_locked(root: Path) -> bool:
    """Whether a process, this one included, is writing in the workspace now. Waits for nobody."""
    top = os.path.realpath(root)
    if top in _held:
        return True
    if fcntl is not None:
        with contextlib.suppress(OSError):
            descriptor = os.open(top, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            finally:
                os.close(descriptor)
    return os.path.exists(_lock_file(top)) and not _is_stale(_lock_file(top))


def _acquire(top: str, until: float) -> Callable[[], None] | None:
    """What releases the lock once it is held; None where the time is up."""
    if fcntl is not None:
        descriptor = os.open(top, os.O_RDONLY)
        try:
            got = _wait(lambda: _flock(descriptor), until)
        except BaseException as error:
            os.close(descriptor)
            if not isinstance(error, OSError) or error.errno not in _NO_FLOCK:
                raise
        else:
            if got:
                return lambda: os.close(descriptor)
            os.close(descriptor)
            return None
    path = os.path.join(make_derived(top).path, "lock")
    return (lambda: os.unlink(path)) if _wait(lambda: _make_lock_file(path), until) else None


def _wait(attempt: Callable[[], bool], until: float) -> bool:
    while not attempt():
        if time.monotonic() >= until:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


def _flock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_lock_file(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        _break_stale(path)
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{os.getpid()} {_host()}\n")
    return True


def _break_stale(path: str) -> None:
    """Remove the lock file of a process that no longer runs.

    Only who has made `lock.break` may do so, and looks again then: of two that saw the same stale lock, the slower
    would else remove the lock that the quicker has just taken.
    """
    if not _is_stale(path):
        return
    guard = f"{path}.break"
    try:
        os.close(os.open(guard, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    try:
        if _is_stale(path):
            os.unlink(path)
    finally:
        os.unlink(guard)


def _is_stale(path: str) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            process, _, host = file.read().strip().partition(" ")
        if not process:
            # Its maker has died before it could say who it is, or is just about to.
            return time.time() - os.stat(path).st_mtime > _EMPTY_SECONDS
    except (OSError, UnicodeDecodeError):
        return False
    return host == _host() and process.isdecimal() and not _runs(int(process))


def _runs(process: int) -> bool:
    if sys.platform == "win32":
        # os.kill(process, 0) would send Ctrl-C there.
        synchronize, timed_out = 0x100000, 258
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, False, process)
        alive = bool(handle) and ctypes.windll.kernel32.WaitForSingleObject(handle, 0) == timed_out
        ctypes.windll.kernel32.CloseHandle(handle)
        return alive
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _lock_file(top: str) -> str:
    return os.path.join(find_derived(top).path, "lock")


def _left_behind(top: str) -> str | None:
    path = _lock_file(top)
    return f"if none runs, remove {path} and {path}.break" if os.path.exists(path) else None
