"""Days and amounts out of other systems' cells: what the mapping says decides, and nothing is guessed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.exchange.cells import CellError, Cells
from pipectl.model.mapping import DateOrder, Dialect
from pipectl.model.moment import Moment

ZONE = ZoneInfo("Europe/Amsterdam")
AMERICAN = {"decimal": ".", "group": ","}
INDONESIAN = {"decimal": ",", "group": "."}
CZECH = {"decimal": ",", "group": " "}


def cells(**dialect: Any) -> Cells:
    return Cells(Dialect(**dialect), ZONE)


@pytest.mark.parametrize(
    ("dialect", "currency", "text", "amount"),
    [
        (INDONESIAN, "IDR", "Rp1.200.000", "1200000"),
        (INDONESIAN, "IDR", "Rp 1.200.000,50", "1200000.50"),
        (INDONESIAN, "IDR", "Rp. 1.200.000,-", "1200000"),
        (INDONESIAN, "IDR", "1200000", "1200000"),
        (AMERICAN, "USD", "$350,000.00", "350000.00"),
        (AMERICAN, "USD", "USD 350,000.5", "350000.5"),
        (AMERICAN, "USD", "$0.00", "0.00"),
        (AMERICAN, "INR", "₹12,34,567.89", "1234567.89"),
        (CZECH, "CZK", "1 200,50 Kč", "1200.50"),
        (CZECH, "CZK", "1\xa0200\u202f000 Kč", "1200000"),
        ({"decimal": ".", "group": "'"}, "CHF", "CHF 1\u2019200.50", "1200.50"),
        (AMERICAN, "EUR", "1,200 EUR", "1200"),
        ({}, "EUR", "4821.000000", "4821.0000"),
        ({}, "EUR", "007", "7"),
    ],
)
def test_an_amount_is_read_as_the_mapping_says(dialect: dict[str, str], currency: str, text: str, amount: str) -> None:
    found = cells(**dialect).amount(text, currency)
    assert (found, str(found)) == (Decimal(amount), amount)


@pytest.mark.parametrize(
    ("dialect", "currency", "text", "reason"),
    [
        (AMERICAN, "IDR", "Rp1.200.000", "no number with '.' before decimals and ',' between thousands"),
        (INDONESIAN, "USD", "$350,000.00", "no number"),
        (INDONESIAN, "IDR", "1.2", "no number"),
        (INDONESIAN, "IDR", "1.2000", "no number"),
        (INDONESIAN, "IDR", "12.00", "no number"),
        (AMERICAN, "USD", "1,2", "no number"),
        (AMERICAN, "USD", "1,2345", "no number"),
        (AMERICAN, "USD", "1,200,00", "no number"),
        ({}, "IDR", "1.200.000", "no number"),
        ({}, "IDR", "1,200", "no number with '.' before decimals and nothing between thousands"),
        (AMERICAN, "USD", "(1,200)", "is negative"),
        (AMERICAN, "USD", "-5", "is negative"),
        (AMERICAN, "USD", "$-5", "is negative"),
        (AMERICAN, "USD", "(5", "is no amount"),
        (AMERICAN, "USD", "€1,200", "is in €, and the currency of the row is USD"),
        (AMERICAN, "IDR", "$1,200", "is in $"),
        (AMERICAN, "USD", "1.2 mn", "has 'mn' beside the number"),
        (AMERICAN, "USD", "1.2M", "has 'M' beside the number"),
        (AMERICAN, "USD", "1.2E+6", "is no amount"),
        (AMERICAN, "USD", "a lot", "is no amount"),
        (AMERICAN, "USD", "5 - 7", "is no amount"),
        ({}, "USD", "0.30000000000000004", "4 decimals"),
        ({}, "USD", "1234567890123456", "15 digits"),
    ],
)
def test_an_amount_that_contradicts_the_mapping_is_refused(
    dialect: dict[str, str], currency: str, text: str, reason: str
) -> None:
    with pytest.raises(CellError) as refused:
        cells(**dialect).amount(text, currency)
    assert reason in str(refused.value)


def _written(amount: Decimal, decimal: str, group: str) -> str:
    return f"{amount:,f}".replace(",", "x").replace(".", decimal).replace("x", group)


@given(
    st.integers(0, 10**15 - 1),
    st.integers(0, 4),
    st.sampled_from((AMERICAN, INDONESIAN, CZECH, {"decimal": ".", "group": "'"})),
)
def test_an_amount_written_in_a_dialect_is_read_to_the_last_digit(
    number: int, places: int, dialect: dict[str, str]
) -> None:
    amount = Decimal(number).scaleb(-places)
    assert cells(**dialect).amount(_written(amount, **dialect), "EUR") == amount


@given(st.integers(1000, 10**12), st.integers(1, 9999).filter(lambda fraction: fraction % 1000))
def test_no_dialect_takes_the_numbers_of_its_opposite(number: int, fraction: int) -> None:
    american = f"{number:,}.{fraction}"
    with pytest.raises(CellError):
        cells(**INDONESIAN).amount(american, "EUR")


DAY_FIRST = {"dates": DateOrder.DAY_FIRST}
MONTH_FIRST = {"dates": DateOrder.MONTH_FIRST}


@pytest.mark.parametrize(
    ("dialect", "text", "day"),
    [
        ({}, "2026-12-31", date(2026, 12, 31)),
        ({}, "2026/1/2", date(2026, 1, 2)),
        (DAY_FIRST, "31/12/2026", date(2026, 12, 31)),
        (DAY_FIRST, "03/04/2026", date(2026, 4, 3)),
        (MONTH_FIRST, "03/04/2026", date(2026, 3, 4)),
        (DAY_FIRST, "30. 9. 2026", date(2026, 9, 30)),
        (DAY_FIRST, "30.09.2026", date(2026, 9, 30)),
        (DAY_FIRST, "2026-12-31", date(2026, 12, 31)),
        (MONTH_FIRST | {"two_digit_years": 2000}, "7/18/18", date(2018, 7, 18)),
        (MONTH_FIRST | {"two_digit_years": 1970}, "7/18/69", date(2069, 7, 18)),
        (MONTH_FIRST | {"two_digit_years": 1970}, "7/18/70", date(1970, 7, 18)),
        ({}, "23 Nov 2026", date(2026, 11, 23)),
        ({}, "23-Nov-2026", date(2026, 11, 23)),
        ({}, "23 Agustus 2026", date(2026, 8, 23)),
        ({}, "November 23, 2026", date(2026, 11, 23)),
    ],
)
def test_a_day_is_read_as_the_mapping_says(dialect: dict[str, Any], text: str, day: date) -> None:
    assert cells(**dialect).moment(text) == Moment(day)


@pytest.mark.parametrize(
    ("dialect", "text", "reason"),
    [
        ({}, "31/12/2026", "does not begin with the year"),
        (DAY_FIRST, "12/31/2026", "is no day, read day-first as the mapping says"),
        (MONTH_FIRST, "31/12/2026", "is no day, read month-first as the mapping says"),
        ({}, "2026-02-30", "is no day of the calendar"),
        ({}, "2026-13-01", "is no day of the calendar"),
        (DAY_FIRST, "03/04/26", "has a year of two digits"),
        (DAY_FIRST, "03/04-2026", "is no date"),
        (DAY_FIRST, "46387", "is no date"),
        (DAY_FIRST, "soon", "is no date"),
        ({}, "23 Foo 2026", "has a month"),
        ({}, "2026-12-31 at noon", "has something behind its day"),
        ({}, "2026-12-31 25:00", "has a time that no clock shows"),
        ({}, "2026-12-31 13:00 PM", "no clock of twelve has"),
        ({}, "2026-12-31 10:00+99:00", "has an offset"),
    ],
)
def test_a_day_that_contradicts_the_mapping_is_refused(dialect: dict[str, Any], text: str, reason: str) -> None:
    with pytest.raises(CellError) as refused:
        cells(**dialect).moment(text)
    assert reason in str(refused.value)


@given(
    st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.sampled_from((DAY_FIRST, MONTH_FIRST)), st.sampled_from("/.-")
)
def test_a_day_written_in_an_order_is_read_in_it_and_in_no_other(day: date, dialect: dict[str, Any], mark: str) -> None:
    parts = (day.day, day.month) if dialect is DAY_FIRST else (day.month, day.day)
    text = f"{parts[0]:02}{mark}{parts[1]:02}{mark}{day.year}"
    assert cells(**dialect).day(text) == day
    with pytest.raises(CellError):
        cells().day(text)


def _instant(*parts: int, zone: Any = ZONE) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[misc,arg-type]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("dialect", "text", "instant"),
    [
        ({}, "2026-11-23 10:15", _instant(2026, 11, 23, 10, 15)),
        ({}, "2026-11-23T10:15:30", _instant(2026, 11, 23, 10, 15, 30)),
        ({}, "2021-01-07 6:49:18", _instant(2021, 1, 7, 6, 49, 18)),
        ({}, "2011-10-01T08:08:58.256+02:00", _instant(2011, 10, 1, 8, 8, 58, 256000)),
        ({}, "2026-11-23T09:15:00Z", _instant(2026, 11, 23, 10, 15)),
        ({"timezone": UTC}, "2026-11-23 09:15", _instant(2026, 11, 23, 10, 15)),
        (MONTH_FIRST | {"two_digit_years": 2000}, "02/23/26 08:55 PM", _instant(2026, 2, 23, 20, 55)),
        ({}, "2026-11-23 12:05 AM", _instant(2026, 11, 23, 0, 5)),
        ({}, "2026-11-23 12:05 p.m.", _instant(2026, 11, 23, 12, 5)),
    ],
)
def test_a_time_is_one_of_the_workspace_s_zone(dialect: dict[str, Any], text: str, instant: datetime) -> None:
    found = cells(**dialect).moment(text)
    assert found == Moment(instant.date(), instant)
    assert found.instant is not None
    assert found.instant.tzinfo is ZONE


def test_a_time_near_midnight_belongs_to_the_day_of_the_workspace() -> None:
    assert cells().day("2026-11-23T23:30:00Z") == date(2026, 11, 24)


def test_in_the_hour_that_comes_twice_the_offset_of_the_table_is_kept() -> None:
    found = [cells().moment(f"2011-10-30T02:30:00{offset}").instant for offset in ("+02:00", "+01:00")]
    assert [instant and str(instant.utcoffset()) for instant in found] == ["2:00:00", "1:00:00"]
