"""The two clocks of stagnation, reckoned anew from `pipectl explain stale` and the limits in METRICS."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from tests.second_opinion.known import Deal, Stage, When, days_between
from tests.second_opinion.middle import percentile
from tests.second_opinion.stages import ended, expected_median, lasting


def is_stalled(deal: Deal, everybody: Sequence[Deal]) -> bool:
    """Whether it has not come further for longer than its stage's limit."""
    start = stalled_since(deal)
    return deal.is_open and start is not None and days_between(start, deal.now) > limit(deal.stage, everybody)


def stalled_since(deal: Deal) -> When | None:
    """The last move to a stage later than any since creation, reopening or change of pipeline."""
    if not deal.dated:
        return None
    start, furthest, before = None, -1, None
    for stage, at in deal.stays:
        if before is None or before.pipeline != stage.pipeline or (before.outcome and not stage.outcome):
            furthest = -1
        if stage.place > furthest:
            start, furthest = at, stage.place
        before = stage
    return start


def is_idle(deal: Deal) -> bool:
    """Whether nobody has been in contact for longer than the stage's limit, and nothing suspends that."""
    start = stalled_since(deal)
    if not deal.is_open or start is None:
        return False
    if min(days_between(at, deal.now) for at in [start, *deal.contacts]) <= deal.stage.idle_days:
        return False
    snooze = deal.raw.get("snooze_until")
    if snooze and date.fromisoformat(snooze) > deal.day:
        return False
    due = next_due(deal)
    return not (due and deal.day <= due <= date.fromordinal(deal.day.toordinal() + deal.stage.idle_days))


def next_due(deal: Deal) -> date | None:
    """When the earliest task that is not done comes up."""
    days = []
    for task in deal.raw.get("tasks") or []:
        if "done" in task and date.fromisoformat(task["done"]) <= deal.day:
            continue
        said = [date.fromisoformat(task[key]) for key in ("due", "snoozed_until") if key in task]
        if said:
            days.append(max(said))
    return min(days, default=None)


def limit(stage: Stage, everybody: Sequence[Deal]) -> Fraction | int:
    """`max_days`; else p90 of ten or more stays of the won; else twice the median of five or more; else 30 days."""
    if stage.max_days is not None:
        return stage.max_days
    of_won = [days for deal in everybody if deal.stage.outcome == "won" for _, days in ended(deal, stage)]
    if len(of_won) >= 10:
        found = percentile(of_won, Fraction(9, 10))
        assert found is not None
        return Fraction(found)
    over = [days for deal in everybody for _, days in ended(deal, stage)]
    if len(over) >= 5:
        middle = expected_median(over, [days for deal in everybody for days in lasting(deal, stage)])
        if middle is not None:
            return 2 * middle
    return 30
