"""Everybody who is named is in the team.

Owners of deals, tasks and targets, the `by` of activities and history, former owners in `changes:`, and the groups of
targets. The check holds where `pipectl.yaml` has a `team:`. A name is reported once a file.

Pass:

    title: Acme rollout
    stage: lead
    owner: ani
    tasks:
      - {title: Call Rina, due: 2026-11-27, owner: budi}

Fail:

    title: Acme rollout
    stage: lead
    owner: anni
    history:
      - {at: 2026-11-20, stage: lead, by: rani}
      - {at: 2026-11-21, stage: lead, by: rani}

    deals/example.yaml:3:8: owner 'anni' is not in the team
    deals/example.yaml:5:5: by 'rani' is not in the team (2 times in this file)

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    team:
      ani: {name: Ani Lestari, group: jakarta}
    targets:
      - {period: 2026-Q4, owner: budi, amount: 900000000}
      - {period: 2026-Q4, group: surabaya, amount: 500000000}

    pipectl.yaml:6:30: owner 'budi' is not in the team
    pipectl.yaml:7:30: group 'surabaya' has nobody in the team

Mend: write the person's id, or add them to the team. People who have left stay there, with `active: false`.
"""

from collections.abc import Iterator, Mapping

from pipectl.checks.check import Check
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Place, Problem, Severity
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Person, Settings


def find(facts: Facts) -> Iterator[Problem]:
    """People and groups that are named and that the team has not."""
    team = facts.settings.team
    if not team:
        return
    known = {"", *team}
    for deal in facts.workspace.deals:
        if deal.owner in known and deal.mentions.people <= known and not deal.outline.changed:
            continue
        strangers: dict[str, list[tuple[Place, str]]] = {}
        for key, name, where in _named(deal):
            if name and name not in team:
                strangers.setdefault(name, []).append((deal.place(where), key))
        for name, found in strangers.items():
            place, key = min(found)
            times = f" ({len(found)} times in this file)" if len(found) > 1 else ""
            message = f"{key} '{name}' is not in the team{times}"
            yield Problem("unknown-owner", message, place, _hint(name, team), deal=deal.id)
    yield from _in_targets(facts.settings)


def _named(deal: Deal) -> Iterator[tuple[str, str, str]]:
    """Key and name of everybody whom *deal* names, and what the place is called."""
    yield "owner", deal.owner, "owner"
    for index, task in enumerate(deal.tasks):
        yield "owner", task.owner, f"tasks.{index}"
    for index, activity in enumerate(deal.activities):
        yield "by", activity.by, f"activities.{index}"
    for index, change in enumerate(deal.changes):
        yield "owner", str(change.values.get("owner") or ""), f"changes.{index}"
    for index, entry in enumerate(deal.history):
        yield "by", entry.by, f"history.{index}"


def _in_targets(settings: Settings) -> Iterator[Problem]:
    groups = {person.group for person in settings.team.values() if person.group}
    for index, target in enumerate(settings.targets):
        if target.owner and target.owner not in settings.team:
            place = Place(settings.path, *settings.places.get(f"targets.{index}.owner", (1, 1)))
            message = f"owner '{target.owner}' is not in the team"
            yield Problem("unknown-owner", message, place, _hint(target.owner, settings.team))
        if target.group and target.group not in groups:
            place = Place(settings.path, *settings.places.get(f"targets.{index}.group", (1, 1)))
            near = suggest(target.group, groups)
            hint = f"did you mean {near}?" if near else f"write group: {target.group} at a member of the team"
            yield Problem("unknown-owner", f"group '{target.group}' has nobody in the team", place, hint)


def _hint(name: str, team: Mapping[str, Person]) -> str:
    called = {text.casefold(): person.id for person in team.values() for text in (person.name, person.email) if text}
    near = called.get(name.casefold()) or suggest(name.casefold(), team)
    return f"did you mean {near}?" if near else f"in the team: {', '.join(team)}; add others to it in pipectl.yaml"


CHECK = Check("unknown-owner", Group.FILES, Severity.ERROR, "everybody who is named is in the team", find)
