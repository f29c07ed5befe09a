"""Whether numbers have changed: called up or down only where a test says so, and else how much would tell.

Rates are tested by Newcombe's interval of their difference, at 90%. Sums and counts are tested by their distance in
standard deviations: events come as they please, and the sum of some varies by the root of the sum of their squares.
"""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from pipectl.metrics.attainment import coverage, weighted_coverage
from pipectl.metrics.figures import newcombe, z_of_sums
from pipectl.metrics.metric import Measure, Scope
from pipectl.metrics.past import Part
from pipectl.metrics.volume import known_worth
from pipectl.model.frozen import frozen
from pipectl.model.state import State
from pipectl.report import Cell, Labelled, Multiple, Ratio

CLEAR = 1.28
"""Standard deviations from which on a sum has changed: a fall is called by mistake once in ten times."""

UP, DOWN, UNCLEAR, UNKNOWN = "up", "down", "no clear change", "cannot tell"

_RATES = ("win-rate", "slip-rate")
_COUNTS = ("created", "won", "lost")
_SUMS = ("won-amount",)

# The weekly test: how much a week weighs, how far is too far, and how many weeks it looks at and knows before.
_WEIGHT, _LIMIT_SD = 0.15, 1.85
_WEEKS, _WEEKS_BEFORE, _LEAST_BEFORE = 13, 52, 13
_LEAST_A_WEEK = 1.0
_WEEK = timedelta(weeks=1)


@frozen
class Verdict:
    """What may be said of a change: `up`, `down` or `no clear change`, and how many deals stand on either side."""

    word: str
    now: int
    then: int


def verdict(metric: str, now: Measure, then: Measure) -> Verdict | None:
    """What may be said of the metric of that id; None for one without a test, and where a rate is over nothing."""
    if metric in _RATES:
        return _of_rates(now.value, then.value)
    if metric in (*_COUNTS, *_SUMS):
        values = [[1.0 if metric in _COUNTS else _size(state) for state in _behind(side)] for side in (then, now)]
        return Verdict(_of_sums(values[0], values[1]), len(values[1]), len(values[0]))
    return None


def _of_rates(now: Cell, then: Cell) -> Verdict | None:
    if not (isinstance(now, Ratio) and isinstance(then, Ratio)):
        return None
    between = newcombe(_pair(then), _pair(now))
    if between is None:
        return None
    word = UP if between[0] > 0 else DOWN if between[1] < 0 else UNCLEAR
    return Verdict(word, int(now.denominator), int(then.denominator))


def _pair(ratio: Ratio) -> tuple[int, int]:
    return int(ratio.numerator), int(ratio.denominator)


def _of_sums(one: Sequence[float], other: Sequence[float]) -> str:
    distance = z_of_sums(one, other)
    if distance is None or abs(distance) <= CLEAR:
        return UNCLEAR
    return UP if distance > 0 else DOWN


def _behind(measure: Measure) -> list[State]:
    return [state for part in measure.behind for state in part.states]


def _size(state: State) -> float:
    return float(state.worth.amount) if state.worth else 0.0


@frozen
class Signal:
    """One thing to watch.

    Attributes:
        id: lower case with hyphens; public.
        verdict: `up`, `down`, `no clear change`, `cannot tell`; of coverage `thin`, `enough`, `met`.
        now, before: what was compared.
        why: the figures of the test, and where it can't tell what would.
    """

    id: str
    title: str
    verdict: str
    now: Cell
    before: Cell
    why: tuple[Labelled, ...]


def signals(now: Part, before: Part | None, start: Scope | None, ahead: Sequence[Scope]) -> tuple[Signal, ...]:
    """What is growing and what declines.

    *before* is the period before, *start* the same deals as they stood when this period began; None where there was
    no such time. *ahead* are the periods whose targets the open deals must cover.
    """
    found: list[Signal] = []
    scope, earlier = now.scope, before.scope if before is not None and is_whole(before) else None
    if earlier is not None:
        amounts = [_size(state) for state in earlier.won], [_size(state) for state in scope.won]
        sums = [known_worth(part.won, scope.currency) for part in (scope, earlier)]
        found.append(_two_sums("won-value", "Won value", "wins", amounts, sums))
    found.append(_weekly_wins(scope))
    if earlier is not None:
        counts = [1.0] * len(earlier.created), [1.0] * len(scope.created)
        found.append(
            _two_sums("new-deals", "New deals", "new deals", counts, [len(scope.created), len(earlier.created)])
        )
    if start is not None:
        found.append(_open_pipeline(now.end, start))
    return (*found, *map(_covered, ahead))


def is_whole(part: Part) -> bool:
    """Whether there was a deal before the period began: of one that lies half before the first, no change is called."""
    return (part.scope.began or part.scope.facts.today) <= part.scope.period.first


