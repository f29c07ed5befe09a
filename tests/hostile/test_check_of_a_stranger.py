"""What `check` touches in a tree that a stranger has sent: as Python tells, and as the kernel does where it may."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zoneinfo
from collections.abc import Callable
from pathlib import Path

import pytest

import pipectl as package
from tests.commands.repository import repository
from tests.conftest import Run
from tests.harness import SALES, SETTINGS, TODAY, write_files

_SCRIPT = """
import json, os, sys
seen = []
WATCHED = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link",
    "os.symlink", "os.chmod", "os.chown", "os.truncate", "os.utime", "subprocess.Popen", "os.exec", "os.fork",
    "os.posix_spawn", "os.system", "os.spawn", "socket.connect", "socket.bind", "socket.getaddrinfo"}
def watch(name, arguments):
    if name in WATCHED:
        seen.append([name, [a if isinstance(a, int | None) else os.fsdecode(a) if isinstance(a, bytes) else str(a)
            for a in arguments[:3]]])
sys.addaudithook(watch)
from pipectl.cli import main
status = main(sys.argv[2:])
with os.fdopen(int(sys.argv[1]), "w") as end:
    json.dump([status, seen], end)
"""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SECRET = "hunter2"  # noqa: S105 - nobody's
_STRACE = shutil.which("strace")


def _tree(folder: Path) -> Path:
    """A workspace that can be read, with a deal."""
    files = {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES, "deals/acme.yaml": "title: Acme\nstage: lead\n"}
    return write_files(folder / "sent", files)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "COVERAGE_PROCESS_START")}
    return {**kept, "PIPECTL_TODAY": TODAY, "HOME": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"}


def _watched(root: Path, *words: str) -> tuple[int, list[tuple[str, list[str | int | None]]], str]:
    """The exit status of a process, what it did, and what it said."""
    with tempfile.TemporaryFile() as end:
        command = [sys.executable, "-P", "-c", _SCRIPT, str(end.fileno()), "-C", str(root), *words]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=_environment(),
            check=False,
            pass_fds=[end.fileno()],
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        with open(end.fileno(), closefd=False) as told:
            told.seek(0)
            status, seen = json.load(told)
    return status, [(name, arguments) for name, arguments in seen], done.stdout + done.stderr


def _known(path: str, root: Path) -> bool:
    """Whether *path* is the workspace's, Python's, of the time zones, or of the locale."""
    # Only the folder that a path stands in is resolved: what a link leads to is for the case to say.
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    places = [str(root), sys.prefix, sys.base_prefix, sys.exec_prefix, *zoneinfo.TZPATH, *filter(None, sys.path)]
    places += [
        os.path.dirname(os.path.dirname(package.__file__)),
        "/etc/localtime",
        "/usr/lib/locale",
        "/usr/share/locale",
    ]
    return real == os.devnull or any(
        real == place or real.startswith(os.path.join(os.path.realpath(place), "")) for place in places
    )


def _assert_keeps_to_itself(root: Path, seen: list[tuple[str, list[str | int | None]]]) -> None:
    for name, (first, *others) in seen:
        if name == "open":
            flags = others[1]
            if isinstance(first, str):
                assert _known(first, root), first
                writes = isinstance(flags, int) and flags & _WRITING
                assert not writes or _is_cache(first, root) or first == os.devnull, first
        elif name in ("os.listdir", "os.scandir"):
            assert not isinstance(first, str) or _known(os.path.join(first, "x"), root), first
        else:
            assert name in ("os.mkdir", "os.rename", "os.remove", "os.chmod"), (name, first)
            assert _is_cache(str(first), root), (name, first)


def _is_cache(path: str, root: Path) -> bool:
    return any(str(path).startswith(f"{root}/{folder}") for folder in (".git/pipectl", ".pipectl"))


def _link_to_file(root: Path, secret: Path) -> None:
    (root / "deals/out.yaml").symlink_to(secret / "secret.yaml")
    (root / "pipelines/out.yaml").symlink_to(secret / "secret.yaml")
    (root / "deals/far.yaml").symlink_to("../../secret/secret.yaml")


def _link_to_folder(root: Path, secret: Path) -> None:
    (root / "deals/out").symlink_to(secret)


def _link_twice(root: Path, secret: Path) -> None:
    (root / "step").symlink_to(secret)
    (root / "deals/out.yaml").symlink_to("../step/secret.yaml")


def _settings_are_a_link(root: Path, secret: Path) -> None:
    (root / "pipectl.yaml").unlink()
    (root / "pipectl.yaml").symlink_to(secret / "secret.yaml")


def _deals_are_a_link(root: Path, secret: Path) -> None:
    shutil.rmtree(root / "deals")
    (root / "deals").symlink_to(secret)


def _pipelines_are_a_link(root: Path, secret: Path) -> None:
    shutil.rmtree(root / "pipelines")
    (root / "pipelines").symlink_to(secret)


def _derived_is_a_link(root: Path, secret: Path) -> None:
    (root / ".pipectl").symlink_to(secret)


def _git_is_a_file(root: Path, _: Path) -> None:
    inside = root / "innocent"
    inside.mkdir()
    (inside / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".git").write_text("gitdir: innocent\n")


def _not_files(root: Path, _: Path) -> None:
    os.mkfifo(root / "deals/pipe.yaml")
    os.mkfifo(root / "pipelines/pipe.yaml")
    with socket.socket(socket.AF_UNIX) as end:
        here = os.getcwd()
        os.chdir(root / "deals")
        try:
            end.bind("socket.yaml")
        finally:
            os.chdir(here)
    (root / "deals/null.yaml").symlink_to("/dev/zero")


def _settings_are_a_pipe(root: Path, _: Path) -> None:
    (root / "pipectl.yaml").unlink()
    os.mkfifo(root / "pipectl.yaml")


def _a_circle(root: Path, _: Path) -> None:
    (root / "deals/self.yaml").symlink_to("self.yaml")
    (root / "deals/above").symlink_to("..")


def _nothing(_: Path, __: Path) -> None:
    """As it is."""


def _in_a_repository(root: Path, _: Path) -> None:
    repository(root)


_SENT = (
    _nothing,
    _in_a_repository,
    _link_to_file,
    _link_to_folder,
    _link_twice,
    _settings_are_a_link,
    _deals_are_a_link,
    _pipelines_are_a_link,
    _derived_is_a_link,
    _git_is_a_file,
    _not_files,
    _settings_are_a_pipe,
    _a_circle,
)


@pytest.mark.parametrize("sent", _SENT, ids=lambda sent: sent.__name__.strip("_"))
def test_check_opens_and_writes_nothing_elsewhere(sent: Callable[[Path, Path], None], tmp_path: Path) -> None:
    root = _tree(tmp_path)
    secret = tmp_path / "secret"
    write_files(secret, {"secret.yaml": f"{_SECRET}: {_SECRET}\nstage: {_SECRET}\n"})
    sent(root, secret)
    status, seen, said = _watched(root, "check")
    assert status in (0, 1, 2), said
    assert _SECRET not in said
    assert "Traceback" not in said
    _assert_keeps_to_itself(root, seen)
    assert sorted(path.name for path in secret.iterdir()) == ["secret.yaml"]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own list of what was opened is Linux's")
@pytest.mark.skipif(
    _STRACE is None or subprocess.run([_STRACE, "-o", os.devnull, "true"], check=False, capture_output=True).returncode,
    reason="strace is not here, or may not trace",
)
@pytest.mark.parametrize("words", [("check",), ("check", "-f", "github"), ("check", "--changed", "main")], ids=" ".join)
def test_the_kernel_sees_no_process_and_no_file_elsewhere(words: tuple[str, ...], tmp_path: Path) -> None:
    root = repository(_tree(tmp_path))
    log = tmp_path / "log"
    calls = "trace=execve,openat,open,creat,mkdir,rename,unlink,link,symlink,connect,chmod"
    program = [sys.executable, "-P", "-m", "pipectl", "-C", str(root), *words]
    command = [str(_STRACE), "-o", str(log), "-e", calls, "-s", "4096", *program]
    subprocess.run(command, env=_environment(), capture_output=True, check=False, timeout=120)
    lines = log.read_text().splitlines()
    assert sum(line.startswith("execve(") for line in lines) == 1
    after = lines[
        next(place for place, line in enumerate(lines) if f"{root}/pipectl.yaml" in line or "pipectl/cli" in line) :
    ]
    opened = [
        found[1] for line in after if (found := re.match(r'(?:openat\(AT_FDCWD, |open\()"([^"]*)".* = [0-9]+$', line))
    ]
    assert [path for path in opened if not _known(path, root) and not _is_system(path)] == []
    written = [
        line
        for line in after
        if re.search(r"O_(?:WRONLY|RDWR|CREAT)|^(?:mkdir|rename|unlink|link|symlink|creat)", line)
    ]
    assert [line for line in written if ".git/pipectl" not in line and os.devnull not in line] == []
    assert not any(line.startswith("connect(") for line in lines)


def _is_system(path: str) -> bool:
    """Whether *path* is a library that the loader takes in with Python's modules."""
    return path.startswith(("/lib", "/usr/lib", "/etc/ld.so", "/proc/self", "/usr/local/lib"))


def test_only_changed_starts_a_process(tmp_path: Path) -> None:
    root = repository(_tree(tmp_path))
    started = [
        [name for name, _ in _watched(root, *words)[1] if name in ("subprocess.Popen", "os.posix_spawn", "os.fork")]
        for words in (("check",), ("check", "-f", "github"), ("check", "--changed", "main"))
    ]
    assert [bool(found) for found in started] == [False, False, True]


def test_nothing_is_installed_behind_a_link_that_leaves_the_repository(pipectl: Run, tmp_path: Path) -> None:
    root = repository(_tree(tmp_path))
    secret = tmp_path / "secret"
    secret.mkdir()
    (root / ".github").symlink_to(secret)
    done = pipectl("install", "ci", cwd=root)
    assert done.status == 1
    assert ".github is a link, which is not followed" in done.err
    assert not any(secret.iterdir())
