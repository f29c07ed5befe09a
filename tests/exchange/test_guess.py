"""`pipectl import --guess`: the mapping that it writes, and what it leaves to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.exchange import guess_values
from pipectl.exchange.guess_columns import guess_columns, normal
from pipectl.exchange.guess_dialect import guess_shape
from pipectl.exchange.guess_values import Cell
from pipectl.model.mapping import Kind
from tests.conftest import MakeWorkspace
from tests.exchange.test_import import Table


def cells(*texts: str) -> list[Cell]:
    return [Cell(row, text) for row, text in enumerate(texts, 2)]


@pytest.mark.parametrize(
    ("texts", "value", "why"),
    [
        (("03/04/2026", "31/12/2026"), "day-first", "row 3: 31/12/2026 can only be day-first"),
        (("03/04/2026", "12/31/2026"), "month-first", "row 3: 12/31/2026 can only be month-first"),
        (("2026-12-31",), "year-first", "row 2: 2026-12-31"),
        (("03/04/2026", "05/06/2026"), "?", "row 2: 03/04/2026 can be 3 April or 4 March, and no row decides"),
        (("05/05/2026",), "?", "no row decides"),
        (("31/12/2026", "12/31/2026"), "?", "row 3: 12/31/2026 only month-first"),
        ((), "year-first", "no day is written in digits"),
    ],
)
def test_the_order_of_dates_is_decided_by_a_row_or_not_at_all(texts: tuple[str, ...], value: str, why: str) -> None:
    answer = guess_values.date_order(cells(*texts))
    assert answer.value == value
    assert why in answer.why


@given(st.lists(st.dates(), min_size=1), st.booleans())
def test_the_order_of_dates_is_never_guessed_wrong(days: list, day_first: bool) -> None:  # type: ignore[type-arg]  # of dates
    order = "{0:02}/{1:02}/{2:04}" if day_first else "{1:02}/{0:02}/{2:04}"
    answer = guess_values.date_order(cells(*(order.format(day.day, day.month, day.year) for day in days)))
    decided = any(day.day > 12 for day in days)
    assert answer.value == (("day-first" if day_first else "month-first") if decided else "?")


@pytest.mark.parametrize(
    ("texts", "decimal", "group"),
    [
        (("Rp1.200.000",), ",", "."),
        (("$350,000.00",), ".", ","),
        (("1 200,50 Kč",), ",", " "),
        (("1200", "5"), ".", ""),
        (("1.200", "12.50"), ".", ","),
        (("1.200", "1.200.000"), ",", "."),
        (("1.200",), "?", "?"),
        (("1,200", "3,400"), "?", "?"),
        (("1,200.50", "1.200,50"), "?", "?"),
        (("0.500",), ".", ","),
        (("1234.567",), ".", ","),
        (("CHF 1'200.50",), ".", "'"),
    ],
)
def test_the_marks_of_numbers_are_decided_by_a_row_or_not_at_all(
    texts: tuple[str, ...], decimal: str, group: str
) -> None:
    found = guess_values.numbers(cells(*texts))
    assert (found.decimal.value, found.group.value) == (decimal, group)


@pytest.mark.parametrize(
    ("texts", "default", "value"),
    [
        (("Rp1.200",), "USD", "IDR"),
        (("$5",), "USD", "USD"),
        (("$5",), "IDR", "?"),
        (("5",), "IDR", "IDR"),
        (("5 EUR",), "IDR", "EUR"),
        (("1 200,50 Kč",), "EUR", "CZK"),
    ],
)
def test_the_currency_is_that_of_the_sign(texts: tuple[str, ...], default: str, value: str) -> None:
    assert guess_values.currency(cells(*texts), default).value == value


@pytest.mark.parametrize(
    ("data", "encoding", "separator", "skip"),
    [
        (b"id,name\n1,a\n", "utf-8", ",", "0"),
        (b"\xef\xbb\xbfid;name\n1;a\n", "utf-8", ";", "0"),
        ("id\tname\n1\té\n".encode("utf-16"), "utf-16", "tab", "0"),
        (b"id|name\n1|Soci\xe9t\xe9\n", "cp1252", "|", "0"),
        (b"id,name\n1,\xf8\n", "?", ",", "0"),
        (b"sep=;\nid;na,me\n1;a,b\n", "utf-8", ";", "0"),
        (b"id;amount\n1;1,5\n2;2,5\n3;7\n", "utf-8", ";", "0"),
        (b"id;na,me\n1;a,b\n", "utf-8", "?", "0"),
        (b"Report of deals\nas of today\nid,name,stage\n1,a,b\n2,b,c\n3,c,d\n", "utf-8", ",", "2"),
    ],
)
def test_the_way_a_table_is_written_is_decided_by_its_bytes(
    data: bytes, encoding: str, separator: str, skip: str
) -> None:
    shape = guess_shape(data)
    assert (shape.encoding.value, shape.separator.value, shape.skip_rows.value) == (encoding, separator, skip)


def test_both_readings_of_a_byte_are_shown() -> None:
    assert guess_shape(b"id,name\n1,P\xf8ikop\n").encoding.why.startswith(
        "row 2: 'Pøikop' as cp1252, 'Přikop' as cp1250"
    )


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (
            "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Create Date",
            {
                "external_id": "Record ID",
                "title": "Deal Name",
                "stage": "Deal Stage",
                "owner": "Deal owner",
                "closed": "Close Date",
            },
        ),
        (
            "Deal - Title*,Deal - Value,Deal - Stage (pipeline),Deal - Status,Organization,Deal - Lost reason",
            {
                "title": "Deal - Title*",
                "stage": "Deal - Stage (pipeline)",
                "status": "Deal - Status",
                "company": "Organization",
            },
        ),
        (
            "Obchod - Název*,Obchod - Hodnota,Obchod - Fáze,Obchod - Vlastník,Organizace",
            {
                "title": "Obchod - Název*",
                "amount": "Obchod - Hodnota",
                "stage": "Obchod - Fáze",
                "owner": "Obchod - Vlastník",
            },
        ),
        (
            "Nama Peluang,Tahap,Nilai,Pemilik,Perusahaan,Tanggal Dibuat,Alasan Kalah",
            {
                "title": "Nama Peluang",
                "stage": "Tahap",
                "amount": "Nilai",
                "created": "Tanggal Dibuat",
                "lost_reason": "Alasan Kalah",
            },
        ),
        (
            "OpportunityId,Id,StageName,CloseDate,LeadSource",
            {
                "external_id": "OpportunityId",
                "stage": "StageName",
                "expected_close": "CloseDate",
                "source": "LeadSource",
            },
        ),
        ("id,status,name", {"external_id": "id", "stage": "status", "title": "name"}),
    ],
)
def test_columns_are_known_by_the_names_that_systems_give_them(header: str, wanted: dict[str, str]) -> None:
    found = guess_columns(header.split(","), Kind.CSV, None, ()).columns
    assert {field: found[field].names[0] for field in wanted} == wanted


def test_a_name_is_compared_without_accents_case_and_marks() -> None:
    assert normal("Obchod - Očekávané datum_uzavření*") == "obchod ocekavane datum uzavreni"
    assert normal("OpportunityId") == "opportunity id"


TABLE = """\
Id;Name;Stage;Amount;Owner;Created;Closed;Proposal date;Lost reason;Region
1;Acme;Proposal;Rp1.200.000;Ani Lestari;03/04/2026;;05/04/2026;;west
2;Beta;Closed Won;Rp500.000;Rina Hartati;31/03/2026;01/05/2026;;;east
3;Gama;Closd Lost;-;budi;02/04/2026;04/05/2026;;too dear;west
Total;;;1.700.000;;;;;;
"""

GUESSED = """\
# How table.csv becomes deals, guessed from its 4 rows. Confirm every line: a
# comment says what decided it. Put an answer in place of each "?"; an import refuses them.

