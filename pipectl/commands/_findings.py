"""What stands of the problems that were found, with what each weighs in the workspace."""

from collections.abc import Iterable, Sequence

from pipectl.checks.check import Check
from pipectl.model.deal import asking
from pipectl.model.facts import Facts
from pipectl.model.frozen import frozen, replace
from pipectl.model.problem import Place, Problem, Severity

_NAMED = 3
# What checks ask of every deal, and of every open one. Asked for at once, it is unpacked at once.
_ASKED = ("mentions", "lost_reason", "currency", "created", "aliases", "waive")
_ASKED_OPEN = ("title", "company", "snooze_until", "tasks", "activities")
_SEVERAL = 10


@frozen
class Finding:
    """A problem that stands, with what it weighs in this workspace."""

    problem: Problem
    severity: Severity


def standing(facts: Facts, checks: Iterable[Check]) -> list[Finding]:
    """What stands of the problems that *checks* and the reader found, in the order of files and lines."""
    wanted = {check.id: check for check in checks}
    if len(wanted) > _SEVERAL:
        _ask(facts)
    own = facts.settings.checks
    problems = [problem for problem in facts.workspace.problems if problem.check in wanted]
    for check in wanted.values():
        if check.find is not None and own.get(check.id) is not Severity.OFF:
            problems.extend(check.find(facts))
    waived = _waivers(facts)
    found = []
    for problem in dict.fromkeys(problems):
        check = wanted[problem.check]
        severity = own.get(check.id) or problem.severity or check.severity
        # A file that could not be read is no matter of taste: its deals are missing from every total.
        if problem.unread:
            severity = Severity.ERROR
        if severity is not Severity.OFF and (problem.place.path, problem.check) not in waived:
            found.append(Finding(problem, severity))
    return sorted(found, key=_order)


def _ask(facts: Facts) -> None:
    ask, ask_open = asking(*_ASKED), asking(*_ASKED_OPEN)
    for deal in facts.workspace.deals:
        ask(deal)
    for state in facts.states:
        if state.is_open:
            ask_open(state.deal)


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    problem = finding.problem
    place = problem.place
    return place.path, place.line, place.column, problem.check, problem.message


def _waivers(facts: Facts) -> frozenset[tuple[str, str]]:
    """(path, check) that a deal's own `waive:` sets aside for now."""
    return frozenset(
        (deal.path, waiver.check)
        for deal in facts.workspace.deals
        for waiver in deal.waive
        if waiver.until is None or waiver.until >= facts.today
    )


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """*findings* file by file: those for which others can't be read, those that can't be read, and the rest."""
    found = list(findings)
    causes = {finding.problem.because for finding in found}
    unread = {finding.problem.place.path for finding in found if finding.problem.unread}

    def key(finding: Finding) -> tuple[bool, bool]:
        path = finding.problem.place.path
        return path not in causes, path not in unread

    return sorted(found, key=key)


def folded(findings: Sequence[Finding]) -> list[Finding]:
    """*findings*, with all that one unreadable file has brought said in one line where they begin."""
    brought: dict[tuple[str, bool], list[Finding]] = {}
    for finding in findings:
        if finding.problem.because:
            brought.setdefault((finding.problem.because, finding.problem.unread), []).append(finding)
    found = []
    for finding in findings:
        group = brought.get((finding.problem.because, finding.problem.unread), [finding])
        if len(group) == 1:
            found.append(finding)
        elif finding is group[0]:
            found.append(replace(finding, problem=_all_of(group)))
    return found


def _all_of(group: Sequence[Finding]) -> Problem:
    """`48 deals of it can't be read: acme, beta, gamma and 45 more`."""
    first = group[0].problem
    deals = list(dict.fromkeys(finding.problem.deal for finding in group))
    what = f"{len(deals)} deal{'' if len(deals) == 1 else 's'}"
    more = f" and {len(deals) - _NAMED} more" if len(deals) > _NAMED else ""
    names = f"{', '.join(deals[:_NAMED])}{more}"
    said = f"{what} can't be read because of it" if first.unread else f"{what} went through it, and read without it"
    return replace(first, message=f"{said}: {names}", hint="", place=Place(first.because), deal="")
