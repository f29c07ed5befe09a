"""Intervals by drawing again: they hold the rate, and drawing and the formula for many agree."""

from random import Random

import pytest

from pipectl.metrics import resample
from pipectl.metrics.figures import wilson
from pipectl.metrics.resample import share_interval


def test_of_equal_weights_it_is_near_wilson_s() -> None:
    parts = [(1.0, 1.0)] * 60 + [(1.0, 0.0)] * 140
    assert share_interval(parts) == pytest.approx(wilson(60, 200), abs=0.02)


def test_drawing_and_the_formula_for_many_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(7)  # noqa: S311 - a fixed seed
    parts = [(random.uniform(1, 9), float(random.random() < 0.3)) for _ in range(300)]
    drawn = share_interval(parts)
    monkeypatch.setattr(resample, "_MOST_DRAWN", 299)
    assert share_interval(parts) == pytest.approx(drawn, abs=0.015)


def test_of_all_won_the_rate_is_sure() -> None:
    assert share_interval([(2.0, 1.0)] * 5) == (1.0, 1.0)
