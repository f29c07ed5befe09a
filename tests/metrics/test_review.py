"""What changed since the period before, and which stage does best."""

import pytest

from pipectl.metrics.metric import StageMetric
from pipectl.metrics.outcome import share
from pipectl.metrics.registry import STAGE_METRICS
from pipectl.metrics.review import change, review
from tests.build import scope_of


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        ((30, 60), (45, 60), "up"),
        ((45, 60), (30, 60), "down"),
        ((30, 60), (33, 60), "no clear change"),
        # A fall from 8 of 10 to 6 of 10 is a fall by a quarter, and nothing.
        ((8, 10), (6, 10), "no clear change"),
        ((9, 9), (1, 20), "too few"),
        ((9, 20), (0, 0), ""),
    ],
)
def test_a_change_is_called_one_only_where_the_interval_of_the_difference_leaves_out_nothing(
    before: tuple[int, int], now: tuple[int, int], word: str
) -> None:
    assert change(share(*before), share(*now))[1] == word


def test_without_a_period_before_there_is_no_change() -> None:
    assert change(None, share(5, 10)) == (None, "")


def test_the_interval_of_a_change_is_newcombe_s() -> None:
    # 45/60 - 30/60 at 90%: worked out from Wilson's intervals at z = 1.6449, .6482-.8298 and .3963-.6037.
    gap, _ = change(share(30, 60), share(45, 60))
    assert gap is not None
    assert gap.value == pytest.approx(0.25)
    assert (gap.low, gap.high) == pytest.approx((0.1052, 0.3807), abs=5e-4)


def _files(stage: str, further: int, lost: int) -> dict[str, str]:
    """Deals that were created in a stage and went further, or were lost there."""
    ends = ["won"] * further + ["lost"] * lost
    return {
        f"deals/{stage}{number:02}.yaml": (
            f"title: D\nstage: {end}\nhistory: [{{at: 2026-10-01, stage: {stage}}}, {{at: 2026-10-05, stage: {end}}}]\n"
        )
        for number, end in enumerate(ends)
    }


@pytest.mark.parametrize(
    ("files", "best"),
    [
        ({**_files("negotiation", 9, 1), **_files("proposal", 2, 8)}, ["negotiation"]),
        # Nine deals are too few, however well they did.
        ({**_files("negotiation", 9, 0)}, []),
        # A deal won from proposal has passed negotiation.
        (_files("proposal", 10, 0), ["proposal", "negotiation"]),
        ({}, []),
    ],
)
def test_the_best_stage_has_the_highest_resolved_rate_of_ten_deals_or_more(
    files: dict[str, str], best: list[str]
) -> None:
    scope = scope_of({"deals/one.yaml": "title: D\nstage: lead\n", **files})
    assert review(scope, None, scope.facts.workspace.pipelines["sales"]).best == best


@pytest.mark.parametrize("metric", STAGE_METRICS, ids=lambda metric: metric.id)
def test_every_number_of_a_stage_has_a_page_with_an_example(metric: StageMetric) -> None:
    assert all(f"\n{part}: " in metric.page for part in ("Formula", "Unit", "Example", "Elsewhere"))
