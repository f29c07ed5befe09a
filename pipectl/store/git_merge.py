"""What git could not merge, and merging line by line as it does."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipectl.store.git import REGULAR, GitError, ask, blobs, listed, names_in, setting

# From this status on `merge-file` has failed; below it counts conflicts.
_FAILED = 128


class Unmerged(NamedTuple):
    """A file that git could not merge: what both sides began with, ours and theirs; None where a side has no file.

    Attributes:
        regular: each side that has it has a file, and no link or submodule.
    """

    base: bytes | None
    ours: bytes | None
    theirs: bytes | None
    regular: bool = True


def unmerged_files(folder: Path) -> dict[str, Unmerged]:
    """What git could not merge under *folder*, by path relative to it.

    Raises:
        GitError: there is no repository, or no git.
    """
    entries = [line.partition(b"\t") for line in listed(ask(folder, "ls-files", "--unmerged", "-z", "--", "."))]
    stages: dict[bytes, dict[bytes, bytes]] = {}
    unusual = set()
    for meta, _, path in entries:
        mode, blob, stage = meta.split()
        stages.setdefault(path, {})[stage] = blob
        if mode not in REGULAR:
            unusual.add(path)
    names = [blob for path, found in stages.items() if path not in unusual for blob in found.values()]
    contents = dict(zip(names, blobs(folder, names), strict=True))
    unmerged = {}
    for path, found in stages.items():
        base, ours, theirs = (contents.get(found.get(stage, b"")) for stage in (b"1", b"2", b"3"))
        unmerged[path.decode("utf-8", "surrogateescape")] = Unmerged(base, ours, theirs, path not in unusual)
    return unmerged


def settled_before(folder: Path) -> frozenset[str]:
    """Files under *folder* that git could not merge, that were settled since, and whose three sides it still knows.

    Raises:
        GitError: there is no repository, or no git.
    """
    listing = ask(folder, "ls-files", "--resolve-undo", "-z", "--", ".")
    return frozenset(names_in(b"\0".join(line.partition(b"\t")[2] for line in listed(listing))))


def unsettle(folder: Path, paths: Sequence[str]) -> None:
    """Put the three sides of *paths*, which are `settled_before`, back into the index; no file is written.

    Raises:
        GitError: git has refused.
    """
    # Not `update-index --unresolve`, which some versions can do in a merge only, nor `checkout --merge`, which writes.
    sides = list(listed(ask(folder, "ls-files", "--resolve-undo", "-z", "--full-name", "--", *paths)))
    names = {name: len(meta.split()[1]) for meta, _, name in (line.partition(b"\t") for line in sides)}
    gone = [b"0 %s 0\t%s" % (b"0" * length, name) for name, length in names.items()]
    ask(folder, "update-index", "-z", "--index-info", give=b"".join(line + b"\0" for line in (*gone, *sides)))


def marks_base(folder: Path) -> bool:
    """Whether conflicts are to show what both sides began with, as `merge.conflictStyle` says."""
    return (setting(folder, "merge.conflictStyle") or "").lower() in ("diff3", "zdiff3")


def merge_lines(ours: Path, base: Path, theirs: Path, size: int = 7) -> bool:
    """Merge line by line, as git itself does, into the file *ours*; whether that went without a conflict.

    Raises:
        GitError: git can't.
    """
    folder = Path()
    style = setting(folder, "merge.conflictStyle")
    styles = [f"--{style.lower()}"] if style and style.lower() in ("diff3", "zdiff3") else []
    labels = [word for label in ("ours", "base", "theirs") for word in ("-L", label)]
    words = ("merge-file", "--quiet", f"--marker-size={size}", *styles, *labels, "--")
    try:
        ask(folder, *words, str(ours), str(base), str(theirs))
    except GitError as error:
        if error.code is None or error.code >= _FAILED:
            raise
        return False
    return True
