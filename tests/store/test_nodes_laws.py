"""What hypothesis may try to break: no bytes raise, and what YAML's own writer writes is read back."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.store.nodes import forbidden, read_tree
from tests.store.test_nodes import plain, read

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).filter(
    lambda text: "\r" not in text and forbidden(text) is None
)
TREES = st.recursive(
    TEXT, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
YAMLISH = st.text(st.sampled_from("ab:-?[]{},#|>&*!%@`'\"\\ \n\t~.=<0"), max_size=30)


@given(st.text() | YAMLISH)
@settings(max_examples=500)
def test_no_text_raises(text: str) -> None:
    read(text.encode("utf-8", "surrogatepass"))


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    read(data)


@given(
    YAMLISH | TEXT,
    st.sampled_from(["a: {}\n", "- {}\n", "[{}]\n", "{{a: {}}}\n", "a: '{}'\n", 'a: "{}"\n', "a: |\n {}\n"]),
)
@settings(max_examples=500)
def test_no_text_in_a_file_raises(text: str, file: str) -> None:
    tree = read(file.format(text))
    assert all(problem.place.line >= 1 and problem.place.column >= 1 for problem in tree.problems)


@given(TREES, st.sampled_from([None, True, False]), st.booleans(), st.sampled_from([10, 80, 10_000]))
@settings(max_examples=300)
def test_what_safe_dump_writes_is_read_back(tree: Any, flow: bool | None, unicode: bool, width: int) -> None:
    written = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=unicode, width=width, sort_keys=False)
    found = read_tree(written.encode(), "x.yaml")
    assert not [problem for problem in found.problems if problem.unread]
    assert plain(found.root) == tree


@given(TEXT)
def test_what_is_quoted_is_read_back_and_is_not_plain(text: str) -> None:
    quoted = text.replace("'", "''")
    if "\n" not in text:
        tree = read(f"a: '{quoted}'\n")
        assert plain(tree.root) == {"a": text}
        assert not tree.problems
