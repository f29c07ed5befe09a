"""Why deals are won and lost: how the deals closed in a period end in each group, and what their losses are made of.

What a loss is lost for, and the stage where it died, no win has: there the shares of the losses stand, against those
of the period before. Everything else parts wins too: there the win rate of a group stands against that of all other
closed deals. Not against the whole, as it is often done: a group is part of the whole and pulls it along, so the two
are no independent figures and their difference has no interval. Losses for reasons that do not count in the win rate
are in none of these tables; they stand apart.
"""

from collections.abc import Iterable, Sequence

from pipectl.metrics.contrast import FEW, told_apart
from pipectl.metrics.grouping import Grouping, grouping
from pipectl.metrics.metric import Scope
from pipectl.metrics.outcome import share, win_rate
from pipectl.metrics.volume import known_worth
from pipectl.model.frozen import frozen
from pipectl.model.state import State
from pipectl.report import Bar, Cell, Column, Difference, Ratio, Table

# The words of this page for what only a loss has, by the field that it is.
LOSSES = {"reason": "lost_reason", "stage": "last_stage"}
_LAID_OUT = {"reason": "Lost for", "stage": "Died in"}
_OTHERS = " others)"
CLEAR = frozenset({"higher", "lower", "more", "fewer"})


@frozen
class _Part:
    """A group of the closed deals: *won* and *lost* of it, and how often it was *lost_before*."""

    name: str
    won: tuple[State, ...]
    lost: tuple[State, ...]
    lost_before: int = 0

    @property
    def size(self) -> int:
        return len(self.won) + len(self.lost)


def parts_of_losses(scope: Scope, by: str, before: Scope | None = None, most: int | None = None) -> Table:
    """Shares of the losses: by `reason`, or by the `stage` that they died in.

    Each share has Wilson's 95% interval; the change against the period before is Newcombe's 90%, and is called more or
    fewer only where that leaves out 0 and 10 deals were lost in either period.

    *before* is the period before. With *most* only so many rows stand there, those with the
    most losses, and the others in one; what was lost for nothing now but before is left out then.
    """
    groups = grouping(scope, LOSSES[by])
    earlier = dict(groups.parts(before.counted_lost)) if before else {}
    found = dict(groups.parts(scope.counted_lost))
    parts = [_Part(name, (), found.get(name, ()), len(earlier.get(name, ()))) for name in {**found, **earlier}]
    shown = _shortened(_ordered(parts, groups, natural=by == "stage"), by, most)
    whole = _Part("all", (), scope.counted_lost, sum(map(len, earlier.values())))
    columns = (
        Column(by, _LAID_OUT[by]),
        Column("lost", "Lost", right=True),
        Column("lost_amount", "Amount", right=True, holds="money"),
        Column("share", "Of the losses", right=True, holds="ratio"),
        Column("bar", ""),
        Column("before", "Before", right=True, holds="ratio"),
        Column("change", "Change", right=True, holds="difference"),
        Column("verdict", "Than before"),
    )
    rows = tuple(_loss_row(part, whole, scope.currency) for part in shown)
    total = "all", len(whole.lost), known_worth(whole.lost, scope.currency), Ratio(len(whole.lost), len(whole.lost))
    return Table(by, columns, rows, total=(*total, "", "", "", "") if rows else None, empty="nothing was lost")


def ends(scope: Scope, by: str, most: int | None = None) -> Table:
    """Wins and losses by the field *by*, each group's win rate against that of all other closed deals.

    The difference has Newcombe's 90% interval, and is called higher or lower only where that leaves out 0 and there
    are 10 closed deals on either side.

    Raises:
        UsageError: there is no such field.
    """
    groups = grouping(scope, by, also=tuple(LOSSES))
    won, lost = dict(groups.parts(scope.won)), dict(groups.parts(scope.counted_lost))
    parts = [_Part(name, won.get(name, ()), lost.get(name, ())) for name in {**won, **lost}]
    shown = _shortened(_ordered(parts, groups, natural=by == "size"), by, most)
    whole = _Part("all", scope.won, scope.counted_lost)
    columns = (
        Column(by, groups.title),
        Column("won", "Won", right=True),
        Column("won_amount", "Won amount", right=True, holds="money"),
        Column("lost", "Lost", right=True),
        Column("lost_amount", "Lost amount", right=True, holds="money"),
        Column("win_rate", "Win rate", right=True, holds="ratio"),
        Column("difference", "Against the rest", right=True, holds="difference"),
        Column("verdict", "Than the rest"),
    )
    rows = tuple((*_end_row(part, scope), *_against_the_rest(part, whole)) for part in shown)
    return Table(by, columns, rows, total=(*_end_row(whole, scope), "", "") if rows else None, empty="nothing closed")


