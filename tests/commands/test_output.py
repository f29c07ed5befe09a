"""`-o FILE`, wherever it is taken."""

from contextlib import chdir
from pathlib import Path

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import run_pipectl

DEAL = "title: Acme\nstage: lead\nhistory:\n  - {at: 2026-11-01, stage: lead}\n"


@pytest.mark.parametrize(
    "line",
    ["list", "stats", "show acme", "check", "export", "export -f json", "board -f md", "log acme", "undo --list"],
)
@pytest.mark.parametrize("columns", [None, 80])
def test_a_dash_is_standard_output(workspace: MakeWorkspace, tmp_path: Path, line: str, columns: int | None) -> None:
    root = workspace({"deals/acme.yaml": DEAL})
    with chdir(tmp_path):
        before = sorted(tmp_path.iterdir())
        dashed = run_pipectl(*line.split(), "-o", "-", cwd=root, columns=columns)
        assert dashed == run_pipectl(*line.split(), cwd=root, columns=columns)
        assert dashed.out
        assert sorted(tmp_path.iterdir()) == before


def test_a_file_may_be_called_dash_all_the_same(workspace: MakeWorkspace, tmp_path: Path) -> None:
    root = workspace({"deals/acme.yaml": DEAL})
    with chdir(tmp_path):
        assert run_pipectl("list", "--ids", "-o", "./-", cwd=root).out == ""
    assert (tmp_path / "-").read_text("utf-8") == "acme\n"
