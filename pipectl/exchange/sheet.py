"""Bytes of a CSV file become numbered rows of cells.

Rows are numbered from 1 as a spreadsheet numbers them: the header, the rows above it and blank rows count.
"""

import csv
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipectl.errors import UnreadableError
from pipectl.model.mapping import Dialect
from pipectl.model.suggest import suggest

_MAX_CELL = 1 << 20
SEPARATOR_LINE = re.compile(r"sep=(.)\Z", re.IGNORECASE)
_TOTAL = re.compile(r"(?:grand |sub-?)?(?:totals?|sum|jumlah|celkem|součet|summe|gesamt)\b", re.IGNORECASE)
# What a text may not hold in a file of ours: controls but tab and newline, line separators, bidirectional overrides,
# byte order marks. Zero-width ones go; the rest part words.
_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


class Row(NamedTuple):
    """One row of data."""

    number: int
    cells: tuple[str, ...]


class Skipped(NamedTuple):
    """A row that holds no deal, and what it is."""

    row: int
    what: str


class Refusal(NamedTuple):
    """Why a row is not taken.

    Attributes:
        column: the column whose cell is at fault, or "".
    """

    row: int
    column: str
    message: str
    hint: str = ""


class Sheet(NamedTuple):
    """A table: its header and its rows, without those that hold nothing."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def read(self) -> int:
        """Rows under the header, blank ones too."""
        return len(self.rows) + len(self.skipped) + len(self.refused)

    def place(self, column: str) -> int:
        """Where *column* stands.

        Raises:
            LookupError: nowhere, or twice; the message says it.
        """
        count = self.header.count(column)
        if count == 1:
            return self.header.index(column)
        if count:
            raise LookupError(f"column '{column}' stands {count} times in the header")
        near = suggest(column, self.header)
        known = ", ".join(name for name in self.header if name)
        raise LookupError(f"no column '{column}'; " + (f"did you mean '{near}'?" if near else f"there are {known}"))


def decode(data: bytes, encoding: str) -> str:
    """The text of *data*, without a byte order mark.

    Raises:
        UnreadableError: it is not written in *encoding*.
    """
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        found = f"line {row}: byte 0x{data[error.start]:02x} is not {encoding}"
        raise UnreadableError(found, hint="`encoding:` in the mapping says how the file is written") from None


def split(text: str, separator: str) -> list[list[str]]:
    """The rows of a CSV text, blank ones too.

    Raises:
        UnreadableError: a quoted cell does not end where it should.
    """
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        where = f"row {len(rows) + 1}, which begins on line {reader.line_num}"
        raise UnreadableError(f"{where}: {error}", hint="a quote that opens a cell has to close it") from None
    return rows


def _lines(text: str) -> list[str]:
    # str.splitlines would also break at the separators of Unicode, which stand inside cells.
    return [f"{line}\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")]


def clean(text: str) -> str:
    """*text* without what a file of ours may not hold, and without blanks around it."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _UNSAFE.sub("", _BREAKS.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """*text* with every run of blanks and newlines as one blank."""
    return " ".join(text.split())


def read_sheet(data: bytes, dialect: Dialect, unguard: Callable[[str], str] = str) -> Sheet:
    """The table that *data* holds.

    *unguard* takes off what an export put before a text that a spreadsheet would compute. Rows above the header, blank
    rows and repeated headers are skipped; a row with more cells than the header is refused.

    Raises:
        UnreadableError: the bytes are no such table.
    """
    text = decode(data, dialect.encoding)
    skip = dialect.skip_rows + bool(SEPARATOR_LINE.match(text.partition("\n")[0].strip()))
    rows = split(text, dialect.separator)
    if len(rows) <= skip or not any(cell.strip() for cell in rows[skip]):
        raise UnreadableError(
            f"row {skip + 1} should be the header and is empty", hint="`skip_rows:` says how many to skip"
        )
    header = tuple(one_line(clean(cell)) for cell in rows[skip])
    while header and not header[-1]:
        header = header[:-1]
    nothing = dialect.sentinels

    def cell(raw: str) -> str:
        text = clean(unguard(raw))
        return "" if text in nothing else text

    return _sorted_out(header, rows, skip + 1, cell)


def _sorted_out(
    header: tuple[str, ...], rows: Sequence[Sequence[str]], first: int, cell: Callable[[str], str]
) -> Sheet:
    width = len(header)
    kept, skipped, refused = [], [], []
    for number, raw in enumerate(rows[first:], first + 1):
        cells = tuple(map(cell, raw))
        if not any(cells):
            skipped.append(Skipped(number, "blank"))
        elif tuple(map(one_line, cells[:width])) == header:
            skipped.append(Skipped(number, "the header again"))
        elif any(cells[width:]):
            message = f"{len(cells)} cells, and the header has {width}"
            refused.append(Refusal(number, "", message, "a text with a separator in it needs quotes around it"))
        else:
            kept.append(Row(number, cells[:width] + ("",) * (width - len(cells))))
    return Sheet(header, tuple(kept), tuple(skipped), tuple(refused))


def without_footer(sheet: Sheet, ids: Sequence[int], stages: Sequence[int]) -> Sheet:
    """*sheet* without its rows of totals and the notes that reports end with; they are skipped, with the reason.

    Neither has a stage. A row of totals begins with a word such as `Total`; a note at the end has no id either, or
    fills no more than a third of its cells. *ids* and *stages* are the columns that hold them.
    """
    rows, skipped = list(sheet.rows), list(sheet.skipped)
    while rows and (_is_total(rows[-1], stages) or _is_note(rows[-1], ids, stages)):
        skipped.append(Skipped(rows.pop().number, "footer"))
    totals = {row.number for row in rows if _is_total(row, stages)}
    skipped += [Skipped(number, "total") for number in totals]
    kept = tuple(row for row in rows if row.number not in totals)
    return sheet._replace(rows=kept, skipped=tuple(sorted(skipped)))


def _is_total(row: Row, stages: Sequence[int]) -> bool:
    if any(row.cells[place] for place in stages):
        return False
    return _TOTAL.match(next(cell for cell in row.cells if cell)) is not None


def _is_note(row: Row, ids: Sequence[int], stages: Sequence[int]) -> bool:
    if any(row.cells[place] for place in stages):
        return False
    filled = sum(map(bool, row.cells))
    return not any(row.cells[place] for place in ids) or 3 * filled <= len(row.cells)
