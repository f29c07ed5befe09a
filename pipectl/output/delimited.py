"""CSV and TSV: the rows of a report's first table for spreadsheets and scripts, without its total.

Money becomes two columns, `amount` and `amount_currency`; a ratio three, `win_rate`, `win_rate_numerator` and
`win_rate_denominator`; a difference three, with `_low` and `_high`. Text that a spreadsheet would compute begins with
`'`.
"""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

from pipectl.model.money import Money
from pipectl.output.look import Look
from pipectl.output.safe import csv_cell, one_line
from pipectl.output.values import exact, six, structured
from pipectl.report import Cell, Difference, Labelled, Marked, Per, Ratio, Report, Spark, Table

# What a column may become, by what is written after its key, in this order.
_PARTS = ("", "_currency", "_numerator", "_denominator", "_low", "_high")
_PARTS_OF = {
    "": (),
    "money": ("_currency",),
    "ratio": ("_numerator", "_denominator"),
    "difference": ("_low", "_high"),
}


def render_csv(report: Report, look: Look) -> str:  # noqa: ARG001 - programs read the same wherever they are
    """Commas, quotes where they are needed, and a newline after every row."""
    return _written(report, ",", csv_cell)


def render_tsv(report: Report, look: Look) -> str:  # noqa: ARG001 - as above
    """Tabs; newlines and tabs inside text become blanks, so that a row is a line for every tool."""
    return _written(report, "\t", lambda text: csv_cell(one_line(text)))


def _written(report: Report, delimiter: str, guard: Callable[[str], str]) -> str:
    if not report.tables:
        return ""
    table = report.whole().tables[0]
    parts = [_parts(table, place) for place in range(len(table.columns))]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    heads = zip(table.columns, parts, strict=True)
    writer.writerow([guard(column.key + part) for column, names in heads for part in names])
    for row in table.rows:
        texts = [_texts(cell, guard) for cell in row]
        writer.writerow([cell.get(part, "") for cell, names in zip(texts, parts, strict=True) for part in names])
    return out.getvalue()


def _parts(table: Table, place: int) -> tuple[str, ...]:
    """What the column becomes: all that it is known to hold, and all that any of its cells needs."""
    # Most cells are texts, which have one part: with them it would take as long as the rendering itself.
    cells = [row[place] for row in table.rows if type(row[place]) is not str]
    used = {part for cell in cells for part in _texts(cell, str)} | {*_PARTS_OF[table.columns[place].holds]}
    return tuple(part for part in _PARTS if part in used or not part)


def _texts(cell: Cell, guard: Callable[[str], str]) -> dict[str, str]:
    """*cell* by part of its column; our own numbers are never guarded, even negative ones."""
    match cell:
        case Marked():
            return _texts(cell.cell, guard)
        case Money():
            return {"": exact(cell.amount), "_currency": guard(cell.currency)}
        case Ratio() | Per():
            shares = {"_numerator": _text(cell.numerator), "_denominator": _text(cell.denominator)}
            return {"": _text(cell)} | shares
        case Difference():
            return {"": _text(cell), "_low": _number(six(cell.low)), "_high": _number(six(cell.high))}
        case str() | tuple() | Labelled():
            return {"": guard(_text(cell))}
        case _:
            return {"": _text(cell)}


def _text(cell: Cell) -> str:
    """*cell* in one text, as it is."""
    match cell:
        case Marked():
            return _text(cell.cell)
        case Labelled():
            words = [cell.label, _text(cell.cell)]
            return " ".join(reversed(words) if cell.after else words).strip()
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case Money():
            return f"{cell.currency} {exact(cell.amount)}"
        case Ratio() | Per() | Difference():
            return _number(six(cell.value))
        case tuple():
            return "; ".join(map(_text, cell))
        case Spark():
            return "; ".join(_number(six(point)) for point in cell.points)
        case _:
            value = structured(cell)
            return value if isinstance(value, str) else _number(value)


def _number(value: object) -> str:
    """Digits without the exponent that a float's own text may have; "" for none."""
    return exact(Decimal(repr(value))) if isinstance(value, int | float) else ""
