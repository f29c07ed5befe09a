"""`pipectl install hooks`: git asks pipectl before it makes a commit."""

import contextlib
import os
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from pipectl.commands._change import How
from pipectl.commands._install_file import Installed, install_file
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.output.safe import plain
from pipectl.store import git
from pipectl.store.find import find_root
from pipectl.store.place import read_placed

_NAME = "pre-commit"
_MARK = "# Written by `pipectl install hooks`"
_CHECK = "check_workspace "
_FRAMEWORK = b"pre-commit.com"

# Nothing of it but the two names in quotes comes from outside.
_HOOK = """\
#!/bin/sh
{mark}, which brings it up to date too; what you change here is lost then.
#
# It looks at the files as they are staged, for that is what is committed: what else lies in the work tree, changed or
# new, is neither read nor touched. Only what the commit changes can stop it.
# To skip it once: git commit --no-verify. To be rid of it: delete this file.

python={python}
run_pipectl() {{
    # -P: nothing in this folder can stand in for a part of the program.
    if [ -x "$python" ]; then "$python" -P -m pipectl "$@"
    elif command -v pipectl >/dev/null; then pipectl "$@"
    else echo "pipectl is not installed here: pipx install pipectl" >&2; return 1; fi
}}

stopped=0
check_workspace() {{
    # Most commits are made in no time: without a file of the workspace among those staged there is nothing to ask.
    git --literal-pathspecs diff --cached --quiet -- "$1/pipectl.yaml" "$1/pipelines" "$1/deals" && return
    run_pipectl -C "$1" check --staged --group files -q >&2 || stopped=1
}}
{checks}
if [ "$stopped" = 1 ]; then
    echo "pipectl has stopped the commit. Mend the lines above and stage them, or skip it: git commit --no-verify" >&2
fi
exit "$stopped"
"""


def install_hooks(context: Context, how: How, *, force: bool) -> int:
    """Write the hook where git looks for it, unless somebody else's stands there."""
    if force:
        raise UsageError("--force is for ci", hint="a hook that is not pipectl's is never replaced")
    root = find_root(context.directory)
    top, place = git.top_of(root), git.hook_place(root)
    workspace = Path(os.path.relpath(os.path.realpath(root), top)).as_posix()
    where = "" if workspace == "." else f"-C {shlex.quote(workspace)} "
    line = f"pipectl {where}check --staged --group files -q || exit 1"
    path = place.folder / _NAME
    if not place.own:
        message = f"core.hooksPath sends git to {plain(str(place.folder))}, which other repositories may share"
        raise NegativeError(f"{message}; nothing was written", hint=f"add to {_NAME} there: {plain(line)}")
    if (how.commit or how.message) and not place.tracked:
        raise UsageError("a hook in git's own folder can't be committed", hint="leave out --commit")
    old = read_placed(path)
    if old is not None and not _is_ours(old):
        hint = f"add to it: {plain(line)}"
        if _FRAMEWORK in old:
            hint = "it runs what .pre-commit-config.yaml names: add pipectl-check there, see docs/ci.md"
        raise NegativeError(f"{plain(str(path))} is not pipectl's; nothing was written", hint=hint)
    # A hook that everybody gets can't name where pipectl is on this machine.
    python = "" if place.tracked else sys.executable
    new = _hook([*_workspaces(old or b""), workspace], python).encode("utf-8", "surrogateescape")
    shown = path.relative_to(top).as_posix() if path.is_relative_to(top) else str(path)
    after = "git asks it before each commit; `git commit --no-verify` skips it once"
    return install_file(context, Installed(top, shown, old, new, after, executable=True), how)


def _hook(workspaces: Iterable[str], python: str) -> str:
    names = sorted(set(workspaces))
    checks = "\n".join(_CHECK + shlex.quote(name) for name in names)
    return _HOOK.format(mark=_MARK, python=shlex.quote(python), checks=checks)


def _is_ours(data: bytes) -> bool:
    return any(line.startswith(_MARK.encode()) for line in data.split(b"\n")[:2])


def _workspaces(data: bytes) -> list[str]:
    """The workspaces that a hook of ours checks: a repository may hold several."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    found = []
    for line in lines:
        # A line that somebody has broken names nothing.
        with contextlib.suppress(ValueError):
            found += shlex.split(line.removeprefix(_CHECK)) if line.startswith(_CHECK) else []
    return found
