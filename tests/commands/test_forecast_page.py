"""`forecast` on a page: what says something, within a window; everything for a program."""

import json
from pathlib import Path

import pytest

from tests.harness import run_pipectl, write_files

SETTINGS = """\
version: 1
currency: IDR
display: {group: ".", decimal: ",", symbol: "Rp "}
targets: [{period: 2026-Q4, amount: 4500000000}]
"""
PIPELINE = (
    "stages: [{id: lead, probability: 10, forecast: commit}, {id: won, outcome: won}, {id: lost, outcome: lost}]\n"
)


def _deal(amount: str, more: str = "") -> str:
    return (
        f"title: D\nstage: lead\namount: {amount}\nexpected_close: 2026-12-10\n{more}"
        "history: [{at: 2026-10-01, stage: lead}]\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "pipectl.yaml": SETTINGS,
        "pipelines/sales.yaml": PIPELINE,
        "deals/a.yaml": _deal("1200000000", "owner: ani\n"),
        "deals/b.yaml": _deal("300000000", "owner: budi\nforecast: best_case\n"),
        "deals/c.yaml": _deal("~"),
    }
    return write_files(tmp_path, files)


def _titles(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines() if line.startswith("Expected")]


def test_columns_that_hold_nothing_and_sums_of_categories_are_not_shown(folder: Path) -> None:
    assert _titles(run_pipectl("forecast", cwd=folder).out) == [
        ["Expected", "Deals", "Amount", "Weighted", "Target", "Gap", "Commit", "Best", "case"]
    ]


def test_a_window_of_80_columns_holds_it_in_two_parts(folder: Path) -> None:
    out = run_pipectl("forecast", cwd=folder, columns=80).out
    assert len(_titles(out)) == 2
    assert max(map(len, out.splitlines())) <= 80


def test_the_parts_of_a_forecast_have_the_same_columns(folder: Path) -> None:
    first, *others = _titles(run_pipectl("forecast", "--by", "owner", cwd=folder).out)
    assert others == [first, first]
    assert first[-2:] == ["Best", "case"]


def test_a_program_gets_every_column_and_asking_shows_any(folder: Path) -> None:
    rows = json.loads(run_pipectl("forecast", "-f", "json", cwd=folder).out)["tables"]["forecast"]
    assert {"commit_best_case", "commit_best_case_pipeline", "omitted", "won", "reached"} <= set(rows[0])
    out = run_pipectl("forecast", "--fields", "period,omitted", cwd=folder).out
    assert _titles(out) == [["Expected", "Omitted"]]
