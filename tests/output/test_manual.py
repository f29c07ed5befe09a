"""Manual pages: within the window, and not a word less."""

from pathlib import Path

import pytest

from pipectl.checks import IDS
from pipectl.metrics.registry import FORECAST_METRICS, METRICS, STAGE_METRICS
from pipectl.output.manual import listed, manual
from tests.harness import run_pipectl

SAMPLE = Path(__file__).parents[2] / "examples" / "contoh-jaya"
METRIC_IDS = [metric.id for metric in (*METRICS, *FORECAST_METRICS, *STAGE_METRICS)]
TOPICS = ["", "metrics", "checks", "filter", "stale", "urgency", *METRIC_IDS, *IDS]

PAGE = """\
Win rate

Share of the deals closed in the period
that were won.

Formula: won / (won + lost), over nothing it has
    no value
Unit: share

    an example that is wider than the window
"""


def test_paragraphs_are_laid_out_anew_and_examples_stay() -> None:
    assert manual(PAGE, 30) == (
        "Win rate\n"
        "\n"
        "Share of the deals closed in\n"
        "the period that were won.\n"
        "\n"
        "Formula: won / (won + lost),\n"
        "    over nothing it has no\n"
        "    value\n"
        "Unit: share\n"
        "\n"
        "    an example that is wider than the window\n"
    )


@pytest.mark.parametrize("room", [None, 200])
def test_a_page_that_fits_stays_as_it_is(room: int | None) -> None:
    assert manual(PAGE, room) == PAGE


def test_a_line_is_as_wide_as_it_is_shown() -> None:
    assert manual("東京の案件 大阪の案件\n", 12) == "東京の案件\n大阪の案件\n"


def test_a_meaning_goes_on_below_itself() -> None:
    entries = [("won ", "Number of deals won in the period."), ("lost", "Number of deals lost.")]
    assert listed(entries, 31) == (
        "  won   Number of deals won in\n        the period.\n  lost  Number of deals lost.\n"
    )
    assert listed(entries, None) == "  won   Number of deals won in the period.\n  lost  Number of deals lost.\n"


@pytest.mark.parametrize("topic", TOPICS)
def test_every_page_fits_a_terminal_and_has_all_its_words(topic: str) -> None:
    words = ["explain", topic] if topic else ["explain"]
    piped, narrow = run_pipectl(*words, cwd=SAMPLE), run_pipectl(*words, cwd=SAMPLE, columns=80)
    assert narrow.out.split() == piped.out.split()
    assert narrow.out.endswith("\n")
    examples = set(piped.out.split("\n"))
    assert [line for line in narrow.out.split("\n") if len(line) > 80 and line not in examples] == []
    assert [line for line in narrow.out.split("\n") if len(line) > 80 and not line.startswith("    ")] == []
