"""Where a deal stands at the end of a day: its visits, its dates, its owner and what it is worth."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tree import RULES, TODAY, deals
from pipectl.model.deal import Entry
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.state import State, states
from pipectl.model.visits import visits
from pipectl.store.load import load_snapshot
from tests.build import DAY, KNOWN_CHECKS, facts_of, state_of

PIPELINES = {
    "pipectl.yaml": """\
        version: 1
        currency: IDR
        timezone: Asia/Jakarta
        default_pipeline: sales
        rates:
          - {from: 2026-01-01, USD: 16000}
          - {from: 2026-11-01, USD: 17000}
        """,
    "pipelines/sales.yaml": """\
        stages:
          - {id: lead}
          - {id: proposal, aliases: [quote, offer]}
          - {id: won, outcome: won}
          - {id: lost, outcome: lost}
          - {id: duplicate, outcome: lost}
        """,
    "pipelines/renewals.yaml": """\
        stages:
          - {id: upcoming}
          - {id: won, outcome: won}
          - {id: lost, outcome: lost}
        """,
}


def _state(deal: str, day: date = DAY) -> State:
    return state_of({**PIPELINES, "deals/acme.yaml": f"title: Acme\n{deal}"}, day)


def _visits(state: State) -> str:
    """`lead 2026-10-01..2026-10-05, proposal 2026-10-05..`."""
    return ", ".join(f"{visit.stage} {visit.since}..{visit.until or ''}" for visit in state.visits)


@pytest.mark.parametrize(
    ("history", "stays"),
    [
        ("[{at: 2026-10-01, stage: lead}]", "lead 2026-10-01.."),
        (
            "[{at: 2026-10-01, stage: lead}, {at: 2026-10-05, stage: proposal}, {at: 2026-10-09, stage: lead}]",
            "lead 2026-10-01..2026-10-05, proposal 2026-10-05..2026-10-09, lead 2026-10-09..",
        ),
        ("[{at: 2026-10-01, stage: lead}, {at: 2026-10-05, stage: lead}]", "lead 2026-10-01.."),
        (
            "[{at: 2026-10-01, stage: proposal}, {at: 2026-10-05, stage: quote}, {at: 2026-10-06, stage: offer}]",
            "proposal 2026-10-01..",
        ),
        (
            "[{at: 2026-10-01, stage: lead}, {at: 2026-10-05, stage: won}]",
            "lead 2026-10-01..2026-10-05, won 2026-10-05..",
        ),
        (
            "[{at: 2026-10-05, stage: proposal}, {at: 2026-10-01, stage: lead}]",
            "lead 2026-10-01..2026-10-05, proposal 2026-10-05..",
        ),
        (
            "[{at: 2026-10-01, stage: lead}, {at: 2026-10-05, stage: lost}, {at: 2026-10-09, stage: lead}]",
            "lead 2026-10-01..2026-10-05, lost 2026-10-05..2026-10-09, lead 2026-10-09..",
        ),
        ("[{at: 2026-10-01, stage: lead}, {at: 2026-12-24, stage: won}]", "lead 2026-10-01.."),
        (
            "[{at: 2026-10-01 15:00, stage: proposal}, {at: 2026-10-01 09:00, stage: lead}]",
            "lead 2026-10-01 09:00..2026-10-01 15:00, proposal 2026-10-01 15:00..",
        ),
    ],
    ids=["one", "back", "repeated", "by an alias", "skipped", "unordered", "reopened", "later than the day", "hours"],
)
def test_visits_are_the_stays_that_history_tells_of(history: str, stays: str) -> None:
    assert _visits(_state(f"stage: lead\nhistory: {history}")) == stays


def test_a_change_of_pipeline_opens_a_visit_and_the_entries_after_it_stay_there() -> None:
    state = _state(
        """\
pipeline: renewals
stage: won
history:
  - {at: 2026-08-01, stage: lead}
  - {at: 2026-08-05, stage: won}
  - {at: 2026-09-01, stage: upcoming, pipeline: renewals}
  - {at: 2026-09-09, stage: won}
