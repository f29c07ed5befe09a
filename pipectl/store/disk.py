"""The disk as those who write see it: whole files in and out, with the attributes that a file has beside its bytes."""

import contextlib
import errno
import os
import stat
from collections.abc import Callable

_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
PATIENT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


class Disk:
    """The calls of the operating system that a write makes, one method each: a test can let any of them fail."""

    def open(self, path: str, flags: int, mode: int = 0o666) -> int:
        return os.open(path, flags | _BINARY, mode)

    def read(self, descriptor: int, size: int) -> bytes:
        return os.read(descriptor, size)

    def write(self, descriptor: int, data: memoryview) -> int:
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def chmod(self, descriptor: int, mode: int) -> None:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, mode)

    def chown(self, descriptor: int, owner: int, group: int) -> None:
        os.fchown(descriptor, owner, group)

    def setxattr(self, descriptor: int, name: str, value: bytes) -> None:
        os.setxattr(descriptor, name, value)

    def removexattr(self, descriptor: int, name: str) -> None:
        os.removexattr(descriptor, name)

    def rename(self, old: str, new: str) -> None:
        os.replace(old, new)

    def link(self, old: str, new: str) -> None:
        os.link(old, new)

    def unlink(self, path: str) -> None:
        os.unlink(path)

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        os.mkdir(path, mode)

    def rmdir(self, path: str) -> None:
        os.rmdir(path)

    def sync(self) -> None:
        os.sync()


DISK = Disk()


def contents(disk: Disk, path: str) -> bytes:
    """The bytes of the regular file at *path*; a link, a pipe or a device is an OSError, without waiting for it."""
    descriptor = disk.open(path, os.O_RDONLY | NO_FOLLOW | PATIENT)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "not a regular file", path)
        parts = [disk.read(descriptor, status.st_size + 1)]
        while parts[-1]:
            parts.append(disk.read(descriptor, 1 << 20))
        return b"".join(parts)
    finally:
        disk.close(descriptor)


def write_new(disk: Disk, path: str, data: bytes, *, sync: bool, dress: Callable[[int], None] | None = None) -> None:
    """Make the file *path*, which must not exist; *dress* gives it its mode and owner before it is synced."""
    descriptor = disk.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[disk.write(descriptor, rest) :]
        if dress is not None:
            dress(descriptor)
        if sync:
            disk.fsync(descriptor)
    finally:
        disk.close(descriptor)


def dresser(disk: Disk, like: str) -> Callable[[int], None]:
    """What gives a new file the mode, owner and extended attributes (access control lists too) of the file *like*."""
    status = os.stat(like)
    attributes = _attributes(like)

    def dress(descriptor: int) -> None:
        mode = stat.S_IMODE(status.st_mode)
        own = os.fstat(descriptor)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid) and not _give(disk, descriptor, status):
            # Its group's rights are no business of ours: the group gets what everybody gets.
            mode = mode & ~0o070 | (mode & 0o007) << 3
        disk.chmod(descriptor, mode)
        _set_attributes(disk, descriptor, attributes)

    return dress


def _give(disk: Disk, descriptor: int, status: os.stat_result) -> bool:
    """Whether the file has the group of *status* now; only root can give it its owner too."""
    for owner in (status.st_uid, -1):
        try:
            disk.chown(descriptor, owner, status.st_gid)
        except OSError as error:
            if error.errno != errno.EPERM:
                raise
        else:
            return True
    return False


def newcomer(disk: Disk, folder: str, mode: int | None) -> Callable[[int], None]:
    """What gives a file made elsewhere the group and access list that it would have got in *folder*, and *mode*."""
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    status = os.stat(folder)
    access = _attributes(folder).get("system.posix_acl_default")

    def dress(descriptor: int) -> None:
        own = os.fstat(descriptor)
        if status.st_mode & stat.S_ISGID and own.st_gid != status.st_gid:
            disk.chown(descriptor, -1, status.st_gid)
        if access is not None:
            _set_attributes(disk, descriptor, {"system.posix_acl_access": access})
            disk.chmod(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o666)
        if mode is not None:
            disk.chmod(descriptor, mode)

    return dress


def _attributes(file: str | int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        return {name: os.getxattr(file, name) for name in os.listxattr(file)}
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENODATA, errno.EPERM):
            return {}
        raise


def _set_attributes(disk: Disk, descriptor: int, wanted: dict[str, bytes]) -> None:
    own = _attributes(descriptor)
    for name in own.keys() | wanted.keys():
        try:
            if name not in wanted:
                disk.removexattr(descriptor, name)
            elif own.get(name) != wanted[name]:
                disk.setxattr(descriptor, name, wanted[name])
        except OSError as error:
            # Some attributes are the system's own, and some filesystems have none.
            if error.errno not in (errno.EPERM, errno.ENOTSUP):
                raise


def sync_folder(disk: Disk, path: str) -> None:
    """Make the names in a folder durable; nothing on Windows, which has no such call."""
    if not _DIRECTORY:
        return
    descriptor = disk.open(path, os.O_RDONLY | _DIRECTORY)
    try:
        disk.fsync(descriptor)
    finally:
        disk.close(descriptor)


def discard(disk: Disk, folder: str, *, first: str = "") -> None:
    """Remove a folder of files, the one named *first* before the others, as far as that is possible."""
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(folder), key=lambda name: name != first):
            disk.unlink(f"{folder}/{name}")
        disk.rmdir(folder)
