"""Scalars at the top of plain files are set by their lines as they are by the parser's events."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipectl.store.edit import Set, Value, apply
from pipectl.store.edit_plain import set_plainly
from tests.store.edits.oracle import FILES, VARIANTS, variant
from tests.store.test_edit_laws import TEXTS
from tests.store.test_plain_reader import PLAIN_SEEDS

DEAL = b"""\
title: Cold chain for PT Sumber   # a hash
stage: "won"
owner: 'hana'   # beside
amount: 91000
lost_reason:
notes: |
  Two
  lines
tags: [cold-chain, 'tender']
fields: {segment: mid, seats: 16}
history:
  - {at: 2025-01-30, stage: "lead"}
  - at: 2025-02-02
    stage: won
"""
# As the parser's events have it: only without a document's number are the lines tried first.
BY_EVENTS = {"document": 0}
PLAIN = [DEAL, *(data for seeds in PLAIN_SEEDS for data in seeds)]
OTHERS = [variant(name, data) for name in VARIANTS for data in FILES.values()]
SCALAR = re.compile(r"^(\w+): +[^\s|>\[{]", re.MULTILINE)


def test_plain_and_quoted_scalars_are_set_in_their_lines() -> None:
    sets = [Set(("title",), "Warm: chain"), Set(("stage",), "lost"), Set(("amount",), Value("1", bare=True))]
    wanted = DEAL.replace(b"Cold chain for PT Sumber ", b'"Warm: chain" ').replace(b"won", b"lost", 1)
    assert set_plainly(DEAL, sets) == wanted.replace(b"91000", b"1")


def test_what_is_no_scalar_on_the_line_of_its_key_takes_the_events() -> None:
    for key in ("lost_reason", "notes", "tags", "fields", "history", "nowhere"):
        assert set_plainly(DEAL, [Set((key,), "x")]) is None
    assert set_plainly(DEAL, [Set(("fields", "segment"), "x")]) is None
    assert set_plainly(DEAL, [Set(("owner",), Value("~", bare=True))]) is None
    assert set_plainly(DEAL.replace(b"\n", b"\r\n"), [Set(("owner",), "x")]) is None


def test_what_it_says_already_takes_the_events() -> None:
    assert set_plainly(DEAL, [Set(("owner",), "hana")]) is None
    assert set_plainly(DEAL, [Set(("owner",), "yoga"), Set(("owner",), "hana")]) is None


def test_edits_that_are_left_are_made_by_the_events() -> None:
    edits = [Set(("owner",), "yoga"), Set(("fields", "segment"), "small"), Set(("stage",), "lost")]
    wanted = DEAL.replace(b"'hana'", b"'yoga'").replace(b"mid", b"small").replace(b'"won"', b'"lost"')
    assert apply(DEAL, edits) == apply(DEAL, edits, **BY_EVENTS) == wanted


@given(st.data(), st.booleans())
def test_lines_and_events_give_the_same_bytes(data: st.DataObject, bare: bool) -> None:
    file = data.draw(st.sampled_from(PLAIN) | st.sampled_from(OTHERS))
    keys = st.sampled_from(SCALAR.findall(file.decode("utf-8-sig")) or ["nowhere"])
    chosen = data.draw(st.lists(keys, min_size=1, max_size=2, unique=True))
    sets = [Set((key,), Value(data.draw(TEXTS), bare=bare)) for key in chosen]
    found = set_plainly(file, sets)
    assert found is None or found == apply(file, sets, **BY_EVENTS)
