"""An open deal gets further: it does not stay longer than its stage's limit without progress.

Progress is a move to a stage later than any that the deal has reached since it was created, reopened or transferred;
a move back, and forward again to where it had been, is none. The limit is the stage's `max_days`; where there is none,
what history teaches, else 30 days. A deal whose history does not lead to its stage has no clock.

Pass:

    title: Acme rollout
    stage: lead
    history:
      - {at: 2026-11-01, stage: lead}

Fail:

    title: Acme rollout
    stage: qualified
    history:
      - {at: 2026-09-01, stage: lead}
      - {at: 2026-10-01, stage: qualified}

    deals/example.yaml:2:8: no progress since 2026-10-01, 53 days; the limit of qualified is 30 (default)

Fail:

    # pipelines/sales.yaml
    stages:
      - {id: lead, max_days: 2w}
      - {id: won, outcome: won}
      - {id: lost, outcome: lost}
    # deals/example.yaml
    title: Acme rollout
    stage: lead
    history:
      - {at: 2026-11-08, stage: lead}

    deals/example.yaml:2:8: no progress since 2026-11-08, 15 days; the limit of lead is 14 (max_days)

Mend: find out what holds it and act on that, or close it. Where the stage takes longer by nature, set its `max_days`.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.clocks import Clock
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Open deals that have had no progress for too long."""
    for state in facts.states:
        clock = facts.clocks[state.deal.path].stalled if state.is_open else None
        if clock is not None and clock.is_over:
            message = f"no progress since {ran(clock, state.stage.id)}"
            hint = "move it on, or close it; `pipectl stale` says what to do next"
            yield Problem("stalled", message, state.deal.place("stage"), hint, deal=state.deal.id)


def ran(clock: Clock, stage: str) -> str:
    """Since when, how long, and how long it may: `2026-10-01, 53 days; the limit of lead is 30 (default)`."""
    days, limit = int(clock.days), f"{clock.limit.days:.4g}"
    # A part of a day over the limit is over it, and must not read as if it were not.
    length = f"{days} day{'' if days == 1 else 's'}" if days > clock.limit.days else f"more than {limit} days"
    return f"{clock.since.day}, {length}; the limit of {stage} is {limit} ({clock.limit.origin})"


CHECK = Check("stalled", Group.HYGIENE, Severity.WARNING, "an open deal gets further within its stage's limit", find)
