"""A lost reason is one of those defined, in the pipeline or else in `pipectl.yaml`.

Where none are defined, any may be written. A reason spelled in two ways is counted as two.

Pass:

    title: Acme rollout
    stage: lost
    lost_reason: price

Fail:

    title: Acme rollout
    stage: lost
    lost_reason: prize
    history:
      - {at: 2026-10-03, stage: lead}
      - {at: 2026-11-04, stage: lost, lost_reason: no money}

    deals/example.yaml:3:14: lost_reason 'prize' is not one of price, timing
    deals/example.yaml:6:5: lost_reason 'no money' is not one of price, timing

Mend: write one of the reasons, or add the new one to `lost_reasons:`.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Workspace


def find(facts: Facts) -> Iterator[Problem]:
    """Reasons, now or formerly, that the pipeline concerned does not define."""
    allowed = _Allowed(facts.workspace)
    for deal in facts.workspace.deals:
        given = [*deal.mentions.reasons, (deal.pipeline, deal.lost_reason)]
        if not deal.outline.changed and all(allowed.has(*reason) for reason in given):
            continue
        for pipeline_id, reason, where in _reasons(deal):
            if allowed.has(pipeline_id, reason):
                continue
            known = allowed[pipeline_id]
            near = suggest(reason.casefold(), known)
            hint = f"did you mean {near}?" if near else "add it to `lost_reasons:` if it is a new one"
            message = f"lost_reason '{reason}' is not one of {', '.join(known)}"
            yield Problem("unknown-lost-reason", message, deal.place(where), hint, deal=deal.id)


class _Allowed(dict[str, tuple[str, ...]]):
    """Pipeline → the reasons that it defines."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __missing__(self, pipeline_id: str) -> tuple[str, ...]:
        self[pipeline_id] = found = tuple([defined.id for defined in self._workspace.lost_reasons(pipeline_id)])
        return found

    def has(self, pipeline_id: str, reason: str) -> bool:
        """Whether *reason* may be given there, which no reason at all may."""
        known = self[pipeline_id]
        return not known or not reason or reason in known


def _reasons(deal: Deal) -> Iterator[tuple[str, str, str]]:
    """Pipeline, reason and what the place is called of every reason that *deal* gives."""
    if deal.lost_reason:
        yield deal.pipeline, deal.lost_reason, "lost_reason"
    for index, change in enumerate(deal.changes):
        if reason := change.values.get("lost_reason"):
            moved = [entry.pipeline for entry in deal.history if entry.at.day <= change.at.day]
            yield moved[-1] if moved else deal.pipeline, str(reason), f"changes.{index}"
    for index, entry in enumerate(deal.history):
        if entry.lost_reason:
            yield entry.pipeline, entry.lost_reason, f"history.{index}"


CHECK = Check("unknown-lost-reason", Group.FILES, Severity.ERROR, "a lost reason is one of those defined", find)
