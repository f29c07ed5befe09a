"""`pipectl check`."""

import importlib
import os
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

from pipectl.arguments import Argument, Option
from pipectl.checks.check import Check
from pipectl.checks.registry import CHECKS
from pipectl.commands._findings import Finding, folded, gravest_first, standing
from pipectl.commands._open import Opened, facts_of, open_staged, open_workspace, pipelines
from pipectl.commands._show import format_of, look, write
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.model.frozen import replace
from pipectl.model.pattern import pattern
from pipectl.model.problem import Group, Problem, Severity
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Settings
from pipectl.output.findings import findings_text
from pipectl.output.github import findings_github
from pipectl.output.safe import say
from pipectl.store import git, git_history
from pipectl.store.find import DEALS, PIPELINES, SETTINGS, find_root, folder_in_repository
from pipectl.store.load import UnusableError

OPTIONS = frozenset({"pipelines", "as_of", "rev", "format", "output"})
HELP = {"format": "text, json or github."}
_FORMATS = ("text", "json", "github")
FOUND = 1
_Changes: TypeAlias = Callable[[Path], frozenset[str]]


class FailOn(StrEnum):
    """The gravity from which the exit status is 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


def run(
    context: Context,
    names: Annotated[
        list[str] | None, Argument(metavar="[CHECK|FILE]...", help="Only these checks, or only these files.")
    ] = None,
    group: Annotated[
        Group | None,
        Option(metavar="GROUP", help="files: only what they say; hygiene: only what the calendar makes true."),
    ] = None,
    fail_on: Annotated[
        FailOn, Option(metavar="SEVERITY", help="Exit with 1 from this on: error, warning or info.")
    ] = FailOn.ERROR,
    changed: Annotated[
        str | None,
        Option(
            metavar="REV",
            help="Only files that differ from the merge base with REV; what files say, of all of them, where "
            "pipectl.yaml or a pipeline differs.",
        ),
    ] = None,
    staged: Annotated[
        bool,
        Option("--staged", help="Read the files as they are staged in git; only what the next commit changes."),
    ] = False,
    fix: Annotated[bool, Option("--fix", help="Mend what has one safe mend, then check again.")] = False,
    on: Annotated[str | None, Option(metavar="DATE", help="With --fix: the day of what was changed by hand.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="With --fix: show the diff only.")] = False,
    commit: Annotated[bool, Option("--commit", help="With --fix: commit the files that were written.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Check the files, and what the calendar makes of them.

    Each line is file:line:column, severity, what was found, and the name of the check; `pipectl explain CHECK` says
    why it matters and how to mend it. What can't be read stands first, in no total. With names, only those checks are
    made, or only what stands in those files is said. Exit status 1 where something of severity error was found.

    --fix adds what a change by hand has left out of `history` and `changes`, with the day that git knows or --on
    says, and gives files with bad names good ones, where those are free. What it can't mend it names, with status 1.

    Examples:

      pipectl check
      pipectl check stalled overdue-close
      pipectl check --group files --fail-on warning
      pipectl check deals/2026/adi-karya-3pl.yaml
      pipectl check --fix --on 2026-11-20 --dry-run
    """
    paths = [name for name in names or [] if _is_file(name)]
    wanted = _wanted([name for name in names or [] if name not in paths], group)
    files = _files(context, paths)
    if not fix and (on or dry_run or commit or message):
        raise UsageError("--on, --dry-run, --commit and --message are for --fix")
    changes = _changes(context, changed, staged=staged, fix=fix)
    # Before anything is mended.
    _format(context)
    kept = 0
    try:
        if fix:
            # Checks run in hooks at every commit, and seldom need what edits and writes: a tenth of their time.
            fixing = importlib.import_module("pipectl.commands._fix")
            kept = fixing.fix(
                context, partial(_problems, context, wanted, changes, files), on, dry_run, commit, message
            )
        if dry_run:
            return FOUND if kept else 0
        opened = open_staged(context) if staged else open_workspace(context)
    except UnusableError as error:
        # An unusable pipectl.yaml or pipeline is a finding here, and no other can be had.
        findings = [Finding(problem, Severity.ERROR) for problem in error.problems]
        return _answer(context, Settings(""), find_root(context.directory), findings, "no deal was checked")
    findings = _found(context, opened, wanted, changes, files)
    checked = "staged" if staged else f"changed since {changed}" if changed is not None else _count(opened, files)
    return _answer(context, opened.settings, opened.root, findings, checked, Severity(fail_on.value)) or kept


