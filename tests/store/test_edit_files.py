"""Every file in `edits/`, in seven variants, with every operation at every place."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipectl.store.edit import AddKey, Append, Edit, Insert, Refused, Remove, Set, apply
from tests.store.edits.oracle import FILES, VARIANTS, after, comments, documents, edits, nodes, says, variant

# The same lines thousands of times: the other tests of edits count what they reach.
pytestmark = pytest.mark.no_cover

# What an edit may be refused for: anything else is a gap in the editor.
GOOD_REASONS = re.compile(r"is used again as|brings in the keys|a value shared with other places")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", VARIANTS)
def test_an_edit_changes_what_it_says_and_no_more(name: str, kind: str) -> None:
    data = variant(kind, FILES[name])
    said = says(data)
    if said is None:
        return
    before = comments(data)
    gaps: list[tuple[Edit, str]] = []
    for edit in edits(said):
        try:
            result = apply(data, [edit])
        except Refused as refused:
            gaps += [] if GOOD_REASONS.search(refused.reason) else [(edit, refused.reason)]
            continue
        assert says(result) == after(said, edit), edit
        _check_comments(edit, before, result)
        _check_bytes(edit, data, result)
    assert not gaps


def _check_comments(edit: Edit, before: Any, result: bytes) -> None:
    left = comments(result)
    assert not left - before, edit
    assert isinstance(edit, Remove) or not before - left, edit


def _check_bytes(edit: Edit, data: bytes, result: bytes) -> None:
    assert result.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    if b"\r\n" in data:
        assert not re.search(rb"(?<!\r)\n", result), edit
    old, put = _changed_middle(data, result)
    if isinstance(edit, Set):
        assert old in data
        assert old.count(b"\n") <= _longest_text(data), edit
    elif isinstance(edit, AddKey | Append | Insert):
        # A block of text that ends a file without line break is pinned: its `|` or `|+` becomes `|-`.
        assert _is_within(old if data.endswith(b"\n") else old.replace(b"+", b"", 1), put), edit
    else:
        # The last entry leaves brackets or braces.
        assert _is_within(re.sub(rb" ?(\[\]|\{\}) ?", b"", put, count=1), old), edit


def _longest_text(data: bytes) -> int:
    text = data.decode("utf-8-sig")
    scalars = [token for token in yaml.scan(text, Loader=yaml.CSafeLoader) if isinstance(token, yaml.ScalarToken)]
    return max(int(token.end_mark.line - token.start_mark.line) for token in scalars)


def _changed_middle(old: bytes, result: bytes) -> tuple[bytes, bytes]:
    start = 0
    while start < min(len(old), len(result)) and old[start] == result[start]:
        start += 1
    stop = 0
    while stop < min(len(old), len(result)) - start and old[-1 - stop] == result[-1 - stop]:
        stop += 1
    return old[start : len(old) - stop], result[start : len(result) - stop]


def _is_within(part: bytes, whole: bytes) -> bool:
    """Whether every byte of *part* stands in *whole*, in that order."""
    rest = iter(whole)
    return all(byte in rest for byte in part)


@pytest.mark.parametrize("name", FILES)
def test_two_other_readers_agree(name: str) -> None:
    data = FILES[name]
    said = says(data)
    readers = [reader for reader in (_read_by_pyyaml, _read_by_ruamel) if reader(data) is not None]
    for edit in _one_of_each(list(edits(said)) if said else []):
        try:
            result = apply(data, [edit])
        except Refused:
            continue
        for reader in readers:
            found = reader(result)
            assert found is not None, (edit, reader)
            assert _texts(found) == _texts(documents(result)[0]), (edit, reader)


def _one_of_each(found: list[Edit]) -> Iterator[Edit]:
    for kind in (Set, AddKey, Append, Insert, Remove):
        yield from [edit for edit in found if isinstance(edit, kind)][-1:]


def _texts(said: Any) -> list[str]:
    """The texts of a file in order; an alias is skipped, as the two readers put its target in its place."""
    if isinstance(said, list):
        return said
    return [node[3] for node in _flat(said) if node[0] == "text"]


def _flat(said: Any) -> Iterator[Any]:
    yield said
    if said[0] == "list":
        for item in said[3]:
            yield from _flat(item)
    if said[0] == "mapping":
        for pair in said[3]:
            for node in pair:
                yield from _flat(node)


def _read_by_pyyaml(data: bytes) -> list[str] | None:
    """PyYAML's parser in Python; it refuses some text that libyaml reads."""
    try:
        events = list(yaml.parse(data.decode("utf-8-sig"), Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        return None
    return [event.value for event in events if isinstance(event, yaml.ScalarEvent)]


def _read_by_ruamel(data: bytes) -> list[str] | None:
    try:
        events = list(YAML(pure=True).parse(StringIO(data.decode("utf-8-sig"))))
    except YAMLError:
        return None
    # ruamel marks where a folded text was folded.
    return [event.value.replace("\a", "") for event in events if type(event).__name__ == "ScalarEvent"]


def test_there_are_files_for_every_trap() -> None:
    assert len(FILES) >= 60
    assert sum(1 for data in FILES.values() if (said := says(data)) for _ in nodes(said)) > 800
