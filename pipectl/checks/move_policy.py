"""Every move in history keeps to the pipeline's rules: its `moves:`, and what each stage required on that day.

`moves:` says of skipping a stage, moving back and reopening `allow`, `warn` or `refuse`, and where a deal begins;
nothing enters a stage that is retired. A transfer begins anew in the other pipeline. An entry with `forced: why` is
exempt. Fields that the stage of today requires are the matter of missing-required; a field is judged by its value on
the day of the move, and not at all where that is unknown.

Pass:

    # pipelines/sales.yaml
    stages:
      - {id: lead}
      - {id: proposal}
      - {id: won, outcome: won}
      - {id: lost, outcome: lost}
    moves: {skip: refuse}
    # deals/example.yaml
    title: Acme rollout
    stage: won
    history:
      - {at: 2026-10-03, stage: lead}
      - {at: 2026-11-04, stage: won, forced: signed at the first visit}

Fail:

    # pipelines/sales.yaml
    stages:
      - {id: lead}
      - {id: proposal}
      - {id: won, outcome: won}
      - {id: lost, outcome: lost}
    moves: {skip: refuse}
    # deals/example.yaml
    title: Acme rollout
    stage: won
    history:
      - {at: 2026-10-03, stage: lead}
      - {at: 2026-11-04, stage: won}

    deals/example.yaml:5:5: stage proposal was skipped (pipelines/sales.yaml:6 says moves.skip: refuse)

Fail:

    title: Acme rollout
    stage: lost
    lost_reason: price
    history:
      - {at: 2026-10-03, stage: lead}
      - {at: 2026-10-20, stage: proposal}
      - {at: 2026-11-04, stage: lost}

    deals/example.yaml:6:5: stage proposal requires amount, which was missing on 2026-10-20

Mend: correct the entry, add the move that was left out, or say in the entry why: `forced: …`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from pipectl.checks.check import Check
from pipectl.model.deal import TRACKED, Deal, Entry
from pipectl.model.facts import Facts
from pipectl.model.moves import Breach, has_field, missing_fields, policy_breaches
from pipectl.model.pipeline import Pipeline, Rule, Stage
from pipectl.model.problem import Group, Place, Problem, Severity
from pipectl.model.visits import Path

# Index, entry before it in the same pipeline, and entry.
_Move: TypeAlias = tuple[int, Entry | None, Entry]


def find(facts: Facts) -> Iterator[Problem]:
    """Moves of the past that the rules of today warn of or refuse."""
    pipelines = facts.workspace.pipelines
    ways = _Ways(pipelines)
    for deal in facts.workspace.deals:
        is_allowed, required = ways[deal.outline.path]
        # What was never recorded was then what it is now.
        is_sure = not required or (not deal.outline.changed and all(has_field(deal, name) for name in required))
        if is_allowed and is_sure:
            continue
        moves = list(_moves(deal))
        if not is_allowed:
            yield from _policy_problems(deal, moves, pipelines)
        if not is_sure:
            yield from _required_problems(deal, moves, pipelines)


class _Ways(dict[Path, tuple[bool, tuple[str, ...]]]):
    """The path of a deal → whether `moves:` says nothing of it on any day, and all that its stages may have required.

    Thousands of deals take some dozens of paths.
    """

    def __init__(self, pipelines: Mapping[str, Pipeline]) -> None:
        self._pipelines = pipelines
        self._moves: dict[tuple[str, str, str], bool] = {}

    def __missing__(self, path: Path) -> tuple[bool, tuple[str, ...]]:
        is_allowed, required = True, dict[str, None]()
        for before, (pipeline_id, stage_id) in zip((("", ""), *path), path, strict=False):
            pipeline = self._pipelines.get(pipeline_id)
            stage = pipeline.stage(stage_id) if pipeline else None
            if pipeline is None or stage is None:
                continue
            required.update(dict.fromkeys(pipeline.required(stage)))
            origin = pipeline.stage(before[1]) if before[0] == pipeline_id else None
            is_allowed = is_allowed and self._is_allowed(pipeline, origin, stage)
        # Of a next step nobody can say what it was.
        self[path] = found = is_allowed, tuple([name for name in required if name != "next_step"])
        return found

    def _is_allowed(self, pipeline: Pipeline, origin: Stage | None, stage: Stage) -> bool:
        move = pipeline.id, origin.id if origin else "", stage.id
        if move not in self._moves:
            breaches = list(policy_breaches(pipeline, origin, stage, date.max))
            self._moves[move] = not breaches and not pipeline.is_dated
        return self._moves[move]


def _moves(deal: Deal) -> Iterator[_Move]:
    """Every move; repeating a stage is none."""
    for index, entry in enumerate(deal.history):
        before = deal.history[index - 1] if index else None
        if before is not None and before.pipeline != entry.pipeline:
            before = None
        if before is None or before.stage != entry.stage:
            yield index, before, entry


def _policy_problems(deal: Deal, moves: Sequence[_Move], pipelines: Mapping[str, Pipeline]) -> Iterator[Problem]:
    """What `moves:` says of *moves*."""
    for index, before, entry in moves:
        pipeline = pipelines.get(entry.pipeline)
        stage = pipeline.stage(entry.stage) if pipeline else None
        origin = pipeline.stage(before.stage) if pipeline and before else None
        if pipeline is None or stage is None or entry.forced or (before is not None and origin is None):
            continue
        for breach in policy_breaches(pipeline, origin, stage, entry.at.day):
            message = f"{breach.message} ({_policy(pipeline, breach)})"
            hint = "correct the entry, add the move that was left out, or write why: forced: …"
            severity = Severity.WARNING if breach.rule is Rule.WARN else None
            yield Problem("move-policy", message, deal.place(f"history.{index}"), hint, deal=deal.id, severity=severity)


def _policy(pipeline: Pipeline, breach: Breach) -> str:
    """`pipelines/sales.yaml:21 says moves.skip: refuse`."""
    line = pipeline.places.get(breach.policy, (0, 0))[0]
    key, _, _ = breach.policy.partition(".")
    says = breach.says if key == "moves" and breach.policy != "moves.create_in" else "so"
    return f"{Place(pipeline.path, line)} says {says}"


def _required_problems(deal: Deal, moves: Sequence[_Move], pipelines: Mapping[str, Pipeline]) -> Iterator[Problem]:
    """What earlier stages required and the deal had not on the day that it entered them; each field once."""
    if moves and (moves[-1][2].pipeline, moves[-1][2].stage) == (deal.pipeline, deal.stage):
        moves = moves[:-1]
    missing = list(_missing(deal, moves, pipelines))
    if not missing:
        return
    home = pipelines[deal.pipeline]
    now = home.stage(deal.stage)
    reported = set(missing_fields(deal, home, now)) if now else set()
    for index, entry, stage, name in missing:
        if name not in reported:
            reported.add(name)
            message = f"stage {stage.id} requires {name}, which was missing on {entry.at.day}"
            hint = f"record it in `changes:` from {entry.at.day} on, or write why in the entry: forced: …"
            yield Problem("move-policy", message, deal.place(f"history.{index}"), hint, deal=deal.id)


def _missing(
    deal: Deal, moves: Sequence[_Move], pipelines: Mapping[str, Pipeline]
) -> Iterator[tuple[int, Entry, Stage, str]]:
    """Index, entry, stage and field of everything that was missing at one of *moves*."""
    for index, _, entry in moves:
        pipeline = pipelines.get(entry.pipeline)
        stage = pipeline.stage(entry.stage) if pipeline else None
        if pipeline is None or stage is None or entry.forced:
            continue
        yield from ((index, entry, stage, name) for name in _missing_then(deal, pipeline, stage, entry))


def _missing_then(deal: Deal, pipeline: Pipeline, stage: Stage, entry: Entry) -> Iterator[str]:
    for name in missing_fields(deal, pipeline, stage, entry.at.day):
        in_entry = name in ("amount", "lost_reason", "competitor") and getattr(entry, name)
        if not in_entry and not _is_unknown(deal, name, entry):
            yield name


def _is_unknown(deal: Deal, name: str, entry: Entry) -> bool:
    """Whether nobody can say what *name* was: a next step of then is done now, and a record may begin later."""
    if name == "next_step":
        return True
    records = [change.at.day for change in deal.changes if name in change.values] if name in TRACKED else []
    return bool(records) and min(records) > entry.at.day


CHECK = Check("move-policy", Group.FILES, Severity.ERROR, "every move in history keeps to the pipeline's rules", find)
