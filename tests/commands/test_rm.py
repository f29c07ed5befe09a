"""`pipectl rm`: files go only when somebody has said yes, and can come back."""

import io
import sys

import pytest
import typer

from tests.commands.repository import changed_in_last_commit, git, repository
from tests.conftest import MakeWorkspace, Run

DEALS = {
    "deals/a.yaml": "title: A\nstage: lead\ntags: [test]\n",
    "deals/x/b.yaml": "title: B\nstage: lead\ntags: [test]\n",
    "deals/c.yaml": "title: C\nstage: lead\n",
}


def test_nothing_is_removed_without_a_yes(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    result = pipectl("rm", "a", cwd=root)
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "deal/a  lead → removed   A, deals/a.yaml: git does not have it\n"
        "pipectl: 1 deal would be removed; nothing was written\n  --yes does it\n"
    )
    assert (root / "deals/a.yaml").exists()


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_is_asked(
    pipectl: Run, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return answer

    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(typer, "confirm", confirm)
    root = workspace(DEALS)
    assert pipectl("rm", "a", "b", cwd=root, columns=80).status == (0 if answer else 1)
    assert asked == ["Remove 2 deals?"]
    assert (root / "deals/a.yaml").exists() is not answer


def test_a_filter_chooses_and_an_emptied_folder_goes(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    result = pipectl("rm", "--where", "tag:test", "--yes", cwd=root)
    assert result.status == 0
    assert sorted(path.name for path in (root / "deals").iterdir()) == ["c.yaml"]
    assert pipectl("undo", cwd=root).status == 0
    assert {path: (root / path).read_text() for path in DEALS} == DEALS


def test_it_says_whether_git_has_the_file(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace(DEALS))
    (root / "deals/a.yaml").write_text("title: A2\nstage: lead\n")
    (root / "deals/d.yaml").write_text("title: D\nstage: lead\n")
    result = pipectl("rm", "a", "b", "d", "--yes", cwd=root)
    said = [line.rpartition(": ")[2] for line in result.out.splitlines()]
    assert said == ["git has it as last committed", "git has it", "git does not have it"]


def test_a_removal_is_committed_by_itself(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace(DEALS))
    (root / "deals/c.yaml").write_text("title: C2\nstage: lead\n")
    git(root, "add", "-A")
    assert pipectl("rm", "a", "--yes", "--commit", cwd=root).status == 0
    assert changed_in_last_commit(root) == ["deals/a.yaml"]
    assert git(root, "log", "-1", "--format=%s") == "a: removed\n"
    assert git(root, "status", "--short") == "M  deals/c.yaml\n"


def test_a_removal_of_what_git_never_had_commits_and_stages_nothing(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace(DEALS))
    (root / "deals/c.yaml").write_text("title: C2\nstage: lead\n")
    (root / "deals/d.yaml").write_text("title: D\nstage: lead\n")
    result = pipectl("rm", "d", "--yes", "--commit", cwd=root)
    assert (result.status, result.err) == (0, "nothing to commit: the files are as the last commit has them\n")
    assert git(root, "status", "--short") == " M deals/c.yaml\n"


def test_a_dry_run_shows_the_file_and_leaves_it(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    result = pipectl("rm", "a", "-n", cwd=root)
    assert result.out == "--- a/deals/a.yaml\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-title: A\n-stage: lead\n-tags: [test]\n"
    assert (root / "deals/a.yaml").exists()


def test_an_unknown_deal_keeps_the_others(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    assert pipectl("rm", "a", "nobody", "--yes", cwd=root).status == 1
    assert (root / "deals/a.yaml").exists()
