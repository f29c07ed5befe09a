"""Processes that write to one file at the same time lose nothing."""

import os
from pathlib import Path

import pytest

from pipectl.store.lock import locked
from pipectl.store.write import Change, commit

FILE = "deals/acme.yaml"
flock = pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes of this test are forked")


def _append(root: Path, writer: int, entries: int) -> None:
    for number in range(entries):
        with locked(root):
            read = (root / FILE).read_bytes()
            commit(root, {FILE: Change(read, read + f"- {writer}.{number}\n".encode())}, command="log")


def _together(root: Path, writers: int, entries: int) -> None:
    (root / "deals").mkdir()
    (root / FILE).write_bytes(b"")
    children = []
    for writer in range(writers):
        child = os.fork()
        if child == 0:
            try:
                _append(root, writer, entries)
            except BaseException:  # noqa: BLE001 - the child must not return into pytest
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * writers
    kept = (root / FILE).read_text().splitlines()
    assert sorted(kept) == sorted(f"- {writer}.{number}" for writer in range(writers) for number in range(entries))


@flock
def test_four_processes_keep_all_their_entries(tmp_path: Path) -> None:
    _together(tmp_path, 4, 8)


@flock
@pytest.mark.heavy
def test_twelve_processes_keep_all_their_600_entries(tmp_path: Path) -> None:
    _together(tmp_path, 12, 50)


@flock
def test_without_flock_a_lock_file_keeps_all_entries_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipectl.store.lock.fcntl", None)
    _together(tmp_path, 4, 8)
    assert not (tmp_path / ".pipectl/lock").exists()
