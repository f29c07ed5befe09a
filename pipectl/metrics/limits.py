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
    won = stays_by_stage((state for state in states if state.is_won), only=untold)
    learned = {key: found for key in untold if (found := _of_won(won.get(key))) is not None}
    if unlearned := untold - learned.keys():
        everyone = stays_by_stage(states, only=unlearned)
        learned |= {key: found for key in unlearned if (found := _of_everyone(everyone.get(key))) is not None}
    return Limits({key: learned[key] for key in sorted(learned)})


def limits_with_averages(states: Sequence[State]) -> Limits:
    """The same, with the average stay in each stage to stand beside."""
    return Limits(limits(states).stalled, average_days(states))


def average_limits(states: Iterable[State]) -> Limits:
    """The average stay as the limit of every stage that has one: by this rule half of the later wins stand still."""
    averages = average_days(states)
    return Limits({key: Limit(days, "mean") for key, days in averages.items()}, averages)


def _of_won(won: Stays | None) -> Limit | None:
    if won is None or len(won.completed) < LEAST_WON:
        return None
    days = percentile(won.completed, WON_SHARE)
    return None if days is None else Limit(days, f"p90 of {len(won.completed)} stays of the won")


def _of_everyone(everyone: Stays | None) -> Limit | None:
    if everyone is None or len(everyone.completed) < LEAST_STAYS:
        return None
    median = survival_median(everyone)
    return None if median is None else Limit(TIMES_MEDIAN * median, "twice the median stay")
