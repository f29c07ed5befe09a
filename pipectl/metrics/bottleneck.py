"""Which stage costs the most: by the value that is lost there, and by the days that deals wait there."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from operator import mul
from random import Random

from pipectl.metrics.grouping import last_open_stage
from pipectl.metrics.journey import Journey
from pipectl.metrics.metric import Behind, Measure, Scope, StageMetric
from pipectl.metrics.outcome import TOO_FEW, win_ratio
from pipectl.metrics.volume import apart, known_worth
from pipectl.model.frozen import frozen
from pipectl.model.moment import days_between
from pipectl.model.money import Money
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State
from pipectl.report import Labelled, Ratio

RESAMPLES = 200
LEAST_LOSSES = 10
LEAST_WINS = TOO_FEW
_SAME = 160
_SEED = 20_260_102


@frozen
class Closed:
    """A deal closed in the period, in the pipeline that is looked at.

    Attributes:
        entered: the stages that it has entered, or passed.
        left: the open stage that it was closed from; "" where the history does not tell.
        waited: open stage → the days that it has been there; only of a won one.
    """

    state: State
    entered: frozenset[str]
    left: str
    waited: Mapping[str, float]


def closed(scope: Scope, pipeline: Pipeline) -> Sequence[Closed]:
    """The deals that count in the win rate of the period."""
    counted = {id(state) for state in (*scope.won, *scope.counted_lost) if state.pipeline.id == pipeline.id}
    return [_closed(way, pipeline) for way in scope.journeys(pipeline) if id(way.state) in counted]


def _closed(way: Journey, pipeline: Pipeline) -> Closed:
    waited = _waited(way.state, pipeline) if way.state.is_won else {}
    return Closed(way.state, frozenset(way.route.entered), last_open_stage(way.state), waited)


def _waited(state: State, pipeline: Pipeline) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for visit in state.visits:
        stage = pipeline.stage(visit.stage) if visit.pipeline == pipeline.id else None
        if stage is not None and stage.is_open and visit.until is not None:
            found[stage.id] = found.get(stage.id, 0.0) + days_between(visit.since, visit.until)
    return found


def recoverable_value(scope: Scope, pipeline: Pipeline, stage: Stage) -> Measure:
    """What the deals lost from the stage in the period would have brought, had they been won as often as others.

    Lost from the stage: it was the last open one before the close. Their amounts are summed, those without one left
    out and named; n/a where none of them has one. The share that stands for "as often as others" is won / (won + lost)
    of all deals closed in the period that had entered the stage, as `conversion` says what that is. A deal that went on
    to another pipeline and was closed there counts there alone, and losses whose reason does not count in the win rate
    count nowhere here.

    Formula: sum(amount lost from the stage) x won / (won + lost) of those that entered it
    Unit: money
    Example: lost from proposal 30 and 50; of 8 deals closed that had entered proposal 2 were won: 80 x 2/8 = 20.
    Elsewhere: the stage with the lowest conversion is often called the bottleneck. That is mostly the first, where
        small and hopeless deals are sorted out and little is lost.
    """
    return _recoverable(scope, closed(scope, pipeline), stage)


def _recoverable(scope: Scope, deals: Sequence[Closed], stage: Stage) -> Measure:
    lost_here = tuple(deal.state for deal in deals if deal.state.is_lost and deal.left == stage.id)
    won = tuple(deal.state for deal in deals if deal.state.is_won and stage.id in deal.entered)
    lost = sum(deal.state.is_lost and stage.id in deal.entered for deal in deals)
    value, rate = known_worth(lost_here, scope.currency), win_ratio(len(won), lost)
    detail = (
        Labelled("lost", len(lost_here), after=True),
        Labelled("worth", value),
        *apart(lost_here),
        Labelled("win rate of those that entered", rate),
    )
    later = tuple(
        deal.state for deal in deals if deal.state.is_lost and stage.id in deal.entered and deal.left != stage.id
    )
    behind = (Behind("lost here", lost_here), Behind("won", won), Behind("lost later", later))
    if value is None or not rate.denominator:
        return Measure(None, detail, behind)
    return Measure(Money(value.amount * len(won) / rate.denominator, scope.currency), detail, behind)


def waiting_share(scope: Scope, pipeline: Pipeline, stage: Stage) -> Measure:
    """Share of the days that the deals won in the period spent in the stage.

    The deals are those won in this pipeline. Of the days between the first stage and the win those in open stages of
    this pipeline count; the time that a deal was closed before it was reopened, or was in another pipeline, does not. A
    deal that began won has none.

    Formula: days in the stage / days in all open stages, over the deals won in the period
    Unit: share, 0..1
    Example: two wins, 10 and 20 days in proposal, 5 and 15 in negotiation: 30/50 = 60.0% in proposal.
    Elsewhere: the stage with the longest mean time. Where few deals come there, shortening it changes little.
    """
    return _waiting(closed(scope, pipeline), stage)


def _waiting(deals: Sequence[Closed], stage: Stage) -> Measure:
    here = math.fsum(deal.waited.get(stage.id, 0.0) for deal in deals)
    everywhere = math.fsum(days for deal in deals for days in deal.waited.values())
    waited = tuple(deal.state for deal in deals if stage.id in deal.waited)
    detail = (Labelled("won", len(waited), after=True),)
    return Measure(Ratio(_exact(here), _exact(everywhere)), detail, (Behind("won", waited),))


def _exact(days: float) -> Decimal:
    return Decimal(repr(round(days, 6)))


@frozen
class Verdict:
    """Which stage comes first by a statistic, and how sure that is.

    Attributes:
        stage: the first on the deals as they are; "" where none is above 0, or several are equal.
        first: stage → in how many of the resamples it came first, alone or with others; the most often first.
        alone: in how many *stage* came first alone.
        losses: deals lost from *stage*.
        wins: the deals that the statistic takes for won.
        waiting: it is about the days of the won, so that there must be enough of them too.
    """

    stage: str
    first: Mapping[str, int]
    alone: int
    losses: int
    wins: int
    waiting: bool

    @property
    def few(self) -> str:
        """What there is too little of to name anything: `losses`, `wins` or ""."""
        if self.losses < LEAST_LOSSES:
            return "losses"
        return "wins" if self.waiting and self.wins < LEAST_WINS else ""

    @property
    def named(self) -> str:
        """The bottleneck; "" where none can be named."""
        return self.stage if self.alone >= _SAME and not self.few else ""

    @property
    def tied(self) -> Sequence[str]:
        """The fewest stages, two at least, one of which comes first nearly always; those that ever do if one alone."""
        names: list[str] = []
        covered = 0
        for name, times in self.first.items():
            if covered >= _SAME and len(names) > 1:
                break
            names.append(name)
            covered += times
        return names


@frozen
class Bottleneck:
    """Both statistics of every open stage, and what they say."""

    recoverable: Mapping[str, Measure]
    waiting: Mapping[str, Measure]
    by_value: Verdict
    by_waiting: Verdict


def bottleneck(scope: Scope, pipeline: Pipeline) -> Bottleneck:
    """The stage that costs the most, by value and by days.

    A stage is named when it comes first in 160 of 200 resamples of the deals closed in the period, drawn with a fixed
    seed, and 10 losses at least were lost from it; by days, 10 wins at least as well. Else it is a tie, or too few.
    """
    deals = closed(scope, pipeline)
    stages = [stage.id for stage in pipeline.open_stages]
    recoverable = {stage.id: _recoverable(scope, deals, stage) for stage in pipeline.open_stages}
    waiting = {stage.id: _waiting(deals, stage) for stage in pipeline.open_stages}
    by_value, by_days = _Resampled(deals, stages).leaders()
    amounts = {name: _amount(measure) for name, measure in recoverable.items()}
    days = {name: _days(measure) for name, measure in waiting.items()}
    return Bottleneck(
        recoverable,
        waiting,
        _verdict(amounts, by_value, deals, waiting=False),
        _verdict(days, by_days, deals, waiting=True),
    )


def _amount(measure: Measure) -> Decimal:
    return measure.value.amount if isinstance(measure.value, Money) else Decimal(0)


def _days(measure: Measure) -> Decimal:
    return Decimal(measure.value.numerator) if isinstance(measure.value, Ratio) else Decimal(0)


_Leaders = Sequence[Sequence[str]]


def _verdict(figures: Mapping[str, Decimal], leaders: _Leaders, deals: Sequence[Closed], *, waiting: bool) -> Verdict:
    ahead = _ahead(figures)
    stage = ahead[0] if len(ahead) == 1 else ""
    times = Counter(name for names in leaders for name in names)
    return Verdict(
        stage=stage,
        first={name: times[name] for name in sorted(times, key=lambda name: (-times[name], [*figures].index(name)))},
        alone=sum(names == [stage] for names in leaders),
        losses=sum(deal.state.is_lost and deal.left in ahead for deal in deals),
        wins=sum(deal.state.is_won for deal in deals),
        waiting=waiting,
    )


def _ahead(figures: Mapping[str, Decimal] | Mapping[str, float]) -> list[str]:
    """The stages with the greatest figure; none where that is nothing."""
    most = max(figures.values(), default=0)
    return [name for name, figure in figures.items() if figure == most] if most > 0 else []


class _Resampled:
    """The deals drawn again and again.

    They stand in groups of those that are counted alike, so that a draw is summed in slices, and by id within one: no
    order of files changes which are drawn.
    """

    def __init__(self, deals: Sequence[Closed], stages: Sequence[str]) -> None:
        groups: dict[tuple[bool, tuple[str, ...], str], list[Closed]] = {}
        for deal in sorted(deals, key=lambda deal: (deal.state.deal.id, deal.state.deal.path)):
            entered = tuple(stage for stage in stages if stage in deal.entered)
            groups.setdefault((deal.state.is_won, entered, deal.left), []).append(deal)
        self._stages = stages
        self._groups = [(key, groups[key]) for key in sorted(groups)]
        self._count = len(deals)
        self._amounts = {key: [_worth(deal.state) for deal in members] for key, members in self._groups}
        self._waited = {
            key: {stage: [deal.waited.get(stage, 0.0) for deal in members] for stage in stages}
            for key, members in self._groups
        }

    def leaders(self) -> tuple[_Leaders, _Leaders]:
        """The stages that come first in each resample, by recoverable value and by waiting days."""
        random = Random(_SEED)  # noqa: S311 - a fixed seed, so that two runs agree; nothing is kept secret by it
        found = [self._first(self._drawn(random)) for _ in range(RESAMPLES if self._count else 0)]
        return [value for value, _ in found], [days for _, days in found]

    def _drawn(self, random: Random) -> list[int]:
        """How often each deal is drawn, of as many draws as there are deals."""
        times = [0] * self._count
        for place in random.choices(range(self._count), k=self._count):
            times[place] += 1
        return times

    def _first(self, times: list[int]) -> tuple[Sequence[str], Sequence[str]]:
        won, closed_deals, lost = (dict.fromkeys(self._stages, 0.0) for _ in range(3))
        days = dict.fromkeys(self._stages, 0.0)
        for key, drawn in self._slices(times):
            is_won, entered, left = key
            count = sum(drawn)
            for stage in entered:
                closed_deals[stage] += count
                won[stage] += count if is_won else 0
            if is_won:
                for stage in self._stages:
                    days[stage] += sum(map(mul, drawn, self._waited[key][stage]))
            elif left in lost:
                lost[left] += sum(map(mul, drawn, self._amounts[key]))
        value = {
            stage: lost[stage] * won[stage] / closed_deals[stage] if closed_deals[stage] else 0.0
            for stage in self._stages
        }
        return _ahead(value), _ahead(days)

    def _slices(self, times: list[int]) -> Iterator[tuple[tuple[bool, tuple[str, ...], str], list[int]]]:
        start = 0
        for key, members in self._groups:
            yield key, times[start : start + len(members)]
            start += len(members)


def _worth(state: State) -> float:
    return float(state.worth.amount) if state.worth else 0.0


RECOVERABLE = StageMetric("recoverable-value", "Recoverable value", recoverable_value)
WAITING = StageMetric("waiting-share", "Share of waiting days", waiting_share)
