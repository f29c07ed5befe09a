"""History leads to the stage that the deal is in.

`stage` says where the deal is, `history` since when. Where history is missing or ends elsewhere, the deal counts in
every total of today; its age, its time in the stage and the day of its close are unknown ("undated").

Pass:

    title: Acme rollout
    stage: proposal
    amount: 800000000
    history:
      - {at: 2026-10-03, stage: lead}
      - {at: 2026-11-04, stage: proposal}

Fail:

    title: Acme rollout
    stage: proposal
    amount: 800000000
    history:
      - {at: 2026-10-03, stage: lead}

    deals/example.yaml:2:8: stage proposal is not in history, which ends in lead on 2026-10-03

Fail:

    title: Acme rollout
    stage: lead

    deals/example.yaml:2:8: stage lead is not in history, which is empty

Mend: add the entry with the day of the move, or undo the change of `stage`. `pipectl check --fix` adds it, with the
day that git knows or that `--on` says.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.deal import Deal, Entry
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Deals whose history does not lead to where they are."""
    for deal in facts.workspace.deals:
        path = deal.outline.path
        if not path or path[-1] != (deal.pipeline, deal.stage):
            last = deal.history[-1] if deal.history else None
            place, hint = deal.place("stage"), f"add to `history:` {_entry(deal, last)} with the day of the move"
            yield Problem("stage-history", _message(deal, last), place, hint, deal=deal.id)


def _message(deal: Deal, last: Entry | None) -> str:
    if last is None:
        return f"stage {deal.stage} is not in history, which is empty"
    end = last.stage if last.pipeline == deal.pipeline else f"{last.stage} of {last.pipeline}"
    return f"stage {deal.stage} is not in history, which ends in {end} on {last.at}"


def _entry(deal: Deal, last: Entry | None) -> str:
    transfer = f", pipeline: {deal.pipeline}" if last is not None and last.pipeline != deal.pipeline else ""
    return f"`- {{at: YYYY-MM-DD, stage: {deal.stage}{transfer}}}`"


CHECK = Check("stage-history", Group.FILES, Severity.WARNING, "history leads to the stage that the deal is in", find)
