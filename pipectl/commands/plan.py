"""`pipectl plan`."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._aim import spoken_of
from pipectl.commands._left_out import left_out
from pipectl.commands._open import READING, chosen, open_workspace, option, period
from pipectl.commands._scope import scope_of
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics.metric import Scope
from pipectl.metrics.needed import FEW_CLOSED, LEARNED_DAYS, Needed, needed, percent, rounded
from pipectl.metrics.targets import Aim
from pipectl.metrics.volume import chance_known
from pipectl.model.frozen import replace
from pipectl.model.inputs import parse_amount
from pipectl.model.money import Money
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Cell, Column, Labelled, Multiple, Ratio, Report, Table

OPTIONS = READING | {"period"}

_COLUMNS = (
    Column("line", "Line"),
    Column("name", "Name"),
    Column("sign", "Sign"),
    Column("value", "Value", right=True),
    Column("how", "How"),
    Column("beside", "Beside it"),
)
_Line = tuple[Cell, ...]


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Whose: owner:x, group:x.")] = None,
    target: Annotated[
        str | None, Option(metavar="AMOUNT", help="Instead of the target that is set: 6bn, or 12d for 12 deals.")
    ] = None,
) -> int:
    """Show how many deals it takes to reach the target of a period, line by line.

    The target less what is won and what the open pipeline is expected to give, shared by what one new deal gives:
    its chance to be won in the days that are left, learned from all deals so far, times the average amount won. For
    an even chance, for 80%, and careful where few deals have closed; and how many a week that is, against how many
    are created a week now. `pipectl explain deals-needed` has the formulas.

    Examples:

      pipectl plan
      pipectl plan --target 9bn
      pipectl plan -P renewals -p next-quarter --target 12d
    """
    return answer(context, words or [], target)


def answer(context: Context, words: Sequence[str], target: str | None = None) -> int:
    """Print what it takes the deals that the filter *words* keep to reach their target."""
    opened = open_workspace(context)
    facts, kept = chosen(context, opened, words)
    whole = period(context, opened)
    _refuse_without_days(whole, facts.today)
    scope = scope_of(facts, whole, context, kept)
    if target is not None:
        with option("--target"):
            scope = replace(scope, targets=(_target(target, whole),))
    found = needed(scope)
    if found is None:
        raise UsageError(f"no target of an amount or of deals fits {whole.name}", hint="--target 500mn or 12d says one")
    header: list[tuple[str, Cell]] = [("period", whole.name), ("as of", facts.today)]
    header.append(("days left", found.days_left))
    if kept.text:
        header.append(("filter", kept.text))
    if alone := spoken_of(scope):
        header.append(("target", alone))
    lines = tuple(_lines(found, scope, set_here=target is None))
    table = Table("plan", _COLUMNS, lines, hidden=frozenset({"line"}), under=True)
    return show(context, Report("plan", (table,), tuple(header), tuple(_notes(found, scope))), opened.workspace)


def _refuse_without_days(whole: Period, today: date) -> None:
    """A plan needs a period that ends, and has days left."""
    if whole.is_open:
        raise UsageError(f"a plan needs a period that ends, and {whole.name} does not", hint="-p this-year, for one")
    if whole.last < today:
        raise UsageError(f"{whole.name} is over; no deal can be won in it any more", hint="-p next-quarter, for one")


def _target(text: str, whole: Period) -> Target:
    """What `--target` asks for: an amount in the workspace's currency, or with `d` behind it a number of deals.

    Raises:
        UsageError: it is neither, or nothing.
    """
    if count := re.fullmatch("([0-9]{1,6}) *d(?:eals?)?", text.strip(), re.IGNORECASE | re.ASCII):
        target = Target(whole, deals=int(count[1]))
    else:
        try:
            target = Target(whole, amount=parse_amount(text))
        except UsageError as error:
            raise UsageError(str(error), hint=error.hint or "12d asks for 12 deals") from None
    if not (target.amount or target.deals):
        raise UsageError(f"{text!r} asks for nothing")
    return target


def _lines(found: Needed, scope: Scope, *, set_here: bool) -> Iterator[_Line]:
    """The arithmetic, a line each: what it is called, its sign, its value, and how it comes about."""
    yield from _missing(found, scope, set_here=set_here)
    yield from _learned(found, scope)
    yield from _answers(found)
    yield from _by_week(found, scope)


def _missing(found: Needed, scope: Scope, *, set_here: bool) -> Iterator[_Line]:
    standing, whole, past = found.standing, scope.whole, scope.period
    places = sorted({target.period.name for target in scope.targets or ()})
    source = f"targets of {', '.join(places)} in pipectl.yaml" if set_here else "--target"
    yield "target", "target", "T", standing.cell(standing.asked), source, ()
    yield "won", "won so far", "W", standing.cell(standing.reached), f"won in {past.name}", _deals(standing.by)
    yield "gap", "gap", "G", standing.cell(standing.gap), "T - W, not below 0", ()
    what = "amount x probability" if standing.aim is Aim.AMOUNT else "probability"
    until = f"{what} of the open deals expected from {max(scope.facts.today, whole.first)} to {whole.last}"
    unknown = sum(not chance_known(state) for state in standing.left)
    beside = (*_deals(standing.left), *((Labelled("without a probability", unknown, after=True),) if unknown else ()))
    yield "open", "open pipeline gives", "E", standing.cell(standing.weighted), until, beside
    yield "missing", "missing", "Q", standing.cell(found.missing), "G - E, not below 0", ()


def _learned(found: Needed, scope: Scope) -> Iterator[_Line]:
    stages = tuple(
        Labelled(f"{count} in {stage}", "no probability: 20%" if chance is None else percent(chance))
        for stage, chance, count in found.first_stages
    )
    began = "mean probability of the stages that deals were created in" if stages else "nothing created: taken as 20%"
    yield (
        "first_chance",
        "chance at first",
        "p0",
        percent(found.first_chance),
        f"{began}, last {LEARNED_DAYS} days",
        stages,
    )
    closed = (Labelled("won", len(found.won), after=True), Labelled("closed", found.closed, after=True))
    how = f"(won + 6 p0) / (closed + 6), last {LEARNED_DAYS} days"
    yield "win_chance", "chance to be won ever", "w", percent(found.win_chance), how, closed
    how = f"of a deal created on {scope.facts.today} to be won in {scope.whole.name}, learned from creation to close"
    beside = (*_deals(found.lives), Labelled("days left", found.days_left))
    yield "in_time", "chance to be won in time", "g", percent(found.in_time.share), how, beside
    how = f"share of the wins of the last {LEARNED_DAYS} days that took no longer than the days left"
    yield "fits", "wins that fast", "", Ratio(found.fast, found.timed), how, (_fits(found),)
    if found.standing.aim is Aim.AMOUNT:
        value = None if found.value is None else Money(found.value, scope.currency)
        how = f"mean of the amounts won in the last {LEARNED_DAYS} days"
        yield "value", "amount of a win", "v", value, how, ()
        yield "variation", "its variation", "cv", _number(found.variation), "standard deviation / v", ()
    else:
        yield "value", "a win counts", "v", 1, "the target counts deals", ()
        yield "variation", "its variation", "cv", 0, "", ()


def _answers(found: Needed) -> Iterator[_Line]:
    chance = found.in_time
    yield "mean", "a new deal gives", "m", _given(found, chance.mean), "g v", ()
    how = "v sqrt(g (1 + cv^2) - g^2)"
    yield "spread", "give or take", "s", _given(found, chance.spread), how, ()
    yield "width", "80% of that, in m", "b", _number(chance.width), "0.8416 s / m", ()
    missing = float(found.missing)
    yield "even", "deals to create now, even chance", "n", rounded(found.even), "Q / m", ()
    how = "((b + sqrt(b^2 + 4 Q / m)) / 2)^2"
    yield "safe", "deals to create now, 80%", "n80", rounded(found.safe), how, ()
    if found.bound is not None and found.careful is not None:
        beside = (Labelled("won", len(found.won), after=True), Labelled("closed", found.closed, after=True))
        how = f"fewer than {FEW_CLOSED} closed: lower 20% bound of Beta(won + 0.5, lost + 0.5)"
        yield "bound", "careful chance to be won ever", "w20", percent(found.bound), how, beside
        how = "n80 with g w20 / w in place of g, where that is less"
        yield "careful", "deals to create now, 80%, careful", "", rounded(found.careful.safe(missing)), how, ()
    yield "ever_even", "if they may close later, even chance", "", rounded(found.ever.even(missing)), "Q / (w v)", ()
    how = "n80 with w in place of g"
    yield "ever_safe", "if they may close later, 80%", "", rounded(found.ever.safe(missing)), how, ()


def _given(found: Needed, number: float) -> Cell:
    """What a deal gives: money, or a part of a deal; None where no amount is known."""
    if found.value is None:
        return None
    return found.standing.cell(_exact(number)) if found.standing.aim is Aim.AMOUNT else _number(number)


def _by_week(found: Needed, scope: Scope) -> Iterator[_Line]:
    if found.spread is not None:
        how = f"mean of g for deals created on any day until {scope.whole.last}"
        yield "spread_chance", "chance when created evenly", "c", percent(found.spread.share), how, ()
    yield "weekly_even", "deals a week, even chance", "", rounded(found.weekly_even), "7 Q / (c v) / days left", ()
    yield (
        "weekly_safe",
        "deals a week, 80%",
        "",
        rounded(found.weekly_safe),
        "7 n80 / days left, with c in place of g",
        (),
    )
    beside = (*_deals(found.created), *_pace(found))
    yield "weekly_now", "created a week now", "", rounded(found.weekly_now), f"last {found.created_days} days", beside


def _deals(states: Sequence[State]) -> tuple[Labelled, ...]:
    return (Labelled("deal" if len(states) == 1 else "deals", len(states), after=True),)


def _pace(found: Needed) -> tuple[Labelled, ...]:
    """How many times as many as now the even chance takes."""
    if not found.weekly_now or found.weekly_even is None:
        return ()
    return (Labelled("needed", Multiple(found.weekly_even / found.weekly_now)),)


def _fits(found: Needed) -> Labelled:
    """Whether the cycle still fits into the days left."""
    if not found.timed:
        return Labelled("", "no win to compare with")
    share = found.fast / found.timed
    return Labelled("", "the cycle fits" if share >= 0.5 else "the cycle hardly fits" if share else "it no longer fits")


def _notes(found: Needed, scope: Scope) -> Iterator[str]:
    if found.standing.reached >= found.standing.asked:
        yield "the target is met"
    elif not found.missing:
        yield "the open pipeline is expected to give what is missing, an even chance; no new deal is asked for"
    elif found.value is None:
        yield f"no win of the last {LEARNED_DAYS} days has an amount, so deals can't be counted: give --target 12d"
    yield from left_out(scope, beside=(*found.standing.left, *found.won))


def _number(number: float | None) -> Decimal | None:
    """To four decimals, without zeros at the end."""
    return None if number is None else _exact(round(number, 4))


def _exact(number: float) -> Decimal:
    """To six decimals, as every format shows it."""
    return Decimal(f"{number:.6f}").normalize() + 0
