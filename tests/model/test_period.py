from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.model.months import add_months, days_in_month
from pipectl.model.period import FiscalCalendar, Period, Unit

CALENDAR = FiscalCalendar()
FROM_APRIL = FiscalCalendar(4)
Q4 = CALENDAR.quarter(2026, 4)

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
calendars = st.builds(FiscalCalendar, st.integers(1, 12))
units = st.sampled_from(Unit)


def period_of(first: str, until: str) -> Period:
    return Period.of_days(date.fromisoformat(first), date.fromisoformat(until))


def span(period: Period | None) -> str:
    return f"{period.first} {period.until} {period.name}" if period else "none"


# Values


def test_a_period_takes_its_first_day_and_leaves_out_the_day_it_runs_until() -> None:
    assert date(2026, 10, 1) in Q4
    assert date(2026, 12, 31) in Q4
    assert date(2027, 1, 1) not in Q4
    assert date(2026, 9, 30) not in Q4
    assert (Q4.days, Q4.last) == (92, date(2026, 12, 31))


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="a period from 2026-10-01 can't run until 2026-09-30"):
        Period(date(2026, 10, 1), date(2026, 9, 30), "wrong")


@pytest.mark.parametrize(
    ("on", "over", "share"),
    [
        (date(2026, 9, 30), 0, 0.0),
        (date(2026, 10, 1), 1, 1 / 92),
        (date(2026, 11, 15), 46, 0.5),
        (date(2026, 12, 31), 92, 1.0),
        (date(2027, 6, 1), 92, 1.0),
    ],
)
def test_what_is_over_counts_the_day_itself_and_stays_between_nothing_and_all(
    on: date, over: int, share: float
) -> None:
    assert (Q4.elapsed_days(on), Q4.elapsed(on)) == (over, share)


def test_a_period_without_days_is_over_once_it_has_begun() -> None:
    nothing = period_of("2026-10-01", "2026-10-01")
    assert nothing.elapsed(date(2026, 9, 30)) == 0
    assert nothing.elapsed(date(2026, 10, 1)) == 1


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 19), "2026-10-01 2026-11-20 2026-Q4 to date"),
        (date(2026, 12, 31), "2026-10-01 2027-01-01 2026-Q4"),
        (date(2027, 3, 1), "2026-10-01 2027-01-01 2026-Q4"),
        (date(2026, 9, 1), "2026-10-01 2026-10-01 2026-Q4 to date"),
    ],
)
def test_a_period_to_date_ends_with_today_and_says_so_where_that_cuts_it(today: date, expected: str) -> None:
    to_date = Q4.to_date(today)
    assert span(to_date) == expected
    assert to_date.unit is Unit.QUARTER
    assert to_date.to_date(today) == to_date


def test_a_period_is_named_by_its_first_and_last_day() -> None:
    assert period_of("2026-01-01", "2026-04-01").name == "2026-01-01..2026-03-31"
    assert Period.one_day(date(2026, 1, 1)).name == "2026-01-01"
    assert Period.of_days(date(2026, 1, 1), date.max).name == "2026-01-01.."
    assert Period.of_days(date.min, date(2026, 4, 1)).name == "..2026-03-31"
    assert Period.of_days(date.min, date.max).name == "all"


def test_a_unit_cut_at_its_end_is_still_its_beginning_and_one_cut_at_its_start_is_not() -> None:
    assert Q4.within(period_of("2026-01-01", "2026-11-01")).unit is Unit.QUARTER
    assert Q4.within(period_of("2026-11-01", "2027-11-01")).unit is None
    assert Q4.within(period_of("2027-03-01", "2027-11-01")).days == 0


