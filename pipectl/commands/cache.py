"""`pipectl cache`."""

import contextlib
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipectl.context import Context
from pipectl.output.safe import say
from pipectl.store.answers import answer_files, load_answers, program_now
from pipectl.store.cache import cache_files, is_kept
from pipectl.store.find import find_files, find_root
from pipectl.store.load import cache_of

OPTIONS: frozenset[str] = frozenset()


class Action(StrEnum):
    """What to do with it."""

    INFO = "info"
    CLEAR = "clear"


def run(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(help="Say what is kept, or delete it.")] = Action.INFO,
) -> int:
    """Show what is kept of files between commands, or delete it.

    A deal file that has not changed since a command read it is not read again, and a question that is asked again
    while no file has changed gets the same answer at once. What is kept lies in git's own directory (in .pipectl
    where there is no git), is never needed, and changes no result; --no-cache goes without.

    Examples:

      pipectl cache
      pipectl cache clear
    """
    context: Context = ctx.obj
    root = find_root(context.directory)
    files, answers = cache_files(root), answer_files(str(root))
    if action is Action.CLEAR:
        for path in (*files, *answers):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
    said = _cleared((*files, *answers)) if action is Action.CLEAR else _info(root, files)
    say(context.terminal.out, said)
    if answers and action is Action.INFO:
        say(context.terminal.out, _answered(answers))
    return 0


def _cleared(files: tuple[str, ...]) -> str:
    return f"deleted: {', '.join(files)}" if files else "nothing is kept"


def _info(root: Path, files: tuple[str, ...]) -> str:
    """`/home/ani/sales/.git/pipectl/cache: 120 kB; 95 of 97 deal files need not be read`."""
    if not files:
        return "nothing is kept"
    cache, paths = cache_of(root), find_files(root).deals
    kept = sum(is_kept(cache, root, path) for path in paths)
    size = sum(os.path.getsize(path) for path in files)
    return f"{files[0]}: {max(size // 1000, 1):,} kB; {kept:,} of {len(paths):,} deal files need not be read"


def _answered(files: tuple[str, ...]) -> str:
    """`/home/ani/sales/.git/pipectl/answers: 12 kB; 3 answers, given again while nothing has changed`."""
    count = len(load_answers(files[0], program_now()).answers)
    size = sum(os.path.getsize(path) for path in files)
    answers = f"{count} answer{'' if count == 1 else 's'}"
    return f"{files[0]}: {max(size // 1000, 1):,} kB; {answers}, given again while nothing has changed"
