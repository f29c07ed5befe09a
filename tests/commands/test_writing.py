"""What holds for every command that writes: all or nothing, nobody's change lost, exactly its own paths committed."""

import io
import os
import stat
import sys
from pathlib import Path

import pytest
import typer

from pipectl.store.disk import Disk
from pipectl.store.write import Change, commit
from tests.commands.repository import changed_in_last_commit, git, repository
from tests.conftest import MakeWorkspace, Run

_DEAL = "title: Deal\nstage: lead\nhistory:\n  - {at: 2026-11-01, stage: lead}\n"
DEALS = {f"deals/{name}.yaml": _DEAL for name in "abc"}


def _texts(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.glob("deals/*"))}


def test_one_refused_deal_keeps_all_of_them(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({**DEALS, "deals/c.yaml": "amount: 5\n" + _DEAL})
    result = pipectl("move", "a", "b", "c", "proposal", "--yes", cwd=root)
    assert result.status == 1
    assert "2 of 3 deals can't be moved; nothing was written" in result.err
    assert _texts(root)["deals/a.yaml"] == _DEAL
    assert pipectl("undo", "--list", "-f", "csv", "--fields", "number", cwd=root).out.split() == ["number"]


def test_one_read_only_file_keeps_all_of_them(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)
    (root / "deals/b.yaml").chmod(0o444)
    result = pipectl("move", "a", "b", "qualified", "--yes", cwd=root)
    assert result.status == 1
    assert result.err == "pipectl: deals/b.yaml can't be written: it is read-only; nothing was written\n"
    assert _texts(root) == DEALS
    assert stat.S_IMODE((root / "deals/b.yaml").stat().st_mode) == 0o444


def test_a_file_changed_while_somebody_thinks_is_left_alone(
    pipectl: Run, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(DEALS)

    def edit_and_agree(*_: object, **__: object) -> bool:
        (root / "deals/b.yaml").write_text(_DEAL + "notes: They called\n")
        return True

    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(typer, "confirm", edit_and_agree)
    result = pipectl("move", "a", "b", "qualified", cwd=root, columns=80)
    assert result.status == 1
    assert "deals/b.yaml has changed since it was read; nothing was written\n  run the command again" in result.err
    assert _texts(root) == {**DEALS, "deals/b.yaml": _DEAL + "notes: They called\n"}


@pytest.mark.parametrize(
    ("words", "paths", "sentence"),
    [
        (("move", "a", "qualified"), ["deals/a.yaml"], "a: lead to qualified"),
        (("move", "a", "b", "qualified", "-y"), ["deals/a.yaml", "deals/b.yaml"], "move a b qualified: 2 deals"),
        (("add", "New one"), ["deals/new-one.yaml"], "new-one: added in lead"),
    ],
)
def test_a_commit_has_the_paths_written_and_no_others(
    pipectl: Run, workspace: MakeWorkspace, words: tuple[str, ...], paths: list[str], sentence: str
) -> None:
    root = repository(workspace(DEALS))
    (root / "deals/c.yaml").write_text(_DEAL + "notes: staged\n")
    (root / "deals/staged.yaml").write_text(_DEAL)
    git(root, "add", "-A")
    (root / "deals/c.yaml").write_text(_DEAL + "notes: changed after\n")
    (root / "deals/unknown.yaml").write_text(_DEAL)
    others = git(root, "status", "--short")
    result = pipectl(*words, "--commit", cwd=root)
    assert result.status == 0, result.err
    assert changed_in_last_commit(root) == paths
    assert git(root, "log", "-1", "--format=%s") == f"{sentence}\n"
    assert git(root, "status", "--short") == others


def test_a_file_whose_name_is_a_pattern_is_committed_alone(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace({**DEALS, "deals/[abc].yaml": _DEAL}))
    (root / "deals/b.yaml").write_text(_DEAL + "notes: not yours\n")
    assert pipectl("move", "[abc]", "qualified", "--commit", cwd=root).status == 0
    assert changed_in_last_commit(root) == ["deals/[abc].yaml"]


def test_a_commit_may_be_given_its_message(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace({"deals/acme.yaml": "title: Acme\nstage: lead\n"}))
    assert pipectl("move", "acme", "qualified", "--commit=RFP received", cwd=root).status == 0
    assert git(root, "log", "-1", "--format=%B").strip() == "RFP received"
    assert pipectl("move", "acme", "lead", "-m", "A mistake", cwd=root).status == 0
    assert git(root, "log", "-1", "--format=%B").strip() == "A mistake"


def test_the_commit_of_several_deals_says_what_became_of_each(pipectl: Run, workspace: MakeWorkspace) -> None:
    deals = {f"deals/{name}.yaml": "title: T\nstage: lead\n" for name in ("acme", "beta")}
    root = repository(workspace(deals))
    assert pipectl("move", "acme", "beta", "qualified", "--yes", "--commit", cwd=root).status == 0
    said = git(root, "log", "-1", "--format=%B").strip().split("\n")
    assert said[1:] == ["", "acme: lead to qualified", "beta: lead to qualified"]


def test_a_workspace_below_the_top_of_its_repository_is_committed_to(
    pipectl: Run, workspace: MakeWorkspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    top = tmp_path_factory.mktemp("top")
    workspace(DEALS).rename(top / "sales")
    (top / "other.txt").write_text("x")
    repository(top)
    (top / "other.txt").write_text("y")
    assert pipectl("rm", "a", "--yes", "-m", "Gone", cwd=top / "sales").status == 0
    assert changed_in_last_commit(top) == ["sales/deals/a.yaml"]
    assert git(top, "log", "-1", "--format=%s") == "Gone\n"


def test_an_import_is_one_write_and_one_commit(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = repository(workspace(DEALS))
    (root / "x.csv").write_text("Id,Title,Stage\n1,One,lead\n2,Two,lead\n")
    pipectl("import", str(root / "x.csv"), "--from", "csv", "--guess", cwd=root)
    result = pipectl("import", str(root / "x.csv"), "--from", "csv", "--commit", cwd=root)
    assert result.status == 0, result.err
    assert changed_in_last_commit(root) == ["deals/one.yaml", "deals/two.yaml"]
    assert git(root, "log", "-1", "--format=%s") == "import x.csv: 2 deals\n"
    assert pipectl("undo", cwd=root).out.startswith("undone: import x.csv\n")
    assert _texts(root) == DEALS


def _cut_off(root: Path) -> None:
    """Begin to move a and b in a process that dies between the two."""

    class Dying(Disk):
        def rename(self, old: str, new: str) -> None:
            if new.endswith("b.yaml"):
                os._exit(0)
            super().rename(old, new)

    child = os.fork()
    if not child:
        new = _DEAL.replace("stage: lead\n", "stage: qualified\n", 1).encode()
        changes = {f"deals/{name}.yaml": Change(_DEAL.encode(), new) for name in "ab"}
        commit(root, changes, command="move a b qualified", disk=Dying())
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_reading_command_names_an_unfinished_write_and_finishes_nothing(
    pipectl: Run, workspace: MakeWorkspace
) -> None:
    root = workspace(DEALS)
    _cut_off(root)
    before = _texts(root)
    assert before["deals/a.yaml"] != before["deals/b.yaml"]
    for words in (("list",), ("check",), ("undo", "--list"), ("move", "c", "qualified", "-n")):
        result = pipectl(*words, cwd=root)
        assert result.err.startswith(
            "note: `move a b qualified` was cut off while it wrote deals/a.yaml, deals/b.yaml\n"
            "  the next command that writes finishes it\n"
        )
        assert _texts(root) == before


@pytest.mark.parametrize(
    "words", [("move", "b", "proposal", "--set", "amount=5"), ("undo",), ("add", "New")], ids=" ".join
)
def test_a_writing_command_finishes_it_before_it_reads(
    pipectl: Run, workspace: MakeWorkspace, words: tuple[str, ...]
) -> None:
    root = workspace(DEALS)
    _cut_off(root)
    result = pipectl(*words, cwd=root)
    assert result.status == 0, result.err
    assert result.err.startswith(
        "note: an earlier `move a b qualified` was cut off; finished: deals/a.yaml, deals/b.yaml\n"
    )
    now = _texts(root)
    if words == ("undo",):
        assert now == DEALS
    else:
        assert "stage: qualified" in now["deals/a.yaml"]
        assert "was cut off" not in pipectl("list", cwd=root).err
