"""git, asked in its machine formats: the only module that runs it.

Nothing that a repository's configuration names is run to read it: no hook, no monitor, no external diff, no filter of
content, no checker of signatures; and no object that is missing is fetched. A commit runs what git needs for it, which
is filters and the program that signs, but no hook.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from pipectl.errors import PipectlError, UsageError
from pipectl.store.find import DEALS, PIPELINES, SETTINGS

_NO_MONITOR = ("-c", "core.fsmonitor=false")
_SAFE = (*_NO_MONITOR, "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false")
_AS_STORED = ("--no-ext-diff", "--no-textconv")
_REGULAR = (b"100644", b"100755")
_STAGED = ("diff", "--cached", "--name-only", "-z", "--no-renames", *_AS_STORED)
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
# From this status on `merge-file` has failed; below it counts conflicts.
_FAILED = 128
_FILTER = r"^filter\..*\.(clean|smudge|process|required)$"
# More paths than this would not fit on one command line everywhere.
_PART = 500


class Snapshot(NamedTuple):
    """What the files said at a commit: their contents by path relative to the workspace, and the commit's day."""

    files: dict[str, bytes]
    on: date


def email(folder: Path) -> str | None:
    """The e-mail address that git would sign a commit with there; None where it has none."""
    return _configured(folder, "user.email")


def name(folder: Path) -> str | None:
    """The name that git would sign a commit with there; None where it has none."""
    return _configured(folder, "user.name")


def _configured(folder: Path, key: str, *where: str) -> str | None:
    try:
        answer = _git(folder, "config", *where, "--get", key)
    except GitError:
        return None
    return answer.decode("utf-8", "replace").strip() or None


def snapshot(folder: Path, revision: str) -> Snapshot:
    """The workspace at *folder* as it was at *revision*, read from git's objects.

    Raises:
        UsageError: there is no such commit, or no repository.
    """
    commit = commit_of(folder, revision)
    stamp = _git(folder, "show", "--no-patch", "--format=%cI", "--end-of-options", commit).decode().strip()
    listing = _git(folder, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *_data_paths(folder))
    entries = (line.partition(b"\t") for line in _split(listing))
    blobs = {path: meta.split()[2] for meta, _, path in entries if meta[:6] in _REGULAR}
    return Snapshot(_contents(folder, blobs), datetime.fromisoformat(stamp).date())


def staged(folder: Path) -> dict[str, bytes]:
    """The workspace at *folder* as the next commit will have it, by path relative to it: git's index.

    Raises:
        GitError: there is no repository, or no git.
    """
    listing = _git(folder, "ls-files", "--stage", "-z", "--full-name", "--", SETTINGS, PIPELINES, DEALS)
    entries = (line.partition(b"\t") for line in _split(listing))
    # The sides of a conflict are no files yet, and git commits none before it is settled.
    blobs = {path: meta.split()[1] for meta, _, path in entries if meta[:6] in _REGULAR and meta.endswith(b" 0")}
    return _contents(folder, blobs)


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
    entries = [line.partition(b"\t") for line in _split(_git(folder, "ls-files", "--unmerged", "-z", "--", "."))]
    stages: dict[bytes, dict[bytes, bytes]] = {}
    unusual = set()
    for meta, _, path in entries:
        mode, blob, stage = meta.split()
        stages.setdefault(path, {})[stage] = blob
        if mode not in _REGULAR:
            unusual.add(path)
    names = [blob for path, found in stages.items() if path not in unusual for blob in found.values()]
    contents = dict(zip(names, _blobs(folder, names), strict=True))
    unmerged = {}
    for path, found in stages.items():
        base, ours, theirs = (contents.get(found.get(stage, b"")) for stage in (b"1", b"2", b"3"))
        unmerged[path.decode("utf-8", "surrogateescape")] = Unmerged(base, ours, theirs, path not in unusual)
    return unmerged


def add(folder: Path, paths: Sequence[str]) -> None:
    """Stage *paths*, relative to *folder*, as they are: for git that settles what it could not merge.

    Raises:
        GitError: git has refused.
    """
    _git(folder, "add", *_FROM_INPUT, give=_listing(paths))


def settled_before(folder: Path) -> frozenset[str]:
    """Files under *folder* that git could not merge, that were settled since, and whose three sides it still knows.

    Raises:
        GitError: there is no repository, or no git.
    """
    listing = _git(folder, "ls-files", "--resolve-undo", "-z", "--", ".")
    return frozenset(_names(b"\0".join(line.partition(b"\t")[2] for line in _split(listing))))


