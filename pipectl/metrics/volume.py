"""How much there is: open deals, new ones, and their size."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.model.money import Money, total
from pipectl.model.state import State
from pipectl.report import Labelled


def worth(states: Sequence[State], currency: str) -> Money:
    """The sum of what the priced deals of *states* are worth in the workspace's *currency*."""
    return total([state.worth for state in states if state.worth is not None], currency)


def known_worth(states: Sequence[State], currency: str) -> Money | None:
    """The same; None where there are deals and none of them is priced, since nobody knows then."""
    return worth(states, currency) if priced(states) or not states else None


def priced(states: Sequence[State]) -> list[State]:
    """Those that have an amount, in a currency that a rate converts."""
    return [state for state in states if state.worth is not None]


def average(states: Sequence[State], currency: str) -> Money | None:
    """The mean worth of the priced; None where none is."""
    known = priced(states)
    return worth(known, currency).per(len(known)) if known else None


def weighted(states: Sequence[State], currency: str) -> Money:
    """The sum of worth times the probability of the deal, else of its stage; where nobody says one, nothing."""
    return by_chance(((state.worth, probability(state)) for state in states if state.worth is not None), currency)


def by_chance(parts: Iterable[tuple[Money, Decimal]], currency: str) -> Money:
    """The sum of amounts, each times its chance in percent, exactly."""
    # Of thousands of deals many have one probability: what they are worth is summed before it is multiplied.
    alike: dict[Decimal, list[Money]] = {}
    for money, chance in parts:
        alike.setdefault(chance, []).append(money)
    return total([total(amounts, currency).times(chance / 100) for chance, amounts in alike.items()], currency)


def probability(state: State) -> Decimal:
    """Percent: the deal's own, else its stage's, else 0."""
    if state.deal.probability is not None:
        return state.deal.probability
    return state.stage.probability or Decimal(0)


def chance_known(state: State) -> bool:
    """Whether the deal or its stage says a probability."""
    return state.deal.probability is not None or state.stage.probability is not None


def apart(states: Sequence[State]) -> tuple[Labelled, ...]:
    """What a sum leaves out: unpriced deals, and those whose rate is missing."""
    unpriced = sum(state.amount is None for state in states)
    rateless = sum(state.rate_missing for state in states)
    found = (Labelled("unpriced", unpriced, after=True), Labelled("without a rate", rateless, after=True))
    return tuple(label for label in found if label.cell)


def open_deals(scope: Scope) -> Measure:
    """Number of deals that are neither won nor lost at the end of the day.

    Won and lost deals are never part of it. Deals without dates count all the same and are named beside.

    Formula: count(open)
    Unit: deals
    Example: of 5 deals 1 is won and 1 lost: 3.
    Elsewhere: pipeline totals often hold whatever the board shows, closed deals of the month among them; a deal that is
        won is no longer at stake, so it is never part of what is open.
    """
    states = scope.open
    undated = sum(not state.dated for state in states)
    beside = (Labelled("undated", undated, after=True),) if undated else ()
    return Measure(len(states), beside, (Behind("open", states),))


def open_amount(scope: Scope) -> Measure:
    """Sum of the amounts of open deals, in the workspace's currency at the day's rate.

    A deal without an amount adds nothing and is counted beside as unpriced; one whose currency has no rate is named.

    Formula: sum(amount of the open and priced)
    Unit: money
    Example: open deals of 10, 20 and one unpriced: 30, 1 unpriced.
    Elsewhere: a missing amount is summed as 0 without a word, and other currencies at the rate of today or of the day
        that the deal was typed in; here what is left out is counted, and the rate is the one of the day looked at.
    """
    states = scope.open
    parts = Labelled("weighted", weighted(states, scope.currency))
    return Measure(known_worth(states, scope.currency), (parts, *apart(states)), (Behind("open", states),))


def average_size(scope: Scope) -> Measure:
    """Mean amount of the open deals that have one; beside it that of the deals won in the period.

    Formula: sum(amount of the open and priced) / count(open and priced)
    Unit: money
    Example: open deals of 10, 20 and one unpriced: 15.
    Elsewhere: many divide by all deals, so that every deal without an amount makes the others look smaller.
    """
    won = Labelled("won", average(scope.won, scope.currency))
    behind = Behind("open", tuple(priced(scope.open))), Behind("won", tuple(priced(scope.won)))
    return Measure(average(scope.open, scope.currency), (won,), behind)


def created_deals(scope: Scope) -> Measure:
    """Number of deals created in the period: their first entry in history, else `created`, lies in it.

    Formula: count(created in the period)
    Unit: deals
    Example: entries that begin on 30 September and on 1 October: 1 created in October.
    Elsewhere: usually the day on which the record was typed in or imported; here the day on which its story begins.
    """
    states = scope.created
    beside = (Labelled("worth", known_worth(states, scope.currency)), *apart(states))
    return Measure(len(states), beside, (Behind("created", states),))


OPEN_DEALS = Metric("open-deals", "Open deals", open_deals, moment=True)
OPEN_AMOUNT = Metric("open-amount", "Open amount", open_amount, moment=True)
AVERAGE_SIZE = Metric("average-size", "Average size", average_size, moment=True)
CREATED = Metric("created", "Created", created_deals)
