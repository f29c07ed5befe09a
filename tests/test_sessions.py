"""Whole sessions of the real program in a real shell, each a page that reads as a terminal would show it."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.shell import PAGES, session_now

_PAGES = sorted(PAGES.glob("*.txt"))


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Future[str]]:
    """Every session as it goes now; they know nothing of each other, so they run side by side."""
    pool = ThreadPoolExecutor(max_workers=4)
    started = {
        path: pool.submit(session_now, path.read_text(encoding="utf-8"), tmp_path_factory.mktemp(path.stem))
        for path in _PAGES
    }
    pool.shutdown(wait=False)
    return started


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.stem)
def test_a_session_goes_as_its_page_says(path: Path, sessions: dict[Path, Future[str]]) -> None:
    page = path.read_text(encoding="utf-8")
    now = sessions[path].result()
    assert now == page, f"`python -m tests.shell {path}` prints what it would be now:\n\n{now}"


def test_no_session_ends_in_a_traceback() -> None:
    assert len(_PAGES) >= 8
    for path in _PAGES:
        assert "Traceback" not in path.read_text(encoding="utf-8"), path.stem
