"""`pipectl team`."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._aim import aim_notes
from pipectl.commands._left_out import left_out
from pipectl.commands._open import READING, open_workspace
from pipectl.commands._scope import asked, end_note, header_of, held, looking_back, now_and_before
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.metrics.helping import STANDS_OUT, WEIGHTS, Help, Need, help_needed
from pipectl.metrics.metric import Scope
from pipectl.metrics.past import Part
from pipectl.metrics.team import by_group, by_manager, left_behind, people
from pipectl.model.filter import Filter
from pipectl.model.frozen import replace
from pipectl.model.state import State
from pipectl.report import Column, Marked, Report, Table

OPTIONS = READING | {"period"}

_NAMED = 4
_FIRST = 5
# Reasons that are a handful of deals.
_BY_DEAL = frozenset({"stalled deals", "slipped dates", "losses in a stage"})
_SIGNS = (
    "above, below: win rate, stalled and slip rate against all others where the 90% interval of the difference leaves "
    "out 0; attainment against the pace; weighted coverage against 1; contacts against half the team's"
)


class By(StrEnum):
    """What a line is."""

    OWNER = "owner"
    MANAGER = "manager"
    GROUP = "group"


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    by: Annotated[
        By, Option(metavar="FIELD", help="A line for each owner, manager (with all below) or group.")
    ] = By.OWNER,
    everybody: Annotated[
        bool, Option("--everybody", help="Everybody who needs help, not only the first five.")
    ] = False,
) -> int:
    """Show a line a person, and who needs help first.

    Each number stands against the team's, the last line; a sign says where somebody stands out. Open deals are those of
    today, or those that were open at the end of a period that is over. Below it who needs help, with what and why: the
    score is a plain sum of the points shown. A manager's line holds the deals of all people below, at any depth, and
    the manager's own.

    Examples:

      pipectl team
      pipectl team -p 2026 group:surabaya
      pipectl team --by manager
    """
    return answer(context, words or [], by, everybody=everybody)


def answer(context: Context, words: Sequence[str], by: By = By.OWNER, *, everybody: bool = False) -> int:
    """Print the team of the deals that the filter *words* keep."""
    opened = open_workspace(context)
    scope, kept = asked(context, opened, words)
    now, _ = now_and_before(opened, scope, looking_back(context, opened, words, scope, kept), None)
    tables: tuple[Table, ...]
    helped = help_needed(now) if by is By.OWNER else ()
    standing_out = [each for each in helped if each.score >= STANDS_OUT]
    shown = standing_out if everybody else standing_out[:_FIRST]
    match by:
        case By.MANAGER:
            tables = (by_manager(now),)
        case By.GROUP:
            tables = (by_group(now),)
        case By.OWNER:
            tables = (people(now, _spoken_of(scope, kept)), _help(shown))
    tables = (_without_idle_columns(tables[0]), *tables[1:])
    notes = tuple(_notes(now, tables[0], helped, len(shown), by))
    return show(context, Report("team", tables, header_of(scope, kept), notes), opened.workspace)


def _spoken_of(scope: Scope, kept: Filter) -> Sequence[str]:
    """Who of the team has a line whether or not there are deals: whomever the filter names, unless they have left."""
    whose = held(scope.facts, kept)
    if whose is None:
        return ()
    owner, group = whose
    team = scope.facts.settings.team.values()
    return [p.id for p in team if p.active and owner in ("", p.id) and group in ("", p.group)]


def _without_idle_columns(table: Table) -> Table:
    """Without what no target fills, where there is none."""
    place = table.index("attainment")
    aimed = any(row[place] is not None for row in (*table.rows, table.total or table.rows[:0]) if row)
    hidden = set() if aimed else {"attainment", "coverage", "weighted_coverage"}
    return replace(table, hidden=table.hidden | hidden)


def _help(shown: Sequence[Help]) -> Table:
    columns = (
        Column("owner", "Needs help"),
        Column("score", "Score", right=True),
        Column("points", "Points", right=True),
        Column("term", "With"),
        Column("why", "Why"),
        Column("deals", "Deals"),
    )
    rows = tuple(
        (each.owner, each.score, need.points, need.term, (*need.why, *_named(need)), _ids(need.states))
        for each in shown
        for need in each.needs
    )
    title = "Who needs help first"
    return Table("help", columns, rows, title, hidden=frozenset({"deals"}), empty="nobody stands out")


def _named(need: Need) -> tuple[str, ...]:
    """The first of the deals, where a handful of them is the reason."""
    if need.term not in _BY_DEAL:
        return ()
    ids = _ids(need.states)
    return (*ids[:_NAMED], *((f"{len(ids) - _NAMED} more",) if len(ids) > _NAMED else ()))


def _ids(states: Sequence[State]) -> tuple[str, ...]:
    return tuple(sorted(state.deal.id for state in states))


def _notes(now: Part, table: Table, helped: Sequence[Help], shown: int, by: By) -> Iterator[str]:
    if any(isinstance(cell, Marked) for row in table.rows for cell in row):
        yield _SIGNS
    if by is By.OWNER:
        terms = ", ".join(f"{term} {points}" for term, points in WEIGHTS.items())
        yield f"score: the sum of the points; at most {terms}; from {STANDS_OUT} on somebody stands out"
        if more := [each.owner for each in helped[shown:] if each.score >= STANDS_OUT]:
            yield f"next: {', '.join(more)} (--everybody)"
        if minor := [each.owner for each in helped if each.score < STANDS_OUT]:
            yield f"reasons of less weight: {', '.join(minor)}"
    on = f" on {now.scope.facts.today}" if now.is_over else ""
    for name, states in left_behind(now.scope):
        many = "deal" if len(states) == 1 else "deals"
        yield f"{name} has left and holds {len(states)} open {many}{on}: {', '.join(_ids(states))}"
    yield from (*end_note(now.scope), *aim_notes(now.scope), *left_out(now.scope, beside=now.end.open))
