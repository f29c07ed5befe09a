"""Answers that are spoilt, of another program or workspace, or that others could have written are not believed."""

import os
import random
import shutil
from pathlib import Path

import pytest

from pipectl.store import answers
from tests.answers.asking import ROOT, deal, file_of, known, new_workspace, ran, replace
from tests.harness import run_process


def test_another_program_does_not_believe_it(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known(root, "stats")
    upgraded = tmp_path / "site" / "pipectl"
    shutil.copytree(ROOT / "pipectl", upgraded)
    monkeypatch.setattr(answers, "__file__", str(upgraded / "store" / "answers.py"))
    assert ran(root, "stats")
    assert not ran(root, "stats")
    # In place, as in a checkout.
    (upgraded / "cli.py").write_text((upgraded / "cli.py").read_text())
    assert ran(root, "stats")


@pytest.mark.parametrize("seed", range(12))
def test_spoilt_answers_are_as_none(root: Path, seed: int) -> None:
    known(root, "stats")
    file, random_ = file_of(root), random.Random(seed)  # noqa: S311 - the same every time
    data = bytearray(file.read_bytes())
    at = random_.randrange(len(data))
    if seed % 2:
        data[at] ^= 1 << random_.randrange(8)
    else:
        del data[at:]
    file.write_bytes(data)
    assert ran(root, "stats")
    assert not ran(root, "stats")


@pytest.mark.parametrize("mode", [0o622, 0o602, 0o620])
def test_answers_that_others_can_write_are_not_believed(root: Path, mode: int) -> None:
    known(root, "stats")
    file_of(root).chmod(mode)
    assert ran(root, "stats")


def test_answers_of_somebody_else_are_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known(root, "stats")
    monkeypatch.setattr(answers.os, "geteuid", lambda: 12345)
    assert run_process("stats", cwd=root)[1]


def test_answers_of_another_workspace_are_not_given(root: Path, tmp_path: Path) -> None:
    other = new_workspace(tmp_path / "other")
    for each in (root, other):
        known(each, "stats")
    replace(deal(other), "1001", "5555")
    shutil.copy(file_of(root), file_of(other))
    assert ran(other, "list", "-f", "csv")
    assert ran(other, "stats")
    shutil.rmtree(other)
    shutil.copytree(root, other)
    assert ran(other, "stats")


def test_without_git_answers_sent_along_with_the_files_are_not_given(root: Path, tmp_path: Path) -> None:
    shutil.rmtree(root / ".git")
    # Its folder is made first, and is where nothing was kept before.
    ran(root, "stats")
    known(root, "stats")
    assert file_of(root).parent == root / ".pipectl"
    # The other stays, so that no inode is used again.
    root.rename(tmp_path / "other")
    shutil.copytree(tmp_path / "other", root)
    assert ran(root, "stats")


def test_where_nothing_can_be_written_every_question_is_answered(root: Path) -> None:
    for name in ("pipectl", f"pipectl-{os.geteuid()}"):
        (root / ".git" / name).write_text("in the way")
    assert ran(root, "stats")
    assert ran(root, "stats")
