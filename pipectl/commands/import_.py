"""`pipectl import`."""

import sys
from pathlib import Path
from typing import Annotated, NamedTuple

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, commit_written, opened_for_writing, write
from pipectl.commands._open import Opened, open_workspace, pipelines
from pipectl.commands._progress import Progress
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import NegativeError, PipectlError, UnreadableError, UsageError
from pipectl.exchange.binding import bind
from pipectl.exchange.deal_rows import deals_of_rows
from pipectl.exchange.drafts import Drafts
from pipectl.exchange.event_rows import deals_of_events
from pipectl.exchange.guess import guess_mapping
from pipectl.exchange.guess_tables import line
from pipectl.exchange.import_report import import_report
from pipectl.exchange.plan import Plan, plan_import
from pipectl.exchange.sheet import Sheet, read_sheet
from pipectl.model.frozen import replace
from pipectl.model.mapping import ImportMapping, Kind
from pipectl.model.problem import Problem
from pipectl.output.safe import say, unguard
from pipectl.store.create import folders_for, refuse_links, verified_text
from pipectl.store.deal_schema import DealSchema
from pipectl.store.parse_mapping import read_mapping
from pipectl.store.write import Change

OPTIONS = frozenset({"pipelines", "format", "fields", "sort", "limit"})
HELP = {"pipelines": "--guess: the pipeline that the deals go into."}
REFUSED = 1
_STDIN = "-"


class _Table(NamedTuple):
    """The CSV file, read whole.

    Attributes:
        shown: what messages call it: its path, or `-` where it came on standard input.
        name: what the mapping and the record of `undo` call it.
    """

    shown: str
    name: str
    data: bytes


