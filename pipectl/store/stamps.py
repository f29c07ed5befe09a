"""What the files of a workspace look like from outside, by one look at each, and whether they still say the same.

A file is told by its size, times and inode; where only these differ, by a digest of its content.
"""

import contextlib
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
_READ = os.O_RDONLY | NO_FOLLOW | PATIENT
_FOLDER = os.O_RDONLY | NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)

# Folder → its files, joined by NUL, and a stamp for each. What is hidden is left out, as store/find.py leaves it out.
Tree = dict[str, tuple[str, bytes]]
# Folder → a digest for each of its files, in the same order; of some it is not known.
Digests = dict[str, bytes]
_UNKNOWN, _NOT_READ = bytes(_DIGEST), b"\1" * _DIGEST
# A larger buffer is cleared for every small file. More than a megabyte is no deal.
_PART, _PARTS = 1 << 16, 17


class View:
    """The files of a workspace.

    Attributes:
        tree: how each of them looks.
        folders: the stamps of their folders, by which also what has come and gone is seen.
        digests: of the folders whose files were read in passing.
    """

    __slots__ = ("digests", "folders", "tree")

    def __init__(self, tree: Tree, folders: bytes, digests: Digests) -> None:
        self.tree = tree
        self.folders = folders
        self.digests = digests

    def youngest(self) -> int:
        """When anything of it has changed last, in nanoseconds."""
        stamps = b"".join((self.folders, *(stamps for _, stamps in self.tree.values())))
        return int(max(max(changed, altered) for _, changed, _, altered in _STAMP.iter_unpack(stamps)))


def look(root: str, known: Tree, digests: Digests) -> View | None:
    """The files that a command may read under *root*; None where a link, a pipe or the like is among them.

    After a checkout all files look otherwise than *known*, and most say the same. Once a folder is seen to be like
    that, the files of the next are read in passing: to ask by its name how a file looks takes two thirds of the time
    in which it is opened, read and closed, and of an open one it takes next to nothing.
    """
    tree: Tree = {}
    read: Digests = {}
    waiting, folders, in_passing = list(FOLDERS), [], False
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
                tree[folder], found = _look_into(descriptor, folder, waiting, in_passing)
            finally:
                os.close(descriptor)
            if in_passing:
                read[folder] = found
            if tree[folder][0]:
                says_other = in_passing and found != digests.get(folder)
                in_passing = not says_other and _looks_checked_out(*tree[folder], *known.get(folder, ("", b"")))
    except (OSError, ValueError, OutOfRange):
        return None
    return View(tree, b"".join(folders), read)


def _status(folder: int, name: str) -> os.stat_result:
    # By the folder's descriptor: half the time that whole paths take.
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


def _look_into(descriptor: int, folder: str, waiting: list[str], in_passing: bool) -> tuple[tuple[str, bytes], bytes]:
    """The files in *folder*, and their digests if they are to be read *in_passing*; its folders join the *waiting*."""
    names, stamps, digests = [], [], []
    for name in sorted(os.listdir(descriptor)):
        if name[0] == ".":
            continue
        status, digest = _read(descriptor, name) if in_passing else (_status(descriptor, name), _UNKNOWN)
        if stat.S_ISDIR(status.st_mode):
            waiting.append(f"{folder}/{name}")
        else:
            names.append(name)
            stamps.append(stamp(status))
            digests.append(digest)
    return ("\0".join(names), b"".join(stamps)), b"".join(digests)


def _looks_checked_out(names: str, stamps: bytes, names_before: str, stamps_before: bytes) -> bool:
    """Whether a folder has the files that it had, of the same sizes, and as far as its ends tell all are new."""
    return (
        names == names_before
        and stamps[: _STAMP.size] != stamps_before[: _STAMP.size]
        and stamps[-_STAMP.size :] != stamps_before[-_STAMP.size :]
        and _sizes(stamps) == _sizes(stamps_before)
    )


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
        folder: _completed(root, folder, *tree[folder], digests[folder])
        if _UNKNOWN in digests[folder]
        else digests[folder]
        for folder in tree
    }


def _completed(root: str, folder: str, names: str, stamps: bytes, digests: bytes) -> bytes:
    with _opened(root, folder) as descriptor:
        return b"".join(
            (_digest_of(descriptor, name, seen) or _UNKNOWN) if digest == _UNKNOWN else digest
            for (name, seen), digest in zip(_names(names, stamps), _parts(digests, _DIGEST), strict=True)
        )


