"""`pipectl forecast`."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._aim import aim_notes
from pipectl.commands._left_out import left_out
from pipectl.commands._open import READING, open_workspace
from pipectl.commands._scope import asked, held
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics.forecast import METHODS, STATIC, Kind, Method, Slice, TargetsOf, category, columns, lines, slices
from pipectl.metrics.grouping import UNITS, grouping
from pipectl.metrics.metric import Scope
from pipectl.metrics.targets import targets_of
from pipectl.metrics.volume import chance_known, probability
from pipectl.model.filter import Filter
from pipectl.model.frozen import frozen, replace
from pipectl.model.money import Money
from pipectl.model.period import Unit
from pipectl.model.state import State
from pipectl.model.suggest import suggest
from pipectl.report import Cell, Column, Percent, Report, Table

OPTIONS = READING | {"period"}

# People read these whatever they hold, and the last ones only when they ask for them.
_ALWAYS = frozenset({"period", "deals", "amount"})
_BEYOND_THE_PAGE = frozenset({"commit_best_case", "commit_best_case_pipeline", "in_pipeline", "omitted", "no_category"})
_LINE = (Column("period", "Expected"), Column("kind", "Kind"))
_DEALS = (
    Column("period", "Expected"),
    Column("kind", "Kind"),
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("pipeline", "Pipeline"),
    Column("stage", "Stage"),
    Column("owner", "Owner"),
    Column("close", "Close"),
    Column("amount", "Amount", right=True, holds="money"),
    Column("worth", "Worth", right=True, holds="money"),
    Column("probability", "Probability", right=True),
    Column("from", "From"),
    Column("weighted", "Weighted", right=True, holds="money"),
    Column("category", "Category"),
)


@frozen
class _Group:
    """Deals that have a part of the forecast to themselves, and what they are held against in a period."""

    name: str
    scope: Scope
    targets: TargetsOf


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    by: Annotated[
        str | None, Option(metavar="FIELD", help="A part for each: owner, pipeline, group, source, fields.x.")
    ] = None,
    unit: Annotated[
        Unit | None, Option(metavar="UNIT", help="A line for each month, quarter or week; months unless --by.")
    ] = None,
    method: Annotated[str, Option(metavar="NAME", help="How open deals are weighed: static.")] = STATIC.name,
    deals: Annotated[bool, Option("--deals", help="The deals behind each line.")] = False,
) -> int:
    """Show what open deals are expected to bring, and when.

    Open amounts, as they are and weighted by the probability of the deal, else of its stage; what of them is commit
    and best case; beside them what is won, the target and the gap. Deals whose date has passed or that have none, no
    amount or no rate stand apart, so that the lines add up to all that is open. `--fields ?` names the columns that
    are not shown, every forecast category among them, single and summed up from commit. The period is the current
    fiscal quarter unless -p names another.

    Examples:

      pipectl forecast
      pipectl forecast --by owner
      pipectl forecast -p 2026 --unit quarter -P new-business
      pipectl forecast --deals owner:sari
    """
    return answer(context, words or [], by, unit, method, deals=deals)


def answer(
    context: Context,
    words: Sequence[str],
    by: str | None = None,
    unit: Unit | None = None,
    method: str = STATIC.name,
    *,
    deals: bool = False,
) -> int:
    """Print the forecast of the deals that the filter *words* keep."""
    how = _method(method)
    opened = open_workspace(context)
    scope, kept = asked(context, opened, words)
    if scope.whole.is_open:
        raise UsageError(f"a forecast needs a period that ends, and {scope.whole.name} does not", hint="try -p 2026")
    if by is not None and by in UNITS:
        raise UsageError(f"--by parts the deals by a field, and '{by}' is a time", hint=f"--unit {by}")
    unit = unit or (None if by else Unit.MONTH)
    groups = list(_groups(scope, by, kept))
    header: list[tuple[str, Cell]] = [("period", scope.whole.name), ("as of", scope.facts.today), ("method", how.name)]
    if kept.text:
        header.append(("filter", kept.text))
    if deals:
        tables = tuple(_deal_table(group, by, unit) for group in groups)
    else:
        tables = _alike([_table(group, by, unit, how) for group in groups])
    return show(context, Report("forecast", tables, tuple(header), tuple(_notes(scope, by))), opened.workspace)


def _method(name: str) -> Method:
    if name in METHODS:
        return METHODS[name]
    near = suggest(name, METHODS)
    hint = f"did you mean {near}?" if near else f"known: {', '.join(METHODS)}"
    raise UsageError(f"--method '{name}' is no method of forecasting", hint=hint)


def _groups(scope: Scope, by: str | None, kept: Filter) -> Iterator[_Group]:
    """All deals; or those of each value of the field *by* that has any to speak of, held against its own targets."""
    known, whose = scope.facts.settings.targets, held(scope.facts, kept)
    if by is None:
        owner, group = whose or ("", "")
        targets = partial(targets_of, known, owner=owner, group=group, pipelines=scope.pipelines)
        yield _Group("", scope, (lambda _: None) if whose is None else targets)
        return
    found = grouping(scope, by)
    for name, states in found.parts(scope.facts.states):
        targets = partial(
            targets_of,
            known,
            owner=name if by == "owner" else "",
            group=name if by == "group" else "",
            pipelines=(name,) if by == "pipeline" else scope.pipelines,
        )
        # Where a filter keeps some of the deals, nobody's target speaks of them.
        speaks = bool(name) and by in ("owner", "group", "pipeline") and whose == ("", "")
        part = _Group(found.label(name), scope.of(states), targets if speaks else lambda _: None)
        if part.scope.open or part.scope.won or part.targets(scope.whole):
            yield part


def _table(group: _Group, by: str | None, unit: Unit | None, method: Method) -> Table:
    parts = slices(group.scope, unit, group.targets)
    figures = lines(group.scope, parts, method)
    named = (group.name,) if by else ()
    rows = tuple((*named, part.name, part.kind.value, *cells) for part, cells in zip(parts, figures, strict=True))
    table = Table("forecast", (*_part(by), *_LINE, *columns(method)), rows, group.name, part=by or "")
    return replace(table, hidden=frozenset({"kind", *_BEYOND_THE_PAGE, *((by,) if by else ()), *_unsaid(table)}))


def _alike(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The same columns for people in each: those that say something in any."""
    hidden = frozenset.intersection(*(table.hidden for table in tables)) if tables else frozenset()
    return tuple(replace(table, hidden=hidden) for table in tables)


