from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.errors import UsageError
from pipectl.model.period import FiscalCalendar, Period, Unit
from pipectl.model.period_text import parse_period

TODAY = date(2026, 11, 23)  # a Monday
FORMS = (
    "(2026, 2026-H1, 2026-Q4, 2026-11, 2026-W48, 2026-11-23, today, yesterday, this-month, last-quarter, next-year, "
    "ytd, 30d, A..B, all)"
)
# Texts that come near the forms find more than any text does.
near_texts = st.text("0123456789-./QHWqhwdmoy +alst", max_size=12)


def parse(text: str, today: date = TODAY, start_month: int = 1) -> Period:
    return parse_period(text, today, FiscalCalendar(start_month))


def span(period: Period) -> str:
    return f"{period.first} {period.until} {period.name}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", "2026-01-01 2027-01-01 2026"),
        ("2026-H1", "2026-01-01 2026-07-01 2026-H1"),
        ("2026-Q4", "2026-10-01 2027-01-01 2026-Q4"),
        ("2026-q4", "2026-10-01 2027-01-01 2026-Q4"),
        ("2026-03", "2026-03-01 2026-04-01 2026-03"),
        ("2026-W48", "2026-11-23 2026-11-30 2026-W48"),
        (" 2026-w53 ", "2026-12-28 2027-01-04 2026-W53"),
        ("2026-11-23", "2026-11-23 2026-11-24 2026-11-23"),
        ("2024-02-29", "2024-02-29 2024-03-01 2024-02-29"),
        ("today", "2026-11-23 2026-11-24 2026-11-23"),
        ("Yesterday", "2026-11-22 2026-11-23 2026-11-22"),
        ("this-week", "2026-11-23 2026-11-30 2026-W48"),
        ("last-month", "2026-10-01 2026-11-01 2026-10"),
        ("next-month", "2026-12-01 2027-01-01 2026-12"),
        ("last-quarter", "2026-07-01 2026-10-01 2026-Q3"),
        ("next-half", "2027-01-01 2027-07-01 2027-H1"),
        ("LAST-YEAR", "2025-01-01 2026-01-01 2025"),
        ("ytd", "2026-01-01 2026-11-24 2026 to date"),
        ("htd", "2026-07-01 2026-11-24 2026-H2 to date"),
        ("qtd", "2026-10-01 2026-11-24 2026-Q4 to date"),
        ("mtd", "2026-11-01 2026-11-24 2026-11 to date"),
        ("wtd", "2026-11-23 2026-11-24 2026-W48 to date"),
        ("1d", "2026-11-23 2026-11-24 2026-11-23"),
        ("30d", "2026-10-25 2026-11-24 2026-10-25..2026-11-23"),
        ("2w", "2026-11-10 2026-11-24 2026-11-10..2026-11-23"),
        ("3mo", "2026-08-24 2026-11-24 2026-08-24..2026-11-23"),
        ("1Y", "2025-11-24 2026-11-24 2025-11-24..2026-11-23"),
        ("2026-01..2026-03", "2026-01-01 2026-04-01 2026-01-01..2026-03-31"),
        ("2026-11-01..today", "2026-11-01 2026-11-24 2026-11-01..2026-11-23"),
        ("2026-Q4..2026-10-15", "2026-10-01 2026-10-16 2026-10-01..2026-10-15"),
        ("30d .. 2026", "2026-10-25 2027-01-01 2026-10-25..2026-12-31"),
        ("last-quarter..", "2026-07-01 9999-12-31 2026-07-01.."),
        ("..2026-Q1", "0001-01-01 2026-04-01 ..2026-03-31"),
        ("all", "0001-01-01 9999-12-31 all"),
    ],
)
def test_a_period_is_read_in_every_form(text: str, expected: str) -> None:
    assert span(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027", "2026-04-01 2027-04-01 2027"),
        ("2027-Q3", "2026-10-01 2027-01-01 2027-Q3"),
        ("2026-11", "2026-11-01 2026-12-01 2026-11"),
        ("this-quarter", "2026-10-01 2027-01-01 2027-Q3"),
        ("last-year", "2025-04-01 2026-04-01 2026"),
        ("htd", "2026-10-01 2026-11-24 2027-H2 to date"),
    ],
)
def test_years_halves_and_quarters_are_fiscal_and_months_are_not(text: str, expected: str) -> None:
    assert span(parse(text, start_month=4)) == expected


def test_a_length_in_months_ends_today_whatever_the_month_has() -> None:
    assert span(parse("1mo", date(2026, 3, 31))) == "2026-03-01 2026-04-01 2026-03-01..2026-03-31"
    assert span(parse("3mo", date(2026, 5, 31))) == "2026-03-01 2026-06-01 2026-03-01..2026-05-31"


def test_a_unit_to_date_is_whole_on_its_last_day() -> None:
    assert parse("qtd", date(2026, 12, 31)) == parse("2026-Q4")


