"""What the files of a workspace look like from outside, by one look at each, and whether they still say the same.

A file is told by its size, times and inode; where only these differ, by a digest of its content.
"""

import os
import stat
from collections.abc import Iterator
from struct import Struct
from struct import error as OutOfRange  # noqa: N812 - a number that has no place in a stamp

from pipectl.store.digest import blake2b
from pipectl.store.disk import NO_FOLLOW, PATIENT

# Not from store/find.py, which is dear to import; a test holds them together.
SETTINGS, FOLDERS = "pipectl.yaml", ("pipelines", "deals")
_DIGEST = 16
_STAMP = Struct("4Q")
_SIZE = Struct("Q").size
_FOLDER = os.O_RDONLY | NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)

# Folder → its files, joined by NUL, and a stamp for each. What is hidden is left out, as store/find.py leaves it out.
Tree = dict[str, tuple[str, bytes]]
# Folder → a digest for each of its files, in the same order; of some it is not known.
Digests = dict[str, bytes]
_UNKNOWN, _NOT_READ = bytes(_DIGEST), b"\1" * _DIGEST
# A larger buffer is cleared for every small file. More than a megabyte is no deal.
_PART, _PARTS = 1 << 16, 17


class View:
    """The files of a workspace, and the stamps of their folders, by which also what has come and gone is seen."""

    __slots__ = ("folders", "tree")

    def __init__(self, tree: Tree, folders: bytes) -> None:
        self.tree = tree
        self.folders = folders

    def youngest(self) -> int:
        """When anything of it has changed last, in nanoseconds."""
        stamps = b"".join((self.folders, *(stamps for _, stamps in self.tree.values())))
        return int(max(max(changed, altered) for _, changed, _, altered in _STAMP.iter_unpack(stamps)))


def look(root: str) -> View | None:
    """The files that a command may read under *root*; None where a link, a pipe or the like is among them."""
    tree: Tree = {}
    waiting, folders = list(FOLDERS), []
    try:
        tree[""] = SETTINGS, stamp(os.lstat(f"{root}/{SETTINGS}"))
        folders.append(stamp(os.lstat(root), kind=stat.S_IFDIR))
        while waiting:
            folder = waiting.pop()
            try:
                descriptor = os.open(f"{root}/{folder}", _FOLDER)
            except FileNotFoundError:
                continue
            try:
                folders.append(stamp(os.fstat(descriptor), kind=stat.S_IFDIR))
                tree[folder] = _look_into(descriptor, folder, waiting)
            finally:
                os.close(descriptor)
    except (OSError, ValueError, OutOfRange):
        return None
    return View(tree, b"".join(folders))


def _look_into(descriptor: int, folder: str, waiting: list[str]) -> tuple[str, bytes]:
    names, stamps = [], []
    for name in sorted(os.listdir(descriptor)):
        if name[0] == ".":
            continue
        # By the folder's descriptor: half the time that whole paths take.
        status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            waiting.append(f"{folder}/{name}")
        else:
            names.append(name)
            stamps.append(stamp(status))
    return "\0".join(names), b"".join(stamps)


def stamp(status: os.stat_result, *, kind: int = stat.S_IFREG) -> bytes:
    """What tells that a file has changed.

    Raises:
        ValueError: it is of another kind.
    """
    if stat.S_IFMT(status.st_mode) != kind:
        raise ValueError("not a regular file")
    return _STAMP.pack(status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)


def carried(tree: Tree, known: Tree, digests: Digests) -> Digests:
    """The *digests* of *known* for the files of *tree* that are as they were."""
    found: Digests = {}
    for folder, (names, stamps) in tree.items():
        if (names, stamps) == known.get(folder):
            found[folder] = digests[folder]
        else:
            old = {name: (seen, digest) for name, seen, digest in _each(folder, known, digests)}
            kept = ((seen, old.get(name, ())) for name, seen in _names(names, stamps))
            found[folder] = b"".join(was[1] if was and was[0] == seen else _UNKNOWN for seen, was in kept)
    return found


def completed(root: str, tree: Tree, digests: Digests) -> Digests:
    """The *digests* of *tree* with those that were not known, of files that are still as they were."""
    return {
        folder: b"".join(
            (_digest(f"{root}/{folder}/{name}", seen) or _UNKNOWN) if digest == _UNKNOWN else digest
            for name, seen, digest in _each(folder, tree, digests)
        )
        if _UNKNOWN in digests[folder]
        else digests[folder]
        for folder in tree
    }


def says_the_same(root: str, tree: Tree, known: Tree, digests: Digests) -> bool:
    """Whether the files of *tree* have the names, and say what those did, of *known*."""
    if tree == known:
        return True
    if names_of(tree) != names_of(known):
        return False
    differ = [
        (f"{root}/{folder}/{name}", seen, before, digest)
        for folder, (names, stamps) in tree.items()
        if stamps != known[folder][1]
        for (name, seen), (_, before, digest) in zip(_names(names, stamps), _each(folder, known, digests), strict=True)
        if seen != before
    ]
    return all(seen[:_SIZE] == before[:_SIZE] for _, seen, before, _ in differ) and all(
        _digest(path, seen) == digest for path, seen, _, digest in differ
    )


def names_of(tree: Tree) -> dict[str, str]:
    """Its folders and their files."""
    return {folder: names for folder, (names, _) in tree.items()}


def _names(names: str, stamps: bytes) -> Iterator[tuple[str, bytes]]:
    parts = (stamps[at : at + _STAMP.size] for at in range(0, len(stamps), _STAMP.size))
    return zip(names.split("\0"), parts, strict=False)  # of no files there is one name, ""


def _each(folder: str, known: Tree, digests: Digests) -> Iterator[tuple[str, bytes, bytes]]:
    digest = digests.get(folder, b"")
    parts = (digest[at : at + _DIGEST] for at in range(0, len(digest), _DIGEST))
    return ((name, seen, part) for (name, seen), part in zip(_names(*known.get(folder, ("", b""))), parts, strict=True))


def _digest(path: str, seen: bytes) -> bytes:
    """A digest of the file at *path*, which was *seen* like this; b"" where it is not so any more, or is too large.

    What is named as no file of ours is not read by commands either.
    """
    if not path.endswith(".yaml"):
        return _NOT_READ
    try:
        descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW | PATIENT)
        try:
            parts = [os.read(descriptor, _PART)]
            while len(parts[-1]) == _PART and len(parts) < _PARTS:
                parts.append(os.read(descriptor, _PART))
            # After reading: of what has changed while it was read nothing can be said.
            if len(parts) == _PARTS or stamp(os.fstat(descriptor)) != seen:
                return b""
        finally:
            os.close(descriptor)
    except (OSError, ValueError, OutOfRange):
        return b""
    return blake2b(b"".join(parts), digest_size=_DIGEST).digest()
