"""Activities in groups: what counts where, the stage of the moment, and that parts add up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.activity import contacts_before_win, contacts_per_deal, first_contact
from pipectl.metrics.activity_tables import by_contacts, by_deals, never, over_time
from pipectl.metrics.metric import Scope
from pipectl.metrics.past import Part
from pipectl.model.deal import Deal
from pipectl.model.period import Period, Unit
from pipectl.report import Cell, Days, Per, Table
from tests.build import scope_of
from tests.metrics.any_deals import (
    DAYS,
    LAW,
    OWNERS,
    PERIODS,
    PLACES,
    WORKSPACES,
    facts_on,
    scope_in,
    told,
    with_later_events,
)

# Open, three contacts this quarter and a note; won after two contacts; open and never contacted.
FILES = {
    "deals/a.yaml": """\
        title: A
        stage: proposal
        owner: ani
        activities:
          - {at: 2026-10-02, type: call, by: budi}
          - {at: 2026-10-05, type: note, by: ani}
          - {at: 2026-10-10, type: visit, by: ani}
          - {at: 2026-11-05, type: call, by: ani}
        history: [{at: 2026-10-01, stage: lead}, {at: 2026-10-10, stage: proposal}]
        """,
    "deals/b.yaml": """\
        title: B
        stage: won
        owner: budi
        activities: [{at: 2026-10-06, type: call, by: budi}, {at: 2026-10-08, type: call, by: budi}]
        history: [{at: 2026-10-03, stage: lead}, {at: 2026-10-09, stage: won}]
        """,
    "deals/c.yaml": "title: C\nstage: lead\nowner: budi\namount: 7\nhistory: [{at: 2026-10-20, stage: lead}]\n",
}
SCOPE = scope_of(FILES)


def _rows(table: Table) -> dict[Cell, tuple[Cell, ...]]:
    return {row[0]: row[1:] for row in table.rows}


def test_an_owner_has_what_was_done_on_the_owners_deals() -> None:
    last = date(2026, 11, 5), date(2026, 10, 8)
    assert _rows(by_deals(Part("", SCOPE), "owner")) == {
        "ani": (4, 3, 1, Per(3, 1), Days(1), Per(0, 0), last[0], 0),
        "budi": (2, 2, 1, Per(0, 1), Days(3), Per(2, 1), last[1], 1),
    }


def test_a_person_has_what_the_person_logged() -> None:
    rows = _rows(by_contacts(Part("", SCOPE), "person"))
    assert {name: row[:3] for name, row in rows.items()} == {"ani": (3, 2, 1), "budi": (3, 3, 2)}


def test_each_type_has_its_part_of_every_figure() -> None:
    assert _rows(by_contacts(Part("", SCOPE), "type")) == {
        "call": (4, 4, 2, Per(2, 2), Days(2), Per(2, 1), date(2026, 11, 5)),
        "note": (1, 0, 0, Per(0, 2), None, Per(0, 1), None),
        "visit": (1, 1, 1, Per(1, 2), None, Per(0, 1), date(2026, 10, 10)),
    }


def test_a_stage_has_what_was_done_while_the_deal_was_in_it_and_the_day_of_a_move_is_the_new_ones() -> None:
    assert {name: row[:3] for name, row in _rows(by_contacts(Part("", SCOPE), "stage")).items()} == {
        "lead": (4, 3, 2),
        "proposal": (2, 2, 1),
    }


def test_what_was_done_before_the_deal_was_written_down_was_in_no_stage() -> None:
    files = {"deals/a.yaml": FILES["deals/a.yaml"].replace("2026-10-02, type: call", "2026-10-01 08:00, type: call")}
    files["deals/a.yaml"] = files["deals/a.yaml"].replace("2026-10-01, stage", "2026-10-01 09:00, stage")
    assert _rows(by_contacts(Part("", scope_of(files)), "stage"))["(no stage)"][:2] == (1, 1)


@pytest.mark.parametrize("period", ["2026-Q4", "all"])
def test_months_stand_one_by_one(period: str) -> None:
    rows = _rows(over_time(scope_of(FILES, period), Unit.MONTH))
    assert rows == {"2026-10": (5, 4, 2), "2026-11": (1, 1, 1)}


def test_open_deals_without_any_contact_are_named() -> None:
    assert [row[:3] for row in never(SCOPE).rows] == [("c", "budi", "lead")]


@LAW
@given(WORKSPACES, PERIODS, st.sampled_from(["type", "stage", "person"]))
def test_the_parts_of_the_contacts_add_up_to_all(deals: list[Deal], period: Period, by: str) -> None:
    _assert_adds_up(by_contacts(Part("", scope_in(facts_on(deals), period)), by), (1, 2), (4, 6))


@LAW
@given(WORKSPACES, PERIODS, st.sampled_from(["type", "stage", "person"]))
def test_the_figures_over_all_are_those_of_the_metrics(deals: list[Deal], period: Period, by: str) -> None:
    scope = scope_in(facts_on(deals), period)
    total = by_contacts(Part("", scope), by).total
    if total is not None:
        measures = (contacts_per_deal, first_contact, contacts_before_win)
        assert total[4:7] == tuple(measure(scope).value for measure in measures)


@LAW
@given(WORKSPACES, PERIODS, st.sampled_from(["owner", "pipeline", "size"]))
def test_groups_of_deals_add_up_to_all(deals: list[Deal], period: Period, by: str) -> None:
    _assert_adds_up(by_deals(Part("", scope_in(facts_on(deals), period)), by), (1, 2, 3, 8), (4, 6))


@LAW
@given(WORKSPACES, PERIODS, st.sampled_from([Unit.WEEK, Unit.MONTH]))
def test_the_parts_of_a_period_add_up_to_it(deals: list[Deal], period: Period, unit: Unit) -> None:
    _assert_adds_up(over_time(scope_in(facts_on(deals), period), unit), (1, 2), ())


def _assert_adds_up(table: Table, counts: tuple[int, ...], figures: tuple[int, ...]) -> None:
    """Counts, and the numerators of figures, of the rows against the total's."""
    if table.total is None:
        assert not table.rows
        return
    for place in (*counts, *figures):
        assert sum(_number(row[place]) for row in table.rows) == _number(table.total[place])


def _number(cell: Cell) -> int:
    found = cell.numerator if isinstance(cell, Per) else cell
    assert isinstance(found, int)
    return found


@LAW
@given(WORKSPACES, PERIODS, DAYS, PLACES, OWNERS)
def test_neither_later_events_nor_the_order_of_the_files_change_a_row(
    deals: list[Deal], period: Period, day: date, place: tuple[str, str], owner: str
) -> None:
    before = [told(deal) for deal in deals if deal.history]
    later = [with_later_events(deal, place, owner) for deal in reversed(before)]
    assert _all(scope_in(facts_on(before, day), period)) == _all(scope_in(facts_on(later, day), period))


def _all(scope: Scope) -> list[Table]:
    return [
        *(by_contacts(Part("", scope), by) for by in ("type", "stage", "person")),
        by_deals(Part("", scope), "owner"),
        over_time(scope, Unit.MONTH),
        never(scope),
    ]
