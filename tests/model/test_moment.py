"""Days and hours: how long between them, and in which order."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.model.moment import Moment, day_later, days_between, end_of, in_time_order, is_before

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
JAKARTA = ZoneInfo("Asia/Jakarta")


def _at(text: str, zone: tzinfo = AMSTERDAM) -> Moment:
    """`2026-03-28` or `2026-03-28 12:00`."""
    if len(text) == len("2026-03-28"):
        return Moment(date.fromisoformat(text))
    instant = datetime.fromisoformat(text)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=zone)
    return Moment(instant.astimezone(zone).date(), instant)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-20", "2026-11-23", 3.0),
        ("2026-11-20 12:00", "2026-11-23 18:00", 3.25),
        ("2026-11-20 23:59", "2026-11-21", 1.0),
        ("2026-11-20", "2026-11-20 23:59", 0.0),
        ("2026-03-28 12:00", "2026-03-29 12:00", 23 / 24),
        ("2026-10-24 12:00", "2026-10-25 12:00", 25 / 24),
        ("2026-03-28", "2026-03-29", 1.0),
        ("2026-11-20 12:00+07:00", "2026-11-20 12:00+01:00", 0.25),
        ("0001-01-01 00:00", "0001-01-02 12:00", 1.5),
        ("9999-12-30 12:00", "9999-12-31 00:00", 0.5),
    ],
)
def test_between_two_hours_time_elapses_and_else_days_are_counted(start: str, end: str, days: float) -> None:
    assert days_between(_at(start), _at(end)) == days


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 11, 23), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date.max, 0)]
)
def test_a_day_ends_when_the_next_one_begins_there(day: date, hours: int) -> None:
    morning = Moment(day, datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM))
    assert end_of(day, AMSTERDAM).day == day
    assert days_between(morning, end_of(day, AMSTERDAM)) == hours / 24


@pytest.mark.parametrize(
    ("start", "days", "day"),
    [
        ("2026-11-20 00:00", 1, "2026-11-21"),
        ("2026-11-20 23:59", 0.5, "2026-11-21"),
        ("2026-03-28 23:30", 1, "2026-03-30"),
        ("2026-10-25 00:30", 1, "2026-10-25"),
        ("0001-01-01 00:00", 3, "0001-01-04"),
    ],
)
def test_days_that_have_passed_are_days_of_24_hours(start: str, days: float, day: str) -> None:
    instant = _at(start).instant
    assert instant is not None
    assert day_later(instant, days).isoformat() == day


def test_a_moment_reads_as_its_day_and_its_hour_if_it_has_one() -> None:
    assert str(_at("2026-11-20")) == "2026-11-20"
    assert str(_at("2026-11-20 10:15")) == "2026-11-20 10:15"


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        ("2026-11-20", "2026-11-21", True),
        ("2026-11-20", "2026-11-20", False),
        ("2026-11-20 10:00", "2026-11-20 10:01", True),
        ("2026-11-20 10:00", "2026-11-20", False),
        ("2026-11-20", "2026-11-20 10:00", False),
        ("2026-11-20 10:00+07:00", "2026-11-20 10:00+01:00", True),
    ],
)
def test_hours_decide_what_comes_first_where_both_are_known(one: str, other: str, before: bool) -> None:
    assert is_before(_at(one), _at(other)) is before


@dataclass(frozen=True)
class _Event:
    at: Moment
    name: str


def _ordered(*texts: str, zone: tzinfo = JAKARTA) -> list[int]:
    """Places in the file, in the order that they are read in."""
    events = [_Event(_at(text, zone), str(place)) for place, text in enumerate(texts)]
    return [int(event.name) for event in in_time_order(events)]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        ((), []),
        (("2026-11-02", "2026-11-01"), [1, 0]),
        (("2026-11-01", "2026-11-01", "2026-11-01"), [0, 1, 2]),
        (("2026-11-01 10:00", "2026-11-01"), [0, 1]),
        (("2026-11-01", "2026-11-01 10:00"), [0, 1]),
        (("2026-11-01 15:00", "2026-11-01 09:00"), [1, 0]),
        (("2026-11-01 10:00", "2026-11-01", "2026-11-01 09:00", "2026-11-01"), [2, 3, 0, 1]),
        (("2026-11-02", "2026-11-01 23:00", "2026-11-01"), [1, 2, 0]),
        (("2026-11-01 10:00+07:00", "2026-11-01 09:30+08:00"), [1, 0]),
        (("2026-11-01T23:00+00:00", "2026-11-02 05:00"), [1, 0]),
        (("2026-11-01T23:00+00:00", "2026-11-02 07:00"), [0, 1]),
    ],
)
def test_events_are_read_by_time_and_ties_in_the_order_of_the_file(texts: tuple[str, ...], order: list[int]) -> None:
    assert _ordered(*texts) == order


def test_in_the_hour_that_comes_twice_the_offset_decides() -> None:
    assert _ordered("2026-10-25T02:15+01:00", "2026-10-25T02:45+02:00", zone=AMSTERDAM) == [1, 0]


DAYS = st.dates(date(2026, 3, 27), date(2026, 3, 31))
ZONES = st.sampled_from([AMSTERDAM, JAKARTA, UTC, timezone(timedelta(hours=-5))])


@st.composite
def _moments(draw: st.DrawFn) -> Moment:
    """In a workspace of Amsterdam, around the night that summer time begins in."""
    instant = datetime.combine(draw(DAYS), draw(st.times()), draw(ZONES))
    day = instant.astimezone(AMSTERDAM).date()
    return Moment(day, draw(st.sampled_from([instant, None])))


EVENTS = st.lists(st.builds(_Event, _moments(), st.just("")), max_size=8)


@given(EVENTS)
def test_reading_what_is_in_order_changes_nothing(events: list[_Event]) -> None:
    once = in_time_order(events)
    assert in_time_order(once) == once
    assert [event.at.day for event in once] == sorted(event.at.day for event in events)


@given(EVENTS)
def test_no_time_runs_backwards_between_events_in_order(events: list[_Event]) -> None:
    ordered = in_time_order(events)
    assert all(days_between(one.at, two.at) >= 0 for one, two in pairwise(ordered))
    timed = [event for event in ordered if event.at.instant]
    assert all(days_between(one.at, two.at) >= 0 for one, two in pairwise(timed))
