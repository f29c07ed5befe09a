"""`pipectl cache`."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pipectl.arguments import Argument
from pipectl.commands._change import refuse_reading_options
from pipectl.commands._show import format_of, show, write
from pipectl.context import Context
from pipectl.errors import PipectlError
from pipectl.model.frozen import frozen
from pipectl.model.workspace import Settings, Workspace
from pipectl.output.safe import inert, say
from pipectl.report import Column, Report, Table
from pipectl.store.answers import answer_files, load_answers, program_now
from pipectl.store.cache import cache_files, count_kept
from pipectl.store.find import find_files, find_root
from pipectl.store.load import cache_of

OPTIONS = frozenset({"format", "output", "fields"})

_COLUMNS = (
    Column("kind", "Kept of"),
    Column("bytes", "Bytes", right=True),
    Column("holds", "Holds", right=True),
    Column("of", "Of", right=True),
    Column("path", "Path"),
)


class Action(StrEnum):
    """What to do with it."""

    INFO = "info"
    CLEAR = "clear"


@frozen
class _Kept:
    """What is kept of one kind of thing.

    Attributes:
        path: its file; what commands that were cut off have left beside that is in the size.
        size: in bytes.
        holds: how many deal files it has as they are, or how many answers.
        of: how many deal files there are; None for answers, of which there could be any number.
    """

    kind: str
    path: str
    size: int
    holds: int
    of: int | None


def run(
    context: Context,
    action: Annotated[
        Action, Argument(metavar="ACTION", help="info: say what is kept; clear: delete it.")
    ] = Action.INFO,
) -> int:
    """Show what is kept of files between commands, or delete it.

    A deal file that has not changed since a command read it is not read again, and a question that is asked again
    while no file has changed gets the same answer at once. What is kept lies in git's own directory (in .pipectl
    where there is no git), is never needed, and changes no result; --no-cache goes without.

    Examples:

      pipectl cache
      pipectl cache info -f json
      pipectl cache clear
    """
    root = find_root(context.directory)
    if action is Action.CLEAR:
        refuse_reading_options(context, "cache clear", hint="it is for `cache info`")
        _clear(context, (*cache_files(root), *answer_files(str(root))))
        return 0
    options = context.options
    wanted = options.format or (format_of(options.output, "table") if options.output else "table")
    if wanted != "table" or options.fields is not None:
        # What is kept says nothing of what the files say, so they are not read for it.
        return show(context, _report(_kept(root)), Workspace(Settings(""), {}, ()))
    lines = [line for kept in _kept(root) for line in _in_words(kept)]
    write(context, "".join(f"{inert(line)}\n" for line in lines or ["nothing is kept"]))
    return 0


def _clear(context: Context, files: tuple[str, ...]) -> None:
    """Delete *files*, and say which; one that can't be deleted does not stop the others.

    Raises:
        PipectlError: some are still there.
    """
    deleted, refused = [], []
    for path in files:
        try:
            # It may be gone: commands that run meanwhile replace what is kept.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            deleted.append(path)
        except OSError as error:
            refused.append((path, error.strerror))
    if deleted:
        say(context.terminal.out, f"deleted: {', '.join(deleted)}")
    elif not refused:
        say(context.terminal.out, "nothing is kept")
    if len(refused) == 1:
        raise PipectlError("{} can't be deleted: {}".format(*refused[0]))
    if refused:
        details = [f"  {path}: {reason}" for path, reason in refused]
        raise PipectlError(f"{len(refused)} files can't be deleted:", details=details)


def _kept(root: Path) -> Iterator[_Kept]:
    if files := cache_files(root):
        cache, paths = cache_of(root), find_files(root).deals
        yield _Kept("deals", files[0], _size(files), count_kept(cache, root, paths), len(paths))
    if files := answer_files(str(root)):
        yield _Kept("answers", files[0], _size(files), len(load_answers(files[0], program_now()).answers), None)


def _in_words(kept: _Kept) -> Iterator[str]:
    """`/home/ani/sales/.git/pipectl/cache: 120 kB; has 95 of 97 deal files as they are`, and what of the others."""
    about = f"{kept.path}: {max(kept.size // 1000, 1):,} kB"
    if kept.of is not None:
        yield f"{about}; has {kept.holds:,} of {kept.of:,} deal files as they are"
        if others := kept.of - kept.holds:
            yield f"  {others:,} to look into: changed since, or within two seconds before it was written"
    elif kept.holds:
        answers = f"{kept.holds} answer{'' if kept.holds == 1 else 's'}"
        yield f"{about}; {answers}, given again where nothing has changed since"
    else:
        yield f"{about}; no answer yet, only what was asked lately"


def _report(found: Iterable[_Kept]) -> Report:
    rows = tuple((kept.kind, kept.size, kept.holds, kept.of, kept.path) for kept in found)
    return Report("cache", (Table("kept", _COLUMNS, rows, empty="nothing is kept"),))


def _size(files: tuple[str, ...]) -> int:
    size = 0
    for path in files:
        with contextlib.suppress(FileNotFoundError):
            size += os.path.getsize(path)
    return size
