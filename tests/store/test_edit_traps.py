"""What YAML and its parsers hold in store for an editor, each trap once."""

import pytest

from pipectl.store import edit_document
from pipectl.store.edit import AddKey, Append, Refused, Remove, Set, Value, apply
from pipectl.store.slow_parser import SlowParser
from tests.store.edits.oracle import FILES, after, documents, edits, says

DAY = Value("2026-11-20", bare=True)
MOVE = (Set(("stage",), "won"), Append(("history",), {"at": DAY, "stage": "won"}))


def _applied(text: str, *changes: Set | AddKey | Append | Remove) -> str:
    return apply(text.encode(), changes).decode()


def test_a_byte_order_mark_moves_nothing() -> None:
    assert _applied("\ufeffstage: lead\nowner: ani\n", Set(("stage",), "won")) == "\ufeffstage: won\nowner: ani\n"


def test_a_line_break_of_two_characters_counts_two() -> None:
    text = "a: 1\r\nb: 2\r\nstage: lead # x\r\nhistory:\r\n- {at: 2026-10-03, stage: lead}\r\n"
    assert _applied(text, *MOVE) == (
        "a: 1\r\nb: 2\r\nstage: won # x\r\nhistory:\r\n- {at: 2026-10-03, stage: lead}\r\n"
        "- {at: 2026-11-20, stage: won}\r\n"
    )


def test_breaks_of_both_kinds_are_kept_and_the_near_one_is_used() -> None:
    assert _applied("a: 1\nb:\r\n- x\r\nc: 2\n", Append(("b",), "z")) == "a: 1\nb:\r\n- x\r\n- z\r\nc: 2\n"


def test_blank_lines_after_a_block_of_text_are_not_part_of_it() -> None:
    text = "notes: |\n  text\n\n\nstage: lead\n"
    assert _applied(text, Set(("notes",), "short")) == "notes: short\n\n\nstage: lead\n"
    assert _applied(text, AddKey((), "owner", "ani", after=["notes"])) == (
        "notes: |\n  text\nowner: ani\n\n\nstage: lead\n"
    )
    assert _applied(text, Remove(("notes",))) == "\n\nstage: lead\n"


def test_blank_lines_that_a_block_of_text_keeps_stay_its_own() -> None:
    text = "notes: |+\n  text\n\n\nstage: lead\n"
    assert _applied(text, AddKey((), "owner", "ani", after=["notes"])) == (
        "notes: |+\n  text\n\n\nowner: ani\nstage: lead\n"
    )


def test_an_alias_is_not_its_target() -> None:
    text = "owner: &me ani\nbackup: *me\nby: *me # too\n"
    assert _applied(text, Set(("backup",), "budi")) == "owner: &me ani\nbackup: budi\nby: *me # too\n"


def test_a_shared_value_is_left_alone() -> None:
    text = "base: &b {x: 1}\nuse: *b\nme: &me ani\nby: *me\n"
    changes = (
        Set(("me",), "budi"), Set(("base", "x"), "2"), Set(("use", "x"), "2"), AddKey(("base",), "y", "2"),
        Remove(("base", "x")), Remove(("base",)), Remove(("me",)),
    )  # fmt: skip
    for change in changes:
        with pytest.raises(Refused, match=r"shared|used again"):
            _applied(text, change)


def test_an_anchor_given_again_is_shared_only_where_it_is_used() -> None:
    text = "a: &x one\nb: *x\nc: &x two\n"
    assert _applied(text, Set(("c",), "three")) == "a: &x one\nb: *x\nc: &x three\n"
    with pytest.raises(Refused, match="&x is used again"):
        _applied(text, Set(("a",), "three"))


def test_anchor_and_tag_stand_before_the_value() -> None:
    text = "stage: &s !!str lead\nhistory: &h # newest last\n  - &first {at: 2026-10-03}\nempty: &e\n"
    changes = (Set(("stage",), "won"), AddKey(("history", 0), "stage", "lead"), Append(("history",), {"at": DAY}))
    assert _applied(text, *changes, Set(("empty",), "full")) == (
        "stage: &s !!str won\nhistory: &h # newest last\n  - &first {at: 2026-10-03, stage: lead}\n"
        "  - {at: 2026-11-20}\nempty: &e full\n"
    )


def test_a_block_collection_ends_with_its_last_value() -> None:
    text = "history:\n  - {at: 2026-10-03}\n\n# the rest\n\nowner: ani\n"
    assert _applied(text, Append(("history",), {"at": DAY})) == (
        "history:\n  - {at: 2026-10-03}\n  - {at: 2026-11-20}\n\n# the rest\n\nowner: ani\n"
    )


def test_a_comment_that_is_indented_deeper_stays_with_the_entry_above() -> None:
    text = "history:\n  - at: 2026-10-03\n    # by phone\n  # the list goes on\nowner: ani\n"
    assert _applied(text, Append(("history",), {"at": DAY})) == (
        "history:\n  - at: 2026-10-03\n    # by phone\n  - at: 2026-11-20\n  # the list goes on\nowner: ani\n"
    )


def test_a_comment_beside_the_sign_of_a_block_survives() -> None:
    text = "stage: >- # keep me\n  lead\nowner: | # me too\n  ani\n"
    assert _applied(text, Set(("stage",), "won"), Set(("owner",), "budi")) == (
        "stage: >- # keep me\n  won\nowner: budi # me too\n"
    )


