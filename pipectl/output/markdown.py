"""Markdown for a pull request, a wiki or a mail: headings, pipe tables, and the notes as a list."""

from pipectl.output import prose
from pipectl.output.grid import Grid, grid
from pipectl.output.look import Look
from pipectl.output.markup import markdown, markdown_line
from pipectl.output.safe import plain
from pipectl.report import Report, Table


def render(report: Report, look: Look) -> str:
    """The report as GitHub's Markdown; whatever the files say stays text."""
    parts = [markdown_line(prose.header(report, look))]
    for table in report.tables:
        parts += [f"### {markdown(title)}" if (title := plain(table.title)) else "", _body(table, look)]
    notes = "\n".join(f"- {markdown_line(note)}" for note in prose.notes(report))
    return prose.paragraphs([*parts, markdown_line(prose.signs(report, look)), notes])


def _body(table: Table, look: Look) -> str:
    if not table.rows and table.empty:
        return markdown_line(plain(table.empty))
    shape = grid(table, look).changed(markdown)
    rules = ["---:" if align == "right" else ":---" for align in shape.aligns]
    return "\n".join(f"| {' | '.join(row)} |" for row in (shape.titles, rules, *_rows(shape)))


def _rows(shape: Grid) -> list[tuple[str, ...]]:
    rows = list(shape.rows)
    if shape.total_rows:
        rows[-1] = tuple(f"**{text}**" if text.strip() else text for text in rows[-1])
    return rows
