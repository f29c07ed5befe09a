"""Laws that hold for every file, edit and text."""

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipectl.store.edit import AddKey, Append, Edit, Refused, Remove, Set, Value, apply
from tests.store.edits.oracle import FILES, VARIANTS, Said, after, comments, edits, nodes, says, variant

# Files without anchors: nothing in them may be refused. `[a: 1]` gets braces that stay, so it is no case for all laws.
FREE = {
    name: data
    for name, data in FILES.items()
    if says(data) and b"&" not in data.replace(b"&&", b"") and name != "flow-single-pairs"
}
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf"]), max_size=40
) | st.sampled_from(
    [
        "no",
        "~",
        "12:30",
        "- a",
        "a: b",
        "#x",
        "a #b",
        "'",
        '"',
        "{a}",
        "[",
        "a, b",
        "two\nlines\n",
        "\ttab",
        "%",
        "---",
        "...",
        "=",
        "<<",
    ]
)
KEYS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=12).map("k".__add__)


# Made once and not in each draw: making and checking them takes longer than drawing from them.
_NAMES = st.lists(st.sampled_from(["a", "b b", "'c'", '"d"', "e"]), min_size=1, max_size=4, unique=True)
_BESIDE = st.sampled_from(["", "", " # beside", "   "])
_EITHER = st.booleans()
_PLAIN = st.sampled_from(
    ["x", "two words", "12", "'it''s'", '"a: b"', "~", "[p, q]", "{p: q, r: [s]}", "[]", "{ t: u }", "é"]
)
_BLOCK = st.sampled_from(["|", "|-", "|+", ">", ">-"])
_BODY = st.sampled_from(["text", "text\n{i}  deeper\n{i}text", "text\n\n\n{i}# more", "text\n\n"])


@st.composite
def written(draw: st.DrawFn, indent: str = "", depth: int = 0) -> str:
    """The lines of a block mapping, in any of the styles that hands write."""
    lines = []
    for key in draw(_NAMES):
        if draw(_EITHER):
            lines.append(draw(_above(indent)))
        comment = draw(_BESIDE)
        lines.append(f"{indent}{key}:{draw(_value(indent, depth, comment))}")
    return "\n".join(lines)


