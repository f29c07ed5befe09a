"""The same numbers a group: which groups there are, in which order, and what stands in a row."""

from decimal import Decimal

import pytest

from pipectl.errors import UsageError
from pipectl.metrics import outcome, volume
from pipectl.metrics.breakdown import breakdown, cross, trends
from pipectl.metrics.past import Part
from pipectl.model.money import Money
from pipectl.report import Cell, Days, Ratio, Spark, Table
from tests.build import looking_back, scope_of

FILES = {
    "pipectl.yaml": """\
        version: 1
        currency: IDR
        timezone: Asia/Jakarta
        default_pipeline: sales
        team:
          ani: {group: jakarta, manager: rani}
          budi: {group: surabaya, manager: rani}
          rani: {}
        fields:
          segment: {type: choice, choices: [smb, mid]}
          pilot: {type: yes-no}
          mrr: {type: money}
        targets:
          - {period: 2026-Q4, owner: ani, amount: 1000}
          - {period: 2026-Q4, group: jakarta, amount: 500}
        """,
    "pipelines/sales.yaml": """\
        stages:
          - {id: lead, forecast: pipeline}
          - {id: proposal, forecast: commit}
          - {id: won, outcome: won}
          - {id: lost, outcome: lost}
        """,
    "pipelines/renewals.yaml": """\
        stages:
          - {id: due}
          - {id: won, outcome: won}
          - {id: lost, outcome: lost}
        """,
    "deals/a.yaml": """\
        title: A
        stage: won
        owner: ani
        amount: 200
        source: Referral
        company: Acme
        fields: {segment: smb, pilot: yes, mrr: 5}
        history: [{at: 2026-10-01, stage: lead}, {at: 2026-10-11, stage: won, competitor: SAP}]
        """,
    "deals/b.yaml": """\
        title: B
        stage: lost
        owner: ani
        amount: 900
        competitor: Odoo
        forecast: omitted
        history: [{at: 2026-10-02, stage: lead}, {at: 2026-11-02, stage: lost, lost_reason: price}]
        """,
    "deals/c.yaml": """\
        title: C
        stage: proposal
        owner: budi
        amount: 70
        history: [{at: 2026-09-30, stage: lead}, {at: 2026-11-02, stage: proposal}]
        """,
    "deals/d.yaml": "title: D\npipeline: renewals\nstage: due\ncurrency: USD\nfields: {segment: mid, pilot: no}\n",
}
SCOPE = scope_of(FILES)


def _rows(by: str) -> dict[Cell, dict[str, Cell]]:
    return _named(breakdown(Part("", SCOPE), by, looking_back(SCOPE)))


def _named(table: Table) -> dict[Cell, dict[str, Cell]]:
    keys = [column.key for column in table.columns[1:]]
    return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in table.rows}


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("owner", ["ani", "budi", "(no owner)"]),
        ("stage", ["due", "proposal", "won", "lost"]),
        ("pipeline", ["renewals", "sales"]),
        ("source", ["Referral", "(no source)"]),
        ("company", ["Acme", "(no company)"]),
        ("currency", ["IDR", "USD"]),
        ("lost_reason", ["price", "(no lost_reason)"]),
        ("competitor", ["Odoo", "SAP", "(no competitor)"]),
        ("forecast", ["commit", "omitted", "(no forecast)"]),
        ("group", ["jakarta", "surabaya", "(no group)"]),
        ("manager", ["rani", "(no manager)"]),
        ("fields.segment", ["mid", "smb", "(no fields.segment)"]),
        ("fields.pilot", ["no", "yes", "(no fields.pilot)"]),
        ("fields.mrr", ["5", "(no fields.mrr)"]),
    ],
)
def test_stages_come_in_their_order_other_groups_by_name_and_those_without_a_value_last(
    by: str, groups: list[str]
) -> None:
    assert list(_rows(by)) == groups


def test_a_row_holds_the_numbers_of_its_deals() -> None:
    row = _rows("owner")["ani"]
    won = row.pop("win_rate")
    assert isinstance(won, Ratio)
    assert (won.numerator, won.denominator) == (1, 2)
    assert row == {
        "open": 0,
        "open_amount": Money(Decimal(0), "IDR"),
        "created": 2,
        "won": 1,
        "lost": 1,
        "won_amount": Money(Decimal(200), "IDR"),
        "average_won": Money(Decimal(200), "IDR"),
        "cycle": Days(10.0),
        "median_cycle": Days(10.0),
        "attainment": Ratio(Decimal(200), Decimal(1000)),
        "deals": 2,
    }


def test_a_group_without_a_win_has_no_average_and_no_cycle() -> None:
    row = _rows("owner")["budi"]
    assert [row[key] for key in ("average_won", "cycle", "median_cycle", "attainment")] == [None] * 4