def _changes(context: Context, changed: str | None, *, staged: bool, fix: bool) -> _Changes | None:
    """What tells the changed files of a workspace; None where all are looked at."""
    if not staged:
        return None if changed is None else partial(git.changed_since, revision=changed)
    others = {"--changed": changed is not None, "--fix": fix, "--rev": context.options.rev is not None}
    for flag, given in others.items():
        if given:
            raise UsageError(f"--staged and {flag} look at different files", hint="leave out one of them")
    return git.staged_changes


def _is_file(name: str) -> bool:
    return "/" in name or name.endswith((".yaml", ".yml"))


def _files(context: Context, names: Iterable[str]) -> frozenset[str]:
    """The files that are named, by their paths in the workspace.

    Raises:
        UsageError: one of them is none of the workspace.
    """
    found = set()
    for name in names:
        root = find_root(context.directory)
        path = os.path.relpath(os.path.abspath(context.directory / name), root).replace(os.sep, "/")
        if path != SETTINGS and not path.startswith((f"{PIPELINES}/", f"{DEALS}/")):
            hint = f"those are {SETTINGS}, {PIPELINES}/ID.yaml and {DEALS}/**/ID.yaml"
            raise UsageError(f"'{name}' is no file of the workspace", hint=hint)
        # At a commit there may be others.
        if context.options.rev is None and not os.path.lexists(root / path):
            raise UsageError(f"no file '{name}'")
        found.add(path)
    return frozenset(found)


def _count(opened: Opened, files: frozenset[str]) -> str:
    count, word = (len(files), "file") if files else (len(opened.workspace.deals), "deal")
    return f"{count} {word}{'' if count == 1 else 's'}"


def _problems(
    context: Context, wanted: tuple[Check, ...], changes: _Changes | None, files: frozenset[str], opened: Opened
) -> list[Problem]:
    return [finding.problem for finding in _found(context, opened, wanted, changes, files)]


def _found(
    context: Context, opened: Opened, wanted: tuple[Check, ...], changes: _Changes | None, files: frozenset[str]
) -> list[Finding]:
    """What stands of what *wanted* finds, with `-P`, in the *files* that are named and in what has changed."""
    findings = _of_pipelines(standing(facts_of(opened, context), wanted), context, opened)
    if files:
        findings = [finding for finding in findings if finding.problem.place.path in files]
    if changes is None:
        return findings
    touched = changes(opened.root)
    found = _of_changed(findings, touched, {check.id for check in wanted if check.group is Group.FILES})
    return [_with_commit(finding, opened.root) for finding in found]


# A stage may only be looked for in git by a name that means nothing in an expression but itself.
_GONE = pattern(r"stage '([a-z0-9_-]+)' is no stage of ([a-z0-9._-]+) \(")


def _with_commit(finding: Finding, root: Path) -> Finding:
    """*finding* with the commit that took out the stage which a deal was moved to, where there is one."""
    problem = finding.problem
    gone = _GONE.match(problem.message) if problem.check == "unknown-stage" and problem.hint else None
    if gone is None:
        return finding
    path, line = f"{PIPELINES}/{gone[2]}.yaml", rf"id:[ ]*[\"']?{gone[1]}[\"']?[ ]*([,}}#]|$)"
    commit = git_history.last_commit_on(root, path, line)
    if commit is None or re.search(line.encode(), git_history.file_at(root, commit.name, path), re.MULTILINE):
        # It is gone in the work tree only.
        return finding
    why = f"; {commit.name} of {commit.on} by {commit.author} took it out: {commit.subject}"
    first, *rest = problem.hint.split("\n")
    return replace(finding, problem=replace(problem, hint="\n".join((first + why, *rest))))


