"""A deal counts in every report of the past, also where its pipeline or its stage has no file any more."""

import json
from pathlib import Path

import pytest

from tests.harness import SALES, SETTINGS, run_pipectl, write_files

FILES = {
    "pipectl.yaml": SETTINGS,
    "pipelines/sales.yaml": SALES,
    "deals/acme.yaml": """\
        title: Acme
        stage: lead
        amount: 500
        history:
          - {at: 2026-08-01, stage: tender, pipeline: projects}
          - {at: 2026-09-01, stage: interest, pipeline: sales}
          - {at: 2026-10-01, stage: lead}
        """,
}


@pytest.mark.parametrize(
    ("day", "pipeline", "stage"),
    [("2026-08-09", "projects", "tender"), ("2026-09-09", "sales", "interest"), ("2026-10-09", "sales", "lead")],
)
def test_list_board_and_stats_agree_on_every_day(day: str, pipeline: str, stage: str, tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)

    def tables(*words: str) -> dict[str, list[dict[str, object]]]:
        result = run_pipectl(*words, "--as-of", day, "-f", "json", cwd=root)
        assert (result.status, result.err) == (0, "")
        found: dict[str, list[dict[str, object]]] = json.loads(result.out)["tables"]
        return found

    (deal,) = tables("list")["deals"]
    assert (deal["pipeline"], deal["stage"]) == (pipeline, stage)
    stages = [row for row in tables("board")["stages"] if row["deals"]]
    assert [(row["pipeline"], row["stage"], row["deals"]) for row in stages] == [(pipeline, stage, 1)]
    groups = tables("stats", "--by", "stage", "-p", "all")["groups"]
    assert [(row["stage"], row["open"]) for row in groups] == [(stage, 1)]


def test_a_pipeline_that_is_asked_for_has_its_own_deals_alone(tmp_path: Path) -> None:
    root = write_files(tmp_path, FILES)
    result = run_pipectl("list", "-P", "sales", "--as-of", "2026-08-09", "--ids", cwd=root)
    assert result.out == ""
