"""`pipectl reasons`."""

from collections.abc import Sequence
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._left_out import left_out
from pipectl.commands._open import READING, open_workspace
from pipectl.commands._scope import asked, header_of
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.metrics.metric import Scope
from pipectl.metrics.reasons import LOSSES, compared, ends, excluded, parts_of_losses
from pipectl.model.frozen import replace
from pipectl.report import Report, Table

OPTIONS = READING | {"period"}

_PAGE = ("reason", "stage", "competitor", "source", "size", "owner", "company")
_TITLES = {"reason": "What deals were lost for", "stage": "Where they died"}
# What `stats --by` calls them.
_OTHER_WORDS: dict[str, str | None] = {field: word for word, field in LOSSES.items()}
_MOST = 5
_BEYOND_THE_PAGE = frozenset({"won_amount", "change", "difference", "before"})
# One group in so many stands out where none differs, at intervals of 90%.
_BY_CHANCE = 10


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    by: Annotated[
        str | None,
        Option(metavar="FIELD", help="One table whole: reason, stage, competitor, source, size, owner, fields.x."),
    ] = None,
) -> int:
    """Show why deals are won and lost: by reason, stage, competitor, source, size, owner.

    Reasons and the stages where deals died are shares of the losses, against the period before. In every other table
    a group's win rate stands against that of all other closed deals; `higher` and `lower` stand only where the 90%
    interval of the difference leaves out 0. Under 10 closed deals it says too few.

    Examples:

      pipectl reasons -p 2026
      pipectl reasons --by reason -p 2026
      pipectl reasons --by size owner:sari -p ytd
    """
    return answer(context, words or [], by)


def answer(context: Context, words: Sequence[str], by: str | None = None) -> int:
    """Print why the deals that the filter *words* keep were won and lost."""
    by = _OTHER_WORDS.get(by or "", by)
    opened = open_workspace(context)
    scope, kept = asked(context, opened, words)
    earlier = opened.settings.calendar.before(scope.period) if scope.whole.first <= scope.facts.today else None
    # As it is known today, like the numbers of any period: a deal reopened since has left those of the one before too.
    before = scope.during(earlier) if earlier else None
    tables = _page(scope, before) if by is None else (_table(scope, by, before),)
    not_counted = excluded(scope)
    if not_counted.rows and by in (None, "reason"):
        tables = (*tables, not_counted)
    notes = (*_notes(scope, tables, by), *((f"before: {earlier.name}",) if earlier and by in LOSSES else ()))
    return show(context, Report("reasons", tables, header_of(scope, kept), notes), opened.workspace)


def _table(scope: Scope, by: str, before: Scope | None, most: int | None = None) -> Table:
    return parts_of_losses(scope, by, before, most) if by in LOSSES else ends(scope, by, most)


def _page(scope: Scope, before: Scope | None) -> tuple[Table, ...]:
    """The tables that tell something, each with its largest rows; the first one always."""
    found = (_table(scope, by, before, _MOST) for by in _PAGE)
    return tuple(
        replace(table, title=_TITLES.get(table.key, ""), hidden=_BEYOND_THE_PAGE | _unsaid(table))
        for table in found
        if table.key == _PAGE[0] or _tells(table)
    )


def _unsaid(table: Table) -> frozenset[str]:
    """The column of verdicts where there is none."""
    return frozenset() if compared((table,))[1] else frozenset({"verdict"})


def _tells(table: Table) -> bool:
    """Whether there is more than one group in it, and one of several deals with a value."""
    counts = [place for place, column in enumerate(table.columns) if column.key in ("won", "lost")]
    sizes = [
        sum(count for place in counts if isinstance(count := row[place], int))
        for row in table.rows
        if not str(row[0]).startswith("(")
    ]
    return len(table.rows) > 1 and any(size > 1 for size in sizes)


def _notes(scope: Scope, tables: Sequence[Table], by: str | None) -> tuple[str, ...]:
    notes = []
    if by is None and (scope.won or scope.lost):
        notes.append("--by FIELD shows one table whole, with every difference and its interval")
    if by not in (None, "reason") and (count := len(scope.lost) - len(scope.counted_lost)):
        notes.append(f"{count} lost, for reasons that do not count in the win rate")
    tested, clear = compared(table for table in tables if table.key != "excluded")
    if clear:
        chance = f"about {round(tested / _BY_CHANCE)}" if tested >= _BY_CHANCE else "less than one"
        notes.append(f"{clear} of {tested} groups that are large enough differ; {chance} would by chance alone")
    return (*notes, *left_out(scope, beside=()))
