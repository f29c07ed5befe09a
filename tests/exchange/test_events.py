"""`pipectl import --from events`: a row a move."""

from pathlib import Path

import pytest

from tests.conftest import MakeWorkspace
from tests.exchange.test_import import Table

MAPPING = """\
from: events
dates: year-first
columns:
  external_id: deal
  title: deal
  stage: stage
  at: at
  by: by
  amount: amount
  owner: owner
  lost_reason: why
"""

EVENTS = """\
deal,stage,at,by,amount,owner,why
acme,Lead,2026-01-05,ani,100,ani,
beta,Lead,2026-01-06 10:15,budi,50,budi,
acme,Lead,2026-01-07,ani,100,ani,
acme,Proposal,2026-02-01,budi,120,ani,
acme,Won,2026-03-01,budi,120,budi,
beta,Lost,2026-01-06 09:00,budi,0,budi,price
"""


@pytest.fixture
def table(workspace: MakeWorkspace) -> Table:
    found = Table(workspace({}), "events")
    found.write(EVENTS, MAPPING)
    return found


def test_the_moves_of_a_deal_become_its_history(table: Table) -> None:
    result = table.run()
    assert result.status == 0, result.err
    assert (
        table.deals()["deals/acme.yaml"]
        == """\
title: acme
pipeline: sales
stage: won

amount: 120

currency: IDR

owner: budi

external_ids: {csv: "acme"}

tasks:

activities:

changes:
  - {at: 2026-01-05, amount: 100, owner: ani}
  - {at: 2026-02-01, amount: 120}
  - {at: 2026-03-01, owner: budi}

history:
  - {at: 2026-01-05, stage: lead, by: ani}
  - {at: 2026-02-01, stage: proposal, by: budi}
  - {at: 2026-03-01, stage: won, by: budi}
"""
    )


def test_moves_are_taken_by_time_and_the_last_tells_the_deal(table: Table) -> None:
    table.run()
    text = table.deals()["deals/beta.yaml"]
    assert "stage: lead\n" in text
    assert "amount: 50\n" in text
    assert "  - {at: 2026-01-06 09:00, stage: lost, by: budi, lost_reason: price}\n" in text


def test_a_second_import_finds_everything_unchanged(table: Table) -> None:
    table.run()
    assert "rows 6 · new 0 · changed 0 · unchanged 2" in table.run().out


def test_a_move_more_is_a_change_that_is_left_alone(table: Table) -> None:
    table.run()
    table.write(EVENTS + "beta,Proposal,2026-04-01,budi,60,budi,\n", MAPPING)
    assert "changed, left as they are: beta (stage, amount, changes, history)" in table.run().out


def test_a_deal_with_a_move_that_cannot_be_read_is_refused_whole(table: Table) -> None:
    table.write(EVENTS.replace("2026-02-01", "01/02/2026"), MAPPING)
    result = table.run()
    assert result.status == 1
    assert table.refusals() == [
        "row 2: row 5, of the same deal, is refused",
        "row 4: row 5, of the same deal, is refused",
        "row 5: at '01/02/2026' does not begin with the year, and the mapping says dates: year-first",
        "row 6: row 5, of the same deal, is refused",
    ]
    assert list(table.deals()) == ["deals/beta.yaml"]


def test_a_move_without_a_day_or_an_id_is_refused(table: Table) -> None:
    table.write("deal,stage,at,by,amount,owner,why\nacme,Lead,,,,,\n,Lead,2026-01-05,,,,\n", MAPPING)
    assert table.refusals() == [
        "row 2: at is empty, and every row needs its at",
        "row 3: deal is empty, and every row needs its title",
        "row 3: deal is empty, and every row needs its external_id",
    ]


def test_moves_of_one_day_stay_in_the_order_of_the_file(table: Table) -> None:
    rows = ("acme,Lead,2026-01-05", "acme,Proposal,2026-01-05", "acme,Lead,2026-01-05", "acme,Won,2026-02-01")
    table.write("deal,stage,at,by,amount,owner,why\n" + "".join(f"{row},,5,,\n" for row in rows), MAPPING)
    table.run()
    assert _stages(table) == ["lead", "proposal", "lead", "won"]


def test_a_file_with_the_newest_first_is_read_from_its_end(table: Table) -> None:
    rows = ("acme,Won,2026-02-01", "acme,Proposal,2026-01-05", "acme,Lead,2026-01-05")
    table.write("deal,stage,at,by,amount,owner,why\n" + "".join(f"{row},,5,,\n" for row in rows), MAPPING)
    table.run()
    assert _stages(table) == ["lead", "proposal", "won"]


def _stages(table: Table) -> list[str]:
    text = Path(table.root / "deals/acme.yaml").read_text()
    return [line.partition("stage: ")[2].split("}")[0].split(",")[0] for line in text.splitlines() if "{at:" in line]
