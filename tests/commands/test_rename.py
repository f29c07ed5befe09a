"""`pipectl rename`: the file moves, the old id still finds it."""

from pathlib import Path

import pytest

from tests.commands.repository import changed_in_last_commit, git, repository
from tests.conftest import MakeWorkspace, Run

ACME = """\
title: Acme   # the big one
stage: lead
company: PT Acme

history:
- {at: 2026-11-01, stage: lead}"""


def test_the_file_moves_within_its_folder_and_keeps_the_old_id(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({"deals/2026/acme.yaml": ACME})
    result = pipectl("rename", "acme", "acme-rollout", cwd=root)
    assert (result.status, result.out, result.err) == (
        0,
        "deal/acme → deal/acme-rollout\ndeals/2026/acme-rollout.yaml\n",
        "",
    )
    assert not (root / "deals/2026/acme.yaml").exists()
    text = (root / "deals/2026/acme-rollout.yaml").read_text()
    assert text == ACME.replace("company: PT Acme\n", "company: PT Acme\naliases: [acme]\n")
    assert pipectl("show", "acme", "--ids", cwd=root).out == pipectl("show", "acme-rollout", "--ids", cwd=root).out


def test_a_rename_back_leaves_no_alias_of_its_own_name(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({"deals/acme.yaml": ACME})
    pipectl("rename", "acme", "b", cwd=root)
    pipectl("rename", "b", "acme", cwd=root)
    assert "aliases: [b]" in (root / "deals/acme.yaml").read_text()


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("taken", "there is a deal taken already"),
        ("former", "there is a deal former already"),
        ("broken", "there is a deal broken already"),
        ("unseen", "there is a deal unseen already"),
        ("acme", "is called so already"),
        ("Big One", "'Big One' is no id\n  write big-one"),
    ],
)
def test_a_name_in_use_is_refused(pipectl: Run, workspace: MakeWorkspace, new: str, said: str) -> None:
    files = {
        "deals/acme.yaml": ACME,
        "deals/x/taken.yaml": "title: T\nstage: lead\naliases: [former]\n",
        "deals/broken.yaml": "title: T\nstage: [\n",
        "deals/unseen.yml": "title: T\nstage: lead\n",
    }
    root = workspace(files)
    result = pipectl("rename", "acme", new, cwd=root)
    assert result.status in (1, 2)
    assert said in result.err
    assert (root / "deals/acme.yaml").read_text() == ACME


def test_a_deal_whose_file_has_a_bad_name_gets_a_good_one(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({"deals/PT Acme.yaml": ACME})
    assert pipectl("rename", "PT Acme", "pt-acme", cwd=root).status == 0
    assert (root / "deals/pt-acme.yaml").read_text() == ACME


def test_a_dry_run_shows_a_diff_that_git_understands(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace({"deals/acme.yaml": ACME}))
    diff = pipectl("rename", "acme", "b", "--dry-run", cwd=root).out
    assert not git(root, "status", "--short")
    (root.parent / "rename.patch").write_text(diff)
    git(root, "apply", "--index", str(root.parent / "rename.patch"))
    assert git(root, "status", "--short").startswith("R  deals/acme.yaml -> deals/b.yaml")


def test_a_commit_of_a_rename_has_both_paths_and_nothing_else(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace({"deals/acme.yaml": ACME, "deals/b.yaml": "title: B\nstage: lead\n"}))
    (root / "deals/b.yaml").write_text("title: B2\nstage: lead\n")
    git(root, "add", "deals/b.yaml")
    assert pipectl("rename", "acme", "acme-2", "--commit", cwd=root).status == 0
    assert changed_in_last_commit(root) == ["deals/acme-2.yaml", "deals/acme.yaml"]
    assert git(root, "log", "-1", "--format=%s") == "acme: renamed to acme-2\n"
    assert git(root, "status", "--short") == "M  deals/b.yaml\n"


def test_a_file_that_git_does_not_know_can_be_renamed_and_committed(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace({"deals/b.yaml": "title: B\nstage: lead\n"}))
    (root / "deals/acme.yaml").write_text(ACME)
    assert pipectl("rename", "acme", "acme-2", "--commit", cwd=root).status == 0
    assert changed_in_last_commit(root) == ["deals/acme-2.yaml"]


def test_a_link_is_not_renamed(pipectl: Run, workspace: MakeWorkspace) -> None:
    root: Path = workspace({"notes/acme.yaml": ACME})
    (root / "deals").mkdir()
    (root / "deals/acme.yaml").symlink_to("../notes/acme.yaml")
    result = pipectl("rename", "acme", "b", cwd=root)
    assert result.status == 1
    assert "it is a link" in result.err
    assert (root / "notes/acme.yaml").read_text() == ACME