def says_the_same(root: str, view: View, known: Tree, digests: Digests) -> bool:
    """Whether the files in *view* have the names, and say what those did, of *known*."""
    tree, read = view.tree, view.digests
    if tree == known:
        return True
    if names_of(tree) != names_of(known):
        return False
    differ = [folder for folder, seen in tree.items() if seen != known[folder]]
    return all(_sizes(tree[folder][1]) == _sizes(known[folder][1]) for folder in differ) and all(
        # Where it was read and differs, a file that looks as before may be too large to be read.
        read.get(folder) == digests[folder]
        or _reads_the_same(root, folder, *tree[folder], known[folder][1], digests[folder])
        for folder in differ
    )


def _sizes(stamps: bytes) -> memoryview:
    return memoryview(stamps).cast("Q")[:: _STAMP.size // _SIZE]


def _reads_the_same(root: str, folder: str, names: str, stamps: bytes, before: bytes, digests: bytes) -> bool:
    """Whether the files *names* of *folder* whose *stamps* are not as *before* have the *digests* all the same.

    One that changes meanwhile has other stamps from then on, and is looked into when somebody asks again.
    """
    files = zip(_names(names, stamps), _parts(before, _STAMP.size), _parts(digests, _DIGEST), strict=True)
    with _opened(root, folder) as descriptor:
        return all(seen == was or _digest(descriptor, name) == digest for (name, seen), was, digest in files)


@contextlib.contextmanager
def _opened(root: str, folder: str) -> Iterator[int]:
    """A descriptor of *folder*, which opens its files sooner than their paths do; -1 of one that is gone."""
    try:
        descriptor = os.open(f"{root}/{folder}", _FOLDER)
    except OSError:
        yield -1
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def names_of(tree: Tree) -> dict[str, str]:
    """Its folders and their files."""
    return {folder: names for folder, (names, _) in tree.items()}


def _names(names: str, stamps: bytes) -> Iterator[tuple[str, bytes]]:
    return zip(names.split("\0"), _parts(stamps, _STAMP.size), strict=False)  # of no files there is one name, ""


def _each(folder: str, known: Tree, digests: Digests) -> Iterator[tuple[str, bytes, bytes]]:
    pairs = _names(*known.get(folder, ("", b"")))
    return (
        (name, seen, part) for (name, seen), part in zip(pairs, _parts(digests.get(folder, b""), _DIGEST), strict=True)
    )


def _parts(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def _digest(folder: int, name: str) -> bytes:
    """A digest of what the file *name* says now; b"" where it is too large or can't be read."""
    try:
        return _read(folder, name)[1]
    except OSError:
        return b""


def _read(folder: int, name: str) -> tuple[os.stat_result, bytes]:
    """How the file *name* looked, and a digest of what it said just after; b"" where it is too large or can't be read.

    What is named as no file of ours is not read by commands either.

    Raises:
        OSError: it is gone.
    """
    if not name.endswith(".yaml"):
        return _status(folder, name), _NOT_READ
    try:
        descriptor = os.open(name, _READ, dir_fd=folder)
    except OSError:  # a link, or closed to us
        return _status(folder, name), b""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return status, b""
        data = os.read(descriptor, _PART)
        if len(data) == _PART and len(data := _whole(descriptor, data)) == _PART * _PARTS:
            return status, b""
    finally:
        os.close(descriptor)
    return status, blake2b(data, digest_size=_DIGEST).digest()


def _digest_of(folder: int, name: str, seen: bytes) -> bytes:
    """The same of a file that was *seen* like this; b"" where it is not so any more."""
    digest = _digest(folder, name)
    try:
        # After reading: of what has changed while it was read nothing can be said.
        return digest if stamp(os.stat(name, dir_fd=folder, follow_symlinks=False)) == seen else b""
    except (OSError, ValueError, OutOfRange):
        return b""


def _whole(descriptor: int, begins: bytes) -> bytes:
    """What *begins* so, as far as a file of ours may go on."""
    parts = [begins]
    while len(parts[-1]) == _PART and len(parts) < _PARTS:
        parts.append(os.read(descriptor, _PART))
    return b"".join(parts)
