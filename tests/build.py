"""Small workspaces out of YAML text, without a file on disk: one of the files of a test stands for the whole."""

from collections.abc import Mapping
from datetime import date
from textwrap import dedent

from pipectl.checks.registry import CHECKS
from pipectl.metrics.metric import Measure, Scope
from pipectl.metrics.past import Past
from pipectl.metrics.targets import targets_of
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts, gather
from pipectl.model.period import Period
from pipectl.model.period_text import parse_period
from pipectl.model.state import State
from pipectl.model.workspace import Target, Workspace
from pipectl.report import Cell
from pipectl.store.load import load_snapshot
from tests.harness import SALES, SETTINGS, TODAY

DAY = date.fromisoformat(TODAY)
KNOWN_CHECKS = frozenset(check.id for check in CHECKS)
DEFAULTS = {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES}


def workspace_of(files: Mapping[str, str] | str) -> Workspace:
    """The workspace of *files*, with settings and a pipeline `sales` unless they are given; a text is one deal."""
    texts = {"deals/acme.yaml": files} if isinstance(files, str) else files
    contents = {**DEFAULTS, **texts}
    return load_snapshot({path: dedent(text).encode() for path, text in contents.items()}, KNOWN_CHECKS)


def sound(files: Mapping[str, str] | str) -> Workspace:
    """The same; nothing may be wrong with it that keeps a file out."""
    workspace = workspace_of(files)
    assert [str(problem.place) for problem in workspace.problems if problem.unread] == []
    return workspace


def deal_of(text: str) -> Deal:
    """The deal of one file."""
    (deal,) = sound(text).deals
    return deal


def facts_of(files: Mapping[str, str] | str, day: date = DAY) -> Facts:
    """What is known of *files* at the end of *day*."""
    return gather(sound(files), day)


def state_of(files: Mapping[str, str] | str, day: date = DAY) -> State:
    """The one deal of *files* at the end of *day*."""
    (state,) = facts_of(files, day).states
    return state


def scope_of(files: Mapping[str, str] | str, period: str = "2026-Q4", day: date = DAY) -> Scope:
    """The deals of *files* and a period, with the targets of the whole team."""
    facts = facts_of(files, day)
    whole = parse_period(period, day, facts.settings.calendar)
    return Scope(facts, whole, whole.to_date(day), targets_of(facts.settings.targets, whole))


def looking_back(scope: Scope) -> Past:
    """The deals of *scope* as they stood at the end of parts of its period, and what the team was held against then."""

    def at(over: Period, whole: Period) -> Scope:
        return Scope(gather(scope.facts.workspace, min(over.last, scope.facts.today)), whole, over, targets(whole))

    def targets(whole: Period) -> tuple[Target, ...]:
        return targets_of(scope.facts.settings.targets, whole)

    return Past(at, targets)


def details(measure: Measure) -> dict[str, Cell]:
    """The figures beside a metric by their label."""
    return {labelled.label: labelled.cell for labelled in measure.detail}


def findings(workspace: Workspace, *, path: str = "") -> list[str]:
    """What reading has found, of one file or of all: `deals/acme.yaml:2:8 message (hint) [check]`."""
    return [
        f"{problem.place} {problem.message}{f' ({problem.hint})' if problem.hint else ''} [{problem.check}]"
        for problem in workspace.problems
        if problem.place.path == path or not path
    ]
