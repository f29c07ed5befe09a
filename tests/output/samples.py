"""Reports that hold every type of cell, and texts made to do harm."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st
from wcwidth import wcswidth

from pipectl.model.moment import Moment
from pipectl.model.money import Money, MoneyStyle
from pipectl.output.look import Look
from pipectl.report import (
    Amount,
    Bar,
    Cell,
    Column,
    Days,
    Difference,
    Labelled,
    Marked,
    Multiple,
    Per,
    Percent,
    Ratio,
    Report,
    Spark,
    Table,
)

RUPIAH = MoneyStyle(".", ",", 0, "Rp ")
PIPED = Look(currency="IDR", money=RUPIAH)
ASCII = replace(PIPED, unicode=False)


def wide(columns: int, *, color: bool = False) -> Look:
    """A terminal of that many columns."""
    return replace(PIPED, width=columns, color=color)


def fits(line: str, columns: int) -> bool:
    """Whether *line* is no wider; a backslash that keeps a broken line from being a command may be one cell more."""
    return wcswidth(line) - line.lstrip().startswith("\\") <= columns


def idr(amount: str | int) -> Money:
    """That many rupiah."""
    return Money(Decimal(amount), "IDR")


# One of each, by a name that stands in the first column.
CELLS: tuple[tuple[str, Cell], ...] = (
    ("unknown", None),
    ("text", "Acme, “rollout”"),
    ("yes", True),
    ("count", 1234567),
    ("decimal", Decimal("12.50")),
    ("date", date(2026, 11, 23)),
    ("day", Moment(date(2026, 11, 20))),
    ("moment", Moment(date(2026, 11, 20), datetime(2026, 11, 20, 3, 15, tzinfo=UTC))),
    ("money", idr("800000000")),
    ("foreign", Money(Decimal("12000.50"), "USD")),
    ("ratio", Ratio(43, 68, 0.5166, 0.7349)),
    ("few", Ratio(3, 4, too_few=True)),
    ("none", Ratio(0, 0)),
    ("days", Days(51.8125)),
    ("percent", Percent(Decimal(60))),
    ("multiple", Multiple(2.345)),
    ("amount", Amount(Decimal("1.9348"))),
    ("per", Per(42, 26)),
    ("gap", Difference(0.1234, -0.041, 0.2849)),
    ("bar", Bar(0.33)),
    ("spark", Spark((0.0, 1.0, None, 4.0))),
    ("marked", Marked(Days(47), "stalled")),
    ("labelled", Labelled("median", Days(57.0))),
    ("list", ("gov", "jakarta")),
)

EVERY_CELL = Report(
    "sample",
    (Table("cells", (Column("name", "Name"), Column("cell", "Cell", right=True)), CELLS),),
    (("period", "2026-Q4 to date"), ("as of", date(2026, 11, 23))),
    ("2 deals are undated.",),
)

DEALS = Report(
    "list",
    (
        Table(
            "deals",
            (
                Column("id", "Deal"),
                Column("title", "Title"),
                Column("company", "Company"),
                Column("amount", "Amount", right=True),
                Column("days", "In stage", right=True),
            ),
            (
                ("acme-rollout", "Acme warehouse rollout", "PT Acme", idr(800000000), Marked(Days(47), "stalled")),
                ("maruboshi", "丸星物流 DC 🚚", "", idr(1250000000), Days(0.6)),
                ("kopi", "Kopi", "Kopi", None, None),
            ),
            title="Open deals",
            ids="id",
            hidden=frozenset({"company"}),
            total=(Labelled("deals", 3, after=True), "", "", idr(2050000000), None),
        ),
        Table("lost", (Column("id", "Deal"),), (), "Lost deals", empty="no deal was lost"),
    ),
    (("as of", date(2026, 11, 23)),),
    ("1 unpriced",),
)

HARMFUL = (
    "\x1b[2J",
    "\x1b]8;;http://x\x07",
    "\r",
    "\n",
    "\t",
    "\x00",
    "\x7f",
    "\x85",
    "\x9b31m",
    "\u2028",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\ud800",
    "\U000e0041",
    "::error::x",
    " ::set-output name=a::b",
    "##[error]",
    "##vso[task.complete]",
    "\\::",
    "##\\[",
    "=1+1",
    "'=1",
    "-2",
    "@SUM",
    "|",
    "`",
    "\\",
    "**",
    "<script>",
    "&amp;",
    '"',
    "'",
    "]](",
    "{|",
    "$x$",
    "日本",
    "🚚",
    "👩\u200d👩",
    "e\u0301",
    "\u200d",
    "\ufe0f",
    "...",
    "---",
    " ",
)

hostile = st.lists(
    st.one_of(
        st.sampled_from(HARMFUL),
        st.text(st.characters(exclude_categories=()), max_size=4),
        st.sampled_from("abc"),
    ),
    max_size=8,
).map("".join)


def said(text: str) -> Report:
    """*text* in every place of a report that a file can reach."""
    deal = (text, text, Marked(text, "stalled"), (text, text), Labelled(text, text), Money(Decimal(-5), "IDR"))
    columns = (
        Column("a", "A"),
        Column("b", text),
        Column("c", "C"),
        Column("d", "D", right=True),
        Column("e", "E"),
        Column("f", "F", right=True),
    )
    table = Table("deals", columns, (deal, deal), title=text, ids="a", total=deal)
    empty = Table("none", columns, (), title=text, empty=text or "nothing")
    return Report("list", (table, empty), (("filter", text),), (text,))


def board(
    *deals: tuple[str, str, str, Money | None, float | None, tuple[str, ...]], stages: tuple[str, ...] = ()
) -> Report:
    """A board of (stage, id, title, amount, days, signs), with one pipeline and the stages named or used."""
    names = stages or tuple(dict.fromkeys(deal[0] for deal in deals))
    columns = ("pipeline", "stage", "id", "title", "company", "owner", "amount", "days", "signs", "close")
    rows = tuple(
        ("sales", stage, name, title, "", "ani", amount, None if days is None else Days(days), signs, None)
        for stage, name, title, amount, days, signs in deals
    )
    sums = ("pipeline", "pipeline_name", "stage", "name", "deals", "amount", "weighted", "unpriced", "without_rate")
    stage_rows = []
    for stage in names:
        amounts = [amount for at, _, _, amount, _, _ in deals if at == stage]
        priced = sum((amount.amount for amount in amounts if amount), Decimal(0))
        stage_rows.append(
            (
                "sales",
                "New business",
                stage,
                stage.capitalize(),
                len(amounts),
                Money(priced, "IDR"),
                Money(priced / 2, "IDR"),
                sum(amount is None for amount in amounts),
                0,
            )
        )
    return Report(
        "board",
        (
            Table("deals", tuple(Column(key, key) for key in columns), rows, ids="id", empty="no open deal"),
            Table("stages", tuple(Column(key, key) for key in sums), tuple(stage_rows)),
        ),
        (("as of", date(2026, 11, 23)),),
        shape="board",
    )
