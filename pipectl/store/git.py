"""git, asked in its machine formats: the only module that runs it.

Nothing that a repository's configuration names is run to read it: no hook, no monitor, no external diff, no filter of
content, no checker of signatures; and no object that is missing is fetched. A commit runs what git needs for it, which
is filters and the program that signs, but no hook.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipectl.errors import PipectlError, UsageError

_NO_MONITOR = ("-c", "core.fsmonitor=false")
_SAFE = (*_NO_MONITOR, "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false")
AS_STORED = ("--no-ext-diff", "--no-textconv")
# The modes of files: neither links nor submodules.
REGULAR = (b"100644", b"100755")
_STAGED = ("diff", "--cached", "--name-only", "-z", "--no-renames", *AS_STORED)
_VERIFY = ("--verify", "--quiet", "--end-of-options")
_FROM_INPUT = ("--pathspec-from-file=-", "--pathspec-file-nul")
# Reading asks nobody else: a repository may name a program to fetch what it lacks with.
_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}
_NOTHING: Mapping[str, str] = {}
_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
_FILTER = r"^filter\..*\.(clean|smudge|process|required)$"
# More paths than this would not fit on one command line everywhere.
_PART = 500


def email(folder: Path) -> str | None:
    """The e-mail address that git would sign a commit with there; None where it has none."""
    return setting(folder, "user.email")


def name(folder: Path) -> str | None:
    """The name that git would sign a commit with there; None where it has none."""
    return setting(folder, "user.name")


def setting(folder: Path, key: str, *where: str) -> str | None:
    """What the configuration, or the part of it at *where*, says of *key*; None where it says nothing."""
    try:
        answer = ask(folder, "config", *where, "--get", key)
    except GitError:
        return None
    return answer.decode("utf-8", "replace").strip() or None


def add(folder: Path, paths: Sequence[str]) -> None:
    """Stage *paths*, relative to *folder*, as they are: for git that settles what it could not merge.

    Raises:
        GitError: git has refused.
    """
    ask(folder, "add", *_FROM_INPUT, give=_listing(paths))


def configure(folder: Path, key: str, value: str) -> None:
    """Set *key* in the configuration of the repository that *folder* lies in.

    Raises:
        GitError: there is no repository, or its configuration can't be written.
    """
    ask(folder, "config", "--local", key, value)


def configured(folder: Path, key: str) -> str | None:
    """What the configuration of the repository says of *key*; None where it says nothing."""
    return setting(folder, key, "--local")


def staged_changes(folder: Path) -> frozenset[str]:
    """Files under *folder* that the index has otherwise than the last commit; all of them where there is none yet."""
    return frozenset(names_in(ask(folder, *_STAGED, "--relative", "--", ".")))


class HookPlace(NamedTuple):
    """Where git looks for hooks.

    Attributes:
        folder: the folder.
        own: only this repository has hooks there.
        tracked: the hooks lie among the files that are committed, so that everybody has them.
    """

    folder: Path
    own: bool
    tracked: bool


def hook_place(folder: Path) -> HookPlace:
    """Where git looks for the hooks of the repository that *folder* lies in, as its configuration says.

    Raises:
        GitError: there is no repository, or no git.
    """
    top = top_of(folder)
    shared = ask(folder, "rev-parse", "--git-common-dir", safe=_NO_MONITOR).decode("utf-8", "surrogateescape")
    mine = Path(os.path.realpath(folder / shared.rstrip("\n")))
    try:
        # A relative path is meant from the top of the work tree.
        told = ask(folder, "config", "--path", "--get", "core.hooksPath", safe=_NO_MONITOR)
        place = Path(os.path.realpath(top / told.decode("utf-8", "surrogateescape").rstrip("\n")))
    except GitError:
        place = mine / "hooks"
    tracked = place.is_relative_to(top) and not place.is_relative_to(mine)
    return HookPlace(place, tracked or place.is_relative_to(mine), tracked)


def top_of(folder: Path) -> Path:
    """The top folder of the work tree that *folder* lies in.

    Raises:
        GitError: there is no repository, no work tree, or no git.
    """
    return Path(os.path.realpath(ask(folder, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape")[:-1]))


def commit_of(folder: Path, revision: str) -> str:
    """The full name of the commit that *revision* means.

    Raises:
        UsageError: it names none.
        GitError: there is no repository, or no git.
    """
    name = f"{revision}^{{commit}}"
    try:
        # No argument of a process can hold a NUL.
        found = "" if "\0" in name else ask(folder, "rev-parse", *_VERIFY, name).decode().strip()
    except GitError:
        found = ""
        ask(folder, "rev-parse", "--git-dir")
    # `^main` is verified too, and stands for all but that commit.
    if not found.isalnum():
        hint = "name a commit, a tag or a branch; in a shallow clone, `git fetch --unshallow` brings the older ones"
        raise UsageError(f"no commit '{revision}' in this repository", hint=hint)
    return found


def changed_since(folder: Path, revision: str) -> frozenset[str]:
    """Files under *folder* that differ between the merge base with *revision* and the work tree, new ones included.

    Raises:
        UsageError: there is no such commit, or it shares no history with the current one.
    """
    commit = commit_of(folder, revision)
    try:
        base = ask(folder, "merge-base", commit, "HEAD").decode().strip()
    except GitError:
        hint = "in a shallow clone, `git fetch --unshallow` brings the older commits"
        raise UsageError(f"'{revision}' shares no history with the current commit", hint=hint) from None
    tracked = _against_work_tree(folder, base)
    untracked = ask(folder, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    return frozenset(names_in(tracked + untracked))


def commit_paths(folder: Path, paths: Sequence[str], message: str) -> str:
    """Commit exactly *paths*, relative to *folder*, whatever else is staged or changed; the new commit's short name.

    Answers "" and commits nothing where the last commit has them as they are.

    Raises:
        GitError: git has refused.
    """
    gone = [path for path in paths if not os.path.lexists(folder / path)]
    unknown = set(gone) - _tracked(folder, gone)
    known = [path for path in paths if path not in unknown]
    if not known:
        # No path at all would be every path for git.
        return ""
    ask(folder, "add", "--all", *_FROM_INPUT, give=_listing(known))
    answer = ask(folder, *_STAGED, "--relative")
    changed = set(names_in(answer)).intersection(paths)
    if not changed:
        return ""
    ask(folder, "commit", "--quiet", "--only", "--message", message, *_FROM_INPUT, give=_listing(sorted(changed)))
    return ask(folder, "rev-parse", "--short", "HEAD").decode().strip()


def _tracked(folder: Path, paths: Sequence[str]) -> set[str]:
    """Those of *paths* that git's index has."""
    parts = (paths[start : start + _PART] for start in range(0, len(paths), _PART))
    return {name for part in parts for name in names_in(ask(folder, "ls-files", "-z", "--", *part))}


