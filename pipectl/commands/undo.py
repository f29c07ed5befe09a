"""`pipectl undo`."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, NamedTuple

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, apply, finish_cut_off
from pipectl.commands._open import open_workspace
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.model.moment import Moment
from pipectl.output.safe import plain, say
from pipectl.report import Cell, Column, Report, Table
from pipectl.store import git, git_merge
from pipectl.store.decode import has_conflict
from pipectl.store.find import find_root
from pipectl.store.lock import locked
from pipectl.store.undo import UndoRecord, plan_undo, undo_records
from pipectl.store.write import Change

OPTIONS = frozenset({"format", "output", "fields", "limit"})

_COLUMNS = (
    Column("number", "No", right=True),
    Column("at", "When"),
    Column("command", "What"),
    Column("files", "Files", right=True),
    Column("paths", "Paths"),
)
_SHOWN = 20


def run(
    context: Context,
    number: Annotated[int | None, Argument(metavar="[NO]", help="Which one; the last unless given.")] = None,
    listed: Annotated[bool, Option("--list", help="List what can be undone, the last first.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Take back what the last command wrote.

    Every file that it wrote gets its former content; where one was changed since, nothing is done. An undo is itself
    a write: the next undo does again what it took back. Files that `resolve` had settled are in conflict again, for git
    too.

    Examples:

      pipectl undo --list
      pipectl undo --dry-run
    """
    root = find_root(context.directory)
    if listed:
        return _list(context, root)
    for name in ("format", "output", "fields", "limit"):
        if getattr(context.options, name) is not None:
            raise UsageError(f"--{name} is for --list")
    with nullcontext() if dry_run else locked(root):
        if not dry_run:
            finish_cut_off(context, root)
        records = undo_records(root)
        record = _record(records, number)
        words = _in_words(record, {known.number: known for known in records})
        changes = plan_undo(root, record)
        how = How(f"undo {record.number}", dry_run, commit, message)
        lines = [(words,), *((line,) for line in _lines(changes))]
        index = _index(root, record, changes)
        if index.unsettled and (commit or message):
            raise UsageError(f"{', '.join(index.unsettled)} would be in conflict again; that can't be committed")
        status = apply(context, root, changes, lines, words, how, undoes=record.number)
        if not dry_run:
            _tell_git(context, root, index)
        return status


class _Index(NamedTuple):
    """What git is to be told of: files whose conflict comes back, and files that are settled once more."""

    unsettled: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()


def _index(root: Path, record: UndoRecord, changes: Mapping[str, Change]) -> _Index:
    """What becomes of the conflicts that *record* had settled, or had brought back.

    Raises:
        NegativeError: git does not know the three sides any more, so that only markers would come back.
    """
    settling = {path: change for path, change in changes.items() if change.settles}
    if not settling:
        return _Index()
    unmerged = git_merge.unmerged_files(root)
    # With markers in it before and after, a file was settled in part, and git has never been told.
    back = [path for path, change in settling.items() if path not in unmerged and _is_open(change.old, change.new)]
    done = [path for path, change in settling.items() if path in unmerged and not _is_open(change.old, change.new)]
    if gone := sorted(set(back) - git_merge.settled_before(root)):
        raise NegativeError(
            f"`{record.command}` can't be undone: git has forgotten the conflict of {', '.join(gone)}",
            hint="nothing was written; change the file as any other: edit it, or `pipectl edit`",
        )
    return _Index(tuple(back), tuple(done))


def _is_open(old: bytes | None, new: bytes | None) -> bool:
    """Whether a file that becomes *new* is in conflict: by its markers, or since the merge had removed it."""
    return new is not None and (old is None or has_conflict(new))


def _tell_git(context: Context, root: Path, index: _Index) -> None:
    if index.settled:
        git.add(root, index.settled)
    if index.unsettled:
        git_merge.unsettle(root, index.unsettled)
        say(context.terminal.err, *(f"{path} is in conflict again" for path in index.unsettled))


def _record(records: Sequence[UndoRecord], number: int | None) -> UndoRecord:
    if not records:
        raise NegativeError("there is nothing to undo")
    if number is None:
        return records[0]
    found = next((record for record in records if record.number == number), None)
    if found is None:
        raise NegativeError(f"there is no {number} to undo", hint="`pipectl undo --list` shows what there is")
    return found


def _in_words(record: UndoRecord, known: Mapping[int, UndoRecord]) -> str:
    """`undone: move acme won`; `done again: …` where an undo is undone."""
    again = False
    while record.undoes is not None and record.undoes in known:
        record, again = known[record.undoes], not again
    return f"{'done again' if again else 'undone'}: {plain(record.command)}"


def _lines(changes: Mapping[str, Change]) -> list[str]:
    lines = [f"  {_what(path, change)}" for path, change in list(changes.items())[:_SHOWN]]
    return lines if len(changes) <= _SHOWN else [*lines, f"  … and {len(changes) - _SHOWN} more"]


def _what(path: str, change: Change) -> str:
    if change.to is not None:
        return f"{plain(path)} → {plain(change.to)}"
    word = "back" if change.old is None else "removed" if change.new is None else "restored"
    return f"{plain(path)} {word}"


def _list(context: Context, root: Path) -> int:
    opened = open_workspace(context)
    zone = opened.settings.zone
    rows: list[tuple[Cell, ...]] = []
    for record in undo_records(root):
        at = record.at.astimezone(zone).replace(microsecond=0) if record.at else None
        moment = Moment(at.date(), at) if at else None
        rows.append((record.number, moment, record.command, len(record.paths), tuple(record.paths)))
    table = Table("undo", _COLUMNS, tuple(rows), hidden=frozenset({"paths"}), empty="there is nothing to undo")
    return show(context, Report("undo", (table,)), opened.workspace)
