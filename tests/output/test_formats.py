# ruff: noqa: RUF001 - dashes and multiplication signs are what people see

import csv
import html
import io
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
import tabulate
from hypothesis import given

from pipectl.errors import UsageError
from pipectl.model.money import Money
from pipectl.output.formats import FORMATS, TABULATE, render, suffix_format
from pipectl.output.look import Look
from pipectl.output.safe import UNSAFE, one_line, plain, unguard, visible
from pipectl.report import Column, Days, Labelled, Percent, Ratio, Report, Table
from tests.output.runner import commands
from tests.output.samples import ASCII, CELLS, DEALS, EVERY_CELL, PIPED, board, hostile, idr, said, wide

EVERY_FORMAT = (*FORMATS, *TABULATE)


def test_json_says_everything_under_names_that_stay() -> None:
    assert json.loads(render(DEALS, "json", PIPED)) == {
        "schema": 1,
        "command": "list",
        "as_of": "2026-11-23",
        "tables": {
            "deals": [
                {
                    "id": "acme-rollout",
                    "title": "Acme warehouse rollout",
                    "company": "PT Acme",
                    "amount": {"amount": "800000000", "currency": "IDR"},
                    "days": 47,
                },
                {
                    "id": "maruboshi",
                    "title": "丸星物流 DC 🚚",
                    "company": "",
                    "amount": {"amount": "1250000000", "currency": "IDR"},
                    "days": 0.6,
                },
                {"id": "kopi", "title": "Kopi", "company": "Kopi", "amount": None, "days": None},
            ],
            "lost": [],
        },
        "totals": {
            "deals": {
                "id": {"label": "deals", "value": 3},
                "title": "",
                "company": "",
                "amount": {"amount": "2050000000", "currency": "IDR"},
                "days": None,
            }
        },
        "notes": ["1 unpriced"],
    }


def test_json_is_indented_and_keeps_its_letters() -> None:
    text = render(DEALS, "json", PIPED)
    assert text.startswith('{\n  "schema": 1,\n  "command": "list",\n')
    assert '"丸星物流 DC 🚚"' in text


def test_ndjson_is_a_row_a_line() -> None:
    lines = render(DEALS, "ndjson", PIPED).splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["acme-rollout", "maruboshi", "kopi"]
    assert json.loads(lines[2]) == json.loads(render(DEALS, "json", PIPED))["tables"]["deals"][2]


def test_csv_has_plain_numbers_and_a_column_for_the_currency() -> None:
    assert (
        render(DEALS, "csv", PIPED)
        == """\
id,title,company,amount,amount_currency,days
acme-rollout,Acme warehouse rollout,PT Acme,800000000,IDR,47
maruboshi,丸星物流 DC 🚚,,1250000000,IDR,0.6
kopi,Kopi,Kopi,,,
"""
    )


def test_csv_has_columns_for_every_part_that_a_cell_has() -> None:
    assert (
        render(EVERY_CELL, "csv", PIPED)
        == """\
name,cell,cell_currency,cell_numerator,cell_denominator,cell_low,cell_high
unknown,,,,,,
text,"Acme, “rollout”",,,,,
yes,true,,,,,
count,1234567,,,,,
decimal,12.50,,,,,
date,2026-11-23,,,,,
day,2026-11-20,,,,,
moment,2026-11-20T03:15:00+00:00,,,,,
money,800000000,IDR,,,,
foreign,12000.50,USD,,,,
ratio,0.632353,,43,68,,
few,0.75,,3,4,,
none,,,0,0,,
days,51.8125,,,,,
percent,60,,,,,
multiple,2.345,,,,,
amount,1.9348,,,,,
per,1.615385,,42,26,,
gap,0.1234,,,,-0.041,0.2849
bar,0.33,,,,,
spark,0; 1; ; 4,,,,,
marked,47,,,,,
labelled,median 57,,,,,
list,gov; jakarta,,,,,
"""
    )