def committed(folder: Path, paths: Sequence[str]) -> dict[str, bool]:
    """Those of *paths* that the last commit has, and whether as they are now; none where there is no repository."""
    try:
        parts = [paths[start : start + _PART] for start in range(0, len(paths), _PART)]
        words = ("ls-tree", "-z", "--name-only", "HEAD", "--")
        kept = {name for part in parts for name in names_in(ask(folder, *words, *part))}
        answer = _against_work_tree(folder, "HEAD")
    except GitError:
        return {}
    changed = set(names_in(answer))
    return {path: path not in changed for path in paths if path in kept}


def _against_work_tree(folder: Path, commit: str) -> bytes:
    """The listing of what *commit* has otherwise than the work tree, where no filter says what files come to."""
    words = ("diff", "--name-only", "-z", "--no-renames", "--relative", "--ignore-submodules", *AS_STORED)
    return ask(folder, *words, commit, "--", ".", more=without_filters(folder))


def without_filters(folder: Path) -> dict[str, str]:
    """Variables that take their commands from the filters which the configuration names."""
    try:
        answer = ask(folder, "config", "-z", "--name-only", "--get-regexp", _FILTER)
    except GitError:
        return {}
    # By variables: on a command line a name with `=` in it would end there.
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    keys = dict(enumerate(dict.fromkeys(names_in(answer)), first))
    return {
        "GIT_CONFIG_COUNT": str(first + len(keys)),
        **{f"GIT_CONFIG_KEY_{number}": key for number, key in keys.items()},
        **{f"GIT_CONFIG_VALUE_{number}": "" for number in keys},
    }


class GitError(PipectlError):
    """git is missing, or has said no.

    Attributes:
        code: git's exit status; None where it did not run.
    """

    def __init__(self, message: str, code: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


def listed(listing: bytes) -> Iterator[bytes]:
    """The entries of a listing, each of which ends with a NUL."""
    return (part for part in listing.split(b"\0") if part)


def prefix_of(folder: Path) -> str:
    """Where *folder* lies in its repository, with a `/` at its end; "" at the top."""
    return ask(folder, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")


def names_in(listing: bytes) -> Iterator[str]:
    """The paths that a listing consists of."""
    return (part.decode("utf-8", "surrogateescape") for part in listed(listing))


def _listing(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def blobs(folder: Path, names: list[bytes]) -> list[bytes]:
    """What the objects of these *names* hold.

    Raises:
        GitError: one of them is missing.
    """
    answer = ask(folder, "cat-file", "--batch", give=b"".join(name + b"\n" for name in names))
    found, start = [], 0
    for name in names:
        end = answer.index(b"\n", start)
        if answer.endswith(b" missing", start, end):
            hint = "in a partial clone, `git fetch --refetch --no-filter` brings what is missing"
            raise GitError(f"object {name.decode()} is missing in this repository", hint=hint)
        size = int(answer[start:end].rsplit(b" ", 1)[1])
        found.append(answer[end + 1 : end + 1 + size])
        start = end + size + 2
    return found


def ask(
    folder: Path,
    *arguments: str,
    give: bytes | None = None,
    safe: Sequence[str] = _SAFE,
    more: Mapping[str, str] = _NOTHING,
) -> bytes:
    """What git answers; *more*: variables that it gets beside the process's own."""
    # It takes a quarter as long to import as Python to start, and most commands ask git nothing.
    import subprocess  # noqa: PLC0415

    command = ["git", *safe, "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours, and a ref is verified first
            command, input=give, capture_output=True, check=False, env={**_environment(), **more}
        )
    except OSError as error:
        raise GitError(f"git can't be run: {error.strerror}") from None
    sys.audit("pipectl.git", done.returncode, done.stdout)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        said = said.removeprefix("fatal: ") or "git has failed"
        # git goes on about mount points, which differ from machine to machine.
        no_repository = said.startswith("not a git repository")
        raise GitError("this is no git repository" if no_repository else said, done.returncode)
    return done.stdout


def _environment() -> dict[str, str]:
    """The process's variables; what a hook's say of places is meant from the current folder, and git is sent on."""
    places = {key: os.path.abspath(os.environ[key]) for key in _PLACES if os.environ.get(key)}
    if "GIT_DIR" in places:
        # In a linked worktree git sets this one alone, and would take the folder that it is sent to for the top.
        places.setdefault("GIT_WORK_TREE", os.getcwd())
    return {**os.environ, **places, **_VARIABLES}
