"""A deal was created before it moved or closed.

`created:` is for deals without history. Where there is one, its first entry is the creation, and a later `created:`
contradicts it: one of the two dates is wrong.

Pass:

    title: Acme rollout
    stage: lead
    created: 2026-09-30
    history:
      - {at: 2026-10-03, stage: lead}

Fail:

    title: Acme rollout
    stage: lead
    created: 2026-10-30
    history:
      - {at: 2026-10-03, stage: lead}

    deals/example.yaml:3:10: created 2026-10-30 lies after the first entry of history, 2026-10-03

Fail:

    title: Acme rollout
    stage: lost
    created: 2026-11-20
    lost_reason: price
    history:
      - {at: 2026-10-03, stage: lead}
      - {at: 2026-11-04, stage: lost}

    deals/example.yaml:3:10: created 2026-11-20 lies after the close, 2026-11-04

Mend: delete `created:`, or correct the date that is wrong.
"""

from collections.abc import Iterator
from datetime import date

from pipectl.checks.check import Check
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts
from pipectl.model.pipeline import Pipeline
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Deals whose `created:` lies after the beginning or the end of their history."""
    for deal in facts.workspace.deals:
        if deal.created is None or not deal.history or deal.created <= deal.history[0].at.day:
            continue
        closed = _closed(deal, facts.workspace.pipelines[deal.pipeline])
        if closed is not None and closed < deal.created:
            message = f"created {deal.created} lies after the close, {closed}"
        else:
            message = f"created {deal.created} lies after the first entry of history, {deal.history[0].at.day}"
        hint = "delete `created:`; the first entry of history says it"
        yield Problem("close-before-created", message, deal.place("created"), hint, deal=deal.id)


def _closed(deal: Deal, pipeline: Pipeline) -> date | None:
    """The day of the last entry, where it is the close that the deal is in."""
    stage, last = pipeline.stage(deal.stage), deal.history[-1]
    is_close = stage is not None and not stage.is_open and (last.pipeline, last.stage) == (pipeline.id, stage.id)
    return last.at.day if is_close else None


CHECK = Check(
    "close-before-created", Group.FILES, Severity.WARNING, "a deal was created before it moved or closed", find
)
