from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from pipectl.output.fit import NARROW, cut, cut_between, pad, room_for, shrink, width, wrap
from pipectl.output.safe import plain
from tests.output.samples import hostile


def test_wide_characters_take_two_cells() -> None:
    assert [width(text) for text in ("abc", "丸星", "🚚", "e\u0301")] == [3, 4, 2, 1]


def test_what_takes_a_cell_a_character_does_so_by_the_tables_too() -> None:
    narrow = [chr(code) for code in range(0x110000) if NARROW.match(chr(code))]
    assert {character for character in narrow if wcswidth(character) != 1} == set()
    assert width("".join(narrow)) == wcswidth("".join(narrow)) == len(narrow)


def test_a_cut_text_ends_in_an_ellipsis_and_is_no_wider() -> None:
    assert cut("Acme warehouse", 8, "…") == "Acme wa…"
    assert cut("Acme warehouse", 8, "...") == "Acme..."
    assert cut("丸星物流", 4, "…") == "丸…"
    assert cut("丸星物流", 5, "…") == "丸星…"
    assert cut("Acme", 4, "…") == "Acme"
    assert cut("Acme", 0, "…") == ""


def test_no_number_stands_before_the_ellipsis_of_a_note() -> None:
    assert cut_between("since 2026-10-14, limit 21 d", 28, "…") == "since 2026-10-14, limit 21 d"
    assert cut_between("since 2026-10-14, limit 21 d", 27, "…") == "since 2026-10-14, limit…"
    assert cut_between("since 2026-10-14, limit 21 d", 15, "...") == "since..."
    assert cut_between("2026-10-14", 5, "…") == "…"
    assert cut_between("Acme warehouse", 8, "…") == "Acme wa…"


@given(hostile, st.integers(0, 30), st.sampled_from(["…", "..."]))
def test_cut_between_never_goes_over_and_ends_in_no_digit(text: str, room: int, ellipsis: str) -> None:
    safe = plain(text)
    shown = cut_between(safe, room, ellipsis)
    assert width(shown) <= room
    assert shown == safe or not shown.removesuffix(ellipsis)[-1:].isdigit()


def test_names_give_way_to_what_can_be_shown_beside_them() -> None:
    assert room_for(30, 16, 80, [20, 40]) == 30
    assert room_for(30, 16, 60, [20, 40]) == 20
    assert room_for(30, 16, 50, [20, 40]) == 30
    assert room_for(10, 16, 50, [40]) == 10


@given(hostile, st.integers(0, 30))
def test_cut_never_goes_over(text: str, room: int) -> None:
    assert width(cut(plain(text), room, "…")) <= room


def test_padding_counts_cells_and_not_colour() -> None:
    assert pad("丸", 4) == "丸  "
    assert pad("丸", 4, right=True) == "  丸"
    assert pad("x", 3, painted="\x1b[1mx\x1b[0m") == "\x1b[1mx\x1b[0m  "


def test_lines_break_between_words() -> None:
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("one two three", None) == ["one two three"]
    assert wrap("", 8) == [""]


def test_a_broken_line_begins_with_no_command() -> None:
    assert wrap("a title ::error:: x", 10) == ["a title", "\\::error::", "x"]
    assert wrap("a title ::error::x", 8) == ["a title", "\\::error:", ":x"]


def test_the_widest_gives_first_and_none_goes_below_its_floor() -> None:
    assert shrink([10, 30, 20], [10, 8, 8], 15) == [10, 17, 18]
    assert shrink([10, 12], [10, 8], 99) == [10, 8]


def test_a_word_wider_than_the_room_is_broken() -> None:
    assert wrap("a 丸星物流丸星 b", 5) == ["a", "丸星", "物流", "丸星", "b"]
    assert wrap("x" * 7, 3) == ["xxx", "xxx", "x"]
    assert wrap("丸星", 1) == ["丸", "星"]


@given(hostile, st.integers(2, 30))
def test_lines_are_no_wider_than_the_room(text: str, room: int) -> None:
    assert all(width(line.removeprefix("\\")) <= room for line in wrap(plain(text), room))


@given(st.lists(st.sampled_from(["a", " ", "\u3000", "::", "\\", "bcd"]), max_size=12).map("".join), st.integers(1, 9))
def test_no_broken_line_begins_with_a_command(text: str, room: int) -> None:
    assert not any(line.lstrip().startswith("::") for line in wrap(plain(text), room))
