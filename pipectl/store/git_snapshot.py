"""The files of a workspace as a commit has them, or the index."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from pipectl.store.find import DEALS, PIPELINES, SETTINGS
from pipectl.store.git import REGULAR, ask, blobs, commit_of, listed, prefix_of


class Snapshot(NamedTuple):
    """What the files said at a commit: their contents by path relative to the workspace, and the commit's day."""

    files: dict[str, bytes]
    on: date


def snapshot(folder: Path, revision: str) -> Snapshot:
    """The workspace at *folder* as it was at *revision*, read from git's objects.

    Raises:
        UsageError: there is no such commit, or no repository.
    """
    commit = commit_of(folder, revision)
    stamp = ask(folder, "show", "--no-patch", "--format=%cI", "--end-of-options", commit).decode().strip()
    listing = ask(folder, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *_data_paths(folder))
    entries = (line.partition(b"\t") for line in listed(listing))
    found = {path: meta.split()[2] for meta, _, path in entries if meta[:6] in REGULAR}
    return Snapshot(_contents(folder, found), datetime.fromisoformat(stamp).date())


def staged(folder: Path) -> dict[str, bytes]:
    """The workspace at *folder* as the next commit will have it, by path relative to it: git's index.

    Raises:
        GitError: there is no repository, or no git.
    """
    listing = ask(folder, "ls-files", "--stage", "-z", "--full-name", "--", SETTINGS, PIPELINES, DEALS)
    entries = (line.partition(b"\t") for line in listed(listing))
    # The sides of a conflict are no files yet, and git commits none before it is settled.
    found = {path: meta.split()[1] for meta, _, path in entries if meta[:6] in REGULAR and meta.endswith(b" 0")}
    return _contents(folder, found)


def _data_paths(folder: Path) -> list[str]:
    prefix = prefix_of(folder)
    return [prefix + name for name in (SETTINGS, PIPELINES, DEALS)]


def _contents(folder: Path, found: Mapping[bytes, bytes]) -> dict[str, bytes]:
    """What files hold, by path relative to *folder*, given the names of their blobs by path in the repository."""
    prefix = prefix_of(folder)
    contents = blobs(folder, list(found.values()))
    names = (path.decode("utf-8", "surrogateescape").removeprefix(prefix) for path in found)
    return dict(zip(names, contents, strict=True))
