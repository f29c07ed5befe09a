"""Tables for people, on a terminal or in a file.

Drawn here, since the widths are known by now: tabulate, which draws all other layouts, takes twice as long to import as
Python to start.
"""

from collections.abc import Iterable, Sequence

from pipectl.output import prose
from pipectl.output.fit import pad, wrap
from pipectl.output.grid import Grid, grid
from pipectl.output.look import Look
from pipectl.output.numbers import human
from pipectl.report import Report, Table

_GAP = "  "
_INDENT = "  "


def render(report: Report, look: Look) -> str:
    """Columns under a rule, within the window where there is one; numbers are never cut.

    Where a list of deals is too wide, its longest texts are cut; where that is not enough they go on a line of their
    own under each deal. Other tables are read whole: their texts go on in the lines below; where that is not
    enough, columns that find no room stand in a second table under the first, and no text is folded for it.
    """
    return prose.page(report, look, lambda table: _body(table, look))


def _body(table: Table, look: Look) -> str:
    shape = grid(table, look)
    if look.width is None or _excess(shape, look.width) <= 0:
        return _columns(shape, look)
    if not table.ids and not table.under:
        narrow = _fitted(shape, look, fold=True)
        fits = _excess(narrow, look.width) <= 0
        bands = [narrow] if fits else [_fitted(band, look, fold=True) for band in shape.bands(look.width, len(_GAP))]
        return "\n\n".join(_columns(band, look) for band in bands)
    beside, below = shape.parted(look.width, len(_GAP), whole=table.under)
    beside = _fitted(beside, look, fold=False)
    return "\n".join(_interleaved(beside, below, look)) if below.titles else _columns(beside, look)


def _excess(shape: Grid, room: int) -> int:
    """How much wider than *room* it is."""
    return sum(shape.widths) + len(_GAP) * (len(shape.titles) - 1) - room


def _fitted(shape: Grid, look: Look, *, fold: bool) -> Grid:
    """*shape* as narrow as the window asks for, as far as its texts give."""
    return shape.narrower(max(0, _excess(shape, look.width or 0)), look, fold=fold)


def _columns(shape: Grid, look: Look) -> str:
    """Two blanks between columns, a rule under the titles and one above the total."""
    if not shape.titles:
        return ""
    bare = shape.changed(str.strip)
    widths = bare.widths
    rule = _GAP.join(look.pick("─", "-") * width for width in widths).rstrip()
    lines = zip(_lines(bare), _lines(bare.painted(look)), strict=True)
    return "\n".join(
        rule if texts is None or shown is None else _drawn(texts, shown, widths, shape.aligns) for texts, shown in lines
    )


def _drawn(texts: Sequence[str], shown: Sequence[str], widths: Sequence[int], aligns: Sequence[str]) -> str:
    """*texts* in one line, each in its column, as they are *shown*: with colour, which takes no room."""
    cells = zip(texts, shown, widths, aligns, strict=True)
    filled = (pad(text, room, right=align == "right", painted=painted) for text, painted, room, align in cells)
    return _GAP.join(filled).rstrip()


def _lines(shape: Grid) -> list[Sequence[str] | None]:
    """The titles and the rows, with None for each rule."""
    lines: list[Sequence[str] | None] = [shape.titles, None, *shape.rows]
    if shape.total_rows and len(shape.rows) > shape.total_rows:
        lines.insert(-shape.total_rows, None)
    return lines


def _interleaved(beside: Grid, below: Grid, look: Look) -> Iterable[str]:
    """The columns *beside* each other, and under each line of them the texts that didn't fit into it."""
    texts = iter([below.titles, *below.rows])
    unknown = human(None, look)
    for line, drawn in zip(_lines(beside), _columns(beside, look).split("\n"), strict=True):
        yield drawn
        if line is not None:
            joined = look.dot.join(text for text in next(texts) if text not in ("", unknown))
            yield from (_INDENT + part for part in wrap(joined, (look.width or 0) - len(_INDENT)) if part)
