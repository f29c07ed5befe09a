"""Dates, numbers and currencies: what all cells of a kind together say, and which row decided it."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipectl.exchange.cells import AMOUNT, DIGITS, SYMBOLS, YEAR_FIRST, spaced
from pipectl.exchange.guess_dialect import Answer
from pipectl.model.date_spelling import MONTH_NAMES
from pipectl.model.mapping import UNSETTLED, DateOrder


class Cell(NamedTuple):
    """A text and the row that it stands in."""

    row: int
    text: str


class Numbers(NamedTuple):
    """The marks of numbers."""

    decimal: Answer
    group: Answer


_NOTHING = frozenset({"-", "--", "n/a", "#n/a", "null", "none", "(none)", "(blank)", "unknown", "0000-00-00"})
_FAR_YEARS = frozenset({"0001", "1899", "1900", "2050", "2099", "2199", "2999", "9999"})


def sentinels(dates: Iterable[Cell], others: Iterable[Cell]) -> dict[str, int]:
    """Texts that stand for nothing, with the first row of each."""
    found: dict[str, int] = {}
    for cell in others:
        if cell.text.casefold() in _NOTHING:
            found.setdefault(cell.text, cell.row)
    for cell in dates:
        if cell.text.casefold() in _NOTHING or (YEAR_FIRST.match(cell.text) and cell.text[:4] in _FAR_YEARS):
            found.setdefault(cell.text, cell.row)
    return found


def date_order(cells: Sequence[Cell]) -> Answer:
    """In which order days are written in digits."""
    in_digits = [
        (cell, found) for cell in cells if (found := DIGITS.match(cell.text)) and not YEAR_FIRST.match(cell.text)
    ]
    if not in_digits:
        first = next((cell for cell in cells if YEAR_FIRST.match(cell.text)), None)
        return Answer(
            DateOrder.YEAR_FIRST, f"row {first.row}: {first.text}" if first else "no day is written in digits"
        )
    day_first = next((cell for cell, found in in_digits if int(found[1]) > 12 >= int(found[3])), None)
    month_first = next((cell for cell, found in in_digits if int(found[3]) > 12 >= int(found[1])), None)
    if day_first and month_first:
        why = f"row {day_first.row}: {day_first.text} can only be day-first, row {month_first.row}: {month_first.text}"
        return Answer(UNSETTLED, f"{why} only month-first; rows of the one that you don't write will be refused")
    if day_first:
        return Answer(DateOrder.DAY_FIRST, f"row {day_first.row}: {day_first.text} can only be day-first")
    if month_first:
        return Answer(DateOrder.MONTH_FIRST, f"row {month_first.row}: {month_first.text} can only be month-first")
    cell, found = next(((cell, found) for cell, found in in_digits if found[1] != found[3]), in_digits[0])
    one, two = int(found[1]), int(found[3])
    if not (one and two):
        return Answer(UNSETTLED, f"row {cell.row}: {cell.text} is no day, and no row decides")
    readings = f"{one} {MONTH_NAMES[two - 1]} or {two} {MONTH_NAMES[one - 1]}"
    return Answer(
        UNSETTLED, f"row {cell.row}: {cell.text} can be {readings}, and no row decides: day-first or month-first?"
    )


def two_digit_years(cells: Iterable[Cell]) -> Answer | None:
    """Open where a year has two digits; None where none has."""
    for cell in cells:
        found = DIGITS.match(cell.text)
        if found and len(found[4]) == 2 and not YEAR_FIRST.match(cell.text):
            return Answer(UNSETTLED, f"row {cell.row}: {cell.text}; 2000 reads {found[4]} as {2000 + int(found[4])}")
    return None


def numbers(cells: Iterable[Cell]) -> Numbers:
    """Which mark stands before decimals, and which between thousands."""
    decimals: dict[str, Cell] = {}
    groups: dict[str, Cell] = {}
    open_: dict[str, Cell] = {}
    for cell in cells:
        found = AMOUNT.match(spaced(cell.text))
        for mark, kind in _evidence(found[3]) if found else ():
            {"decimal": decimals, "group": groups, "open": open_}[kind].setdefault(mark, cell)
    both = [mark for mark in decimals if mark in groups]
    if both or len(decimals) > 1 or len(groups) > 1:
        return _contradiction(decimals, groups, both)
    decimal, group = next(iter(decimals), ""), next(iter(groups), "")
    if not decimal and group in (",", "."):
        decimal = "." if group == "," else ","
    if not group and decimal:
        group = "," if decimal == "." else "."
    if not decimal and (mark := next(iter(open_), "")):
        cell = open_[mark]
        why = f"row {cell.row}: {cell.text} can have thousands or decimals behind its '{mark}', and no row decides"
        return Numbers(Answer(UNSETTLED, why), Answer(UNSETTLED, "the other of the two marks"))
    return Numbers(_because(decimal or ".", decimals, open_), _because(group, groups, {}))


def _evidence(digits: str) -> list[tuple[str, str]]:
    """What one number says of its marks: decimal, group, or open where it could be either."""
    found = [(mark, "group") for mark in " '" if mark in digits]
    marks = [character for character in digits if character in ".,"]
    kinds = list(dict.fromkeys(marks))
    if not marks:
        return found
    last = marks[-1]
    whole, _, rest = digits.rpartition(last)
    if len(kinds) == 2:
        return [*found, (kinds[0], "group"), (last, "decimal")]
    if len(marks) > 1:
        return [*found, (last, "group")]
    if found or len(rest) != 3 or len(whole) > 3 or whole.startswith("0"):
        return [*found, (last, "decimal")]
    return [(last, "open")]


def _contradiction(decimals: dict[str, Cell], groups: dict[str, Cell], both: list[str]) -> Numbers:
    if both:
        one, two = decimals[both[0]], groups[both[0]]
        why = f"row {one.row}: {one.text} has decimals behind '{both[0]}', row {two.row}: {two.text} has thousands"
    else:
        seen = list((decimals if len(decimals) > 1 else groups).values())[:2]
        why = f"row {seen[0].row}: {seen[0].text} and row {seen[1].row}: {seen[1].text} are written in two ways"
    why += "; the rows of the one that you don't write will be refused"
    return Numbers(Answer(UNSETTLED, why), Answer(UNSETTLED, "as above"))


def _because(mark: str, seen: dict[str, Cell], doubtful: dict[str, Cell]) -> Answer:
    cell, doubt = seen.get(mark), doubtful.get(mark)
    why = f"row {cell.row}: {cell.text}" if cell else "no row needs it"
    return Answer(mark, why + (f"; row {doubt.row}: {doubt.text} is then read so too" if doubt else ""))


def currency(cells: Iterable[Cell], default: str) -> Answer:
    """The currency that the signs beside amounts tell."""
    for cell in cells:
        found = AMOUNT.match(spaced(cell.text))
        word = (found[1].strip() or found[4].strip(" )-,.")) if found else ""
        codes = SYMBOLS.get(word.casefold(), (word.upper(),) if re.fullmatch("[A-Za-z]{3}", word) else ())
        if len(codes) == 1:
            return Answer(codes[0], f"row {cell.row}: {cell.text}")
        if codes:
            sure = default in codes
            why = f"row {cell.row}: {cell.text} can be {', '.join(codes[:4])}"
            return Answer(default, f"{why}; taken for the workspace's") if sure else Answer(UNSETTLED, why)
    return Answer(default, "no row says it; the workspace's")


def begins_with_day(text: str) -> bool:
    """Whether *text* begins with a day in digits, in whatever order."""
    return YEAR_FIRST.match(text) is not None or DIGITS.match(text) is not None
