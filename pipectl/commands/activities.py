"""`pipectl activities`."""

from collections.abc import Sequence
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._open import READING, open_workspace
from pipectl.commands._scope import asked, end_note, header_of, looking_back, now_and_before
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics.activity_tables import OF_CONTACTS, by_contacts, by_deals, never, over_time
from pipectl.metrics.grouping import UNITS
from pipectl.metrics.past import Part
from pipectl.model.frozen import replace
from pipectl.report import Report, Table

OPTIONS = READING | {"period"}

_PAGE = ("owner", "type", "stage")
_NAMED = 10


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="On which deals.")] = None,
    by: Annotated[
        str | None,
        Option(metavar="FIELD", help="One table: owner, type, stage, person, month, week, source, fields.x."),
    ] = None,
    uncontacted: Annotated[
        bool, Option("--never", help="Only the open deals that nobody ever contacted, all of them.")
    ] = False,
) -> int:
    """Show activities and contacts of a period, by owner, type and stage.

    An owner's are those on the owner's deals, whoever logged them; --by person parts them by who did. The stage is
    the one that the deal was in at that moment. Open deals are those of today, or those that were open at the end of a
    period that is over. `pipectl explain contacts-per-deal`, first-contact and contacts-before-win say what the figures
    mean.

    Examples:

      pipectl activities
      pipectl activities --by month -p 2026
      pipectl activities --never --ids
    """
    if uncontacted and by is not None:
        raise UsageError("--never lists deals, --by counts activities", hint="one of the two")
    return answer(context, words or [], by, uncontacted=uncontacted)


def answer(context: Context, words: Sequence[str], by: str | None = None, *, uncontacted: bool = False) -> int:
    """Print what was done on the deals that the filter *words* keep."""
    opened = open_workspace(context)
    scope, kept = asked(context, opened, words)
    now, _ = now_and_before(opened, scope, looking_back(context, opened, words, scope, kept), None)
    notes = () if by in UNITS else end_note(scope)
    if uncontacted:
        tables: tuple[Table, ...] = (never(now.end),)
    elif by is not None:
        tables = (_table(now, by),)
    else:
        alone = never(now.end)
        tables = (
            *(_headed(_table(now, each)) for each in _PAGE),
            replace(alone.first(_NAMED), title="Never contacted"),
        )
        if len(alone.rows) > _NAMED:
            notes = (
                *notes,
                f"{_NAMED} of {len(alone.rows)} never contacted; --never lists them all",
            )
    return show(context, Report("activities", tables, header_of(scope, kept), notes), opened.workspace)


def _headed(table: Table) -> Table:
    """A table without rows has no columns that say what it is about."""
    return table if table.rows else replace(table, title=f"By {table.key}")


def _table(now: Part, by: str) -> Table:
    if by in UNITS:
        return over_time(now.scope, UNITS[by])
    return by_contacts(now, by) if by in OF_CONTACTS else by_deals(now, by)