"""
    )
    stays = [(visit.pipeline, visit.stage) for visit in state.visits]
    assert stays == [("sales", "lead"), ("sales", "won"), ("renewals", "upcoming"), ("renewals", "won")]
    assert (state.dated, str(state.created), str(state.closed)) == (True, "2026-08-01", "2026-09-09")


def test_a_move_that_is_written_down_late_belongs_to_the_pipeline_of_its_time() -> None:
    state = _state(
        """\
pipeline: renewals
stage: upcoming
history:
  - {at: 2026-08-01, stage: lead}
  - {at: 2026-09-01, stage: upcoming, pipeline: renewals}
  - {at: 2026-08-05, stage: proposal}
"""
    )
    assert [visit.pipeline for visit in state.visits] == ["sales", "sales", "renewals"]


@pytest.mark.parametrize(
    ("deal", "created", "dated"),
    [
        ("stage: lead\nhistory: [{at: 2026-10-01, stage: lead}]", "2026-10-01", True),
        ("stage: proposal\nhistory: [{at: 2026-10-01, stage: lead}]", "2026-10-01", False),
        ("stage: upcoming\npipeline: renewals\ncreated: 2026-09-01", "2026-09-01", False),
        ("stage: lead", "None", False),
        ("stage: lead\ncreated: 2026-01-01\nhistory: [{at: 2026-10-01, stage: lead}]", "2026-10-01", True),
        ("stage: quote\nhistory: [{at: 2026-10-01, stage: proposal}]", "2026-10-01", True),
    ],
    ids=["dated", "behind", "created", "nothing known", "history wins", "by an alias"],
)
def test_a_deal_is_dated_where_its_history_leads_to_its_stage(deal: str, created: str, dated: bool) -> None:
    state = _state(deal)
    assert (str(state.created), state.dated) == (created, dated)
    assert (state.entered is None, state.days_in_stage is None) == (not dated, not dated)


def test_time_in_the_stage_and_age_run_to_the_end_of_the_day() -> None:
    state = _state("stage: proposal\nhistory: [{at: 2026-11-01, stage: lead}, {at: 2026-11-20 18:00, stage: proposal}]")
    assert (state.days_in_stage, state.age_days) == (3.25, 22)


@pytest.mark.parametrize(
    ("history", "closed", "cycle", "age"),
    [
        (["2026-10-01 lead", "2026-10-11 won"], "2026-10-11", 10, 10),
        (["2026-10-01 lead", "2026-10-11 won", "2026-10-20 won"], "2026-10-11", 10, 10),
        (["2026-10-01 lead", "2026-10-11 lost", "2026-10-20 lead", "2026-10-31 won"], "2026-10-31", 30, 30),
        (["2026-10-01 won"], "2026-10-01", None, 0),
        (["2026-10-01 lost", "2026-10-31 won"], "2026-10-31", None, 30),
        (["2026-10-01 won", "2026-10-02 lead", "2026-10-31 won"], "2026-10-31", None, 30),
        (["2026-10-01 lead"], "None", None, None),
        ([], "None", None, None),
        (["2026-10-01 08:00 lead", "2026-10-02 20:00 won"], "2026-10-02 20:00", 1.5, 1.5),
    ],
    ids=["closed", "twice", "reopened", "begun won", "begun lost", "begun won, reopened", "behind", "none", "hours"],
)
def test_the_cycle_runs_from_creation_to_the_last_close(
    history: list[str], closed: str, cycle: float | None, age: float | None
) -> None:
    moves = (entry.rpartition(" ") for entry in history)
    state = _state("stage: won\nhistory:\n" + "".join(f"  - {{at: {at}, stage: {stage}}}\n" for at, _, stage in moves))
    assert (state.is_won, str(state.closed), state.cycle_days, state.age_days) == (True, closed, cycle, age)


def test_a_reopened_deal_is_open_and_has_no_close() -> None:
    state = _state(
        """\
stage: lead
lost_reason: price
history:
  - {at: 2026-10-01, stage: lead}
  - {at: 2026-10-11, stage: lost, lost_reason: price}
  - {at: 2026-10-20, stage: lead}
