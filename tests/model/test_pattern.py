"""`pattern` does what `re.compile` does."""

import re

from pipectl.model.pattern import pattern


def test_a_pattern_finds_what_a_compiled_one_finds() -> None:
    lazy, compiled = pattern(r"^(\w+):", re.MULTILINE), re.compile(r"^(\w+):", re.MULTILINE)
    text = "one: 1\ntwo: 2\n"
    for _ in range(2):
        assert lazy.findall(text) == compiled.findall(text) == ["one", "two"]
        assert lazy.sub(r"\1 =", text) == "one = 1\ntwo = 2\n"
        assert lazy.match(text, 7) is not None
        assert lazy.fullmatch(text) is None
    assert lazy.flags == compiled.flags


def test_what_no_pattern_has_is_refused() -> None:
    assert not hasattr(pattern("a"), "matches")
