"""A table as a grid of safe texts, made narrower where the window asks for it."""

from collections.abc import Callable
from itertools import zip_longest

from pipectl.model.frozen import frozen, replace
from pipectl.output.fit import cut, shrink, width, wrap
from pipectl.output.look import Look
from pipectl.output.numbers import human
from pipectl.output.prose import mark, rows, shown
from pipectl.output.safe import plain
from pipectl.output.signs import style
from pipectl.report import Cell, Labelled, Marked, Table

# Cut below this a text says nothing any more; cut below that it says too little while there is another way.
_LEAST_TEXT = 8
_READABLE_TEXT = 14


@frozen
class Grid:
    """Texts in rows.

    Attributes:
        rows: the last *total_rows* of them are the total.
        aligns: `left` or `right`, a column each.
        styles: how each text is painted, row by row; "" for not at all.
        soft: columns that may be cut; numbers, dates and money never are.
        ids: the column of deal ids, cut only when nothing else is left; -1 for none.
        labels: how many of the first columns say what a row is of.
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total_rows: int
    aligns: tuple[str, ...]
    styles: tuple[tuple[str, ...], ...]
    soft: frozenset[int]
    ids: int
    labels: int

    @property
    def widths(self) -> list[int]:
        """What each column takes."""
        return [max(map(width, column)) for column in zip(self.titles, *self.rows, strict=True)]

    def parted(self, room: int, gap: int, *, whole: bool = False) -> "tuple[Grid, Grid]":
        """The columns that fit side by side into *room* with *gap* between them, and the texts that don't.

        The widest texts go first, the ids never. Texts that stay may be cut, unless they are to stay *whole*.
        """
        widths = self.widths
        needs = [
            min(now, _READABLE_TEXT) if place in self.soft and place != self.ids and not whole else now
            for place, now in enumerate(widths)
        ]
        kept = dict(enumerate(needs))
        for place in sorted(self.soft - {self.ids}, key=lambda place: -widths[place]):
            if sum(kept.values()) + gap * (len(kept) - 1) <= room:
                break
            del kept[place]
        return self._only(list(kept)), self._only([place for place in range(len(widths)) if place not in kept])

    def bands(self, room: int, gap: int) -> "tuple[Grid, ...]":
        """The columns in as many grids as it takes for each to fit into *room*, the labels before each."""
        widths = self.widths
        labels = list(range(min(self.labels, len(widths))))
        places = [labels[:]]
        for place in range(len(labels), len(widths)):
            taken = sum(widths[other] + gap for other in places[-1]) + widths[place]
            if taken > room and len(places[-1]) > len(labels):
                places.append(labels[:])
            places[-1].append(place)
        return tuple(self._only(band) for band in places)

    def narrower(self, excess: int, look: Look, *, fold: bool, beside_title: int = 0) -> "Grid":
        """The same grid with *excess* cells taken from its texts, as far as they give.

        *beside_title* is what the format adds to the width of a title. With *fold* a text goes on in rows below, else
        its end is cut off.
        """
        titles = [width(title) + beside_title for title in self.titles]
        widths = [max(one, other) for one, other in zip(self.widths, titles, strict=True)]
        least = [_LEAST_TEXT] * len(widths)
        # Folded between words as long as that is enough: nobody can copy an address in two pieces.
        words = self._longest_words() if fold else least
        texts = self.soft - {self.ids}
        rooms = widths
        for soft, floors in ((texts, words), (texts, least), (self.soft, least)):
            rooms = shrink(rooms, self._floors(rooms, soft, floors), excess - sum(widths) + sum(rooms))
        folded = [_folded(row, rooms, look, self.soft if fold else frozenset()) for row in self.rows]
        return replace(
            self,
            titles=_folded(self.titles, [room - beside_title for room in rooms], look, frozenset())[0],
            rows=tuple(line for lines in folded for line in lines),
            styles=tuple(styles for styles, lines in zip(self.styles, folded, strict=True) for _ in lines),
            total_rows=len(folded[-1]) if self.total_rows else 0,
        )

    def changed(self, change: Callable[[str], str]) -> "Grid":
        """The same grid with every text changed alike."""
        return replace(
            self,
            titles=tuple(map(change, self.titles)),
            rows=tuple(tuple(map(change, row)) for row in self.rows),
        )

    def painted(self, look: Look) -> "Grid":
        """The same grid with colour, where *look* has any."""
        if not look.color:
            return self
        return replace(
            self,
            titles=tuple(look.paint(title, "bold") for title in self.titles),
            rows=tuple(
                tuple(look.paint(text, style) for text, style in zip(row, styles, strict=True))
                for row, styles in zip(self.rows, self.styles, strict=True)
            ),
        )

    def _only(self, places: list[int]) -> "Grid":
        """The columns *places*, in that order."""
        return Grid(
            titles=tuple(self.titles[place] for place in places),
            rows=tuple(tuple(row[place] for place in places) for row in self.rows),
            total_rows=self.total_rows,
            aligns=tuple(self.aligns[place] for place in places),
            styles=tuple(tuple(styles[place] for place in places) for styles in self.styles),
            soft=frozenset(number for number, place in enumerate(places) if place in self.soft),
            ids=places.index(self.ids) if self.ids in places else -1,
            labels=sum(place < self.labels for place in places),
        )

    def _longest_words(self) -> list[int]:
        """What the longest word of each column takes, but no less than any text gets."""
        columns = zip(*self.rows, strict=True)
        words = ([width(word) for text in column for word in text.split(" ")] for column in columns)
        return [max(_LEAST_TEXT, max(column, default=0)) for column in words]

    @staticmethod
    def _floors(widths: list[int], soft: frozenset[int], least: list[int]) -> list[int]:
        return [min(now, least[place]) if place in soft else now for place, now in enumerate(widths)]


def grid(table: Table, look: Look) -> Grid:
    """The cells of *table* that people see, as text."""
    columns = shown(table)
    cells = [[row[place] for place, _ in columns] for row in rows(table)]
    return Grid(
        titles=tuple(plain(column.title) for _, column in columns),
        rows=tuple(tuple(human(cell, look) for cell in row) for row in cells),
        total_rows=int(table.total is not None),
        aligns=tuple("right" if column.right else "left" for _, column in columns),
        styles=tuple(tuple(style(word) if (word := mark(cell)) else "" for cell in row) for row in cells),
        soft=frozenset(
            number
            for number, (place, column) in enumerate(columns)
            if not column.right and any(_is_text(row[place]) for row in table.rows)
        ),
        ids=next((number for number, (_, column) in enumerate(columns) if column.key == table.ids), -1),
        labels=sum(place < table.labels for place, _ in columns) or 1,
    )


def _folded(row: tuple[str, ...], rooms: list[int], look: Look, soft: frozenset[int]) -> list[tuple[str, ...]]:
    """*row* on as many lines as its *soft* texts need; the others are cut."""
    columns = [
        [cut(line, room, look.ellipsis) for line in (wrap(text, room) if place in soft else [text])]
        for place, (text, room) in enumerate(zip(row, rooms, strict=True))
    ]
    return list(zip_longest(*columns, fillvalue=""))


def _is_text(cell: Cell) -> bool:
    return _is_text(cell.cell) if isinstance(cell, Marked) else isinstance(cell, str | tuple | Labelled)
