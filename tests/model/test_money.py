"""Money is exact, and two currencies meet only at a rate."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.model.money import Money, Rates, total

AMOUNTS = st.decimals(min_value=0, max_value=10**15 - 1, places=4)
RATES = Rates(
    "IDR",
    (
        (date(2026, 7, 1), {"USD": Decimal(16400)}),
        (date(2026, 1, 1), {"USD": Decimal(16250), "SGD": Decimal("12100.5")}),
    ),
)


def _money(amount: str, currency: str = "IDR") -> Money:
    return Money(Decimal(amount), currency)


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert total([_money("0.1"), _money("0.2")], "IDR") == _money("0.3")


def test_the_sum_of_nothing_is_nothing_in_the_currency_asked_for() -> None:
    assert total([], "IDR") == _money("0")


def test_two_currencies_are_not_added() -> None:
    with pytest.raises(ValueError, match="USD added to IDR without a rate"):
        total([_money("1"), _money("1", "USD")], "IDR")


@given(st.lists(AMOUNTS, max_size=30))
def test_a_sum_is_exact_to_the_last_digit(amounts: list[Decimal]) -> None:
    found = total((Money(amount, "IDR") for amount in amounts), "IDR").amount
    assert Fraction(found) == sum(map(Fraction, amounts))


@given(AMOUNTS, st.decimals(min_value=0, max_value=100_000, places=6))
def test_a_product_is_exact_to_the_last_digit(amount: Decimal, factor: Decimal) -> None:
    assert Fraction(Money(amount, "IDR").times(factor).amount) == Fraction(amount) * Fraction(factor)


def test_shares_are_exact_as_far_as_digits_go() -> None:
    assert _money("10").per(4) == _money("2.5")
    assert str(_money("10").per(3).amount) == "3.333333333333333333333333333"


@pytest.mark.parametrize(
    ("currency", "on", "rate"),
    [
        ("USD", date(2025, 12, 31), None),
        ("USD", date(2026, 1, 1), "16250"),
        ("USD", date(2026, 6, 30), "16250"),
        ("USD", date(2026, 7, 1), "16400"),
        ("USD", date(2030, 1, 1), "16400"),
        ("SGD", date(2026, 8, 1), "12100.5"),
        ("IDR", date(2000, 1, 1), "1"),
        ("EUR", date(2026, 8, 1), None),
    ],
)
def test_a_rate_holds_from_its_day_on_for_each_currency_by_itself(currency: str, on: date, rate: str | None) -> None:
    assert RATES.rate(currency, on) == (None if rate is None else Decimal(rate))


def test_money_is_converted_at_the_rate_of_the_day() -> None:
    assert RATES.convert(_money("2.50", "USD"), date(2026, 3, 1)) == _money("40625.00")
    assert RATES.convert(_money("1", "EUR"), date(2026, 3, 1)) is None
    assert RATES.convert(_money("7"), date(1999, 3, 1)) == _money("7")


def test_the_currencies_are_those_that_some_day_has_a_rate_for() -> None:
    assert RATES.currencies == {"IDR", "USD", "SGD"}


def test_the_order_of_the_rows_changes_no_rate() -> None:
    turned = Rates("IDR", RATES.rows[::-1])
    assert [turned.rate("USD", date(2026, month, 1)) for month in range(1, 13)] == [
        RATES.rate("USD", date(2026, month, 1)) for month in range(1, 13)
    ]


def test_arithmetic_leaves_no_zeros_at_the_end_and_a_single_amount_keeps_its_own() -> None:
    results = (
        _money("210").times(Decimal("0.50")),
        total([_money("100.5"), _money("4.5")], "IDR"),
        _money("10").per(4),
    )
    assert [str(money.amount) for money in results] == ["105", "105", "2.5"]
    assert str(total([_money("1200000")], "IDR").amount) == "1200000"
    assert str(_money("250.00").amount) == "250.00"
