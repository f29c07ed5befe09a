"""What every command that changes deals does: find them, plan, show, ask, write all or nothing, say what was done."""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple, TextIO

from pipectl.commands._ask import confirm
from pipectl.commands._diff import diff
from pipectl.commands._open import Opened, chosen, open_workspace, option
from pipectl.commands._progress import Progress
from pipectl.context import Context
from pipectl.errors import NegativeError, PipectlError, UsageError
from pipectl.model.deal import Deal
from pipectl.model.frozen import frozen
from pipectl.model.inputs import parse_day
from pipectl.model.lookup import find_deal
from pipectl.model.pattern import pattern
from pipectl.model.plan import Plan
from pipectl.model.problem import Problem
from pipectl.output.safe import inert, one_line, say
from pipectl.store import git
from pipectl.store.changes import edited
from pipectl.store.deal_schema import DealSchema
from pipectl.store.find import find_root, read_file
from pipectl.store.lock import locked
from pipectl.store.recovery import Recovery, recover
from pipectl.store.write import Change, Written
from pipectl.store.write import commit as write_files

_PREVIEWED = 20
_LINE_END = pattern(r"(?<=\n)")


@frozen
class How:
    """How a change is to be made.

    Attributes:
        command: what is done, for the record of `undo`.
        commit: commit the files that were written; *message* instead of the sentence made for it.
        yes: don't ask before changing several.
    """

    command: str
    dry_run: bool = False
    commit: bool = False
    message: str | None = None
    yes: bool = False


@frozen
class Outcome:
    """What a plan comes to for its deal: the lines that say so, and the sentence for a commit."""

    plan: Plan
    lines: tuple[str, ...]
    sentence: str


class Question(NamedTuple):
    """What is asked before several deals change, and the refusal where nobody is there to answer."""

    ask: str
    refusal: str


@contextmanager
def opened_for_writing(
    context: Context, *, hold: bool = True, dry_run: bool = False, ids: Collection[str] = ()
) -> Iterator[Opened]:
    """The workspace, read under its lock, so that nobody writes between reading and writing.

    A write that was cut off is finished before. *hold* is False where somebody is asked first: then a file that
    changes meanwhile refuses the write. A *dry_run* takes no lock and finishes nothing. *ids*: only these deals are
    wanted.
    """
    if context.options.rev is not None or context.options.as_of is not None:
        raise UsageError("the past can't be changed", hint="leave out --rev and --as-of; --on dates a change back")
    root = find_root(context.directory)
    if not hold or dry_run:
        if not dry_run:
            finish_cut_off(context, root)
        yield open_workspace(context, ids)
        return
    with locked(root):
        finish_cut_off(context, root)
        yield open_workspace(context, ids)


def finish_cut_off(context: Context, root: Path) -> None:
    """Finish, or take back, what an earlier command has left unfinished, before anything is read."""
    _tell_recovery(context, recover(root))


def select(context: Context, opened: Opened, ids: Sequence[str], where: str | None) -> list[Deal]:
    """The deals that are meant: by id, by ids on standard input for `-`, or by a filter.

    Raises:
        UsageError: none is named, or both ways at once.
    """
    if where is not None and ids:
        raise UsageError("name deals by id or by --where, not both")
    if where is not None:
        facts, _ = chosen(context, opened, where.split())
        paths = {state.deal.path for state in facts.states}
        found = [deal for deal in opened.workspace.deals if deal.path in paths]
        if not found:
            raise NegativeError(f"no deal fits '{where}'")
        return found
    names = [name for word in ids for name in (_from_stdin() if word == "-" else [word])]
    if not names:
        raise UsageError("which deal?", hint="name an id, `-` for ids on standard input, or --where FILTER")
    deals = [find_deal(opened.workspace, name) for name in names]
    return list({deal.path: deal for deal in deals}.values())


def _from_stdin() -> list[str]:
    return [word for line in sys.stdin for word in line.split()]


def asks_first(context: Context, ids: Sequence[str], where: str | None, how: How) -> bool:
    """Whether somebody may be asked before several deals are changed, so that the lock is not held for so long."""
    several = where is not None or len(ids) != 1 or "-" in ids
    return several and context.terminal.interactive and not (how.yes or how.dry_run)


def day_of(opened: Opened, text: str | None) -> date:
    """The day that `--on` names; today where it is not given.

    Raises:
        UsageError: it lies ahead.
    """
    if text is None:
        return opened.day
    with option("--on"):
        day = parse_day(text, opened.day, opened.settings.calendar, toward="past")
        if day > opened.day:
            raise UsageError(f"{day} lies ahead", hint="what is to come is a task with --due")
    return day


def coming_day(opened: Opened, name: str, text: str | None) -> date | None:
    """The day that an option such as `--due` names; None where it is not given."""
    if text is None:
        return None
    with option(name):
        return parse_day(text, opened.day, opened.settings.calendar, toward="future")


def refuse_reading_options(context: Context, command: str, hint: str = "it is for the list") -> None:
    """Options that shape a result have nothing to shape in a command that writes, or that prints a page.

    Raises:
        UsageError: one was given.
    """
    options = context.options
    given = {
        "-P": options.pipelines,
        "-f": options.format,
        "-o": options.output or options.dash,
        "--fields": options.fields,
        "--ids": options.ids,
        "--sort": options.sort,
        "-L": options.limit,
        "-p": options.period,
    }
    for flag, value in given.items():
        if value not in (None, False, ()):
            raise UsageError(f"`{command}` has no option {flag}", hint=hint)