def test_our_own_negative_numbers_are_no_formulas() -> None:
    row = (
        idr(-5),
        -3,
        Days(-0.0000011),
        "-3",
        ("=1", "a"),
        Labelled("+", 1),
        (idr(1), Ratio(1, 2)),
        Labelled("", None),
    )
    table = Table("t", tuple(Column(key, key) for key in "abcdefgh"), (row,))
    text = render(Report("x", (table,)), "csv", PIPED)
    assert text == "a,a_currency,b,c,d,e,f,g,h\n-5,IDR,-3,-0.000001,'-3,'=1; a,'+ 1,IDR 1; 0.5,\n"


def test_tsv_is_a_line_a_row_whatever_the_text() -> None:
    table = Table("t", (Column("id", "Deal"), Column("note", "Note")), (("a", "two\tor\nthree"), ("b", "::error::")))
    assert render(Report("x", (table,)), "tsv", PIPED) == "id\tnote\na\ttwo or three\nb\t\\::error::\n"


def test_markdown_has_headings_pipe_tables_and_a_list_of_notes() -> None:
    assert (
        render(DEALS, "md", PIPED)
        == """\
list  as of 2026-11-23

### Open deals

| Deal | Title | Amount | In stage |
| :--- | :--- | ---: | ---: |
| acme-rollout | Acme warehouse rollout | Rp 800.000.000 | ! 47 d |
| maruboshi | 丸星物流 DC 🚚 | Rp 1.250.000.000 | 0,6 d |
| kopi | Kopi | – | – |
| **3 deals** |  | **Rp 2.050.000.000** |  |

### Lost deals

no deal was lost

! stalled

- 1 unpriced
"""
    )


def test_markdown_reads_nothing_into_a_text() -> None:
    table = Table("t", (Column("a", "A"),), (("*a* | `b` <i> _c_ [d](e) $f$ & ~g~",),))
    text = render(Report("x", (table,), notes=("# 1", "2. 2", "- 3")), "md", PIPED)
    assert r"| \*a\* \| \`b\` &lt;i&gt; \_c\_ \[d\](e) \$f\$ &amp; \~g\~ |" in text
    assert text.endswith("- &#35; 1\n- &#50;. 2\n- &#45; 3\n")


def test_html_is_a_section_with_tables() -> None:
    text = render(DEALS, "html", PIPED)
    assert text.startswith('<section class="pipectl" data-command="list">\n<style>')
    assert '<td class="n stalled">! 47 d</td>' in text
    assert "<td>&#20024;&#26143;&#29289;&#27969; DC &#128666;</td>" in text
    assert "<tfoot>\n<tr><td>3 deals</td><td></td>" in text
    assert "<p>Lost deals</p>\n<p>no deal was lost</p>\n" in text
    assert text.endswith("<p>1 unpriced</p>\n</section>\n")
    assert text.isascii()


def test_the_figures_are_the_same_in_every_format() -> None:
    rows = json.loads(render(DEALS, "json", PIPED))["tables"]["deals"]
    amounts = [row["amount"]["amount"] for row in rows if row["amount"]]
    sheet = list(csv.DictReader(io.StringIO(render(DEALS, "csv", PIPED))))
    assert [row["amount"] for row in sheet if row["amount"]] == amounts == ["800000000", "1250000000"]
    for name in EVERY_FORMAT:
        digits = re.sub(r"\D", "", re.sub(r"&#46;", "", render(DEALS, name, PIPED)))
        assert all(amount in digits for amount in amounts), name


@pytest.mark.parametrize("name", EVERY_FORMAT)
@pytest.mark.parametrize("look", [PIPED, ASCII, wide(60, color=True), wide(1), wide(0)])
def test_every_report_ends_with_one_newline(name: str, look: Look) -> None:
    for report in (EVERY_CELL, DEALS, board(("lead", "a", "Acme", idr(1), 1.0, ("idle",)))):
        text = render(report, name, look)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


def test_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="no format 'jsn'") as caught:
        render(DEALS, "jsn", PIPED)
    assert caught.value.hint == "did you mean json?"
    with pytest.raises(UsageError) as caught:
        render(DEALS, "§", PIPED)
    assert caught.value.hint == "there are table, json, ndjson, csv, tsv, md, html, and tabulate's own"


