"""A fragment of HTML: to be put into a page, or opened by itself.

It is pure ASCII, so that no page or mail around it can give it a wrong encoding.
"""

import re
from html import escape

from pipectl.output import prose
from pipectl.output.look import Look
from pipectl.output.numbers import human
from pipectl.output.safe import plain
from pipectl.report import Cell, Report, Table

_STYLE = """<style>
.pipectl { font: 15px/1.45 system-ui, sans-serif; }
.pipectl table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.pipectl caption { text-align: left; font-weight: bold; padding: 1em 0 .3em; }
.pipectl th, .pipectl td { text-align: left; padding: .2em .9em .2em 0; border-bottom: 1px solid #ddd; }
.pipectl .n { text-align: right; }
.pipectl tfoot td { font-weight: bold; border-top: 2px solid #888; }
.pipectl .stalled, .pipectl .overdue { color: #b00020; }
.pipectl .idle, .pipectl .task { color: #8a5a00; }
</style>"""


def render(report: Report, look: Look) -> str:
    """The report as one `<section class="pipectl">`."""
    parts = [
        _paragraph(prose.header(report, look)),
        *(_table(table, look) for table in report.tables),
        _paragraph(prose.signs(report, look)),
        *map(_paragraph, prose.notes(report)),
    ]
    lines = [f'<section class="pipectl" data-command="{_escaped(report.command)}">', _STYLE, *parts, "</section>"]
    text = "\n".join(line for line in lines if line) + "\n"
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _table(table: Table, look: Look) -> str:
    if not table.rows and table.empty:
        return "\n".join(_paragraph(text) for text in (table.title, table.empty) if text)
    columns = prose.shown(table)
    heads = "".join(f"<th{_class('n' * column.right)}>{_escaped(column.title)}</th>" for _, column in columns)
    caption = f"<caption>{_escaped(table.title)}</caption>" if table.title else ""
    rows = [_row(table, row, look) for row in prose.rows(table)]
    body = "\n".join(rows[: len(table.rows)])
    foot = f"\n<tfoot>\n{rows[-1]}\n</tfoot>" if table.total is not None else ""
    return (
        f'<table data-table="{_escaped(table.key)}">{caption}\n'
        f"<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n{body}\n</tbody>{foot}\n</table>"
    )


def _row(table: Table, row: tuple[Cell, ...], look: Look) -> str:
    cells = (
        f"<td{_class('n' * column.right, prose.mark(row[place]))}>{escape(human(row[place], look))}</td>"
        for place, column in prose.shown(table)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _class(*names: str) -> str:
    # Marks are words of ours; should one not be, no character of it ends the attribute.
    words = [re.sub(r"[^a-z-]+", "-", name) for name in names if name]
    return f' class="{" ".join(words)}"' if words else ""


def _paragraph(text: str) -> str:
    return f"<p>{_escaped(text)}</p>" if text else ""


def _escaped(text: str) -> str:
    return escape(plain(text))
