"""Every layout that tabulate knows by name: drawings for people, and markup for documents."""

from tabulate import SEPARATING_LINE, tabulate

from pipectl.output import prose
from pipectl.output.fit import width
from pipectl.output.grid import Grid, grid
from pipectl.output.look import Look
from pipectl.output.markup import MARKUPS, latex_rows
from pipectl.output.safe import plain
from pipectl.report import Report, Table

# tabulate makes every column two wider than its title.
_BESIDE_TITLE = 2


def render(report: Report, look: Look, name: str) -> str:
    """The report in tabulate's format *name*; where that is a markup language, as a part of a document in it."""
    if name in MARKUPS:
        return _written(report, look, name)
    return prose.page(report, look, lambda table: _drawn(table, look, name))


def _drawn(table: Table, look: Look, name: str) -> str:
    """Within the window where there is one: texts are cut, numbers never."""
    shape = grid(table, look)
    # Formats with lines between all rows have one above the total already.
    ruled = "grid" not in name
    if look.width is not None:
        excess = max(map(width, _tabulated(shape, name, ruled=ruled).split("\n"))) - look.width
        shape = shape.narrower(max(0, excess), look, fold=False, beside_title=_BESIDE_TITLE)
    return _tabulated(shape.painted(look), name, ruled=ruled)


def _written(report: Report, look: Look, name: str) -> str:
    """For a document: nothing is cut or painted, and what stands in the cells is no markup."""
    markup = MARKUPS[name]
    parts = [prose.header(report, look)]
    parts = [markup.aside(part) for part in parts if part]
    for table in report.tables:
        said = [plain(table.title), "" if table.rows else plain(table.empty)]
        parts += [markup.aside(text) for text in said if text]
        if table.rows or not table.empty:
            shape = grid(table, look)
            shape = shape.changed(markup.escape) if markup.escape else shape
            parts.append(_tabulated(shape, name, ruled=markup.ruled))
    below = [prose.signs(report, look), *prose.notes(report)]
    return prose.paragraphs([*parts, *(markup.aside(text) for text in below if text)])


def _tabulated(shape: Grid, name: str, *, ruled: bool) -> str:
    rows = [list(texts) for texts in shape.rows]
    if shape.total_rows and ruled and len(rows) > shape.total_rows:
        rows.insert(-shape.total_rows, [SEPARATING_LINE])
    text = tabulate(rows, headers=shape.titles, tablefmt=name, colalign=shape.aligns, disable_numparse=True)
    return latex_rows(text) if name.startswith("latex") else text
