"""Ids of imported deals."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.exchange.ids import choose_ids, slug

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\Z")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("PT Maju Jaya: Gudang #2", "pt-maju-jaya-gudang-2"),
        ("Nový web: Łódź", "novy-web-lodz"),
        ("Müller & Søn", "muller-and-son"),
        ("v2.0_beta", "v2.0_beta"),
        ("渋谷", ""),
        ("--", ""),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_title_becomes_an_id(text: str, wanted: str) -> None:
    assert slug(text) == wanted


def test_a_title_of_its_own_gives_the_id_alone() -> None:
    assert choose_ids({"1": "Acme rollout", "2": "Acme renewal"}, set()) == {"1": "acme-rollout", "2": "acme-renewal"}


def test_deals_of_one_title_carry_their_external_ids() -> None:
    assert choose_ids({"A1": "Acme", "B2": "ACME"}, set()) == {"A1": "acme-a1", "B2": "acme-b2"}


def test_a_title_whose_id_is_taken_carries_its_external_id() -> None:
    assert choose_ids({"A1": "Acme"}, {"acme"}) == {"A1": "acme-a1"}


def test_a_title_without_a_letter_for_an_id_has_its_external_id() -> None:
    assert choose_ids({"A1": "渋谷"}, set()) == {"A1": "a1"}


def test_no_file_is_called_like_a_device_of_windows() -> None:
    assert choose_ids({"7": "CON"}, set()) == {"7": "con-7"}


titles = st.dictionaries(
    st.text(min_size=1, max_size=90), st.sampled_from(("Acme", "acme 1", "Acme-1", "渋谷", "", "x" * 90))
)


@given(titles, st.sets(st.sampled_from(("acme", "acme-1", "acme-1-1"))), st.randoms())
def test_ids_are_valid_differ_and_do_not_depend_on_the_order_of_rows(
    named: dict[str, str], taken: set[str], chance: "st.DrawFn"
) -> None:
    found = choose_ids(named, taken)
    assert found.keys() == named.keys()
    assert all(_ID.match(name) for name in found.values())
    assert len(set(found.values())) == len(found)
    assert not taken & set(found.values())
    shuffled = list(named.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert choose_ids(dict(shuffled), taken) == found
