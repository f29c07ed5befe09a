"""A git repository for tests: made with no configuration but its own, committed to on days that are given."""

import os
import subprocess
from pathlib import Path

_ANI = {
    "GIT_AUTHOR_NAME": "Ani",
    "GIT_AUTHOR_EMAIL": "ani@example.com",
    "GIT_COMMITTER_NAME": "Ani",
    "GIT_COMMITTER_EMAIL": "ani@example.com",
}


def git(folder: Path, *words: str, on: str = "2026-11-01") -> str:
    """What git says to *words*, at noon of a day."""
    at = f"{on}T12:00:00+0700"
    environment = {**os.environ, **_ANI, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True, env=environment)
    return done.stdout


def repository(folder: Path, *, on: str = "2026-11-01") -> Path:
    """Make *folder* a repository with all of its files committed, that can be committed to without variables."""
    # Without the samples of hooks that git would copy, and without a process for each line of configuration.
    git(folder, "init", "-q", "-b", "main", "--template=")
    with (folder / ".git" / "config").open("a", encoding="utf-8") as configuration:
        configuration.write("[user]\n\tname = Ani\n\temail = ani@example.com\n")
    return committed(folder, on=on)


def committed(folder: Path, *, on: str) -> Path:
    """Commit every change in *folder*."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", f"As of {on}", on=on)
    return folder


def changed_in_last_commit(folder: Path) -> list[str]:
    """The paths that the last commit touches."""
    return git(folder, "show", "--format=", "--name-only", "--no-renames").split()
