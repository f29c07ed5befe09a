"""What a command has to say, as typed cells: no text is laid out here, and no format is known."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Literal, TypeAlias

from pipectl.errors import UsageError
from pipectl.model.frozen import frozen, replace
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.suggest import suggest


@frozen
class Ratio:
    """A share with what it is a share of; over nothing it has no value.

    Attributes:
        low, high: the 95% interval where one is known, as fractions.
        too_few: so little stands behind it that it should not be read as a rate.
    """

    numerator: Decimal | int
    denominator: Decimal | int
    low: float | None = None
    high: float | None = None
    too_few: bool = False

    @property
    def value(self) -> float | None:
        """0..1 where the one is part of the other; None over nothing."""
        return float(Decimal(self.numerator) / Decimal(self.denominator)) if self.denominator else None


@frozen
class Days:
    """A duration in days."""

    days: float


@frozen
class Percent:
    """A percentage that is no ratio of two counts, such as a stage's probability."""

    percent: Decimal


@frozen
class Amount:
    """A number of things that need not be whole, such as deals by their chance; people see one decimal of it."""

    number: Decimal


@frozen
class Multiple:
    """How many times one thing is another: coverage, or age over the average."""

    times: float


@frozen
class Per:
    """How many of one thing come on one of another, such as contacts a deal; over nothing it has no value."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """None over nothing."""
        return self.numerator / self.denominator if self.denominator else None


@frozen
class Difference:
    """How far two shares lie apart, -1..1, with the interval that says whether they do at all."""

    value: float
    low: float
    high: float


@frozen
class Bar:
    """A share drawn as a bar, 0 to 1 of its full width; what it means stands in figures beside it."""

    share: float


@frozen
class Spark:
    """Figures over time drawn as a line of heights, the oldest first; None where one is unknown."""

    points: tuple[float | None, ...]


@frozen
class Marked:
    """A cell that carries a sign of attention; *mark* is a word such as `stalled`, and colour only repeats it."""

    cell: "Cell"
    mark: str


@frozen
class Labelled:
    """A figure with the word that says what it is: `median 57 d`, `43 open`.

    Attributes:
        after: the word follows the figure.
    """

    label: str
    cell: "Cell"
    after: bool = False


Cell: TypeAlias = (
    str
    | bool
    | int
    | Decimal
    | date
    | Moment
    | Money
    | Ratio
    | Days
    | Percent
    | Multiple
    | Amount
    | Per
    | Difference
    | Bar
    | Spark
    | Marked
    | Labelled
    | tuple["Cell", ...]
    | None
)


@frozen
class Column:
    """A column: *key* is for machines and for ever, *title* for people.

    Attributes:
        holds: what its cells are where they are known, so that a table without rows has the same columns in a
            spreadsheet.
    """

    key: str
    title: str
    right: bool = False
    holds: Literal["", "money", "ratio", "difference"] = ""


@frozen
class Table:
    """Rows of cells.

    Attributes:
        key: names the table in structured output.
        title: a heading, or "".
        ids: the column whose cells are deal ids, for `--ids`; "" where rows are no deals.
        hidden: keys of columns that people see only when they ask with `--fields`; machines always get them.
        total: a last row that sums the ones above, in the same columns; not part of the data.
        empty: what to say in place of no rows.
        part: the column that says which part of a whole this table is. Tables of one key are one table in parts, each
            under its own title for people, who need no such column then; machines read the whole.
        under: texts that find no room go on a line of their own under the row, as they do in lists of deals.
        labels: how many of the first columns say what a row is of. Where a window has no room for all columns side by
            side, they are repeated before the rest.
    """

    key: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    ids: str = ""
    hidden: frozenset[str] = frozenset()
    total: tuple[Cell, ...] | None = None
    empty: str = ""
    part: str = ""
    under: bool = False
    labels: int = 1

    def index(self, key: str) -> int:
        """Where the column *key* stands.

        Raises:
            UsageError: there is no such column.
        """
        keys = [column.key for column in self.columns]
        if key not in keys:
            near = suggest(key, keys)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(keys)}"
            raise UsageError(f"no field '{key}'", hint=hint)
        return keys.index(key)

    def with_fields(self, keys: Sequence[str]) -> "Table":
        """Only the columns *keys*, in that order, and none of them hidden."""
        places = [self.index(key) for key in keys]
        labels = list(takewhile(lambda place: place < self.labels, places))
        return replace(
            self,
            columns=tuple(self.columns[place] for place in places),
            rows=tuple(tuple(row[place] for place in places) for row in self.rows),
            total=None if self.total is None else tuple(self.total[place] for place in places),
            hidden=frozenset(),
            labels=max(1, len(labels)),
        )

    def sorted_by(self, key: str, *, descending: bool) -> "Table":
        """Rows in the order of a column; unknown values last either way, ties as they were."""
        place = self.index(key)
        known = [row for row in self.rows if sort_key(row[place]) is not None]
        unknown = [row for row in self.rows if sort_key(row[place]) is None]
        known.sort(key=lambda row: _total_order(row[place]), reverse=descending)
        return replace(self, rows=(*known, *unknown))

    def first(self, count: int) -> "Table":
        """At most *count* rows; a total over all of them goes, since it would not add up."""
        return self if len(self.rows) <= count else replace(self, rows=self.rows[:count], total=None)


@frozen
class Report:
    """What a command has found.

    Attributes:
        command: whose report it is.
        schema: the version of its structured form; it only grows.
        header: key → cell, said once above everything: period, day, filter.
        notes: sentences under the tables: what is left out, what is unknown.
        shape: names a drawing of its own in `output`, such as `board`; "" for tables.
    """

    command: str
    tables: tuple[Table, ...]
    header: tuple[tuple[str, Cell], ...] = ()
    notes: tuple[str, ...] = ()
    schema: int = 1
    shape: str = ""

    def whole(self) -> "Report":
        """The same report with the tables that stand in parts put together."""
        parts: dict[str, list[Table]] = {}
        for table in self.tables:
            parts.setdefault(table.key, []).append(table)
        return replace(self, tables=tuple(_joined(tables) for tables in parts.values()))

    def changed(self, change: Callable[[Table], Table]) -> "Report":
        """The same report with its first table changed; the first is the one that options speak of."""
        return replace(self, tables=(change(self.tables[0]), *self.tables[1:])) if self.tables else self


def _joined(tables: Sequence[Table]) -> Table:
    """Parts of one table as a whole, with the column that tells them apart; sums of parts are no sum of it."""
    first = tables[0]
    if len(tables) == 1:
        return first
    rows = tuple(row for table in tables for row in table.rows)
    return replace(first, rows=rows, title="", total=None, hidden=first.hidden - {first.part}, part="")


def sort_key(cell: Cell) -> object:  # noqa: C901, PLR0912 - one flat case for each type of cell
    """What a cell sorts by; None for an unknown one."""
    match cell:
        case Marked() | Labelled():
            return sort_key(cell.cell)
        case Money():
            return cell.amount
        case Ratio() | Per() | Difference():
            return cell.value
        case Days():
            return cell.days
        case Percent():
            return cell.percent
        case Multiple():
            return cell.times
        case Amount():
            return cell.number
        case Bar():
            return cell.share
        case Spark():
            return cell.points[-1] if cell.points else None
        case Moment():
            return (cell.day, cell.instant.timestamp() if cell.instant else 0.0)
        case str():
            return cell.casefold() or None
        case tuple():
            return tuple(str(sort_key(part)) for part in cell) or None
        case _:
            return cell


def _total_order(cell: Cell) -> tuple[str, object]:
    """Money by currency first: two currencies have no order between them."""
    inner = cell
    while isinstance(inner, Marked | Labelled):
        inner = inner.cell
    return (inner.currency if isinstance(inner, Money) else "", sort_key(inner))
