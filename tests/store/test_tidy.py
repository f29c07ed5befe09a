"""A file in canonical form: what moves, whose a comment is, and the laws that hold for every file."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipectl.model.deal import Deal
from pipectl.store import said, tidy
from pipectl.store.edit_refused import Refused
from pipectl.store.emit import deal_text
from pipectl.store.layout import DEAL, PIPELINE, SETTINGS, STRANGERS, Layout, layout_of
from pipectl.store.nodes import read_tree
from pipectl.store.said import says_the_same
from pipectl.store.tidy import tidied
from tests.store.edits.oracle import FILES, VARIANTS, Said, comments, says, variant
from tests.store.golden_files import FILES as GOLDEN
from tests.store.test_emit import ZONE, deals

LAYOUTS = {"deal": DEAL, "pipeline": PIPELINE, "settings": SETTINGS}


def _tidied(text: str, layout: Layout = DEAL) -> str:
    return tidied(text.encode(), layout).decode()


def test_keys_stand_in_the_order_of_new_files_and_a_blank_line_parts_the_groups() -> None:
    text = """\
        history:
        - {at: 2026-11-01, stage: lead}
        stage: lead
        tags: [a,  b]
        amount:   5   # about
        owner: 'ani'
        title: "Acme"
        """
    assert _tidied(dedent(text)) == dedent(
        """\
        title: "Acme"
        stage: lead

        amount:   5   # about

        owner: 'ani'

        tags: [a,  b]

        history:
        - {at: 2026-11-01, stage: lead}
        """
    )


def test_a_comment_at_the_head_of_the_settings_stays_there() -> None:
    text = "# head comment\ncurrency: USD\nname: A\nversion: 1\n"
    once = _tidied(text, SETTINGS)
    assert once == "# head comment\n\nversion: 1\nname: A\ncurrency: USD\n"
    assert _tidied(once, SETTINGS) == once


def test_blank_lines_are_one_between_groups_and_none_inside_of_one() -> None:
    text = "\n\ntitle: A\n\n\nstage: lead\namount: 5\n\n\n\nowner: ani\n\n\n"
    assert _tidied(text) == "title: A\nstage: lead\n\namount: 5\n\nowner: ani\n"


def test_blank_lines_inside_of_an_entry_are_the_authors() -> None:
    text = "title: A\nstage: lead\n\ntasks:\n\n  - {title: A}\n\n\n  - {title: B}\n"
    assert _tidied(text) == text


def test_unknown_keys_stand_last_in_their_group_in_the_authors_order() -> None:
    text = "zebra: 1\ntitle: A\nstgae: lead\nnotes: B\ncompany: C\n"
    assert _tidied(text) == "title: A\n\ncompany: C\nzebra: 1\nstgae: lead\n\nnotes: B\n"
    assert _tidied("zebra: 1\nstages: []\nname: A\n", PIPELINE) == "name: A\nstages: []\n\nzebra: 1\n"
    assert _tidied("zebra: 1\nversion: 1\n", SETTINGS) == "version: 1\n\nzebra: 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A comment that touches the key below it, and one behind a value, move with the key.
        ("amount: 5  # net\n# Their name\ntitle: A\n", "# Their name\ntitle: A\n\namount: 5  # net\n"),
        # One between blank lines introduces the key below.
        ("amount: 5\n\n# Names\n\ntitle: A\n", "# Names\n\ntitle: A\n\namount: 5\n"),
        # One that touches the key above and has a blank line under it is that key's.
        ("amount: 5\n# net\n\ntitle: A\nstage: b\n", "title: A\nstage: b\n\namount: 5\n# net\n"),
        # So is one that is indented deeper, wherever it stands.
        ("tasks:\n  - {title: B}\n\n  # - {title: C}\ntitle: A\n",
         "title: A\n\ntasks:\n  - {title: B}\n\n  # - {title: C}\n"),
        # At the head of a file what does not touch the first key is the file's.
        ("# Acme\n\n# net\namount: 5\ntitle: A\n", "# Acme\n\ntitle: A\n\n# net\namount: 5\n"),
        ("# yaml-language-server: $schema=x\n# net\namount: 5\ntitle: A\n",
         "# yaml-language-server: $schema=x\ntitle: A\n\n# net\namount: 5\n"),
        # One that begins in the first line is the file's though it touches a key, and touches no other afterwards.
        ("# Acme\n# Ask Rina\nstage: b\ntitle: A\n", "# Acme\n# Ask Rina\n\ntitle: A\nstage: b\n"),
        ("# Acme\ntitle: A\nstage: b\n", "# Acme\ntitle: A\nstage: b\n"),
        ("---\namount: 5\ntitle: A\n...\n# end\n", "---\ntitle: A\n\namount: 5\n...\n# end\n"),
        # At the end of a file a comment is the file's too.
        ("amount: 5\ntitle: A\n# vim: set et\n", "title: A\n\namount: 5\n# vim: set et\n"),
        ("amount: 5\ntitle: A\n\n# the end\n", "title: A\n\namount: 5\n\n# the end\n"),
        # A remark under one key is not taken for the next one's.
        ("title: A\n# really\n\nstage: b\n", "title: A\n# really\n\nstage: b\n"),
        # A key that is commented out keeps its place.
        ("title: A\n\n# amount: 5\n\ncurrency: IDR\n", "title: A\n\n# amount: 5\n\ncurrency: IDR\n"),
        ("# Only a remark  \n\n\n", "# Only a remark\n"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_comment_stays_with_its_key(before: str, after: str) -> None:
    assert _tidied(before) == after
    assert _tidied(after) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: A  \t\nstage: b ", "title: A\nstage: b\n"),
        ("tasks:  \n  - {title: A,  \n     due: 2026-11-01}  \n", "tasks:\n  - {title: A,\n     due: 2026-11-01}\n"),
        # Blanks in texts stay, in a block and between quotes.
        ("notes: |  \n  one  \n     \n  two\n", "notes: |\n  one  \n     \n  two\n"),
        ('notes: "one  \n  two"  \n', 'notes: "one  \n  two"\n'),
        # A line break at the end would be in the text of the block, which says so then.
        ("notes: |\n  one", "notes: |-\n  one\n"),
        ("notes: |\n  one\ntitle: A", "title: A\n\nnotes: |\n  one\n"),
        ("title: A\nnotes: |+\n  one\n\n\ntags: [a]\n", "title: A\n\ntags: [a]\n\nnotes: |+\n  one\n\n\n"),
        ("notes: |+\n  one\n\n\ntitle: A\n", "title: A\n\nnotes: |+\n  one\n\n\n"),
        ("history: |+\n  one\n\nnotes: |+\n  two\n\n# x\ntasks: 1\n",
         "notes: |+\n  two\n\n# x\ntasks: 1\n\nhistory: |+\n  one\n\n"),
    ],
)  # fmt: skip
def test_blanks_at_the_ends_of_lines_go_and_never_from_a_text(before: str, after: str) -> None:
    assert _tidied(before) == after
    assert _tidied(after) == after


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    data = b"\xef\xbb\xbfamount: 5\r\ntitle: A\r\nstage: lead"
    assert tidied(data, DEAL) == b"\xef\xbb\xbftitle: A\r\nstage: lead\r\n\r\namount: 5\r\n"


def test_keys_that_an_anchor_ties_together_stay_in_the_authors_order() -> None:
    text = "company: &me ani\ntitle: A\nowner: *me\n"
    assert _tidied(text) == "company: &me ani\n\ntitle: A\n\nowner: *me\n"
    free = "company: &me ani\ntitle: A\nnotes: *me\n"
    assert _tidied(free) == "title: A\n\ncompany: &me ani\n\nnotes: *me\n"


@pytest.mark.parametrize("text", ["{title: A, stage: lead}\n", "- a\n- b\n", "one text\n", "title:\n"])
def test_a_file_without_a_key_a_line_keeps_its_lines(text: str) -> None:
    assert _tidied(f"\n{text}\n") == text


def test_a_file_that_would_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "says_the_same", lambda _old, _new: False)
    with pytest.raises(Refused, match="would not say the same"):
        _tidied("amount: 5\ntitle: A\n")
    assert _tidied("title: A\n\namount: 5\n") == "title: A\n\namount: 5\n"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("a: 1\nb: 2\n", "b: 2\na: 1\n", True),
        ("a: 1\n", "a: '1'\n", False),
        ("a: [1, 2]\n", "a: [2, 1]\n", False),
        ("a: {b: 1, c: 2}\n", "a: {c: 2, b: 1}\n", False),
        ("a: 1\nb: 2\n", "a: 2\nb: 1\n", False),
        ("a: |\n  x\n", "a: |-\n  x\n", False),
        ("a: 1\n", "a: 1\na: 1\n", False),
        ("", "a: 1\n", False),
    ],
)
def test_two_readers_decide_whether_a_file_says_the_same(old: str, new: str, same: bool) -> None:
    assert says_the_same(old.encode(), new.encode()) is same


def test_the_second_reader_alone_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = read_tree(b"a: 1\n", "")
    monkeypatch.setattr(said, "read_tree", lambda _data, _path: tree)
    assert not says_the_same(b"a: 1\n", b"a: 2\n")


def _sorted(found: Said | None) -> object:
    if found is None or found[0] != "mapping":
        return found
    return (*found[:3], sorted(found[3], key=repr))


def _check_laws(data: bytes, layout: Layout) -> None:
    new = tidied(data, layout)
    assert tidied(new, layout) == new
    assert _sorted(says(new)) == _sorted(says(data))
    assert comments(new) == comments(data)
    assert new.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert not new or new.endswith(b"\n") or new == b"\xef\xbb\xbf"
    if b"\r\n" in data and not re.search(rb"(?<!\r)\n", data):
        assert not re.search(rb"(?<!\r)\n", new)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", VARIANTS)
def test_the_laws_hold_for_hand_written_files(name: str, kind: str) -> None:
    data = variant(kind, FILES[name])
    if any(problem.unread for problem in read_tree(data, "").problems):
        return
    for layout in LAYOUTS.values():
        _check_laws(data, layout)


@pytest.mark.parametrize("text", GOLDEN)
def test_the_laws_hold_for_files_of_a_workspace(text: str) -> None:
    for layout in LAYOUTS.values():
        _check_laws(text.encode(), layout)


_VALUES = (
    " A", " 'it''s'", ' "two\n  lines"', "", " ~", "   aligned", " plain\n  that goes on\n\n  for long",
    " [a, b]", " {a: 1, b: [c]}", " [\n  a,  # first\n\n  b,\n]", " |\n  text  \n\n  # no comment", " |-\n    text",
    " |+\n  text\n\n", " >\n  folded\n\n   more\n", " |\n  text\n     ", "\n  - a\n  - b", "\n- a\n- {b: 1}",
    "\n  - at: 1\n    note: |\n      long\n\n  - at: 2", "\n  a: 1\n\n  b:\n    c: 2", " &x A", "\t\n  - a",
)  # fmt: skip
_GAPS = ("", "\n", "\n\n\n", "# one\n", "\n# one\n", "# one\n\n", "\n# one\n\n", "  # deep\n", "\n  # deep\n\n# one\n")
_BEHIND = ("", "", "  ", "  # behind", " \t")
_KEYS = tuple(key for group in (*DEAL, *SETTINGS) for key in group if key != STRANGERS)


_CHOSEN = st.lists(st.sampled_from((*_KEYS, "zebra", "'quoted key'")), unique=True, max_size=7)
_BEGUN = st.sampled_from(("", "---\n", "# head\n\n---\n"))
_ENDED = st.sampled_from((*_GAPS, "...\n", "\n...\n# end\n"))
_EITHER = st.booleans()


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Any file as hands write it: keys in any order, in any style, with comments and blank lines anywhere."""
    keys = draw(_CHOSEN)
    text = draw(_BEGUN)
    for key in keys:
        value = draw(st.sampled_from(_VALUES))
        behind = draw(st.sampled_from(_BEHIND)) if "\n" not in value else ""
        text += draw(st.sampled_from(_GAPS)) + f"{key}:{value}{behind}\n"
    text += draw(_ENDED)
    if draw(_EITHER):
        text = text.replace("\n", "\r\n")
    if draw(_EITHER):
        text = text.rstrip("\r\n")
    return (draw(st.sampled_from(("", "\ufeff"))) + text).encode()


@given(files(), st.sampled_from(tuple(LAYOUTS)))
@example(b"notes: |+\n  text\n\ntitle: A", "deal")
def test_the_laws_hold_for_any_file(data: bytes, layout: str) -> None:
    if any(problem.unread for problem in read_tree(data, "").problems):
        return
    _check_laws(data, LAYOUTS[layout])


@pytest.mark.no_cover
@given(deals)
def test_a_deal_as_it_is_written_is_formatted(deal: Deal) -> None:
    data = deal_text(deal, ZONE).encode()
    assert tidied(data, DEAL) == data


ROOT = Path(__file__).parent.parent.parent


def _documented() -> list[tuple[str, str]]:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "format.md").read_text(encoding="utf-8"), re.DOTALL)
    return list(zip(("pipectl.yaml", "pipelines/a.yaml", "deals/a.yaml"), blocks, strict=True))


@pytest.mark.parametrize(("path", "text"), _documented())
def test_the_examples_of_the_format_page_are_formatted(path: str, text: str) -> None:
    assert tidied(text.encode(), layout_of(path)).decode() == text
