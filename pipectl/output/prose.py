"""What stands around the tables of a report: what it speaks of, what its signs mean, its notes."""

from collections.abc import Callable

from pipectl.output.fit import wrap
from pipectl.output.look import Look
from pipectl.output.numbers import human
from pipectl.output.safe import plain
from pipectl.output.signs import legend
from pipectl.report import Cell, Column, Labelled, Marked, Report, Table

# The period explains itself; every other key is said: `as of 2026-11-23`.
_UNNAMED = "period"


def page(report: Report, look: Look, draw: Callable[[Table], str]) -> str:
    """For people to read: what the report speaks of, its tables, what their signs mean, its notes."""
    parts = [lines([header(report, look)], look)]
    for table in report.tables:
        body = draw(table) if table.rows or not table.empty else lines([plain(table.empty)], look)
        title = look.paint(plain(table.title), "bold")
        parts.append(f"{title}\n{body}" if title and body else title or body)
    return paragraphs([*parts, lines([signs(report, look)], look), lines(notes(report), look)])


def header(report: Report, look: Look) -> str:
    """`stats  2026-Q4 to date · as of 2026-11-23`; "" where the report says nothing of what it speaks of."""
    facts = [
        human(cell, look) if key == _UNNAMED else f"{plain(key.replace('_', ' '))} {human(cell, look)}"
        for key, cell in report.header
        if cell is not None
    ]
    return f"{plain(report.command)}  {look.dot.join(facts)}" if facts else ""


def signs(report: Report, look: Look) -> str:
    """What the signs in the cells that people see mean; "" where there are none."""
    cells = (row[place] for table in report.tables for row in rows(table) for place, _ in shown(table))
    return legend((word for cell in cells for word in _marks(cell)), look)


def notes(report: Report) -> list[str]:
    """The report's notes, safe to show."""
    return [plain(note) for note in report.notes]


def lines(texts: list[str], look: Look) -> str:
    """*texts*, each from a new line on, within the window; the empty ones left out."""
    return "\n".join(line for text in texts if text for line in wrap(text, look.width))


def paragraphs(parts: list[str]) -> str:
    """*parts* with an empty line between them, and a newline at the end; the empty ones left out."""
    full = [part for part in parts if part]
    return "\n\n".join(full) + "\n" if full else ""


def rows(table: Table) -> tuple[tuple[Cell, ...], ...]:
    """The rows of *table*, its total the last; what has no total is left blank there, not called unknown."""
    return table.rows if table.total is None else (*table.rows, _blank(table.total))


def shown(table: Table) -> tuple[tuple[int, Column], ...]:
    """The columns that people see, with their places."""
    return tuple((place, column) for place, column in enumerate(table.columns) if column.key not in table.hidden)


def mark(cell: Cell) -> str:
    """The word that *cell* is marked with, or ""."""
    return cell.mark if isinstance(cell, Marked) else ""


def _blank(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple("" if cell is None else cell for cell in row)


def _marks(cell: Cell) -> list[str]:
    match cell:
        case Marked():
            return ([cell.mark] if cell.mark else []) + _marks(cell.cell)
        case Labelled():
            return _marks(cell.cell)
        case tuple():
            return [word for part in cell for word in _marks(part)]
        case _:
            return []
