"""`pipectl flow`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Context as Precision
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._open import READING, Opened, facts_for, open_workspace, pipelines
from pipectl.commands._rateless import rateless_notes
from pipectl.commands._show import show
from pipectl.commands._span import begun, between, past
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics.flow import LINES, End, Flow, Movement, Pair, flow, flow_by, sum_of
from pipectl.metrics.grouping import FIELDS, UNITS, grouping, unknown_field
from pipectl.metrics.metric import Scope
from pipectl.metrics.volume import worth
from pipectl.model.facts import Facts
from pipectl.model.filter import Filter, parse_filter
from pipectl.model.money import Money, total
from pipectl.model.period import Period
from pipectl.model.period_text import parse_period
from pipectl.model.state import State
from pipectl.report import Cell, Column, Report, Table

OPTIONS = READING | {"period"}

_LINES = (
    Column("line", "Id"),
    Column("name", "Movement"),
    Column("deals", "Deals", right=True),
    Column("count", "Count", right=True),
    Column("amount", "Amount", right=True, holds="money"),
    Column("unpriced", "Unpriced", right=True),
)
_DEALS = (
    Column("line", "Movement"),
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("owner", "Owner"),
    Column("pipeline", "Pipeline"),
    Column("stage", "Stage"),
    Column("amount", "Amount", right=True, holds="money"),
    Column("before", "Before", holds="money"),
    Column("after", "After", holds="money"),
    Column("why", "Why"),
)
_BETWEEN = (
    Column("line", "In between"),
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("owner", "Owner"),
    Column("amount", "Amount", right=True, holds="money"),
)
_RATELESS = (
    Column("at", "Without a rate"),
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("amount", "Amount", right=True, holds="money"),
)
_EXACT = Precision(prec=60)

# What has no history of its own: both ends are asked of today's value.
_UNTRACKED = frozenset({"title", "company", "contact", "source", "tag", "text", "competitor"})


def run(
    context: Context,
    words: Annotated[
        list[str] | None, Argument(metavar="[A..B] [FILTER]...", help="Which days, and which deals.")
    ] = None,
    since: Annotated[str | None, Option(metavar="DATE", help="From DATE until today: 1w, mon, 2026-11.")] = None,
    by: Annotated[
        str | None, Option(metavar="FIELD", help="The movement of each: owner, group, pipeline, source …")
    ] = None,
    deals: Annotated[bool, Option("--deals", help="Every deal under its line, the largest first.")] = False,
) -> int:
    """Show how the open pipeline changed between two days, to the last digit.

    A..B compares the end of day A with the end of day B; a period such as 2026-Q4, or -p, its beginning with its end
    or today. Without either it is the fiscal quarter to date. The deals measured are the open ones that fit the
    filter at each end by itself.

    Examples:

      pipectl flow
      pipectl flow 2026-10-31..2026-11-20 owner:sari
      pipectl flow 2026-Q3 --by owner
      pipectl flow --since 2w --deals
    """
    return answer(context, words or [], since, by, every_deal=deals)


def answer(
    context: Context, words: Sequence[str], since: str | None = None, by: str | None = None, *, every_deal: bool = False
) -> int:
    """Print the movement of the deals that the filter *words*, after a word for the days, keep."""
    opened = open_workspace(context)
    days, words = _days(context, opened, words, since)
    last = Opened(opened.root, opened.workspace, days.last)
    end, kept = _end(context, last, words)
    days = begun(days, end.facts)
    start, _ = _end(context, Opened(opened.root, opened.workspace, days.first - timedelta(days=1)), words)
    flows = {"": flow(start, end)} if by is None else _groups(start, end, by, days)
    header: list[tuple[str, Cell]] = [
        ("period", days.name),
        ("from the end of", start.facts.today),
        ("to the end of", end.facts.today),
    ]
    if by is not None:
        header.append(("by", by))
    if context.options.as_of is not None:
        header.append(("as of", opened.day))
    if kept.text:
        header.append(("filter", kept.text))
    lines, moved = _lines(flows, by, start, end), _deals(flows, by)
    tables = (moved, lines) if every_deal else (lines, moved)
    beside = (_between(flows, by), _rateless(flows, by))
    notes = (*_notes(flows, end.facts, kept), *_rounded(lines, end.facts), *rateless_notes(_without_rate(flows)))
    shape = "flow-deals" if every_deal else "flow"
    return show(context, Report("flow", (*tables, *beside), tuple(header), notes, shape=shape), opened.workspace)


def _days(context: Context, opened: Opened, words: Sequence[str], since: str | None) -> tuple[Period, Sequence[str]]:
    """The days that are looked at, and the words that are left for the filter."""
    found = between(words[0], opened) if words else None
    if found is None:
        return past(context, opened, since, "qtd"), words
    if since is not None or context.options.period is not None:
        other = "--since" if since is not None else "-p"
        raise UsageError(f"'{words[0]}' and {other} both say which days", hint="leave one of them out")
    if len(words) > 1 and _names_days(words[1], opened):
        first, second = words[:2]
        hint = f"write {first}..{second}; text:{second} looks for the text"
        raise UsageError(f"'{first}' and '{second}' both say which days", hint=hint)
    return found, words[1:]


def _names_days(word: str, opened: Opened) -> bool:
    # A year alone may be meant as text: deals are called `Renewal 2027`.
    if word.isdigit() or ":" in word:
        return False
    try:
        parse_period(word, opened.day, opened.settings.calendar)
    except UsageError:
        return False
    return True


def _end(context: Context, opened: Opened, words: Sequence[str]) -> tuple[End, Filter]:
    """The state at the end of the day of *opened*, with what -P and the filter ask of a deal then."""
    facts = facts_for(context, opened, words)
    kept = parse_filter(words, facts)
    if not context.options.pipelines:
        return End(facts, kept.terms), kept
    named = parse_filter([f"pipeline:{','.join(sorted(pipelines(context, opened.workspace)))}"], facts)
    return End(facts, (*named.terms, *kept.terms)), kept


def _groups(start: End, end: End, by: str, days: Period) -> Mapping[str, Flow]:
    """The flow of each value of the field *by*, by what it is called."""
    if by in UNITS:
        raise unknown_field(by, [name for name in (*FIELDS, "group", "manager") if name != by])
    at_start, at_end = (grouping(Scope(side.facts, days, days), by) for side in (start, end))
    return {at_end.label(name): found for name, found in flow_by(start, end, at_start, at_end).items()}


def _grouped(columns: tuple[Column, ...], by: str | None) -> tuple[Column, ...]:
    return columns if by is None else (Column("part", by.capitalize()), *columns)


def _rows(
    flows: Mapping[str, Flow], by: str | None, rows: Callable[[Flow], Iterable[tuple[Cell, ...]]]
) -> tuple[tuple[Cell, ...], ...]:
    """The *rows* of every flow, each after the name of its group where there are groups."""
    return tuple(row if by is None else (group, *row) for group, found in flows.items() for row in rows(found))


def _lines(flows: Mapping[str, Flow], by: str | None, start: End, end: End) -> Table:
    def rows(found: Flow) -> Iterator[tuple[Cell, ...]]:
        yield _edge("start", start.facts.today, found.start, found.currency)
        for line in LINES:
            moved = found.of(line.id)
            unpriced = sum(movement.worth is None for movement in moved)
            count = line.sign * len(moved) if line.counts else 0
            yield line.id, line.title, len(moved), count, sum_of(moved, found.currency), unpriced
        yield _edge("end", end.facts.today, found.end, found.currency)

    return Table("flow", _grouped(_LINES, by), _rows(flows, by, rows), hidden=frozenset({"line"}), empty="no deal fits")


def _edge(line: str, day: date, states: Sequence[State], currency: str) -> tuple[Cell, ...]:
    unpriced = sum(state.amount is None for state in states)
    return line, f"end of {day}", len(states), len(states), worth(states, currency), unpriced


def _deals(flows: Mapping[str, Flow], by: str | None) -> Table:
    def rows(found: Flow) -> Iterator[tuple[Cell, ...]]:
        for movement in found.movements:
            state = movement.pair.latest
            before, after = _before_and_after(movement)
            yield (
                *(movement.line, state.deal.id, state.deal.title, state.owner, state.pipeline.id, state.stage.id),
                *(movement.worth, before, after, movement.why),
            )

    hidden = frozenset({"title", "pipeline", "stage"})
    return Table("deals", _grouped(_DEALS, by), _rows(flows, by, rows), "", "id", hidden, empty="no deal moved")


def _before_and_after(movement: Movement) -> tuple[Cell, Cell]:
    """What of the deal made the movement, old and new."""
    was, now = movement.pair.start, movement.pair.end
    if was is None or now is None:
        return was.stage.id if was else None, now.stage.id if now else None
    match movement.line:
        case "raised" | "cut" | "rate-found" | "rate-missing":
            return was.amount, now.amount
        case "currency-up" | "currency-down":
            return now.worth and _less(now.worth, movement.worth), now.worth
        case "pulled-in" | "pushed-out":
            return was.deal.expected_close, now.deal.expected_close
        case "transferred-in" | "transferred-out":
            return next(
                ((old, new) for old, new in zip(_told(was), _told(now), strict=True) if old != new), (None, None)
            )
    return was.stage.id, now.stage.id


def _less(worth: Money, change: Money | None) -> Money:
    """The new amount at the old rate."""
    return total([worth, *([change.times(-1)] if change else [])], worth.currency)


def _told(state: State) -> tuple[Cell, ...]:
    """What a transfer may be told by, the most telling first."""
    return state.owner or None, state.pipeline.id, state.stage.id, state.amount, state.deal.expected_close


def _between(flows: Mapping[str, Flow], by: str | None) -> Table:
    def rows(found: Flow) -> Iterator[tuple[Cell, ...]]:
        for pair in found.between:
            yield _passage(pair), pair.latest.deal.id, pair.latest.deal.title, pair.latest.owner, pair.latest.worth

    empty = "no deal came and was closed in between"
    columns = _grouped(_BETWEEN, by)
    return Table("between", columns, _rows(flows, by, rows), "", "id", frozenset({"title"}), empty=empty)


def _passage(pair: Pair) -> str:
    came = "created" if pair.start is None else "transferred" if pair.start.is_open else "reopened"
    return f"{came} and {'won' if pair.latest.is_won else 'lost'}"


def _rateless(flows: Mapping[str, Flow], by: str | None) -> Table:
    def rows(found: Flow) -> Iterator[tuple[Cell, ...]]:
        for at, states in (("start", found.start), ("end", found.end)):
            for state in states:
                if state.rate_missing:
                    yield at, state.deal.id, state.deal.title, state.amount

    columns = _grouped(_RATELESS, by)
    return Table("without_rate", columns, _rows(flows, by, rows), "", "id", empty="every amount has a rate")


def _without_rate(flows: Mapping[str, Flow]) -> list[State]:
    edges = [state for found in flows.values() for state in (*found.start, *found.end)]
    moved = [
        state for found in flows.values() for one in found.movements for state in one.pair[:2] if state is not None
    ]
    passed = [pair.latest for found in flows.values() for pair in found.between]
    return [state for state in (*edges, *moved, *passed) if state.rate_missing]


def _notes(flows: Mapping[str, Flow], end: Facts, kept: Filter) -> Iterator[str]:
    """What the sums do not say."""
    undated = [state.deal.id for state in end.states if not state.is_open and not state.dated]
    if undated:
        many = f"{len(undated)} deals" if len(undated) > 1 else "1 deal"
        yield f"{many} closed, date unknown, in no line: {_named(undated)} (pipectl check stage-history)"
    untracked = sorted(key for term in kept.terms for key in term.keys if key in _UNTRACKED or key.startswith("fields"))
    if untracked:
        yield f"{', '.join(dict.fromkeys(untracked))}: no history is kept, both ends are asked of today's value"
    if kept.speaks_of_closed and not any(found.start or found.end for found in flows.values()):
        yield "what is measured is the open pipeline: closed deals are in neither end"


def _rounded(lines: Table, facts: Facts) -> Iterator[str]:
    """Where `display` hides digits, what people see may not add up though the figures do."""
    shown = facts.settings.display.decimals
    sums = [cell.amount for row in lines.rows for cell in row if isinstance(cell, Money)]
    if any(int(_EXACT.normalize(amount).as_tuple().exponent) < -shown for amount in sums):
        digits = f"{shown} decimal{'' if shown == 1 else 's'}"
        yield f"amounts are rounded to {digits}, as `display` says; -f json has every digit, and they add up"


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(ids[:5]) + more