def test_a_file_without_final_line_break_stays_so() -> None:
    text = "stage: lead\nhistory:\n  - {at: 2026-10-03, stage: lead}"
    longer = "stage: won\nhistory:\n  - {at: 2026-10-03, stage: lead}\n  - {at: 2026-11-20, stage: won}"
    assert _applied(text, *MOVE) == longer
    assert _applied(longer, Remove(("history", 1)), Set(("stage",), "lead")) == text


@pytest.mark.parametrize("sign", ["|", "|+", ">", "|2"])
def test_a_block_of_text_that_ends_a_file_without_line_break_keeps_its_value(sign: str) -> None:
    pinned = sign.replace("+", "") + "-"
    assert _applied(f"notes: {sign}\n  text", AddKey((), "owner", "ani")) == f"notes: {pinned}\n  text\nowner: ani"


def test_a_block_of_text_gets_its_line_break_when_it_becomes_the_end() -> None:
    assert _applied("notes: |\n  text\nowner: ani", Remove(("owner",))) == "notes: |\n  text\n"


def test_a_blank_line_with_spaces_may_belong_to_a_block_of_text() -> None:
    text = "notes: |\n  text\n     \nstage: lead\n"
    assert _applied(text, AddKey((), "owner", "ani", after=["notes"])) == (
        "notes: |\n  text\n     \nowner: ani\nstage: lead\n"
    )


def test_a_missing_value_stands_right_after_its_colon() -> None:
    text = "owner:   # unknown\n\n# next\nfields: {a: , b: }\nlist:\n  -\n  - x:\n"
    changes = (Set(("owner",), "ani"), Set(("fields", "a"), "1"), Set(("fields", "b"), "x"), Set(("list", 0), "w"))
    assert _applied(text, *changes, Set(("list", 1, "x"), "z")) == (
        'owner: ani   # unknown\n\n# next\nfields: {a: "1", b: x }\nlist:\n  - w\n  - x: z\n'
    )


def test_a_key_without_colon_gets_one() -> None:
    assert _applied("{a, b: c}\n", Set(("a",), "x")) == "{a: x, b: c}\n"
    assert _applied("? a\n? b # noted\n", Set(("b",), "x")) == "? a\n? b # noted\n: x\n"


def test_a_tab_after_a_colon_is_kept() -> None:
    assert _applied("stage:\tlead\n", Set(("stage",), "won")) == "stage:\twon\n"


def test_a_tab_after_a_colon_is_refused_by_the_parser_that_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit_document, "_Parser", SlowParser)
    with pytest.raises(Refused, match="line 1: not valid YAML"):
        _applied("stage:\tlead\n", Set(("stage",), "won"))


@pytest.mark.parametrize("name", list(FILES)[::4])
def test_the_parser_in_python_leads_to_the_same_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = says(FILES[name])
    changes = list(edits(said))[::5] if said else []
    wanted = [_outcome(FILES[name], change) for change in changes]
    monkeypatch.setattr(edit_document, "_Parser", SlowParser)
    found = [_outcome(FILES[name], change) for change in changes]
    assert [(one, other) for one, other in zip(found, wanted, strict=True) if one != other and one is not None] == []


def _outcome(data: bytes, change: Set | AddKey | Append | Remove) -> bytes | None:
    try:
        return apply(data, [change])
    except Refused:
        return None


def test_wide_characters_count_one() -> None:
    text = "title: 日本 🎉 👩‍💻 # 注\nstage: 見込み\n"
    assert _applied(text, Set(("stage",), "受注")) == "title: 日本 🎉 👩‍💻 # 注\nstage: 受注\n"


def test_a_comma_goes_before_the_comment_of_the_last_line() -> None:
    assert _applied("tags: [\n  a # one\n]\n", Append(("tags",), "b")) == "tags: [\n  a, # one\n  b\n]\n"


def test_what_looks_like_an_end_of_the_document_stays_the_end() -> None:
    assert _applied("---\na: 1\n...\n", AddKey((), "b", "...")) == "---\na: 1\nb: ...\n...\n"


def test_one_of_several_documents_is_chosen_by_number() -> None:
    data = b"a: 1\n---\na: 2\n"
    with pytest.raises(Refused, match="line 3: the file holds several documents"):
        apply(data, [Set(("a",), "x")])
    result = apply(data, [Set(("a",), "x")], document=1)
    assert result == b"a: 1\n---\na: x\n"
    assert documents(result)[1] == after(documents(data)[1], Set(("a",), "x"))
    with pytest.raises(Refused, match="no document number 2"):
        apply(data, [Set(("a",), "x")], document=2)


def test_nothing_can_be_smuggled_in_as_a_bare_value() -> None:
    for text in ("x\nstage: won", "x # gone", "a: b", "[a]", "&a b", "!t x", "'"):
        result = _applied("stage: lead\nowner: ani\n", Set(("stage",), Value(text, bare=True)))
        assert [value[3] for _, value in documents(result.encode())[0][3]] == [text, "ani"]


def test_deep_nesting_is_refused_at_once() -> None:
    with pytest.raises(Refused, match="nested deeper than 200 levels"):
        _applied("[" * 100_000, Set((0,), "x"))
