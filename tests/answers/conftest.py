"""What every test of kept answers gets."""

from pathlib import Path

import pytest

from pipectl.answers import ask, keep
from tests.answers.asking import new_workspace


@pytest.fixture(autouse=True)
def _as_it_is(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers about few files too, and as if files had been written long ago: that can't be pretended otherwise."""
    if request.config.getoption("--cache") != "on":
        pytest.skip("these are of the answers as they are")
    monkeypatch.setattr(keep, "_FEW", -1)
    monkeypatch.setattr(ask, "_GRAIN", 0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace of eight deals in git."""
    return new_workspace(tmp_path / "workspace")
