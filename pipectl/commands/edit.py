"""`pipectl edit`."""

import contextlib
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._ask import prompt
from pipectl.commands._change import How, apply, bytes_of, opened_for_writing
from pipectl.commands._diff import diff
from pipectl.commands._open import Opened
from pipectl.commands._review import Review, review
from pipectl.commands._words import differences
from pipectl.context import Context
from pipectl.errors import NegativeError, PipectlError, UnreadableError, UsageError
from pipectl.model.frozen import frozen
from pipectl.model.lookup import find_deal
from pipectl.output.findings import findings_text
from pipectl.output.safe import say
from pipectl.store.draft import new_draft, read_draft, remove_draft
from pipectl.store.write import Change

OPTIONS: frozenset[str] = frozenset()


@frozen
class _Draft:
    """What is being edited: the file, what it held, and the copy that the editor has."""

    path: str
    old: bytes
    copy: Path


def run(
    context: Context,
    deal_name: Annotated[str, Argument(metavar="ID", help="The deal, also one that can't be read.")],
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit the file that was written.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Edit a deal's file in your editor.

    The editor, VISUAL or EDITOR, gets a copy. What it leaves is read and checked before it takes the file's place, and
    is kept whatever happens. A change made so is not recorded by itself; `pipectl set` records.

    Examples:

      pipectl edit puri-farma-dc
      pipectl edit puri-farma-dc --commit
    """
    # Nobody else should wait for an editor: a file that changes meanwhile refuses the write.
    with opened_for_writing(context, hold=False, dry_run=dry_run) as opened:
        editor = _editor(context)
        path = _path(opened, deal_name)
        how = How(f"edit {deal_name}", dry_run, commit, message)
        with _draft(context, opened, path, keep=dry_run) as draft:
            return _edit(context, opened, draft, editor, how)


def _edit(context: Context, opened: Opened, draft: _Draft, editor: list[str], how: How) -> int:
    deal_id = PurePosixPath(draft.path).stem
    while True:
        new = _typed(draft, editor)
        if new == draft.old:
            say(context.terminal.out, f"deal/{deal_id}  nothing was changed")
            return 0
        found = review(opened, draft.path, new)
        if not found.findings or _goes_on(context, draft, found):
            break
    changes = {draft.path: Change(draft.old, new)}
    if how.dry_run:
        context.terminal.out.write(diff(changes))
        return 0
    before = next((deal for deal in opened.workspace.deals if deal.path == draft.path), None)
    said = differences(context, opened, before, found.deal) if before and found.deal else []
    words = "; ".join(said) or "edited"
    return apply(context, opened.root, changes, [[f"deal/{deal_id}  {words}"]], f"{deal_id}: {words}", how)


def _goes_on(context: Context, draft: _Draft, found: Review) -> bool:
    """Whether to write in spite of what was found; False: edit again.

    Raises:
        NegativeError: neither; the draft is kept.
    """
    err = context.terminal.err
    err.write(findings_text(found.findings))
    many = len(found.findings)
    stop = NegativeError(f"{draft.path} was not written: {many} finding{'' if many == 1 else 's'}")
    if not context.terminal.interactive:
        raise stop
    while True:
        answer = prompt("(e)dit again, (w)rite anyway, (k)eep the draft and stop", "e")
        match answer.strip().lower()[:1]:
            case "e":
                return False
            case "w":
                return True
            case "k":
                raise stop


def _editor(context: Context) -> list[str]:
    variables = context.environment
    wanted = variables.get("VISUAL") or variables.get("EDITOR")
    if wanted is None and not context.terminal.interactive:
        raise UsageError("no editor is named, and nobody is at the terminal", hint="VISUAL or EDITOR names one")
    try:
        words = shlex.split(wanted or "vi")
    except ValueError as error:
        raise UsageError(f"the editor '{wanted}' can't be understood: {error}") from None
    if not words:
        raise UsageError("the editor is blank", hint="VISUAL or EDITOR names one")
    return words


def _path(opened: Opened, name: str) -> str:
    """The file of a deal, also of one that can't be read: to mend it is what an editor is for."""
    try:
        return find_deal(opened.workspace, name).path
    except UnreadableError:
        wanted = name.casefold().removeprefix("deal/")
        unread = {problem.deal: problem.place.path for problem in opened.workspace.problems if problem.unread}
        exact = [path for deal, path in unread.items() if deal.casefold() == wanted]
        begun = [path for deal, path in unread.items() if deal and deal.casefold().startswith(wanted)]
        found = exact or begun
        if len(found) != 1:
            raise
        return found[0]


@contextmanager
def _draft(context: Context, opened: Opened, path: str, *, keep: bool) -> Iterator[_Draft]:
    """A copy to edit; after a failure, or to *keep* it, it stays and is named, where it says what the file does not."""
    old = bytes_of(opened.root, path)
    stem = PurePosixPath(path).stem
    draft = _Draft(path, old, new_draft(opened.root, stem, old))
    if draft.copy.stem != stem:
        say(context.terminal.err, f"note: another draft of it lies in {draft.copy.parent}")
    written = False
    try:
        yield draft
        written = not keep
    finally:
        typed = read_draft(draft.copy)
        now = None
        with contextlib.suppress(PipectlError):
            now = bytes_of(opened.root, path)
        if written or typed in (None, old, now):
            remove_draft(draft.copy)
        else:
            say(context.terminal.err, f"what you typed is kept in {draft.copy}")


def _typed(draft: _Draft, editor: list[str]) -> bytes:
    """What the editor leaves.

    Raises:
        PipectlError: it can't be run.
        NegativeError: it has failed, or left nothing.
    """
    try:
        process = subprocess.Popen([*editor, str(draft.copy)])  # noqa: S603 - the user's own editor
    except OSError as error:
        hint = "VISUAL or EDITOR names another"
        raise PipectlError(f"the editor '{editor[0]}' can't be run: {error.strerror}", hint=hint) from None
    # Ctrl-C is the editor's while it runs.
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        status = process.wait()
    finally:
        signal.signal(signal.SIGINT, former)
    if status:
        raise NegativeError(f"the editor '{editor[0]}' ended with status {status}; nothing was written")
    new = read_draft(draft.copy)
    if new is None:
        raise NegativeError(f"the editor '{editor[0]}' has left no file; nothing was written")
    return new