def run(
    context: Context,
    file: Annotated[str, Argument(metavar="FILE", help="A CSV file; - for standard input.")],
    kind: Annotated[
        Kind, Option("--from", metavar="KIND", help="csv: a row is a deal; events: a row is a move of one.")
    ],
    mapping: Annotated[
        Path | None,
        Option(metavar="MAP", help="What its columns mean; FILE.mapping.yaml unless given."),
    ] = None,
    guess: Annotated[bool, Option("--guess", help="Write MAP, with every doubt beside it, and stop.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Report every row, and write nothing.")] = False,
    strict: Annotated[bool, Option("--strict", help="Write nothing if any row is refused.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Import deals or their events from a CSV file.

    A mapping file says which column is what, and how days and numbers are written. --guess writes one: it names the
    row that decided each answer and leaves a question mark where none did. Settle those; then -n shows what would
    become of every row, and without it the new deals are written.

    A value that contradicts the mapping is refused with its row, never read in another way. Deals are known again by
    their external id, so importing a file twice changes nothing. A deal that the file tells otherwise is reported and
    left alone. Exit status 1 where a row was refused. Standard input is FILE -, and --mapping names its mapping.

    Examples:

      pipectl import deals.csv --from csv --guess
      pipectl import deals.csv --from csv --guess --mapping crm.yaml -P renewals
    """
    path = _beside(context, file, mapping)
    table = _table(context, file)
    if guess:
        return _guess(context, open_workspace(context), table, kind, path)
    how = How(f"import {table.name}", dry_run, commit, message)
    with opened_for_writing(context, dry_run=dry_run) as opened:
        if context.options.pipelines:
            raise UsageError("-P is for --guess", hint=f"`pipeline:` in {path} says where the deals go")
        plan = _plan(context, opened, table, _mapping(context, path, table, kind))
        wanted = bool(plan.new) and not dry_run and not (strict and plan.refused)
        if wanted:
            _write(context, opened, plan, how)
    report = import_report(plan, written=len(plan.new) if wanted else 0, whole=dry_run)
    return show(context, report, opened.workspace) or (REFUSED if plan.refused else 0)


def _here(context: Context) -> Path:
    """What paths on the command line are relative to: the folder of -C, but not the one that PIPECTL_DIR names."""
    named = context.environment.get("PIPECTL_DIR")
    return Path() if named and context.directory == Path(named) else context.directory


def _beside(context: Context, file: str, mapping: Path | None) -> Path:
    """Where the mapping is: beside the file, unless it is named."""
    if mapping is not None:
        return _here(context) / mapping
    if file == _STDIN:
        raise UsageError("standard input has no mapping beside it", hint="--mapping MAP names the one to use")
    path = _here(context) / file
    return path.with_name(f"{path.name}.mapping.yaml")


def _table(context: Context, file: str) -> _Table:
    """What *file* holds; `-` is standard input, and `./-` a file of that name."""
    if file == _STDIN:
        return _Table(_STDIN, _STDIN, _read(_STDIN))
    path = _here(context) / file
    return _Table("./-" if str(path) == _STDIN else str(path), path.name, _read(path))


def _read(path: Path | str) -> bytes:
    """What the file at *path* holds; the text `-`, which is no path, is standard input."""
    try:
        if path == _STDIN:
            return sys.stdin.buffer.read() if sys.stdin else b""
        return Path(path).read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} can't be read: {error.strerror}") from None


def _unguarded(text: str) -> str:
    """*text* without what our own export put before what a spreadsheet would compute; most have neither mark of it."""
    return unguard(text) if text[:1] == "'" or "\\" in text else text


def _mapping(context: Context, path: Path, table: _Table, kind: Kind) -> ImportMapping:
    if not path.exists():
        named = f" --mapping {path}" if table.shown == _STDIN else ""
        hint = f"`pipectl import {table.shown} --from {kind} --guess{named}` writes it"
        raise UsageError(f"no mapping {path}", hint=hint)
    mapping, problems = read_mapping(_read(path), str(path))
    if mapping is None:
        raise _refusal(context, problems, path)
    if mapping.kind is not kind:
        raise UsageError(f"{path} says from: {mapping.kind}, the command line --from {kind}")
    return mapping


def _refusal(context: Context, problems: tuple[Problem, ...], path: Path) -> PipectlError:
    """Every problem but the first goes to stderr; the first is the error."""
    first, *others = problems
    for problem in others:
        hint = f"  ({problem.hint})" if problem.hint else ""
        say(context.terminal.err, f"{problem.place}: {problem.message}{hint}")
    count = f"; {len(others)} more above" if others else ""
    return UnreadableError(f"{first.place}: {first.message}{count}", hint=first.hint or f"{path} is the mapping")


def _plan(context: Context, opened: Opened, table: _Table, mapping: ImportMapping) -> Plan:
    if opened.workspace.unread:
        first = opened.workspace.unread[0]
        hint = "a deal in it could be imported a second time; `pipectl check` says what is wrong"
        raise UnreadableError(f"{first} can't be read, so nobody can tell which rows are new", hint=hint)
    sheet = _sheet(table, mapping)
    binding, problems = bind(mapping, sheet, opened.workspace)
    if problems:
        raise _refusal(context, problems, Path(mapping.path))
    found: Drafts = deals_of_rows(sheet, binding) if mapping.kind is Kind.CSV else deals_of_events(sheet, binding)
    return plan_import(found, binding, [problem.deal for problem in opened.workspace.problems])


def _sheet(table: _Table, mapping: ImportMapping) -> Sheet:
    try:
        return read_sheet(table.data, mapping.dialect, _unguarded)
    except UnreadableError as error:
        raise UnreadableError(f"{table.shown}: {error}", hint=error.hint) from None


def _write(context: Context, opened: Opened, plan: Plan, how: How) -> None:
    """Write the new deals of *plan*: all of them, each read back before, or none."""
    schema = DealSchema(opened.settings, dict(opened.workspace.pipelines))
    items = sorted(plan.new, key=lambda item: item.deal.id)
    days = [item.deal.history[0].at.day if item.deal.history else item.deal.created for item in items]
    folders = folders_for(days, [deal.path for deal in opened.workspace.deals])
    progress = Progress(context, "importing", 2 * len(items))
    changes: dict[str, Change] = {}
    for item, folder in zip(items, folders, strict=True):
        path = f"{folder}/{item.deal.id}.yaml"
        changes[path] = Change(None, verified_text(replace(item.deal, path=path), schema).encode())
        progress.step()
    refuse_links(opened.root, changes)
    try:
        written = write(context, opened.root, changes, how.command, step=progress.step)
    finally:
        progress.end()
    if how.commit or how.message:
        count = f"{len(items)} deal{'' if len(items) == 1 else 's'}"
        commit_written(context, opened.root, written.paths, how, f"{how.command}: {count}")


def _guess(context: Context, opened: Opened, table: _Table, kind: Kind, path: Path) -> int:
    """Write a mapping to confirm, and say what there is to settle."""
    named = context.options.pipelines
    pipeline = next(iter(pipelines(context, opened.workspace))) if len(named) == 1 else ""
    try:
        guess = guess_mapping(table.data, table.name, kind, opened.workspace, pipeline, _unguarded)
    except UnreadableError as error:
        raise UnreadableError(f"{table.shown}: {error}", hint=error.hint) from None
    _create(path, guess.text)
    out = context.terminal.out
    say(out, f"{path}: a mapping of {guess.rows} rows, to be confirmed")
    if guess.open_lines:
        lines = ", ".join(map(str, guess.open_lines))
        say(out, f"to settle, in line {lines}: a comment says what is in doubt")
    if guess.strangers:
        say(out, "not in the team; to be pasted under `team:` in pipectl.yaml:")
        say(out, *(f"  {line(stranger)}" for stranger in guess.strangers))
    say(out, f"then: pipectl import {table.shown} --from {kind} --mapping {path} -n")
    return 0


def _create(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise NegativeError(f"{path} exists already", hint="--mapping names another, or delete it") from None
    except OSError as error:
        raise PipectlError(f"{path} can't be written: {error.strerror}") from None
