"""What has to be there is there: title and stage of a deal, and what its stage requires.

A stage's `requires:` holds for that stage and for the open and won stages after it; a lost stage asks only for its
own. Without title or stage, or an entry without `at`, the deal is not read; what a stage requires leaves it readable.

Pass:

    title: Acme rollout
    stage: proposal
    amount: 800000000

Fail:

    title: Acme rollout
    amount: 800000000

    deals/example.yaml:1:1: stage is missing

Fail:

    title: Acme rollout
    stage: negotiation

    deals/example.yaml:2:8: stage negotiation requires amount

Fail:

    title: Acme rollout
    stage: lead
    history:
      - {stage: lead, by: ani}

    deals/example.yaml:4:5: at is missing

Mend: write the value. Where a stage asks for too much, take it off the stage's `requires:`.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.moves import missing_fields
from pipectl.model.problem import Group, Problem, Severity

_HINTS = {
    "next_step": "add a task under `tasks:`",
    "contacts": "write contacts: [{name: …}]",
    "tags": "write tags: […]",
}


def find(facts: Facts) -> Iterator[Problem]:
    """Fields that the stage which a deal is in requires and the deal has not."""
    for deal in facts.workspace.deals:
        pipeline = facts.workspace.pipelines[deal.pipeline]
        stage = pipeline.stage(deal.stage)
        for name in missing_fields(deal, pipeline, stage) if stage else ():
            if name == "next_step" and stage and not stage.is_open:
                continue  # nothing comes after a close
            message = f"stage {deal.stage} requires {name}"
            yield Problem("missing-required", message, deal.place("stage"), _hint(name), deal=deal.id)


def _hint(name: str) -> str:
    field = name.removeprefix("fields.")
    return f"write {field}: … under `fields:`" if field != name else _HINTS.get(name, f"write {name}: …")


CHECK = Check(
    "missing-required", Group.FILES, Severity.ERROR, "a deal has a title, a stage and what its stage requires", find
)
