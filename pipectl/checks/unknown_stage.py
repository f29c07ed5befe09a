"""A stage is one of the deal's pipeline, by its id or a former id.

A deal in a stage that does not exist has no place and is not read. An entry of its history with such a stage leaves
the deal readable, but the visit belongs to no stage's numbers.

Pass:

    title: Acme rollout
    stage: proposal

Fail:

    title: Acme rollout
    stage: propsal

    deals/example.yaml:2:8: stage 'propsal' is no stage of sales (lead, qualified, proposal, negotiation, won, lost)

Fail:

    title: Acme rollout
    stage: lead
    history:
      - {at: 2026-11-02, stage: prospect}
      - {at: 2026-11-20, stage: lead}

    deals/example.yaml:4:29: stage 'prospect' is no stage of sales (lead, qualified, proposal, negotiation, won, lost)

Mend: correct the id. Where a stage was renamed by hand, put its former id under the stage's `aliases:`.
"""

from pipectl.checks.check import Check
from pipectl.model.problem import Group, Severity

CHECK = Check("unknown-stage", Group.FILES, Severity.ERROR, "a stage is one of the deal's pipeline")
