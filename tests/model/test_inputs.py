from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.errors import UsageError
from pipectl.model.inputs import Toward, parse_amount, parse_day, parse_percent
from pipectl.model.period import FiscalCalendar
from pipectl.model.suggest import suggest

MONDAY = date(2026, 11, 23)
DAY_FORMS = "(2026-11-23, 2026-11, 2026-W48, 2026-Q4, today, tomorrow, mon, last-week, 2w, +2w, eom)"
AMOUNT_FORMS = "(800000000, 800_000_000, 12000.50, 800jt, 1.5k, 2mn, 1,5miliar, 2bn)"
NUMBER_WORDS = "(k, rb, ribu, mn, mio, jt, juta, bn, miliar, milyar, tn, triliun)"
# Texts that come near the forms find more than any text does.
near_texts = st.text("0123456789-./QHWqhwdmoy +_,%knjtbrpR", max_size=12)


def day(text: str, toward: Toward = "past", today: date = MONDAY, start_month: int = 1) -> date:
    return parse_day(text, today, FiscalCalendar(start_month), toward=toward)


# Days


@pytest.mark.parametrize(
    ("text", "past", "future"),
    [
        ("2026-11-20", "2026-11-20", "2026-11-20"),
        (" Today ", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("tomorrow", "2026-11-24", "2026-11-24"),
        ("mon", "2026-11-23", "2026-11-30"),
        ("Tuesday", "2026-11-17", "2026-11-24"),
        ("SUN", "2026-11-22", "2026-11-29"),
        ("10d", "2026-11-13", "2026-12-03"),
        ("2w", "2026-11-09", "2026-12-07"),
        ("3mo", "2026-08-23", "2027-02-23"),
        ("1y", "2025-11-23", "2027-11-23"),
        ("0d", "2026-11-23", "2026-11-23"),
        ("-2w", "2026-11-09", "2026-11-09"),
        ("+2w", "2026-12-07", "2026-12-07"),
        ("eow", "2026-11-29", "2026-11-29"),
        ("eom", "2026-11-30", "2026-11-30"),
        ("eoq", "2026-12-31", "2026-12-31"),
        ("eoy", "2026-12-31", "2026-12-31"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2026-W48", "2026-11-23", "2026-11-29"),
        ("2026-q4", "2026-10-01", "2026-12-31"),
        ("2026-H1", "2026-01-01", "2026-06-30"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("last-quarter", "2026-07-01", "2026-09-30"),
        ("this-week", "2026-11-23", "2026-11-29"),
    ],
)
def test_a_day_is_read_in_every_form_toward_the_past_and_the_future(text: str, past: str, future: str) -> None:
    assert (str(day(text, "past")), str(day(text, "future"))) == (past, future)


def test_the_end_of_a_quarter_or_year_is_that_of_the_fiscal_one() -> None:
    assert day("eoy", start_month=4) == date(2027, 3, 31)
    assert day("eoq", start_month=2) == date(2027, 1, 31)
    assert day("eom", start_month=2) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("+1mo", "2026-01-31", "2026-02-28"),
        ("+1mo", "2024-01-31", "2024-02-29"),
        ("-1mo", "2026-03-31", "2026-02-28"),
        ("+1y", "2024-02-29", "2025-02-28"),
        ("-13mo", "2026-01-15", "2024-12-15"),
    ],
)
def test_a_month_after_the_31st_is_the_last_day_of_a_shorter_month(text: str, today: str, expected: str) -> None:
    assert str(day(text, today=date.fromisoformat(today))) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("03/04/2026", "'03/04/2026' can be read as 3 April or March 4", "write 2026-04-03 or 2026-03-04"),
        ("10", "'10' is a bare number", "write 10d for days, or a date as in 2026-11-23"),
        ("2026-02-30", "'2026-02-30' names day 30; February 2026 has 28", None),
        ("2026-13", "'2026-13' names month 13; a year has 01 to 12", None),
        ("Q4", "'Q4' has no year", "write the year too, as in 2026-Q4 or 2026-W48"),
        ("+9999y", "'+9999y' leads out of the years 1900 to 2199", None),
        ("500y", "'500y' leads out of the years 1900 to 2199", None),
        ("tomorow", f"'tomorow' is no day {DAY_FORMS}", "did you mean tomorrow?"),
        ("3m", f"'3m' is no day {DAY_FORMS}", "did you mean 3mo?"),
        ("2026/11/23", f"'2026/11/23' is no day {DAY_FORMS}", "did you mean 2026-11-23?"),
        ("soon", f"'soon' is no day {DAY_FORMS}", None),
        ("", f"'' is no day {DAY_FORMS}", None),
        ("\x1b[31m", f"'\\x1b[31m' is no day {DAY_FORMS}", None),
    ],
)
def test_a_text_that_is_no_day_or_two_is_refused_in_words(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        day(text)
    assert (str(refused.value), refused.value.hint) == (message, hint)


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 6))
def test_a_weekday_lies_within_the_week_up_to_today_or_the_week_after_it(today: date, number: int) -> None:
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[number]
    past, future = day(name, "past", today), day(name, "future", today)
    assert past.weekday() == future.weekday() == number
    assert past <= today < future
    assert future - past == timedelta(days=7)


