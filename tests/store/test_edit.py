"""The four edits: what each writes, and what it refuses."""

import pytest

from pipectl.store.edit import AddKey, Append, Data, Edit, Refused, Remove, Set, Value, apply
from pipectl.store.edit_document import Document

DAY = Value("2026-11-20", bare=True)


def _applied(text: str, *changes: Edit) -> str:
    return apply(text.encode(), changes).decode()


# Set


@pytest.mark.parametrize(
    ("old", "text", "written"),
    [
        ("lead", "won", "won"),
        ("lead", "a: b", '"a: b"'),
        ("lead", "no", '"no"'),
        ("lead", "2026-11-20", '"2026-11-20"'),
        ("'lead'", "won", "'won'"),
        ("'lead'", "it's", "'it''s'"),
        ("'lead'", "two\nlines", '"two\\nlines"'),
        ('"lead"', "won", '"won"'),
        ('"lead"', 'a "b" \\', '"a \\"b\\" \\\\"'),
        ('"lead"', "a\u00a0b\t", '"a\\xa0b\\t"'),
        ("~", "won", "won"),
        ("", "won", "won"),
        ("lead", "", '""'),
        ("lead\n  more", "won", "won"),
        ("lead", "lead", "lead"),
        ("'lead'", "lead", "'lead'"),
    ],
)
def test_a_new_text_keeps_the_quotes_of_the_old(old: str, text: str, written: str) -> None:
    assert _applied(f"stage: {old}\n".replace(": \n", ":\n"), Set(("stage",), text)) == f"stage: {written}\n"


@pytest.mark.parametrize(
    ("old", "text", "written"),
    [("lead", "2026-11-20", "2026-11-20"), ("'5'", "7", "'7'"), ("5", "7", "7"), ("lead", "~", "~"), ("'~'", "~", "~")],
)
def test_a_bare_value_stands_without_quotes_unless_the_old_had_them(old: str, text: str, written: str) -> None:
    assert _applied(f"at: {old}\n", Set(("at",), Value(text, bare=True))) == f"at: {written}\n"


def test_a_word_for_nothing_is_quoted_when_it_is_a_text() -> None:
    assert _applied("stage: null\n", Set(("stage",), "null")) == 'stage: "null"\n'


def test_lines_stay_lines_in_a_block_of_text() -> None:
    text = "notes: |\n    First.\n\n    Second.\n\nowner: ani\n"
    assert _applied(text, Set(("notes",), "One.\n\n  Two.\nThree.\n")) == (
        "notes: |\n    One.\n\n      Two.\n    Three.\n\nowner: ani\n"
    )
    assert _applied(text, Set(("notes",), "One.\nTwo.")) == "notes: |-\n    One.\n    Two.\n\nowner: ani\n"


def test_a_folded_text_of_lines_is_written_in_lines() -> None:
    assert _applied("notes: >\n  First.\nowner: ani\n", Set(("notes",), "One.\nTwo.\n")) == (
        "notes: |\n  One.\n  Two.\nowner: ani\n"
    )


# AddKey

DEAL = "title: Acme\nstage: lead # now\n\namount: 12\n\nowner: ani\n"


def test_a_key_goes_below_the_last_of_its_group() -> None:
    edit = AddKey((), "currency", "IDR", after=("stage", "amount", "nothing"))
    assert _applied(DEAL, edit) == DEAL.replace("12\n", "12\ncurrency: IDR\n")


def test_a_key_that_starts_a_group_gets_a_blank_line() -> None:
    edit = AddKey((), "currency", "IDR", after=("amount",), blank_before=True)
    assert _applied(DEAL, edit) == DEAL.replace("12\n", "12\n\ncurrency: IDR\n")


def test_a_key_that_starts_a_group_gets_as_many_blank_lines_as_the_groups_have() -> None:
    assert _applied("a: 1\n\n\nb: 2\n", AddKey((), "c", "x", blank_before=True)) == "a: 1\n\n\nb: 2\n\n\nc: x\n"


def test_a_key_goes_above_the_first_that_follows_it() -> None:
    edit = AddKey((), "currency", "IDR", before=("owner",), blank_before=True)
    assert _applied(DEAL, edit) == DEAL.replace("owner", "currency: IDR\n\nowner")