def unsettle(folder: Path, paths: Sequence[str]) -> None:
    """Put the three sides of *paths*, which are `settled_before`, back into the index; no file is written.

    Raises:
        GitError: git has refused.
    """
    # Not `update-index --unresolve`, which some versions can do in a merge only, nor `checkout --merge`, which writes.
    sides = list(_split(_git(folder, "ls-files", "--resolve-undo", "-z", "--full-name", "--", *paths)))
    names = {name: len(meta.split()[1]) for meta, _, name in (line.partition(b"\t") for line in sides)}
    gone = [b"0 %s 0\t%s" % (b"0" * length, name) for name, length in names.items()]
    _git(folder, "update-index", "-z", "--index-info", give=b"".join(line + b"\0" for line in (*gone, *sides)))


def marks_base(folder: Path) -> bool:
    """Whether conflicts are to show what both sides began with, as `merge.conflictStyle` says."""
    return (_configured(folder, "merge.conflictStyle") or "").lower() in ("diff3", "zdiff3")


def merge_lines(ours: Path, base: Path, theirs: Path, size: int = 7) -> bool:
    """Merge line by line, as git itself does, into the file *ours*; whether that went without a conflict.

    Raises:
        GitError: git can't.
    """
    folder = Path()
    style = _configured(folder, "merge.conflictStyle")
    styles = [f"--{style.lower()}"] if style and style.lower() in ("diff3", "zdiff3") else []
    labels = [word for label in ("ours", "base", "theirs") for word in ("-L", label)]
    words = ("merge-file", "--quiet", f"--marker-size={size}", *styles, *labels, "--")
    try:
        _git(folder, *words, str(ours), str(base), str(theirs))
    except GitError as error:
        if error.code is None or error.code >= _FAILED:
            raise
        return False
    return True


def configure(folder: Path, key: str, value: str) -> None:
    """Set *key* in the configuration of the repository that *folder* lies in.

    Raises:
        GitError: there is no repository, or its configuration can't be written.
    """
    _git(folder, "config", "--local", key, value)


def configured(folder: Path, key: str) -> str | None:
    """What the configuration of the repository says of *key*; None where it says nothing."""
    return _configured(folder, key, "--local")


def staged_changes(folder: Path) -> frozenset[str]:
    """Files under *folder* that the index has otherwise than the last commit; all of them where there is none yet."""
    return frozenset(_names(_git(folder, *_STAGED, "--relative", "--", ".")))


def _data_paths(folder: Path) -> list[str]:
    prefix = _prefix(folder)
    return [prefix + name for name in (SETTINGS, PIPELINES, DEALS)]


