"""`pipectl cache`."""

import contextlib
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipectl.context import Context
from pipectl.output.safe import say
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

    A deal file that has not changed since a command read it is not read again. What is kept lies in git's own
    directory (in .pipectl where there is no git), is never needed, and changes no result; --no-cache goes without.

    Examples:

      pipectl cache
      pipectl cache clear
    """
    context: Context = ctx.obj
    root = find_root(context.directory)
    files = cache_files(root)
    if action is Action.CLEAR:
        for path in files:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
    said = _cleared(files) if action is Action.CLEAR else _info(root, files)
    say(context.terminal.out, said)
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