# Amounts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", "0"),
        ("800000000", "800000000"),
        ("800_000_000", "800000000"),
        (" 12000.50 ", "12000.50"),
        ("12000.500", "12000.500"),
        ("0.500", "0.500"),
        ("007", "7"),
        ("800rb", "800000"),
        ("800ribu", "800000"),
        ("1.5k", "1500"),
        ("1.5K", "1500"),
        ("800jt", "800000000"),
        ("800 juta", "800000000"),
        ("2mn", "2000000"),
        ("2mio", "2000000"),
        ("1,5miliar", "1500000000"),
        ("1.5Miliar", "1500000000"),
        ("1,5milyar", "1500000000"),
        ("2bn", "2000000000"),
        ("1,5triliun", "1500000000000"),
        ("2tn", "2000000000000"),
        ("0.0000001bn", "100"),
        ("1.23456k", "1234.56"),
        ("1_500jt", "1500000000"),
        ("999999999999999.999999", "999999999999999.999999"),
        ("123456789012.345678k", "123456789012345.678"),
    ],
)
def test_an_amount_is_read_exactly_and_shown_in_plain_digits(text: str, expected: str) -> None:
    assert str(parse_amount(text)) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "1,5M",
            "'1,5M' can be read as 1,5 million (juta) or 1,5 miliar (billion)",
            "write 1,5mn or 1,5jt for the first, 1,5bn or 1,5miliar for the second",
        ),
        (
            "2m",
            "'2m' can be read as 2 million (juta) or 2 miliar (billion)",
            "write 2mn or 2jt for the first, 2bn or 2miliar for the second",
        ),
        ("1.200.000", "'1.200.000' has marks between thousands", "write 1200000"),
        ("1,200.50", "'1,200.50' has marks between thousands", "write 1200.50"),
        ("1.200,50", "'1.200,50' has marks between thousands", "write 1200.50"),
        ("1.200.000jt", "'1.200.000jt' has marks between thousands", "write 1200000jt"),
        ("12,000", "'12,000' has a mark that can part thousands or decimals", "write 12000 or 12"),
        ("12.000", "'12.000' has a mark that can part thousands or decimals", "write 12000 or 12"),
        ("1.250", "'1.250' has a mark that can part thousands or decimals", "write 1250 or 1.25"),
        ("1.234", "'1.234' has a mark that can part thousands or decimals", "write 1234 or 1.2340"),
        ("1.500jt", "'1.500jt' has a mark that can part thousands or decimals", "write 1500jt or 1.5jt"),
        ("12,5", "'12,5' has a comma for a decimal mark", "write 12.5"),
        ("Rp 1.200.000", "'Rp 1.200.000' has a currency in it", "write 1200000"),
        ("Rp.12.000", "'Rp.12.000' has a currency in it", "write 12000 or 12"),
        ("IDR 800jt", "'IDR 800jt' has a currency in it", "write 800jt"),
        ("$500", "'$500' has a currency in it", "write 500"),
        ("$5__0", "'$5__0' has a currency in it", None),
        ("500 USD", f"'500 USD' ends with 'USD', which is no number word {NUMBER_WORDS}", None),
        ("2juts", f"'2juts' ends with 'juts', which is no number word {NUMBER_WORDS}", "did you mean 2juta?"),
        ("-5", "'-5' is negative; amounts are 0 or more", None),
        ("-1,5jt", "'-1,5jt' is negative; amounts are 0 or more", None),
        ("1000tn", "'1000tn' has 16 digits before the mark; an amount has at most 15", None),
        ("0.1234567", "'0.1234567' has 7 decimals; an amount has at most 6", None),
        *(
            (text, f"{text!r} is no amount {AMOUNT_FORMS}", None)
            for text in ("", "nan", "inf", "1e9", "٨٠٠", "+5", ".5", "5.", "1__0", "_1", "1_", "1.2.3", "1,2,3.4", "x")
        ),
    ],
)
def test_a_text_that_is_no_amount_or_two_is_refused_in_words(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        parse_amount(text)
    assert (str(refused.value), refused.value.hint) == (message, hint)


@pytest.mark.parametrize("text", ["12,000", "1.234", "1.200.000", "1,200.50", "12,5", "1.500jt", "$1.234"])
def test_what_a_refused_amount_should_be_written_as_is_accepted(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_amount(text)
    assert refused.value.hint
    for written in refused.value.hint.removeprefix("write ").split(" or "):
        assert parse_amount(written) > 0


@given(st.integers(0, 10**15 - 1))
def test_underscores_do_not_change_an_amount(amount: int) -> None:
    assert parse_amount(f"{amount:_}") == parse_amount(str(amount)) == amount


@given(st.decimals(0, 10**5, places=2), st.sampled_from(["k", "jt", "bn"]))
def test_a_suffix_multiplies_exactly(number: Decimal, suffix: str) -> None:
    assert parse_amount(f"{number}{suffix}") == number * 10 ** {"k": 3, "jt": 6, "bn": 9}[suffix]


# Percentages


@pytest.mark.parametrize(
    ("text", "expected"),
    [("60", "60"), ("60%", "60"), (" 60 % ", "60"), ("12.5", "12.5"), ("12,5%", "12.5"), ("0.5%", "0.5"), ("0", "0")],
)
def test_a_percentage_is_read_with_and_without_its_sign(text: str, expected: str) -> None:
    assert str(parse_percent(text)) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("0.5", "'0.5' can be read as a share or as a percentage", "write 50%, or 0.5% if it is that small"),
        ("1,0", "'1,0' can be read as a share or as a percentage", "write 100%, or 1,0% if it is that small"),
        ("150", "'150' is more than 100%", None),
        ("-5", "'-5' is no percentage (60, 60%, 12.5%)", None),
        ("half", "'half' is no percentage (60, 60%, 12.5%)", None),
        ("٦٠", "'٦٠' is no percentage (60, 60%, 12.5%)", None),
    ],
)
def test_a_text_that_is_no_percentage_is_refused_in_words(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        parse_percent(text)
    assert (str(refused.value), refused.value.hint) == (message, hint)


# Whatever is typed


@given(st.text() | near_texts, st.dates(), st.sampled_from(["past", "future"]))
def test_no_text_brings_anything_but_a_value_or_a_refusal(text: str, today: date, toward: Toward) -> None:
    for read in (lambda: day(text, toward, today), lambda: parse_amount(text), lambda: parse_percent(text)):
        try:
            value = read()
        except UsageError:
            continue
        assert "E" not in str(value)


def test_a_word_is_suggested_only_where_one_is_near() -> None:
    assert suggest("propsal", ["lead", "proposal", "won"]) == "proposal"
    assert suggest("zzz", ["lead", "proposal", "won"]) is None
    assert suggest("lead", []) is None
