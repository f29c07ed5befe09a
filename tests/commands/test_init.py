"""`pipectl init` and `demo --into`: what they say to type next can be typed, one line after another."""

import os
import pty
import re
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from tests.harness import run_pipectl


@pytest.mark.parametrize(
    ("words", "where"),
    [(("init", "sales"), "cd sales"), (("init", "my sales"), "cd 'my sales'"), (("demo", "--into", "a;b"), "cd 'a;b'")],
)
def test_the_folder_is_gone_into_once(words: tuple[str, ...], where: str, tmp_path: Path) -> None:
    with chdir(tmp_path):
        result = run_pipectl(*words, "--as", "Ani")
    _, _, steps = result.err.partition("Next:\n")
    first, *others = (line.strip() for line in steps.splitlines())
    assert first == where
    assert others
    assert not [step for step in others if not step.startswith("pipectl ")]


@pytest.mark.parametrize("words", [("init",), ("init", ".")])
def test_here_there_is_no_folder_to_go_into(words: tuple[str, ...], tmp_path: Path) -> None:
    with chdir(tmp_path):
        assert "cd " not in run_pipectl(*words, "--as", "Ani").err


@pytest.mark.parametrize("template", ["b2b", "saas", "services", "minimal"])
@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("currency", ["IDR", "USD", "EUR"])
def test_what_the_settings_show_in_comments_can_be_taken(
    template: str, language: str, currency: str, tmp_path: Path
) -> None:
    with chdir(tmp_path):
        run_pipectl("init", "--template", template, "--lang", language, "--currency", currency, "--team", "Cici")
        settings = tmp_path / "pipectl.yaml"
        text = settings.read_text("utf-8")
        settings.write_text(re.sub(r"^# (rates:|targets:|  - \{)", r"\1", text, flags=re.MULTILINE), "utf-8")
        result = run_pipectl("check", "--group", "files", "--fail-on", "warning")
    assert (result.status, result.out) == (0, "")
    assert (f" {currency}: " in text) is False


def test_a_person_is_asked_until_the_answer_is_understood(tmp_path: Path) -> None:
    said = _typed(tmp_path, "xx", "id", "Rp", "IDR", " , ", "Ani, Ani", "Ani Lestari, Budi,")
    for complaint in ("no language 'xx'", "'Rp' is no currency code", "one member at least", "'Ani' stands twice"):
        assert complaint in said
    settings = (tmp_path / "pipectl.yaml").read_text("utf-8")
    assert "currency: IDR" in settings
    assert "  ani:  {name: Ani Lestari}\n  budi: {name: Budi}\n" in settings


def test_who_leaves_a_question_has_changed_nothing(tmp_path: Path) -> None:
    assert "nothing was changed" in _typed(tmp_path, "xx", "\x04")
    assert list(tmp_path.iterdir()) == []


def _typed(folder: Path, *answers: str) -> str:
    """What `pipectl init` in *folder* shows on a terminal where those lines are typed."""
    ours, theirs = pty.openpty()
    variables = {**os.environ, "HOME": "/nowhere", "TERM": "dumb", "USER": "ani"}
    words = [sys.executable, "-m", "pipectl", "init"]
    with subprocess.Popen(words, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=variables):
        os.close(theirs)
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        said = b""
        # Linux ends a terminal that nobody has open any more with an error.
        while chunk := _read(ours):
            said += chunk
    os.close(ours)
    return said.decode()


def _read(end: int) -> bytes:
    try:
        return os.read(end, 1 << 16)
    except OSError:
        return b""
