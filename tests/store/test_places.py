"""Where values stand is told by their lines as it is by the full reader."""

import pytest

from pipectl.store.nodes import read_tree
from pipectl.store.places import PlainPlaces
from pipectl.store.plain_reader import read_plain
from pipectl.store.tree import Mapping
from tests.store.test_plain_reader import PLAIN_SEEDS

DEAL = b"""\
# A deal
title: Cold chain   # a hash
stage: "won"
lost_reason:
notes: |
  Two
  lines
tags: [cold-chain]
history:
  - {at: 2025-01-30, stage: lead}
"""


@pytest.mark.parametrize("data", [DEAL, b"\xef\xbb\xbf" + DEAL, *(each for seeds in PLAIN_SEEDS for each in seeds)])
def test_the_texts_at_the_top_stand_where_the_tree_has_them(data: bytes) -> None:
    root, tree = read_plain(data), read_tree(data, "").root
    assert root is not None
    assert isinstance(tree, Mapping)
    every = {key.text: (node.line, node.column) for key, node in tree.entries}
    places = PlainPlaces(data, lambda: every)
    assert {key: places[key] for key in root} == every
    assert dict(places) == every


def test_all_places_are_looked_for_only_when_another_is_asked_for() -> None:
    asked = []

    def every() -> dict[str, tuple[int, int]]:
        asked.append(True)
        return {"history.0": (10, 5)}

    places = PlainPlaces(DEAL, every)
    assert places["stage"] == (3, 8)
    assert "tasks" not in places
    assert "tasks.0" not in places
    assert not asked
    assert places["history.0"] == (10, 5)
    assert "history.1" not in places
    assert len(asked) == 1
