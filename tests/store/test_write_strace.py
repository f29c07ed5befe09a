"""The same faults, put in by the kernel: what Python's own calls are, and not only those that a test could replace."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipectl.store.recovery import recover
from tests.store.faults import BULK, KILLED, SINGLE, derived_names, git, make_workspace, quick_folder, reset, tree

STRACE = shutil.which("strace")


def _works() -> bool:
    """Whether strace is here and may trace; it may not in many containers."""
    if STRACE is None:
        return False
    return subprocess.run([STRACE, "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _works(), reason="strace is not here, or may not trace")

SCRIPT = """
import sys
from pathlib import Path
from pipectl.errors import PipectlError
from pipectl.store.write import commit
from tests.store.faults import BULK, SINGLE
try:
    commit(Path(sys.argv[1]), {"single": SINGLE, "bulk": BULK}[sys.argv[2]], command="move")
except PipectlError as error:
    sys.exit(getattr(error, "status", 3) + 10)
except KeyboardInterrupt:
    sys.exit(130)
"""
WRITES = {"single": SINGLE, "bulk": BULK}
# As a pattern each: where the kernel has no `rename` it has `renameat`.
CALLS = ("mkdir", "link", "rename", "unlink", "rmdir", "fsync", "fchmod", "fsetxattr")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):  # noqa: ANN201 - a generator of one path
    folder = quick_folder(tmp_path_factory.mktemp("strace"))
    yield make_workspace(folder / "work")
    shutil.rmtree(folder)


@pytest.fixture
def work(made: Path) -> Path:
    reset(made)
    return made


def _traced(work: Path, write: str, *options: str) -> tuple[int, list[str]]:
    """The exit status of a process that writes, and the calls it made after it had started."""
    log = work.parent / "trace"
    command = [
        str(STRACE),
        "-f",
        "-y",
        "-qq",
        "-o",
        str(log),
        *options,
        sys.executable,
        "-B",
        "-c",
        SCRIPT,
        str(work),
        write,
    ]
    done = subprocess.run(command, capture_output=True, check=False, cwd=Path(__file__).parents[2])
    lines = log.read_text(errors="replace").splitlines()
    return done.returncode, [line.partition(" ")[2].strip() for line in lines]


def _calls(work: Path, write: str) -> list[str]:
    """The names of the calls that a write without faults makes."""
    status, lines = _traced(work, write, "-e", f"trace=/^({'|'.join(CALLS)})")
    assert status == 0
    names = [line.partition("(")[0] for line in lines if "(" in line]
    return [next(call for call in CALLS if name.startswith(call)) for name in names]


def _check(work: Path, before: object, planned: object, where: str) -> None:
    recover(work)
    assert tree(work) in (before, planned), where
    assert derived_names(work) == set(), where
    assert (git(work, "status", "--porcelain", "-uall") == "") is (tree(work) == before), where


def _planned(work: Path, write: str) -> tuple[object, object, list[str]]:
    before = tree(work)
    calls = _calls(work, write)
    return before, tree(work), calls


def test_the_kernel_sees_content_synced_before_the_rename_and_the_folder_after_it(work: Path) -> None:
    status, lines = _traced(work, "single", "-e", "trace=/^(fsync|rename)")
    assert status == 0
    order = [re.sub(r"^(\w+)\(.*?(\w+(?:\.\w+)?)[>\"][^<\"]*$", r"\1 \2", line) for line in lines]
    assert order[:3] == ["fsync 0.new", "rename acme.yaml", "fsync deals"]


@pytest.mark.parametrize("write", WRITES)
def test_a_write_killed_by_the_kernel_at_its_renames_is_whole_or_not_there(work: Path, write: str) -> None:
    before, planned, calls = _planned(work, write)
    assert "rename" in calls
    for number in range(1, calls.count("rename") + 1):
        reset(work)
        status, _ = _traced(work, write, "-e", f"inject=/^rename:signal=KILL:when={number}", "-e", "trace=/^rename")
        assert status in (-signal.SIGKILL, 128 + KILLED), number
        _check(work, before, planned, f"rename {number}")


@pytest.mark.heavy
@pytest.mark.parametrize("fault", ["signal=KILL", "signal=INT", "error=ENOSPC", "error=EIO", "error=EACCES"])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_hit_by_the_kernel_at_any_call_is_whole_or_not_there(work: Path, write: str, fault: str) -> None:
    before, planned, calls = _planned(work, write)
    for call in CALLS:
        for number in range(1, calls.count(call) + 1):
            reset(work)
            status, _ = _traced(work, write, "-e", f"inject=/^{call}:{fault}:when={number}", "-e", f"trace=/^{call}")
            where = f"{call} {number}"
            if fault != "signal=KILL":
                # Before any recovery: taken back at once, or done.
                assert tree(work) == (planned if status == 0 else before), where
            _check(work, before, planned, where)
