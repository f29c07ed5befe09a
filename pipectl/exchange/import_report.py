"""What an import has done, or would do, with every row."""

from collections.abc import Iterator, Sequence

from pipectl.exchange.plan import Plan, Planned
from pipectl.report import Cell, Column, Report, Table

_COLUMNS = (
    Column("action", "Action"),
    Column("rows", "Row", right=True),
    Column("id", "Deal"),
    Column("what", "What"),
    Column("hint", "Hint"),
)
_NAMED = 10


def import_report(plan: Plan, *, written: int, whole: bool) -> Report:
    """The report of *plan*, of whose new deals so many were *written*.

    *whole*: deals that are new or unchanged have their rows in it too; else only what calls for attention has.
    """
    found = sorted(_rows(plan, whole=whole), key=lambda row: (row[1], row[0]))
    hidden = frozenset() if plan.refused else frozenset({"hint"})
    rows = tuple((action, rows, name, what, hint) for action, rows, name, what, hint in found)
    table = Table("rows", _COLUMNS, rows, hidden=hidden, empty="no row calls for attention")
    return Report("import", (table,), tuple(_header(plan, written)), tuple(_notes(plan)))


def _header(plan: Plan, written: int) -> Iterator[tuple[str, Cell]]:
    yield "rows", plan.read
    yield "new", len(plan.new)
    yield "changed", len(plan.changed)
    yield "unchanged", len(plan.unchanged)
    yield "refused", plan.refused_rows
    yield "skipped", len(plan.skipped)
    yield "written", written


def _rows(plan: Plan, *, whole: bool) -> Iterator[tuple[str, tuple[int, ...], str, str, str]]:
    for item in plan.new if whole else ():
        yield "new", item.rows, item.deal.id, f"{item.deal.title} in {item.deal.stage}", ""
    for item in plan.unchanged if whole else ():
        yield "unchanged", item.rows, item.deal.id, item.deal.title, ""
    for item in plan.changed:
        yield "changed", item.rows, item.deal.id, f"differs in {', '.join(item.differing)}; left as it is", ""
    for refusal in plan.refused:
        what = f"{refusal.column} {refusal.message}".strip()
        yield "refused", (refusal.row,), "", what, refusal.hint
    for skipped in plan.skipped:
        yield "skipped", (skipped.row,), "", skipped.what, ""


def _notes(plan: Plan) -> Iterator[str]:
    if plan.changed:
        names = _some([_differing(item) for item in plan.changed])
        yield f"changed, left as they are: {names}. An import writes new deals only."
    for text, rows in plan.notes.items():
        yield f"{text}: {'row' if len(rows) == 1 else 'rows'} {_some([str(row) for row in rows])}"


def _differing(item: Planned) -> str:
    return f"{item.deal.id} ({', '.join(item.differing)})"


def _some(texts: Sequence[str]) -> str:
    rest = len(texts) - _NAMED
    return ", ".join(texts[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
