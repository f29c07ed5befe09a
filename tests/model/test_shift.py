"""The sample's dates move to another day, and all that hangs on them stays as it was."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.checks.registry import CHECKS
from pipectl.metrics.stagnation import stagnant
from pipectl.model.facts import Facts, gather
from pipectl.model.problem import Group, Severity
from pipectl.model.shift import shifted
from pipectl.store.load import load_snapshot
from tests.build import KNOWN_CHECKS

WRITTEN = date(2026, 11, 23)
SAMPLE = Path(__file__).parents[2] / "examples" / "contoh-jaya"
TEXTS = {path.relative_to(SAMPLE).as_posix(): path.read_text(encoding="utf-8") for path in SAMPLE.rglob("*.yaml")}


@pytest.mark.parametrize(
    ("text", "today", "moved"),
    [
        ("at: 2026-11-23", date(2026, 11, 24), "at: 2026-11-24"),
        ("{at: 2026-02-28, stage: lead}", date(2026, 11, 24), "{at: 2026-03-01, stage: lead}"),
        ("at: 2026-11-20 10:15", date(2027, 11, 23), "at: 2027-11-20 10:15"),
        ("at: 2026-11-20T10:15:00+07:00", date(2027, 11, 23), "at: 2027-11-20T10:15:00+07:00"),
        ('"2026-11-20"', date(2026, 11, 22), '"2026-11-19"'),
        ("2026-11-20, 2026-11-21", date(2026, 11, 22), "2026-11-19, 2026-11-20"),
        ("period: 2026-Q4, amount: 2026", date(2027, 2, 1), "period: 2027-Q1, amount: 2026"),
        ("period: 2026-H2", date(2026, 5, 1), "period: 2026-H1"),
        ("period: 2026-12", date(2026, 12, 1), "period: 2027-01"),
        ("period: 2026", date(2025, 1, 1), "period: 2025"),
        ("period: 2026-Q1", date(2026, 12, 31), "period: 2026-Q1"),
        ("Offer 2026-11-20-B, tel 1112026-11-20, id acme-2026-11-20", date(2027, 1, 1), None),
        ("at: 2026-02-30", date(2027, 1, 1), None),
        ("at: 2999-12-31", date(2026, 11, 23) + timedelta(days=2_700_000), None),
        ("quarter 2026-Q4, period 2026-Q4", date(2027, 1, 1), None),
    ],
)
def test_days_move_by_days_and_periods_by_their_own_unit(text: str, today: date, moved: str | None) -> None:
    assert shifted(text, WRITTEN, today) == (text if moved is None else moved)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_on_the_day_that_it_was_written_the_sample_is_what_it_is(name: str) -> None:
    assert shifted(TEXTS[name], WRITTEN, WRITTEN) == TEXTS[name]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_moving_twice_is_moving_once(one: date, two: date) -> None:
    text = TEXTS["pipectl.yaml"] + TEXTS[max(TEXTS)]
    assert shifted(shifted(text, WRITTEN, one), one, two) == shifted(text, WRITTEN, two)


def _facts(today: date) -> Facts:
    files = {path: shifted(text, WRITTEN, today).encode() for path, text in TEXTS.items()}
    return gather(load_snapshot(files, KNOWN_CHECKS), today)


def _errors(facts: Facts) -> list[str]:
    """What the checks of files report as an error."""
    found = list(facts.workspace.problems)
    for check in CHECKS:
        found += check.find(facts) if check.find and check.group is Group.FILES else ()
    usual = {check.id: check.severity for check in CHECKS}
    return [str(problem.place) for problem in found if (problem.severity or usual[problem.check]) is Severity.ERROR]


def _standing(facts: Facts) -> list[tuple[str, tuple[str, ...], object]]:
    items = stagnant(facts, overdue_too=True)
    return [(item.state.deal.id, item.reasons, (item.leading and item.leading.days, item.step)) for item in items]


THEN = _facts(WRITTEN)


@settings(max_examples=10)
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_on_any_day_the_same_deals_of_the_sample_stand_still_and_its_files_are_sound(today: date) -> None:
    facts = _facts(today)
    assert _standing(facts) == _standing(THEN)
    assert _errors(facts) == []
    assert len(facts.states) == len(THEN.states)


def test_the_sample_has_deals_that_stand_still() -> None:
    assert {reason for _, reasons, *_ in _standing(THEN) for reason in reasons} >= {"stalled", "idle", "overdue"}
