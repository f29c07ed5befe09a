"""Files of what may be known again: the cache of deals, and the answers given of them.

Each lies in the folder of derived data and is replaced whole. It is believed only where it is ours, is whole, and
begins as it must: with its name, and a digest of what it depends on.
"""

import contextlib
import marshal
import os
import stat

from pipectl.store.derived import find_derived, make_derived
from pipectl.store.digest import blake2b
from pipectl.store.disk import DISK, NO_FOLLOW, PATIENT, Disk, write_new

DIGEST = 16
_SIZE = 8
TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` itself takes as long to import as Python to start.
    from typing import Any


def digest_of(data: bytes | memoryview) -> bytes:
    """What tells one content from another."""
    return blake2b(data, digest_size=DIGEST).digest()


def read_kept(path: str, head: bytes) -> "tuple[Any, int, int]":  # what was kept
    """What is kept at *path* by what begins its files with *head*; the open file, and where in it the rest begins.

    Raises:
        OSError, ValueError, EOFError, TypeError: there is nothing, or it is not to be believed.
    """
    descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW | PATIENT)
    try:
        value, begins = _read(descriptor, head)
    except BaseException:
        os.close(descriptor)
        raise
    return value, descriptor, begins


def _read(descriptor: int, head: bytes) -> "tuple[Any, int]":
    status = os.fstat(descriptor)
    foreign = hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o022)
    if foreign or not stat.S_ISREG(status.st_mode):
        raise ValueError("somebody else may have written it")
    start = os.read(descriptor, len(head) + DIGEST + _SIZE)
    size = int.from_bytes(start[-_SIZE:], "little")
    data = os.read(descriptor, min(size, status.st_size))
    if start[:-_SIZE] != head + digest_of(start[-_SIZE:] + data) or len(data) != size:
        raise ValueError("not whole, or of another program, or about something else")
    return marshal.loads(data), len(start) + size  # noqa: S302 - ours, and whole


def write_kept(
    root: str,
    path: str,
    head: bytes,
    value: "Any",  # what marshal can hold
    rest: bytes = b"",
    disk: Disk = DISK,
) -> None:
    """Keep *value* and a *rest* at *path* for the workspace at *root*.

    Whoever reads meanwhile has what was there, or the new one.

    Raises:
        OSError, ValueError: it can't be written.
    """
    make_derived(os.path.realpath(root), disk)
    data = marshal.dumps(value)
    data = len(data).to_bytes(_SIZE, "little") + data
    temporary = f"{path}.{os.getpid()}"
    try:
        write_new(disk, temporary, head + digest_of(data) + data + rest, sync=False, dress=_private)
        disk.rename(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            disk.unlink(temporary)


def _private(descriptor: int) -> None:
    DISK.chmod(descriptor, 0o600)


def kept_files(root: str, name: str) -> tuple[str, ...]:
    """The file *name* of the workspace at *root*, and what commands that were cut off have left beside it."""
    folder = find_derived(os.path.realpath(root)).path
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return ()
    return tuple(os.path.join(folder, found) for found in names if found == name or found.startswith(f"{name}."))
