"""What a file would have wrong if it held other bytes: what the reader finds, and the checks of what files say."""

from collections import Counter
from pathlib import PurePosixPath

from pipectl.checks.registry import CHECKS
from pipectl.commands._findings import standing
from pipectl.commands._open import Opened
from pipectl.model.deal import Deal
from pipectl.model.facts import gather
from pipectl.model.frozen import frozen, replace
from pipectl.model.problem import Group, Problem, Severity
from pipectl.model.workspace import Workspace
from pipectl.store.deal_schema import DealSchema
from pipectl.store.load import read_deal

_FILES = tuple(check for check in CHECKS if check.group is Group.FILES)


@frozen
class Review:
    """A deal file that was looked at.

    Attributes:
        deal: None where it can't be read.
        findings: errors that the file has not had before; of one that could not be read, nobody knows what
            it had, and only what keeps it from being read counts.
    """

    deal: Deal | None
    findings: tuple[tuple[Problem, Severity], ...]


def review(opened: Opened, path: str, data: bytes) -> Review:
    """What putting *data* into the file at *path* would make of it."""
    workspace = opened.workspace
    schema = DealSchema(workspace.settings, dict(workspace.pipelines))
    deal, problems = read_deal((path, data), schema)
    others = tuple(other for other in workspace.deals if other.path != path)
    elsewhere = tuple(problem for problem in workspace.problems if problem.place.path != path)
    changed = replace(
        workspace,
        deals=(*others, deal) if deal else others,
        problems=(*elsewhere, *(replace(problem, deal=PurePosixPath(path).stem) for problem in problems)),
    )
    # A finding that was there before is none of this edit's, wherever it stands now.
    known = Counter((problem.check, problem.message) for problem, _ in _findings(opened, workspace, path))
    was_read = any(other.path == path for other in workspace.deals)
    fresh = []
    for problem, severity in _findings(opened, changed, path):
        key = problem.check, problem.message
        known[key] -= 1
        if known[key] < 0 and severity is Severity.ERROR and (was_read or problem.unread):
            fresh.append((problem, severity))
    return Review(deal, tuple(sorted(fresh, key=lambda pair: pair[0].place)))


def _findings(opened: Opened, workspace: Workspace, path: str) -> list[tuple[Problem, Severity]]:
    """What the reader and the checks of files say of the file at *path*, but for what it waives."""
    found = standing(gather(workspace, opened.day), _FILES)
    return [(finding.problem, finding.severity) for finding in found if finding.problem.place.path == path]
