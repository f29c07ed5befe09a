"""What happened as people read it: a heading for each kind with its figures, and the deals under it."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pipectl.output import prose, table
from pipectl.output.board_parts import counted
from pipectl.output.fit import cut, cut_between, pad, room_for, width, wrap
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
_LEAST_ID = 16
_SHORTEST_ID = 8
_BELOW = " " * 4

_Row: TypeAlias = dict[str, Cell]


def render(report: Report, look: Look) -> str:
    """A report whose table lacks columns that the drawing needs is shown as a table."""
    found = {one.key: one for one in report.tables}
    events = found["events"]
    if not {column.key for column in events.columns} >= _NEEDED:
        return table.render(report, look)
    rows = _rows(events)
    parts = [prose.lines([prose.header(report, look)], look)]
    sums = max((width(human(row["amount"], look)) for row in rows if row["kind"] not in _GATHERED), default=0)
    ids = _ids(rows, sums, look)
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
    # A fact stays on one line: no symbol without its amount.
    whole = look.dot.join(fact.replace(" ", "\xa0") for fact in facts if fact)
    lines = wrap(f"{name}{_GAP}{whole}", None if look.width is None else look.width - len(_BELOW))
    shown = f"\n{_BELOW}".join(lines).replace("\xa0", " ")
    return look.paint(name, "bold") + shown.removeprefix(name)


def _ids(rows: Sequence[_Row], sums: int, look: Look) -> int:
    """What the deals' ids get: they give way to days and amounts, not to notes."""
    widest = min(max((width(human(row["id"], look)) for row in rows), default=0), _MOST_ID)
    if look.width is None:
        return widest
    room, amount = look.width - 2 * len(_GAP), sums + len(_GAP)
    beside = [
        width(_said(_gathered_words([row], look), row, look, bare=True))
        if row["kind"] in _GATHERED
        else amount + width(_head(row, look, short=True))
        for row in rows
    ]
    return room_for(widest, max(min(_LEAST_ID, room - amount), _SHORTEST_ID), room, beside)


def _lines(rows: Sequence[_Row], ids: int, sums: int, look: Look) -> Iterator[str]:
    if rows[0]["kind"] in _GATHERED:
        by_deal: dict[str, list[_Row]] = {}
        for row in rows:
            by_deal.setdefault(human(row["id"], look), []).append(row)
        for name, events in list(by_deal.items())[:_MOST_GATHERED]:
            start = _GAP.join(("", pad(cut(name, ids, look.ellipsis), ids), ""))
            what, last = _gathered_words(events, look), events[-1]
            yield _line(start, [(_said(what, last, look, bare=True), _said(what, last, look))], "", look)
        if len(by_deal) > _MOST_GATHERED:
            yield f"{_GAP}+{len(by_deal) - _MOST_GATHERED} more (-f csv)"
        return
    for row in rows:
        name = pad(cut(human(row["id"], look), ids, look.ellipsis), ids)
        amount = "" if row["amount"] is None else human(row["amount"], look)
        start = _GAP.join(("", name, pad(amount, sums, right=True), ""))
        ways = [(_head(row, look, short=short), _whole(row, look, short=short)) for short in (False, True)]
        yield _line(start, ways, f"{_GAP}(undone since)" if row["stands"] is False else "", look)


def _line(start: str, ways: Sequence[tuple[str, str]], mark: str, look: Look) -> str:
    """*start* and the first of the *ways* to tell the rest that fits, before *mark*.

    A way is what may not be cut and all of it, which begins so. Where even the last one has no room, it goes below.
    """
    if look.width is None:
        return f"{start}{ways[0][1]}{mark}".rstrip()
    room = look.width - width(start) - width(mark)
    fitting = next((whole for _, whole in ways if width(whole) <= room), None)
    head, whole = ways[-1]
    # With the mark of the note before it, as an ellipsis right behind a day would make that look cut.
    if fitting is None and width(head) + len(f":{look.ellipsis}") <= room:
        fitting = head + cut_between(whole.removeprefix(head), room - width(head), look.ellipsis)
    if fitting is not None:
        return f"{start}{fitting}{mark}".rstrip()
    below = wrap(f"{whole}{mark}", look.width - len(_BELOW))
    return "\n".join([start.rstrip(), *(f"{_BELOW}{part}" for part in below)])


def _whole(row: _Row, look: Look, *, short: bool) -> str:
    """`contract → won  2026-11-20 bayu: signed`."""
    return _said(change(row["before"], row["after"], look, short=short), row, look)


def _head(row: _Row, look: Look, *, short: bool) -> str:
    """What of it may not be cut: all but the note, and of that the day since when, where nothing else is told."""
    what = change(row["before"], row["after"], look, short=short)
    if what:
        return _said(what, row, look, bare=True)
    return _said(what, row, look).partition(",")[0]


def _gathered_words(rows: Sequence[_Row], look: Look) -> str:
    """`3 times, last call`."""
    last = rows[-1]
    what = human(last["after"], look) if last["after"] is not None else ""
    if len(rows) > 1:
        what = f"{len(rows)} times, last {what}".removesuffix(" ")
    return what


def _said(what: str, row: _Row, look: Look, *, bare: bool = False) -> str:
    """`call  2026-11-20 bayu: wants 10% off`; *bare*: without the note."""
    when = " ".join(filter(None, (human(row["on"], look), human(row["by"], look))))
    note = "" if bare else human(row["note"], look)
    return _GAP.join(filter(None, (what, f"{when}: {note}" if note else when)))


def _rows(found: Table) -> list[_Row]:
    return [dict(zip((column.key for column in found.columns), row, strict=True)) for row in found.rows]


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
