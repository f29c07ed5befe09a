"""The two clocks of stagnation, sentence by sentence: what starts them, what sets them again, what stops them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipectl.metrics.limits import average_limits
from pipectl.model.clocks import Clock, Clocks, Limit, Limits, furthest, next_step
from pipectl.model.facts import with_limits
from pipectl.model.moment import Moment
from pipectl.model.state import states
from tests.build import DAY, facts_of, sound, state_of

FILES = {
    "pipelines/sales.yaml": """\
        stages:
          - {id: lead, max_days: 14, idle_days: 7}
          - {id: qualified, max_days: auto}
          - {id: demo, retired: 2026-01-01}
          - {id: proposal, max_days: 3w, idle_days: 10d}
          - {id: won, outcome: won}
          - {id: lost, outcome: lost}
        """,
    "pipelines/renewals.yaml": """\
        stages:
          - {id: upcoming}
          - {id: offered}
          - {id: won, outcome: won}
          - {id: lost, outcome: lost}
        """,
}
CONTACTS = {"call": True, "note": False}


def _files(deal: str) -> Mapping[str, str]:
    pipeline = "" if "pipeline: renewals\n" in deal else "pipeline: sales\n"
    return {**FILES, "deals/acme.yaml": f"title: Acme\n{pipeline}{deal}"}


def _clocks(deal: str, day: date = DAY) -> Clocks:
    return facts_of(_files(deal), day).clocks["deals/acme.yaml"]


def _history(*entries: str) -> str:
    """`history:` of entries such as `2026-10-01 lead`."""
    moves = (entry.rpartition(" ") for entry in entries)
    return "history: [" + ", ".join(f"{{at: {at}, stage: {stage}}}" for at, _, stage in moves) + "]\n"


def _since(clock: Clock | None) -> str:
    return str(clock.since) if clock else ""


# Stalled


BACK = ["2026-10-01 lead", "2026-10-05 proposal", "2026-10-09 lead"]
REOPENED = ["2026-10-01 proposal", "2026-10-05 lost", "2026-10-09 lead"]


@pytest.mark.parametrize(
    ("stage", "moves", "since"),
    [
        ("lead", ["2026-10-01 lead"], "2026-10-01"),
        ("qualified", ["2026-10-01 lead", "2026-10-05 qualified"], "2026-10-05"),
        ("proposal", ["2026-10-01 lead", "2026-10-05 proposal"], "2026-10-05"),
        ("lead", BACK, "2026-10-05"),
        ("proposal", [*BACK, "2026-10-12 proposal"], "2026-10-05"),
        ("qualified", [*BACK, "2026-10-12 qualified"], "2026-10-05"),
        ("proposal", ["2026-10-01 qualified", "2026-10-05 lead", "2026-10-12 proposal"], "2026-10-12"),
        ("lead", ["2026-10-01 lead", "2026-10-05 lead", "2026-10-06 lead"], "2026-10-01"),
        ("lead", REOPENED, "2026-10-09"),
        ("qualified", [*REOPENED, "2026-10-12 qualified"], "2026-10-12"),
        ("proposal", ["2026-10-01 proposal", "2026-10-05 won", "2026-10-09 proposal"], "2026-10-09"),
        ("demo", ["2026-10-01 qualified", "2026-10-05 demo"], "2026-10-05"),
        ("lead", ["2026-10-01 interest", "2026-10-05 lead"], "2026-10-05"),
    ],
    ids=[
        "created", "moved on", "skipped", "back", "back and forth", "back and half forth", "back and further",
        "repeated", "reopened", "on after a reopening", "reopened where it was", "a retired stage", "a stage now gone",
    ],
)  # fmt: skip
def test_the_stalled_clock_starts_at_the_last_move_to_a_stage_later_than_any_reached(
    stage: str, moves: list[str], since: str
) -> None:
    assert _since(_clocks(f"stage: {stage}\n{_history(*moves)}").stalled) == since


def test_a_change_of_pipeline_starts_the_stalled_clock_and_forgets_what_was_reached() -> None:
    there = (
        "pipeline: renewals\nstage: {}\n"
        "history: [{{at: 2026-08-01, stage: proposal}}, {{at: 2026-09-01, stage: upcoming, pipeline: renewals}}{}]\n"
    )
    assert _since(_clocks(there.format("upcoming", "")).stalled) == "2026-09-01"
    assert _since(_clocks(there.format("offered", ", {at: 2026-09-09, stage: offered}")).stalled) == "2026-09-09"
    back = ", {at: 2026-10-01, stage: lead, pipeline: sales}]"
    deal = there.format("lead", "").replace("pipeline: renewals\n", "", 1).replace("]", back)
    assert _since(_clocks(deal).stalled) == "2026-10-01"


def test_the_stalled_clock_is_over_when_it_has_run_longer_than_its_limit() -> None:
    deal = f"stage: lead\n{_history('2026-11-01 lead')}"
    found = [_clocks(deal, date(2026, 11, day)).is_stalled for day in (14, 15, 16)]
    assert found == [False, False, True]


def test_with_an_hour_the_clock_counts_elapsed_time_to_the_end_of_the_day() -> None:
    clock = _clocks(f"stage: lead\n{_history('2026-11-01 18:00 lead')}", date(2026, 11, 15)).stalled
    assert clock is not None
    assert (clock.days, clock.is_over, clock.over_since) == (14.25, True, date(2026, 11, 15))


LEAD_SINCE = _history("2026-11-01 lead")


@pytest.mark.parametrize(
    "more",
    [
        "activities: [{at: 2026-11-20, type: call}]\n",
        "amount: 5\nchanges: [{at: 2026-11-20, amount: 5}]\n",
        "tasks: [{title: Call, due: 2026-11-24}, {title: Mail, done: 2026-11-20}]\n",
        "snooze_until: 2026-12-24\n",
        "notes: They like it\naliases: [acme-old]\n",
    ],
    ids=["contact", "changed field", "tasks", "snooze", "notes and rename"],
)
def test_nothing_but_progress_resets_the_stalled_clock(more: str) -> None:
    assert _since(_clocks(f"stage: lead\n{more}{LEAD_SINCE}").stalled) == "2026-11-01"


# Limits and where they come from


@pytest.mark.parametrize(
    ("stage", "stalled", "idle"),
    [
        ("lead", Limit(14, "max_days"), Limit(7, "idle_days")),
        ("qualified", Limit(30, "default"), Limit(14, "default")),
        ("proposal", Limit(21, "max_days"), Limit(10, "idle_days")),
    ],
)
def test_a_limit_is_the_stage_s_own_or_the_default_and_says_which(stage: str, stalled: Limit, idle: Limit) -> None:
    clocks = _clocks(f"stage: {stage}\n{_history(f'2026-11-20 {stage}')}")
    assert clocks.stalled is not None
    assert clocks.idle is not None
    assert (clocks.stalled.limit, clocks.idle.limit) == (stalled, idle)


def test_a_limit_that_was_learned_goes_before_what_the_stage_s_file_says() -> None:
    facts = facts_of(_files(f"stage: lead\n{_history('2026-11-20 lead')}"))
    learned = Limits({("sales", "lead"): Limit(2.5, "won deals")}, {("sales", "lead"): 2.0})
    again = with_limits(facts, learned)
    clock = again.clocks["deals/acme.yaml"].stalled
    assert clock is not None
    assert (clock.limit, clock.is_over, clock.over_since) == (Limit(2.5, "won deals"), True, date(2026, 11, 23))
    assert learned.average(facts.states[0]) == 2.0
    assert Limits().average(facts.states[0]) is None


def test_by_the_mean_rule_the_average_stay_is_the_limit() -> None:
    histories = {
        "a": _history("2026-10-01 lead", "2026-10-05 qualified"),
        "b": _history("2026-10-01 lead", "2026-10-09 qualified"),
        "c": _history("2026-11-16 lead"),
    }
    stages = {"a": "qualified", "b": "qualified", "c": "lead"}
    head = "title: A\npipeline: sales\n"
    files = {
        **FILES,
        **{f"deals/{name}.yaml": f"{head}stage: {stages[name]}\n{text}" for name, text in histories.items()},
    }
    facts = with_limits(facts_of(files), average_limits(states(sound(files), DAY)))
    clock = facts.clocks["deals/c.yaml"].stalled
    assert clock is not None
    # Stays of 4 and 8 days, and one that lasts for 7: S(4) = 2/3, S(8) = 0, so 4 + 4 x 2/3.
    assert clock.limit.origin == "mean"
    assert clock.limit.days == pytest.approx(4 + 4 * 2 / 3)


# Idle


@pytest.mark.parametrize(
    ("activities", "moves", "since"),
    [
        ("", ["2026-10-01 lead"], "2026-10-01"),
        ("{at: 2026-10-20, type: call}", ["2026-10-01 lead"], "2026-10-20"),
        ("{at: 2026-10-20, type: call}, {at: 2026-10-10, type: call}", ["2026-10-01 lead"], "2026-10-20"),
        ("{at: 2026-10-20, type: call}, {at: 2026-11-01, type: note}", ["2026-10-01 lead"], "2026-10-20"),
        ("{at: 2026-10-20, type: call}, {at: 2026-11-01, type: unheard-of}", ["2026-10-01 lead"], "2026-10-20"),
        ("{at: 2026-10-20, type: call}", ["2026-10-01 lead", "2026-10-25 proposal"], "2026-10-25"),
        ("{at: 2026-10-20, type: call}", ["2026-10-01 proposal", "2026-10-25 lead"], "2026-10-20"),
        ("{at: 2026-10-20 09:00, type: call}", ["2026-10-01 lead", "2026-10-20 15:00 proposal"], "2026-10-20 15:00"),
        ("{at: 2026-10-20 16:00, type: call}", ["2026-10-01 lead", "2026-10-20 15:00 proposal"], "2026-10-20 16:00"),
        ("{at: 2026-10-20, type: call}", ["2026-10-01 lead", "2026-10-20 15:00 proposal"], "2026-10-20"),
        ("{at: 2026-12-20, type: call}", ["2026-10-01 lead"], "2026-10-01"),
    ],
    ids=[
        "none", "contact", "unordered", "note", "unknown type", "progress later", "moved back later",
        "progress at three", "contact after it", "hour unknown", "contact to come",
    ],
)  # fmt: skip
def test_the_idle_clock_starts_at_the_last_contact_or_with_the_stalled_clock_if_that_is_later(
    activities: str, moves: list[str], since: str
) -> None:
    stage = moves[-1].rpartition(" ")[2]
    assert _since(_clocks(f"stage: {stage}\nactivities: [{activities}]\n{_history(*moves)}").idle) == since


def test_the_idle_clock_is_over_when_it_has_run_longer_than_its_limit() -> None:
    found = [_clocks(f"stage: lead\n{LEAD_SINCE}", date(2026, 11, day)).is_idle for day in (8, 9)]
    assert found == [False, True]


@pytest.mark.parametrize(
    ("tasks", "suspended"),
    [
        ("{title: Call, due: 2026-11-23}", "next step on 2026-11-23: Call"),
        ("{title: Call, due: 2026-11-30}", "next step on 2026-11-30: Call"),
        ("{title: Call, due: 2026-12-01}", ""),
        ("{title: Call, due: 2026-11-22}", ""),
        ("{title: Call}", ""),
        ("{title: Call, due: 2026-11-24, done: 2026-11-20}", ""),
        ("{title: Late, due: 2026-11-01}, {title: Call, due: 2026-11-24}", ""),
        ("{title: Call, due: 2026-11-01, snoozed_until: 2026-11-25}", "next step on 2026-11-25: Call"),
        ("{title: Mail}, {title: Call, due: 2026-11-24}", "next step on 2026-11-24: Call"),
    ],
    ids=[
        "today",
        "just near enough",
        "too far",
        "past",
        "undated",
        "done",
        "late before it",
        "snoozed",
        "undated beside",
    ],
)
def test_the_idle_clock_stands_while_the_next_open_task_is_near_and_ahead(tasks: str, suspended: str) -> None:
    clocks = _clocks(f"stage: lead\ntasks: [{tasks}]\n{LEAD_SINCE}")
    assert (clocks.suspended, clocks.idle is None) == (suspended, bool(suspended))


def test_the_idle_clock_stands_while_the_deal_is_snoozed_and_the_stalled_one_runs() -> None:
    deal = f"stage: lead\nsnooze_until: 2026-11-24\n{LEAD_SINCE}"
    asleep, awake = _clocks(deal), _clocks(deal, date(2026, 11, 24))
    assert (asleep.suspended, asleep.idle, asleep.is_stalled) == ("snoozed until 2026-11-24", None, True)
    assert (awake.suspended, awake.is_idle) == ("", True)


# What has neither clock


@pytest.mark.parametrize(
    "deal",
    [
        "stage: lead\nactivities: [{at: 2026-01-20, type: call}]\n",
        f"stage: proposal\nactivities: [{{at: 2026-01-20, type: call}}]\n{LEAD_SINCE}",
        "stage: lead\ncreated: 2026-01-01\n",
    ],
    ids=["no history", "history behind", "created alone"],
)
def test_no_clock_can_be_read_for_an_undated_deal(deal: str) -> None:
    clocks = _clocks(deal)
    assert (clocks.stalled, clocks.idle, clocks.is_stagnant) == (None, None, False)


@pytest.mark.parametrize("stage", ["won", "lost"])
def test_nothing_closed_is_stagnant_or_overdue(stage: str) -> None:
    deal = f"stage: {stage}\nexpected_close: 2026-10-01\ntasks: [{{title: Call, due: 2026-10-01}}]\n"
    assert _clocks(f"{deal}{_history('2026-01-01 lead', f'2026-02-01 {stage}')}") == Clocks()


# Overdue


@pytest.mark.parametrize(("close", "days"), [("2026-11-22", 1), ("2026-11-23", 0), ("2026-12-24", 0), ("~", 0)])
def test_a_deal_is_overdue_once_its_expected_close_has_passed(close: str, days: int) -> None:
    assert _clocks(f"stage: lead\nexpected_close: {close}\n").overdue_days == days


def test_a_task_is_overdue_once_its_date_has_passed_and_it_is_not_done() -> None:
    clocks = _clocks(
        """\
