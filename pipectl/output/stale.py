"""Stagnant deals as people read them: a headline each, and under it a line for every reason."""

from collections.abc import Iterator

from pipectl.output import prose, table
from pipectl.output.fit import cut, pad, width, wrap
from pipectl.output.look import Look
from pipectl.output.numbers import human
from pipectl.output.safe import plain
from pipectl.output.signs import sign, style
from pipectl.report import Cell, Marked, Report, Table

_NEEDED = frozenset(
    {
        *("id", "owner", "pipeline", "stage", "amount", "reasons", "step", "clears", "average", "times_average"),
        *("stalled_since", "stalled_days", "stalled_limit", "stalled_origin"),
        *("idle_since", "idle_days", "idle_limit", "idle_origin", "overdue_days", "overdue_task"),
    }
)
_INDENT = "  "
_MOST_ID = 32


def render(report: Report, look: Look) -> str:
    """A report whose table lacks columns that the drawing needs is shown as a table."""
    found = report.tables[0]
    if not {column.key for column in found.columns} >= _NEEDED:
        return table.render(report, look)
    above = prose.lines([prose.header(report, look)], look)
    below = prose.lines(prose.notes(report), look)
    if not found.rows:
        return prose.paragraphs([above, prose.lines([plain(found.empty)], look), below])
    return prose.paragraphs([above, *_deals(found, look), *_total(found, look), below])


def _deals(found: Table, look: Look) -> Iterator[str]:
    rows = [dict(zip((column.key for column in found.columns), row, strict=True)) for row in found.rows]
    names = min(_MOST_ID, max(width(_shown(row["id"], look)) for row in rows))
    sums = max(width(_shown(row["amount"], look)) for row in rows)
    for row in rows:
        yield "\n".join([_headline(row, look, names, sums), *_reasons(row, look)])


def _headline(row: dict[str, Cell], look: Look, names: int, sums: int) -> str:
    """`puri-farma-dc  Rp 720.000.000  proposal · ratna  last follow-up`; the id is never cut where it alone fits."""
    name = _shown(row["id"], look)
    amount = pad(_shown(row["amount"], look), sums, right=True)
    where = look.dot.join(text for key in ("stage", "owner", "pipeline") if (text := _shown(row[key], look)))
    start = f"{pad(name, names, painted=look.paint(name, 'bold'))}  {amount}  "
    room = None if look.width is None else look.width - max(names, width(name)) - sums - 4
    return f"{start}{where if room is None else cut(where, max(room, 1), look.ellipsis)}"


def _reasons(row: dict[str, Cell], look: Look) -> Iterator[str]:
    marks = {part.mark for part in _parts(row["reasons"]) if isinstance(part, Marked)}
    lines: list[tuple[str, str]] = [(word, _clock(row, word, look)) for word in ("stalled", "idle") if word in marks]
    if "overdue" in marks:
        lines.append(("overdue", f"expected close passed {_shown(row['overdue_days'], look)} days ago"))
    if "task" in marks:
        lines.append(("task", f"task overdue: {_shown(row['overdue_task'], look)}"))
    for word, text in lines:
        yield from _hanging(look.paint(sign(word, look), style(word)), text, look)
    step = f"{_shown(row['step'], look)}; " if row["step"] else ""
    yield from _hanging(look.pick("→", ">"), f"{step}cleared by {_shown(row['clears'], look)}", look)


def _hanging(mark: str, text: str, look: Look) -> Iterator[str]:
    """*text* after *mark*, going on under its own beginning."""
    first, *more = wrap(text, None if look.width is None else look.width - 2 * len(_INDENT))
    yield f"{_INDENT}{mark} {first}"
    yield from (f"{_INDENT}  {line}" for line in more)


def _clock(row: dict[str, Cell], word: str, look: Look) -> str:
    """`stalled 40 d since 2026-10-14, limit 21 d (max_days), 1.3 times the average stay of 30 d`."""
    days, since, limit = (_shown(row[f"{word}_{key}"], look) for key in ("days", "since", "limit"))
    said = f"{word} {days} since {since}, limit {limit} ({_shown(row[f'{word}_origin'], look)})"
    if word == "stalled" and row["average"] is not None:
        said += f", {_shown(row['times_average'], look)} the average stay of {_shown(row['average'], look)}"
    return said


def _total(found: Table, look: Look) -> Iterator[str]:
    if found.total is not None:
        yield "  ".join(human(cell, look) for cell in found.total if cell not in ("", None))


def _parts(cell: Cell) -> tuple[Cell, ...]:
    return cell if isinstance(cell, tuple) else (cell,)


def _shown(cell: Cell, look: Look) -> str:
    return human(cell, look)