"""
    )
    assert (state.is_open, state.closed, state.cycle_days, state.lost_reason) == (True, None, None, "")


@pytest.mark.parametrize(
    ("changes", "owner"),
    [
        ("[]", "budi"),
        ("[{at: 2026-10-01, owner: ani}, {at: 2026-11-01, owner: budi}]", "ani"),
        ("[{at: 2026-10-01, owner: ani}, {at: 2026-10-11, owner: budi}]", "budi"),
        ("[{at: 2026-10-01, owner: ani}, {at: 2026-10-11 14:00, owner: budi}]", "ani"),
        ("[{at: 2026-10-01, owner: ani}, {at: 2026-10-11 11:00, owner: budi}]", "budi"),
        ("[{at: 2026-11-01, owner: budi}]", ""),
        ("[{at: 2026-10-01, owner: ani}]", "budi"),
        ("[{at: 2026-10-01, amount: 5}]", "budi"),
    ],
    ids=["never", "later", "that day", "that day, later", "that day, before", "unknown", "the file wins", "another"],
)
def test_the_owner_of_a_closed_deal_is_the_one_at_the_close(changes: str, owner: str) -> None:
    history = "[{at: 2026-10-01, stage: lead}, {at: 2026-10-11 12:00, stage: won}]"
    assert _state(f"stage: won\nowner: budi\nchanges: {changes}\nhistory: {history}").owner == owner


def test_the_owner_of_an_open_deal_is_the_one_of_the_day() -> None:
    deal = "stage: lead\nowner: budi\nchanges: [{at: 2026-10-01, owner: ani}, {at: 2026-11-01, owner: budi}]"
    assert [_state(deal, day).owner for day in (date(2026, 10, 31), date(2026, 11, 1))] == ["ani", "budi"]


@pytest.mark.parametrize(
    ("deal", "worth"),
    [
        ("stage: lead\namount: 500\nhistory: [{at: 2026-10-01, stage: lead}]", "500"),
        ("stage: lead\namount: 2\ncurrency: USD\nhistory: [{at: 2026-10-01, stage: lead}]", "34000"),
        ("stage: won\namount: 2\ncurrency: USD\nhistory: [{at: 2026-10-01, stage: won}]", "32000"),
        ("stage: won\namount: 2\ncurrency: USD\nhistory: [{at: 2026-11-01, stage: won}]", "34000"),
        ("stage: won\namount: 500\nhistory: [{at: 2026-10-01, stage: won, amount: 450}]", "450"),
        ("stage: won\namount: 500\nhistory: [{at: 2026-10-01, stage: won, amount: 0}]", "0"),
        (
            "stage: won\namount: 5\nhistory: [{at: 2026-10-01, stage: won, amount: 450}, {at: 2026-10-02, stage: won}]",
            "450",
        ),
        ("stage: lead\namount: 500\nhistory: [{at: 2026-10-01, stage: lead, amount: 450}]", "500"),
        ("stage: won\namount: 500\nhistory: [{at: 2026-10-01, stage: lead, amount: 450}]", "500"),
        ("stage: won\namount: 2\ncurrency: USD", "34000"),
    ],
    ids=[
        "open", "at the rate of the day", "at the rate of the close", "rate changed that day", "amount won",
        "won for nothing", "close said twice", "an entry that is no close", "undated close", "undated, rate of the day",
    ],
)  # fmt: skip
def test_a_deal_is_worth_what_it_is_asked_or_was_won_for(deal: str, worth: str) -> None:
    state = _state(deal)
    assert state.worth == Money(Decimal(worth), "IDR")
    assert not state.rate_missing


def test_a_deal_without_an_amount_or_without_a_rate_has_no_worth() -> None:
    unpriced, foreign = _state("stage: lead"), _state("stage: lead\namount: 5\ncurrency: EUR")
    assert (unpriced.amount, unpriced.worth, unpriced.rate_missing) == (None, None, False)
    assert (foreign.amount, foreign.worth, foreign.rate_missing) == (Money(Decimal(5), "EUR"), None, True)


def test_a_close_before_the_first_rate_has_no_worth_though_there_is_a_rate_today() -> None:
    state = _state("stage: won\namount: 5\ncurrency: USD\nhistory: [{at: 2025-12-31, stage: won}]")
    assert (state.worth, state.rate_missing) == (None, True)


@pytest.mark.parametrize(
    ("stage", "deal", "reason", "competitor"),
    [
        ("lost", "lost_reason: price\ncompetitor: SAP", "price", "SAP"),
        ("lost", "", "timing", "Odoo"),
        ("duplicate", "lost_reason: price", "price", ""),
        ("won", "lost_reason: price", "", ""),
        ("lead", "lost_reason: price\ncompetitor: SAP", "", "SAP"),
    ],
)
def test_why_and_against_whom_stands_in_the_deal_or_in_its_close(
    stage: str, deal: str, reason: str, competitor: str
) -> None:
    history = "[{at: 2026-10-01, stage: lead}, {at: 2026-10-02, stage: lost, lost_reason: timing, competitor: Odoo}]"
    state = _state(f"stage: {stage}\n{deal}\nhistory: {history}")
    assert (state.lost_reason, state.competitor) == (reason, competitor)


def test_a_deal_whose_past_stage_or_pipeline_is_gone_is_counted_under_the_old_name() -> None:
    files = {
        **PIPELINES,
        "deals/acme.yaml": """\
            title: Acme
            stage: lead
            history:
              - {at: 2026-08-01, stage: tender, pipeline: projects}
              - {at: 2026-09-01, stage: interest, pipeline: sales}
              - {at: 2026-10-01, stage: lead}
            """,
    }
    days = (date(2026, 8, 9), date(2026, 9, 9), date(2026, 10, 9))
    found = [facts_of(files, day).states[0] for day in days]
    places = [(state.pipeline.id, state.stage.id, state.is_open, state.dated) for state in found]
    assert places == [
        ("projects", "tender", True, True),
        ("sales", "interest", True, True),
        ("sales", "lead", True, True),
    ]


def test_a_deal_exists_from_the_day_of_its_creation_on() -> None:
    files = {
        **PIPELINES,
        "deals/a.yaml": "title: A\nstage: lead\nhistory: [{at: 2026-10-02, stage: lead}]",
        "deals/b.yaml": "title: B\nstage: lead\ncreated: 2026-10-02",
        "deals/c.yaml": "title: C\nstage: lead",
    }
    found = [[state.deal.id for state in facts_of(files, date(2026, 10, day)).states] for day in (1, 2)]
    assert found == [["c"], ["a", "b", "c"]]


STAGES = st.sampled_from(["lead", "proposal", "won", "lost"])
HISTORIES = st.lists(st.tuples(st.integers(1, 28), STAGES), max_size=8)


@given(HISTORIES)
def test_visits_join_without_a_gap_and_no_stage_follows_itself(moves: list[tuple[int, str]]) -> None:
    history = [Entry(Moment(date(2026, 11, day)), stage, "sales") for day, stage in sorted(moves)]
    found = visits(history)
    assert all(one.until == two.since and one.stage != two.stage for one, two in pairwise(found))
    assert [visit.until is None for visit in found] == [False] * (len(found) - 1) + [True] * bool(found)
    assert not history or (found[0].since, found[-1].stage) == (history[0].at, history[-1].stage)


def test_a_settled_state_says_all_that_one_made_again_says_but_the_day() -> None:
    files = dict(islice(deals(400), 400)) | {path: text.encode() for path, text in RULES.items()}
    workspace = load_snapshot(files, KNOWN_CHECKS)
    settled = {state.deal.path: state for state in states(workspace, TODAY) if state.closed is not None}
    taken = 0
    for days in (0, 1, 30, 57, 92, 365, 900):
        day = TODAY - timedelta(days=days)
        for again, reused in zip(states(workspace, day), states(workspace, day, settled), strict=True):
            taken += reused is settled.get(reused.deal.path)
            assert [getattr(again, name) for name in _SAID] == [getattr(reused, name) for name in _SAID]
            assert again == reused or not reused.is_open
    assert taken > 200


_SAID = tuple(name for name in State.__annotations__ if name not in ("as_of", "rates"))
