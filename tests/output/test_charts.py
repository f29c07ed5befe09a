"""Bars and heights out of characters."""

import pytest

from pipectl.output.charts import bar, spark
from tests.output.samples import ASCII, PIPED


@pytest.mark.parametrize(
    ("share", "drawn", "typed"),
    [
        (0.0, "", ""),
        (0.001, "▏", "#"),
        (0.33, "██████▋", "#######"),
        (0.5, "██████████", "##########"),
        (1.0, "█" * 20, "#" * 20),
        (1.5, "█" * 20, "#" * 20),
        (float("nan"), "", ""),
    ],
)
def test_a_bar_is_as_long_as_its_share_and_never_longer_than_its_room(share: float, drawn: str, typed: str) -> None:
    assert (bar(share, PIPED), bar(share, ASCII)) == (drawn, typed)


def test_heights_lie_between_nothing_and_the_greatest() -> None:
    points = (0.0, 1.0, None, 4.0, 8.0)
    assert (spark(points, PIPED), spark(points, ASCII)) == ("▁▂.▅█", "12.58")


def test_what_is_below_nothing_is_lower_than_nothing() -> None:
    assert spark((-1.0, 0.0, 1.0), ASCII) == "158"


def test_all_alike_lie_low_when_they_are_nothing_and_high_when_not() -> None:
    assert (spark((0.0, 0.0), ASCII), spark((5.0, 5.0), ASCII), spark((), ASCII)) == ("11", "88", "")