def _wanted(names: Iterable[str], group: Group | None) -> tuple[Check, ...]:
    known = {check.id: check for check in CHECKS}
    for name in names:
        if name not in known:
            near = suggest(name, known)
            hint = f"did you mean {near}?" if near else "`pipectl explain checks` lists them; a file ends in .yaml"
            raise UsageError(f"no check '{name}'", hint=hint)
    chosen = [known[name] for name in names] or list(CHECKS)
    return tuple(check for check in chosen if group is None or check.group is group)


def _of_pipelines(findings: list[Finding], context: Context, opened: Opened) -> list[Finding]:
    """With `-P`, no finding about a deal or file of another pipeline; one about an unread deal always stays."""
    if not context.options.pipelines:
        return findings
    wanted = pipelines(context, opened.workspace)
    others = {deal.path for deal in opened.workspace.deals if deal.pipeline not in wanted}
    others |= {pipeline.path for pipeline in opened.workspace.pipelines.values() if pipeline.id not in wanted}
    return [finding for finding in findings if finding.problem.place.path not in others]


def _of_changed(findings: list[Finding], touched: frozenset[str], of_files: set[str]) -> list[Finding]:
    """What stands in a changed file; a changed stage or setting may also have made any other file wrong."""
    rules = any(path == SETTINGS or path.startswith(f"{PIPELINES}/") for path in touched)
    return [
        finding
        for finding in findings
        if finding.problem.place.path in touched or (rules and finding.problem.check in of_files)
    ]


def _format(context: Context) -> str:
    """The format that the options ask for.

    Raises:
        UsageError: findings have no such format.
    """
    options = context.options
    name = options.format or (format_of(options.output, "text") if options.output else "text")
    if options.format is None and name == "table":
        # What people read, which a file of text gets.
        return "text"
    if name not in _FORMATS:
        near = suggest(name, _FORMATS)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(_FORMATS)}"
        raise UsageError(f"no format '{name}' for findings", hint=hint)
    return name


def _answer(
    context: Context,
    settings: Settings,
    root: Path,
    findings: list[Finding],
    checked: str,
    fail_on: Severity = Severity.ERROR,
) -> int:
    renderers: dict[str, Callable[[list[tuple[Problem, Severity]]], str]] = {
        "text": lambda pairs: findings_text(pairs, look(context, settings)),
        # Named, not imported, as the formats of a report are.
        "json": lambda pairs: importlib.import_module("pipectl.output.findings_json").findings_json(pairs),
        "github": lambda pairs: findings_github(pairs, folder_in_repository(root)),
    }
    name = _format(context)
    findings = gravest_first(findings)
    if name == "text":
        findings = folded(findings)
    text = renderers[name]([(finding.problem, finding.severity) for finding in findings])
    write(context, text)
    if not context.options.quiet:
        say(context.terminal.err, f"{checked}: {_summary(findings)}")
    return FOUND if any(finding.severity.rank <= fail_on.rank for finding in findings) else 0


def _summary(findings: list[Finding]) -> str:
    """`1 error, 12 warnings` or `nothing found`."""
    counts = [(severity, sum(finding.severity is severity for finding in findings)) for severity in Severity]
    parts = [f"{count} {_word(severity, count)}" for severity, count in counts if count]
    return ", ".join(parts) or "nothing found"


def _word(severity: Severity, count: int) -> str:
    return severity.value if count == 1 or severity is Severity.INFO else f"{severity.value}s"
