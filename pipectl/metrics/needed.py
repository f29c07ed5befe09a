"""How many deals it takes to reach a target, from what is won, what is open, and how deals have fared so far."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from pipectl.metrics.beta import beta_quantile
from pipectl.metrics.figures import mean
from pipectl.metrics.in_time import created_to_close, first_chance, life, prior_of, won_within
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.metrics.speed import cycles
from pipectl.metrics.targets import Aim, Standing, aimed_at, standing
from pipectl.metrics.volume import average, priced
from pipectl.model.frozen import frozen
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.report import Labelled, Percent

LEARNED_DAYS = 365
CREATED_DAYS = 90
FEW_CLOSED = 30
UNKNOWN_CHANCE = 0.2
_PRIOR_DEALS = 6
# A standard normal lies below this four times in five; b is that many standard deviations of one deal, in its mean.
_Z80 = 0.8416
_BOUND = 0.2


@frozen
class Chance:
    """What one new deal gives with the chance *share* to be won: *mean* and *spread* in what the target counts."""

    share: float
    mean: float
    spread: float

    def even(self, missing: float) -> float | None:
        """How many deals give *missing* on average; None where a deal gives nothing."""
        if missing <= 0:
            return 0.0
        return missing / self.mean if self.mean > 0 else None

    @property
    def width(self) -> float | None:
        """b: how far one deal may fall short, 80% of the time, in its own mean."""
        return _Z80 * self.spread / self.mean if self.mean > 0 else None

    def safe(self, missing: float) -> float | None:
        """How many deals give at least *missing* four times in five."""
        if missing <= 0:
            return 0.0
        width = self.width
        if width is None:
            return None
        return ((width + math.sqrt(width * width + 4 * missing / self.mean)) / 2) ** 2


@frozen
class Needed:
    """The deals that a target takes, and every figure on the way.

    Attributes:
        standing: the target, what is won of it, and what the open deals expected in time are expected to give.
        missing: Q, what new deals have to bring.
        won, lost: closed in the last 365 days; losses that say nothing about selling are left out.
        first_stages: where the deals created in these days began: (stage, its chance or None, deals).
        first_chance: p0, the mean of these; 0.2 for a stage without a probability, and where nothing was created.
        win_chance: w, however long it takes.
        value, variation: v and cv of the won amounts of these days; 1 and 0 for a target of deals, None where no
            amount is known.
        days_left: from today to the last day of the period.
        lives: the deals that the chance to be won in time was learned from.
        fast, timed: wins of these days that took no longer than *days_left*, of how many.
        in_time: of a deal created today. spread: of one created on any day until the end, on average.
        ever: however long it takes. careful: in time, were the win rate at its lower 20% bound; None with many closed.
        created: deals created in the last *created_days* days.
    """

    standing: Standing
    missing: Decimal
    won: tuple[State, ...]
    lost: tuple[State, ...]
    first_stages: tuple[tuple[str, float | None, int], ...]
    first_chance: float
    win_chance: float
    value: Decimal | None
    variation: float
    days_left: int
    lives: tuple[State, ...]
    fast: int
    timed: int
    in_time: Chance
    spread: Chance | None
    ever: Chance
    bound: float | None
    careful: Chance | None
    created: tuple[State, ...]
    created_days: int

    @property
    def closed(self) -> int:
        """How many deals the win chance was learned from."""
        return len(self.won) + len(self.lost)

    @property
    def even(self) -> float | None:
        """Deals to create today for an even chance."""
        return self.in_time.even(float(self.missing))

    @property
    def safe(self) -> float | None:
        """Deals to create today for a chance of 80%."""
        return self.in_time.safe(float(self.missing))

    @property
    def weekly_even(self) -> float | None:
        """Deals a week, created evenly until the end, for an even chance."""
        return self._weekly(self.spread.even(float(self.missing)) if self.spread else None)

    @property
    def weekly_safe(self) -> float | None:
        """The same for a chance of 80%."""
        return self._weekly(self.spread.safe(float(self.missing)) if self.spread else None)

    @property
    def weekly_now(self) -> float | None:
        """Deals created a week of late."""
        return len(self.created) * 7 / self.created_days if self.created_days else None

    def _weekly(self, deals: float | None) -> float | None:
        return deals * 7 / self.days_left if deals is not None and self.days_left else None


def needed(scope: Scope) -> Needed | None:
    """The deals that the target of *scope* takes; None without one of an amount or of deals won.

    The period must end, and no earlier than today.
    """
    found = scope.once(standing)
    if found is None or not found.helps:
        return None
    today = scope.facts.today
    seen = scope.once(_spoken_of)
    year = seen.during(_last_days(today, LEARNED_DAYS))
    won, lost = year.won, year.counted_lost
    closed = len(won) + len(lost)
    learned = scope.once(_learned)
    win_chance = (len(won) + _PRIOR_DEALS * learned.first_chance) / (closed + _PRIOR_DEALS)
    value, variation = _value(year, found.aim)
    in_time, evenly, days_left = learned.in_time(), learned.evenly(), learned.days_left
    bound = beta_quantile(_BOUND, len(won) + 0.5, len(lost) + 0.5) if closed < FEW_CLOSED else None
    careful = None if bound is None or not win_chance else in_time * min(1.0, bound / win_chance)
    took = cycles(won)
    recent = _last_days(today, min(CREATED_DAYS, _age(seen)))
    return Needed(
        standing=found,
        missing=max(Decimal(0), found.gap - found.weighted),
        won=won,
        lost=lost,
        first_stages=learned.stages,
        first_chance=learned.first_chance,
        win_chance=win_chance,
        value=value,
        variation=variation,
        days_left=days_left,
        lives=learned.lives,
        fast=sum(days <= days_left for days in took),
        timed=len(took),
        in_time=_chance(in_time, value, variation),
        spread=None if evenly is None else _chance(evenly, value, variation),
        ever=_chance(win_chance, value, variation),
        bound=bound,
        careful=None if careful is None else _chance(careful, value, variation),
        created=seen.during(recent).created,
        created_days=recent.days,
    )


def _spoken_of(scope: Scope) -> Scope:
    """The deals that the target of *scope* speaks of; all of them where none asks for an amount or for deals won."""
    found = scope.once(standing)
    if found is None or not found.helps:
        return scope
    states = aimed_at(scope.facts.states, scope)
    return scope if len(states) == len(scope.facts.states) else scope.of(states)


@frozen
class _Learned:
    """What deals have taught so far.

    Attributes:
        days_left: from today to the last day of the period. days_before: to the day before it begins; below 0 within.
        within: the chance to be won within 0, 1, … *days_left* days of creation.
    """

    stages: tuple[tuple[str, float | None, int], ...]
    first_chance: float
    lives: tuple[State, ...]
    days_left: int
    days_before: int
    within: tuple[float, ...]

    def in_time(self, later: int = 0) -> float:
        """The chance of a deal created *later* days from today to be won in the period: by its end, not before it."""
        sooner = self.days_before - later
        return self.within[self.days_left - later] - (self.within[sooner] if sooner >= 0 else 0.0)

    def evenly(self) -> float | None:
        """The mean of that over deals created from tomorrow to the last day; None on that day."""
        return mean([self.in_time(later) for later in range(1, self.days_left + 1)])


def _learned(target: Scope) -> _Learned:
    scope, whole = target.once(_spoken_of), target.whole
    year = scope.during(_last_days(scope.facts.today, LEARNED_DAYS))
    stages = _first_stages([state for state in year.created if not state.began_closed], scope)
    chances = [UNKNOWN_CHANCE if chance is None else chance for _, chance, count in stages for _ in range(count)]
    found = mean(chances)
    first = UNKNOWN_CHANCE if found is None else found
    lives = scope.always(created_to_close)
    days_left, days_before = (whole.last - scope.facts.today).days, (whole.first - scope.facts.today).days - 1
    within = won_within(map(life, lives), prior_of(lives, scope, first), days_left)
    return _Learned(stages, first, lives, days_left, days_before, within)


def _chance(share: float, value: Decimal | None, variation: float) -> Chance:
    """The mean and the spread of what one deal gives: nothing, or with the chance *share* an amount like those won."""
    one = float(value or 0)
    return Chance(share, share * one, one * math.sqrt(max(0.0, share * (1 + variation * variation) - share * share)))


def _value(year: Scope, aim: Aim) -> tuple[Decimal | None, float]:
    """v and cv: the mean of the amounts won, and their standard deviation by it."""
    if aim is Aim.DEALS:
        return Decimal(1), 0.0
    known = [float(state.worth.amount) for state in priced(year.won) if state.worth is not None]
    middle = average(year.won, year.currency)
    if middle is None or not middle.amount:
        return None, 0.0
    size = float(middle.amount)
    squares = math.fsum((amount - size) ** 2 for amount in known)
    return middle.amount, math.sqrt(squares / (len(known) - 1)) / size if len(known) > 1 else 0.0


def _first_stages(states: Sequence[State], scope: Scope) -> tuple[tuple[str, float | None, int], ...]:
    """The stages that *states* were created in, the most frequent first."""
    paths = [state.deal.outline.path for state in states]
    found: Counter[tuple[str, float | None]] = Counter()
    for (pipeline, stage), count in Counter([path[0] for path in paths if path]).items():
        found[stage, first_chance(pipeline, stage, scope)] += count
    rows = [(stage, chance, count) for (stage, chance), count in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row[2], row[0], row[1] or 0.0)))


def _age(scope: Scope) -> int:
    """Days from the first deal on, today among them; at least a week."""
    return max(7, (scope.facts.today - (scope.began or scope.facts.today)).days + 1)


def _last_days(today: date, count: int) -> Period:
    """The last *count* days, *today* among them."""
    return Period.of_days(today - timedelta(days=count - 1), today + timedelta(days=1))


def deals_needed(scope: Scope) -> Measure:
    """Deals to create today so that the target of the period is reached, with an even chance; beside it with 80%.

    From the gap goes what the open deals expected in what is left of the period are expected to give, each times its
    probability. The rest, Q, is shared by what one new deal gives on average: its chance to be won in the days that
    are left, times the mean amount won in the last 365 days. That chance is learned from all deals so far, from
    creation to the close, with those still open counted for the days that they have been open. At 80% it takes more,
    since a deal is won or lost whole: b is how far one may fall short. `pipectl plan` shows each step. A period that is
    over has none.

    Formula: n = Q / m; n80 = ((b + sqrt(b^2 + 4 Q / m)) / 2)^2; m = w v; s = v sqrt(w (1 + cv^2) - w^2);
        b = 0.8416 s / m
    Unit: deals
    Example: 400 missing, each deal won in time with a chance of 20% and then worth 100 without spread: m = 20,
        s = 100 sqrt(0.2 - 0.04) = 40, b = 1.6832; 400 / 20 = 20 deals for an even chance, 29.1 for 80%.
    Elsewhere: most divide the gap by win rate times average deal. That takes a win rate without time in it, so that
        deals created on the last day still count; it forgets the open pipeline; and it fails every second time.
    """
    over = scope.whole.is_open or scope.whole.last < scope.facts.today
    found = None if over else needed(scope)
    if found is None:
        return Measure(None, (Labelled("", "the period is over" if over else "no target"),))
    detail = (
        Labelled("at 80%", rounded(found.safe)),
        Labelled("missing", found.standing.cell(found.missing)),
        Labelled("chance in time", percent(found.in_time.share)),
    )
    behind = (Behind("won", found.won), Behind("lost", found.lost), Behind("open", found.standing.left))
    return Measure(rounded(found.even), detail, behind)


def win_in_time(scope: Scope) -> Measure:
    """Chance that a deal created today is won in the period: by its end, and not before it begins.

    Learned from the time between creation and the last close of all deals so far, in whole days. Deals still open
    count for the days that they have been open; those that began closed, those whose close nobody dated, and losses
    marked `exclude_from_win_rate` are left out. With few deals it leans on the probability of the stages that deals
    are created in, and on the average stay in a stage for each open stage of the pipeline. Where the target of the
    period speaks of single owners or pipelines alone, it is learned from their deals, as deals-needed is. A period that
    is over has none.

    Formula: sum over days d of P(open until d) x P(closed on d, at that age) x P(won, when closed at that age)
    Unit: percent
    Example: nothing seen yet, deals created at 10%, two stages of 30 days each: 4.1% within 30 days.
    Elsewhere: a win rate has no time in it; reports of cycle length show the deals that closed and are silent of
        those still open, which makes every pipeline look fast.
    """
    if scope.whole.is_open or scope.whole.last < scope.facts.today:
        return Measure(None, (Labelled("", "the period is over"),))
    learned = scope.once(_learned)
    many = "deal" if len(learned.lives) == 1 else "deals"
    detail = (
        Labelled("days left", learned.days_left),
        Labelled(f"{many} learned from", len(learned.lives), after=True),
    )
    return Measure(percent(learned.in_time()), detail, (Behind("learned from", learned.lives),))


def rounded(number: float | None) -> Decimal | None:
    """To one decimal, without a zero there."""
    if number is None:
        return None
    short = Decimal(f"{number:.1f}")
    return short.to_integral_value() if short == short.to_integral_value() else short


def percent(share: float) -> Percent:
    """A share as a percentage with six decimals, so that every format shows the same."""
    return Percent(Decimal(f"{100 * share:.6f}").normalize())


DEALS_NEEDED = Metric("deals-needed", "Deals needed", deals_needed, moment=True, ahead=True)
WIN_IN_TIME = Metric("win-in-time", "Win in time", win_in_time, moment=True, ahead=True)
