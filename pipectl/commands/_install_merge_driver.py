"""`pipectl install merge-driver`: git asks pipectl to merge the files of the workspace."""

import shlex
import sys

from pipectl.commands._change import How, apply
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.output.safe import plain, say
from pipectl.store import git
from pipectl.store.disk import DISK, contents
from pipectl.store.find import DEALS, PIPELINES, SETTINGS, find_root
from pipectl.store.write import Change

_FILE = ".gitattributes"
_LINES = tuple(f"{pattern} merge=pipectl" for pattern in (f"{DEALS}/**/*.yaml", f"{PIPELINES}/*.yaml", SETTINGS))
_NAME = "pipectl: deals, pipelines and settings, field by field"
# Where pipectl is gone git merges as it would have; its status counts conflicts, as git wants it.
_DRIVER = (
    "if [ -x {python} ]; then {python} -P -m pipectl merge-driver %O %A %B %L %P; "
    "elif command -v pipectl >/dev/null; then pipectl merge-driver %O %A %B %L %P; "
    "else git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B; fi"
)


def install_merge_driver(context: Context, how: How, *, force: bool) -> int:
    """Write what is missing of `.gitattributes`, which everybody gets, and of git's configuration here."""
    if force:
        raise UsageError("--force is for ci", hint="lines that stand in .gitattributes are never replaced")
    root = find_root(context.directory)
    wanted = {"merge.pipectl.name": _NAME, "merge.pipectl.driver": _DRIVER.format(python=shlex.quote(sys.executable))}
    git.top_of(root)
    missing = {key: value for key, value in wanted.items() if git.configured(root, key) != value}
    path = root / _FILE
    old = contents(DISK, str(path)) if path.exists() else None
    new = _with_lines(old or b"")
    changes = {} if new == old else {_FILE: Change(old, new)}
    lines = [(f"{_FILE} written: commit it, so that it holds for everybody",)] if changes else []
    if how.dry_run:
        status = apply(context, root, changes, lines, "", how)
        say(context.terminal.out, *(f"git config {key} {shlex.quote(value)}" for key, value in missing.items()))
        return status
    for key, value in missing.items():
        git.configure(root, key, value)
    done = [(f"git config {key} set, in this clone only",) for key in missing]
    told = [*lines, *done] or [("merge-driver is as it should be",)]
    return apply(context, root, changes, told, f"{how.command}: {plain(_FILE)}", how)


def _with_lines(text: bytes) -> bytes:
    """*text* with the lines of ours that are missing at its end."""
    known = {b" ".join(line.split()) for line in text.splitlines()}
    missing = [line.encode() for line in _LINES if line.encode() not in known]
    if not missing:
        return text
    line_break = b"\r\n" if b"\r\n" in text else b"\n"
    begun = text if not text or text.endswith(b"\n") else text + line_break
    return begun + line_break.join([*missing, b""])
