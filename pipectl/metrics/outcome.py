"""How deals end: won, lost, and the share between them."""

from pipectl.metrics.figures import wilson
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.metrics.volume import apart, average, worth
from pipectl.report import Labelled, Ratio

TOO_FEW = 10


def won_deals(scope: Scope) -> Measure:
    """Number of deals won in the period: the last close lies in it, and the deal is won at the end of the day.

    A deal reopened since is not won. A win whose date nobody wrote falls in no period and is named beside.

    Formula: count(won, closed in the period)
    Unit: deals
    Example: won in May, reopened in June, won again in July: 1 in July, none in May.
    """
    states = scope.won
    undated = sum(state.is_won and not state.dated for state in scope.facts.states)
    beside = (Labelled("date unknown", undated, after=True),) if undated else ()
    return Measure(len(states), beside, (Behind("won", states),))


def won_amount(scope: Scope) -> Measure:
    """Sum of the amounts won in the period, each at the rate of its close.

    The amount that the closing entry records counts, else the deal's.

    Formula: sum(amount of the won and priced, closed in the period)
    Unit: money
    Example: wins of 10 and 20 and one unpriced: 30, 1 unpriced.
    """
    states = scope.won
    beside = (Labelled("average", average(states, scope.currency)), *apart(states))
    return Measure(worth(states, scope.currency), beside, (Behind("won", states),))


def lost_deals(scope: Scope) -> Measure:
    """Number of deals lost in the period.

    Formula: count(lost, closed in the period)
    Unit: deals
    Example: lost in May and reopened in June: none.
    """
    states = scope.lost
    excluded = len(states) - len(scope.counted_lost)
    label = Labelled("not counted in the win rate", excluded, after=True)
    beside = (Labelled("worth", worth(states, scope.currency)), *((label,) if excluded else ()))
    return Measure(len(states), beside, (Behind("lost", states),))


def win_ratio(won: int, lost: int) -> Ratio:
    """won / (won + lost) with Wilson's 95% interval; too few under 10 closed."""
    return share(won, won + lost)


def share(part: int, whole: int) -> Ratio:
    """*part* of *whole* deals with Wilson's 95% interval; too few where the whole is under 10."""
    low, high = wilson(part, whole) or (None, None)
    return Ratio(part, whole, low, high, too_few=whole < TOO_FEW)


def win_rate(scope: Scope) -> Measure:
    """Share of the deals closed in the period that were won, by count.

    Open deals do not count, nor do losses whose reason is marked `exclude_from_win_rate`. A deal reopened and closed
    again counts once, on its last close. Over nothing closed it is n/a. The interval is Wilson's, 95%; under 10
    closed deals it is called too few.

    Formula: won / (won + lost)
    Unit: share, 0..1
    Example: 43 won and 25 lost: 43/68 = 63.2%, 51-74%.
    """
    won, lost = scope.won, scope.counted_lost
    return Measure(win_ratio(len(won), len(lost)), (), (Behind("won", won), Behind("lost", lost)))


WON = Metric("won", "Won", won_deals)
WON_AMOUNT = Metric("won-amount", "Won amount", won_amount)
LOST = Metric("lost", "Lost", lost_deals)
WIN_RATE = Metric("win-rate", "Win rate", win_rate)
