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


def find(facts: Facts) -> Iterator[Problem]:
    """Reasons, now or formerly, that the pipeline concerned does not define."""
    for deal in facts.workspace.deals:
        for pipeline_id, reason, where in _reasons(deal):
            known = [defined.id for defined in facts.workspace.lost_reasons(pipeline_id)]
            if not known or reason in known:
                continue
            near = suggest(reason.casefold(), known)
            hint = f"did you mean {near}?" if near else "add it to `lost_reasons:` if it is a new one"
            message = f"lost_reason '{reason}' is not one of {', '.join(known)}"
            yield Problem("unknown-lost-reason", message, deal.place(where), hint, deal=deal.id)


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
