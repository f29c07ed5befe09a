"""`pipectl resolve`."""

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import finish_cut_off, write
from pipectl.commands._diff import diff
from pipectl.commands._merge_words import ways
from pipectl.commands._resolving import Outcome, Resolving, marked
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.model.merge_deal import Choice
from pipectl.output.safe import say
from pipectl.store import git, git_merge
from pipectl.store.find import DEALS, PIPELINES, SETTINGS, find_files, find_root
from pipectl.store.lock import locked
from pipectl.store.write import Change

OPTIONS = frozenset[str]()
LEFT = 1


def run(
    context: Context,
    files: Annotated[
        list[str] | None,
        Argument(
            metavar="[FILE|ID]...",
            help="Only these files, or the files of these deals; all that are in conflict unless given.",
        ),
    ] = None,
    ours: Annotated[bool, Option("--ours", help="What is left: as ours has it.")] = False,
    theirs: Annotated[bool, Option("--theirs", help="What is left: as theirs has it.")] = False,
    later: Annotated[
        bool, Option("--later", help="What is left: as the side has it that moved or recorded it later.")
    ] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
) -> int:
    """Settle files that git could not merge, field by field.

    Reads the three sides from git's index. What one side changed is taken; history, changes, activities and tasks of
    both are joined in time order, and the same move twice is one. What both changed otherwise is never guessed: it
    stays between markers, is named, and the exit status is 1. --ours, --theirs and --later settle that too; --ours
    and --theirs also keep or remove a file that one side has removed. No entry of a history is ever dropped, so the
    last move says the stage: --ours is refused for a deal that theirs moved later, and the other way round. A deal
    waits until its pipeline is settled.

    A file that is settled is staged (`git add`), which is how git is told; `pipectl undo` brings its text back.
    Deals that were changed by hand since the merge are left alone. In a rebase ours is the branch that you rebase
    onto, and theirs your own commit.

    Examples:

      pipectl resolve
      pipectl resolve acme --later
    """
    choices = [choice for choice, given in zip(Choice, (ours, theirs, later), strict=True) if given]
    if len(choices) > 1:
        raise UsageError("--ours, --theirs and --later exclude each other")
    root = find_root(context.directory)
    with nullcontext() if dry_run else locked(root):
        if not dry_run:
            finish_cut_off(context, root)
        unmerged = git_merge.unmerged_files(root)
        wanted = _wanted(context, root, unmerged, files or [])
        outcomes = Resolving(root, unmerged, choices[0] if choices else None).settle(wanted)
        outcomes += marked(root, unmerged) if not files else []
        return _carry_out(context, root, outcomes, dry_run=dry_run)


def _wanted(
    context: Context, root: Path, unmerged: Mapping[str, git_merge.Unmerged], files: Sequence[str]
) -> list[str]:
    """The paths to settle: settings and pipelines first, since deals are read against them."""
    own = [path for path in unmerged if _is_own(path)]
    if not files:
        for path in sorted(set(unmerged) - set(own)):
            say(context.terminal.err, f"note: {path} is no file of the workspace; settle it by hand")
        return sorted(own, key=_rank)
    named = [_named(context, root, own, file) for file in files]
    for path in named:
        if path not in own:
            if found := next((outcome for outcome in marked(root, unmerged) if outcome.path == path), None):
                raise NegativeError(f"{path} {found.left[0]}")
            hint = f"in conflict: {', '.join(sorted(own))}" if own else "nothing is"
            raise NegativeError(f"{path} is not in conflict", hint=hint)
    return sorted(dict.fromkeys(named), key=_rank)


def _named(context: Context, root: Path, own: Sequence[str], name: str) -> str:
    """The path that is meant by *name*: a file, or the id of a deal, whose file can't be read now."""
    wanted = name.casefold().removeprefix("deal/")
    deals = dict.fromkeys((*(path for path in own if path.startswith(f"{DEALS}/")), *find_files(root).deals))
    found = [path for path in deals if Path(path).stem.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    return os.path.relpath(os.path.abspath(context.directory / name), root).replace(os.sep, "/")


def _is_own(path: str) -> bool:
    return path == SETTINGS or (path.startswith((f"{PIPELINES}/", f"{DEALS}/")) and path.endswith(".yaml"))


def _rank(path: str) -> tuple[int, str]:
    return ((path != SETTINGS) + path.startswith(f"{DEALS}/"), path)


def _carry_out(context: Context, root: Path, outcomes: Sequence[Outcome], *, dry_run: bool) -> int:
    changes = {
        outcome.path: Change(outcome.old, outcome.new, settles=True)
        for outcome in outcomes
        if (outcome.new is not None or outcome.removed) and outcome.new != outcome.old
    }
    settled = [outcome.path for outcome in outcomes if not outcome.left]
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
        for line in outcome.left or [f"settled{outcome.how}"]:
            say(out, f"{outcome.path}{':' if outcome.left else ''} {line}")
    out.flush()
    for outcome in outcomes:
        say(err, *(f"  {outcome.path}: {line}" for line in outcome.moves))
    _tell_ways(context, outcomes)


def _tell_ways(context: Context, outcomes: Sequence[Outcome]) -> None:
    """What can be done about what is left, with the names of files where that is not the same for all of them."""
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        options = f"with {ways(outcome.choices)}" if outcome.choices else ""
        by_hand = "edit the lines between the markers and `git add`" if outcome.is_marked else ""
        way = ", or ".join(filter(None, (options, by_hand)))
        if outcome.left and way:
            found.setdefault(f"settle it {way}" if options else way, []).append(outcome.path)
    for way, paths in found.items():
        say(context.terminal.err, f"{', '.join(paths)}: {way}" if len(found) > 1 else way)
