"""Many processes that write one deal at a time: every change is kept, none fails."""

import io
import os
import sys
from pathlib import Path

import pytest

from pipectl import cli
from pipectl.store.load import load_workspace
from tests.conftest import MakeWorkspace
from tests.harness import TODAY

_DEAL = "title: Deal   # everybody's\nstage: lead\n\nhistory:\n  - {at: 2026-11-01, stage: lead, by: ani}\n"


def _pipeline(processes: int) -> str:
    """Two stages for each process, so that no move of one is in the way of another's."""
    stages = [f"  - {{id: p{process}{half}, name: P}}" for process in range(processes) for half in "ab"]
    first = "name: Sales\nstages:\n  - {id: lead, name: Lead}"
    last = "  - {id: won, name: Won, outcome: won}\n  - {id: lost, name: Lost, outcome: lost}"
    return "\n".join([first, *stages, last, ""])


def _moves(root: Path, process: int, count: int) -> list[str]:
    """Move the deal *count* times; what was said of a move that failed."""
    failed = []
    for number in range(count):
        out, err = io.StringIO(), io.StringIO()
        words = ["-C", str(root), "move", "deal", f"p{process}{'ab'[number % 2]}", "--note", f"{process}/{number}"]
        if cli.main(words, environment={"PIPECTL_TODAY": TODAY, "HOME": "/nowhere"}, out=out, err=err):
            failed.append(err.getvalue())
    return failed


def _at_once(root: Path, processes: int, count: int) -> list[int]:
    children = []
    for process in range(processes):
        child = os.fork()
        if not child:
            try:
                failed = _moves(root, process, count)
                sys.__stderr__.write("".join(failed))  # type: ignore[union-attr]  # there is one in a test
                os._exit(1 if failed else 0)
            finally:
                os._exit(2)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


@pytest.mark.parametrize(("processes", "count"), [(4, 10), pytest.param(12, 50, marks=pytest.mark.heavy)])
def test_every_move_of_many_processes_is_kept(workspace: MakeWorkspace, processes: int, count: int) -> None:
    root = workspace({"pipelines/sales.yaml": _pipeline(processes), "deals/deal.yaml": _DEAL})
    assert _at_once(root, processes, count) == [0] * processes
    read = load_workspace(root, frozenset())
    assert read.problems == ()
    deal = read.deals[0]
    assert len(deal.history) == 1 + processes * count
    for process in range(processes):
        own = [entry.note for entry in deal.history if entry.note.startswith(f"{process}/")]
        assert own == [f"{process}/{number}" for number in range(count)]
    assert deal.stage == deal.history[-1].stage
    assert (root / "deals/deal.yaml").read_text().startswith("title: Deal   # everybody's\nstage: p")
    assert sorted(path.name for path in (root / "deals").iterdir()) == ["deal.yaml"]
