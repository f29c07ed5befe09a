"""Which group a deal is in: the band of its size, and the stage that it was closed from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.metrics.grouping import grouping, last_open_stage, size_band
from tests.build import scope_of, state_of


def _priced(amount: object) -> str:
    return f"title: D\nstage: lead\namount: {amount}\n"


@pytest.mark.parametrize(
    ("amount", "band"),
    [
        ("~", ""),
        ("0", "0"),
        ("0.5", "0..1"),
        ("1", "1..2"),
        ("4.99", "2..5"),
        ("5", "5..10"),
        ("999", "500..1k"),
        ("1000", "1k..2k"),
        ("99999999", "50mn..100mn"),
        ("100000000", "100mn..200mn"),
        ("2350000000", "2bn..5bn"),
        ("700000000000", "500bn..1tn"),
        ("30000000000000", "20tn..50tn"),
    ],
)
def test_a_band_takes_its_lower_edge_and_leaves_out_its_upper(amount: str, band: str) -> None:
    assert size_band(state_of(_priced(amount))) == band


def test_a_deal_whose_currency_has_no_rate_is_in_no_band() -> None:
    assert size_band(state_of("title: D\nstage: lead\namount: 5\ncurrency: EUR\n")) == ""


@given(st.lists(st.decimals(0, 10**14, places=2), min_size=1, max_size=8))
def test_bands_stand_in_the_order_of_the_amounts_in_them(amounts: list[object]) -> None:
    files = {f"deals/d{n}.yaml": _priced(f"{amount:f}") for n, amount in enumerate(amounts)}
    scope = scope_of(files)
    ordered = sorted(scope.facts.states, key=lambda state: state.worth.amount)  # type: ignore[union-attr]  # all priced
    bands = [name for name, _ in grouping(scope, "size").parts(scope.facts.states)]
    assert bands == list(dict.fromkeys(map(size_band, ordered)))


@pytest.mark.parametrize(
    ("history", "stage"),
    [
        (
            "[{at: 2026-10-01, stage: lead}, {at: 2026-10-05, stage: proposal}, {at: 2026-10-09, stage: lost}]",
            "proposal",
        ),
        ("[{at: 2026-10-01, stage: proposal}, {at: 2026-10-05, stage: lead}, {at: 2026-10-09, stage: lost}]", "lead"),
        ("[{at: 2026-10-01, stage: lead}, {at: 2026-10-05, stage: won}, {at: 2026-10-09, stage: lost}]", "lead"),
        ("[{at: 2026-10-01, stage: lead}, {at: 2026-10-09, stage: old}, {at: 2026-10-10, stage: lost}]", "old"),
        ("[{at: 2026-10-09, stage: lost}]", ""),
        ("[{at: 2026-10-09, stage: lead}]", ""),
    ],
    ids=["last open", "after a move back", "not a close before", "a stage of the past", "began closed", "undated"],
)
def test_a_deal_dies_in_the_last_open_stage_before_its_loss(history: str, stage: str) -> None:
    assert last_open_stage(state_of(f"title: D\nstage: lost\nhistory: {history}\n")) == stage


def test_an_open_deal_is_in_its_stage() -> None:
    assert last_open_stage(state_of("title: D\nstage: proposal\n")) == "proposal"
