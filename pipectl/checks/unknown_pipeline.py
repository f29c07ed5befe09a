"""A pipeline that is named is the name of a file in `pipelines/`, without `.yaml`.

Pass:

    title: Acme rollout
    pipeline: sales
    stage: lead

Fail:

    title: Acme rollout
    pipeline: salse
    stage: lead

    deals/example.yaml:2:11: pipeline 'salse' is no pipeline of this workspace (sales)

Fail:

    title: Acme rollout
    stage: lead
    history:
      - {at: 2026-10-03, stage: lead, pipeline: leads}
      - {at: 2026-11-20, stage: lead, pipeline: sales}

    deals/example.yaml:4:45: pipeline 'leads' is no pipeline of this workspace (sales)

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    targets:
      - {period: 2026-Q4, pipeline: renewals, deals: 40}

    pipectl.yaml:4:33: pipeline 'renewals' is no pipeline of this workspace (sales)

Mend: correct the name, or add the pipeline's file.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Place, Problem, Severity
from pipectl.model.suggest import suggest


def find(facts: Facts) -> Iterator[Problem]:
    """Targets of a pipeline that does not exist; the reader reports the deals."""
    pipelines, settings = facts.workspace.pipelines, facts.settings
    unread = facts.workspace.unread_pipelines
    for index, target in enumerate(settings.targets):
        if target.pipeline and target.pipeline not in pipelines and target.pipeline not in unread:
            place = Place(settings.path, *settings.places.get(f"targets.{index}.pipeline", (1, 1)))
            near = suggest(target.pipeline, pipelines)
            message = f"pipeline '{target.pipeline}' is no pipeline of this workspace ({', '.join(pipelines)})"
            yield Problem("unknown-pipeline", message, place, f"did you mean {near}?" if near else "")


CHECK = Check("unknown-pipeline", Group.FILES, Severity.ERROR, "a pipeline that is named has a file", find)
