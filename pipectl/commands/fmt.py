"""`pipectl fmt`."""

import os
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, apply, finish_cut_off
from pipectl.commands._open import open_workspace
from pipectl.commands._progress import Progress
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.model.frozen import frozen
from pipectl.model.lookup import find_deal
from pipectl.model.problem import Place, Problem
from pipectl.output.safe import say
from pipectl.store.edit_refused import Refused
from pipectl.store.find import DEALS, PIPELINES, SETTINGS, find_files, find_root, read_file
from pipectl.store.layout import layout_of
from pipectl.store.nodes import read_tree
from pipectl.store.tidy import tidied
from pipectl.store.write import Change

OPTIONS = frozenset[str]()
WOULD_CHANGE = 1
UNREAD = 2


@frozen
class _Formatted:
    """What formatting files of one workspace comes to.

    Attributes:
        count: how many files were looked at.
        unread: why some of them can't be read.
        refused: the same for those that can't be formatted without changing what they say.
    """

    changes: dict[str, Change]
    count: int
    unread: tuple[Problem, ...]
    refused: tuple[Problem, ...]


def run(
    context: Context,
    names: Annotated[
        list[str] | None, Argument(metavar="[FILE|ID]...", help="Only these files, or the files of these deals.")
    ] = None,
    check: Annotated[bool, Option("--check", help="Write nothing; exit with 1 where a file would change.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the whole diff only.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit the files that were written.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Put keys and blank lines into their canonical order.

    Keys stand in the order that `add` writes them, unknown ones last in their group; a blank line parts the groups,
    and none parts the keys of one. Blanks at the ends of lines go, a line break at the end of the file comes. Each
    comment stays with its key; one that begins in the first line of a file, or ends it, stays there. Quotes, brackets,
    alignment and everything inside of an entry are the author's. No value changes: two readers of YAML must find the
    same in the file as before, or it is left alone and named.

    Without names it formats pipectl.yaml, every pipeline and every deal. It does not ask, as it changes no value;
    `pipectl undo` takes it back. Exit status 2 where a file can't be read; the others are formatted all the same.

    Examples:

      pipectl fmt
      pipectl fmt --check
      pipectl fmt puri-farma-dc pipelines/renewals.yaml --dry-run
    """
    if check and (commit or message):
        raise UsageError("--check writes nothing to commit", hint="leave out --check or --commit")
    how = How("fmt", dry_run=dry_run, commit=commit, message=message)
    found = []
    for root, paths in _chosen(context, names or []).items():
        if not (check or dry_run):
            finish_cut_off(context, root)
        one = _formatted(context, root, paths)
        _answer(context, root, one, how, check=check)
        found.append(one)
    _tell(context, found, "would be formatted" if check or dry_run else "formatted")
    if any(one.unread for one in found):
        return UNREAD
    return WOULD_CHANGE if any(one.refused or (check and one.changes) for one in found) else 0


def _answer(context: Context, root: Path, found: _Formatted, how: How, *, check: bool) -> None:
    """Write the files that change, or show what would."""
    if check and not how.dry_run:
        say(context.terminal.out, *(f"{path} would be formatted" for path in found.changes))
    elif found.changes:
        lines = [(f"{path} formatted",) for path in found.changes]
        sentence = f"fmt: {_files(len(found.changes))}, no value changed"
        apply(context, root, found.changes, lines, sentence, how)


def _tell(context: Context, found: Sequence[_Formatted], done: str) -> None:
    """Name what was left alone, and count."""
    context.terminal.out.flush()
    err = context.terminal.err
    for problem in (problem for one in found for problem in (*one.unread, *one.refused)):
        say(err, f"{problem.place}: left alone: {problem.message}")
        say(err, *(f"  {line}" for line in problem.hint_lines))
    if not context.options.quiet:
        changed, all_of_them = sum(len(one.changes) for one in found), sum(one.count for one in found)
        say(err, f"{changed} of {_files(all_of_them)} {done}")


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _chosen(context: Context, names: Sequence[str]) -> dict[Path, list[str] | None]:
    """The files that are meant, by the workspace that they belong to; None for all of them."""
    if not names:
        return {find_root(context.directory): None}
    chosen: dict[Path, list[str] | None] = {}
    ids = [name for name in names if not _is_file(context, name)]
    if ids:
        opened = open_workspace(context)
        chosen[opened.root] = [find_deal(opened.workspace, name).path for name in ids]
    for name in (name for name in names if name not in ids):
        file = Path(os.path.abspath(context.directory / name))
        # A hook names files from the top of a repository, whose workspaces may lie anywhere below.
        root = find_root(file.parent)
        paths = chosen.setdefault(root, []) or []
        chosen[root] = [*paths, file.relative_to(root).as_posix()]
    return chosen


def _is_file(context: Context, name: str) -> bool:
    return "/" in name or name.endswith((".yaml", ".yml")) or (context.directory / name).is_file()


def _formatted(context: Context, root: Path, named: Sequence[str] | None) -> _Formatted:
    files = find_files(root)
    known = (SETTINGS, *files.pipelines, *files.deals)
    unread = [problem for problem in files.problems if problem.unread]
    if named is not None:
        unread = [problem for problem in unread if problem.place.path in named]
        _refuse_others(root, named, {*known, *(problem.place.path for problem in unread)})
    paths = [path for path in known if (named is None or path in named) and not _stands_twice(root, path, known)]
    changes: dict[str, Change] = {}
    refused: list[Problem] = []
    progress = Progress(context, "formatting", len(paths))
    for path in paths:
        found = _change(root, path)
        if isinstance(found, Change):
            changes[path] = found
        elif found is not None:
            (unread if found.unread else refused).append(found)
        progress.step()
    progress.end()
    return _Formatted(changes, len(paths), tuple(unread), tuple(refused))


def _change(root: Path, path: str) -> Change | Problem | None:
    """What becomes of the file; None where it is formatted already, and a problem where it is left alone."""
    data = read_file(root, path)
    if isinstance(data, Problem):
        return data
    unread = next((problem for problem in read_tree(data, path).problems if problem.unread), None)
    if unread is not None:
        return unread
    try:
        new = tidied(data, layout_of(path))
    except Refused as refused:
        return Problem("fmt", refused.reason, Place(path, refused.line))
    return None if new == data else Change(data, new)


def _stands_twice(root: Path, path: str, known: Sequence[str]) -> bool:
    """Whether *path* is a link to a file that is formatted under its own name."""
    if not os.path.islink(root / path):
        return False
    target = Path(os.path.realpath(root / path))
    top = Path(os.path.realpath(root))
    return target.is_relative_to(top) and target.relative_to(top).as_posix() in known


def _refuse_others(root: Path, named: Sequence[str], known: Container[str]) -> None:
    for path in named:
        if path not in known:
            if not os.path.lexists(root / path):
                raise UsageError(f"no file {path} in {root!s}")
            hint = f"those are {SETTINGS}, {PIPELINES}/ID.yaml and {DEALS}/**/ID.yaml"
            raise UsageError(f"{path} is no file of the workspace", hint=hint)