def test_only_units_and_units_to_date_know_their_unit() -> None:
    units = [parse(text).unit for text in ("2026-Q4", "this-week", "ytd", "2026-11-23", "30d", "2026-01..2026-03")]
    assert units == [Unit.QUARTER, Unit.WEEK, Unit.YEAR, None, None, None]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("03/04/2026", "'03/04/2026' can be read as 3 April or March 4", "write 2026-04-03 or 2026-03-04"),
        ("3.4.2026", "'3.4.2026' can be read as 3 April or March 4", "write 2026-04-03 or 2026-03-04"),
        ("23/11/2026", "'23/11/2026' does not begin with the year", "write 2026-11-23"),
        ("11-23-2026", "'11-23-2026' does not begin with the year", "write 2026-11-23"),
        ("05/05/2026", "'05/05/2026' does not begin with the year", "write 2026-05-05"),
        ("31/31/2026", "'31/31/2026' is no day, read either way", "write the year first, as in 2026-11-23"),
        ("03/04/26", "'03/04/26' has a year of two digits", "write it in full and first, as in 2026-11-23"),
        ("Q4", "'Q4' has no year", "write the year too, as in 2026-Q4 or 2026-W48"),
        ("11-23", "'11-23' has no year", "write the year too, as in 2026-11 or 2026-11-23"),
        ("nov", "'nov' has no year", "write the year too, as in 2026-11 or 2026-11-23"),
        ("23 November", "'23 November' has no year", "write the year too, as in 2026-11 or 2026-11-23"),
        ("10", "'10' is a bare number", "write 10d for days, or a date as in 2026-11-23"),
        ("2026-13", "'2026-13' names month 13; a year has 01 to 12", None),
        ("2026-00-10", "'2026-00-10' names month 0; a year has 01 to 12", None),
        ("2026-02-30", "'2026-02-30' names day 30; February 2026 has 28", None),
        ("2026-Q5", "'2026-Q5' names quarter 5; a year has Q1 to Q4", None),
        ("2026-H3", "'2026-H3' names half 3; a year has H1 and H2", None),
        ("2026-W60", "'2026-W60' names week 60; 2026 has W01 to W53", None),
        ("2025-W53", "'2025-W53' names week 53; 2025 has W01 to W52", None),
        ("0226", "'0226' names year 226; years run from 1900 to 2199", None),
        ("9999y", "'9999y' leads out of the years 1900 to 2199", None),
        ("0d", "'0d' is no period; it has no days", None),
        ("-30d", "'-30d' is no period; a length counts back from today", "write 30d"),
        ("..", "'..' has neither a first day nor a last", "write all"),
        ("2026..2027..2028", "'2026..2027..2028' is no range", "write A..B, with two dots"),
        ("2026...2027", "'2026...2027' is no range", "write A..B, with two dots"),
        ("2026-Q4..2026-Q1", "'2026-Q4..2026-Q1' ends before it begins", "write 2026-Q1..2026-Q4"),
        ("4w..1w", "'4w..1w' ends with a length, which has no last day of its own", "write the last day"),
        ("2026-Q1..Q3", "'Q3' has no year", "write the year too, as in 2026-Q4 or 2026-W48"),
        ("03/04/2026..", "'03/04/2026' can be read as 3 April or March 4", "write 2026-04-03 or 2026-03-04"),
    ],
)
def test_a_text_that_names_nothing_or_two_things_is_refused_in_words(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert (str(refused.value), refused.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("las-quarter", "did you mean last-quarter?"),
        ("this week", "did you mean this-week?"),
        ("tody", "did you mean today?"),
        ("2026Q4", "did you mean 2026-Q4?"),
        ("q4 2026", "did you mean 2026-Q4?"),
        ("2026-w5", "did you mean 2026-W05?"),
        ("2026-3", "did you mean 2026-03?"),
        ("11/2026", "did you mean 2026-11?"),
        ("Nov 2026", "did you mean 2026-11?"),
        ("2026/11/23", "did you mean 2026-11-23?"),
        ("20261123", "did you mean 2026-11-23?"),
        ("23 nov 2026", "did you mean 2026-11-23?"),
        ("3m", "did you mean 3mo?"),
        ("last 30 days", "did you mean 30d?"),
        ("2026/13/45", None),
        ("12345d", None),
        ("٢٠٢٦", None),
        ("", None),
    ],
)
def test_a_text_in_another_form_is_told_the_forms_and_the_nearest_one(text: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert (str(refused.value), refused.value.hint) == (f"{text!r} is no period {FORMS}", hint)


def read_or_refused(text: str, today: date, start_month: int = 1) -> Period | str:
    try:
        return parse(text, today, start_month)
    except UsageError as refused:
        return str(refused)


@pytest.mark.parametrize(
    ("text", "today"),
    [
        ("yesterday", date.min),
        ("last-year", date.min),
        ("30d", date.min),
        ("today", date.max),
        ("next-week", date.max),
        ("this-year", date.max),
    ],
)
def test_the_ends_of_time_are_no_traceback(text: str, today: date) -> None:
    assert read_or_refused(text, today) == f"{text!r} leads out of the years 1900 to 2199"


@given(st.text() | near_texts, st.dates(), st.integers(1, 12))
def test_no_text_brings_anything_but_a_period_or_a_refusal(text: str, today: date, start_month: int) -> None:
    outcome = read_or_refused(text, today, start_month)
    assert outcome.days > 0 if isinstance(outcome, Period) else outcome


@given(st.sampled_from(Unit), st.dates(date(1901, 1, 1), date(2198, 1, 1)), st.integers(1, 12))
def test_the_name_of_a_unit_reads_as_that_unit(unit: Unit, day: date, start_month: int) -> None:
    period = FiscalCalendar(start_month).containing(unit, day)
    assert parse(period.name, start_month=start_month) == period


@given(st.dates(date(1901, 1, 1), date(2198, 1, 1)), st.dates(date(1901, 1, 1), date(2198, 1, 1)))
def test_the_name_of_a_range_reads_as_that_range(one: date, other: date) -> None:
    first, last = sorted((one, other))
    period = parse(f"{first}..{last}")
    assert (period.first, period.last) == (first, last)
    assert parse(period.name) == period
