"""A diff is difflib's, whichever way it was found."""

import difflib
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from pipectl.commands._diff import diff, unified
from pipectl.store.write import Change

LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\n", "d\n"]), max_size=12)


@given(LINES, LINES, LINES, LINES)
def test_one_changed_place_is_shown_as_difflib_shows_it(
    above: list[str], gone: list[str], come: list[str], below: list[str]
) -> None:
    old, new = [*above, *gone, *below], [*above, *come, *below]
    assert list(unified(old, new, "x", "y")) == list(difflib.unified_diff(old, new, "x", "y"))


def test_every_short_pair_of_files_is_shown_as_difflib_shows_it() -> None:
    files = [list(lines) for length in range(6) for lines in product("ab", repeat=length)]
    for old, new in product(files, files):
        assert list(unified(old, new, "x", "y")) == list(difflib.unified_diff(old, new, "x", "y"))


def test_a_long_file_is_shown_as_difflib_shows_it() -> None:
    old = ["\n"] * 150 + [f"{number}\n" for number in range(150)] + ["\n"] * 100
    for at in (0, 10, 160, 399):
        new = [*old[:at], "new\n", *old[at + 1 :]]
        assert list(unified(old, new, "x", "y")) == list(difflib.unified_diff(old, new, "x", "y"))


def test_git_counts_lines_by_their_newlines() -> None:
    change = Change("a\u2028b\r\nc".encode(), "a\u2028b\r\nd".encode())
    assert diff({"deals/x.yaml": change}) == (
        "--- a/deals/x.yaml\n+++ b/deals/x.yaml\n@@ -1,2 +1,2 @@\n a\\u2028b\n"
        "-c\n\\ No newline at end of file\n+d\n\\ No newline at end of file\n"
    )
