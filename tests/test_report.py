"""Tables of typed cells: choosing columns, sorting, cutting."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.errors import UsageError
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.report import Cell, Column, Days, Labelled, Marked, Multiple, Percent, Ratio, Report, Table

TABLE = Table(
    "deals",
    (Column("id", "Deal"), Column("owner", "Owner"), Column("amount", "Amount", right=True)),
    (("a", "Budi", Decimal(3)), ("b", "", Decimal(1)), ("c", "ani", None), ("d", "ani", Decimal(2))),
    ids="id",
    hidden=frozenset({"owner"}),
    total=("4 deals", "", Decimal(6)),
)


def _column(cells: list[Cell]) -> Table:
    return Table("t", (Column("n", "N"), Column("cell", "Cell")), tuple(enumerate(cells)))


def _sorted(cells: list[Cell], *, descending: bool = False) -> list[Cell]:
    """The places of *cells* in the order that they sort in."""
    return [row[0] for row in _column(cells).sorted_by("cell", descending=descending).rows]


def test_chosen_columns_stand_in_the_order_asked_for_and_none_of_them_is_hidden() -> None:
    table = TABLE.with_fields(["amount", "owner"])
    assert [column.key for column in table.columns] == ["amount", "owner"]
    assert table.rows[0] == (Decimal(3), "Budi")
    assert (table.total, table.hidden) == ((Decimal(6), ""), frozenset())


def test_a_table_without_a_total_has_none_after_choosing_columns() -> None:
    assert _column(["x"]).with_fields(["cell"]).total is None


@pytest.mark.parametrize(
    ("key", "hint"), [("amnt", "did you mean amount?"), ("zzz", None)], ids=["near a column", "near none"]
)
def test_an_unknown_column_is_refused(key: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        TABLE.with_fields([key])
    assert str(caught.value) == f"no field '{key}'"
    assert caught.value.hint
    assert caught.value.hint == hint or "id, owner, amount" in caught.value.hint


@pytest.mark.parametrize(("descending", "order"), [(False, "bdac"), (True, "adbc")])
def test_unknown_values_sort_last_either_way(descending: bool, order: str) -> None:
    rows = TABLE.sorted_by("amount", descending=descending).rows
    assert "".join(str(row[0]) for row in rows) == order


@pytest.mark.parametrize(("descending", "order"), [(False, "cdab"), (True, "acdb")])
def test_text_sorts_without_regard_to_case_and_ties_stay_as_they_were(descending: bool, order: str) -> None:
    rows = TABLE.sorted_by("owner", descending=descending).rows
    assert "".join(str(row[0]) for row in rows) == order


def _money(amount: int, currency: str) -> Money:
    return Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        ([_money(5, "USD"), _money(9, "IDR"), _money(7, "IDR")], [2, 1, 0]),
        ([Ratio(1, 2), Ratio(0, 0), Ratio(1, 3), Ratio(9, 10)], [2, 0, 3, 1]),
        ([Days(3.5), None, Days(1.0)], [2, 0, 1]),
        ([Percent(Decimal(50)), Percent(Decimal(5))], [1, 0]),
        ([Multiple(2.5), Multiple(0.5)], [1, 0]),
        ([date(2026, 2, 1), date(2026, 1, 1), None], [1, 0, 2]),
        (
            [
                Moment(date(2026, 1, 2)),
                Moment(date(2026, 1, 1), datetime(2026, 1, 1, 9, tzinfo=UTC)),
                Moment(date(2026, 1, 1), datetime(2026, 1, 1, 8, tzinfo=UTC)),
                Moment(date(2026, 1, 1)),
            ],
            [3, 2, 1, 0],
        ),
        ([("stalled",), (), ("idle", "overdue")], [2, 0, 1]),
        ([Marked(Days(9.0), "stalled"), Days(1.0), Marked(None, "idle")], [1, 0, 2]),
        ([Marked(_money(5, "USD"), "stalled"), _money(9, "IDR")], [1, 0]),
        ([Labelled("open", 4), Labelled("open", 3)], [1, 0]),
        ([True, False], [1, 0]),
        (["b", "A", ""], [1, 0, 2]),
    ],
    ids=[
        "money by currency", "ratios", "days", "percentages", "multiples", "dates", "moments", "lists", "marked",
        "marked money", "labelled", "flags", "texts",
    ],
)  # fmt: skip
def test_cells_sort_by_what_they_say(cells: list[Cell], order: list[int]) -> None:
    assert _sorted(cells) == order


@given(st.lists(st.integers(0, 5) | st.none(), max_size=12), st.booleans())
def test_sorting_loses_nothing_and_sorting_again_changes_nothing(cells: list[Cell], descending: bool) -> None:
    table = _column(cells)
    once = table.sorted_by("cell", descending=descending)
    assert sorted(once.rows, key=str) == sorted(table.rows, key=str)
    assert once.sorted_by("cell", descending=descending) == once


def test_cutting_rows_off_takes_the_total_away() -> None:
    assert TABLE.first(9) is TABLE
    assert TABLE.first(4).total == TABLE.total
    cut = TABLE.first(2)
    assert (len(cut.rows), cut.total) == (2, None)
    assert TABLE.first(0).rows == ()


@pytest.mark.parametrize(
    ("ratio", "value"),
    [(Ratio(43, 68), 43 / 68), (Ratio(0, 0), None), (Ratio(Decimal("1.5"), Decimal(3)), 0.5), (Ratio(3, 2), 1.5)],
)
def test_a_ratio_over_nothing_has_no_value(ratio: Ratio, value: float | None) -> None:
    assert ratio.value == value


def test_options_change_the_first_table_of_a_report_alone() -> None:
    report = Report("x", (TABLE, TABLE))
    changed = report.changed(lambda table: table.first(1))
    assert [len(table.rows) for table in changed.tables] == [1, 4]
    assert Report("x", ()).changed(lambda table: table.first(1)).tables == ()


def test_tables_of_one_key_are_parts_of_one_table_and_the_whole_says_which_part_a_row_is_of() -> None:
    columns = (Column("pipeline", "Pipeline"), Column("stage", "Stage"))
    hidden = frozenset({"pipeline", "stage"})
    parts = [
        Table("stages", columns, ((name, "lead"),), title=name, hidden=hidden, total=("", "all"), part="pipeline")
        for name in ("a", "b")
    ]
    report = Report("x", (parts[0], TABLE, parts[1]))
    whole, other = report.whole().tables
    assert (whole.key, whole.rows) == ("stages", (("a", "lead"), ("b", "lead")))
    # What sums a part sums no whole, and what was hidden for other reasons stays so.
    assert (whole.title, whole.total, whole.hidden) == ("", None, frozenset({"stage"}))
    assert other is TABLE
