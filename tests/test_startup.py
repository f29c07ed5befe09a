"""What a run imports: a shell asks at every press of Tab, and a hook at every commit."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.harness import TODAY

_ROOT = Path(__file__).parent.parent
_SAMPLE = _ROOT / "examples" / "contoh-jaya"
_MODULES = "import sys; from pipectl.__main__ import answer; answer(); print(*sys.modules, sep='\\n', file=sys.stderr)"

_PARSERS = {"typer", "click", "yaml", "ruamel"}
_DRAWING = {"rich", "tabulate", "wcwidth"}
# Each takes a fifth of a bare Python start or more, and what a plain command does needs none of them.
# What learns how long is too long, and what adds up amounts.
_COUNTED = {f"pipectl.metrics.{name}" for name in ("limits", "figures", "stays", "metric", "volume", "journey")}
_HEAVY = {"yaml", "ruamel", "rich", "pydantic", "dateutil", "pickle", "sqlite3", "multiprocessing", "http"}
_HEAVY |= {"typer", "click", "tabulate", "pipectl.full_parser", "dataclasses", "inspect"}
_PROCESSES = {"subprocess", "shutil"}


@cache
def _imported_by(*words: str) -> frozenset[str]:
    """The modules that the program has imported when it is done with *words*, and the packages at their top."""
    done = subprocess.run(
        [sys.executable, "-c", _MODULES, *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=_SAMPLE,
        env={"PYTHONPATH": str(_ROOT), "PIPECTL_TODAY": TODAY, "HOME": "/nowhere", "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout
    names = set(done.stderr.split("\n"))
    return frozenset(names | {name.partition(".")[0] for name in names})


@pytest.mark.parametrize(
    "words",
    [("--version",), ("--complete", "sh"), ("--complete", "show", "puri"), ("--complete", "list", "--s")],
    ids=" ".join,
)
def test_what_a_shell_asks_for_needs_no_parser(words: tuple[str, ...]) -> None:
    assert not _imported_by(*words) & (_PARSERS | _DRAWING | {"pydantic"})


def test_the_help_reads_no_yaml_and_draws_nothing() -> None:
    assert not _imported_by("--help") & (_DRAWING | {"yaml", "ruamel", "pydantic"})


def test_a_check_draws_nothing_and_writes_nothing() -> None:
    assert not _imported_by("check", "--fail-on", "error") & (_DRAWING | _HEAVY)


@pytest.mark.parametrize("words", [("list",), ("stats",), ("check",)], ids=" ".join)
def test_a_plain_command_on_plain_files_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    assert not _imported_by(*words) & (_HEAVY | _PROCESSES)


def test_a_move_in_a_plain_file_imports_nothing_heavy() -> None:
    assert not _imported_by("move", "puri-farma-dc", "negotiation", "-n") & _HEAVY


@pytest.mark.parametrize("words", [("list",), ("check",), ("move", "puri-farma-dc", "negotiation", "-n")], ids=" ".join)
def test_a_command_without_metrics_imports_next_to_none_of_them(words: tuple[str, ...]) -> None:
    found = _imported_by(*words)
    assert {name for name in found if name.startswith("pipectl.metrics.")} <= _COUNTED
    assert not found & {"statistics", "fractions"}


def test_a_check_neither_encodes_nor_asks_for_openssl() -> None:
    assert not _imported_by("check") & {"json", "_hashlib", "pipectl.store.journal"}


@pytest.mark.parametrize("words", [("list",), ("stats",), ("move", "puri-farma-dc", "negotiation", "-n")], ids=" ".join)
def test_only_a_command_that_checks_imports_checks(words: tuple[str, ...]) -> None:
    assert {name for name in _imported_by(*words) if name.startswith("pipectl.checks.")} <= {"pipectl.checks.check"}


@pytest.mark.parametrize(
    "words", [("list",), ("list", "-f", "csv"), ("board",), ("stats",), ("stats", "-f", "json")], ids=" ".join
)
def test_a_result_in_a_pipe_needs_no_drawing_library(words: tuple[str, ...]) -> None:
    assert not _imported_by(*words) & {"rich", "tabulate", "ruamel", "pydantic"}


def test_an_interruption_while_it_starts_leaves_no_traceback() -> None:
    script = (
        "import sys, pipectl.__main__ as m\n"
        "class Interrupted:\n"
        "    def find_spec(self, *_):\n"
        "        raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "m.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env={"PYTHONPATH": str(_ROOT)}
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