def excluded(scope: Scope) -> Table:
    """Losses for reasons that do not count in the win rate, by reason."""
    counted = {state.deal.path for state in scope.counted_lost}
    lost = [state for state in scope.lost if state.deal.path not in counted]
    groups = grouping(scope, "lost_reason")
    rows = tuple((name, len(states), known_worth(states, scope.currency)) for name, states in groups.parts(lost))
    columns = (
        Column("reason", "Not counted"),
        Column("lost", "Lost", right=True),
        Column("lost_amount", "Amount", right=True, holds="money"),
    )
    return Table("excluded", columns, rows)


def compared(tables: Iterable[Table]) -> tuple[int, int]:
    """How many groups of *tables* could be told from the others, and how many are called different."""
    rows = ((row, table.index("verdict")) for table in tables for row in table.rows)
    verdicts = [row[place] for row, place in rows if not str(row[0]).endswith(_OTHERS)]
    return sum(verdict not in ("", FEW) for verdict in verdicts), sum(verdict in CLEAR for verdict in verdicts)


def _ordered(parts: Sequence[_Part], groups: Grouping, *, natural: bool) -> Sequence[_Part]:
    """By losses, then by size; where the groups have an order of their own, in that."""
    if natural:
        return sorted(parts, key=lambda part: groups.rank(part.name))
    return sorted(parts, key=lambda part: (-len(part.lost), -part.size, -part.lost_before, groups.rank(part.name)))


def _shortened(parts: Sequence[_Part], by: str, most: int | None) -> Sequence[_Part]:
    """Under the names that people read; at most one more than *most*, the smallest of them in one `(5 others)`."""
    named = [_Part(part.name or f"(no {by})", part.won, part.lost, part.lost_before) for part in parts]
    if most is None:
        return named
    named = [part for part in named if part.size]
    if len(named) <= most + 1:
        return named
    by_size = sorted(named, key=lambda part: (-len(part.lost), -part.size, -part.lost_before))
    largest = {part.name for part in by_size[:most]}
    kept = [part for part in named if part.name in largest]
    rest = [part for part in named if part.name not in largest]
    others = _Part(
        f"({len(rest)}{_OTHERS}",
        tuple(state for part in rest for state in part.won),
        tuple(state for part in rest for state in part.lost),
        sum(part.lost_before for part in rest),
    )
    return [*kept, others]


def _loss_row(part: _Part, whole: _Part, currency: str) -> tuple[Cell, ...]:
    now, before = (len(part.lost), len(whole.lost)), (part.lost_before, whole.lost_before)
    ratio = share(*now)
    gap, verdict = told_apart(before, now, ("more", "fewer"))
    beside = share(*before)
    return part.name, len(part.lost), known_worth(part.lost, currency), ratio, _bar(ratio), beside, gap, verdict


def _bar(ratio: Ratio) -> Bar:
    return Bar(ratio.value or 0.0)


def _end_row(part: _Part, scope: Scope) -> tuple[Cell, ...]:
    inner = scope.of((*part.won, *part.lost))
    return (
        part.name,
        len(part.won),
        known_worth(part.won, scope.currency),
        len(part.lost),
        known_worth(part.lost, scope.currency),
        win_rate(inner).value,
    )


def _against_the_rest(part: _Part, whole: _Part) -> tuple[Difference | None, str]:
    rest = len(whole.won) - len(part.won), whole.size - part.size
    return told_apart(rest, (len(part.won), part.size), ("higher", "lower"))
