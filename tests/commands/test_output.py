"""`-o FILE`, wherever it is taken."""

from contextlib import chdir
from pathlib import Path

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import Result, run_pipectl

DEAL = "title: Acme\nstage: lead\nhistory:\n  - {at: 2026-11-01, stage: lead}\n"


@pytest.mark.parametrize(
    "line",
    ["list", "stats", "show acme", "check", "export", "export -f json", "board -f md", "log acme", "undo --list"],
)
@pytest.mark.parametrize("columns", [None, 80])
def test_a_dash_is_standard_output(workspace: MakeWorkspace, tmp_path: Path, line: str, columns: int | None) -> None:
    root = workspace({"deals/acme.yaml": DEAL})
    with chdir(tmp_path):
        before = {path.name for path in tmp_path.iterdir()} | {".pipectl"}  # what is kept of deals and answers
        dashed = run_pipectl(*line.split(), "-o", "-", cwd=root, columns=columns)
        assert dashed == run_pipectl(*line.split(), cwd=root, columns=columns)
        assert dashed.out
        assert {path.name for path in tmp_path.iterdir()} <= before


@pytest.mark.parametrize(
    "line", ["log acme call Hello", "task add acme Call", "stale --last --due 1w", "explain win-rate"]
)
@pytest.mark.parametrize("place", ["-", "found.txt"])
def test_where_there_is_no_result_to_write_standard_output_is_refused_like_a_file(
    workspace: MakeWorkspace, line: str, place: str
) -> None:
    root = workspace({"deals/acme.yaml": DEAL})
    result = run_pipectl(*line.split(), "-o", place, cwd=root)
    assert (result.status, result.out) == (2, "")
    assert " has no option -o\n" in result.err
    assert (root / "deals/acme.yaml").read_text() == DEAL


def test_a_file_may_be_called_dash_all_the_same(workspace: MakeWorkspace, tmp_path: Path) -> None:
    root = workspace({"deals/acme.yaml": DEAL})
    with chdir(tmp_path):
        assert run_pipectl("list", "--ids", "-o", "./-", cwd=root).out == ""
    assert (tmp_path / "-").read_text("utf-8") == "acme\n"


@pytest.mark.parametrize(("name", "begins"), [("found.json", "{"), ("found.txt", "deals/"), ("found", "deals/")])
def test_the_suffix_chooses_the_format_of_findings(
    workspace: MakeWorkspace, tmp_path: Path, name: str, begins: str
) -> None:
    root = workspace({"deals/acme.yaml": "title: Acme\nstage: nowhere\n"})
    assert run_pipectl("check", "-o", str(tmp_path / name), cwd=root).status == 1
    assert (tmp_path / name).read_text("utf-8").startswith(begins)


@pytest.mark.parametrize(("name", "said"), [("found.csv", "no format 'csv' for findings"), ("found.log", "the suffix")])
def test_a_suffix_that_findings_have_not_is_refused(
    workspace: MakeWorkspace, tmp_path: Path, name: str, said: str
) -> None:
    result = run_pipectl("check", "-o", str(tmp_path / name), cwd=workspace({"deals/acme.yaml": DEAL}))
    assert (result.status, result.err.startswith(f"pipectl: {said}")) == (2, True)
    assert not (tmp_path / name).exists()
    assert run_pipectl("check", "-f", "text", "-o", str(tmp_path / name), cwd=tmp_path).status == 0


def test_no_name_is_no_file(workspace: MakeWorkspace) -> None:
    result = run_pipectl("list", "-o", "", cwd=workspace({"deals/acme.yaml": DEAL}))
    assert result == Result(2, "", "pipectl: --output names no file\n  -o - is standard output\n")
