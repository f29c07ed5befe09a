"""Plain files are changed by their lines as they are by the parser's events."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.store.edit import Append, Set, Value, apply
from pipectl.store.edit_plain import append_plainly, set_plainly
from pipectl.store.plain_reader import read_plain
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
LISTS = re.compile(r"^(\w+): *\n *- ", re.MULTILINE)
SCALAR = re.compile(r"^(\w+):(?: +[^\s|>\[{]| *\n +[^\s-])", re.MULTILINE)


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


@pytest.mark.parametrize(
    "text", ["\n  Cold\n", " \n  Cold\n", "  # first\n  Cold\n", " Cold\n  chain\n", "\n  Cold\n  chain\n"]
)
def test_a_text_of_several_lines_takes_the_events(text: str) -> None:
    data = f"title:{text}stage: won\n".encode()
    assert read_plain(data) is not None
    assert set_plainly(data, [Set(("title",), "Warm")]) is None
    assert dict(read_plain(apply(data, [Set(("title",), "Warm")])) or {}) == {"title": "Warm", "stage": "won"}


def test_what_it_says_already_takes_the_events() -> None:
    assert set_plainly(DEAL, [Set(("owner",), "hana")]) is None
    assert set_plainly(DEAL, [Set(("owner",), "yoga"), Set(("owner",), "hana")]) is None


ENTRY = {"at": Value("2026-11-23", bare=True), "stage": "qualified", "note": "Asked: yes"}
HISTORY = (
    b"title: Cold chain\nhistory:\n  - {at: 2025-01-30, stage: lead}\n  - {at: 2025-02-02, stage: won, by: hana}\n"
)


def test_an_entry_is_put_below_those_that_end_the_file() -> None:
    added = b'  - {at: 2026-11-23, stage: qualified, note: "Asked: yes"}\n'
    assert append_plainly(HISTORY, Append(("history",), ENTRY)) == HISTORY + added


@pytest.mark.parametrize(
    "data",
    [
        HISTORY.replace(b"won", b'"won"'),
        HISTORY.replace(b", by", b",  by"),
        HISTORY.replace(b"{at: 2025-02-02", b"{ at: 2025-02-02"),
        HISTORY.replace(b"\n  - {at: 2025-02", b"\n\n  - {at: 2025-02"),
        HISTORY.replace(b"\n  - {at: 2025-02", b"\n    # then\n  - {at: 2025-02"),
        HISTORY + b"\n",
        HISTORY + b"    # so far\n",
        HISTORY + b"owner: hana\n",
        HISTORY.removesuffix(b"\n"),
        HISTORY.partition(b"  - {at: 2025-02")[0],
        DEAL,
    ],
    ids=repr,
)
def test_an_entry_that_would_stand_elsewhere_or_look_otherwise_takes_the_events(data: bytes) -> None:
    assert append_plainly(data, Append(("history",), ENTRY)) is None


def test_an_entry_that_the_line_reader_can_not_prove_takes_the_events() -> None:
    for item in ("won", ENTRY | {"by": Value("~", bare=True)}, ENTRY | {"tags": ["a"]}, ENTRY | {"note": "a #b"}, {}):
        assert append_plainly(HISTORY, Append(("history",), item)) is None
    for path in ((), ("title",), ("nowhere",), ("history", 0)):
        assert append_plainly(HISTORY, Append(path, ENTRY)) is None


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


WORDS = st.sampled_from(("won", "2026-01-01", "a b", "yes", "x:y"))
ENTRIES = st.dictionaries(st.sampled_from(("at", "by", "note", "on", "stage")), WORDS | TEXTS, max_size=3)


@given(st.lists(st.dictionaries(st.sampled_from(("at", "note")), WORDS | TEXTS)), ENTRIES, st.booleans(), st.data())
def test_lines_and_events_append_the_same_bytes(
    there: list[dict[str, str]], item: dict[str, str], bare: bool, data: st.DataObject
) -> None:
    file = HISTORY
    for entry in there:
        file = apply(file, [Append(("history",), entry)], **BY_EVENTS)
    file = data.draw(st.just(file) | st.just(HISTORY) | st.sampled_from((*PLAIN, *OTHERS)))
    keys = LISTS.findall(file.decode("utf-8-sig")) or ["history"]
    edit = Append((data.draw(st.sampled_from(keys)),), {key: Value(text, bare=bare) for key, text in item.items()})
    found = append_plainly(file, edit)
    assert found is None or found == apply(file, [edit], **BY_EVENTS)
