"""Every page of the gallery of errors says exactly what the program says now, and nothing in it is unsafe to show."""

import os
import re
from pathlib import Path

import pytest

from pipectl.commands import find
from tests.gallery import PAGES, page_now

_PAGES = sorted(PAGES.glob("*.txt"))

# Everything that a terminal obeys, and the overrides that make text read backwards; a page's own lines are in it too.
_STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_FINDING = re.compile(r"::(error|warning|notice) file=[^:,]+(,line=\d+,col=\d+)?,title=[a-z-]+::")
_COMMAND = re.compile(r"`pipectl ([a-z]+)")


def _texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in _PAGES]


def _told(page: str) -> list[str]:
    """The lines that the program wrote, by stream alike."""
    answers = page.partition("\n$ ")[2].split("\n")
    return [line.removeprefix("! ") for line in answers if not line.startswith("$ ")]


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.stem)
def test_a_page_says_what_the_program_says(path: Path, tmp_path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    if "closed to you)" in page and os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    now = page_now(page, tmp_path)
    assert now == page, f"`python -m tests.gallery {path}` prints what it would be now:\n\n{now}"


def test_the_gallery_is_large_and_every_page_begins_with_a_sentence() -> None:
    assert len(_PAGES) >= 60
    for text in _texts():
        assert re.match(r"\S.*[.!?]\n\n", text), text.partition("\n")[0]


def test_no_page_holds_a_character_that_steers_a_terminal() -> None:
    for path, text in zip(_PAGES, _texts(), strict=True):
        assert not _STEERS.search(text), path.stem


def test_nothing_that_a_build_log_obeys_is_written_but_our_own_findings() -> None:
    for path, text in zip(_PAGES, _texts(), strict=True):
        for line in _told(text):
            assert "##[" not in line, path.stem
            assert not line.lstrip().startswith("::") or _FINDING.match(line), path.stem


def test_nothing_is_a_traceback_and_every_refusal_has_its_exit_status() -> None:
    for path, text in zip(_PAGES, _texts(), strict=True):
        assert "Traceback" not in text, path.stem
        assert "! pipectl: " not in text or re.search(r"^\[exit [12]\]$", text, re.MULTILINE), path.stem


def test_a_hint_names_no_command_that_there_is_not() -> None:
    for path, text in zip(_PAGES, _texts(), strict=True):
        for line in _told(text):
            assert all(find(name) is not None for name in _COMMAND.findall(line)), path.stem