def refuse_all(refusals: Sequence[PipectlError], asked: int, done: str = "changed") -> None:
    """Say every refusal at once; nothing is written where there is one. *done*: what was to be done with the deals.

    Raises:
        PipectlError: the one that there is.
        NegativeError: there are several.
    """
    if not refusals:
        return
    if len(refusals) == 1 and asked == 1:
        raise refusals[0]
    lines = [line for error in refusals for line in (str(error), *error.details)]
    raise NegativeError(f"{len(refusals)} of {asked} deals can't be {done}; nothing was written:", details=lines)


def carry_out(context: Context, opened: Opened, outcomes: Sequence[Outcome], how: How) -> int:
    """Write what *outcomes* plan: all of it or, after an error, nothing; then say what was done.

    With several deals it shows what would be done and asks on a terminal, or wants `--yes`.
    """
    schema = DealSchema(opened.settings, dict(opened.workspace.pipelines))
    changes: dict[str, Change] = {}
    progress = Progress(context, "changing", len(outcomes))
    try:
        for outcome in outcomes:
            before, after = outcome.plan.before, outcome.plan.after
            old = bytes_of(opened.root, before.path)
            new = edited(old, before, after, schema)
            if new != old:
                changes[before.path] = Change(old, new)
            progress.step()
    finally:
        progress.end()
    several = len(outcomes) > 1
    count = f"{len(outcomes)} deals"
    question = Question(f"Change {count}?", f"{count} would change") if several else None
    each = "\n".join(one_line(outcome.sentence) for outcome in outcomes)
    sentence = f"{how.command}: {count}\n\n{each}" if several else each
    return apply(context, opened.root, changes, [outcome.lines for outcome in outcomes], sentence, how, question)


def apply(
    context: Context,
    root: Path,
    changes: Mapping[str, Change],
    lines: Sequence[Sequence[str]],
    sentence: str,
    how: How,
    question: Question | None = None,
    *,
    undoes: int | None = None,
    talk: TextIO | None = None,
) -> int:
    """Make *changes* as *how* says: show them only; or ask the *question*, write, print *lines*, and commit.

    The first of each of *lines* is what somebody sees before answering; *sentence* is the commit's message;
    *undoes* the number of the write that is played back; *talk* is where the lines go, if not to stdout.
    """
    if how.dry_run:
        context.terminal.out.write(diff(changes))
        return 0
    if question is not None and not how.yes:
        _confirm(context, [first for first, *_ in lines], question)
    written = write(context, root, changes, how.command, undoes=undoes)
    talk = talk or context.terminal.out
    say(talk, *(line for group in lines for line in group))
    talk.flush()
    if how.commit or how.message:
        commit_written(context, root, written.paths, how, sentence)
    return 0


def write(
    context: Context,
    root: Path,
    changes: Mapping[str, Change],
    command: str,
    *,
    undoes: int | None = None,
    step: Callable[[], None] | None = None,
) -> Written:
    """Write files through the journal, and say what became of an earlier write. *step* is called for each file."""
    written = write_files(root, changes, command=command, at=datetime.now(UTC), undoes=undoes, step=step)
    _tell_recovery(context, written.recovered)
    return written


def commit_written(context: Context, root: Path, paths: Sequence[str], how: How, sentence: str) -> None:
    """Commit exactly the files that were written, with the user's own message or with *sentence*, made safe."""
    if not paths:
        return
    message = how.message or "\n".join(map(inert, sentence.split("\n")))
    try:
        name = git.commit_paths(root, paths, message)
    except PipectlError as error:
        raise PipectlError(f"written, but not committed: {error}") from None
    if not name:
        say(context.terminal.err, "nothing to commit: the files are as the last commit has them")
        return
    subject = message.partition("\n")[0]
    say(context.terminal.err, f"committed as {name}: {subject}")


def bytes_of(root: Path, path: str) -> bytes:
    """What the file at *path* holds now.

    Raises:
        NegativeError: it can't be read.
    """
    data = read_file(root, path)
    if isinstance(data, Problem):
        raise NegativeError(f"{path}: {data.message}")
    return data


def _confirm(context: Context, lines: Sequence[str], question: Question) -> None:
    err = context.terminal.err
    say(err, *lines[:_PREVIEWED])
    if len(lines) > _PREVIEWED:
        say(err, f"… and {len(lines) - _PREVIEWED} more")
    if not context.terminal.interactive:
        raise NegativeError(f"{question.refusal}; nothing was written", hint="--yes does it")
    if not confirm(question.ask):
        raise NegativeError("nothing was written")


def _tell_recovery(context: Context, recovery: Recovery) -> None:
    err = context.terminal.err
    for word, paths in (
        ("finished", recovery.finished),
        ("taken back", recovery.taken_back),
        ("left alone, since somebody changed them", recovery.left_alone),
    ):
        if paths:
            say(err, f"note: an earlier `{recovery.command}` was cut off; {word}: {', '.join(paths)}")
    say(err, *(f"note: {line}" for line in recovery.ignored))
