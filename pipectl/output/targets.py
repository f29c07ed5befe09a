"""Targets as people read them: a bar each with what is reached of what, and under it pace, gap and coverage."""

from collections.abc import Iterator
from decimal import Decimal

from pipectl.output import prose, table
from pipectl.output.charts import bar
from pipectl.output.fit import pad, width, wrap
from pipectl.output.look import Look
from pipectl.output.numbers import human
from pipectl.output.safe import plain
from pipectl.report import Cell, Percent, Ratio, Report, Table

_NEEDED = frozenset(
    {"whose", "aim", "target", "reached", "attainment", "standing", "gap", "coverage", "weighted_coverage"}
)
_INDENT = "  "
_BAR, _LEAST_BAR = 20, 6
_UNITS = {"deals": " deals won", "created": " deals created", "contacts": " contacts"}


def render(report: Report, look: Look) -> str:
    """A report whose table lacks columns that the drawing needs is shown as a table."""
    found = report.tables[0]
    if not {column.key for column in found.columns} >= _NEEDED:
        return table.render(report, look)
    above = prose.lines([prose.header(report, look)], look)
    below = prose.lines(prose.notes(report), look)
    body = "\n".join(_targets(found, look)) if found.rows else prose.lines([plain(found.empty)], look)
    return prose.paragraphs([above, body, below])


def _targets(found: Table, look: Look) -> Iterator[str]:
    rows = [dict(zip((column.key for column in found.columns), row, strict=True)) for row in found.rows]
    names = max(width(human(row["whose"], look)) for row in rows)
    shares = max(width(_share(row, look)) for row in rows)
    tails = max(width(_tail(row, look)) for row in rows)
    room = _BAR if look.width is None else min(_BAR, look.width - names - shares - tails - 6)
    for row in rows:
        name = human(row["whose"], look)
        drawn = pad(bar(_reached(row), look, room), room) + "  " if room >= _LEAST_BAR else ""
        start = f"{pad(name, names, painted=look.paint(name, 'bold'))}  {pad(_share(row, look), shares, right=True)}"
        yield f"{start}  {drawn}{_tail(row, look)}"
        yield from (_INDENT + line for line in wrap(_below(row, look), look.width and look.width - len(_INDENT)))


def _reached(row: dict[str, Cell]) -> float:
    share = row["attainment"]
    return (share.value or 0.0) if isinstance(share, Ratio) else 0.0


def _share(row: dict[str, Cell], look: Look) -> str:
    share = row["attainment"]
    if not isinstance(share, Ratio) or not share.denominator:
        return human(None, look)
    return human(Percent(Decimal(share.numerator) * 100 / Decimal(share.denominator)), look)


def _tail(row: dict[str, Cell], look: Look) -> str:
    """`Rp 2.149.125.000 of Rp 4.500.000.000`, `1 of 5 deals won`."""
    return f"{human(row['reached'], look)} of {human(row['target'], look)}{_UNITS.get(str(row['aim']), '')}"


def _below(row: dict[str, Cell], look: Look) -> str:
    """`behind by Rp 492.179.348 · gap Rp 2.350.875.000 · coverage 3,0× · weighted 1,9×`."""  # noqa: RUF002 - the sign
    said = [human(row["standing"], look)]
    if row["coverage"] != "met":
        said.append(f"gap {human(row['gap'], look)}")
        named = (("coverage", row["coverage"]), ("weighted", row["weighted_coverage"]))
        said += [f"{word} {human(cell, look)}" for word, cell in named if cell is not None]
    return look.dot.join(said)
