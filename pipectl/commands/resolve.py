"""`pipectl resolve`."""

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from pipectl.commands._change import diff, finish_cut_off, write
from pipectl.commands._resolving import Outcome, Resolving, marked
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.model.merge_deal import Choice
from pipectl.output.safe import say
from pipectl.store import git
from pipectl.store.find import DEALS, PIPELINES, SETTINGS, find_root
from pipectl.store.lock import locked
from pipectl.store.write import Change

OPTIONS = frozenset[str]()
LEFT = 1


def run(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Only these; all that are in conflict unless given.")
    ] = None,
    ours: Annotated[bool, typer.Option("--ours", help="What is left: as ours has it.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="What is left: as theirs has it.")] = False,
    later: Annotated[
        bool, typer.Option("--later", help="What is left: as the side has it that moved or recorded it later.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
) -> int:
    """Settle files that git could not merge, field by field.

    Reads the three sides from git's index. What one side changed is taken; history, changes, activities and tasks of
    both are joined in time order, and the same move twice is one. What both changed otherwise is never guessed: it
    stays between markers, is named, and the exit status is 1. --ours, --theirs and --later settle that too. No entry
    of a history is ever dropped, so the last move says the stage: --ours is refused for a deal that theirs moved
    later, and the other way round.

    A file that is settled is staged (`git add`), which is how git is told; `pipectl undo` brings its text back.
    Deals that were changed by hand since the merge are left alone. In a rebase ours is the branch that you rebase
    onto, and theirs your own commit.

    Examples:

      pipectl resolve
      pipectl resolve deals/acme.yaml --later
    """
    context: Context = ctx.obj
    choices = [choice for choice, given in zip(Choice, (ours, theirs, later), strict=True) if given]
    if len(choices) > 1:
        raise UsageError("--ours, --theirs and --later exclude each other")
    root = find_root(context.directory)
    with nullcontext() if dry_run else locked(root):
        if not dry_run:
            finish_cut_off(context, root)
        unmerged = git.unmerged_files(root)
        wanted = _wanted(context, root, unmerged, files or [])
        outcomes = Resolving(root, unmerged, choices[0] if choices else None).settle(wanted)
        outcomes += marked(root, unmerged) if not files else []
        return _carry_out(context, root, outcomes, dry_run=dry_run)


def _wanted(context: Context, root: Path, unmerged: Mapping[str, git.Unmerged], files: Sequence[str]) -> list[str]:
    """The paths to settle: settings and pipelines first, since deals are read against them."""
    own = [path for path in unmerged if _is_own(path)]
    if not files:
        for path in sorted(set(unmerged) - set(own)):
            say(context.terminal.err, f"note: {path} is no file of the workspace; settle it by hand")
        return sorted(own, key=_rank)
    named = [os.path.relpath(os.path.abspath(context.directory / file), root).replace(os.sep, "/") for file in files]
    for path in named:
        if path not in own:
            if found := next((outcome for outcome in marked(root, unmerged) if outcome.path == path), None):
                raise NegativeError(f"{path} {found.left[0]}")
            hint = f"in conflict: {', '.join(sorted(own))}" if own else "nothing is"
            raise NegativeError(f"{path} is not in conflict", hint=hint)
    return sorted(dict.fromkeys(named), key=_rank)


def _is_own(path: str) -> bool:
    return path == SETTINGS or (path.startswith((f"{PIPELINES}/", f"{DEALS}/")) and path.endswith(".yaml"))


def _rank(path: str) -> tuple[int, str]:
    return ((path != SETTINGS) + path.startswith(f"{DEALS}/"), path)


def _carry_out(context: Context, root: Path, outcomes: Sequence[Outcome], *, dry_run: bool) -> int:
    changes = {
        outcome.path: Change(outcome.old, outcome.new, settles=True)
        for outcome in outcomes
        if outcome.new is not None and outcome.old is not None and outcome.new != outcome.old
    }
    settled = [outcome.path for outcome in outcomes if outcome.new is not None and not outcome.left]
    if dry_run:
        context.terminal.out.write(diff(changes))
    else:
        if changes:
            write(context, root, changes, " ".join(("resolve", *changes)))
        if settled:
            git.add(root, settled)
    _tell(context, outcomes, dry_run=dry_run)
    return LEFT if any(outcome.left for outcome in outcomes) else 0


def _tell(context: Context, outcomes: Sequence[Outcome], *, dry_run: bool) -> None:
    out, err = (context.terminal.err, context.terminal.err) if dry_run else (context.terminal.out, context.terminal.err)
    if not outcomes:
        say(err, "nothing is in conflict")
    for outcome in outcomes:
        for line in outcome.left or ["settled"]:
            say(out, f"{outcome.path}{':' if outcome.left else ''} {line}")
    out.flush()
    for outcome in outcomes:
        say(err, *(f"  {outcome.path}: {line}" for line in outcome.moves))
    if any(outcome.can_choose for outcome in outcomes):
        say(err, "settle it with --ours, --theirs or --later, or edit the lines between the markers and `git add`")
