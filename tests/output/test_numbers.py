# ruff: noqa: RUF001 - dashes and multiplication signs are what people see

from decimal import Decimal

import pytest

from pipectl.model.money import Money, MoneyStyle
from pipectl.output.look import Look
from pipectl.output.numbers import change, human, money_short
from pipectl.output.values import exact, structured
from pipectl.report import Cell, Days, Labelled, Marked, Multiple, Percent, Ratio
from tests.output.samples import ASCII, CELLS, PIPED, idr

DOLLARS = Look(currency="USD", money=MoneyStyle(",", ".", 2, "$"))


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_people_read_every_type_of_cell() -> None:
    assert {name: human(cell, PIPED) for name, cell in CELLS} == {
        "unknown": "–",
        "text": "Acme, “rollout”",
        "yes": "yes",
        "count": "1.234.567",
        "decimal": "12,5",
        "date": "2026-11-23",
        "day": "2026-11-20",
        "moment": "2026-11-20 03:15",
        "money": "Rp 800.000.000",
        "foreign": "USD 12.001",
        "ratio": "63,2% (43/68) [52–73%]",
        "few": "too few (3/4)",
        "none": "n/a",
        "days": "51,8 d",
        "percent": "60%",
        "multiple": "2,3×",
        "amount": "1,9",
        "per": "1,6 (42/26)",
        "gap": "+12,3 pts [-4 to +28]",
        "bar": "██████▋",
        "spark": "▁▃.█",
        "marked": "! 47 d",
        "labelled": "median 57 d",
        "list": "gov, jakarta",
    }


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "-"),
        (Multiple(2.3), "2,3x"),
        (Multiple(0.154), "0,15x"),
        (Multiple(0.09), "0,09x"),
        (Multiple(0.996), "1,0x"),
        (Multiple(0.0), "0,0x"),
        (Marked("a", "overdue"), "x a"),
        (Ratio(43, 68, 0.52, 0.73), "63,2% (43/68) [52-73%]"),
    ],
)
def test_ascii_has_a_form_for_each_sign(cell: Cell, text: str) -> None:
    assert human(cell, ASCII) == text


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (usd("12000.5"), "$12,000.50"),
        (usd("0.005"), "$0.01"),
        (usd("-1234.5"), "-$1,234.50"),
        (usd("-0.001"), "$0.00"),
        (idr("1E+9"), "IDR 1,000,000,000.00"),
        (usd("123456789012345678901234567890.12"), "$123,456,789,012,345,678,901,234,567,890.12"),
    ],
)
def test_money_is_in_full_with_the_workspaces_marks(money: Money, text: str) -> None:
    assert human(money, DOLLARS) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("9999", "9.999"),
        ("10000", "10k"),
        ("12500", "12,5k"),
        ("999949", "1mn"),
        ("800000000", "800mn"),
        ("1254000000", "1,25bn"),
        ("1255000000", "1,26bn"),
        ("999999999", "1bn"),
        ("7000000000000", "7tn"),
        ("-12500", "-12,5k"),
    ],
)
def test_short_money_has_three_digits_and_a_unit(amount: str, text: str) -> None:
    assert money_short(idr(amount), PIPED) == text


def test_short_money_of_another_currency_says_so() -> None:
    assert money_short(usd("12500"), PIPED) == "USD 12,5k"
    assert money_short(None, PIPED) == "–"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (2026, "2026"),
        (-12345, "-12,345"),
        (Days(0.6), "0.6 d"),
        (Days(19.0), "19 d"),
        (Days(float("nan")), "–"),
        (Percent(Decimal("12.5")), "12.5%"),
        (Percent(Decimal("58.695652")), "58.7%"),
        (Ratio(1, 8), "12.5% (1/8)"),
        (Ratio(Decimal(2149125000), Decimal(4500000000)), "47.8% (2.15bn/4.5bn)"),
        (Ratio(12345, 20000), "61.7% (12,345/20,000)"),
        (Labelled("unpriced", 2, after=True), "2 unpriced"),
        (Labelled("", "no target"), "no target"),
        (Marked("late", ""), "late"),
        (Marked("late", "something else"), "* late"),
        ((), ""),
        ((Days(3), Marked("x", "idle")), "3 d, ~ x"),
    ],
)
def test_small_things_read_well(cell: Cell, text: str) -> None:
    assert human(cell, DOLLARS) == text


def test_programs_read_every_type_of_cell() -> None:
    assert {name: structured(cell) for name, cell in CELLS} == {
        "unknown": None,
        "text": "Acme, “rollout”",
        "yes": True,
        "count": 1234567,
        "decimal": "12.50",
        "date": "2026-11-23",
        "day": "2026-11-20",
        "moment": "2026-11-20T03:15:00+00:00",
        "money": {"amount": "800000000", "currency": "IDR"},
        "foreign": {"amount": "12000.50", "currency": "USD"},
        "ratio": {
            "numerator": 43,
            "denominator": 68,
            "value": 0.632353,
            "low": 0.5166,
            "high": 0.7349,
            "too_few": False,
        },
        "few": {"numerator": 3, "denominator": 4, "value": 0.75, "low": None, "high": None, "too_few": True},
        "none": {"numerator": 0, "denominator": 0, "value": None, "low": None, "high": None, "too_few": False},
        "days": 51.8125,
        "percent": 60,
        "multiple": 2.345,
        "amount": "1.9348",
        "per": {"numerator": 42, "denominator": 26, "value": 1.615385},
        "gap": {"value": 0.1234, "low": -0.041, "high": 0.2849},
        "bar": 0.33,
        "spark": [0, 1, None, 4],
        "marked": 47,
        "labelled": {"label": "median", "value": 57},
        "list": ["gov", "jakarta"],
    }


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("12000.10", "12000.10"),
        ("1E+3", "1000"),
        ("0.000000000001", "0.000000000001"),
        ("16250.123456789", "16250.123456789"),
    ],
)
def test_amounts_keep_every_digit(number: str, text: str) -> None:
    assert exact(Decimal(number)) == text


def test_a_quotient_has_six_decimals_without_zeros_at_the_end() -> None:
    assert exact(Decimal(10) / Decimal(3)) == "3.333333"
    assert exact(idr(2).per(3).amount) == "0.666667"
    assert exact(Decimal("2.5000001") / Decimal("1.0000000000001")) == "2.5"


def test_a_change_in_short_is_still_one() -> None:
    ends = idr("450000000"), idr("420000000")
    assert change(*ends, PIPED) == "Rp 450.000.000 → Rp 420.000.000"
    assert change(*ends, PIPED, short=True) == "450mn → 420mn"
    assert change(idr("450000000"), idr("450000100"), PIPED, short=True) == "Rp 450.000.000 → Rp 450.000.100"
    assert change("unpriced", idr("450000000"), PIPED, short=True) == "unpriced → 450mn"
    assert change(None, "lead", PIPED) == "lead"
    assert change("lead", "won", ASCII, short=True) == "lead -> won"
