"""What a run imports: a shell asks at every press of Tab, and a hook at every commit."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import TODAY

_ROOT = Path(__file__).parent.parent
_SAMPLE = _ROOT / "examples" / "contoh-jaya"
_MODULES = "import sys; from pipectl.__main__ import main; main(); print(*sys.modules, sep='\\n', file=sys.stderr)"

_PARSERS = {"typer", "click", "yaml", "ruamel"}
_DRAWING = {"rich", "tabulate", "wcwidth"}


def _imported_by(*words: str) -> set[str]:
    """The top-level modules that the program has imported when it is done with *words*."""
    done = subprocess.run(
        [sys.executable, "-c", _MODULES, *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=_SAMPLE,
        env={"PYTHONPATH": str(_ROOT), "PIPECTL_TODAY": TODAY, "HOME": "/nowhere", "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout
    return {name.partition(".")[0] for name in done.stderr.split("\n")}


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
    imported = _imported_by("check", "--fail-on", "error")
    assert "yaml" in imported
    assert not imported & (_DRAWING | {"ruamel", "pydantic"})


@pytest.mark.parametrize("words", [("list",), ("list", "-f", "csv"), ("board",), ("stats", "-f", "json")], ids=" ".join)
def test_a_result_in_a_pipe_needs_no_terminal_library(words: tuple[str, ...]) -> None:
    assert not _imported_by(*words) & {"rich", "ruamel", "pydantic"}
