"""A field under `fields:` is described in the workspace, and so is one that a stage requires.

Without a description its type is unknown: it is kept as text, and no metric can use it. A stage that requires a field
which nobody described can't be entered.

Pass:

    # pipectl.yaml
    version: 1
    currency: IDR
    fields:
      seats: {type: integer, min: 1}
    # deals/example.yaml
    title: Acme rollout
    stage: lead
    fields: {seats: 40}

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    fields:
      seats: {type: integer, min: 1}
    # deals/example.yaml
    title: Acme rollout
    stage: lead
    fields: {seets: 40}

    deals/example.yaml:3:10: 'seets' is no field of this workspace

Fail:

    # pipelines/sales.yaml
    stages:
      - {id: lead}
      - {id: won, outcome: won, requires: [fields.seats]}
      - {id: lost, outcome: lost}

    pipelines/sales.yaml:3:5: stage won requires fields.seats; 'seats' is no field of this workspace

Mend: correct the name, or describe the field under `fields:` in `pipectl.yaml` or in the pipeline's file.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Place, Problem, Severity
from pipectl.model.suggest import suggest


def find(facts: Facts) -> Iterator[Problem]:
    """Stages that require a field which nobody described; the reader reports the deals."""
    for pipeline in facts.workspace.pipelines.values():
        known = facts.workspace.fields(pipeline.id)
        for rank, stage in enumerate(pipeline.stages):
            for name in stage.requires:
                field = name.removeprefix("fields.")
                if field == name or field in known:
                    continue
                near = suggest(field, known)
                hint = f"did you mean fields.{near}?" if near else "describe it under `fields:` in pipectl.yaml"
                message = f"stage {stage.id} requires {name}; '{field}' is no field of this workspace"
                place = Place(pipeline.path, *pipeline.places.get(f"stages.{rank}", (1, 1)))
                yield Problem("unknown-field", message, place, hint)


CHECK = Check("unknown-field", Group.FILES, Severity.ERROR, "a field of the business's own is described", find)
