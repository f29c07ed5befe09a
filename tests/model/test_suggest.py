"""The nearest word, and none where nothing is near."""

import pytest

from pipectl.model.suggest import suggest

STAGES = ("lead", "qualified", "proposal", "negotiation", "won", "lost")


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("propsal", "proposal"), ("lsot", "lost"), ("negotiatoin", "negotiation"), ("pilot", None), ("zzz", None)],
)
def test_a_word_is_near_where_half_of_its_letters_stay(word: str, nearest: str | None) -> None:
    assert suggest(word, STAGES) == nearest


def test_fewer_letters_may_be_others_where_the_first_one_is() -> None:
    assert suggest("digest", ["list"]) is None
    assert suggest("bropose", ["propose"]) == "propose"


def test_the_beginning_of_a_word_is_near_to_it() -> None:
    assert suggest("fiscal_year", ["currency", "fiscal_year_start"]) == "fiscal_year_start"


def test_swapped_letters_are_one_slip() -> None:
    assert suggest("@hto", ["@hot", "@warm"]) == "@hot"