from: csv
encoding: utf-8  # nothing beyond ASCII, which all encodings write alike
separator: ";"  # it parts all 5 rows into 10 cells
decimal: ","  # no row needs it
group: "."  # row 2: Rp1.200.000
dates: day-first  # row 3: 31/03/2026 can only be day-first
sentinels: ["-"]  # stand for nothing: row 4
pipeline: sales
system: csv  # the key under external_ids by which deals are known again; name it after the system
currency: IDR  # row 2: Rp1.200.000

columns:
  external_id: Id
  title: Name
  stage: Stage
  amount: Amount
  owner: Owner
  closed: Closed
  lost_reason: Lost reason
  entered: {proposal: "Proposal date", "*": "Created"}  # "*": taken to begin in lead; if not, write created: instead
  # not taken: Region

stages:
  "Proposal": proposal
  "Closed Won": won
  "Closd Lost": "?"  # row 4; did you mean lost?

lost_reasons:
  "too dear": "?"  # row 4; one of price, timing, duplicate

owners:
  "Ani Lestari": ani
  "Rina Hartati": "?"  # row 3; not in the team: paste the line below into it and write rina-hartati here
  "budi": budi

# People who are not in the team; lines for pipectl.yaml:
# team:
#   rina-hartati: {name: Rina Hartati}
"""


@pytest.fixture
def table(workspace: MakeWorkspace) -> Table:
    found = Table(workspace({}))
    found.write(TABLE)
    (found.root / "table.csv.mapping.yaml").unlink()
    return found


def _guessed(table: Table) -> str:
    return (table.root / "table.csv.mapping.yaml").read_text("utf-8")


def test_a_mapping_is_written_with_its_doubts_beside(table: Table) -> None:
    result = table.run("--guess")
    assert result.status == 0, result.err
    assert _guessed(table) == GUESSED
    assert "to settle, in line 29, 32, 36" in result.out
    assert "  rina-hartati: {name: Rina Hartati}\n" in result.out
    assert table.deals() == {}


def test_an_import_refuses_what_nobody_has_settled(table: Table) -> None:
    table.run("--guess")
    result = table.run()
    assert result.status == 2
    assert "mapping.yaml:29:17: stages.Closd Lost is not settled; 2 more above" in result.err
    assert "mapping.yaml:36:19: owners.Rina Hartati is not settled" in result.err


def test_a_mapping_that_is_settled_imports_its_table(table: Table) -> None:
    table.run("--guess")
    text = _guessed(table)
    for answer in ("lost", "price", "budi"):
        text = text.replace(': "?"', f": {answer}", 1)
    (table.root / "table.csv.mapping.yaml").write_text(text, encoding="utf-8")
    result = table.run()
    assert result.status == 0, result.out + result.err
    assert "rows 4 · new 3 · changed 0 · unchanged 0 · refused 0 · skipped 1 · written 3" in result.out
    assert (
        "  - {at: 2026-04-03, stage: lead}\n  - {at: 2026-04-05, stage: proposal}\n" in table.deals()["deals/acme.yaml"]
    )


def test_a_mapping_that_is_there_is_never_overwritten(table: Table) -> None:
    table.run("--guess")
    (table.root / "table.csv.mapping.yaml").write_text("mine\n")
    result = table.run("--guess")
    assert result.status == 1
    assert "exists already" in result.err
    assert _guessed(table) == "mine\n"


def test_a_text_that_looks_like_yaml_is_quoted_in_the_mapping(table: Table) -> None:
    table.write('Id;"a: b # c";Stage;Owner;Lost reason\n1;x;no;\'=1+1;"say ""hi"" \\ ~"\n')
    (table.root / "table.csv.mapping.yaml").unlink()
    table.run("--guess")
    result = table.run()
    assert "is not settled" in result.err, result.err


def test_of_several_pipelines_one_is_named_or_left_open(workspace: MakeWorkspace) -> None:
    stages = "{id: due}", "{id: won, outcome: won}", "{id: lost, outcome: lost}"
    table = Table(workspace({"pipelines/renewals.yaml": f"stages: [{', '.join(stages)}]\n"}))
    table.write("Id,Name,Stage\n1,a,due\n")
    mapping = table.root / "table.csv.mapping.yaml"
    mapping.unlink()
    table.run("--guess")
    assert 'pipeline: "?"  # one of renewals, sales' in _guessed(table)
    mapping.unlink()
    table.run("--guess", "-P", "renewals")
    assert "pipeline: renewals\n" in _guessed(table)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"one column\nof text\n", b"\x81\x8d,\x90\n1,2\n"])
def test_what_is_no_table_gets_no_mapping(table: Table, data: bytes) -> None:
    table.write(data)
    (table.root / "table.csv.mapping.yaml").unlink()
    assert table.run("--guess").status == 2
    assert not (table.root / "table.csv.mapping.yaml").exists()
