"""What the second reckoning says to each command: the rows of its JSON, as far as they are reckoned."""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import Any

from tests.second_opinion.figures import Look, priced, total
from tests.second_opinion.known import Deal
from tests.second_opinion.middle import Rate, mean, median, percentile, rate
from tests.second_opinion.periods import within
from tests.second_opinion.stages import AtStage, expected_mean, expected_median

Row = dict[str, Any]
NINETY = Fraction(9, 10)
Z90 = NormalDist().inv_cdf(0.95)


def money(deals: Sequence[Deal]) -> Fraction | None:
    """The sum of *deals*, unknown where none of them has an amount."""
    return total(deals) if priced(deals) or not deals else None


def stats(look: Look) -> Row:
    """metric → its value; and beside it (metric, label) → what stands there."""
    aim, contacts = look.aim, look.contacts_before_win
    cycles, lost_cycles, waits = look.cycles(look.won), look.cycles(look.lost), look.first_contacts
    # What deals created now would come to: no page of this reckoning, but a period that is over has none.
    ahead = () if look.rest.days else ("deals-needed", "win-in-time")
    return {
        **dict.fromkeys(ahead),
        "open-deals": len(look.open),
        "open-amount": money(look.open),
        ("open-amount", "weighted"): look.weighted(look.open),
        "average-size": look.average(look.open),
        ("average-size", "won"): look.average(look.won),
        "created": len(look.created),
        "won": len(look.won),
        "won-amount": money(look.won),
        "lost": len(look.lost),
        "win-rate": look.win_rate,
        "win-rate-by-amount": look.win_rate_by_amount,
        "win-rate-with-stale": look.win_rate_with_stale,
        ("win-rate-with-stale", "stagnant"): len(look.stagnant),
        "sales-cycle": mean(cycles),
        ("sales-cycle", "median"): median(cycles),
        ("sales-cycle", "p90"): percentile(cycles, NINETY),
        ("sales-cycle", "lost"): mean(lost_cycles),
        "velocity": look.velocity,
        "attainment": aim and aim.attainment,
        "pace": aim and aim.pace,
        "gap": aim and aim.gap,
        "coverage": aim and aim.times(aim.open_for_rest),
        "weighted-coverage": aim and aim.times(aim.weighted_for_rest),
        "contacts-per-deal": look.contacts_per_deal,
        "first-contact": median(waits),
        ("first-contact", "mean"): mean(waits),
        "contacts-before-win": rate(sum(contacts), len(contacts)),
        "slip-rate": look.slip_rate,
        "pushes": len(look.pushes),
        ("pushes", "median"): median([Fraction(days) for days in look.pushes]),
    }


def owners(look: Look) -> dict[str, Row]:
    """The rows of everybody who has a deal."""
    return {name or "(no owner)": owner(look, name) for name in {deal.owner for deal in [*look.all, *look.open]}}


def owner(look: Look, name: str) -> Row:
    """The row of `stats --by owner`, and that of `team`: what the owner's deals come to alone."""
    own = Look(look.world, look.period, look.day, lambda deal: deal.owner == name, ("owner", name))
    aim, cycles = own.aim, own.cycles(own.won)
    return {
        "open": len(own.open),
        "open_amount": money(own.open),
        "created": len(own.created),
        "won": len(own.won),
        "lost": len(own.lost),
        "win_rate": own.win_rate,
        "won_amount": money(own.won),
        "average_won": own.average(own.won),
        "cycle": mean(cycles),
        "median_cycle": median(cycles),
        "attainment": aim and aim.attainment,
        "deals": len(own.all),
        "coverage": aim and aim.times(aim.open_for_rest),
        "weighted_coverage": aim and aim.times(aim.weighted_for_rest),
        "contacts": own.contacts_per_deal,
        "stalled": rate(len(own.stalled), len(own.open)),
        "slip_rate": own.slip_rate,
    }


def funnel(look: Look, pipeline: str) -> dict[str, Row]:
    found = {}
    for stage in look.world.open_stages(pipeline):
        at = AtStage(stage, look.all, look.so_far, lambda deal: deal.counts_in_rate)
        entered, advanced, lost = len(at.entered), len(at.advanced), len(at.lost)
        won, gone = len(at.now("won")), len(at.now("lost"))
        found[stage.id] = {
            "entered": entered,
            "advanced": advanced,
            "lost": lost,
            "pending": entered - advanced - lost,
            "back": len(at.back),
            "rate": rate(advanced, entered),
            "resolved": rate(advanced, advanced + lost),
            "won": won,
            "to_won": rate(won, won + gone),
        }
    most = max((row["entered"] for row in found.values()), default=0)
    for row in found.values():
        row["of_most"] = Fraction(row["entered"], most or 1)
    return found


