"""Where the workspace is, and which files it has. Hidden files are skipped; links never lead out of the tree."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from pipectl.errors import NoWorkspaceError
from pipectl.model.pattern import pattern
from pipectl.model.problem import Place, Problem
from pipectl.store.nodes import MAX_BYTES
from pipectl.store.typed import ID, ID_FORM, slug

SETTINGS = "pipectl.yaml"
PIPELINES = "pipelines"
DEALS = "deals"
_FILE_NAME = pattern(rf"{ID_FORM}\.yaml\Z")
_LEAVES = "a link that leaves the workspace is not followed"
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


class Found(NamedTuple):
    """The files of a workspace by what they hold, as sorted paths relative to its root, and what is wrong with them."""

    pipelines: tuple[str, ...]
    deals: tuple[str, ...]
    problems: tuple[Problem, ...]


def find_root(start: Path) -> Path:
    """The nearest folder at or above *start* that holds a `pipectl.yaml`.

    Raises:
        NoWorkspaceError: there is none.
    """
    # Not resolve(): it would follow a link out of the tree that the user sees.
    here = Path(os.path.abspath(start))
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise NoWorkspaceError(
        f"no {SETTINGS} in {here} or above",
        hint="`pipectl init` starts a workspace here; `pipectl demo` shows one; -C DIR chooses another",
    )


def folder_in_repository(root: Path) -> str:
    """Where *root* lies in its git repository, with `/`; "" at its top, or where there is none. Starts no process."""
    here = Path(os.path.abspath(root))
    for folder in (here, *here.parents):
        if (folder / ".git").exists():
            return here.relative_to(folder).as_posix().removeprefix(".")
    return ""


def find_files(root: Path) -> Found:
    """The pipeline and deal files under *root*."""
    problems: list[Problem] = []
    top = os.path.realpath(root)
    pipelines = tuple(sorted(_walk_from(root, PIPELINES, top, problems, deep=False)))
    deals = tuple(sorted(_walk_from(root, DEALS, top, problems, deep=True)))
    return Found(pipelines, deals, tuple(problems))


def _walk_from(root: Path, folder: str, top: str, problems: list[Problem], *, deep: bool) -> list[str]:
    """The files in *folder*, which itself may be a link inside the workspace."""
    if not os.path.realpath(root / folder).startswith(os.path.join(top, "")):
        problems.append(_unread(folder, _LEAVES))
        return []
    return _walk(root, folder, top, problems, deep=deep)


def _walk(root: Path, folder: str, top: str, problems: list[Problem], *, deep: bool) -> list[str]:
    found = []
    for name, entry in _entries(root, folder, problems):
        path = f"{folder}/{name}"
        # Nearly all are of this kind, and no other question is asked of them.
        if _FILE_NAME.match(name) and entry.is_file(follow_symlinks=False):
            found.append(path)
        elif entry.is_symlink() and (refusal := _refusal_of_link(entry.path, top)):
            problems.append(_unread(path, refusal))
        elif entry.is_dir():
            if deep:
                found += _walk(root, path, top, problems, deep=True)
            else:
                problems.append(sub_folder(path))
        elif is_data_file(path, problems):
            if entry.is_file():
                found.append(path)
            else:
                problems.append(_unread(path, "not a regular file"))
    return found


def sub_folder(path: str) -> Problem:
    """What is wrong with a folder beside the pipelines."""
    return _unread(path, f"{PIPELINES} has no sub-folders", hint="move its files up")


def _entries(root: Path, folder: str, problems: list[Problem]) -> list[tuple[str, os.DirEntry[str]]]:
    """What is in *folder* and not hidden, by name."""
    try:
        with os.scandir(root / folder) as entries:
            found = {entry.name: entry for entry in entries}
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(_unread(folder, f"the folder can't be read: {error.strerror}"))
        return []
    return [(name, found[name]) for name in sorted(found) if name[0] != "."]


def is_data_file(path: str, problems: list[Problem]) -> bool:
    """Whether *path* is named as a file of ours; a name that is nearly one becomes a problem.

    A file that the reader skips is `unread`; one whose stem is no id is read under its stem all the same.
    """
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix.lower() not in ("yaml", "yml"):
        return False
    if suffix != "yaml":
        hint = f"rename it to {slug(stem) or 'name'}.yaml"
        problems.append(_unread(path, f"'{name}' ends in .{suffix}, so it is not read", "bad-file-name", hint=hint))
        return False
    if not ID.match(stem):
        hint = f"rename it to {slug(stem) or 'name'}.yaml"
        message = f"'{stem}' is no id: a-z, 0-9, dot, underscore and dash, at most 80"
        problems.append(Problem("bad-file-name", message, Place(path, 1, 1), hint))
    return True


def id_of(path: str) -> str:
    """The id that the name of the file at *path* gives."""
    return path[path.rfind("/") + 1 :].removesuffix(".yaml")


def read_file(root: Path, path: str) -> bytes | Problem:
    """The bytes of *path*, at most one more than a pipeline file may have; a problem where it can't be read.

    A link is followed inside the workspace only.
    """
    # Joined as text: a Path costs more than opening and reading the file.
    place = f"{root}/{path}"
    try:
        try:
            # The kernel says whether it is a link; to ask about every file would cost as much as to open it.
            descriptor = os.open(place, _READ | _NO_FOLLOW)
        except OSError:
            if not os.path.islink(place):
                raise
            if refusal := _refusal_of_link(place, os.path.realpath(root)):
                return _unread(path, refusal)
            descriptor = os.open(place, _READ)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return _unread(path, "not a regular file")
            return _read_all(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        return _unread(path, f"the file can't be read: {error.strerror}")


def _read_all(descriptor: int) -> bytes:
    # A larger buffer is cleared by the kernel for every small file, and most are small.
    data = os.read(descriptor, 1 << 16)
    if len(data) < 1 << 16:
        return data
    parts = [data]
    while data and sum(map(len, parts)) <= MAX_BYTES:
        data = os.read(descriptor, MAX_BYTES)
        parts.append(data)
    return b"".join(parts)


def _refusal_of_link(path: str, top: str) -> str:
    """Why the link at *path* is not followed; "" where it leads to a file inside the workspace."""
    target = os.path.realpath(path)
    if not target.startswith(os.path.join(top, "")):
        return _LEAVES
    if os.path.isdir(target):
        return "a link to a folder is not followed; its deals would stand twice"
    return "" if os.path.exists(target) else "a link to nothing"


def _unread(path: str, message: str, check: str = "unreadable-file", *, hint: str = "") -> Problem:
    return Problem(check, message, Place(path, 1, 1), hint, unread=True)
