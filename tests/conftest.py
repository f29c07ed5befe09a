"""What every test gets: no user configuration, the program, and a way to make a workspace."""

import gc
import os
import sys
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipectl.answers import ask, keep
from pipectl.store import cache, kept, load
from tests import harness
from tests.harness import SALES, SETTINGS, Result, run_pipectl, write_files

settings.register_profile("heavy", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
# Others are drawn each time: half as many on every run find as much in two.
settings.register_profile("default", settings.get_profile("heavy"), max_examples=50)

Run = Callable[..., Result]
MakeWorkspace = Callable[[Mapping[str, str]], Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--heavy", action="store_true", help="run the tests that take long, as CI does")
    modes = ("on", "always", "off", "poisoned")
    parser.addoption("--cache", choices=modes, default="on", help="keep also small workspaces, keep none, or spoil all")


def _heavy(config: pytest.Config) -> bool:
    return bool(config.getoption("--heavy") or os.environ.get("CI"))


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("heavy" if _heavy(config) else "default")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # What they reach is not counted, which would double their time: the others alone reach the share that is asked for.
    heavy: pytest.MarkDecorator = pytest.mark.no_cover
    if not _heavy(config):
        heavy = pytest.mark.skip(reason="takes long: --heavy runs it")
    for item in items:
        if "heavy" in item.keywords:
            item.add_marker(heavy)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """What is not counted is not traced either.

    In a worker of pytest-xdist, pytest-cov has begun to count twice, and `no_cover` ends one of the two: the other one
    goes on through the whole of a heavy test.
    """
    tracer = sys.gettrace()
    if tracer is None or "no_cover" not in item.keywords:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


def pytest_collection_finish() -> None:
    """Thousands of tests stay until the end: no search for cycles goes through them over and over."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_user_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the user's git configuration, home or settings of the program."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("PIPECTL_DIR", "PIPECTL_USER", "PIPECTL_TODAY", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _cache_mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache and the answers of the program as the option `--cache` asks for; no result may depend on them."""
    mode = request.config.getoption("--cache")
    if mode == "off":
        monkeypatch.setattr(load, "open_cache", lambda *_: cache.NO_CACHE)
    if mode in ("always", "poisoned"):
        monkeypatch.setattr(cache, "_FEW", -1)
        monkeypatch.setattr(harness, "ASK_AGAIN", True)
        monkeypatch.setattr(keep, "_FEW", -1)
        monkeypatch.setattr(ask, "_GRAIN", 0)
    if mode == "poisoned":
        monkeypatch.setattr(cache, "packed", lambda *given, real=cache.packed: _spoilt(real(*given)))
        monkeypatch.setattr(kept, "write_new", lambda *given, real=kept.write_new, **how: _write(real, *given, **how))


def _spoilt(columns_and_tails: tuple[object, bytes]) -> tuple[object, bytes]:
    """What is kept of deals with not one tail whole."""
    columns, tails = columns_and_tails
    return columns, bytes(255 - byte for byte in tails)


def _write(real: Callable[..., None], disk: object, path: str, data: bytes, **how: object) -> None:
    """Write *data*; kept answers are no more whole then."""
    real(disk, path, data[:-9] + b"\0" + data[-8:] if "answers" in Path(path).name else data, **how)


@pytest.fixture
def pipectl() -> Run:
    """The program, run in this process."""
    return run_pipectl


@pytest.fixture
def workspace(tmp_path: Path) -> MakeWorkspace:
    """A function that makes a workspace of the files given; settings and a pipeline `sales` unless they are given."""

    def make(files: Mapping[str, str]) -> Path:
        return write_files(tmp_path, {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES, **files})

    return make
