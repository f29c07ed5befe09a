"""One writer at a time; a lock never outlives its holder."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipectl.errors import PipectlError
from pipectl.store.lock import is_locked, locked

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the other process is forked")

BOTH = pytest.mark.parametrize("flock", [True, False], ids=["flock", "lock-file"])


@pytest.fixture(autouse=True)
def _kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "flock" in request.fixturenames and not request.getfixturevalue("flock"):
        monkeypatch.setattr("pipectl.store.lock.fcntl", None)


@contextmanager
def _held_by_another(root: Path) -> Iterator[int]:
    """Another process holds the lock; it is killed in the end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with locked(root):
            os.write(writing, b"!")
            time.sleep(60)
        os._exit(0)
    try:
        os.read(reading, 1)
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)


@BOTH
def test_a_lock_held_by_another_process_is_waited_for_and_then_named(tmp_path: Path, flock: bool) -> None:
    with _held_by_another(tmp_path):
        assert is_locked(tmp_path)
        with pytest.raises(PipectlError) as caught, locked(tmp_path, wait_seconds=0.05):
            pytest.fail("two hold the lock")
    assert str(caught.value) == f"another pipectl is writing in {tmp_path}; waited 0.05 seconds, nothing was written"
    lock = tmp_path / ".pipectl/lock"
    assert caught.value.hint == (None if flock else f"if none runs, remove {lock} and {lock}.break")


@BOTH
def test_the_lock_of_a_killed_process_is_free(tmp_path: Path, flock: bool) -> None:
    with _held_by_another(tmp_path):
        pass
    assert not is_locked(tmp_path)
    with locked(tmp_path, wait_seconds=1):
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
    assert (tmp_path / ".pipectl").exists() is not flock


@BOTH
def test_a_process_that_holds_the_lock_may_take_it_again(tmp_path: Path, flock: bool) -> None:
    with locked(tmp_path), locked(tmp_path, wait_seconds=0):
        pass
    assert not is_locked(tmp_path), flock


@BOTH
def test_an_error_releases_the_lock(tmp_path: Path, flock: bool) -> None:
    with pytest.raises(KeyError), locked(tmp_path):
        raise KeyError(flock)
    with locked(tmp_path, wait_seconds=0):
        pass


def test_locking_with_flock_leaves_no_file(tmp_path: Path) -> None:
    with locked(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_can_not_be_locked(tmp_path: Path) -> None:
    with pytest.raises(PipectlError, match="can't be locked: No such file or directory"), locked(tmp_path / "none"):
        pass


def _lock_file(root: Path, text: str, age: float = 0) -> Path:
    with locked(root):
        pass
    path = root / ".pipectl/lock"
    path.write_text(text)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def _dead() -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


@pytest.mark.parametrize("flock", [False])
def test_a_lock_file_of_a_dead_process_of_this_host_is_removed(tmp_path: Path, flock: bool) -> None:
    path = _lock_file(tmp_path, f"{_dead()} {os.uname().nodename}\n")
    assert not is_locked(tmp_path)
    with locked(tmp_path, wait_seconds=1):
        assert path.read_text() == f"{os.getpid()} {os.uname().nodename}\n", flock
    assert not path.exists()
    assert not path.with_name("lock.break").exists()


@pytest.mark.parametrize("flock", [False])
@pytest.mark.parametrize("age", [0, 3600])
def test_an_empty_lock_file_is_removed_when_its_maker_had_time_to_fill_it(
    tmp_path: Path, flock: bool, age: float
) -> None:
    _lock_file(tmp_path, "", age)
    assert is_locked(tmp_path) is (age == 0), flock


@pytest.mark.parametrize("flock", [False])
@pytest.mark.parametrize("text", ["1 elsewhere\n", "99999999 elsewhere\n", "what\n", "1"])
def test_a_lock_file_of_another_host_is_never_judged(tmp_path: Path, flock: bool, text: str) -> None:
    path = _lock_file(tmp_path, text, age=1e6)
    with pytest.raises(PipectlError, match="another pipectl is writing"), locked(tmp_path, wait_seconds=0):
        pass
    assert path.read_text() == text, flock
