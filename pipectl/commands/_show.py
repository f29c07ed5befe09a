"""What every reading command ends with: the result on stdout, what could not be read on stderr, the exit status."""

import sys
from datetime import date
from pathlib import Path

from pipectl.commands._findings import Finding, folded, gravest_first
from pipectl.commands._open import today
from pipectl.context import Context
from pipectl.errors import PipectlError, UsageError
from pipectl.model.frozen import replace
from pipectl.model.problem import Severity
from pipectl.model.workspace import Settings, Workspace
from pipectl.output.formats import render, suffix_format
from pipectl.output.look import Look
from pipectl.output.safe import plain, say
from pipectl.report import Report, Table

UNREADABLE = 2
_SHOWN = 10


def show(context: Context, report: Report, workspace: Workspace) -> int:
    """Print *report* as the options ask, then name what could not be read.

    Returns:
        0, or 2 where something of the workspace could not be read and the result speaks only of the rest.
    """
    if context.options.fields == "?":
        write(context, "".join(f"{column.key}\n" for column in report.tables[0].columns))
        return 0
    report = _with_unread(context, _with_time(context, report, workspace.settings), workspace)
    write(context, _text(context, report, workspace.settings))
    return warn_of_unread(context, workspace)


def _with_time(context: Context, report: Report, settings: Settings) -> Report:
    """*report* with the commit that it speaks of, and with what a past day does not know."""
    header, notes, day = report.header, report.notes, dict(report.header).get("as of")
    if context.options.rev is not None:
        header = (*header, ("rev", context.options.rev))
    found = any(table.rows for table in report.tables)
    if found and context.options.as_of is not None and isinstance(day, date) and day < today(context, settings):
        notes = (*notes, "fields without a history, such as company and tags, are as the files say")
    return replace(report, header=header, notes=notes)


def _with_unread(context: Context, report: Report, workspace: Workspace) -> Report:
    """*report*, where it is kept or read by a program, with what it could not count: what stderr says is gone then."""
    kept = context.options.output is not None or context.options.format not in (None, "table")
    if not (kept and workspace.unread):
        return report
    header = (*report.header, ("unread", len(workspace.unread)))
    return replace(report, header=header, notes=(*report.notes, _not_read(workspace.unread)))


def look(context: Context, settings: Settings) -> Look:
    """How the result is to be laid out."""
    terminal = context.terminal
    return Look(terminal.width, terminal.color, terminal.unicode, settings.display, settings.currency)


def _text(context: Context, report: Report, settings: Settings) -> str:
    options = context.options
    if options.sort or options.limit is not None or options.fields or options.ids:
        # Such an option speaks of all rows.
        report = report.whole()
    rows = len(report.tables[0].rows) if report.tables else 0
    report = report.changed(lambda table: _arranged(context, table))
    if report.tables and len(report.tables[0].rows) < rows:
        report = replace(report, notes=(*report.notes, f"{len(report.tables[0].rows)} of {rows} rows (--limit)"))
    if options.ids:
        table = report.tables[0]
        if not table.ids:
            raise PipectlError("these rows are no deals, so they have no ids")
        place = table.index(table.ids)
        return "".join(f"{plain(str(row[place]))}\n" for row in table.rows)
    wanted = options.format or (format_of(options.output, "table") if options.output else "table")
    if options.fields and report.shape:
        report = replace(report, shape="")
    text = render(report, wanted, look(context, settings))
    return text if not text or text.endswith("\n") else text + "\n"


def format_of(output: Path, default: str) -> str:
    """The format that the suffix of a file asks for; *default* for a name without one.

    Raises:
        UsageError: the suffix is that of another format.
    """
    found = suffix_format(output)
    if found is None and output.suffix:
        hint = "-f says which format to write, whatever the file is called"
        raise UsageError(f"the suffix of {output} names no format", hint=hint)
    return found or default


def ordered(context: Context, table: Table) -> Table:
    """The rows in the order, and of the number, that the options ask for."""
    options = context.options
    if options.sort:
        key = options.sort.removeprefix("-")
        if key == "amount" and any(column.key == "worth" for column in table.columns):
            # Amounts in several currencies have an order only by what they are worth.
            key = "worth"
        table = table.sorted_by(key, descending=options.sort.startswith("-"))
    if options.limit is not None:
        table = table.first(options.limit)
    return table


def _arranged(context: Context, table: Table) -> Table:
    table = ordered(context, table)
    if context.options.fields is not None:
        names = [name.strip() for name in context.options.fields.split(",") if name.strip()]
        if not names:
            raise UsageError("--fields names no field", hint="--fields ? lists them")
        table = table.with_fields(names)
    return table


def write(context: Context, text: str) -> None:
    """Put *text* where the result goes: into the file of `-o`, through a pager, or on stdout."""
    output = context.options.output
    if output is not None:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise PipectlError(f"{output} can't be written: {error.strerror}") from None
        return
    terminal = context.terminal
    if terminal.interactive and context.options.pager and terminal.out is sys.__stdout__:
        # What it imports takes half as long as Python to start; only a person at a terminal has to wait for it.
        from pipectl.commands._pager import paged  # noqa: PLC0415

        if paged(text):
            return
    try:
        context.terminal.out.write(text)
        context.terminal.out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PipectlError(f"the result can't be written: {error.strerror}") from None


def warn_of_unread(context: Context, workspace: Workspace) -> int:
    """Name on stderr what could not be read.

    Returns:
        2 where there was something, else 0.
    """
    unread = [problem for problem in workspace.problems if problem.unread]
    if not unread:
        return 0
    # A deal may be unread for what its pipeline has wrong, so that stands first.
    unread.sort(key=lambda problem: (problem.place.path.startswith("deals/"), problem.place))
    findings = gravest_first(Finding(problem, Severity.ERROR) for problem in unread)
    unread = [finding.problem for finding in folded(findings)]
    err = context.terminal.err
    for problem in unread[:_SHOWN]:
        say(err, f"{problem.place}: {problem.message}  [{problem.check}]")
        say(err, *(f"  {line}" for line in problem.hint_lines))
    if len(unread) > _SHOWN:
        say(err, f"… and {len(unread) - _SHOWN} more problems: `pipectl check` lists them")
    if workspace.unread:
        say(err, _not_read(workspace.unread))
    return UNREADABLE


def _not_read(paths: tuple[str, ...]) -> str:
    """`2 deal files and 1 folder were not read and stand in no total`."""
    files = sum(path.lower().endswith((".yaml", ".yml")) for path in paths)
    counts = ((files, "deal file"), (len(paths) - files, "folder"))
    what = " and ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count)
    was, stands = ("was", "stands") if len(paths) == 1 else ("were", "stand")
    return f"{what} {was} not read and {stands} in no total"
