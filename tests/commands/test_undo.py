"""`pipectl undo`: the former bytes come back, or nothing happens."""

import json
from pathlib import Path

import pytest

from tests.commands.repository import changed_in_last_commit, git, repository
from tests.conftest import MakeWorkspace, Run

_DEAL = "title: Deal\nstage: lead   # since the fair\n\nhistory: [{at: 2026-11-01, stage: lead}]"
DEALS = {f"deals/{name}.yaml": _DEAL for name in "abc"}


def _files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.glob("deals/**/*.yaml"))}


@pytest.mark.parametrize(
    "words",
    [
        ("move", "a", "qualified"),
        ("move", "a", "b", "c", "qualified", "--yes"),
        ("lose", "a", "--reason", "price"),
        ("rename", "a", "z"),
        ("rm", "a", "b", "--yes"),
        ("add", "New one"),
        ("check", "--fix", "--on", "2026-11-20"),
    ],
    ids=" ".join,
)
def test_every_write_can_be_undone_and_done_again(
    pipectl: Run, workspace: MakeWorkspace, words: tuple[str, ...]
) -> None:
    root = workspace(DEALS)
    (root / "deals/undated.yaml").write_bytes(b"title: C\r\nstage: qualified\r\n")
    before = _files(root)
    assert pipectl(*words, cwd=root).status == 0
    after = _files(root)
    assert after != before
    assert pipectl("undo", cwd=root).out.startswith("undone: ")
    assert _files(root) == before
    assert pipectl("undo", cwd=root).out.startswith("done again: ")
    assert _files(root) == after


def test_what_was_changed_since_is_never_lost(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    pipectl("move", "a", "b", "qualified", "--yes", cwd=root)
    path = root / "deals/b.yaml"
    path.write_text(path.read_text() + "\n# called them\n")
    before = _files(root)
    result = pipectl("undo", cwd=root)
    assert (result.status, result.out) == (1, "")
    assert (
        result.err == "pipectl: `move a b qualified` can't be undone: deals/b.yaml changed since; nothing was written\n"
    )
    assert _files(root) == before


def test_an_earlier_write_can_be_undone_by_its_number(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    pipectl("move", "a", "qualified", cwd=root)
    pipectl("move", "b", "qualified", cwd=root)
    assert pipectl("undo", "1", cwd=root).out == "undone: move a qualified\n  deals/a.yaml restored\n"
    assert (root / "deals/a.yaml").read_text() == _DEAL
    assert (root / "deals/b.yaml").read_text() != _DEAL
    assert pipectl("undo", "7", cwd=root).err == (
        "pipectl: there is no 7 to undo\n  `pipectl undo --list` shows what there is\n"
    )


def test_the_list_has_the_last_write_first(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    assert "nothing to undo" in pipectl("undo", "--list", cwd=root).out
    assert pipectl("undo", cwd=root).err == "pipectl: there is nothing to undo\n"
    pipectl("move", "a", "qualified", cwd=root)
    pipectl("rename", "b", "z", cwd=root)
    rows = json.loads(pipectl("undo", "--list", "-f", "json", cwd=root).out)["tables"]["undo"]
    assert [(row["number"], row["command"], row["files"]) for row in rows] == [
        (2, "rename b z", 2),
        (1, "move a qualified", 1),
    ]
    assert rows[1]["paths"] == ["deals/a.yaml"]


def test_a_dry_run_shows_the_diff(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    pipectl("move", "a", "qualified", cwd=root)
    after = _files(root)
    diff = pipectl("undo", "-n", cwd=root).out
    assert "-stage: qualified   # since the fair\n+stage: lead   # since the fair\n" in diff
    assert _files(root) == after


def test_an_undo_works_where_another_file_can_not_be_read(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    pipectl("move", "a", "qualified", cwd=root)
    (root / "pipectl.yaml").write_text("currency: [\n")
    assert pipectl("undo", cwd=root).status == 0
    assert (root / "deals/a.yaml").read_text() == _DEAL


def test_an_undo_is_committed_by_itself(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace(DEALS))
    pipectl("move", "a", "qualified", "--commit", cwd=root)
    (root / "deals/b.yaml").write_text("title: B\nstage: lead\n")
    git(root, "add", "-A")
    assert pipectl("undo", "--commit", cwd=root).status == 0
    assert changed_in_last_commit(root) == ["deals/a.yaml"]
    assert git(root, "log", "-1", "--format=%s") == "undone: move a qualified\n"
    assert git(root, "status", "--short") == "M  deals/b.yaml\n"


def test_an_undo_of_what_was_never_committed_has_nothing_to_commit(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace(DEALS))
    pipectl("move", "a", "qualified", cwd=root)
    result = pipectl("undo", "--commit", cwd=root)
    assert (result.status, result.err) == (0, "nothing to commit: the files are as the last commit has them\n")
    assert git(root, "rev-list", "--count", "HEAD") == "1\n"