def test_a_key_goes_above_the_comments_of_the_one_that_follows() -> None:
    text = "# the deal\ntitle: Acme\n# who\nowner: ani\n"
    assert (
        _applied(text, AddKey((), "a", "b", before=("owner",))) == "# the deal\ntitle: Acme\na: b\n# who\nowner: ani\n"
    )
    assert (
        _applied(text, AddKey((), "a", "b", before=("title",))) == "# the deal\na: b\ntitle: Acme\n# who\nowner: ani\n"
    )


def test_a_block_of_text_is_not_taken_for_comments() -> None:
    text = "notes: |\n  text\n  # text\nowner: ani\n"
    assert _applied(text, AddKey((), "a", "b", before=("owner",))) == text.replace("owner", "a: b\nowner")


def test_a_key_without_a_place_goes_to_the_end() -> None:
    assert _applied(DEAL, AddKey((), "source", "referral")) == DEAL + "source: referral\n"


def test_values_of_every_kind_can_be_added() -> None:
    changes = [
        AddKey((), "tags", ["a", "b, c", DAY]),
        AddKey((), "fields", {"segment": "smb", "seats": Value("40", bare=True), "no": "yes"}),
        AddKey((), "history", [{"at": DAY, "stage": "lead"}, {"at": DAY, "note": "a, b"}], blank_before=True),
        AddKey((), "notes", "First.\n\nSecond."),
        AddKey((), "none", []),
    ]
    assert _applied("title: Acme\n", *changes) == (
        'title: Acme\ntags: [a, "b, c", 2026-11-20]\nfields: {segment: smb, seats: 40, "no": "yes"}\n'
        '\nhistory:\n  - {at: 2026-11-20, stage: lead}\n  - {at: 2026-11-20, note: "a, b"}\n'
        "notes: |-\n  First.\n\n  Second.\nnone: []\n"
    )


def test_a_new_list_looks_like_those_beside_it() -> None:
    text = "tasks:\n-   title: Call\n    due: 2026-11-01\n"
    assert _applied(text, AddKey((), "history", [{"at": DAY, "stage": "lead"}])) == (
        text + "history:\n-   at: 2026-11-20\n    stage: lead\n"
    )
    text = "tasks:\n    - { title: Call }\n"
    assert _applied(text, AddKey((), "history", [{"at": DAY}])) == text + "history:\n    - { at: 2026-11-20 }\n"


def test_a_new_key_looks_like_those_beside_it() -> None:
    assert _applied("title:   Acme\nstage:   lead\nid:      x\n", AddKey((), "owner", "ani")).endswith("owner:   ani\n")
    assert _applied('{"a":"b","c":"d"}', AddKey((), "at", DAY)) == '{"a":"b","c":"d","at":"2026-11-20"}'
    assert _applied("a: 'x'\nb: 'y'\n", AddKey((), "c", "z")) == "a: 'x'\nb: 'y'\nc: 'z'\n"


def test_a_missing_mapping_is_made() -> None:
    assert _applied("fields: # none\nowner: ani\n", AddKey(("fields",), "a", "b")) == (
        "fields: # none\n  a: b\nowner: ani\n"
    )
    assert _applied("fields: ~\n", AddKey(("fields",), "a", "b")) == "fields: {a: b}\n"
    assert _applied("", AddKey((), "a", "b")) == "a: b\n"
    assert _applied("# only words\n", AddKey((), "a", "b")) == "# only words\na: b\n"
    assert _applied("---\n# only words\n", AddKey((), "a", "b")) == "---\n# only words\na: b\n"


# Append