@cache
def _above(indent: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", f"{indent}# above", "# left", ""])


@cache
def _value(indent: str, depth: int, comment: str) -> st.SearchStrategy[str]:
    values = [_PLAIN.map(lambda text: f" {text}{comment}"), st.just(comment)]
    values.append(
        st.tuples(_BLOCK, _BODY).map(
            lambda two: f" {two[0]}{comment}\n{indent}  " + two[1].replace("{i}", f"{indent}  ")
        )
    )
    if depth < 2:
        dash = st.sampled_from([f"{indent}- ", f"{indent}  - ", f"{indent}   -   "])
        values.append(
            st.tuples(dash, st.lists(_PLAIN, min_size=1, max_size=3)).map(
                lambda two: comment + "".join(f"\n{two[0]}{item}" for item in two[1])
            )
        )
        inner = {deeper: written(deeper, depth + 1) for deeper in (indent + "  ", indent + "    ", indent + " ")}
        deeper = st.sampled_from(list(inner)).flatmap(inner.__getitem__)
        values.append(deeper.map(lambda text: f"{comment}\n{text}"))
        values.append(inner[indent + "    "].map(lambda text: f"{comment}\n{indent}  -\n{text}"))
    return st.one_of(values)


DOCUMENTS = st.tuples(written(), st.sampled_from(VARIANTS)).map(
    lambda two: variant(two[1], f"{two[0]}\n".encode())
) | st.tuples(st.sampled_from(sorted(FREE)), st.sampled_from(VARIANTS)).map(lambda two: variant(two[1], FREE[two[0]]))


def _place(data: st.DataObject, said: Said, kind: str) -> tuple[str | int, ...] | None:
    paths = [path for path, node in nodes(said) if node[0] == kind]
    return data.draw(st.sampled_from(paths)) if paths else None


@settings(max_examples=120)
@given(DOCUMENTS, TEXTS, st.data())
def test_what_was_set_is_read_and_nothing_else_differs(document: bytes, text: str, data: st.DataObject) -> None:
    said = says(document)
    path = _place(data, said, "text") if said else None
    if said is None or path is None:
        return
    result = apply(document, [Set(path, text)])
    assert says(result) == after(said, Set(path, text))
    assert comments(result) == comments(document)
    assert apply(result, [Set(path, text)]) == result


@settings(max_examples=120)
@given(DOCUMENTS, KEYS, TEXTS, st.data())
def test_what_was_added_and_removed_again_leaves_no_trace(
    document: bytes, key: str, text: str, data: st.DataObject
) -> None:
    said = says(document)
    path = _place(data, said, "mapping") if said else None
    if said is None or path is None or _ends_in_pinned_text(document):
        return
    whole = next(node for at, node in nodes(said) if at == path)
    if not whole[3] or any(name[-1] == key for name, _ in whole[3]):
        return
    edit = AddKey(path, key, text)
    result = apply(document, [edit])
    assert says(result) == after(said, edit)
    assert apply(result, [Remove((*path, key))]) == document


@settings(max_examples=120)
@given(DOCUMENTS, st.dictionaries(KEYS, TEXTS, min_size=1, max_size=3) | TEXTS, st.data())
def test_an_item_that_comes_and_goes_leaves_no_trace(
    document: bytes, item: dict[str, str] | str, data: st.DataObject
) -> None:
    said = says(document)
    path = _place(data, said, "list") if said else None
    if said is None or path is None or _ends_in_pinned_text(document):
        return
    result = apply(document, [Append(path, item)])
    assert says(result) == after(said, Append(path, item))
    if next(node for at, node in nodes(said) if at == path)[3]:
        left = apply(result, [Remove((*path, -1))])
        # A blank line that parted the items stays, as nobody asked for it to go.
        assert [line for line in left.split(b"\n") if line.strip()] == [
            line for line in document.split(b"\n") if line.strip()
        ]


def _ends_in_pinned_text(document: bytes) -> bool:
    """Whether a block of text ends the file without line break: an entry below it changes its sign for good."""
    return not document.endswith(b"\n")


@settings(max_examples=80)
@given(DOCUMENTS, st.data())
def test_edits_together_do_what_they_do_one_by_one(document: bytes, data: st.DataObject) -> None:
    changes: list[Edit] = []
    one_by_one = document
    for _ in range(3):
        said = says(one_by_one)
        found = list(edits(said)) if said else []
        if found:
            changes.append(data.draw(st.sampled_from(found)))
            try:
                one_by_one = apply(one_by_one, changes[-1:])
            except Refused:
                # Of a file as people write it none is; what an edit has left of it may be a shape that nobody writes.
                assert len(changes) > 1
                with pytest.raises(Refused):
                    apply(document, changes)
                return
    assert apply(document, changes) == one_by_one


@settings(max_examples=120)
@given(TEXTS, st.booleans())
def test_any_text_can_stand_anywhere(text: str, bare: bool) -> None:
    value = Value(text, bare=bare and bool(text))
    result = apply(b"a: x\nb: [x]\nc: {d: x}\n", [
        Set(("a",), value), Append(("b",), value), AddKey(("c",), "e", value), AddKey((), "f", value),
        AddKey((), "g", [{"h": value}]), AddKey((), "i", [value]), Append(("g",), value),
    ])  # fmt: skip
    said = says(result)
    assert said is not None
    assert sum(node[-1] == text for _, node in nodes(said)) >= 7
    assert YAML(typ="rt", pure=True).load(result.decode()) is not None


@settings(max_examples=150)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_broken_file_is_edited_rightly_or_refused(name: str, data: st.DataObject) -> None:
    """Bytes cut out of a file, or doubled: whatever can still be parsed is edited as any file, the rest refused."""
    whole = FILES[name]
    start = data.draw(st.integers(0, len(whole)))
    stop = min(len(whole), start + data.draw(st.integers(0, 8)))
    broken = data.draw(st.sampled_from([whole[:start] + whole[stop:], whole[:stop] + whole[start:]]))
    said = _attempt(lambda: says(broken))
    found = list(edits(said)) if said else [Set((), "x")]
    edit = data.draw(st.sampled_from(found))
    try:
        result = apply(broken, [edit])
    except Refused:
        return
    if said is not None:
        assert says(result) == after(said, edit)


def _attempt(read: Callable[[], Said | None]) -> Said | None:
    try:
        return read()
    except Exception:  # noqa: BLE001 - whatever a reader of broken files raises
        return None
