"""The trees that speed is measured on: the same bytes every time, sound, in the styles that people write."""

from pathlib import Path

from benchmarks.tree import _STYLES, RULES, TODAY, deals, write_tree
from pipectl.model.facts import gather
from pipectl.store.load import load_snapshot, load_workspace
from pipectl.store.plain_reader import read_plain
from tests.build import KNOWN_CHECKS

_FILES = dict(deals(300))


def test_a_tree_is_the_beginning_of_a_larger_one() -> None:
    assert dict(deals(120)) == dict(list(_FILES.items())[:120])
    assert len(_FILES) == 300
    assert {path.split("/")[1] for path in _FILES} == {"0000", "0001", "0002"}


def test_a_tree_has_nothing_that_keeps_a_deal_out() -> None:
    files = {**{path: text.encode() for path, text in RULES.items()}, **_FILES}
    workspace = load_snapshot(files, KNOWN_CHECKS)
    assert [str(problem.place) for problem in workspace.problems] == []
    facts = gather(workspace, TODAY)
    assert len(facts.states) == 300
    assert any(clocks.is_stalled for clocks in facts.clocks.values())


def test_most_files_are_plain_and_a_few_are_not() -> None:
    unusual = [path for path, data in _FILES.items() if read_plain(data) is None]
    assert 3 <= len(unusual) <= 15
    assert sum(_STYLES.values()) == 100


def test_a_file_is_as_long_as_those_of_a_team() -> None:
    sizes = sorted(map(len, _FILES.values()))
    assert 600 < sum(sizes) / len(sizes) < 1000


def test_what_is_written_is_what_is_said(tmp_path: Path) -> None:
    write_tree(tmp_path, 20)
    assert len(load_workspace(tmp_path, KNOWN_CHECKS).deals) == 20