def cycle(look: Look, before: Look, pipeline: str) -> dict[str, Row]:
    found = {}
    stages = look.world.open_stages(pipeline)
    for stage in stages:
        at = AtStage(stage, look.all, look.so_far, lambda deal: deal.counts_in_rate)
        then = AtStage(stage, before.all, before.so_far, lambda deal: deal.counts_in_rate)
        visits, deals = [days for stays in at.stays for days in stays], [sum(stays, Fraction(0)) for stays in at.stays]
        earlier = [days for stays in then.stays for days in stays]
        closed = at.closed_that_entered
        share = rate(sum(deal.stage.outcome == "won" for deal in closed), len(closed))
        found[stage.id] = {
            "visits": len(visits),
            "mean": mean(visits),
            "median": median(visits),
            "p90": percentile(visits, NINETY),
            "open": len(at.lasting),
            "expected_median": expected_median(at.over, at.lasting),
            "expected_mean": expected_mean(at.over, at.lasting),
            "deals": len(deals),
            "deal_mean": mean(deals),
            "deal_median": median(deals),
            "deal_p90": percentile(deals, NINETY),
            "visits_before": len(earlier),
            "mean_before": mean(earlier),
            "median_before": median(earlier),
            "resolved": rate(len(at.advanced), len(at.advanced) + len(at.lost)),
            "resolved_before": rate(len(then.advanced), len(then.advanced) + len(then.lost)),
            "lost": len(at.lost_from),
            "lost_value": money(at.lost_from),
            "win_rate": share,
            "recoverable": _times(money(at.lost_from), share.share),
            "waiting": Rate(at.days_of_the_won([stage]), at.days_of_the_won(stages)),
        }
    return found


def _times(amount: Fraction | None, share: Any) -> Any:
    return None if amount is None or share is None else amount * share


CATEGORIES = ("commit", "best_case", "pipeline", "omitted", "")
COLUMNS = ("commit", "best_case", "in_pipeline", "omitted", "no_category")


def forecast(look: Look) -> dict[str, Row]:
    """The lines of `forecast` by their period or what they are of; months unless the period is one."""
    today, period = look.day, look.period
    lines: dict[str, Row] = {}
    months = within(period, "month", look.world.year_start)
    # It looks ahead from its own day, into a period that is over too.
    is_open = [deal for deal in look.all if deal.is_open]
    dated = priced(is_open)
    for part in [*months, period] if len(months) > 1 else [period]:
        expected = [deal for deal in dated if part.rest(today).holds(deal.expected) and deal.expected >= today]
        inner = Look(look.world, part, today, look.keep, look.whose)
        aim = inner.aim_at("amount")
        lines[part.name] = _line(look, expected) | {
            "won": money(inner.won),
            "target": aim and aim.asked,
            "reached": aim and aim.reached,
            "gap": aim and aim.gap,
        }
    groups = {
        "overdue": [deal for deal in dated if deal.expected and deal.expected < today],
        "earlier": [deal for deal in dated if deal.expected and today <= deal.expected < period.first],
        "later": [deal for deal in dated if deal.expected and deal.expected >= max(period.until, today)],
        "no date": [deal for deal in dated if deal.expected is None],
    }
    lines |= {name: _line(look, deals) for name, deals in groups.items()}
    lines["unpriced"] = {"deals": sum(deal.amount is None for deal in is_open)}
    without = [deal.amount[1] for deal in is_open if deal.amount and deal.worth is None]
    lines |= {f"no rate for {currency}": {"deals": without.count(currency)} for currency in without}
    return lines


def _line(look: Look, deals: Sequence[Deal]) -> Row:
    of = [total([deal for deal in deals if deal.category == category]) for category in CATEGORIES]
    return {
        "deals": len(deals),
        "amount": total(deals),
        "weighted": look.weighted(deals),
        "no_probability": sum(deal.probability is None for deal in deals),
        **dict(zip(COLUMNS, of, strict=True)),
        "commit_best_case": of[0] + of[1],
        "commit_best_case_pipeline": of[0] + of[1] + of[2],
    }


def newcombe(one: Rate, other: Rate) -> tuple[float, float] | None:
    """The interval of *one* less *other*, by Newcombe's hybrid of two of Wilson's, 90%."""
    first, second = one.wilson(Z90), other.wilson(Z90)
    if first is None or second is None:
        return None
    p, q = float(one.part / one.whole), float(other.part / other.whole)
    low = p - q - sqrt((p - first[0]) ** 2 + (second[1] - q) ** 2)
    return low, p - q + sqrt((first[1] - p) ** 2 + (q - second[0]) ** 2)


def reasons(look: Look, before: Look) -> dict[str, Row]:
    """Why deals were lost: of the losses that count in the win rate."""
    lost, earlier = look.counted_lost, before.counted_lost
    return {
        reason or "(no reason)": {
            "lost": len(those),
            "lost_amount": money(those),
            "share": rate(len(those), len(lost)),
            "before": rate(sum(deal.lost_reason == reason for deal in earlier), len(earlier)),
        }
        for reason in {deal.lost_reason for deal in [*lost, *earlier]}
        for those in [[deal for deal in lost if deal.lost_reason == reason]]
    }


def outcomes(look: Look, field: str) -> dict[str, Row]:
    """The closed deals by their owner or source, each group against all others."""

    def of(deal: Deal) -> str:
        return deal.owner if field == "owner" else str(deal.raw.get(field, ""))

    found = {}
    for name in {of(deal) for deal in [*look.won, *look.counted_lost]}:
        won = [deal for deal in look.won if of(deal) == name]
        lost = [deal for deal in look.counted_lost if of(deal) == name]
        own = rate(len(won), len(won) + len(lost))
        others = Rate(look.win_rate.part - own.part, look.win_rate.whole - own.whole)
        found[name or f"(no {field})"] = {
            "won": len(won),
            "won_amount": money(won),
            "lost": len(lost),
            "lost_amount": money(lost),
            "win_rate": own,
            "difference": newcombe(own, others),
        }
    return found