def test_every_layout_of_tabulate_that_is_safe_is_known() -> None:
    assert sorted({*TABULATE, "html", "tsv", "latex_raw", "unsafehtml"}) == sorted(tabulate.tabulate_formats)


@pytest.mark.parametrize(
    ("path", "name"),
    [("out.json", "json"), ("a/b.CSV", "csv"), ("x.txt", "table"), ("x.html", "html"), ("x", None), ("x.pdf", None)],
)
def test_a_suffix_chooses_the_format(path: str, name: str | None) -> None:
    assert suffix_format(path) == name


def test_json_and_csv_import_no_table_layout() -> None:
    code = (
        "import sys; from pipectl.output.formats import render; from pipectl.output.look import Look;"
        "from pipectl.report import Report, Table, Column;"
        "r = Report('x', (Table('t', (Column('a', 'A'),), ((1,),)),));"
        "render(r, 'json', Look()); render(r, 'csv', Look()); render(r, 'md', Look()); print('tabulate' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.no_cover
@given(hostile)
def test_no_text_steers_a_terminal_or_a_build_log_in_any_format(text: str) -> None:
    report = said(text)
    for name in EVERY_FORMAT:
        out = render(report, name, PIPED)
        assert not UNSAFE.search(out), name
        assert "\t" not in out or name in ("csv", "tsv")
        assert not list(commands(out)), (name, out)
        out.encode("utf-8")


@given(hostile)
def test_no_text_steers_a_terminal_through_a_narrow_window(text: str) -> None:
    for width in (20, 40, 70):
        out = render(said(text), "table", wide(width))
        assert not UNSAFE.search(out)
        assert not list(commands(out)), out


@given(hostile)
def test_csv_gives_a_text_back(text: str) -> None:
    out = render(said(text), "csv", PIPED)
    _, first, second = csv.reader(io.StringIO(out))
    assert first == second
    assert unguard(first[0]) == visible(text)
    assert unguard(first[3]) == visible(f"{text}; {text}")
    assert first[5:] == ["-5", "IDR"]


@given(hostile)
def test_tsv_gives_a_text_back_on_one_line(text: str) -> None:
    out = render(said(text), "tsv", PIPED)
    assert out.count("\n") == 3
    rows = list(csv.reader(io.StringIO(out), delimiter="\t"))
    assert unguard(rows[1][0]) == one_line(text)


@given(hostile)
def test_json_gives_a_text_back(text: str) -> None:
    found = json.loads(render(said(text), "json", PIPED))
    assert found["filter"] == found["notes"][0] == found["tables"]["deals"][0]["a"] == text
    line = render(said(text), "ndjson", PIPED).split("\n")[0]
    assert json.loads(line)["d"] == [text, text]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.cells: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.inside = tag == "td"
        if self.inside:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


@given(hostile)
def test_html_has_no_tag_from_a_text(text: str) -> None:
    expected, found = _Tags(), _Tags()
    expected.feed(render(said("x" if text else ""), "html", PIPED))
    found.feed(render(said(text), "html", PIPED))
    assert found.tags == expected.tags
    assert found.cells[0] == html.unescape(html.escape(plain(text)))


@given(hostile)
def test_markdown_rows_have_as_many_cells_as_columns(text: str) -> None:
    for name in ("md", "pipe", "github"):
        rows = [line for line in render(said(text), name, PIPED).split("\n") if line.startswith("|")]
        assert len(rows) == 5
        assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows} == {7}, rows


def test_percent_and_money_of_a_mixed_column_stay_apart() -> None:
    rows = ((Percent(CELLS[4][1]),), (Money(CELLS[4][1], "USD"),))  # type: ignore[arg-type] # both are decimals
    table = Table("t", (Column("value", "Value"),), rows)
    assert render(Report("x", (table,)), "csv", PIPED) == "value,value_currency\n12.5,\n12.50,USD\n"
