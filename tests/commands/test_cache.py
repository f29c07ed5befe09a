"""`pipectl cache`: what is kept is told, and deleted where it can be."""

import os
from pathlib import Path

import pytest

from pipectl.store.answers import NOTHING, program_now, save_answers
from tests.conftest import MakeWorkspace, Run


def test_what_can_not_be_deleted_is_named(
    pipectl: Run, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace({})
    kept = root / ".pipectl/cache"
    kept.parent.mkdir()
    kept.write_text("kept")

    def refused(_: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "unlink", refused)
    result = pipectl("cache", "clear", cwd=root)
    assert (result.status, result.out) == (2, "")
    assert result.err == f"pipectl: {kept} can't be deleted: Permission denied\n"


def test_what_goes_meanwhile_is_no_error(
    pipectl: Run, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace({})
    (root / ".pipectl").mkdir()
    (root / ".pipectl/cache.1").write_text("half a cache")

    def gone(_: str) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    for call in ("unlink", "path.getsize"):
        monkeypatch.setattr(f"os.{call}", gone)
    assert pipectl("cache", cwd=root).status == 0
    assert pipectl("cache", "clear", cwd=root).status == 0


def test_questions_without_an_answer_are_none(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({})
    path = Path(os.path.realpath(root), ".pipectl/answers")
    save_answers(str(path.parent.parent), str(path), program_now(), NOTHING.noted(b"question"))
    assert pipectl("cache", cwd=root).out == f"{path}: 1 kB; no answer yet, only what was asked lately\n"
