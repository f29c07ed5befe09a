"""How deals end: won, lost, and the share between them."""

from collections.abc import Sequence
from decimal import Decimal

from pipectl.metrics.figures import wilson
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.metrics.resample import by_id, share_interval
from pipectl.metrics.volume import apart, average, known_worth, priced, worth
from pipectl.model.clocks import is_stagnant
from pipectl.model.state import State
from pipectl.report import Labelled, Ratio

TOO_FEW = 10


def won_deals(scope: Scope) -> Measure:
    """Number of deals won in the period: the last close lies in it, and the deal is won at the end of the day.

    A deal reopened since is not won. A win whose date nobody wrote falls in no period and is named beside.

    Formula: count(won, closed in the period)
    Unit: deals
    Example: won in May, reopened in June, won again in July: 1 in July, none in May.
    Elsewhere: some count closing events, and a deal that is reopened and won again twice; some take the expected close
        for the day of the close, so that a date moved by hand moves a win.
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
    Elsewhere: foreign amounts are often converted at the rate of today, so that last year's sales change every morning.
    """
    states = scope.won
    beside = (Labelled("average", average(states, scope.currency)), *apart(states))
    return Measure(known_worth(states, scope.currency), beside, (Behind("won", states),))


def lost_deals(scope: Scope) -> Measure:
    """Number of deals lost in the period.

    Formula: count(lost, closed in the period)
    Unit: deals
    Example: lost in May and reopened in June: none.
    Elsewhere: counted by the day of the last edit where no close date is kept; an edit is no loss.
    """
    states = scope.lost
    excluded = len(states) - len(scope.counted_lost)
    label = Labelled("not counted in the win rate", excluded, after=True)
    beside = (Labelled("worth", known_worth(states, scope.currency)), *((label,) if excluded else ()))
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
    Elsewhere: won / all deals, which falls whenever somebody opens one; won / created of the same month, which asks
        deals of last week for their outcome; and hardly ever an interval, so that 3 of 4 reads like 75%.
    """
    won, lost = scope.won, scope.counted_lost
    return Measure(win_ratio(len(won), len(lost)), (), (Behind("won", won), Behind("lost", lost)))


def win_rate_with_stale(scope: Scope) -> Measure:
    """The win rate with every open deal that is stagnant at the end of the day counted as lost: the pessimistic bound.

    Deals that nobody closes make a win rate look better than it is. Stagnant is stalled or idle, as `pipectl stale`
    has it.

    Formula: won / (won + lost + stagnant open deals)
    Unit: share, 0..1
    Example: 6 won, 4 lost and 5 open deals that stand still: 6/15 = 40.0%, beside a win rate of 6/10.
    Elsewhere: no tool is known to show it. Where deals that are dead stay open, it is the only honest one of the two.
    """
    limits, types = scope.facts.limits, scope.facts.settings.activity_types
    stale = tuple([state for state in scope.open if is_stagnant(state, limits, types)])
    won, lost = scope.won, scope.counted_lost
    behind = (Behind("won", won), Behind("lost", lost), Behind("stagnant", stale))
    return Measure(win_ratio(len(won), len(lost) + len(stale)), (Labelled("stagnant", len(stale), after=True),), behind)


def win_rate_by_amount(scope: Scope) -> Measure:
    """Share of the amount closed in the period that was won.

    Of the won and the lost that count in the win rate, those that have an amount; how many do stands beside. Where
    under half of the lost have an amount above 0 it is n/a: many systems set it to 0, and the rate would be near 1.
    The interval comes from drawing the deals again, 400 times with a fixed seed; beyond 300 deals, where drawing
    tells no more, from the spread of the deals around the rate.

    Formula: won amount / (won amount + lost amount)
    Unit: share, 0..1
    Example: won 60 and 20, lost 10 and 30: 80/120 = 66.7%; with one more lost of no amount still 66.7%, lost 2 of 3.
    Elsewhere: often shown as "the" win rate without a word. It follows the largest deals; the count is the rate to
        plan by.
    """
    won, lost = priced(scope.won), priced(scope.counted_lost)
    sums = worth(won, scope.currency).amount, worth(lost, scope.currency).amount
    beside = (
        Labelled("won priced", Ratio(len(won), len(scope.won))),
        Labelled("lost priced", Ratio(len(lost), len(scope.counted_lost))),
    )
    behind = (Behind("won", tuple(won)), Behind("lost", tuple(lost)))
    above = sum(state.worth is not None and state.worth.amount > 0 for state in lost)
    if 2 * above < len(scope.counted_lost):
        return Measure(None, (Labelled("", "under half of the lost have an amount above 0"), *beside), behind)
    if not sum(sums):
        return Measure(None, beside, behind)
    low, high = _interval_by_amount(won, lost)
    too_few = len(won) + len(lost) < TOO_FEW
    return Measure(Ratio(sums[0], sum(sums, Decimal(0)), low, high, too_few), beside, behind)


def _interval_by_amount(won: Sequence[State], lost: Sequence[State]) -> tuple[float, float]:
    """The 95% interval of the share that the won have of the amounts of *won* and *lost*."""
    parts = [(_amount(state), 1.0) for state in by_id(won)] + [(_amount(state), 0.0) for state in by_id(lost)]
    return share_interval(parts)


def _amount(state: State) -> float:
    return float(state.worth.amount) if state.worth else 0.0


WON = Metric("won", "Won", won_deals)
WON_AMOUNT = Metric("won-amount", "Won amount", won_amount)
LOST = Metric("lost", "Lost", lost_deals)
WIN_RATE = Metric("win-rate", "Win rate", win_rate)
WIN_RATE_BY_AMOUNT = Metric("win-rate-by-amount", "Win rate by amount", win_rate_by_amount)
WIN_RATE_WITH_STALE = Metric("win-rate-with-stale", "Win rate incl. stale", win_rate_with_stale, moment=True)
