"""An open deal belongs to somebody who is still in the team.

People leave, and their deals with them, unless somebody takes those over. An owner who is nowhere in `team:` is the
matter of unknown-owner.

Pass:

    # pipectl.yaml
    version: 1
    currency: IDR
    team:
      ani: {name: Ani Lestari}
      joko: {name: Joko, active: false}
    # deals/example.yaml
    title: Acme rollout
    stage: lead
    owner: ani
    # deals/signed.yaml
    title: Globex rollout
    stage: won
    owner: joko

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    team:
      ani: {name: Ani Lestari}
      joko: {name: Joko, active: false}
    # deals/example.yaml
    title: Acme rollout
    stage: lead
    owner: joko

    deals/example.yaml:3:8: owner joko is no longer active

Mend: give the deal to somebody who is, or close it.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Open deals whose owner has left."""
    for state in facts.states:
        person = facts.settings.team.get(state.owner) if state.is_open else None
        if person is not None and not person.active:
            message = f"owner {person.id} is no longer active"
            hint = "write the owner: who has it now"
            yield Problem("inactive-owner", message, state.deal.place("owner"), hint, deal=state.deal.id)


CHECK = Check("inactive-owner", Group.HYGIENE, Severity.WARNING, "an open deal's owner is still in the team", find)
