"""Every call of a write fails, is interrupted or is the last one: files are as before or as planned, never between."""

import errno
import functools
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pipectl.store.disk import Disk
from pipectl.store.journal import WriteError
from pipectl.store.recovery import pending, recover
from pipectl.store.write import commit
from tests.store.faults import (
    BULK,
    ERRORS,
    KILLED,
    WRITES,
    FaultyDisk,
    RecordingDisk,
    TwoFilesystems,
    derived_names,
    die,
    fail,
    git,
    in_a_child,
    interrupt,
    make_workspace,
    quick_folder,
    reset,
    tree,
)

NEVER = 1 << 30
DISKS = {"one-filesystem": FaultyDisk, "two-filesystems": TwoFilesystems}


class Trial(NamedTuple):
    """A workspace, how it looks before and after a write without faults, and how many calls that takes."""

    work: Path
    before: dict[str, tuple[int, bytes, bytes]]
    planned: dict[str, tuple[int, bytes, bytes]]
    status: str
    calls: int


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = quick_folder(tmp_path_factory.mktemp("faults"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        yield make_workspace(folder / "work")
    shutil.rmtree(folder)


@pytest.fixture
def work(made: Path) -> Path:
    """The workspace as it was at first."""
    reset(made)
    return made


@pytest.fixture
def trial(request: pytest.FixtureRequest, work: Path) -> Trial:
    write, disk_name = request.param
    before = tree(work)
    disk = DISKS[disk_name](NEVER, die)
    commit(work, WRITES[write], command="move", disk=disk)
    return Trial(work, before, tree(work), git(work, "status", "--porcelain", "-uall"), len(disk.calls))


def every(*, heavy: bool = False) -> pytest.MarkDecorator:
    """Every kind of write; by way of another filesystem only the simplest one, where time matters."""
    cases = []
    for disk, write in itertools.product(DISKS, WRITES):
        marks = [pytest.mark.heavy] if heavy or (disk == "two-filesystems" and write != "write") else []
        cases.append(pytest.param((write, disk), write, disk, id=f"{write}-{disk}", marks=marks))
    return pytest.mark.parametrize(("trial", "write", "disk"), cases, indirect=["trial"])


FAILURES = {
    **{errno.errorcode[number]: functools.partial(fail, number) for number in ERRORS},
    "interrupt": interrupt,
}


def check_clean(trial: Trial, where: str) -> bool:
    """Whether the write was made; it was made whole or not at all, and left nothing lying about."""
    found = tree(trial.work)
    assert found in (trial.before, trial.planned), where
    assert derived_names(trial.work) == set(), where
    return found == trial.planned


@every()
def test_a_write_killed_at_any_call_is_whole_or_not_there_after_recovery(trial: Trial, write: str, disk: str) -> None:
    work = trial.work
    outcomes: set[bool] = set()
    for at in range(trial.calls):
        reset(work)
        faulty = DISKS[disk](at, die)
        where = f"killed at call {at}"
        status = in_a_child(lambda faulty=faulty: commit(work, WRITES[write], command="move", disk=faulty))
        assert status == KILLED, where
        if tree(work) not in (trial.before, trial.planned) and disk == "one-filesystem" and write == "bulk":
            assert pending(work) is not None, where
        recover(work, disk=RecordingDisk())
        made = check_clean(trial, where)
        if made not in outcomes:
            # The same tree again would give the same answer.
            assert git(work, "status", "--porcelain", "-uall") == (trial.status if made else ""), where
        outcomes.add(made)
    assert outcomes == {False, True}


@every()
@pytest.mark.parametrize("failure", FAILURES)
def test_a_write_that_fails_at_any_call_is_taken_back_at_once(
    trial: Trial, write: str, disk: str, failure: str
) -> None:
    check_taken_back(trial, write, disk, failure, after=False)


@every(heavy=True)
@pytest.mark.parametrize("failure", FAILURES)
def test_a_write_that_fails_after_any_call_has_done_its_work_is_taken_back_at_once(
    trial: Trial, write: str, disk: str, failure: str
) -> None:
    check_taken_back(trial, write, disk, failure, after=True)


@every()
def test_a_write_interrupted_after_any_call_has_done_its_work_is_taken_back_at_once(
    trial: Trial, write: str, disk: str
) -> None:
    check_taken_back(trial, write, disk, "interrupt", after=True)


def check_taken_back(trial: Trial, write: str, disk: str, failure: str, *, after: bool) -> None:
    work = trial.work
    for at in range(trial.calls):
        reset(work)
        faulty = DISKS[disk](at, FAILURES[failure], after=after)
        error = error_of(work, write, faulty)
        if error is None:
            assert check_clean(trial, f"call {at}"), faulty.calls[at]
        else:
            assert not getattr(error, "written", ()), at
            # Before any recovery, which at most removes rubbish whose removal was what failed.
            assert tree(work) == trial.before, (at, faulty.calls[at])
            recover(work, disk=RecordingDisk())
            assert not check_clean(trial, f"call {at}")


def error_of(work: Path, write: str, disk: Disk) -> WriteError | KeyboardInterrupt | None:
    """What the write has raised."""
    try:
        commit(work, WRITES[write], command="move", disk=disk)
    except (WriteError, KeyboardInterrupt) as error:
        return error
    return None


@every()
def test_a_disk_that_keeps_failing_is_reported_truthfully_and_mended_by_the_next_write(
    trial: Trial, write: str, disk: str
) -> None:
    work = trial.work
    for at in range(trial.calls):
        reset(work)
        faulty = DISKS[disk](at, functools.partial(fail, errno.EIO), lasting=True)
        where = f"from call {at} on"
        error = error_of(work, write, faulty)
        if isinstance(error, WriteError):
            now = tree(work)
            assert all(now.get(path) == trial.planned.get(path) for path in error.written), where
            assert all(now.get(path) == trial.before.get(path) for path in error.not_written), where
            paths = {path for path in trial.before.keys() | trial.planned.keys() if path.endswith(".yaml")}
            changed = {path for path in paths if now.get(path) != trial.before.get(path)}
            assert changed <= {*error.written, *error.unknown}, where
        recover(work, disk=RecordingDisk())
        check_clean(trial, where)


@pytest.mark.parametrize("write", WRITES)
def test_a_recovery_killed_at_any_call_is_finished_by_the_next_one(work: Path, write: str) -> None:
    before = tree(work)
    reference = RecordingDisk()
    commit(work, WRITES[write], command="move", disk=reference)
    planned = tree(work)
    middle = next(at for at, call in enumerate(reference.calls) if call.name in ("link", "rename", "unlink")) + 3
    for at in range(200):
        reset(work)
        in_a_child(lambda: commit(work, WRITES[write], command="move", disk=FaultyDisk(middle, die)))
        status = in_a_child(lambda at=at: recover(work, disk=FaultyDisk(at, die)))
        recover(work, disk=RecordingDisk())
        assert tree(work) in (before, planned), at
        assert derived_names(work) == set(), at
        if status == 0:
            break
    assert status == 0


def test_content_is_synced_before_the_rename_and_the_folder_after_it(work: Path) -> None:
    disk = RecordingDisk(sync=True)
    commit(work, WRITES["write"], command="move", disk=disk)
    order = [(call.name, os.path.relpath(call.path, work)) for call in disk.calls if call.name in ("fsync", "rename")]
    assert order == [
        ("fsync", ".git/pipectl/prepared/0.new"),
        ("rename", "deals/acme.yaml"),
        ("fsync", "deals"),
        ("rename", ".git/pipectl/undo/00000001"),
    ]


def test_everything_is_synced_before_the_commit_point_and_every_folder_before_the_journal_goes(work: Path) -> None:
    disk = RecordingDisk(sync=True)
    commit(work, BULK, command="move", disk=disk)
    names = [(call.name, os.path.relpath(call.path, work)) for call in disk.calls]
    point = names.index(("rename", ".git/pipectl/journal"))
    retired = names.index(("rename", ".git/pipectl/undo/00000001"))
    prepared = {f".git/pipectl/prepared/{name}" for name in ("manifest.json", "0.new", "1.new", "2.new", "4.new")}
    assert {path for name, path in names[:point] if name == "fsync"} == {*prepared, ".git/pipectl/prepared"}
    assert names[point + 1 : point + 4] == [
        ("open", ".git/pipectl"),
        ("fsync", ".git/pipectl"),
        ("close", ".git/pipectl"),
    ]
    touched = [path for name, path in names[point + 4 : retired] if name in ("rename", "link", "unlink", "fsync")]
    last_change = max(
        place for place, path in enumerate(touched) if path.startswith("deals/") and path.endswith("yaml")
    )
    assert {path for path in touched[last_change + 1 :] if "." not in path} == {
        "deals",
        "deals/2026",
        "deals/2026/new",
        "deals/closed",
    }


def test_many_files_are_synced_at_once(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipectl.store.write.SYNC_EACH", 2)
    disk = RecordingDisk()
    commit(work, BULK, command="move", disk=disk)
    names = [call.name for call in disk.calls]
    point = next(at for at, call in enumerate(disk.calls) if call.name == "rename")
    assert names[:point].count("sync") == 1
    assert names[:point].count("fsync") == 1