@pytest.mark.parametrize(
    ("entries", "new"),
    [
        ("  - {at: x, stage: lead}\n", "  - {at: 2026-11-20, stage: won}\n"),
        ("- {at: x, stage: lead}\n", "- {at: 2026-11-20, stage: won}\n"),
        ("- { at: x, stage: lead }\n", "- { at: 2026-11-20, stage: won }\n"),
        ("  - {at: 'x', stage: \"lead\"}\n", "  - {at: '2026-11-20', stage: \"won\"}\n"),
        ("  -   at: x\n      stage: lead\n", "  -   at: 2026-11-20\n      stage: won\n"),
        ("  -\n    at: x\n", "  -\n    at: 2026-11-20\n    stage: won\n"),
        ("  - at:    x\n    stage: lead\n", "  - at:    2026-11-20\n    stage: won\n"),
        ("  - at: x\n\n  - at: y\n", "\n  - at: 2026-11-20\n    stage: won\n"),
    ],
)
def test_a_new_entry_looks_like_the_last(entries: str, new: str) -> None:
    text = f"history:\n{entries}"
    assert (
        _applied(f"{text}owner: ani\n", Append(("history",), {"at": DAY, "stage": "won"})) == f"{text}{new}owner: ani\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[a, b]", "[a, b, c]"),
        ("[a,b]", "[a,b,c]"),
        ("[ a, b ]", "[ a, b, c ]"),
        ("[a, b,]", "[a, b, c,]"),
        ("['a', 'b']", "['a', 'b', 'c']"),
        ("[]", "[c]"),
        ("[\n  a,\n  b,\n]", "[\n  a,\n  b,\n  c,\n]"),
        ("[\n  a,\n  b\n]", "[\n  a,\n  b,\n  c\n]"),
        ("\n  - a\n  - 'b'", "\n  - a\n  - 'b'\n  - 'c'"),
        ("", "\n  - c"),
        ("~", "[c]"),
    ],
)
def test_a_new_text_looks_like_the_last(old: str, new: str) -> None:
    text = f"tags: {old}\nowner: ani\n".replace(": \n", ":\n")
    assert _applied(text, Append(("tags",), "c")) == f"tags: {new}\nowner: ani\n".replace(": \n", ":\n")


def test_a_move_changes_one_line_and_adds_one() -> None:
    text = "title: Acme\nstage: lead # now\nhistory:\n  - {at: 2026-10-03, stage: lead, by: ani} # first\n# end\n"
    new: dict[str, Data] = {"at": DAY, "stage": "won", "by": "ani", "note": "signed, sealed"}
    assert _applied(text, Set(("stage",), "won"), Append(("history",), new)) == (
        "title: Acme\nstage: won # now\nhistory:\n  - {at: 2026-10-03, stage: lead, by: ani} # first\n"
        '  - {at: 2026-11-20, stage: won, by: ani, note: "signed, sealed"}\n# end\n'
    )


# Remove


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ("# a\na: 1 # one\n# b\nb: 2\n", ("a",), "# a\n# b\nb: 2\n"),
        ("a: 1\nb:\n  - x\n  # y\n  - z\nc: 3\n", ("b",), "a: 1\nc: 3\n"),
        ("a: 1\nb: |\n  x\n\nc: 3\n", ("b",), "a: 1\n\nc: 3\n"),
        ("a:\n  - x\n  - y # two\n", ("a", 1), "a:\n  - x\n"),
        ("a:\n  - x\n  - y\n", ("a", -1), "a:\n  - x\n"),
        ("- a: 1\n  b: 2\n", (0, "a"), "- b: 2\n"),
        ("- a: 1 # one\n  # two\n  b: 2\n", (0, "a"), "-\n  # two\n  b: 2\n"),
        ("a: [x, y, z]\n", ("a", 0), "a: [y, z]\n"),
        ("a: [x, y, z]\n", ("a", 1), "a: [x, z]\n"),
        ("a: [x, y, z]\n", ("a", 2), "a: [x, y]\n"),
        ("a: [x, y,]\n", ("a", 1), "a: [x,]\n"),
        ("a: {x: 1, y: 2}\n", ("a", "x"), "a: {y: 2}\n"),
        ("a: [\n  x,\n  y # two\n]\n", ("a", 1), "a: [\n  x\n]\n"),
        ("a: [\n  x, # one\n  y,\n]\n", ("a", 0), "a: [\n  y,\n]\n"),
    ],
)
def test_what_is_removed_takes_its_lines_and_no_others(text: str, path: tuple[str | int, ...], left: str) -> None:
    assert _applied(text, Remove(path)) == left


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ("a: # one\n  # two\n  - x # three\nb: 1\n", ("a", 0), "a: [] # one\n  # two\nb: 1\n"),
        ("a:\n  b: 1\n", ("a", "b"), "a: {}\n"),
        ("a: 1\n", ("a",), "{}\n"),
        ("- a: 1\n", (0, "a"), "- {}\n"),
        ("a: [ x ]\n", ("a", 0), "a: []\n"),
        ("a: &b\n  - x\n", ("a", 0), "a: &b []\n"),
    ],
)
def test_the_last_entry_leaves_brackets_or_braces(text: str, path: tuple[str | int, ...], left: str) -> None:
    assert _applied(text, Remove(path)) == left


