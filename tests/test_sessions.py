"""Whole sessions of the real program in a real shell, each a page that reads as a terminal would show it."""

from pathlib import Path

import pytest

from tests.shell import PAGES, session_now

_PAGES = sorted(PAGES.glob("*.txt"))


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.stem)
def test_a_session_goes_as_its_page_says(path: Path, tmp_path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    now = session_now(page, tmp_path)
    assert now == page, f"`python -m tests.shell {path}` prints what it would be now:\n\n{now}"


def test_no_session_ends_in_a_traceback() -> None:
    assert len(_PAGES) >= 8
    for path in _PAGES:
        assert "Traceback" not in path.read_text(encoding="utf-8"), path.stem
