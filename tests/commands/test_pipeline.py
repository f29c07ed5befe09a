"""`pipectl pipeline`: a second pipeline takes no deal from the first."""

from pathlib import Path

import pytest

from pipectl.store.load import load_workspace
from tests.conftest import MakeWorkspace
from tests.harness import SALES, SETTINGS, Result, run_pipectl

DEAL = "title: Acme\nstage: lead\nhistory: [{at: 2026-11-02, stage: lead}]\n"


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"deals/acme.yaml": DEAL})


def _pipeline(root: Path, *words: str) -> Result:
    return run_pipectl("pipeline", *words, cwd=root)


def test_a_copy_keeps_text_and_comments_and_gets_its_own_label(workspace: MakeWorkspace) -> None:
    text = "# how we sell\n" + SALES.replace("name: Sales", "name: Sales   # since 2020").replace("\n", "\r\n")
    root = workspace({})
    (root / "pipelines/sales.yaml").write_bytes(text.encode())
    _pipeline(root, "copy", "sales", "bids", "--name", "Public bids")
    assert (root / "pipelines/bids.yaml").read_bytes() == text.replace("name: Sales ", "name: Public bids ").encode()
    assert (root / "pipelines/sales.yaml").read_bytes() == text.encode()


def test_the_second_pipeline_sets_the_default_in_the_same_write(root: Path) -> None:
    result = _pipeline(root, "add", "partners")
    assert result.out.splitlines() == [
        "pipeline partners added, with the stages of the template minimal",
        "default_pipeline: sales, where 1 deal without `pipeline:` is already",
        "pipelines/partners.yaml, pipectl.yaml",
    ]
    assert (root / "pipectl.yaml").read_text() == SETTINGS.replace(
        "timezone: Asia/Jakarta\n", "timezone: Asia/Jakarta\ndefault_pipeline: sales\n"
    )
    after = load_workspace(root, frozenset())
    assert (after.problems, [deal.pipeline for deal in after.deals]) == ((), ["sales"])
    run_pipectl("undo", cwd=root)
    assert (root / "pipectl.yaml").read_text() == SETTINGS
    assert not (root / "pipelines/partners.yaml").exists()


def test_a_third_pipeline_touches_no_settings(root: Path) -> None:
    _pipeline(root, "add", "partners")
    assert _pipeline(root, "add", "services", "--template", "services", "--lang", "id").out.splitlines()[1:] == [
        "pipelines/services.yaml"
    ]


def test_of_a_template_with_several_the_one_of_the_same_name_is_taken(root: Path) -> None:
    _pipeline(root, "add", "renewals", "--template", "saas")
    assert "upcoming" in (root / "pipelines/renewals.yaml").read_text()


def test_a_dry_run_writes_nothing(root: Path) -> None:
    result = _pipeline(root, "copy", "sales", "bids", "-n")
    assert "+++ b/pipelines/bids.yaml" in result.out
    assert "+default_pipeline: sales" in result.out
    assert not (root / "pipelines/bids.yaml").exists()


def test_a_copy_that_would_take_over_somebodys_history_is_refused(workspace: MakeWorkspace) -> None:
    other = SALES.replace("qualified", "review")
    text = (
        "title: Moved\nstage: review\npipeline: renewals\nhistory:\n"
        "  - {at: 2026-10-01, stage: qualified}\n  - {at: 2026-11-01, stage: review, pipeline: renewals}\n"
    )
    settings = SETTINGS + "default_pipeline: sales\n"
    root = workspace({"pipectl.yaml": settings, "pipelines/renewals.yaml": other, "deals/moved.yaml": text})
    result = _pipeline(root, "copy", "sales", "a-copy")
    assert result.status == 1
    assert "these deals would read otherwise than planned:\n  deals/moved.yaml\n" in result.err
    assert not (root / "pipelines/a-copy.yaml").exists()
    assert _pipeline(root, "copy", "sales", "z-copy").status == 0
