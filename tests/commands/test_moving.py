"""`pipectl move` over deals of several pipelines: which stage a word means in each of them."""

from pathlib import Path

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import SALES, SETTINGS, Result, run_pipectl

BIDS = """\
name: Bids
stages:
  - {id: notice}
  - {id: awarded, outcome: won}
  - {id: declined, outcome: lost}
"""
SETTINGS_OF_TWO = SETTINGS.replace("timezone: Asia/Jakarta\n", "timezone: Asia/Jakarta\ndefault_pipeline: sales\n")
DEALS = {
    "deals/acme.yaml": "title: Acme\nstage: lead\nhistory: [{at: 2026-11-02, stage: lead}]\n",
    "deals/beta.yaml": "title: Beta\npipeline: bids\nstage: notice\nhistory: [{at: 2026-11-02, stage: notice}]\n",
}


def _root(workspace: MakeWorkspace, bids: str = BIDS) -> Path:
    files = {"pipectl.yaml": SETTINGS_OF_TWO, "pipelines/sales.yaml": SALES, "pipelines/bids.yaml": bids}
    return workspace({**files, **DEALS})


def _move(root: Path, *words: str) -> Result:
    return run_pipectl("move", *words, "--yes", cwd=root)


@pytest.mark.parametrize("words", [("--where", "is:any"), ("acme", "beta")])
def test_lost_is_the_only_lost_stage_of_each_pipeline(workspace: MakeWorkspace, words: tuple[str, ...]) -> None:
    result = _move(_root(workspace), *words, "lost", "--reason", "price")
    assert [line.partition("   ")[0] for line in result.out.splitlines()] == [
        "deal/acme  lead → lost",
        "deal/beta  notice → declined",
    ]
    assert (result.status, result.err) == (0, "")


def test_won_is_the_won_stage_of_a_named_pipeline_too(workspace: MakeWorkspace) -> None:
    root = _root(workspace)
    assert _move(root, "beta", "bids:won", "--set", "amount=5").out.startswith("deal/beta  notice → awarded")


def test_a_stage_that_is_called_lost_is_meant_before_any_other(workspace: MakeWorkspace) -> None:
    root = _root(workspace, BIDS.replace("- {id: notice}", "- {id: notice}\n  - {id: lost, name: Lost sight of}"))
    assert _move(root, "beta", "lost").out.startswith("deal/beta  notice → lost")


def test_lost_names_the_stages_where_a_pipeline_has_several(workspace: MakeWorkspace) -> None:
    root = _root(workspace, BIDS + "  - {id: withdrawn, outcome: lost}\n")
    result = _move(root, "beta", "lost")
    assert result.err == "pipectl: no stage 'lost' in bids\n  lost stages: declined, withdrawn\n"
    assert result.status == 2


def test_a_retired_stage_is_not_meant(workspace: MakeWorkspace) -> None:
    root = _root(workspace, BIDS + "  - {id: withdrawn, outcome: lost, retired: 2026-01-01}\n")
    assert _move(root, "beta", "lost", "--reason", "price").out.startswith("deal/beta  notice → declined")


def test_each_deal_whose_pipeline_lacks_the_stage_is_named(workspace: MakeWorkspace) -> None:
    root = _root(workspace)
    result = _move(root, "--where", "is:any", "qualified")
    assert result.err == (
        "1 of 2 deals can't be moved; nothing was written:\n"
        "deal/beta: no stage 'qualified' in bids\n"
        "  known: notice, awarded, declined\n"
    )
    assert result.status == 1
    result = _move(root, "--where", "is:any", "signed")
    assert "2 of 2 deals can't be moved" in result.err
    assert [line for line in result.err.splitlines() if line.startswith("deal/")] == [
        "deal/acme: no stage 'signed' in sales",
        "deal/beta: no stage 'signed' in bids",
    ]


def test_what_no_deal_changes_is_said_once(workspace: MakeWorkspace) -> None:
    result = _move(_root(workspace), "acme", "beta", "bids:signed")
    assert result.err == "pipectl: no stage 'signed' in bids\n  known: notice, awarded, declined\n"
