"""The figures of each stage: who entered, advanced and was lost, and how long deals stayed there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.second_opinion.known import Deal, Stage, days_between
from tests.second_opinion.periods import Period


def ended(deal: Deal, stage: Stage) -> list[tuple[date, Fraction]]:
    """Stays of *deal* in *stage* that ended: the day, and how long they were."""
    return [
        (left.day, days_between(came, left))
        for (here, came), (_, left) in zip(deal.stays, deal.stays[1:], strict=False)
        if here is stage
    ]


def lasting(deal: Deal, stage: Stage) -> list[Fraction]:
    """How long *deal* has been in *stage*, where it still is."""
    if deal.stage is not stage or not deal.dated or not deal.is_open:
        return []
    return [days_between(deal.stays[-1][1], deal.now)]


def _still_there(over: Sequence[Fraction], still: Sequence[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Kaplan and Meier: (days, share that is still there from then on)."""
    share, found = Fraction(1), []
    for days in sorted(set(over)):
        at_risk = sum(stay >= days for stay in [*over, *still])
        share *= 1 - Fraction(sum(stay == days for stay in over), at_risk)
        found.append((days, share))
    return found


def expected_median(over: Sequence[Fraction], still: Sequence[Fraction]) -> Fraction | None:
    return next((days for days, share in _still_there(over, still) if share <= Fraction(1, 2)), None)


def expected_mean(over: Sequence[Fraction], still: Sequence[Fraction]) -> Fraction | None:
    if not over:
        return None
    area, before, share = Fraction(0), Fraction(0), Fraction(1)
    for days, left in [*_still_there(over, still), (max([*over, *still]), Fraction(0))]:
        area += share * (days - before)
        before, share = days, left
    return area


def first_entry(deal: Deal, stage: Stage) -> date | None:
    """When *deal* first came to be in *stage*, passing through included."""
    place: int | None = None
    pipeline = ""
    for there, at in deal.stays:
        if there.pipeline != pipeline:
            place, pipeline = None, there.pipeline
        if there is stage or (there.pipeline == stage.pipeline and _passes(stage, place, there, at.day)):
            return at.day
        if there.outcome != "lost":
            place = there.place
    return None


def _passes(stage: Stage, place: int | None, there: Stage, day: date) -> bool:
    if place is None or there.outcome == "lost":
        return False
    return place < stage.place < there.place and stage.takes_on(day)


def been_beyond(deal: Deal, stage: Stage) -> bool:
    """Whether it has ever been in a later open stage."""
    places = [there for there, _ in deal.stays] + [deal.stage]
    return any(there.pipeline == stage.pipeline and not there.outcome and there.place > stage.place for there in places)


def went_back(deal: Deal, stage: Stage) -> bool:
    """Whether it has moved from the stage, or from beyond it, to an earlier one."""
    return any(
        one.pipeline == other.pipeline == stage.pipeline
        and not one.outcome
        and not other.outcome
        and other.place < stage.place <= one.place
        for (one, _), (other, _) in zip(deal.stays, deal.stays[1:], strict=False)
    )


def last_open(deal: Deal) -> Stage | None:
    """The last open stage before its close."""
    return next((stage for stage, _ in reversed(deal.stays) if not stage.outcome), None)


@dataclass
class AtStage:
    """The figures of one stage, of some deals as they were known on a day, in a period."""

    stage: Stage
    deals: Sequence[Deal]
    period: Period
    counts: Callable[[Deal], bool]

    @property
    def entered(self) -> list[Deal]:
        return [deal for deal in self.deals if self.period.holds(first_entry(deal, self.stage))]

    @property
    def advanced(self) -> list[Deal]:
        return [deal for deal in self.entered if been_beyond(deal, self.stage) or deal.stage.outcome == "won"]

    @property
    def lost(self) -> list[Deal]:
        further = {deal.id for deal in self.advanced}
        return [deal for deal in self.entered if deal.stage.outcome == "lost" and deal.id not in further]

    @property
    def back(self) -> list[Deal]:
        return [deal for deal in self.entered if went_back(deal, self.stage)]

    def now(self, outcome: str) -> list[Deal]:
        """Of those that entered the ones that are won, or lost, now."""
        return [deal for deal in self.entered if deal.stage.outcome == outcome]

    @property
    def stays(self) -> list[list[Fraction]]:
        """The stays that ended in the period, those of a deal together."""
        found = [[days for day, days in ended(deal, self.stage) if self.period.holds(day)] for deal in self.deals]
        return [stays for stays in found if stays]

    @property
    def over(self) -> list[Fraction]:
        return [days for deal in self.deals for _, days in ended(deal, self.stage)]

    @property
    def lasting(self) -> list[Fraction]:
        return [days for deal in self.deals for days in lasting(deal, self.stage)]

    @property
    def closed(self) -> list[Deal]:
        """Deals closed in the period, in this pipeline, whose outcome says something about selling."""
        return [
            deal
            for deal in self.deals
            if deal.closed and self.period.holds(deal.closed.day) and self.counts(deal)
            if deal.stage.pipeline == self.stage.pipeline
        ]

    @property
    def lost_from(self) -> list[Deal]:
        return [deal for deal in self.closed if deal.stage.outcome == "lost" and last_open(deal) is self.stage]

    @property
    def closed_that_entered(self) -> list[Deal]:
        return [deal for deal in self.closed if first_entry(deal, self.stage)]

    def days_of_the_won(self, stages: Sequence[Stage]) -> Fraction:
        """The days that the deals won in the period spent in *stages*."""
        won = [deal for deal in self.closed if deal.stage.outcome == "won"]
        return sum((days for deal in won for stage in stages for _, days in ended(deal, stage)), Fraction(0))
