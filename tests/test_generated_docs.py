"""The pages of reference say what the docstrings say."""

import runpy
from pathlib import Path

import pytest

_DOCS = Path(__file__).parent.parent / "docs"
_PAGES = runpy.run_path(str(_DOCS / "generate.py"))["PAGES"]


@pytest.mark.parametrize("name", _PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (_DOCS / name).read_text("utf-8") == _PAGES[name](), "run `python docs/generate.py`"
