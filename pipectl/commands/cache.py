"""`pipectl cache`."""

import contextlib
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pipectl.arguments import Argument
from pipectl.context import Context
from pipectl.errors import PipectlError
from pipectl.output.safe import say
from pipectl.store.answers import answer_files, load_answers, program_now
from pipectl.store.cache import cache_files, count_kept
from pipectl.store.find import find_files, find_root
from pipectl.store.load import cache_of

OPTIONS: frozenset[str] = frozenset()


class Action(StrEnum):
    """What to do with it."""

    INFO = "info"
    CLEAR = "clear"


def run(
    context: Context,
    action: Annotated[Action, Argument(help="Say what is kept, or delete it.")] = Action.INFO,
) -> int:
    """Show what is kept of files between commands, or delete it.

    A deal file that has not changed since a command read it is not read again, and a question that is asked again
    while no file has changed gets the same answer at once. What is kept lies in git's own directory (in .pipectl
    where there is no git), is never needed, and changes no result; --no-cache goes without.

    Examples:

      pipectl cache
      pipectl cache clear
    """
    root = find_root(context.directory)
    files, answers = cache_files(root), answer_files(str(root))
    said = _cleared((*files, *answers)) if action is Action.CLEAR else [*_read(root, files), *_answered(answers)]
    for line in said or ["nothing is kept"]:
        say(context.terminal.out, line)
    return 0


def _cleared(files: tuple[str, ...]) -> list[str]:
    for path in files:
        try:
            # It may be gone: commands that run meanwhile replace what is kept.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        except OSError as error:
            raise PipectlError(f"{path} can't be deleted: {error.strerror}") from None
    return [f"deleted: {', '.join(files)}"] if files else []


def _read(root: Path, files: tuple[str, ...]) -> list[str]:
    """`/home/ani/sales/.git/pipectl/cache: 120 kB; has 95 of 97 deal files as they are`, and what of the others."""
    if not files:
        return []
    cache, paths = cache_of(root), find_files(root).deals
    kept = count_kept(cache, root, paths)
    others = f"  {len(paths) - kept:,} to look into: changed since, or within two seconds before it was written"
    said = f"{files[0]}: {_size(files)}; has {kept:,} of {len(paths):,} deal files as they are"
    return [said, others] if kept < len(paths) else [said]


def _answered(files: tuple[str, ...]) -> list[str]:
    """`/home/ani/sales/.git/pipectl/answers: 12 kB; 3 answers, given again where nothing has changed since`."""
    if not files:
        return []
    count = len(load_answers(files[0], program_now()).answers)
    answers = f"{count} answer{'' if count == 1 else 's'}, given again where nothing has changed since"
    return [f"{files[0]}: {_size(files)}; {answers if count else 'no answer yet, only what was asked lately'}"]


def _size(files: tuple[str, ...]) -> str:
    size = 0
    for path in files:
        with contextlib.suppress(FileNotFoundError):
            size += os.path.getsize(path)
    return f"{max(size // 1000, 1):,} kB"
