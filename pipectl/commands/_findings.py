"""What stands of the problems that were found, with what each weighs in the workspace."""

from collections.abc import Iterable

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.frozen import frozen
from pipectl.model.problem import Problem, Severity


@frozen
class Finding:
    """A problem that stands, with what it weighs in this workspace."""

    problem: Problem
    severity: Severity


def standing(facts: Facts, checks: Iterable[Check]) -> list[Finding]:
    """What stands of the problems that *checks* and the reader found, in the order of files and lines."""
    wanted = {check.id: check for check in checks}
    problems = [problem for problem in facts.workspace.problems if problem.check in wanted]
    for check in wanted.values():
        if check.find is not None and facts.settings.checks.get(check.id) is not Severity.OFF:
            problems.extend(check.find(facts))
    waived = _waivers(facts)
    found = []
    for problem in dict.fromkeys(problems):
        check = wanted[problem.check]
        severity = facts.settings.checks.get(check.id) or problem.severity or check.severity
        # A file that could not be read is no matter of taste: its deals are missing from every total.
        if problem.unread:
            severity = Severity.ERROR
        if severity is not Severity.OFF and (problem.place.path, problem.check) not in waived:
            found.append(Finding(problem, severity))
    return sorted(found, key=lambda finding: (finding.problem.place, finding.problem.check, finding.problem.message))


def _waivers(facts: Facts) -> frozenset[tuple[str, str]]:
    """(path, check) that a deal's own `waive:` sets aside for now."""
    return frozenset(
        (deal.path, waiver.check)
        for deal in facts.workspace.deals
        for waiver in deal.waive
        if waiver.until is None or waiver.until >= facts.today
    )
