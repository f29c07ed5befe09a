"""What is called a change, what is not, and how much would tell."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.metric import Scope
from pipectl.metrics.past import Part
from pipectl.metrics.registry import METRICS
from pipectl.metrics.trend import DOWN, UNCLEAR, UNKNOWN, UP, Signal, Verdict, signals, verdict
from pipectl.model.facts import gather
from pipectl.model.period_text import parse_period
from pipectl.report import Cell
from tests.build import DAY, DEFAULTS, scope_of, sound

_METRICS = {metric.id: metric for metric in METRICS}


def _closed(stage: str, day: str, number: int, amounts: Sequence[int] = (1,)) -> dict[str, str]:
    """So many deals closed on *day*, their amounts in turn."""
    return {
        f"deals/{stage}-{day}-{n}.yaml": f"""\
            title: D
            stage: {stage}
            amount: {amounts[n % len(amounts)]}
            history: [{{at: 2025-01-01, stage: lead}}, {{at: {day}, stage: {stage}}}]
            """
        for n in range(number)
    }


def _verdict(metric: str, before: dict[str, str], now: dict[str, str]) -> Verdict | None:
    """What is said of *metric* in 2026-Q3 against 2026-Q2."""
    files = {**before, **now}
    return verdict(
        metric,
        _METRICS[metric].measure(scope_of(files, "2026-Q3")),
        _METRICS[metric].measure(scope_of(files, "2026-Q2")),
    )


@pytest.mark.parametrize(
    ("before", "now", "word"),
    # (9 - 4) / sqrt(13) is 1.39, (8 - 4) / sqrt(12) is 1.15: the line lies at 1.28.
    [(4, 9, UP), (4, 8, UNCLEAR), (9, 4, DOWN), (8, 4, UNCLEAR), (0, 2, UP), (0, 1, UNCLEAR), (0, 0, UNCLEAR)],
)
def test_wins_are_called_by_their_distance(before: int, now: int, word: str) -> None:
    found = _verdict("won", _closed("won", "2026-05-10", before), _closed("won", "2026-08-10", now))
    assert found == Verdict(word, now, before)


def test_one_large_win_is_no_clear_change() -> None:
    # 1 + 1 + 1 against 1 + 1 + 50: 49 / sqrt(2505) is 0.98.
    found = _verdict("won-amount", _closed("won", "2026-05-10", 3), _closed("won", "2026-08-10", 3, [1, 1, 50]))
    assert found == Verdict(UNCLEAR, 3, 3)


def test_a_rate_is_called_by_newcombe_s_interval() -> None:
    before = {**_closed("won", "2026-05-10", 20), **_closed("lost", "2026-05-10", 20)}
    now = {**_closed("won", "2026-08-10", 10), **_closed("lost", "2026-08-10", 30)}
    assert _verdict("win-rate", before, now) == Verdict(DOWN, 40, 40)
    few = {**_closed("won", "2026-08-10", 2), **_closed("lost", "2026-08-10", 6)}
    assert _verdict("win-rate", before, few) == Verdict(UNCLEAR, 8, 40)
    assert _verdict("win-rate", before, {}) is None


def test_a_metric_without_a_test_gets_no_verdict() -> None:
    assert _verdict("sales-cycle", _closed("won", "2026-05-10", 9), _closed("won", "2026-08-10", 9)) is None


def _signals(files: dict[str, str], period: str = "2026-Q3", day: date = DAY) -> dict[str, Signal]:
    workspace = sound(files)
    calendar, facts = workspace.settings.calendar, gather(workspace, day)
    whole = parse_period(period, day, calendar)
    scope = Scope(facts, whole, whole.to_date(day))
    before = calendar.before(scope.period)
    assert before is not None
    eve = scope.period.first - timedelta(days=1)
    start = Scope(gather(workspace, eve), before, before)
    found = signals(Part("", scope), Part("", scope.during(before)), start, [])
    return {signal.id: signal for signal in found}


def _why(signal: Signal) -> list[tuple[str, Cell]]:
    return [(label.label, label.cell) for label in signal.why]


def test_of_four_wins_a_quarter_not_even_a_halving_could_be_told() -> None:
    found = _signals({**_closed("won", "2026-05-10", 4), **_closed("won", "2026-08-10", 3)})["won-value"]
    assert (found.verdict, _why(found)) == (
        UNKNOWN,
        [("n", "3 against 4"), ("", "a halving would show from about 10 wins a period")],
    )


def test_of_twelve_wins_a_fall_to_nine_is_unclear_and_would_be_clear_of_so_many() -> None:
    found = _signals({**_closed("won", "2026-05-10", 12), **_closed("won", "2026-08-10", 9)})["won-value"]
    # z is 3 / sqrt(21) = 0.65: (1.28 / 0.65) squared times 12 is 45.9.
    assert (found.verdict, _why(found)[1][1]) == (
        UNCLEAR,
        "a change of this size would show from about 46 wins a period",
    )


def test_a_clear_fall_is_called() -> None:
    found = _signals({**_closed("won", "2026-05-10", 12), **_closed("won", "2026-08-10", 4)})
    assert found["won-value"].verdict == DOWN


def _weekly(weeks: Sequence[int]) -> dict[str, str]:
    """So many wins a week, the last of *weeks* being the one that ended on Sunday, 2026-11-22."""
    files: dict[str, str] = {}
    for back, wins in enumerate(reversed(weeks)):
        files |= _closed("won", str(date(2026, 11, 18) - timedelta(weeks=back)), wins)
    return files


@pytest.mark.parametrize(
    ("latest", "word"), [([2] * 13, UNCLEAR), ([0] * 13, DOWN), ([5] * 13, UP), ([2] * 12 + [3], UNCLEAR)]
)
def test_the_last_weeks_are_held_against_those_before(latest: list[int], word: str) -> None:
    assert _signals(_weekly([2] * 52 + latest))["weekly-wins"].verdict == word


def test_the_week_that_is_not_over_does_not_count() -> None:
    files = {**_weekly([2] * 65), **_closed("won", "2026-11-23", 50)}
    assert _signals(files)["weekly-wins"].verdict == UNCLEAR


def test_under_one_win_a_week_the_weekly_test_says_nothing() -> None:
    found = _signals(_weekly([1, 0] * 33))["weekly-wins"]
    assert (found.verdict, _why(found)) == (UNKNOWN, [("", "the weekly test needs one win a week")])


def test_without_weeks_before_the_weekly_test_says_how_many_it_needs() -> None:
    deal = "title: D\nstage: won\nhistory: [{at: 2026-11-01, stage: lead}, {at: 2026-11-02, stage: won}]\n"
    found = _signals({"deals/d.yaml": deal})["weekly-wins"]
    assert _why(found) == [("", "the weekly test needs 26 whole weeks since the first deal; there are 3")]


def _opened(day: str, number: int, more: str = "") -> dict[str, str]:
    return {
        f"deals/open-{day}-{n}.yaml": f"title: D\nstage: lead\namount: 1\nhistory: [{{at: {day}, stage: lead}}{more}]\n"
        for n in range(number)
    }


def test_more_that_came_than_left_is_a_growing_pipeline() -> None:
    assert _signals(_opened("2026-08-10", 12))["open-pipeline"].verdict == UP


def test_of_three_deals_that_came_nobody_can_tell() -> None:
    left = _closed("lost", "2026-08-10", 2)
    assert _signals({**_opened("2026-08-10", 3), **left})["open-pipeline"].verdict == UNKNOWN


def test_coverage_ahead_is_thin_where_what_is_likely_does_not_fill_the_gap() -> None:
    settings = DEFAULTS["pipectl.yaml"] + "targets: [{period: 2026-Q4, amount: 100}, {period: 2027-Q1, amount: 10}]\n"
    deal = (
        "title: D\nstage: qualified\namount: 300\nexpected_close: {}\nhistory: [{{at: 2026-11-01, stage: qualified}}]\n"
    )
    files = {
        "pipectl.yaml": settings,
        "deals/a.yaml": deal.format("2026-12-01"),
        "deals/b.yaml": deal.format("2027-02-01"),
    }
    ahead = [scope_of(files, name) for name in ("2026-Q4", "2027-Q1", "2027-Q2")]
    found = signals(Part("", scope_of(files)), None, None, ahead)
    assert [(signal.id, signal.verdict) for signal in found[-3:]] == [
        ("coverage-2026-q4", "thin"),
        ("coverage-2027-q1", "enough"),
        ("coverage-2027-q2", UNKNOWN),
    ]


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_change_turned_round_is_called_the_other_way(one: int, other: int) -> None:
    rise, fall = {UP: DOWN, DOWN: UP, UNCLEAR: UNCLEAR}, []
    for before, now in ((one, other), (other, one)):
        from_to = [_METRICS["won"].measure(_counted(count)) for count in (before, now)]
        found = verdict("won", from_to[1], from_to[0])
        assert found is not None
        fall.append(found.word)
    assert rise[fall[0]] == fall[1]


def _counted(number: int) -> Scope:
    known = _SCOPES[30]
    return known.of(known.facts.states[:number])


_SCOPES = {30: scope_of(_closed("won", "2026-11-10", 30))}
