"""People beside each other, rolled up, and who needs help with what."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from pipectl.metrics.helping import Need, help_needed
from pipectl.metrics.metric import Scope
from pipectl.metrics.past import Part
from pipectl.metrics.team import by_group, by_manager, left_behind, people, reports
from pipectl.model.deal import Deal
from pipectl.model.money import Money
from pipectl.model.period import Period
from pipectl.report import Cell, Labelled, Marked, Multiple, Per, Ratio, Table
from tests.build import scope_of
from tests.metrics.any_deals import (
    DAYS,
    LAW,
    OWNERS,
    PERIODS,
    PLACES,
    WORKSPACES,
    adds_up,
    facts_on,
    scope_in,
    told,
    with_later_events,
)

SETTINGS = """\
version: 1
currency: IDR
timezone: Asia/Jakarta
default_pipeline: sales
team:
  dewi: {group: java}
  ani: {manager: dewi, group: java}
  budi: {manager: ani, group: bali}
  cici: {group: bali}
  eko: {active: false}
  fani: {active: false}
targets:
  - {period: 2026-Q4, owner: ani, amount: 100}
  - {period: 2026-Q4, owner: budi, amount: 200}
"""
PIPELINE = """\
stages:
  - {id: lead, probability: 10, max_days: 14}
  - {id: proposal, probability: 50, max_days: 14}
  - {id: won, outcome: won}
  - {id: lost, outcome: lost}