def _contents(folder: Path, blobs: Mapping[bytes, bytes]) -> dict[str, bytes]:
    """What files hold, by path relative to *folder*, given the names of their blobs by path in the repository."""
    prefix = _prefix(folder)
    contents = _blobs(folder, list(blobs.values()))
    names = (path.decode("utf-8", "surrogateescape").removeprefix(prefix) for path in blobs)
    return dict(zip(names, contents, strict=True))


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
    shared = _git(folder, "rev-parse", "--git-common-dir", safe=_NO_MONITOR).decode("utf-8", "surrogateescape")
    mine = Path(os.path.realpath(folder / shared.rstrip("\n")))
    try:
        # A relative path is meant from the top of the work tree.
        told = _git(folder, "config", "--path", "--get", "core.hooksPath", safe=_NO_MONITOR)
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
    return Path(os.path.realpath(_git(folder, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape")[:-1]))


def commit_of(folder: Path, revision: str) -> str:
    """The full name of the commit that *revision* means.

    Raises:
        UsageError: it names none.
        GitError: there is no repository, or no git.
    """
    name = f"{revision}^{{commit}}"
    try:
        # No argument of a process can hold a NUL.
        found = "" if "\0" in name else _git(folder, "rev-parse", *_VERIFY, name).decode().strip()
    except GitError:
        found = ""
        _git(folder, "rev-parse", "--git-dir")
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
        base = _git(folder, "merge-base", commit, "HEAD").decode().strip()
    except GitError:
        hint = "in a shallow clone, `git fetch --unshallow` brings the older commits"
        raise UsageError(f"'{revision}' shares no history with the current commit", hint=hint) from None
    tracked = _against_work_tree(folder, base)
    untracked = _git(folder, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    return frozenset(_names(tracked + untracked))


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
    _git(folder, "add", "--all", *_FROM_INPUT, give=_listing(known))
    answer = _git(folder, *_STAGED, "--relative")
    changed = set(_names(answer)).intersection(paths)
    if not changed:
        return ""
    _git(folder, "commit", "--quiet", "--only", "--message", message, *_FROM_INPUT, give=_listing(sorted(changed)))
    return _git(folder, "rev-parse", "--short", "HEAD").decode().strip()


def _tracked(folder: Path, paths: Sequence[str]) -> set[str]:
    """Those of *paths* that git's index has."""
    parts = (paths[start : start + _PART] for start in range(0, len(paths), _PART))
    return {name for part in parts for name in _names(_git(folder, "ls-files", "-z", "--", *part))}


def committed(folder: Path, paths: Sequence[str]) -> dict[str, bool]:
    """Those of *paths* that the last commit has, and whether as they are now; none where there is no repository."""
    try:
        parts = [paths[start : start + _PART] for start in range(0, len(paths), _PART)]
        words = ("ls-tree", "-z", "--name-only", "HEAD", "--")
        kept = {name for part in parts for name in _names(_git(folder, *words, *part))}
        answer = _against_work_tree(folder, "HEAD")
    except GitError:
        return {}
    changed = set(_names(answer))
    return {path: path not in changed for path in paths if path in kept}


def _against_work_tree(folder: Path, commit: str) -> bytes:
    """The listing of what *commit* has otherwise than the work tree, where no filter says what files come to."""
    words = ("diff", "--name-only", "-z", "--no-renames", "--relative", "--ignore-submodules", *_AS_STORED)
    return _git(folder, *words, commit, "--", ".", more=_without_filters(folder))


def _without_filters(folder: Path) -> dict[str, str]:
    """Variables that take their commands from the filters which the configuration names."""
    try:
        answer = _git(folder, "config", "-z", "--name-only", "--get-regexp", _FILTER)
    except GitError:
        return {}
    # By variables: on a command line a name with `=` in it would end there.
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    keys = dict(enumerate(dict.fromkeys(_names(answer)), first))
    return {
        "GIT_CONFIG_COUNT": str(first + len(keys)),
        **{f"GIT_CONFIG_KEY_{number}": key for number, key in keys.items()},
        **{f"GIT_CONFIG_VALUE_{number}": "" for number in keys},
    }


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
    return _git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"


def last_change(folder: Path, path: str, line: int, commit: str = "") -> LineChange:
    """The last change but of blanks to a line of the file at *path*, relative to *folder*, as it is or at *commit*.

    Raises:
        GitError: git does not know the file, or there is no repository.
    """
    # A list of commits to look through, such as one for reformattings, is the user's own and may be missing.
    options = ("-c", "blame.ignoreRevsFile=", "-c", "core.quotePath=false")
    where = (commit,) if commit else ()
    words = ("blame", "--porcelain", "-w", "--root", "--no-textconv", f"-L{line},{line}", *where, "--", path)
    answer = _git(folder, *options, *words, more={} if commit else _without_filters(folder))
    head, *lines = answer.decode("utf-8", "surrogateescape").split("\n")
    said = dict(text.partition(" ")[::2] for text in lines if not text.startswith("\t"))
    name = head.split(" ")[0]
    before, _, origin = said.get("previous", "").partition(" ")
    origin = os.path.relpath(origin, _prefix(folder) or ".") if before else ""
    at = datetime.fromtimestamp(int(said["author-time"]), UTC)
    return LineChange(at, name if name.strip("0") else "", (before, origin) if before else None)


def last_touch(folder: Path, path: str, pattern: str) -> datetime | None:
    """When the author made the last commit that took lines fitting *pattern* in or out of the file at *path*.

    Raises:
        GitError: there is no repository, or no commit.
    """
    words = ("log", "-1", "-z", "--format=%at", "--no-patch", *_AS_STORED, f"-G{pattern}", "HEAD", "--", path)
    answer = _git(folder, *words).strip(b"\0\n")
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
    words = ("log", "-1", "-z", "--format=%h%x00%as%x00%an%x00%s", "--no-patch", "--extended-regexp", *_AS_STORED)
    answer = _git(folder, *words, f"-G{pattern}", "HEAD", "--", path).decode("utf-8", "replace").rstrip("\0\n")
    if not answer:
        return None
    name, on, author, subject = answer.split("\0", 3)
    return Commit(name, date.fromisoformat(on), author, subject)


def file_at(folder: Path, commit: str, path: str) -> bytes:
    """The file at *path*, relative to *folder*, as it was at *commit*.

    Raises:
        GitError: it was not there.
    """
    return _git(folder, "cat-file", "blob", "--end-of-options", f"{commit}:./{path}")


class GitError(PipectlError):
    """git is missing, or has said no.

    Attributes:
        code: git's exit status; None where it did not run.
    """

    def __init__(self, message: str, code: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


def _split(listing: bytes) -> Iterator[bytes]:
    return (part for part in listing.split(b"\0") if part)


def _prefix(folder: Path) -> str:
    """Where *folder* lies in its repository, with a `/` at its end; "" at the top."""
    return _git(folder, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")


def _names(listing: bytes) -> Iterator[str]:
    return (part.decode("utf-8", "surrogateescape") for part in _split(listing))


def _listing(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def _blobs(folder: Path, names: list[bytes]) -> list[bytes]:
    answer = _git(folder, "cat-file", "--batch", give=b"".join(name + b"\n" for name in names))
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


def _git(
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