# The calendar


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (CALENDAR.year(2026), "2026-01-01 2027-01-01 2026"),
        (CALENDAR.half(2026, 2), "2026-07-01 2027-01-01 2026-H2"),
        (CALENDAR.quarter(2026, 1), "2026-01-01 2026-04-01 2026-Q1"),
        (CALENDAR.month(2026, 12), "2026-12-01 2027-01-01 2026-12"),
        (CALENDAR.week(2026, 1), "2025-12-29 2026-01-05 2026-W01"),
        (CALENDAR.week(2026, 53), "2026-12-28 2027-01-04 2026-W53"),
        (FROM_APRIL.year(2026), "2025-04-01 2026-04-01 2026"),
        (FROM_APRIL.half(2026, 1), "2025-04-01 2025-10-01 2026-H1"),
        (FROM_APRIL.quarter(2026, 4), "2026-01-01 2026-04-01 2026-Q4"),
        (FROM_APRIL.month(2026, 3), "2026-03-01 2026-04-01 2026-03"),
        (FiscalCalendar(12).year(2026), "2025-12-01 2026-12-01 2026"),
        (FiscalCalendar(12).quarter(2026, 1), "2025-12-01 2026-03-01 2026-Q1"),
    ],
)
def test_a_fiscal_year_is_named_by_the_year_it_ends_in(period: Period, expected: str) -> None:
    assert span(period) == expected


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Unit.YEAR, "2025-04-01 2026-04-01 2026"),
        (Unit.HALF, "2025-10-01 2026-04-01 2026-H2"),
        (Unit.QUARTER, "2026-01-01 2026-04-01 2026-Q4"),
        (Unit.MONTH, "2026-02-01 2026-03-01 2026-02"),
        (Unit.WEEK, "2026-02-23 2026-03-02 2026-W09"),
    ],
)
def test_a_day_lies_in_one_unit_of_each_kind(unit: Unit, expected: str) -> None:
    assert span(FROM_APRIL.containing(unit, date(2026, 2, 28))) == expected


@pytest.mark.parametrize("call", [lambda: CALENDAR.quarter(2026, 5), lambda: CALENDAR.half(2026, 0), FiscalCalendar])
def test_units_and_months_that_do_not_exist_are_a_callers_mistake(call: type[FiscalCalendar]) -> None:
    with pytest.raises(ValueError, match="a year"):
        call(13) if call is FiscalCalendar else call()


def test_a_week_that_the_year_does_not_have_is_a_callers_mistake() -> None:
    with pytest.raises(ValueError, match="Invalid week: 53"):
        CALENDAR.week(2025, 53)


def test_units_outside_the_years_1_to_9999_overflow_as_dates_do() -> None:
    with pytest.raises(OverflowError):
        CALENDAR.year(9999)
    with pytest.raises(OverflowError):
        FROM_APRIL.containing(Unit.YEAR, date.min)


def test_a_period_is_split_at_its_units_and_cut_at_its_ends() -> None:
    parts = CALENDAR.split(period_of("2026-01-15", "2026-03-10"), Unit.MONTH)
    assert [span(part) for part in parts] == [
        "2026-01-15 2026-02-01 2026-01",
        "2026-02-01 2026-03-01 2026-02",
        "2026-03-01 2026-03-10 2026-03",
    ]
    assert [part.unit for part in parts] == [None, Unit.MONTH, Unit.MONTH]


def test_an_open_period_is_not_split() -> None:
    with pytest.raises(ValueError, match="all is open"):
        CALENDAR.split(Period.of_days(date.min, date.max), Unit.YEAR)


# Comparisons


@pytest.mark.parametrize(
    ("period", "before", "year_before"),
    [
        (Q4, "2026-07-01 2026-10-01 2026-Q3", "2025-10-01 2026-01-01 2025-Q4"),
        (CALENDAR.year(2026), "2025-01-01 2026-01-01 2025", "2025-01-01 2026-01-01 2025"),
        (CALENDAR.half(2026, 1), "2025-07-01 2026-01-01 2025-H2", "2025-01-01 2025-07-01 2025-H1"),
        (CALENDAR.month(2026, 3), "2026-02-01 2026-03-01 2026-02", "2025-03-01 2025-04-01 2025-03"),
        (CALENDAR.month(2024, 2), "2024-01-01 2024-02-01 2024-01", "2023-02-01 2023-03-01 2023-02"),
        (CALENDAR.week(2026, 10), "2026-02-23 2026-03-02 2026-W09", "2025-03-03 2025-03-10 2025-W10"),
        (CALENDAR.week(2027, 10), "2027-03-01 2027-03-08 2027-W09", "2026-03-02 2026-03-09 2026-W10"),
        (CALENDAR.week(2026, 53), "2026-12-21 2026-12-28 2026-W52", "2025-12-22 2025-12-29 2025-W52"),
        (
            Q4.to_date(date(2026, 11, 19)),
            "2026-07-01 2026-08-20 2026-Q3, first 50 days",
            "2025-10-01 2025-11-20 2025-Q4, first 50 days",
        ),
        (
            CALENDAR.month(2026, 3).to_date(date(2026, 3, 30)),
            "2026-02-01 2026-03-01 2026-02",
            "2025-03-01 2025-03-31 2025-03, first 30 days",
        ),
        (
            CALENDAR.year(2024).to_date(date(2024, 2, 29)),
            "2023-01-01 2023-03-02 2023, first 60 days",
            "2023-01-01 2023-03-01 2023, first 59 days",
        ),
        (
            CALENDAR.week(2026, 48).to_date(date(2026, 11, 23)),
            "2026-11-16 2026-11-17 2026-W47, first day",
            "2025-11-24 2025-11-25 2025-W48, first day",
        ),
        (Period.one_day(date(2024, 2, 29)), "2024-02-28 2024-02-29 2024-02-28", "2023-02-28 2023-03-01 2023-02-28"),
        (
            period_of("2026-02-01", "2026-02-11"),
            "2026-01-22 2026-02-01 2026-01-22..2026-01-31",
            "2025-02-01 2025-02-11 2025-02-01..2025-02-10",
        ),
        (
            Q4.within(period_of("2026-12-22", "2027-06-01")),
            "2026-12-12 2026-12-22 2026-12-12..2026-12-21",
            "2025-12-22 2026-01-01 2025-12-22..2025-12-31",
        ),
        (Period.of_days(date(2026, 1, 1), date.max), "none", "none"),
        (FROM_APRIL.year(2), "none", "none"),
        (Period.one_day(date.min + timedelta(days=1)), "0001-01-01 0001-01-02 0001-01-01", "none"),
    ],
)
def test_a_period_is_compared_with_its_like(period: Period, before: str, year_before: str) -> None:
    assert span(CALENDAR.before(period)) == before
    assert span(CALENDAR.year_before(period)) == year_before