def test_the_blank_lines_above_go_on_request_where_some_follow() -> None:
    text = "a: 1\n\nb: 2\n\nc: 3\nd: 4\n"
    assert _applied(text, Remove(("b",))) == "a: 1\n\n\nc: 3\nd: 4\n"
    assert _applied(text, Remove(("b",), close_gap=True)) == "a: 1\n\nc: 3\nd: 4\n"
    assert _applied(text, Remove(("c",), close_gap=True)) == "a: 1\n\nb: 2\n\nd: 4\n"


# All or nothing


def test_edits_follow_each_other() -> None:
    changes: list[Edit] = [AddKey((), "tags", ["a"]), Append(("tags",), "b"), Set(("tags", 0), "c"), Remove(("title",))]
    assert _applied("title: Acme\nstage: lead\n", *changes) == "stage: lead\ntags: [c, b]\n"


def test_no_edits_change_nothing() -> None:
    assert apply(b"\xef\xbb\xbfa: 1  ", []) == b"\xef\xbb\xbfa: 1  "


@pytest.mark.parametrize(
    ("text", "edit", "message"),
    [
        ("a: 1\n", Set(("b", 0), "x"), "there is no 'b[0]'"),
        ("a: 1\nb: [x]\n", Set(("b",), "x"), "line 2: 'b' is a list"),
        ("a: 1\n", AddKey((), "a", "x"), "line 1: key 'a' is there already"),
        ("a: 1\n", AddKey(("a",), "b", "x"), "line 1: 'a' is no mapping"),
        ("a: 1\n", Append(("a",), "x"), "line 1: 'a' is no list"),
        ("a: 1\n", Append(("b",), "x"), "there is no 'b'"),
        ("a: 1\na: 2\n", Set(("a",), "x"), "line 2: key 'a' stands twice"),
        ("a: 1\n", Remove(()), "the whole content can't be removed"),
        ("a: &a {b: 1}\nc:\n  <<: *a\n", Set(("c", "<<"), "x"), "line 3: '<<' brings in the keys of *a"),
        ("a: [1\n", Set(("a",), "x"), "line 2: not valid YAML: did not find expected ',' or ']'"),
        ("a: 1\n", Set(("a",), "bell \a"), "line 1: control character U+0007 is not allowed, written as an escape"),
    ],
)
def test_what_can_t_be_done_is_refused_in_words(text: str, edit: Edit, message: str) -> None:
    with pytest.raises(Refused) as refused:
        _applied(text, edit)
    assert str(refused.value) == message


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    with pytest.raises(Refused, match="line 2: not UTF-8"):
        apply(b"a: 1\nb: \xff\n", [Set(("a",), "x")])


def test_a_refusal_says_what_to_put_in_by_hand() -> None:
    text = "base: &b\n  history:\n    - {at: x}\nuse: *b\n"
    with pytest.raises(Refused) as refused:
        _applied(text, Append(("base", "history"), {"at": DAY, "note": "a, b"}))
    assert refused.value.lines == ('- {at: 2026-11-20, note: "a, b"}',)
    assert refused.value.line == 1
    assert refused.value.hint == 'by hand, at line 1: - {at: 2026-11-20, note: "a, b"}'


def test_a_file_that_the_reader_does_not_read_can_be_edited_but_not_made_worse() -> None:
    assert _applied("a: !own x\nb: 1\n", Set(("b",), "z")) == "a: !own x\nb: z\n"
    with pytest.raises(Refused, match="nested deeper than 32 levels"):
        _applied("a: " + "[" * 31 + "]" * 31 + "\n", Append(("a", *[0] * 30), [["x"]]))


def test_a_document_finds_what_a_path_leads_to() -> None:
    document = Document(b"a: [x, {b: y}]\n")
    span = document.find(("a", 1, "b"))
    assert span is not None
    assert (span.text, document.text[span.start : span.stop]) == ("y", "y")
    assert document.find(("a", 2)) is None
    assert document.find(("a", "b")) is None
