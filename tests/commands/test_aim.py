"""What a target does not speak of does not count against it, and whose deals alone count is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.harness import run_pipectl, write_files

PIPELINE = "stages: [{id: lead, probability: 10}, {id: won, outcome: won}, {id: lost, outcome: lost}]\n"
DEALS = {
    "p": "owner: ani\npipeline: nb\nstage: won\namount: 90\n",
    "q": "owner: budi\npipeline: rn\nstage: won\namount: 1000\n",
    "r": "owner: cici\npipeline: nb\nstage: won\namount: 7\n",
    "s": "owner: budi\npipeline: nb\nstage: lead\namount: 500\nexpected_close: 2026-12-10\n",
    "t": "owner: ani\npipeline: rn\nstage: lead\namount: 30\nexpected_close: 2026-12-10\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _write(folder: Path, *targets: str) -> Path:
    listed = "".join(f"  - {{period: 2026-Q4, {target}}}\n" for target in targets)
    closes = {"won": ", {at: 2026-10-11, stage: won}", "lead": ""}
    deals = {
        f"deals/{name}.yaml": f"title: D\n{text}history: [{{at: 2026-10-01, stage: lead}}"
        f"{closes['won' if 'stage: won' in text else 'lead']}]\n"
        for name, text in DEALS.items()
    }
    settings = f"version: 1\ncurrency: IDR\nteam: {{ani: {{}}, budi: {{group: g}}, cici: {{}}}}\ntargets:\n{listed}"
    return write_files(
        folder, {"pipectl.yaml": settings, "pipelines/nb.yaml": PIPELINE, "pipelines/rn.yaml": PIPELINE, **deals}
    )


def _said(root: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run_pipectl(*words, "-f", "json", cwd=root).out)
    return found


def _lines(root: Path) -> list[tuple[str, str, float | int]]:
    rows = _said(root, "targets")["tables"]["targets"]
    return [(row["whose"], row["aim"], row["attainment"]["numerator"]) for row in rows]


def test_targets_of_one_owner_for_each_aim_are_no_target_of_the_team(folder: Path) -> None:
    assert _lines(_write(folder, "owner: ani, amount: 100", "owner: budi, deals: 2")) == [
        ("ani", "amount", "90"),
        ("budi", "deals", 1),
    ]


def test_the_sum_of_the_owners_is_reached_with_their_deals_alone(folder: Path) -> None:
    root = _write(folder, "owner: ani, amount: 100", "owner: budi, amount: 2000")
    assert _lines(root) == [
        ("sum of the owners", "amount", "1090"),
        ("ani", "amount", "90"),
        ("budi", "amount", "1000"),
    ]
    assert "sum of the owners: of owners ani, budi alone" in _said(root, "targets")["notes"]


def test_an_owner_s_target_for_one_pipeline_counts_the_deals_that_are_both(folder: Path) -> None:
    root = _write(folder, "owner: ani, pipeline: nb, amount: 100", "owner: budi, amount: 2000")
    (total,) = (row for row in _said(root, "targets")["tables"]["targets"] if row["whose"] == "sum of the owners")
    assert (total["reached"]["amount"], total["open"]["amount"]) == ("1090", "500")
    assert "sum of the owners: of owners ani in nb, budi alone" in _said(root, "targets")["notes"]


def test_the_sum_of_pipelines_is_not_called_the_team(folder: Path) -> None:
    root = _write(folder, "pipeline: nb, amount: 100", "pipeline: rn, amount: 100")
    assert _lines(root)[0] == ("sum of the pipelines", "amount", "1097")


def test_what_stands_beside_a_target_of_one_pipeline_says_so_and_speaks_of_its_deals(folder: Path) -> None:
    root = _write(folder, "pipeline: rn, amount: 5000")
    forecast = _said(root, "forecast")
    (whole,) = (row for row in forecast["tables"]["forecast"] if row["kind"] == "whole")
    figures = {key: whole[key]["amount"] for key in ("won", "target", "reached", "gap")}
    assert figures == {"won": "1097", "target": "5000", "reached": "1000", "gap": "4000"}
    assert forecast["notes"][0] == "target: of pipeline rn alone"
    assert _said(root, "plan")["target"] == "of pipeline rn alone"
    assert "target: of pipeline rn alone" in _said(root, "team")["notes"]


def test_where_all_deals_that_are_shown_are_aimed_at_nothing_is_said(folder: Path) -> None:
    root = _write(folder, "pipeline: rn, amount: 5000")
    assert not any("alone" in note for note in _said(root, "forecast", "-P", "rn")["notes"])
    assert "Reached" not in run_pipectl("forecast", "-P", "rn", cwd=root).out


def test_the_chance_in_time_is_learned_from_the_same_deals_as_deals_needed(folder: Path) -> None:
    root = _write(folder, "pipeline: rn, amount: 5000")
    rows = {row["metric"]: row for row in _said(root, "stats")["tables"]["metrics"]}
    beside = {part["label"]: part["value"] for part in rows["deals-needed"]["detail"]}
    assert rows["win-in-time"]["value"] == beside["chance in time"]


def test_of_a_period_that_is_over_nothing_covers_what_is_missing(folder: Path) -> None:
    root = _write(folder, "amount: 5000")
    (row,) = _said(root, "--today", "2027-01-01", "targets", "-p", "2026-Q4")["tables"]["targets"]
    assert (row["gap"]["amount"], row["coverage"], row["weighted_coverage"]) == ("3903", None, None)
    (last,) = _said(root, "--today", "2026-12-31", "targets", "-p", "2026-Q4")["tables"]["targets"]
    assert last["coverage"] == 0


def test_a_team_with_targets_shows_what_somebody_without_one_has_won(folder: Path) -> None:
    out = run_pipectl("team", cwd=_write(folder, "owner: ani, amount: 100")).out
    assert "Won amount" in out
    assert "Attainment" in out


def test_of_a_single_pipeline_nobody_is_told_that_it_has_no_target(folder: Path) -> None:
    root = _write(folder, "amount: 100")
    assert "no target of 2026-Q4 for pipeline nb, rn" in _said(root, "targets")["notes"]
    files = {"pipectl.yaml": "version: 1\ncurrency: IDR\ntargets: [{period: 2026-Q4, amount: 5}]\n"}
    alone = write_files(folder / "alone", {**files, "pipelines/nb.yaml": PIPELINE})
    assert _said(alone, "targets")["notes"] == []


def test_an_empty_workspace_has_no_activity_under_headings_and_nobody_to_contact(tmp_path: Path) -> None:
    files = {"pipectl.yaml": "version: 1\ncurrency: IDR\n", "pipelines/nb.yaml": PIPELINE}
    out = run_pipectl("activities", cwd=write_files(tmp_path, files)).out
    assert "By type\nno activity in the period" in out
    assert "Never contacted\nno deal is open" in out
