"""How fast deals are bought."""

from collections.abc import Sequence
from decimal import Decimal

from pipectl.metrics.figures import mean, median, percentile
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.metrics.outcome import win_ratio
from pipectl.metrics.volume import average
from pipectl.model.money import Money
from pipectl.model.state import State
from pipectl.report import Days, Labelled


def cycles(states: Sequence[State]) -> list[float]:
    """Days from creation to the last close, of those where both are known and the deal did not begin closed."""
    return [state.cycle_days for state in states if state.cycle_days is not None]


def sales_cycle(scope: Scope) -> Measure:
    """Mean days from creation to the last close of the deals won in the period, with median and 90th percentile.

    Where both ends carry an hour it is elapsed time, else calendar days. A deal whose history begins with its close,
    and a win whose date nobody wrote, have no cycle. The cycle of lost deals stands apart.

    Formula: mean(closed - created) over the won
    Unit: days
    Example: wins after 10, 20 and 60 days: mean 30, median 20, 90th percentile 52.
    Elsewhere: often over won and lost together, and from the day the record was made; dead deals that are closed in a
        spring cleaning then look like a slow market.
    """
    won, lost = cycles(scope.won), cycles(scope.lost)
    detail = (
        Labelled("median", _days(median(won))),
        Labelled("p90", _days(percentile(won, 0.9))),
        Labelled("n", len(won)),
        Labelled("lost", _days(mean(lost))),
    )
    timed = tuple(state for state in scope.won if state.cycle_days is not None)
    return Measure(_days(mean(won)), detail, (Behind("won", timed),))


def velocity(scope: Scope) -> Measure:
    """What the pipeline brings in a day at the pace of the period.

    Open deals now, times the win rate and the average won amount of the period, by the mean won cycle. n/a where one
    of the four is unknown or the cycle is 0 days.

    Formula: open deals x win rate x average won amount / mean won cycle
    Unit: money a day
    Example: 20 open, 50%, 1,000 and 25 days: 20 x 0.5 x 1,000 / 25 = 400 a day.
    Elsewhere: the same formula with inputs that are not shown, each over another span; here the four are printed.
    """
    won, lost = scope.won, scope.counted_lost
    count, rate = len(scope.open), win_ratio(len(won), len(lost))
    size, days = average(won, scope.currency), mean(cycles(won))
    detail = (
        Labelled("open", count, after=True),
        Labelled("win rate", rate),
        Labelled("won average", size),
        Labelled("cycle", _days(days)),
    )
    behind = (Behind("open", scope.open), Behind("won", won), Behind("lost", lost))
    if size is None or not days or not rate.denominator:
        return Measure(None, detail, behind)
    share = Decimal(rate.numerator) / Decimal(rate.denominator)
    return Measure(Money(count * share * size.amount / Decimal(days), scope.currency), detail, behind)


def _days(days: float | None) -> Days | None:
    return None if days is None else Days(days)


CYCLE = Metric("sales-cycle", "Sales cycle", sales_cycle)
VELOCITY = Metric("velocity", "Velocity a day", velocity, moment=True)
