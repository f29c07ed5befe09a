"""Changing pipelines under the deals in them: what `stage` and `pipeline` share.

The whole workspace is read as it would be, before anything is written: every deal must then say what it is expected to
say, and nothing may be wrong that was not wrong before.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pipectl.checks.registry import CHECKS
from pipectl.commands._ask import confirm
from pipectl.commands._change import How, Outcome, Question, apply, bytes_of
from pipectl.commands._findings import Finding, standing
from pipectl.commands._open import KNOWN_CHECKS, Opened, pipelines
from pipectl.commands._progress import Progress
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.metrics.limits import limits
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts, gather
from pipectl.model.frozen import frozen
from pipectl.model.pipeline import Pipeline
from pipectl.model.problem import Group, Severity
from pipectl.model.stages import Reform
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Workspace
from pipectl.output.safe import plain
from pipectl.store.changes import edited, restaged
from pipectl.store.deal_schema import DealSchema
from pipectl.store.load import UnusableError, load_planned
from pipectl.store.pipeline_changes import edited_pipeline
from pipectl.store.write import Change

_FILES = tuple(check for check in CHECKS if check.group is Group.FILES)
_LINE = re.compile(r"(?<=\.yaml):[0-9]+")
_SHOWN = 10


@frozen
class Planned:
    """A change of the workspace as it would be.

    Attributes:
        changes: what becomes of each file.
        before, after: all that is known of the deals now and then.
        warnings: what the checks of files would warn of and do not now.
    """

    changes: Mapping[str, Change]
    before: Facts
    after: Facts
    warnings: tuple[Finding, ...] = ()


@frozen
class Told:
    """A change in words.

    Attributes:
        preview: what is shown before it is done.
        lines: what is said when it is done; the first is the commit's message too.
    """

    preview: str
    lines: tuple[str, ...]


def plan_reform(
    context: Context, opened: Opened, reform: Reform, moves: Sequence[Outcome] = (), hint: str | None = None
) -> Planned:
    """The workspace with the pipeline of *reform* changed, the deals of *moves* moved and the others carried along.

    Raises:
        NegativeError: something would be wrong that is not wrong now; *hint* is what helps.
    """
    path = reform.before.path
    old = bytes_of(opened.root, path)
    changes = {path: Change(old, edited_pipeline(old, reform.before, reform.after))}
    pipelines = {**opened.workspace.pipelines, reform.after.id: reform.after}
    schema = DealSchema(opened.settings, pipelines)
    expected = {deal.path: reform.carried(deal) for deal in opened.workspace.deals}
    renamed = [deal for deal in opened.workspace.deals if expected[deal.path].stage != deal.stage]
    progress = Progress(context, "planning", len(renamed) + len(moves))
    try:
        for deal in renamed:
            data = bytes_of(opened.root, deal.path)
            changes[deal.path] = Change(data, restaged(data, deal.path, expected[deal.path].stage))
            progress.step()
        for move in moves:
            data = bytes_of(opened.root, move.plan.before.path)
            changed = edited(data, move.plan.before, move.plan.after, schema)
            changes[move.plan.before.path] = Change(data, changed)
            expected[move.plan.before.path] = move.plan.after
            progress.step()
    finally:
        progress.end()
    return plan_changes(opened, changes, expected, reform.names, hint)


def plan_changes(
    opened: Opened,
    changes: Mapping[str, Change],
    expected: Mapping[str, Deal],
    names: Mapping[str, str] | None = None,
    hint: str | None = None,
) -> Planned:
    """The workspace once *changes* are made, in which each deal must read as *expected*.

    Raises:
        NegativeError: one would not, or something would be wrong that is not wrong now.
    """
    texts = {path: change.new for path, change in changes.items() if change.new is not None}
    try:
        planned = load_planned(opened.root, texts, KNOWN_CHECKS)
    except UnusableError as error:
        raise NegativeError(f"{error}; nothing was written") from None
    before, after = gather(opened.workspace, opened.day, limits), gather(planned, opened.day, limits)
    # Of a file that nobody could read, nobody knows what it had.
    unread = opened.workspace.unread
    found = [finding for finding in standing(after, _FILES) if finding.problem.place.path not in unread]
    fresh = _fresh(standing(before, _FILES), found, names or {})
    _refuse([finding for finding in fresh if finding.severity is Severity.ERROR], hint)
    _refuse_otherwise(planned, expected)
    return Planned(changes, before, after, tuple(fresh))


def carry_out_planned(context: Context, opened: Opened, planned: Planned, told: Told, how: How) -> int:
    """Show *planned*, ask where deals change, write all of it or nothing, and say what was done."""
    stream = context.terminal.out if how.dry_run else context.terminal.err
    if how.dry_run or not (how.yes and context.options.quiet):
        stream.write(told.preview + "\n")
        stream.flush()
    count = sum(path.startswith("deals/") for path in planned.changes)
    if count and not how.yes and not how.dry_run:
        what = f"{count} deal{'' if count == 1 else 's'}"
        _confirm(context, Question(f"Change {what}?", f"{what} would change"))
    return apply(context, opened.root, planned.changes, [told.lines], told.lines[0], how)


def _confirm(context: Context, question: Question) -> None:
    if not context.terminal.interactive:
        raise NegativeError(f"{question.refusal}; nothing was written", hint="--yes does it, --dry-run shows the diff")
    if not confirm(question.ask):
        raise NegativeError("nothing was written")


def _fresh(before: Iterable[Finding], after: Iterable[Finding], names: Mapping[str, str]) -> list[Finding]:
    """What of *after* was not among *before*, where stages go by other *names*.

    A stage's name stands in many messages in many ways. So in a file that has no more findings of a check than before,
    another wording is no news; but for what a stage requires, as that is asked field by field.
    """
    counts = Counter((finding.problem.check, finding.problem.place.path) for finding in before)
    known = Counter(_said(finding, names) for finding in before)
    now = Counter((finding.problem.check, finding.problem.place.path) for finding in after)
    found = []
    for finding in after:
        said = _said(finding, {})
        known[said] -= 1
        where = finding.problem.check, finding.problem.place.path
        asked = finding.problem.check == "missing-required"
        if known[said] < 0 and (now[where] > counts[where] or asked):
            found.append(finding)
    return found


def _said(finding: Finding, names: Mapping[str, str]) -> tuple[str, str, str]:
    """Check, file and message, without what only moves: lines of files, and the names of stages."""
    message = _LINE.sub("", finding.problem.message)
    if names:
        words = "|".join(re.escape(name) for name in names)
        message = re.sub(rf"(?<![\w.-])(?:{words})(?![\w-])", lambda found: names[found[0]], message)
    return finding.problem.check, finding.problem.place.path, message


def _refuse(fresh: Sequence[Finding], hint: str | None) -> None:
    if not fresh:
        return
    lines = [f"  {finding.problem.place}: {finding.problem.message}  [{finding.problem.check}]" for finding in fresh]
    if len(lines) > _SHOWN:
        lines = [*lines[:_SHOWN], f"  … and {len(lines) - _SHOWN} more"]
    count = f"{len(fresh)} problem{'' if len(fresh) == 1 else 's'}"
    raise NegativeError(
        f"nothing was written: it would bring {count} that the files do not have now:", details=lines, hint=hint
    )


def _refuse_otherwise(planned: Workspace, expected: Mapping[str, Deal]) -> None:
    """A last look: no deal may read in another way than was planned."""
    read = {deal.path: deal for deal in planned.deals}
    wrong = [path for path, deal in expected.items() if read.get(path) != deal]
    if not wrong:
        return
    lines = [f"  {path}" for path in wrong[:_SHOWN]]
    if len(wrong) > _SHOWN:
        lines.append(f"  … and {len(wrong) - _SHOWN} more")
    hint = "where a history begins in another pipeline, name it in its first entry: pipeline: …"
    raise NegativeError("nothing was written: these deals would read otherwise than planned:", details=lines, hint=hint)


def pipeline_with(context: Context, opened: Opened, stages: Sequence[str]) -> Pipeline:
    """The one that `-P` names, else the only one that has all the *stages*; the default one where none is named."""
    known = opened.workspace.pipelines
    if len(context.options.pipelines) > 1:
        raise UsageError("a stage has one pipeline; -P was given twice")
    if context.options.pipelines:
        return known[next(iter(pipelines(context, opened.workspace)))]
    if not stages and (default := DealSchema(opened.settings, dict(known)).default_pipeline):
        return known[default]
    fitting = [pipeline for pipeline in known.values() if all(pipeline.stage(name) for name in stages)]
    if len(fitting) == 1:
        return fitting[0]
    if len(known) == 1:
        return next(iter(known.values()))
    if fitting:
        has = f"{', '.join(stages)}: " if stages else ""
        raise UsageError(f"which pipeline? {has}{', '.join(pipeline.id for pipeline in fitting)}", hint="-P says which")
    near = suggest(stages[0], [stage.id for pipeline in known.values() for stage in pipeline.stages])
    hint = f"did you mean {near}?" if near else f"-P chooses one of {', '.join(known)}, and says what it has"
    raise UsageError(
        f"no pipeline has {'a stage' if len(stages) == 1 else 'the stages'} {', '.join(map(plain, stages))}", hint=hint
    )