# Laws


@given(calendars, units, days)
def test_the_unit_that_contains_a_day_contains_it(calendar: FiscalCalendar, unit: Unit, day: date) -> None:
    found = calendar.containing(unit, day)
    assert day in found
    assert found.unit is unit
    assert found == calendar.containing(unit, found.first) == calendar.containing(unit, found.last)


@given(calendars, units, days, st.integers(0, 800))
def test_the_parts_of_a_period_follow_each_other_and_add_up_to_it(
    calendar: FiscalCalendar, unit: Unit, first: date, length: int
) -> None:
    period = Period.of_days(first, first + timedelta(days=length))
    parts = calendar.split(period, unit)
    assert sum(part.days for part in parts) == period.days
    assert all(part.days for part in parts)
    edges = [period.first, *(part.until for part in parts)]
    assert [part.first for part in parts] == edges[:-1]
    assert edges[-1] == period.until


@given(calendars, units, days)
def test_before_a_whole_unit_comes_the_whole_unit_that_ends_where_it_begins(
    calendar: FiscalCalendar, unit: Unit, day: date
) -> None:
    whole = calendar.containing(unit, day)
    before = calendar.before(whole)
    assert before == calendar.containing(unit, whole.first - timedelta(days=1))
    assert before is not None
    assert before.until == whole.first


@given(calendars, days, st.integers(0, 800))
def test_before_other_days_come_as_many_that_end_where_they_begin(
    calendar: FiscalCalendar, first: date, length: int
) -> None:
    period = Period.of_days(first, first + timedelta(days=length))
    before = calendar.before(period)
    assert before is not None
    assert (before.days, before.until) == (period.days, period.first)


@given(calendars, units, days)
def test_before_a_unit_to_date_come_no_more_days_from_the_start_of_the_unit_before(
    calendar: FiscalCalendar, unit: Unit, today: date
) -> None:
    whole = calendar.containing(unit, today)
    previous = calendar.shifted(unit, today, -1)
    before = calendar.before(whole.to_date(today))
    assert before is not None
    assert before.first == previous.first
    if whole.to_date(today) != whole:
        assert before.days == min(whole.elapsed_days(today), previous.days)


@given(calendars, units, days)
def test_a_year_before_a_unit_lies_the_unit_of_the_same_number(calendar: FiscalCalendar, unit: Unit, day: date) -> None:
    whole = calendar.containing(unit, day)
    then = calendar.year_before(whole)
    assert then is not None
    assert int(then.name[:4]) == int(whole.name[:4]) - 1
    assert then.name[4:] == ("-W52" if whole.name.endswith("W53") and then.name[4:] != "-W53" else whole.name[4:])


@given(days, st.integers(-1200, 1200))
def test_months_added_keep_the_day_or_take_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, days_in_month(later))


def test_the_last_month_of_all_has_31_days_too() -> None:
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    assert days_in_month(date.max) == 31
