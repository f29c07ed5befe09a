"""What stands still, in which order, and what would set it going."""

from pipectl.metrics.stagnation import Stagnant, stagnant
from tests.build import facts_of

FILES = {
    "pipelines/sales.yaml": """\
        stages:
          - {id: lead, max_days: 10, idle_days: 20}
          - {id: qualified, max_days: 30, idle_days: 20}
          - {id: demo, retired: 2026-06-30}
          - {id: trial, retired: 2027-06-30, idle_days: 90, max_days: 2}
          - {id: proposal, max_days: 5, idle_days: 90}
          - {id: won, outcome: won}
          - {id: lost, outcome: lost}
        """,
    # stalled for 14 of 10 days
    "deals/a.yaml": "title: A\nstage: lead\nhistory: [{at: 2026-11-09, stage: lead}]\n",
    # stalled for 53 of 30 days, idle for 53 of 20
    "deals/b.yaml": """\
        title: B
        stage: qualified
        expected_close: 2026-11-01
        history: [{at: 2026-10-01, stage: qualified}]
        """,
    # back from proposal: only what lies beyond that would clear it
    "deals/c.yaml": """\
        title: C
        stage: lead
        activities: [{at: 2026-11-20, type: call}]
        history: [{at: 2026-10-01, stage: lead}, {at: 2026-10-02, stage: proposal}, {at: 2026-10-03, stage: lead}]
        """,
    "deals/d.yaml": "title: D\nstage: trial\nhistory: [{at: 2026-11-19, stage: trial}]\n",
    "deals/late.yaml": "title: E\nstage: lead\nexpected_close: 2026-11-22\nhistory: [{at: 2026-11-20, stage: lead}]\n",
    "deals/slow.yaml": """\
        title: F
        stage: lead
        tasks: [{title: Call, due: 2026-11-01}]
        history: [{at: 2026-11-20, stage: lead}]
        """,
    "deals/fresh.yaml": "title: G\nstage: lead\nhistory: [{at: 2026-11-20, stage: lead}]\n",
    "deals/won.yaml": "title: H\nstage: won\nexpected_close: 2026-01-01\nhistory: [{at: 2026-01-20, stage: won}]\n",
    "deals/undated.yaml": "title: I\nstage: lead\n",
}


def _items(*, overdue_too: bool) -> list[Stagnant]:
    return list(stagnant(facts_of(FILES), overdue_too=overdue_too))


def test_those_furthest_over_their_limit_come_first_and_those_that_are_only_late_last() -> None:
    found = {item.state.deal.id: item.reasons for item in _items(overdue_too=True)}
    assert list(found.items()) == [
        ("c", ("stalled",)),
        ("b", ("stalled", "idle", "overdue")),
        ("d", ("stalled",)),
        ("a", ("stalled",)),
        ("late", ("overdue",)),
        ("slow", ("task",)),
    ]


def test_late_is_not_stagnant() -> None:
    assert [item.state.deal.id for item in _items(overdue_too=False)] == ["c", "b", "d", "a"]
    assert [item.step for item in _items(overdue_too=True)][-2:] == [None, None]


def test_the_leading_clock_is_the_one_that_is_furthest_over_its_limit() -> None:
    found = {item.state.deal.id: item for item in _items(overdue_too=True)}
    assert found["b"].leading is found["b"].clocks.idle
    assert found["a"].leading is found["a"].clocks.stalled
    assert found["late"].leading is None


def test_each_line_says_what_would_clear_it() -> None:
    assert {item.state.deal.id: item.clears for item in _items(overdue_too=True)} == {
        "a": "a move to qualified or beyond",
        "b": "a move to trial or beyond; a contact, or a next step with a date; a new expected close",
        "c": "its close, won or lost",
        "d": "a move to proposal or beyond",
        "late": "a new expected close",
        "slow": "doing the overdue task, or a new day for it",
    }
