"""What several processes read together is what one reads, whatever becomes of them."""

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.tree import write_tree
from pipectl.store import cache, cores
from pipectl.store.cores import spread
from pipectl.store.deal_schema import DealSchema
from pipectl.store.load import load_workspace
from pipectl.store.plain_deal import plain_record
from tests.build import KNOWN_CHECKS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there is work shared out")
# Under xdist the tests run beside threads of its own, of which a forked process knows nothing.
_THREADS = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (cores, cache):
        monkeypatch.setattr(module, "cores", lambda: 3)


@_THREADS
@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 10, 100])
def test_everything_is_done_once(count: int) -> None:
    paths = [f"p{number}" for number in range(count)]
    assert spread(str.upper, paths) == {path: path.upper() for path in paths}


@_THREADS
@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("ending", ["exit", "error", "unpacked"])
def test_the_share_of_a_process_that_fails_is_missing(ending: str) -> None:
    here = os.getpid()

    def work(path: str) -> object:
        if os.getpid() != here and path == "p9":
            if ending == "exit":
                os._exit(3)
            if ending == "error":
                raise RuntimeError
            return object()
        return path

    paths = [f"p{number}" for number in range(10)]
    assert spread(work, paths) == {path: path for path in paths[:8]}


@_THREADS
@pytest.mark.usefixtures("several")
def test_who_is_interrupted_leaves_no_process_behind() -> None:
    here = os.getpid()

    def work(path: str) -> str:
        if os.getpid() == here:
            raise KeyboardInterrupt
        time.sleep(60)
        return path

    with pytest.raises(KeyboardInterrupt):
        spread(work, ["a", "b", "c"])
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.usefixtures("several")
def test_where_there_can_be_no_more_processes_one_does_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    assert spread(str.upper, ["a", "b", "c"]) == {"a": "A"}


@_THREADS
@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("cached", [True, False])
def test_a_workspace_read_on_all_cores_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cached: bool
) -> None:
    write_tree(tmp_path, 60)
    (tmp_path / "deals/0000/wrong.yaml").write_text("title: Wrong\nstage: lead\namount: many\n")
    (tmp_path / "deals/0000/gone.yaml").symlink_to("nowhere.yaml")
    alone = load_workspace(tmp_path, KNOWN_CHECKS)
    monkeypatch.setattr(cache, "MANY", 10)
    together = load_workspace(tmp_path, KNOWN_CHECKS, cached=cached)
    assert together == alone
    assert [dict(deal.places) for deal in together.deals] == [dict(deal.places) for deal in alone.deals]
    assert load_workspace(tmp_path, KNOWN_CHECKS, cached=cached) == alone


@_THREADS
@pytest.mark.usefixtures("several")
def test_what_is_to_be_kept_comes_from_all_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MANY", 10)
    write_tree(tmp_path, 60)
    workspace = load_workspace(tmp_path, KNOWN_CHECKS)
    schema = DealSchema(workspace.settings, dict(workspace.pipelines))
    paths = [deal.path for deal in workspace.deals]
    found = cache._ahead(tmp_path, paths, lambda data: plain_record(data, schema))
    assert found.keys() == set(paths)
    assert sum(entry is not None for entry in found.values()) > 50
