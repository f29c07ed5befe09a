"""`pipectl init` and `demo --into`: what they say to type next can be typed, one line after another."""

import re
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
