"""CSV files as they come: separators, quotes, encodings, and rows that are no deals."""

import pytest

from pipectl.errors import UnreadableError
from pipectl.exchange.sheet import Refusal, Row, Sheet, Skipped, read_sheet, without_footer
from pipectl.model.mapping import Dialect

SEMICOLON = Dialect(separator=";")


def sheet(text: str, dialect: Dialect = SEMICOLON) -> Sheet:
    return read_sheet(text.encode(), dialect)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    found = sheet('id;title\n\n1;"two\nlines"\n2;b\n')
    assert found.rows == (Row(3, ("1", "two\nlines")), Row(4, ("2", "b")))
    assert found.skipped == (Skipped(2, "blank"),)


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        (b"\xef\xbb\xbfid;name\r\n1;Soci\xc3\xa9t\xc3\xa9\r\n", SEMICOLON),
        (b"id;name\r\n1;Soci\xe9t\xe9\r\n", Dialect(separator=";", encoding="cp1252")),
        ("id\tname\n1\tSociété\n".encode("utf-16"), Dialect(separator="\t", encoding="utf-16")),
        (b"id;name\r1;Soci\xc3\xa9t\xc3\xa9\r", SEMICOLON),
        (b"sep=;\r\nid;name\r\n1;Soci\xc3\xa9t\xc3\xa9\r\n", SEMICOLON),
    ],
)
def test_byte_order_marks_line_ends_and_encodings_make_no_difference(data: bytes, dialect: Dialect) -> None:
    found = read_sheet(data, dialect)
    assert found.header == ("id", "name")
    assert [row.cells for row in found.rows] == [("1", "Société")]


def test_bytes_of_another_encoding_are_refused_with_their_place() -> None:
    with pytest.raises(UnreadableError, match="line 2: byte 0xe9 is not utf-8"):
        read_sheet(b"id;name\n1;Soci\xe9t\xe9\n", SEMICOLON)


def test_a_quote_that_is_not_closed_is_refused_with_its_row() -> None:
    with pytest.raises(UnreadableError, match="row 2, which begins on line"):
        sheet('id;title\n1;"open\n2;b\n')


def test_rows_above_the_header_are_skipped_if_the_mapping_says_so() -> None:
    found = sheet("Deals\n\nid;title\n1;a\n", Dialect(separator=";", skip_rows=2))
    assert found.header == ("id", "title")
    assert found.rows == (Row(4, ("1", "a")),)


def test_a_row_with_more_cells_than_the_header_is_refused() -> None:
    found = sheet("id;title\n1;a;b\n2;c;\n")
    assert found.refused == (
        Refusal(2, "", "3 cells, and the header has 2", "a text with a separator in it needs quotes around it"),
    )
    assert found.rows == (Row(3, ("2", "c")),)


def test_a_header_in_the_middle_is_no_deal() -> None:
    assert sheet("id;title\n1;a\nid;title\n2;b\n").skipped == (Skipped(3, "the header again"),)


def test_a_sentinel_is_nothing() -> None:
    assert sheet("id;title\n1;-\n", Dialect(separator=";", sentinels=frozenset({"-"}))).rows == (Row(2, ("1", "")),)


def test_characters_that_no_file_of_ours_holds_are_taken_out() -> None:
    assert sheet("id;title\n1;\x1b[31ma\u202eb\u2028c\ufeff\n").rows[0].cells == ("1", "[31mab c")


FOOTED = """\
id;title;stage;amount
1;a;lead;10
Total;;;10
2;b;lead;20
Total;;;20

;;;30
Exported by ani
"""


def test_totals_and_notes_at_the_end_are_skipped_with_their_rows() -> None:
    found = without_footer(sheet(FOOTED), ids=[0], stages=[2])
    assert [row.number for row in found.rows] == [2, 4]
    assert found.skipped == (
        Skipped(3, "total"),
        Skipped(5, "footer"),
        Skipped(6, "blank"),
        Skipped(7, "footer"),
        Skipped(8, "footer"),
    )


def test_a_deal_called_total_is_a_deal() -> None:
    assert len(without_footer(sheet("id;title;stage\nTotal;Total;lead\n"), ids=[0], stages=[2]).rows) == 1


def test_a_deal_without_a_stage_is_no_footer() -> None:
    found = without_footer(sheet("id;title;stage;amount\n1;a;;10\n"), ids=[0], stages=[2])
    assert [row.number for row in found.rows] == [2]


def test_every_row_is_counted_once() -> None:
    found = without_footer(sheet(FOOTED), ids=[0], stages=[2])
    assert found.read == len(FOOTED.splitlines()) - 1
