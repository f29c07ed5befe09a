"""CSV and TSV: the rows of a report's first table for spreadsheets and scripts, without its total.

Money becomes two columns, `amount` and `amount_currency`; a ratio three, `win_rate`, `win_rate_numerator` and
`win_rate_denominator`; a difference three, with `_low` and `_high`. Text that a spreadsheet would compute begins with
`'`.
"""

import csv
import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from pipectl.model.money import Money
from pipectl.output.look import Look
from pipectl.output.safe import csv_cell, one_line
from pipectl.output.values import exact, six, structured
from pipectl.report import Cell, Difference, Labelled, Marked, Per, Ratio, Report, Spark, Table

_REMEMBERED = 1000
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
    # Owners, stages and sources come again and again.
    guard = lru_cache(maxsize=_REMEMBERED)(guard)
    table = report.whole().tables[0]
    parts = [_parts(table, place) for place in range(len(table.columns))]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    heads = zip(table.columns, parts, strict=True)
    writer.writerow([guard(column.key + part) for column, names in heads for part in names])
    writer.writerows(_row(row, parts, guard) for row in table.rows)
    return out.getvalue()


def _row(row: tuple[Cell, ...], parts: Sequence[tuple[str, ...]], guard: Callable[[str], str]) -> list[str]:
    texts: list[str] = []
    for cell, names in zip(row, parts, strict=True):
        # Most cells are texts or empty.
        if cell is None:
            texts += [""] * len(names)
        elif len(names) == 1:
            texts.append(guard(cell) if type(cell) is str else _texts(cell, guard)[""])
        else:
            found = _texts(cell, guard)
            texts += [found.get(name, "") for name in names]
    return texts


def _parts(table: Table, place: int) -> tuple[str, ...]:
    """What the column becomes: all that it is known to hold, and all that any of its cells needs."""
    # The parts are those of a cell's type, and a column has few.
    kinds = {_kind(row[place]): row[place] for row in table.rows}
    used = {part for cell in kinds.values() for part in _texts(cell, str)} | {*_PARTS_OF[table.columns[place].holds]}
    return tuple(part for part in _PARTS if part in used or not part)


def _kind(cell: Cell) -> type:
    return _kind(cell.cell) if type(cell) is Marked else type(cell)


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
    if not isinstance(value, int | float):
        return ""
    text = repr(value)
    return exact(Decimal(text)) if "e" in text else text
