"""The one table of where keys stand."""

from collections import Counter

import pytest

from pipectl.model.deal import KEYS
from pipectl.store.layout import DEAL, PIPELINE, SETTINGS, STRANGERS, Layout, layout_of
from pipectl.store.load import load_snapshot
from tests.harness import SALES


def test_every_key_of_a_deal_has_one_place() -> None:
    keys = Counter(key for group in DEAL for key in group)
    assert set(keys) - {STRANGERS} == set(KEYS)
    assert set(keys.values()) == {1}


@pytest.mark.parametrize(("path", "layout"), [("pipectl.yaml", SETTINGS), ("pipelines/sales.yaml", PIPELINE)])
def test_every_key_of_the_other_files_has_one_place(path: str, layout: Layout) -> None:
    known = {"pipectl.yaml": "version: 1\ncurrency: IDR\n", "pipelines/sales.yaml": SALES}
    text = known[path] + "zzz: 1\n"
    workspace = load_snapshot({name: (known | {path: text})[name].encode() for name in known}, frozenset())
    hint = next(problem.hint for problem in workspace.problems if "'zzz'" in problem.message)
    keys = Counter(key for group in layout for key in group)
    assert set(keys) - {STRANGERS} == set(hint.removeprefix("known here: ").split(", "))
    assert set(keys.values()) == {1}


def test_a_file_has_the_layout_of_its_folder() -> None:
    paths = ("deals/2026/acme.yaml", "pipelines/sales.yaml", "pipectl.yaml")
    assert [layout_of(path) for path in paths] == [DEAL, PIPELINE, SETTINGS]
