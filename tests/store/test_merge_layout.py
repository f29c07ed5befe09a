"""What `init`, `add` and `import` write merges with plain git: two people's edits of one deal never meet."""

from collections import Counter
from dataclasses import replace
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest

from pipectl.model.merge_deal import merge_content
from pipectl.store.load import read_deal
from pipectl.store.merge import merge
from pipectl.store.merge_order import order_in
from tests.harness import run_pipectl
from tests.store.pairs import KINDS, Pair, example_deals, merged_by_git, pairs

_TEMPLATES = sorted((Path(__file__).parents[2] / "pipectl" / "templates").glob("*/*"))


def _pairs(folder: Path, count: int) -> list[Pair]:
    made = []
    for tree in _TEMPLATES:
        made.append(folder / f"{tree.parent.name}-{tree.name}")
        words = ("--template", tree.parent.name, "--lang", tree.name, "--currency", "IDR", "--timezone", "Asia/Jakarta")
        assert run_pipectl("init", str(made[-1]), *words, "--team", "Ani").status == 0
    return pairs(count, example_deals(made))


@pytest.mark.parametrize("count", [320, pytest.param(4000, marks=pytest.mark.heavy)])
def test_git_merges_an_edit_with_a_move_and_the_file_says_both(tmp_path: Path, count: int) -> None:
    found = _pairs(tmp_path, count)
    assert len([pair for pair in found if pair.kind == KINDS[0]]) == count // len(KINDS)
    conflicts = []
    for pair, merged in zip(found, merged_by_git(tmp_path / "all", found), strict=True):
        if merged is None:
            conflicts.append(pair.kind)
        else:
            deal, problems = read_deal(("deals/a.yaml", merged), pair.schema)
            assert (deal, problems) == (pair.wanted, ())
    assert conflicts == []


def test_a_merge_that_would_conflict_is_seen_as_one(tmp_path: Path) -> None:
    same_line = Pair("amount", b"a: 1\n", b"a: 2\n", b"a: 3\n", *_pairs(tmp_path, 1)[0][4:])
    assert merged_by_git(tmp_path / "one", [same_line]) == [None]


def test_what_git_merges_has_no_conflict_field_by_field_either(tmp_path: Path) -> None:
    for pair in _pairs(tmp_path, 80):
        result = merge(pair.base, pair.ours, pair.theirs, partial(merge_content, order=order_in(UTC)))
        deal, problems = read_deal(("deals/a.yaml", result.data), pair.schema)
        assert deal is not None
        assert (result.conflicts, problems) == ((), ())
        # Which of two new tasks stands first is nobody's word.
        assert replace(deal, tasks=pair.wanted.tasks) == pair.wanted
        assert Counter(deal.tasks) == Counter(pair.wanted.tasks)
