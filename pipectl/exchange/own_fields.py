"""The business's own fields out of another system's cells, by their declared types."""

from decimal import Decimal

from pipectl.exchange.cells import CellError, Cells
from pipectl.model.deal import FieldValue
from pipectl.model.money import Money
from pipectl.model.pipeline import FieldType
from pipectl.model.suggest import suggest

_YES = frozenset({"yes", "true", "y", "1", "x", "ya", "ano"})
_NO = frozenset({"no", "false", "n", "0", "tidak", "ne"})


def own_value(kind: FieldType, text: str, cells: Cells, currency: str) -> FieldValue:
    """What *text* is as a value of the field *kind*.

    Raises:
        CellError: it is none.
    """
    match kind.type:
        case "integer":
            return int(_bounded(kind, _whole(cells.number(text))))
        case "decimal":
            return _bounded(kind, cells.number(text, 9))
        case "money":
            return Money(cells.amount(text, currency), currency)
        case "percent":
            return percent(cells, text)
        case "date":
            return cells.day(text)
        case "choice":
            return _choice(kind, text)
        case "yes-no":
            return _flag(text)
        case _:
            return text


def percent(cells: Cells, text: str) -> Decimal:
    """A percentage, with or without its sign; a share such as 0.5 is refused."""
    value = cells.number(text.removesuffix("%").strip(), 9)
    if 0 < value < 1 and not text.endswith("%"):
        raise CellError("can be read as a share or as a percentage", "write it with its sign, as in 50%")
    if not 0 <= value <= 100:
        raise CellError("is not from 0 to 100")
    return value


def _whole(number: Decimal) -> Decimal:
    if number != number.to_integral_value():
        raise CellError("is no whole number")
    return number


def _bounded(kind: FieldType, number: Decimal) -> Decimal:
    if kind.minimum is not None and number < kind.minimum:
        raise CellError(f"is less than {kind.minimum}, the least that {kind.id} may be")
    if kind.maximum is not None and number > kind.maximum:
        raise CellError(f"is more than {kind.maximum}, the most that {kind.id} may be")
    return number


def _choice(kind: FieldType, text: str) -> str:
    found = next((choice for choice in kind.choices if choice.casefold() == text.casefold()), None)
    if found is None:
        near = suggest(text.casefold(), kind.choices)
        raise CellError(f"is not one of {', '.join(kind.choices)}", f"did you mean {near}?" if near else "")
    return found


def _flag(text: str) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise CellError("is neither yes nor no")