def _unsaid(table: Table) -> Iterator[str]:
    """Columns of figures that are nothing or unknown in every line, and what is reached where it is what is won."""
    for place, column in enumerate(table.columns):
        if column.key not in _ALWAYS and all(_is_nothing(row[place]) for row in table.rows):
            yield column.key
    won, reached = table.index("won"), table.index("reached")
    if all(row[reached] in (None, row[won]) for row in table.rows):
        yield "reached"


def _is_nothing(cell: Cell) -> bool:
    return not (cell.amount if isinstance(cell, Money) else cell)


def _part(by: str | None) -> tuple[Column, ...]:
    return (Column(by, by.capitalize()),) if by else ()


def _deal_table(group: _Group, by: str | None, unit: Unit | None) -> Table:
    """The deals of each line, the most worth first."""
    named = (group.name,) if by else ()
    parts = slices(group.scope, unit)
    # With its units the period would tell every deal twice.
    told = [part for part in parts if part.kind is not Kind.WHOLE or all(p.kind is not Kind.EXPECTED for p in parts)]
    rows = tuple((*named, *_deal(part, state)) for part in told for state in sorted(part.states, key=_by_worth))
    # A deal has columns of its own for its owner and pipeline, so the part is called by another key.
    known = (*((Column("by", by.capitalize()),) if by else ()), *_DEALS)
    hidden = frozenset({"by", "kind", "title", "worth", "from"})
    return Table("deals", known, rows, group.name, "id", hidden, empty="no open deal", part="by" if by else "")


def _deal(part: Slice, state: State) -> tuple[Cell, ...]:
    own = state.deal.probability is not None
    return (
        part.name,
        part.kind.value,
        state.deal.id,
        state.deal.title,
        state.pipeline.id,
        state.stage.id,
        state.owner,
        state.deal.expected_close,
        state.amount,
        state.worth,
        Percent(probability(state)) if chance_known(state) else None,
        "deal" if own else "stage" if chance_known(state) else "",
        replace(part, states=(state,)).weighted if state.amount is not None else None,
        category(state),
    )


def _by_worth(state: State) -> tuple[Decimal, str]:
    money = state.worth or state.amount
    return (-money.amount if money else Decimal(0)), state.deal.id


def _notes(scope: Scope, by: str | None) -> Iterator[str]:
    """What the figures can't say."""
    if by is None and any(target.amount is not None for target in scope.targets or ()):
        yield from aim_notes(scope)
    unknown = sum(not chance_known(state) for state in scope.open)
    if unknown:
        yield f"{_deals(unknown)} without a probability, of the deal or its stage: nothing in the weighted amount"
    nameless = sum(not category(state) for state in scope.open)
    if nameless:
        yield f"{_deals(nameless)} without a forecast category, of the deal or its stage"
    if not scope.whole.days or scope.whole.last < scope.facts.today:
        yield f"{scope.whole.name} is over: nothing that is open on {scope.facts.today} is expected in it"
    yield from left_out(scope)


def _deals(count: int) -> str:
    return f"{count} open deal{'' if count == 1 else 's'}"