"""
STALLED = "history: [{at: 2026-09-01, stage: lead}]"
FRESH = "history: [{at: 2026-11-20, stage: lead}]"


def _deal(owner: str, rest: str = FRESH, stage: str = "lead", amount: int = 10) -> str:
    return f"title: D\nstage: {stage}\nowner: {owner}\namount: {amount}\n{rest}\n"


def _won(owner: str, amount: int) -> str:
    return _deal(owner, "history: [{at: 2026-10-01, stage: lead}, {at: 2026-10-09, stage: won}]", "won", amount)


def _scope(*deals: str) -> Scope:
    files = {f"deals/d{number:02}.yaml": deal for number, deal in enumerate(deals)}
    return scope_of({"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": PIPELINE, **files})


def _team(*deals: str) -> Part:
    return Part("", _scope(*deals))


def _rows(table: Table) -> dict[Cell, dict[str, Cell]]:
    keys = [column.key for column in table.columns]
    return {row[0]: dict(zip(keys, row, strict=True)) for row in table.rows}


def _needs(scope: Scope, owner: str) -> dict[str, Need]:
    return {need.term: need for each in help_needed(Part("", scope)) if each.owner == owner for need in each.needs}


def test_who_has_no_deal_has_a_line_and_who_has_left_without_any_has_none() -> None:
    scope = _scope(_deal("eko"), _deal("fani", "history: [{at: 2026-01-01, stage: lost}]", "lost"))
    rows = _rows(people(Part("", scope), ["ani", "cici"]))
    assert {name: row["open"] for name, row in rows.items()} == {"ani": 0, "cici": 0, "eko": 1}
    assert [(name, [state.deal.id for state in states]) for name, states in left_behind(scope)] == [("eko", ["d00"])]


def test_the_team_is_the_last_line() -> None:
    table = people(_team(_deal("ani"), _deal("budi", STALLED), _won("ani", 60)))
    whole = dict(zip([column.key for column in table.columns], table.total or (), strict=True))
    assert (whole["owner"], whole["open"], whole["won"], whole["stalled"]) == ("all", 2, 1, Ratio(1, 2))


def test_what_was_won_without_an_amount_is_unknown_and_nothing_won_is_nothing() -> None:
    unpriced = _won("ani", 1).replace("amount: 1\n", "")
    rows = _rows(people(_team(unpriced, _deal("budi"))))
    assert (rows["ani"]["won"], rows["ani"]["won_amount"]) == (1, None)
    assert rows["budi"]["won_amount"] == Money(Decimal(0), "IDR")


def test_attainment_below_the_pace_is_marked_and_above_it_is_not() -> None:
    rows = _rows(people(_team(_won("ani", 60), _won("budi", 60))))
    assert rows["ani"]["attainment"] == Ratio(Decimal(60), Decimal(100))
    assert rows["budi"]["attainment"] == Marked(Ratio(Decimal(60), Decimal(200)), "below")


def test_less_than_half_the_contacts_of_the_team_are_marked() -> None:
    calls = f"activities: [{', '.join(['{at: 2026-11-21, type: call}'] * 5)}]"
    one = "activities: [{at: 2026-11-21, type: call}]"
    scope = _scope(_deal("ani", f"{FRESH}\n{calls}"), _deal("budi", f"{FRESH}\n{one}"))
    rows = _rows(people(Part("", scope)))
    assert (rows["ani"]["contacts"], rows["budi"]["contacts"]) == (Per(5, 1), Marked(Per(1, 1), "below"))
    need = _needs(scope, "budi")["low activity"]
    # The team has 6 on 2 deals, half of that is 1.5: 1 of it lacks a third, of 3 points.
    assert (need.points, need.why) == (
        Decimal("1.0"),
        (Labelled("contacts per open deal", Per(1, 1), after=True), Labelled("team", Per(6, 2))),
    )


@pytest.mark.parametrize(("others", "mark"), [(10, "above"), (2, "")])
def test_a_share_is_marked_where_the_difference_to_all_others_is_clear(others: int, mark: str) -> None:
    scope = _scope(*[_deal("ani", STALLED)] * 3, *[_deal("budi")] * others)
    cell = _rows(people(Part("", scope)))["ani"]["stalled"]
    assert cell == (Marked(Ratio(3, 3), mark) if mark else Ratio(3, 3))


def test_a_manager_has_the_deals_of_everybody_below_at_any_depth() -> None:
    scope = _scope(_deal("dewi"), _deal("ani"), _deal("budi"), _deal("budi"), _deal("cici"), _won("budi", 60))
    assert reports(scope, "dewi") == ("ani", "budi")
    rows = _rows(by_manager(Part("", scope)))
    assert {name: (row["above"], row["people"], row["open"]) for name, row in rows.items()} == {
        "dewi": ("", 2, 4),
        "ani": ("dewi", 1, 3),
        "(no manager)": ("", 1, 1),
    }
    assert rows["dewi"]["attainment"] == Marked(Ratio(Decimal(60), Decimal(300)), "below")


def test_deals_of_nobody_are_held_against_no_target_of_the_team() -> None:
    team = SETTINGS.replace("targets:\n", "targets:\n  - {period: 2026-Q4, amount: 900}\n")
    files = {"deals/a.yaml": _won("", 50).replace("owner: \n", ""), "deals/b.yaml": _deal("ani")}
    scope = scope_of({"pipectl.yaml": team, "pipelines/sales.yaml": PIPELINE, **files})
    assert _rows(by_manager(Part("", scope)))["(no manager)"]["attainment"] is None


def test_managers_in_a_circle_end() -> None:
    circle = SETTINGS.replace("dewi: {group: java}", "dewi: {group: java, manager: budi}")
    scope = scope_of({"pipectl.yaml": circle, "pipelines/sales.yaml": PIPELINE, "deals/a.yaml": _deal("ani")})
    assert {name: row["open"] for name, row in _rows(by_manager(Part("", scope))).items()} == {
        "ani": 1,
        "budi": 1,
        "dewi": 1,
    }


def test_groups_have_the_deals_of_their_members() -> None:
    rows = _rows(by_group(_team(_deal("dewi"), _deal("ani"), _deal("budi"), _deal("nobody"))))
    assert {name: row["open"] for name, row in rows.items()} == {"bali": 1, "java": 2, "(no group)": 1}


def test_stalled_deals_weigh_4_times_their_share() -> None:
    need = _needs(_scope(_deal("cici", STALLED, amount=30), _deal("cici")), "cici")["stalled deals"]
    assert (need.points, [state.deal.id for state in need.states]) == (Decimal("2.0"), ["d00"])
    assert need.why == ("1 of 2 open", Labelled("worth", Money(Decimal(30), "IDR")))


def test_what_is_likely_is_judged_and_marked_and_not_what_is_open() -> None:
    deal = _deal("ani", f"expected_close: 2026-12-01\n{FRESH}", "lead", 200)
    row = _rows(people(_team(deal)))["ani"]
    assert (row["coverage"], row["weighted_coverage"]) == (Multiple(2.0), Marked(Multiple(0.2), "below"))


def test_thin_coverage_weighs_3_times_what_lacks() -> None:
    expected = "expected_close: 2026-12-20\nhistory: [{at: 2026-11-20, stage: proposal}]"
    need = _needs(_scope(_won("ani", 60), _deal("ani", expected, "proposal", 64)), "ani")["thin coverage"]
    # 64 at 50% are 32 of the gap of 40: 0.8.
    assert (need.points, need.why[0]) == (Decimal("0.6"), Labelled("weighted", Multiple(0.8)))


def test_slipped_dates_weigh_twice_the_slip_rate() -> None:
    due = "expected_close: 2026-11-01\nhistory: [{at: 2026-09-01, stage: lead}"
    scope = _scope(_deal("cici", f"{due}]"), _deal("cici", f"{due}, {{at: 2026-10-09, stage: won}}]", "won"))
    need = _needs(scope, "cici")["slipped dates"]
    assert (need.points, need.why[0]) == (Decimal("1.0"), "1 of 2 expected")


def test_a_stage_where_somebody_loses_more_than_all_others_is_a_reason_with_ten_on_both_sides() -> None:
    lost = "history: [{at: 2026-10-01, stage: lead}, {at: 2026-10-09, stage: lost}]"
    went_on = "history: [{at: 2026-10-01, stage: lead}, {at: 2026-10-09, stage: proposal}]"
    others = [_deal("budi", lost, "lost")] * 3 + [_deal("budi", went_on, "proposal")] * 9
    scope = _scope(*[_deal("ani", lost, "lost")] * 9, _deal("ani", went_on, "proposal"), *others)
    need = _needs(scope, "ani")["losses in a stage"]
    assert (need.points, need.why) == (Decimal(2), ("9 of 10 lost in sales lead", "all others 3 of 12"))
    assert "losses in a stage" not in _needs(_scope(*[_deal("ani", lost, "lost")] * 9, *others), "ani")


def test_the_heaviest_need_stands_first_and_who_has_left_needs_none() -> None:
    scope = _scope(_deal("cici", STALLED), _deal("cici"), _deal("budi", STALLED), _deal("eko", STALLED))
    assert [each.owner for each in help_needed(Part("", scope))] == ["budi", "cici"]
    for each in help_needed(Part("", scope)):
        assert each.score == sum(need.points for need in each.needs)


def test_where_nothing_is_wrong_nobody_needs_help() -> None:
    assert help_needed(_team(_deal("cici"), _deal("dewi"))) == []


SUMS = ("open", "open_amount", "won", "won_amount")


@LAW
@given(WORKSPACES, PERIODS)
def test_the_lines_of_people_and_of_groups_add_up_to_the_team(deals: list[Deal], period: Period) -> None:
    scope = scope_in(facts_on(deals), period)
    for table in (people(Part("", scope), ["ani"]), by_group(Part("", scope))):
        for key in SUMS if table.rows else ():
            cells = [row[table.index(key)] for row in table.rows]
            whole = (table.total or ())[table.index(key)]
            if key.endswith("amount"):
                assert adds_up(cells, whole)
            else:
                assert sum(cell for cell in cells if isinstance(cell, int)) == whole


@LAW
@given(WORKSPACES, PERIODS, DAYS, PLACES, OWNERS)
def test_neither_later_events_nor_the_order_of_the_files_change_a_line(
    deals: list[Deal], period: Period, day: date, place: tuple[str, str], owner: str
) -> None:
    before = [told(deal) for deal in deals if deal.history]
    later = [with_later_events(deal, place, owner) for deal in reversed(before)]
    one, two = (scope_in(facts_on(known, day), period) for known in (before, later))
    assert people(Part("", one)) == people(Part("", two))
    assert _said(one) == _said(two)


def _said(scope: Scope) -> list[object]:
    return [
        (each.owner, each.score, need.term, need.points, need.why, sorted(state.deal.id for state in need.states))
        for each in help_needed(Part("", scope))
        for need in each.needs
    ]
