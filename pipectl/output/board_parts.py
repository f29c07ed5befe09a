"""What stands on a board, read from the two tables of its report."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from pipectl.model.frozen import frozen
from pipectl.model.money import Money, total
from pipectl.output.fit import width, wrap
from pipectl.output.look import Look
from pipectl.output.numbers import human, money_short
from pipectl.output.safe import plain
from pipectl.report import Cell, Days, Labelled, Marked, Table

# The columns that the drawings read; the tables may have more.
DEALS = frozenset({"pipeline", "stage", "id", "title", "amount", "days", "signs"})
STAGES = frozenset(
    {"pipeline", "pipeline_name", "stage", "name", "deals", "amount", "weighted", "unpriced", "without_rate"}
)

_Row: TypeAlias = Mapping[str, Cell]


@frozen
class Card:
    """A deal; its texts are safe to show."""

    id: str
    title: str
    amount: Money | None
    days: Days | None
    signs: tuple[str, ...]


@frozen
class Stage:
    """A stage with its sums, which may count more deals than there are cards."""

    name: str
    deals: int
    amount: Money | None
    weighted: Money | None
    unpriced: int
    without_rate: int
    cards: tuple[Card, ...]


@frozen
class Pipeline:
    """A pipeline with its stages in order."""

    name: str
    stages: tuple[Stage, ...]

    @property
    def deals(self) -> int:
        """Over all stages."""
        return sum(stage.deals for stage in self.stages)


def pipelines(deals: Table, stages: Table) -> tuple[Pipeline, ...]:
    """The pipelines of the table *stages*, each deal of *deals* under its stage, in their order."""
    cards: dict[tuple[str, str], list[Card]] = {}
    for row in _rows(deals):
        cards.setdefault((_word(row["pipeline"]), _word(row["stage"])), []).append(_card(row))
    found: dict[str, tuple[str, list[Stage]]] = {}
    for row in _rows(stages):
        key = _word(row["pipeline"])
        _, listed = found.setdefault(key, (_word(row["pipeline_name"]) or key, []))
        listed.append(_stage(row, tuple(cards.get((key, _word(row["stage"])), ()))))
    return tuple(Pipeline(name, tuple(listed)) for name, listed in found.values())


def counted(count: int, word: str = "deal") -> str:
    """`1 deal`, `2 deals`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def heading(name: str, stages: tuple[Stage, ...], look: Look) -> list[str]:
    """*name* in bold and what *stages* come to: in full where that fits, else short, on more lines if need be."""
    full, short = (f"{name}  {look.dot.join(_sums(stages, look, show))}" for show in (human, money_short))
    fits = look.width is None or width(full) <= look.width
    first, *others = wrap(full if fits else short, look.width)
    return [look.paint(name, "bold") + first[len(name) :] if first.startswith(name) else first, *others]


def _sums(chosen: tuple[Stage, ...], look: Look, show: Callable[[Money, Look], str]) -> list[str]:
    """Deals, amount, weighted amount, what no sum holds; amounts are left out where they are in several currencies."""
    deals, unpriced = sum(stage.deals for stage in chosen), sum(stage.unpriced for stage in chosen)
    without_rate = sum(stage.without_rate for stage in chosen)
    if not deals:
        return ["no deals"]
    amount = _sum(stage.amount for stage in chosen)
    weighted = _sum(stage.weighted for stage in chosen)
    texts = [
        counted(deals),
        show(amount, look) if amount else "",
        f"weighted {show(weighted, look)}" if weighted else "",
        f"{unpriced} unpriced" if unpriced else "",
        f"{without_rate} without a rate" if without_rate else "",
    ]
    return [text for text in texts if text]


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = [money for money in amounts if money is not None]
    if len({money.currency for money in known}) != 1:
        return None
    return total(known, known[0].currency)


def _rows(table: Table) -> list[_Row]:
    return [{column.key: cell for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]


def _card(row: _Row) -> Card:
    amount, days, signs = _bare(row["amount"]), _bare(row["days"]), _bare(row["signs"])
    return Card(
        id=_word(row["id"]),
        title=_word(row["title"]),
        amount=amount if isinstance(amount, Money) else None,
        days=days if isinstance(days, Days) else None,
        signs=tuple(map(_word, signs)) if isinstance(signs, tuple) else (),
    )


def _stage(row: _Row, cards: tuple[Card, ...]) -> Stage:
    amount, weighted = _bare(row["amount"]), _bare(row["weighted"])
    return Stage(
        name=_word(row["name"]) or _word(row["stage"]),
        deals=_number(row["deals"]),
        amount=amount if isinstance(amount, Money) else None,
        weighted=weighted if isinstance(weighted, Money) else None,
        unpriced=_number(row["unpriced"]),
        without_rate=_number(row["without_rate"]),
        cards=cards,
    )


def _bare(cell: Cell) -> Cell:
    return _bare(cell.cell) if isinstance(cell, Marked | Labelled) else cell


def _word(cell: Cell) -> str:
    bare = _bare(cell)
    return plain(bare) if isinstance(bare, str) else ""


def _number(cell: Cell) -> int:
    bare = _bare(cell)
    return bare if isinstance(bare, int) else 0