def _two_sums(
    name: str, title: str, of: str, values: tuple[Sequence[float], Sequence[float]], sums: Sequence[Cell]
) -> Signal:
    before, now = values
    called = _of_sums(before, now)
    why = [Labelled("n", f"{len(now)} against {len(before)}")]
    if called == UNCLEAR:
        # How many deals of one size the sum weighs as much as: one large one among small ones counts for few.
        weight = _like(before)
        if weight < HALVING:
            called = UNKNOWN
            needed = math.ceil(HALVING * len(before) / weight) if weight else math.ceil(HALVING)
            why.append(Labelled("", f"a halving would show from about {needed} {of} a period"))
        elif enough := _would_tell(before, now):
            why.append(Labelled("", f"a change of this size would show from about {enough} {of} a period"))
    return Signal(name, title, called, sums[0], sums[1], tuple(why))


HALVING = CLEAR**2 * 1.5 / 0.25
"""So many events of one size before, and half as many now, lie just CLEAR deviations apart: 9.8."""


def _like(values: Sequence[float]) -> float:
    squares = math.fsum(value * value for value in values)
    return math.fsum(values) ** 2 / squares if squares else 0.0


def _would_tell(before: Sequence[float], now: Sequence[float]) -> int | None:
    """How many events a period, of sizes like these, would make the change that was seen a clear one."""
    distance = z_of_sums(before, now)
    if not distance or not before:
        return None
    return math.ceil(len(before) * (CLEAR / distance) ** 2)


def _weekly_wins(scope: Scope) -> Signal:
    """Wins a week, the last ones weighing most, against the mean of the weeks before."""
    weeks = _weeks(scope)
    before, latest = weeks[:-_WEEKS], weeks[-_WEEKS:]
    if len(before) < _LEAST_BEFORE:
        needed = _WEEKS + _LEAST_BEFORE
        note = f"the weekly test needs {needed} whole weeks since the first deal; there are {len(weeks)}"
        return Signal("weekly-wins", "Wins a week", UNKNOWN, None, None, (Labelled("", note),))
    mean = sum(before) / len(before)
    level = mean
    for wins in latest:
        level += _WEIGHT * (wins - level)
    reach = _LIMIT_SD * math.sqrt(mean * _WEIGHT / (2 - _WEIGHT))
    figures = _hundredths(level), _hundredths(mean)
    if mean < _LEAST_A_WEEK:
        note = "the weekly test needs one win a week"
        return Signal("weekly-wins", "Wins a week", UNKNOWN, figures[0], figures[1], (Labelled("", note),))
    called = UP if level > mean + reach else DOWN if level < mean - reach else UNCLEAR
    why = (Labelled("called below", _hundredths(mean - reach)), Labelled("or above", _hundredths(mean + reach)))
    return Signal("weekly-wins", "Wins a week", called, figures[0], figures[1], why)


def _hundredths(number: float) -> Decimal:
    return Decimal(f"{number:.2f}")


def _weeks(scope: Scope) -> list[int]:
    """Wins of each whole week, the oldest first, since the first deal and for as long as the test looks back."""
    today, zone_monday = scope.facts.today, timedelta(days=scope.facts.today.weekday())
    ended = today + timedelta(days=1) if zone_monday.days == 6 else today - zone_monday
    born = scope.began or today
    count = min(max((ended - born) // _WEEK, 0), _WEEKS + _WEEKS_BEFORE)
    won = Counter(
        (ended - state.closed.day - timedelta(days=1)) // _WEEK
        for state in scope.facts.states
        if state.is_won and state.closed is not None and state.closed.day < ended
    )
    return [won[back] for back in range(count - 1, -1, -1)]


def _open_pipeline(scope: Scope, start: Scope) -> Signal:
    """What came into the open pipeline since the period began against what left it."""
    now = {state.deal.id: _size(state) for state in scope.open}
    then = {state.deal.id: _size(state) for state in start.open}
    # Sorted, so that no order of files changes a digit of the sum.
    moved = [now.get(name, 0.0) - then.get(name, 0.0) for name in sorted({*now, *then})]
    came, left = [value for value in moved if value > 0], [-value for value in moved if value < 0]
    called = _of_sums(left, came)
    why = [Labelled("came or grew", len(came)), Labelled("left or shrank", len(left))]
    if called == UNCLEAR and _like([*came, *left]) < HALVING:
        called = UNKNOWN
        needed = math.ceil(HALVING)
        why.append(Labelled("", f"it would show from about {needed} deals that come or leave"))
    sums = [known_worth(part.open, scope.currency) for part in (scope, start)]
    began = Labelled("when the period began", sums[1])
    return Signal("open-pipeline", "Open pipeline", called, sums[0], None, (began, *why))


def _covered(scope: Scope) -> Signal:
    """Whether what is open covers the gap to the target of a period, each deal by its probability."""
    name, title = f"coverage-{scope.whole.name.lower()}", f"Coverage {scope.whole.name}"
    plain, weighted = coverage(scope), weighted_coverage(scope)
    if not isinstance(weighted.value, Multiple):
        return Signal(name, title, str(weighted.value or UNKNOWN), plain.value, None, weighted.detail)
    called = "enough" if weighted.value.times >= 1 else "thin"
    return Signal(name, title, called, plain.value, None, (Labelled("weighted", weighted.value),))
