"""The figures of `stats`, `team`, `targets` and `reasons`, reckoned anew from the metrics' pages with plain loops."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.second_opinion.clocks import is_idle, is_stalled
from tests.second_opinion.known import DAY, Deal, When, World, days_between
from tests.second_opinion.middle import Number, Rate, mean, rate
from tests.second_opinion.periods import Period, within

Keep = Callable[[Deal], bool]


def everything(_: Deal) -> bool:
    return True


def total(deals: Sequence[Deal]) -> Fraction:
    return sum((deal.worth for deal in deals if deal.worth is not None), Fraction(0))


def priced(deals: Sequence[Deal]) -> list[Deal]:
    return [deal for deal in deals if deal.worth is not None]


@dataclass
class Look:
    """Some of a workspace's deals, a period and a day: the figures of them.

    What is open is what stood open on the last day of the period that is over by then, `end`.
    `until`: the day that the period is looked at until, where that is not *day*.
    `whose`: what of the targets the deals chosen are held against: ("owner", "ani"), ("pipeline", "sales"), or neither.
    """

    world: World
    period: Period
    day: date
    keep: Keep = everything
    whose: tuple[str, str] | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        self.end = min(self.until or self.day, self.period.until - DAY)
        self.all = [deal for deal in self.world.deals(self.day) if self.keep(deal)]
        self.then = self.world.deals(self.end)
        self.so_far = self.period.up_to(self.end)
        self.rest = self.period.rest(self.end + DAY if self.end < (self.until or self.day) else self.end)
        self.open = [deal for deal in self.then if deal.is_open and self.keep(deal)]
        closed = [deal for deal in self.all if deal.closed_in(self.so_far.first, self.so_far.until)]
        self.won = [deal for deal in closed if deal.stage.outcome == "won"]
        self.lost = [deal for deal in closed if deal.stage.outcome == "lost"]
        self.created = [deal for deal in self.all if deal.created and self.so_far.holds(deal.created.day)]

    # Volume and outcome

    def weighted(self, deals: Sequence[Deal]) -> Fraction:
        parts = [
            deal.worth * deal.probability for deal in deals if deal.worth is not None and deal.probability is not None
        ]
        return sum(parts, Fraction(0))

    def average(self, deals: Sequence[Deal]) -> Number | None:
        return mean([deal.worth for deal in deals if deal.worth is not None])

    @property
    def counted_lost(self) -> list[Deal]:
        return [deal for deal in self.lost if deal.counts_in_rate]

    @property
    def win_rate(self) -> Rate:
        return rate(len(self.won), len(self.won) + len(self.counted_lost))

    @property
    def win_rate_by_amount(self) -> Rate | None:
        # Without an amount above 0 on half of the lost the rate would be near 1.
        above = [deal for deal in self.counted_lost if deal.worth]
        whole = total(self.won) + total(self.counted_lost)
        return (
            None
            if 2 * len(above) < len(self.counted_lost) or not whole
            else Rate(total(self.won), whole, counted=False)
        )

    @property
    def stalled(self) -> list[Deal]:
        return [deal for deal in self.open if is_stalled(deal, self.then)]

    @property
    def stagnant(self) -> list[Deal]:
        return [deal for deal in self.open if is_stalled(deal, self.then) or is_idle(deal)]

    @property
    def win_rate_with_stale(self) -> Rate:
        return Rate(self.win_rate.part, self.win_rate.whole + len(self.stagnant))

    def cycles(self, deals: Sequence[Deal]) -> list[Fraction]:
        return [
            days_between(deal.created, deal.closed)
            for deal in deals
            if deal.created and deal.closed and not deal.began_closed
        ]

    @property
    def velocity(self) -> Number | None:
        inputs = [self.win_rate.share, self.average(self.won), mean(self.cycles(self.won))]
        if any(value is None for value in inputs) or not inputs[2]:
            return None
        return len(self.open) * inputs[0] * inputs[1] / inputs[2]  # type: ignore[operator]  # none is None

    # Contacts

    @property
    def contacts_per_deal(self) -> Rate:
        return rate(sum(self.so_far.holds(at.day) for deal in self.open for at in deal.contacts), len(self.open))

    @property
    def first_contacts(self) -> list[Fraction]:
        found = []
        for deal in self.created:
            contacts = [at for at in deal.contacts if at.day <= self.end]
            if contacts and not deal.began_closed and deal.created:
                first = min(contacts, key=lambda at: at.day)
                found.append(max(Fraction(0), days_between(deal.created, first)))
        return found

    @property
    def contacts_before_win(self) -> list[int]:
        return [sum(_by(at, deal.closed) for at in deal.contacts) for deal in self.won if deal.closed]

    # Dates

    @property
    def expected_then(self) -> list[Deal]:
        """Of the deals now those that were open before the period began and expected in what of it is over."""
        eve = {deal.id: deal for deal in self.world.deals(self.period.first - DAY)}
        found = []
        for deal in self.all:
            then = eve.get(deal.id)
            if then is not None and then.is_open and self.so_far.holds(then.expected):
                found.append(deal)
        return found

    @property
    def slip_rate(self) -> Rate:
        expected = self.expected_then
        slipped = [deal for deal in expected if not deal.closed_in(self.so_far.first, self.so_far.until)]
        return rate(len(slipped), len(expected))

    @property
    def pushes(self) -> list[int]:
        found = []
        for deal in self.all:
            last: date | None = None
            for at, values in self.world.changes(deal.raw):
                new = values.get("expected_close")
                if at.day > self.day or new is None:
                    continue
                late = deal.closed is not None and not _by(at, deal.closed)
                if last is not None and new > last and self.so_far.holds(at.day) and not late:
                    found.append((new - last).days)
                last = new
        return found

    # Targets

    @property
    def aim(self) -> "Aim | None":
        """An amount where one is asked for, else a number of deals won, else created, else of contacts."""
        found = [aim for kind in ("amount", "deals", "created", "contacts") if (aim := self.aim_at(kind)) is not None]
        return found[0] if found else None

    def aim_at(self, kind: str) -> "Aim | None":
        lines = [line for line in self.world.targets if kind in line]
        if self.whose is not None:
            key, name = self.whose
            return self._fill(kind, [line for line in lines if _speaks_of(line) == {key: name}], self.all)
        for keys in (set[str](), {"owner"}, {"pipeline"}):
            group = [line for line in lines if set(_speaks_of(line)) == keys]
            found = self._fill(kind, group, [deal for deal in self.all if not keys or _meant(deal, group)])
            if found is not None:
                return found
        return None

    def _fill(self, kind: str, lines: Sequence[dict[str, str]], deals: Sequence[Deal]) -> "Aim | None":
        """The sum of the targets of the period itself, of each owner or pipeline; else of shorter ones that fill it."""
        parts: dict[str, Fraction] = {}
        meant = []
        for name in {str(_speaks_of(line)) for line in lines}:
            own = [line for line in lines if str(_speaks_of(line)) == name]
            filled = _filling(own, self.period, self.world.year_start)
            if filled:
                parts[name] = sum((Fraction(line[kind]) for line in filled), Fraction(0))
                meant += filled
        if not parts:
            return None
        chosen = [deal for deal in deals if not any(_speaks_of(line) for line in meant) or _meant(deal, meant)]
        return Aim(self, kind, sum(parts.values(), Fraction(0)), chosen)


@dataclass
class Aim:
    """A target of a kind, and the deals that are held against it."""

    look: Look
    kind: str
    asked: Fraction
    deals: list[Deal]

    def _of(self, deals: Sequence[Deal]) -> list[Deal]:
        ids = {deal.id for deal in self.deals}
        return [deal for deal in deals if deal.id in ids]

    @property
    def reached(self) -> Fraction:
        if self.kind == "amount":
            return total(self._of(self.look.won))
        if self.kind == "contacts":
            return Fraction(sum(self.look.so_far.holds(at.day) for deal in self.deals for at in deal.contacts))
        return Fraction(len(self._of(self.look.won if self.kind == "deals" else self.look.created)))

    @property
    def attainment(self) -> Rate:
        return Rate(self.reached, self.asked)

    @property
    def pace(self) -> Rate:
        return rate(self.look.so_far.days, self.look.period.days)

    @property
    def gap(self) -> Fraction:
        return max(Fraction(0), self.asked - self.reached)

    @property
    def expected(self) -> list[Deal]:
        return [deal for deal in self._of(self.look.open) if self.look.rest.holds(deal.expected)]

    @property
    def is_covered_by_deals(self) -> bool:
        return self.kind in ("amount", "deals") and self.look.rest.days > 0

    @property
    def open_for_rest(self) -> Fraction:
        return total(self.expected) if self.kind == "amount" else Fraction(len(self.expected))

    @property
    def weighted_for_rest(self) -> Fraction:
        if self.kind == "amount":
            return self.look.weighted(self.expected)
        return sum((deal.probability for deal in self.expected if deal.probability is not None), Fraction(0))

    def times(self, cover: Fraction) -> Number | str | None:
        """How many times *cover* covers the gap."""
        if not self.gap:
            return "met"
        return cover / self.gap if self.is_covered_by_deals else None


def _by(at: When, close: When) -> bool:
    if at.day == close.day and at.moment and close.moment:
        return at.moment <= close.moment
    return at.day <= close.day


def _speaks_of(line: dict[str, str]) -> dict[str, str]:
    return {key: line[key] for key in ("owner", "group", "pipeline") if key in line}


def _meant(deal: Deal, lines: Sequence[dict[str, str]]) -> bool:
    has = {"owner": deal.owner, "pipeline": deal.stage.pipeline}
    return any(all(has.get(key) == name for key, name in _speaks_of(line).items()) for line in lines)


def _filling(lines: Sequence[dict[str, str]], period: Period, year_start: int) -> list[dict[str, str]]:
    """The target of *period* itself, else those of one shorter unit that fill it without a gap."""
    by_name = {line["period"]: line for line in lines}
    if period.name in by_name:
        return [by_name[period.name]]
    for unit in ("half", "quarter", "month"):
        parts = within(period, unit, year_start)
        if len(parts) > 1 and all(part.name in by_name for part in parts):
            return [by_name[part.name] for part in parts]
    return []
