"""What happened as people read it: a heading for each kind with its figures, and the deals under it."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pipectl.output import prose, table
from pipectl.output.board_parts import counted
from pipectl.output.fit import cut, pad, width
from pipectl.output.look import Look
from pipectl.output.numbers import change, human
from pipectl.output.safe import plain
from pipectl.report import Cell, Report, Table

_NEEDED = frozenset({"kind", "on", "id", "before", "after", "note", "by", "amount", "stands"})
# Of these a deal may have many; it is told on one line, the last of them in words.
_GATHERED = ("contact", "note", "task")
_MOST_GATHERED = 12
_GAP = "  "
_MOST_ID = 32

_Row: TypeAlias = dict[str, Cell]


def render(report: Report, look: Look) -> str:
    """A report whose table lacks columns that the drawing needs is shown as a table."""
    found = {one.key: one for one in report.tables}
    events = found["events"]
    if not {column.key for column in events.columns} >= _NEEDED:
        return table.render(report, look)
    rows = _rows(events)
    parts = [prose.lines([prose.header(report, look)], look)]
    ids = min(max((width(human(row["id"], look)) for row in rows), default=0), _MOST_ID)
    sums = max((width(human(row["amount"], look)) for row in rows if row["kind"] not in _GATHERED), default=0)
    for kind in _rows(found["kinds"]):
        under = [row for row in rows if row["kind"] == kind["kind"]]
        if under:
            parts.append("\n".join([_heading(kind, look), *_lines(under, ids, sums, look)]))
    if not rows:
        parts.append(prose.lines([plain(events.empty)], look))
    parts.append(prose.lines(prose.notes(report), look))
    return prose.paragraphs(parts)


def _heading(kind: _Row, look: Look) -> str:
    """`Won  2 deals · Rp 980.000.000 · 1 undone since`."""
    name = human(kind["name"], look)
    deals, events, undone = (_number(kind[key]) for key in ("deals", "events", "undone"))
    facts = [
        counted(deals),
        f"{events} times" if events - undone > deals else "",
        human(kind["amount"], look) if kind["amount"] is not None else "",
        f"{undone} undone since" if undone else "",
        f"{kind['without_rate']} without a rate" if kind["without_rate"] else "",
    ]
    text = f"{name}{_GAP}{look.dot.join(fact for fact in facts if fact)}"
    shown = text if look.width is None else cut(text, look.width, look.ellipsis)
    return look.paint(name, "bold") + shown.removeprefix(name)


def _lines(rows: Sequence[_Row], ids: int, sums: int, look: Look) -> Iterator[str]:
    if rows[0]["kind"] in _GATHERED:
        by_deal: dict[str, list[_Row]] = {}
        for row in rows:
            by_deal.setdefault(human(row["id"], look), []).append(row)
        for name, events in list(by_deal.items())[:_MOST_GATHERED]:
            yield _cut(_GAP.join(("", pad(cut(name, ids, look.ellipsis), ids), _gathered(events, look))), look)
        if len(by_deal) > _MOST_GATHERED:
            yield f"{_GAP}+{len(by_deal) - _MOST_GATHERED} more (-f csv)"
        return
    for row in rows:
        name = pad(cut(human(row["id"], look), ids, look.ellipsis), ids)
        amount = "" if row["amount"] is None else human(row["amount"], look)
        start = _GAP.join(("", name, pad(amount, sums, right=True), ""))
        full, short = (f"{start}{_words(row, look, short=short)}" for short in (False, True))
        yield _cut(full if look.width is None or width(full) <= look.width else short, look)


def _words(row: _Row, look: Look, *, short: bool) -> str:
    """`contract → won  2026-11-20 bayu: signed (undone since)`."""
    words = [_said(change(row["before"], row["after"], look, short=short), row, look)]
    if row["stands"] is False:
        words.append("(undone since)")
    return _GAP.join(words)


def _gathered(rows: Sequence[_Row], look: Look) -> str:
    """`3 times, last call  2026-11-20 bayu: wants 10% off`."""
    last = rows[-1]
    what = human(last["after"], look) if last["after"] is not None else ""
    if len(rows) > 1:
        what = f"{len(rows)} times, last {what}".removesuffix(" ")
    return _said(what, last, look)


def _said(what: str, row: _Row, look: Look) -> str:
    when = " ".join(filter(None, (human(row["on"], look), human(row["by"], look))))
    note = human(row["note"], look)
    return _GAP.join(filter(None, (what, f"{when}: {note}" if note else when)))


def _cut(text: str, look: Look) -> str:
    return (text if look.width is None else cut(text, look.width, look.ellipsis)).rstrip()


def _rows(found: Table) -> list[_Row]:
    return [dict(zip((column.key for column in found.columns), row, strict=True)) for row in found.rows]


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
