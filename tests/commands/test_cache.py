"""`pipectl cache`: what is kept is told, and deleted where it can be."""

import json
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


def test_what_can_be_deleted_is_deleted_beside_what_can_not(
    pipectl: Run, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace({})
    (root / ".pipectl").mkdir()
    kept = [root / ".pipectl" / name for name in ("answers", "cache", "cache.1", "cache.2")]
    for path in kept:
        path.write_text("kept")
    unlink = os.unlink

    def refused(path: str) -> None:
        if path.endswith((".1", "/cache")):
            raise PermissionError(13, "Permission denied")
        unlink(path)

    monkeypatch.setattr(os, "unlink", refused)
    result = pipectl("cache", "clear", cwd=root)
    assert (result.status, result.out) == (2, f"deleted: {kept[3]}, {kept[0]}\n")
    assert result.err == (
        f"2 files can't be deleted:\n  {kept[1]}: Permission denied\n  {kept[2]}: Permission denied\n"
    )
    assert [path.exists() for path in kept] == [False, True, True, False]


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


def test_what_is_kept_is_told_to_programs_too(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({f"deals/d{number}.yaml": "title: D\nstage: lead\n" for number in range(3)})
    assert json.loads(pipectl("cache", "-f", "json", cwd=root).out)["tables"] == {"kept": []}
    folder = Path(os.path.realpath(root), ".pipectl")
    folder.mkdir()
    (folder / "cache").write_bytes(b"x" * 2500)
    save_answers(str(root), str(folder / "answers"), program_now(), NOTHING.noted(b"question"))
    size = (folder / "answers").stat().st_size
    assert json.loads(pipectl("cache", "info", "-f", "json", cwd=root).out) == {
        "schema": 1,
        "command": "cache",
        "tables": {
            "kept": [
                {"kind": "deals", "bytes": 2500, "holds": 0, "of": 3, "path": str(folder / "cache")},
                {"kind": "answers", "bytes": size, "holds": 0, "of": None, "path": str(folder / "answers")},
            ]
        },
        "notes": [],
    }
    assert pipectl("cache", "--fields", "kind,of", "-f", "csv", cwd=root).out == "kind,of\ndeals,3\nanswers,\n"
    told = pipectl("cache", cwd=root)
    assert told.out.startswith(f"{folder / 'cache'}: 2 kB; has 0 of 3 deal files as they are\n")
    assert pipectl("cache", "-f", "table", cwd=root) == told


def test_what_is_kept_goes_into_a_file(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({})
    for name, said in (("kept.txt", "nothing is kept\n"), ("kept.csv", "kind,bytes,holds,of,path\n")):
        result = pipectl("cache", "-o", str(root / name), cwd=root)
        assert (result.status, result.out, result.err) == (0, "", "")
        assert (root / name).read_text("utf-8") == said


def test_clearing_has_no_format(pipectl: Run, workspace: MakeWorkspace) -> None:
    result = pipectl("cache", "clear", "-f", "json", cwd=workspace({}))
    assert result.err == "pipectl: `cache clear` has no option -f\n  it is for `cache info`\n"
    assert result.status == 2
