"""Where derived data (journal, undo, cache) lives, and what git's own directory says of the work tree.

Derived data lies in git's own directory, where no pull request can put anything, or in `.pipectl/` with its own ignore
file where there is no git. Folders that belong to somebody else, or that others can write to, are never used.
"""

import contextlib
import os
import stat

from pipectl.store.disk import DISK, Disk, contents, write_new

IGNORE_FILE = ".gitignore"
# A write that is to be finished, and one that is to be taken back (`store/journal.py`).
JOURNAL, ROLLBACK = "journal", "rollback"


class GitFolder:
    """git's own directory, and the top of the work tree that it belongs to."""

    # No NamedTuple, nor a value of ours: to import what makes these takes as long as Python to start.
    __slots__ = ("path", "tree")

    def __init__(self, path: str, tree: str) -> None:
        self.path = path
        self.tree = tree


def git_folder(top: str) -> GitFolder | None:
    """git's directory for the work tree that *top* (a real path) lies in, as `.git` says; None where there is none."""
    tree = top
    while not os.path.lexists(os.path.join(tree, ".git")):
        tree, below = os.path.dirname(tree), tree
        if tree == below:
            return None
    path = os.path.join(tree, ".git")
    if os.path.isfile(path):
        path = _named_by(path, tree)
        # A directory within the tree could have been sent along with it; git itself never makes such a one.
        if path.startswith(tree + os.sep):
            return None
    return GitFolder(path, tree) if os.path.isfile(os.path.join(path, "HEAD")) else None


def _named_by(file: str, tree: str) -> str:
    """The directory that a `.git` file of a worktree or a submodule names."""
    try:
        text = contents(DISK, file).decode("utf-8", "surrogateescape")
    except OSError:
        return file
    return os.path.realpath(os.path.join(tree, text.removeprefix("gitdir:").strip())) if "gitdir:" in text else file


def unmerged(git: GitFolder) -> frozenset[str]:
    """Paths in the work tree that git's index holds in several versions; none where the index can't be followed."""
    try:
        data = contents(DISK, os.path.join(git.path, "index"))
        sha_256 = b"objectformat = sha256" in contents(DISK, os.path.join(git.path, "config")).lower()
    except OSError:
        return frozenset()
    signature, version, count = data[:4], int.from_bytes(data[4:8]), int.from_bytes(data[8:12])
    if signature != b"DIRC" or version not in (2, 3, 4):
        return frozenset()
    start, fixed, path, found = 12, 74 if sha_256 else 62, b"", set()
    for _ in range(count):
        flags = int.from_bytes(data[start + fixed - 2 : start + fixed])
        name = start + fixed + (2 if flags & 0x4000 else 0)
        kept = 0
        if version == 4:
            cut, name = _offset(data, name)
            kept = len(path) - cut
        end = data.find(b"\0", name)
        if end < 0:
            return frozenset()
        path = path[:kept] + data[name:end]
        if flags & 0x3000:
            found.add(os.fsdecode(path))
        start = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
    return frozenset(found)


def _offset(data: bytes, at: int) -> tuple[int, int]:
    """git's variable-width number at *at*, and where it ends."""
    value = -1
    for position in range(at, len(data)):
        value = (value + 1) << 7 | data[position] & 0x7F
        if not data[position] & 0x80:
            return value, position + 1
    return 0, len(data)


class Derived:
    """The folder for the derived data of one workspace, made or not, and the folders not used, with the reason."""

    __slots__ = ("base", "git", "ignored", "path")

    def __init__(self, path: str, base: str, git: GitFolder | None, ignored: tuple[str, ...]) -> None:
        self.path = path
        self.base = base
        self.git = git
        self.ignored = ignored


def find_derived(top: str) -> Derived:
    """Where the workspace at *top* (a real path) keeps derived data. Nothing is made."""
    git = git_folder(top)
    inside, name = (git.path, "pipectl") if git else (top, ".pipectl")
    base = os.path.join(inside, name)
    ignored = [_ignored(os.path.join(top, ".pipectl"), "derived data is kept in git's directory")] if git else []
    if reason := distrust(base, inside):
        ignored.append(_ignored(base, reason))
        # Users who share a work tree have a folder each: nobody finishes a write that somebody else began.
        base = os.path.join(inside, f"{name}-{_user()}")
    prefix = os.path.relpath(top, git.tree) if git else "."
    # Several workspaces in one repository share its directory, and must not share a journal.
    path = base if prefix == "." else os.path.join(base, "workspaces", _one_name(prefix))
    return Derived(path, base, git, tuple(filter(None, ignored)))


def has_unfinished(top: str) -> bool:
    """Whether `store/recovery.py` may have something to say of the workspace at *top* (a real path)."""
    derived = find_derived(top)
    return bool(derived.ignored) or any(os.path.lexists(f"{derived.path}/{name}") for name in (JOURNAL, ROLLBACK))


def make_derived(top: str, disk: Disk = DISK) -> Derived:
    """The same, made where it is not there.

    Raises:
        OSError: it can't be made, or can't be trusted.
    """
    derived = find_derived(top)
    if reason := distrust(derived.base, os.path.dirname(derived.base)):
        raise OSError(0, f"it can't be used: {reason}", derived.base)
    missing = [derived.path]
    while missing[-1] != derived.base:
        missing.append(os.path.dirname(missing[-1]))
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):
            disk.mkdir(folder, 0o700)
    if derived.git is None:
        with contextlib.suppress(FileExistsError):
            write_new(disk, os.path.join(derived.base, IGNORE_FILE), b"*\n", sync=False)
    return derived


def distrust(path: str, parent: str) -> str:
    """Why derived data in the folder *path* is not used; "" where it is ours, or not there."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"it can't be looked at: {error.strerror}"
    if not stat.S_ISDIR(status.st_mode):
        return "it is no folder"
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        return "it belongs to somebody else"
    # No more open than what it lies in: some filesystems show every mode as 0777.
    if status.st_mode & 0o022 & ~os.stat(parent).st_mode:
        return "others can write to it"
    return ""


def _ignored(folder: str, reason: str) -> str:
    """A line on a folder that is not used, where a write might stand unfinished in it; "" else."""
    unfinished = any(os.path.lexists(os.path.join(folder, name)) for name in (JOURNAL, ROLLBACK))
    return f"the unfinished write in {folder} is ignored: {reason}" if unfinished else ""


def _user() -> str:
    return str(os.geteuid()) if hasattr(os, "geteuid") else "own"


def _one_name(prefix: str) -> str:
    name = prefix.replace("%", "%25").replace(os.sep, "%2F")
    if len(name) < 120:
        return name
    # OpenSSL takes a fifth of a bare Python start to load, and hardly any folder is named so.
    from hashlib import sha256  # noqa: PLC0415

    return sha256(os.fsencode(prefix)).hexdigest()
