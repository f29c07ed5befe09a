"""Answers given again by processes of their own: their ends, what they import, which variables they read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipectl.answers import READING, ask
from tests.answers.asking import QUESTIONS, ROOT, kept, known


def test_the_order_of_both_ends_is_kept(root: Path) -> None:
    words = [sys.executable, "-c", "import pipectl.__main__ as m; from pipectl.answers import keep, ask; "]
    words[-1] += "keep._FEW = -1; ask._GRAIN = 0; m.main()"
    variables = {**os.environ, "PIPECTL_TODAY": "2026-11-23", "PYTHONPATH": str(ROOT)}

    def run(*more: str) -> bytes:
        done = subprocess.run(
            [*words, "check", *more],
            cwd=root,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.stdout

    plain = run("--no-cache")
    assert [run(), run(), run()] == [plain, plain, plain]
    assert kept(root).answers


def test_a_reader_that_leaves_gets_no_traceback_and_leaves_nothing(root: Path) -> None:
    script = "import pipectl.__main__ as m; from pipectl.answers import keep, ask; keep._FEW = -1; ask._GRAIN = 0"
    variables = {**os.environ, "PIPECTL_TODAY": "2026-11-23", "PYTHONPATH": str(ROOT)}
    for _ in range(3):
        reader, writer = os.pipe()
        os.close(reader)
        words = [sys.executable, "-c", f"{script}; m.main()", "list"]
        done = subprocess.run(words, cwd=root, env=variables, stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, b"")
    assert kept(root).asked
    assert not kept(root).answers


def test_an_end_that_takes_a_part_of_what_it_is_given_has_no_answer_kept(root: Path) -> None:
    known(root, "list")
    reader, writer = os.pipe()
    script = "import pipectl.__main__ as m; from pipectl.answers import ask; ask._GRAIN = 0"
    os.set_blocking(writer, False)
    words = [sys.executable, "-c", f"import sys; {script}; print(m._question(sys.argv[1:]), file=sys.stderr)", "list"]
    variables = {**os.environ, "PIPECTL_TODAY": "2026-11-23", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=root, env=variables, stdout=writer, stderr=subprocess.PIPE, check=True)
    os.close(reader)
    os.close(writer)
    assert done.stderr == b"None\n"


@pytest.mark.parametrize("words", [("stats",), ("next", "-L", "1")], ids=" ".join)
def test_an_answer_given_again_imports_nothing_of_the_program_proper(root: Path, words: tuple[str, ...]) -> None:
    script = (
        "import sys, pipectl.__main__ as m; from pipectl.answers import ask; ask._GRAIN = 0\n"
        "if sys.argv[-1] == 'first': del sys.argv[-1]; from pipectl.answers import keep; keep._FEW = -1\n"
        "m.answer(); print(*sys.modules, file=sys.stderr)"
    )
    variables = {**os.environ, "PIPECTL_TODAY": "2026-11-23", "PYTHONPATH": str(ROOT)}
    found = [
        subprocess.run(
            [sys.executable, "-c", script, *words, *more], cwd=root, env=variables, capture_output=True, check=True
        )
        for more in (("first",), ("first",), ())
    ]
    assert found[0].stdout == found[1].stdout == found[2].stdout
    assert not set(found[2].stderr.decode().split()) & {"typing", "re", "typer", "subprocess", "pipectl.cli", "decimal"}


# `zoneinfo` asks Python how it was built, which asks for variables of its own: no answer of the program's is of them.
_NOTES = """
import os, sys, zoneinfo
from tests.answers.noting import Noting
os.environ = Noting(dict(os.environ))
from pipectl import cli
cli.dict = lambda variables: variables
cli.main(sys.argv[1:])
print(*os.environ.names, file=sys.stderr)
"""


@pytest.mark.parametrize("verb", sorted(READING))
def test_every_variable_that_is_read_is_part_of_the_question(root: Path, verb: str) -> None:
    words = [sys.executable, "-c", _NOTES, verb, *QUESTIONS[verb], "--as", "ani"]
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PIPECTL_TODAY": "2026-11-23", "HOME": "/x"}
    done = subprocess.run(words, cwd=root, env=variables, capture_output=True, text=True, check=True)
    read = {name for name in done.stderr.split("\n")[-2].split() if name.isupper() or name.startswith("_")}
    assert "PIPECTL_DIR" in read
    assert {name for name in read if name not in ask.VARIABLES and not name.startswith(ask.PREFIXES)} == set()