def test_owners_and_groups_are_held_against_their_own_targets_and_nobody_else() -> None:
    assert _rows("group")["jakarta"]["attainment"] == Ratio(Decimal(200), Decimal(500))
    assert "attainment" not in _rows("source")["Referral"]


def test_over_time_every_part_of_the_period_has_a_row() -> None:
    rows = _rows("month")
    assert [(name, row["created"], row["won"], row["lost"]) for name, row in rows.items()] == [
        ("2026-10", 2, 1, 0),
        ("2026-11", 0, 0, 1),
    ]


def test_what_was_open_in_a_month_is_what_stood_open_at_its_end() -> None:
    deal = """\
        title: D
        stage: won
        amount: 7
        history: [{at: 2026-08-10, stage: lead}, {at: 2026-10-05, stage: won}]
        """
    scope = scope_of(deal, "2026")
    rows = _named(breakdown(Part("", scope), "month", looking_back(scope)))
    assert [rows[f"2026-{month:02}"]["open"] for month in (7, 8, 9, 10)] == [0, 1, 1, 0]
    assert rows["2026-09"]["open_amount"] == Money(Decimal(7), "IDR")


def test_other_metrics_stand_in_columns_where_they_are_asked_for() -> None:
    table = breakdown(Part("", SCOPE), "owner", looking_back(SCOPE), [outcome.WON, volume.OPEN_DEALS])
    assert [column.key for column in table.columns] == ["owner", "won", "open-deals"]
    assert (table.rows[0][:2], table.total) == (("ani", 1), ("all", 1, 2))


def test_a_table_of_two_fields_has_a_cell_for_each_pair_that_there_is() -> None:
    table = cross(Part("", SCOPE), ("owner", "source"), outcome.WON, looking_back(SCOPE))
    rows = {row[0]: dict(zip([column.key for column in table.columns], row, strict=True)) for row in table.rows}
    assert rows["ani"]["source:Referral"] == 1
    assert rows["ani"]["all"] == 1
    assert rows["budi"].get("source:Referral") is None


def test_a_table_of_a_field_over_time_begins_with_lines_of_heights() -> None:
    table = cross(Part("", SCOPE), ("owner", "month"), outcome.WON, looking_back(SCOPE))
    assert [column.key for column in table.columns] == ["owner", "trend", "month:2026-10", "month:2026-11", "all"]
    assert table.rows[0] == ("ani", Spark((1.0, 0.0)), 1, 0, 1)


def test_time_may_stand_in_the_rows() -> None:
    table = cross(Part("", SCOPE), ("month", "owner"), outcome.WON, looking_back(SCOPE))
    assert [row[0] for row in table.rows] == ["2026-10", "2026-11"]
    assert table.columns[1].key == "owner:ani"


def test_what_was_open_over_time_belongs_to_who_held_it_then() -> None:
    deal = """\
        title: D
        stage: lead
        owner: budi
        history: [{at: 2026-09-10, stage: lead}]
        changes: [{at: 2026-09-10, owner: ani}, {at: 2026-10-20, owner: budi}]
        """
    scope = scope_of(deal, "2026-09-01..2026-10-31")
    table = cross(Part("", scope), ("owner", "month"), volume.OPEN_DEALS, looking_back(scope))
    assert [(row[0], *row[2:4]) for row in table.rows] == [("budi", 0, 1), ("ani", 1, None)]
    assert (table.total or ())[2:4] == (1, 1)


@pytest.mark.parametrize("by", [("owner", "owner"), ("month", "quarter")])
def test_two_of_a_kind_make_no_table(by: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="make no table"):
        cross(Part("", SCOPE), by, outcome.WON, looking_back(SCOPE))


def test_over_time_the_columns_become_lines_of_heights() -> None:
    table = trends(breakdown(Part("", SCOPE), "month", looking_back(SCOPE)))
    lines = {row[0]: row[1:] for row in table.rows}
    assert lines["Won"] == (Spark((1.0, 0.0)), 0, 1, 0)


def test_an_open_period_is_split_from_the_first_deal_to_today() -> None:
    everything = scope_of(FILES, "all")
    table = breakdown(Part("", everything), "quarter", looking_back(everything))
    assert list(_named(table)) == ["2026-Q3", "2026-Q4"]


@pytest.mark.parametrize(
    ("by", "hint"),
    [("ownr", "did you mean owner?"), ("fields.segmnt", "did you mean fields.segment?")],
)
def test_what_is_no_field_is_refused(by: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        breakdown(Part("", SCOPE), by, looking_back(SCOPE))
    assert (str(caught.value), caught.value.hint) == (f"no field '{by}' to group by", hint)