stage: lead
tasks:
  - {title: late, due: 2026-11-22}
  - {title: today, due: 2026-11-23}
  - {title: done, due: 2026-11-01, done: 2026-11-02}
  - {title: snoozed, due: 2026-11-01, snoozed_until: 2026-11-30}
  - {title: snoozed and late, due: 2026-11-01, snoozed_until: 2026-11-10}
  - {title: undated}
"""
    )
    assert [task.title for task in clocks.overdue_tasks] == ["late", "snoozed and late"]
    assert not clocks.is_stagnant


# The ladder


STALE = _history("2026-10-20 lead")  # stalled since 2026-11-04, idle since 2026-10-28
LAST_CALL = "title: Call, last_chance: yes, due: 2026-11-20"
CALLED = f"tasks: [{{{LAST_CALL}, done: 2026-11-15}}]\n"


@pytest.mark.parametrize(
    ("deal", "day", "step"),
    [
        ("", 20, "last follow-up"),
        ("tasks: [{title: Call, done: 2026-11-03}]\n", 4, "last follow-up"),
        ("activities: [{at: 2026-11-03, type: note}]\n", 4, "last follow-up"),
        (f"tasks: [{{{LAST_CALL}}}]\n", 19, "wait for the last follow-up"),
        (f"tasks: [{{{LAST_CALL}}}]\n", 20, "wait for the last follow-up"),
        (f"tasks: [{{{LAST_CALL}}}]\n", 21, "drop"),
        (f"tasks: [{{{LAST_CALL}, done: 2026-11-15}}]\n", 19, "wait for the last follow-up"),
        (f"tasks: [{{{LAST_CALL}, done: 2026-11-15}}]\n", 21, "drop"),
        ("tasks: [{title: Call, last_chance: yes}]\n", 21, "wait for the last follow-up"),
        ("tasks: [{title: Call, last_chance: yes, done: 2026-11-15}]\n", 21, "drop"),
        (f"{CALLED}activities: [{{at: 2026-11-15, type: call}}]\n", 22, "drop"),
        (f"{CALLED}activities: [{{at: 2026-11-16, type: call}}]\n", 22, "last follow-up"),
        ("tasks: [{title: Call, last_chance: yes, due: 2026-09-01}]\n", 20, "last follow-up"),
        (f"tasks: [{{{LAST_CALL}}}, {{title: A, last_chance: yes, due: 2026-11-01}}]\n", 21, "drop"),
    ],
    ids=[
        "long past", "task done", "activity", "ahead", "due today", "passed", "done, its date ahead", "done, passed",
        "no date", "done without date", "that call alone", "answered", "of a former time", "the later of two",
    ],
)  # fmt: skip
def test_the_ladder_goes_from_acting_to_a_last_follow_up_to_dropping(deal: str, day: int, step: str) -> None:
    state = state_of(_files(f"stage: lead\n{deal}{STALE}"), date(2026, 11, day))
    clocks = facts_of(_files(f"stage: lead\n{deal}{STALE}"), date(2026, 11, day)).clocks["deals/acme.yaml"]
    assert clocks.is_stagnant
    assert next_step(state, clocks, CONTACTS).value == step


def test_the_first_time_the_ladder_says_act() -> None:
    deal = f"stage: qualified\nactivities: [{{at: 2026-11-01, type: call}}]\n{_history('2026-10-20 qualified')}"
    for day, stagnant in ((15, False), (16, True), (20, True), (21, True)):
        facts = facts_of(_files(deal), date(2026, 11, day))
        clocks = facts.clocks["deals/acme.yaml"]
        assert (clocks.is_stagnant, next_step(facts.states[0], clocks, CONTACTS).value) == (stagnant, "act")


@pytest.mark.parametrize(("day", "step"), [("2026-11-28", "act"), ("2026-11-29", "last follow-up")])
def test_after_twice_the_limit_the_last_follow_up_is_due_even_if_nothing_was_tried(day: str, step: str) -> None:
    called = "activities: [{at: 2026-10-31, type: call}]\n"
    facts = facts_of(_files(f"stage: qualified\n{called}{_history('2026-10-30 qualified')}"), date.fromisoformat(day))
    assert next_step(facts.states[0], facts.clocks["deals/acme.yaml"], CONTACTS).value == step


def test_a_last_follow_up_before_the_deal_moved_on_is_no_reason_to_drop_it() -> None:
    tasks = "tasks: [{title: Call, last_chance: yes, due: 2026-09-01}]\n"
    deal = f"stage: qualified\n{tasks}{_history('2026-06-01 lead', '2026-10-20 qualified')}"
    facts = facts_of(_files(deal), date(2026, 11, 4))
    assert facts.clocks["deals/acme.yaml"].is_idle
    assert next_step(facts.states[0], facts.clocks["deals/acme.yaml"], CONTACTS).value == "act"


# Laws


DAYS = st.dates(date(2026, 8, 1), date(2026, 11, 23)).map(str)
MOMENTS = DAYS | st.builds("{} {:%H:%M}".format, DAYS, st.times())


@given(MOMENTS, st.sampled_from(["lead", "qualified", "proposal"]))
def test_over_since_is_the_first_day_at_whose_end_the_clock_is_over(at: str, stage: str) -> None:
    deal = f"stage: {stage}\n{_history(f'{at} {stage}')}"
    for name in ("stalled", "idle"):
        clock = getattr(_clocks(deal, date(2026, 12, 31)), name)
        before, then = (getattr(_clocks(deal, clock.over_since - timedelta(days=back)), name) for back in (1, 0))
        assert (before.is_over, then.is_over) == (False, True)


OPEN = st.sampled_from(["lead", "qualified", "proposal"])
MOVES = st.lists(OPEN | st.sampled_from(["won", "lost"]), max_size=6)


@given(MOVES, OPEN, OPEN)
def test_going_back_and_forth_below_what_was_reached_changes_no_clock(moves: list[str], stage: str, back: str) -> None:
    def deal(*stages: str) -> str:
        return f"stage: {stage}\n" + _history(*(f"2026-09-{day:02} {name}" for day, name in enumerate(stages, 1)))

    state = state_of(_files(deal(*moves, stage)))
    assume(state.pipeline.rank(back) <= furthest(state))
    assert _clocks(deal(*moves, stage, back, stage)) == _clocks(deal(*moves, stage))


def test_a_clock_without_an_hour_is_over_the_day_after_its_limit() -> None:
    clock = Clock(Moment(date(2026, 11, 1)), 14.0, Limit(14, "max_days"))
    assert (clock.is_over, replace(clock, days=15.0).is_over, clock.over_since) == (False, True, date(2026, 11, 16))
