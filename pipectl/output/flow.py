"""Movement between two states as people read it: a waterfall, and under each line the deals that made it."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

from pipectl.model.frozen import frozen
from pipectl.model.money import Money
from pipectl.output import prose, table
from pipectl.output.charts import floating
from pipectl.output.fit import cut, pad, room_for, width, wrap
from pipectl.output.look import Look
from pipectl.output.numbers import change, human
from pipectl.output.safe import plain
from pipectl.report import Cell, Report, Table

_LINES = frozenset({"line", "name", "deals", "count", "amount", "unpriced"})
_DEALS = frozenset({"line", "id", "owner", "amount", "before", "after", "why"})
_PART = "part"
_GAP = "  "
_FEW = 3
_MOST_NAME = 34
_LEAST_NAME = 16
_BELOW = " " * 4
_MOST_BAR = 40
_LEAST_BAR = 8
_PIPED_BAR = 30
# What an end without a value is called, by line.
_NOTHING = {
    **dict.fromkeys(("raised", "cut"), "unpriced"),
    **dict.fromkeys(("pulled-in", "pushed-out"), "no date"),
    **dict.fromkeys(("transferred-in", "transferred-out"), "none"),
}

_Row: TypeAlias = dict[str, Cell]


@frozen
class _Widths:
    name: int
    count: int
    amount: int
    rest: int | None
    bar: int


def render(report: Report, look: Look) -> str:
    """Up to three deals under each line."""
    return _render(report, look, _FEW)


def render_deals(report: Report, look: Look) -> str:
    """Every deal under its line."""
    return _render(report, look, None)


def _render(report: Report, look: Look, most: int | None) -> str:
    found = {one.key: one for one in report.tables}
    needed = {"flow": _LINES, "deals": _DEALS}
    if any(not {column.key for column in found[key].columns} >= keys for key, keys in needed.items()):
        return table.render(report, look)
    lines, deals = _rows(found["flow"]), _rows(found["deals"])
    by = next((column.key for column in found["flow"].columns if column.key == _PART), "")
    shown, under = _by_group(lines, by), _by_group(deals, by)
    widths = _widths(lines, deals, look)
    scale = max((level for rows in shown.values() for level in _levels(rows)), default=Decimal(0))
    parts = [prose.lines([prose.header(report, look)], look)]
    for group, rows in shown.items():
        head = [look.paint(plain(group), "bold")] if by else []
        parts.append("\n".join([*head, *_block(rows, under.get(group, ()), widths, scale, most, look)]))
    if not lines:
        parts.append(prose.lines([plain(found["flow"].empty)], look))
    parts += [_aside(found[key], look) for key in ("between", "without_rate")]
    parts.append(prose.lines(prose.notes(report), look))
    return prose.paragraphs(parts)


def _block(
    rows: Sequence[_Row], deals: Sequence[_Row], widths: _Widths, scale: Decimal, most: int | None, look: Look
) -> Iterator[str]:
    for row, before, after in zip(rows, *_ends(rows), strict=True):
        if not row["deals"] and row["line"] not in ("start", "end"):
            continue
        bar = _bar(row, before, after, scale, widths, look)
        rest = _GAP.join(filter(None, (bar, _unpriced(row))))
        amount = _signed(row["amount"], look, bare=row["line"] in ("start", "end"))
        yield _line(human(row["name"], look), _count(row), amount, rest, widths, look)
        made = [deal for deal in deals if deal["line"] == row["line"]]
        for deal in made[:most]:
            name, why = f"  {human(deal['id'], look)}", _why(deal, look, widths.rest)
            yield _line(name, "", _signed(deal["amount"], look), why, widths, look)
        if most is not None and len(made) > most:
            yield f"  +{len(made) - most} more (--deals)"


def _line(name: str, count: str, amount: str, rest: str, widths: _Widths, look: Look) -> str:
    first = pad(cut(name, widths.name, look.ellipsis), widths.name)
    start = _GAP.join((first, pad(count, widths.count, right=True), pad(amount, widths.amount, right=True)))
    if look.width is None or widths.rest is None or width(rest) <= widths.rest:
        return f"{start}{_GAP}{rest}".rstrip()
    return "\n".join([start.rstrip(), *(f"{_BELOW}{part}" for part in wrap(rest, look.width - len(_BELOW)))])


def _bar(row: _Row, before: Decimal, after: Decimal, scale: Decimal, widths: _Widths, look: Look) -> str:
    room = widths.bar
    if row["line"] in ("start", "end"):
        return floating(Decimal(0), after, scale, room, "whole", look)
    kind = "gain" if after > before else "loss"
    return floating(min(before, after), max(before, after), scale, room, kind, look)


def _ends(rows: Sequence[_Row]) -> tuple[list[Decimal], list[Decimal]]:
    """Where the sum stands before and after each line."""
    before, after, level = [], [], Decimal(0)
    for row in rows:
        if row["line"] in ("start", "end"):
            level = Decimal(0)
        before.append(level)
        level += _number(row["amount"])
        after.append(level)
    return before, after


def _levels(rows: Sequence[_Row]) -> list[Decimal]:
    return _ends(rows)[1]


def _count(row: _Row) -> str:
    """`24` deals at an end, `+2` that came, `-1` that left, `(3)` that stayed and changed."""
    if row["line"] in ("start", "end"):
        return str(row["deals"])
    count = row["count"]
    return f"{count:+d}" if isinstance(count, int) and count else f"({row['deals']})"


def _unpriced(row: _Row) -> str:
    return f"{row['unpriced']} unpriced" if row["unpriced"] else ""


def _signed(cell: Cell, look: Look, *, bare: bool = False) -> str:
    text = human(cell, look)
    return f"+{text}" if isinstance(cell, Money) and cell.amount > 0 and not bare else text


def _why(deal: _Row, look: Look, room: int | None) -> str:
    """`proposal → won, ani`, `unpriced → Rp 20, ani`, `ani → budi, owner:ani`; amounts in short where room asks for it.

    The amount beside it has every digit.
    """
    before, after = deal["before"], deal["after"]
    if (before, after) != (None, None) and (nothing := _NOTHING.get(_word(deal["line"]))):
        before, after = (nothing if cell is None else cell for cell in (before, after))
    about = human(deal["why"] or deal["owner"], look)
    changes = (change(before, after, look, short=short) for short in (False, True))
    full, short = (", ".join(filter(None, (changed, about))) for changed in changes)
    return full if room is None or width(full) <= room else short


def _aside(found: Table, look: Look) -> str:
    """The deals of a table beside the sums; nothing where there are none."""
    if not found.rows:
        return ""
    cells = [[human(row[place], look) for place, _ in prose.shown(found)] for row in found.rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    head = "in between, in no sum:" if found.key == "between" else "without a rate, in no sum:"
    lines = [_GAP.join(pad(text, room) for text, room in zip(row, widths, strict=True)).rstrip() for row in cells]
    room = None if look.width is None else look.width - len(_GAP)
    return "\n".join([head, *(f"{_GAP}{part}" for line in lines for part in wrap(line, room))])


def _widths(lines: Sequence[_Row], deals: Sequence[_Row], look: Look) -> _Widths:
    names = [human(row["name"], look) for row in lines] + [f"  {human(row['id'], look)}" for row in deals]
    name = min(max(map(width, names), default=0), _MOST_NAME)
    count = max((len(_count(row)) for row in lines), default=0)
    edges = [_signed(row["amount"], look, bare=row["line"] in ("start", "end")) for row in lines]
    amount = max(map(width, (*edges, *(_signed(row["amount"], look) for row in deals))), default=0)
    beside = max((len(_GAP + text) for row in lines if (text := _unpriced(row))), default=0)
    room = None
    if look.width is not None:
        spare = look.width - count - amount - 3 * len(_GAP)
        # The names of lines hold days; those of deals give way to what became of them.
        least = max([_LEAST_NAME, *(width(human(row["name"], look)) for row in lines)])
        name = room_for(name, least, spare, [beside, *(width(_why(deal, look, 0)) for deal in deals)])
        room = max(spare - name, 0)
    # The bars give way to the words behind them.
    bar = _PIPED_BAR if room is None else min(room - beside, _MOST_BAR)
    return _Widths(name, count, amount, room, bar if bar >= _LEAST_BAR else 0)


def _rows(found: Table) -> list[_Row]:
    return [dict(zip((column.key for column in found.columns), row, strict=True)) for row in found.rows]


def _by_group(rows: Iterable[_Row], by: str) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(_word(row.get(by)), []).append(row)
    return found


def _word(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ""


def _number(cell: Cell) -> Decimal:
    return cell.amount if isinstance(cell, Money) else Decimal(0)
