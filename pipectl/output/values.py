"""Cells as programs read them: exact, without the workspace's marks, the same in every language.

Money is never a float: it is a decimal text beside its currency. Text is as it was; each format makes it safe.
"""

import math
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TypeAlias

from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.report import (
    Amount,
    Bar,
    Cell,
    Days,
    Difference,
    Labelled,
    Marked,
    Multiple,
    Per,
    Percent,
    Ratio,
    Spark,
    Table,
)

Value: TypeAlias = bool | int | float | str | list["Value"] | dict[str, "Value"] | None

# Amount, rate and probability multiply to twelve decimals at most; what has more came from a division.
_MOST_EXACT_DECIMALS = 12


def structured(cell: Cell) -> Value:  # noqa: C901, PLR0912 - one flat case for each type of cell
    """*cell* for JSON.

    A mark is dropped: it repeats what other fields say. Durations, multiples and percentages are numbers, decimals
    of the business's own fields are texts, and what is unknown is null.
    """
    match cell:
        case Marked():
            return structured(cell.cell)
        case Labelled():
            return {"label": cell.label, "value": structured(cell.cell)}
        case Decimal():
            return exact(cell)
        case Amount():
            return exact(cell.number)
        case Moment():
            return cell.day.isoformat() if cell.instant is None else cell.instant.isoformat()
        case date():
            return cell.isoformat()
        case Money():
            return {"amount": exact(cell.amount), "currency": cell.currency}
        case Ratio():
            return {
                "numerator": structured(cell.numerator),
                "denominator": structured(cell.denominator),
                "value": six(cell.value),
                "low": six(cell.low),
                "high": six(cell.high),
                "too_few": cell.too_few,
            }
        case Per():
            return {"numerator": cell.numerator, "denominator": cell.denominator, "value": six(cell.value)}
        case Difference():
            return {"value": six(cell.value), "low": six(cell.low), "high": six(cell.high)}
        case Days():
            return six(cell.days)
        case Percent():
            return six(float(cell.percent))
        case Multiple():
            return six(cell.times)
        case Bar():
            return six(cell.share)
        case Spark():
            return [six(point) for point in cell.points]
        case tuple():
            return [structured(part) for part in cell]
        case _:
            return cell


def structured_row(table: Table, row: tuple[Cell, ...]) -> dict[str, Value]:
    """*row* of *table* by the keys of its columns, hidden ones too."""
    return {column.key: structured(cell) for column, cell in zip(table.columns, row, strict=True)}


def exact(number: Decimal) -> str:
    """Plain digits without exponent, as they were written; a quotient has six decimals at most."""
    text = f"{number:f}"
    if len(text.partition(".")[2]) <= _MOST_EXACT_DECIMALS:
        return text
    context = Context(prec=max(28, number.adjusted() + 8), rounding=ROUND_HALF_EVEN)
    return f"{number.quantize(Decimal('0.000001'), context=context):f}".rstrip("0").rstrip(".")


def six(number: float | None) -> float | None:
    """Rounded to six decimals; whole ones without any. None for what is no number."""
    if number is None or not math.isfinite(number):
        return None
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded
