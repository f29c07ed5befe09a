"""How long is too long in a stage, where its file does not say: learned from the deals themselves."""

from collections.abc import Iterable, Sequence

from pipectl.metrics.figures import percentile
from pipectl.metrics.stays import Stays, average_days, stays_by_stage, survival_median
from pipectl.model.clocks import Limit, Limits
from pipectl.model.state import State

LEAST_WON = 10
LEAST_STAYS = 5
WON_SHARE = 0.9
TIMES_MEDIAN = 2


def limits(states: Sequence[State]) -> Limits:
    """The limits of a run: of stages without `max_days`, and of those where it is `auto`, what *states* teach.

    Of the deals won, 90% left the stage within that many days, where ten or more did. Else twice the median stay of
    all deals by Kaplan and Meier, where five or more have left. Else the default stands.
    """
    untold = {(state.pipeline.id, state.stage.id) for state in states if state.is_open and state.stage.max_days is None}
    if not untold:
        return Limits()
    won = stays_by_stage(state for state in states if state.is_won)
    everyone = stays_by_stage(states)
    learned = ((key, _learned(won.get(key), everyone.get(key))) for key in sorted(untold))
    return Limits({key: limit for key, limit in learned if limit is not None})


def limits_with_averages(states: Sequence[State]) -> Limits:
    """The same, with the average stay in each stage to stand beside."""
    return Limits(limits(states).stalled, average_days(states))


def average_limits(states: Iterable[State]) -> Limits:
    """The average stay as the limit of every stage that has one: by this rule half of the later wins stand still."""
    averages = average_days(states)
    return Limits({key: Limit(days, "mean") for key, days in averages.items()}, averages)


def _learned(won: Stays | None, everyone: Stays | None) -> Limit | None:
    if won is not None and len(won.completed) >= LEAST_WON:
        days = percentile(won.completed, WON_SHARE)
        return None if days is None else Limit(days, f"p90 of {len(won.completed)} stays of the won")
    if everyone is None or len(everyone.completed) < LEAST_STAYS:
        return None
    median = survival_median(everyone)
    return None if median is None else Limit(TIMES_MEDIAN * median, "twice the median stay")
