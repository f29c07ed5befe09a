"""Who changed what and when, as the commits tell."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from pipectl.store.git import AS_STORED, ask, prefix_of, without_filters


class LineChange(NamedTuple):
    """The last change of a line of a file.

    Attributes:
        at: when its author made it.
        commit: "" where it is not committed yet.
        before: the commit and the path of the file before; None where the file was new.
    """

    at: datetime
    commit: str
    before: tuple[str, str] | None


def is_shallow(folder: Path) -> bool:
    """Whether older commits are missing here.

    Raises:
        GitError: there is no repository, or no git.
    """
    return ask(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"


def last_change(folder: Path, path: str, line: int, commit: str = "") -> LineChange:
    """The last change but of blanks to a line of the file at *path*, relative to *folder*, as it is or at *commit*.

    Raises:
        GitError: git does not know the file, or there is no repository.
    """
    # A list of commits to look through, such as one for reformattings, is the user's own and may be missing.
    options = ("-c", "blame.ignoreRevsFile=", "-c", "core.quotePath=false")
    where = (commit,) if commit else ()
    words = ("blame", "--porcelain", "-w", "--root", "--no-textconv", f"-L{line},{line}", *where, "--", path)
    answer = ask(folder, *options, *words, more={} if commit else without_filters(folder))
    head, *lines = answer.decode("utf-8", "surrogateescape").split("\n")
    said = dict(text.partition(" ")[::2] for text in lines if not text.startswith("\t"))
    name = head.split(" ")[0]
    before, _, origin = said.get("previous", "").partition(" ")
    origin = os.path.relpath(origin, prefix_of(folder) or ".") if before else ""
    at = datetime.fromtimestamp(int(said["author-time"]), UTC)
    return LineChange(at, name if name.strip("0") else "", (before, origin) if before else None)


def last_touch(folder: Path, path: str, pattern: str) -> datetime | None:
    """When the author made the last commit that took lines fitting *pattern* in or out of the file at *path*.

    Raises:
        GitError: there is no repository, or no commit.
    """
    words = ("log", "-1", "-z", "--format=%at", "--no-patch", *AS_STORED, f"-G{pattern}", "HEAD", "--", path)
    answer = ask(folder, *words).strip(b"\0\n")
    return datetime.fromtimestamp(int(answer), UTC) if answer else None


class Commit(NamedTuple):
    """A commit as people name it."""

    name: str
    on: date
    author: str
    subject: str


def last_commit_on(folder: Path, path: str, pattern: str) -> Commit | None:
    """The last commit that took lines fitting *pattern*, an extended expression, in or out of the file at *path*.

    Raises:
        GitError: there is no repository, or no commit.
    """
    words = ("log", "-1", "-z", "--format=%h%x00%as%x00%an%x00%s", "--no-patch", "--extended-regexp", *AS_STORED)
    answer = ask(folder, *words, f"-G{pattern}", "HEAD", "--", path).decode("utf-8", "replace").rstrip("\0\n")
    if not answer:
        return None
    name, on, author, subject = answer.split("\0", 3)
    return Commit(name, date.fromisoformat(on), author, subject)


def file_at(folder: Path, commit: str, path: str) -> bytes:
    """The file at *path*, relative to *folder*, as it was at *commit*.

    Raises:
        GitError: it was not there.
    """
    return ask(folder, "cat-file", "blob", "--end-of-options", f"{commit}:./{path}")
