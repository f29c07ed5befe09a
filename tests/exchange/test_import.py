"""`pipectl import --from csv`, from the table to the files."""

import io
import json
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.store import parse_mapping
from tests.conftest import MakeWorkspace, Run
from tests.harness import SALES, Result, run_pipectl, write_files

TABLE = """\
Id;Name;Step;Value;Rep;Customer;Met;Closed;Why
A1;Acme rollout;Proposal;Rp1.200.000;Ani Lestari;PT Acme;01/10/2026;;
B2;Beta renewal;Won;Rp500.000;budi;PT Beta;02/09/2026;31/10/2026;
C3;Cahaya;Lost;0;ani@example.com;PT Cahaya;03/09/2026;05/11/2026;price

D4;Delta;Lead;;;;;;
Total;;;1.700.000;;;;;
"""

MAPPING = """\
from: csv
separator: ";"
decimal: ","
group: "."
dates: day-first
pipeline: sales
system: crm
columns:
  external_id: Id
  title: Name
  stage: Step
  amount: Value
  owner: Rep
  company: Customer
  entered: {lead: Met}
  closed: Closed
  lost_reason: Why
"""


class Table:
    """A workspace with a table beside it."""

    def __init__(self, root: Path, kind: str = "csv") -> None:
        self.root = root
        self.kind = kind

    def write(self, table: str | bytes, mapping: str = MAPPING) -> None:
        data = dedent(table).encode() if isinstance(table, str) else table
        (self.root / "table.csv").write_bytes(data)
        (self.root / "table.csv.mapping.yaml").write_text(dedent(mapping), encoding="utf-8")

    def run(self, *words: str) -> Result:
        return run_pipectl("import", str(self.root / "table.csv"), "--from", self.kind, *words, cwd=self.root)

    def rows(self, *words: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.run(*words, "-f", "json").out)["tables"]["rows"]
        return found

    def refusals(self) -> list[str]:
        return [f"row {row['rows'][0]}: {row['what']}" for row in self.rows("-n") if row["action"] == "refused"]  # type: ignore[index]  # a list

    def deals(self) -> dict[str, str]:
        files = sorted((self.root / "deals").rglob("*.yaml")) if (self.root / "deals").exists() else []
        return {path.relative_to(self.root).as_posix(): path.read_text("utf-8") for path in files}


@pytest.fixture
def table(workspace: MakeWorkspace) -> Table:
    found = Table(workspace({}))
    found.write(TABLE)
    return found


def test_every_row_that_is_a_deal_becomes_a_file(table: Table) -> None:
    result = table.run()
    assert result.status == 0, result.err
    assert (
        result.out
        == """\
import  rows 6 · new 4 · changed 0 · unchanged 0 · refused 0 · skipped 2 · written 4

Action   Row  Deal  What
───────  ───  ────  ──────
skipped    5        blank
skipped    7        footer
"""
    )
    assert list(table.deals()) == [
        "deals/acme-rollout.yaml",
        "deals/beta-renewal.yaml",
        "deals/cahaya.yaml",
        "deals/delta.yaml",
    ]
    assert (
        table.deals()["deals/cahaya.yaml"]
        == """\
title: Cahaya
pipeline: sales
stage: lost

amount: 0

currency: IDR

owner: ani

company: PT Cahaya
external_ids: {crm: "C3"}

lost_reason: price

tasks:

activities:

history:
  - {at: 2026-09-03, stage: lead}
  - {at: 2026-11-05, stage: lost, lost_reason: price}
"""
    )


def test_a_deal_without_any_date_has_no_history_and_one_without_amount_no_amount(table: Table) -> None:
    table.run()
    text = table.deals()["deals/delta.yaml"]
    assert text.endswith("\nhistory:\n")
    assert "amount" not in text


def test_a_second_import_finds_everything_unchanged(table: Table) -> None:
    table.run()
    before = table.deals()
    assert "new 0 · changed 0 · unchanged 4" in table.run().out
    assert table.deals() == before


def test_a_dry_run_reports_every_row_and_writes_nothing(table: Table) -> None:
    result = table.run("-n")
    assert result.status == 0
    assert table.deals() == {}
    assert [line.split()[:3] for line in result.out.splitlines()[4:]] == [
        ["new", "2", "acme-rollout"],
        ["new", "3", "beta-renewal"],
        ["new", "4", "cahaya"],
        ["skipped", "5", "blank"],
        ["new", "6", "delta"],
        ["skipped", "7", "footer"],
    ]


def test_a_deal_that_differs_is_reported_and_left_as_it_is(table: Table) -> None:
    table.run()
    before = table.deals()
    table.write(TABLE.replace("Rp1.200.000", "Rp1.300.000").replace(";Proposal;", ";Negotiation;"))
    result = table.run()
    assert result.status == 0
    assert "changed, left as they are: acme-rollout (stage, amount)" in result.out
    assert table.deals() == before


def test_what_a_person_added_to_a_deal_is_no_difference(table: Table) -> None:
    table.run()
    path = table.root / "deals/acme-rollout.yaml"
    path.write_text(path.read_text().replace("\ntasks:\n", "\ntasks:\n  - {title: Call Rina, due: 2026-11-27}\n"))
    assert "changed 0 · unchanged 4" in table.run().out


REFUSED = """\
Id;Name;Step;Value;Rep;Customer;Met;Closed;Why
A1;Acme;Propsal;1.200;ani;;;;
B2;Beta;Lead;1,200.00;ani;;;;
C3;Cahaya;Lead;1.200;anni;;;;
D4;Delta;Lead;1.200;ani;;12/31/2026;;
E5;Eka;Lost;1.200;ani;;01/10/2026;01/09/2026;prize
;Fajar;Lead;;;;;;
G7;;Lead;;;;;;
H8;Hari;Lead;;;;;;
H8;Hadi;Lead;;;;;;
1,23E+09;Indah;Lead;;;;;;
J10;Jaya;Lead;(1.200);;;;;
K11;Kota;Lead;1.200;ani;;01/10/2026;;
"""


def test_a_refused_row_is_named_with_its_column_and_reason(table: Table) -> None:
    table.write(REFUSED)
    assert table.refusals() == [
        "row 2: Step 'Propsal' is no stage of sales (lead, qualified, proposal, negotiation, won, lost)",
        "row 3: Value '1,200.00' is no number with ',' before decimals and '.' between thousands",
        "row 4: Rep 'anni' is not in the team",
        "row 5: Met '12/31/2026' is no day, read day-first as the mapping says",
        "row 6: Why 'prize' is not one of price, timing, duplicate",
        "row 6: Closed 2026-09-01 lies before 2026-10-01, when the deal entered lead",
        "row 7: Id is empty, and every row needs its external_id",
        "row 8: Name is empty, and every row needs its title",
        "row 9: 'H8' stands in row 10 too",
        "row 10: 'H8' stands in row 9 too",
        "row 11: Id '1,23E+09' is an id that a spreadsheet has cut",
        "row 12: Value '(1.200)' is negative; an amount is 0 or more",
    ]


def test_a_refusal_says_what_could_have_been_meant(table: Table) -> None:
    table.write(REFUSED)
    hints = {row["rows"][0]: row["hint"] for row in table.rows("-n")}  # type: ignore[index]  # a list
    assert hints[2] == 'did you mean proposal? `stages:` in the mapping says what it is: "Propsal": proposal'
    assert str(hints[4]).startswith("did you mean ani?")


def test_rows_that_can_be_read_are_written_beside_refused_ones(table: Table) -> None:
    table.write(REFUSED)
    assert table.run().status == 1
    assert list(table.deals()) == ["deals/kota.yaml"]


def test_strict_writes_nothing_if_a_row_is_refused(table: Table) -> None:
    table.write(REFUSED)
    result = table.run("--strict")
    assert result.status == 1
    assert "written 0" in result.out
    assert table.deals() == {}


def test_every_fault_of_a_row_is_said_at_once(table: Table) -> None:
    table.write("Id;Name;Step;Value;Rep;Customer;Met;Closed;Why\nA1;Acme;nowhere;1.2;nobody;;31-31-2026;;\n")
    assert [text.partition(" '")[0] for text in table.refusals()] == [
        "row 2: Step",
        "row 2: Value",
        "row 2: Rep",
        "row 2: Met",
    ]


def test_a_deal_whose_file_cannot_be_read_is_not_imported_twice(table: Table) -> None:
    table.run()
    (table.root / "deals/acme-rollout.yaml").write_text("title: [")
    result = table.run()
    assert result.status == 2
    assert "deals/acme-rollout.yaml can't be read, so nobody can tell which rows are new" in result.err


def test_a_new_deal_never_takes_the_id_of_another(table: Table) -> None:
    write_files(table.root, {"deals/mine.yaml": "title: Mine\nstage: lead\naliases: [acme-rollout]\n"})
    table.run()
    assert "deals/acme-rollout-a1.yaml" in table.deals()


def test_two_deals_with_the_external_id_of_a_row_are_named(table: Table) -> None:
    text = "title: Mine\nstage: lead\nexternal_ids: {crm: A1}\n"
    write_files(table.root, {"deals/one.yaml": text, "deals/two.yaml": text})
    assert table.refusals() == ["row 2: one and two both have external id crm: A1"]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (MAPPING.replace("title: Name", "title: Nme"), "mapping.yaml:10:3: no column 'Nme'; did you mean 'Name'?"),
        (MAPPING.replace("{lead: Met}", "{leed: Met}"), "mapping.yaml:15:13: no stage 'leed'"),
        (MAPPING + "stages: {Propsal: propsal}\n", "mapping.yaml:18:19: no stage 'propsal'"),
        (MAPPING + "owners: {Bob: bob}\n", "mapping.yaml:18:15: 'bob' is not in the team"),
        (MAPPING.replace("pipeline: sales", "pipeline: sale"), "mapping.yaml:6:11: no pipeline 'sale'"),
        (MAPPING.replace("lost_reason: Why", "fields: {why: Why}"), "'why' is no field of this workspace"),
        (MAPPING.replace("dates: day-first", 'dates: "?"'), "mapping.yaml:5:8: dates is not settled"),
        (MAPPING.replace("  stage: Step\n", ""), "stage is missing"),
        (MAPPING.replace("from: csv", "from: events"), "at is missing"),
        (MAPPING.replace("dates:", "date:"), "'date' is no key of a mapping"),
        (MAPPING.replace('group: "."', 'group: ","'), "decimal and group are both ','"),
        (MAPPING.replace('group: "."', "group: _"), 'group is not one of "", ",", ".", " ", "\'"'),
        (MAPPING.replace("dates: day-first", "encoding: latin"), "encoding 'latin' is not one of"),
        ("- a list\n", "the file holds no mapping"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_with_its_line(table: Table, mapping: str, message: str) -> None:
    table.write(TABLE, mapping)
    result = table.run()
    assert result.status == 2
    assert message in result.err
    assert table.deals() == {}


def test_without_a_mapping_the_way_to_one_is_shown(table: Table) -> None:
    (table.root / "table.csv.mapping.yaml").unlink()
    result = table.run()
    assert result.status == 2
    assert "--from csv --guess` writes it" in result.err


def test_a_template_joins_columns_and_a_list_takes_the_first_that_is_filled(table: Table) -> None:
    mapping = MAPPING.replace("title: Name", 'title: "{Customer} {Name}"').replace("owner: Rep", "owner: [Rep, Value]")
    mapping = mapping.replace("  amount: Value\n", "")
    table.write("Id;Name;Step;Value;Rep;Customer;Met;Closed;Why\nA1; Web  site;lead;ani;;;;;\n", mapping)
    assert table.run().status == 0
    text = table.deals()["deals/web-site.yaml"]
    assert text.startswith("title: Web site\n")
    assert "owner: ani\n" in text


def test_what_the_export_put_before_a_formula_is_taken_off(table: Table) -> None:
    table.write("Id;Name;Step;Value;Rep;Customer;Met;Closed;Why\nA1;'=SUM(A1);lead;;;'@home;;;\n")
    table.run()
    text = table.deals()["deals/sum-a1.yaml"]
    assert text.startswith('title: "=SUM(A1)"\n')
    assert 'company: "@home"\n' in text


HUBSPOT = """\
Record ID,Deal Name,Deal Status,Deal Stage,Amount,Currency,Create Date,Last Stage Change,Won time,Lost time,Label,Notes
1,Open one,Open,Proposal,100,USD,2026-01-05,2026-02-01 10:00,,,"Hot, new","first
second"
2,Won one,Won,Proposal,200,USD,2026-01-05,,2026-03-01,,,
3,Lost one,Lost,Lead,,USD,2026-01-05,,,2026-04-01,,
4,No day,Won,Lead,5,USD,,,,,,
"""
STATUS_MAPPING = """\
from: csv
columns:
  external_id: Record ID
  title: Deal Name
  stage: Deal Stage
  status: Deal Status
  amount: Amount
  currency: Currency
  stage_since: Last Stage Change
  closed: [Won time, Lost time]
  tags: Label
  notes: Notes
  entered: {"*": Create Date}
statuses: {Open: ~, Won: won, Lost: lost}
"""


def test_a_status_says_how_a_deal_ended_and_the_first_stage_where_it_began(table: Table) -> None:
    table.write(HUBSPOT, STATUS_MAPPING)
    result = table.run()
    assert result.status == 0, result.err
    deals = table.deals()
    assert deals["deals/open-one.yaml"].endswith(
        """\
tags: [Hot, new]
external_ids: {csv: "1"}

notes: |-
  first
  second

tasks:

activities:

history:
  - {at: 2026-01-05, stage: lead}
  - {at: 2026-02-01 10:00, stage: proposal}
"""
    )
    assert "  - {at: 2026-01-05, stage: lead}\n  - {at: 2026-03-01, stage: won}\n" in deals["deals/won-one.yaml"]
    assert "  - {at: 2026-01-05, stage: lead}\n  - {at: 2026-04-01, stage: lost}\n" in deals["deals/lost-one.yaml"]
    assert "closed without a day: counted in every total, and in no period: row 5" in result.out


def test_a_day_of_a_close_beside_an_open_stage_is_left_out_and_said(table: Table) -> None:
    table.write("Id;Name;Step;Value;Rep;Customer;Met;Closed;Why\nA1;Acme;lead;;;;;01/02/2026;\n")
    result = table.run()
    assert result.status == 0
    assert "the day of the close was left out: the deal's stage is open: row 2" in result.out


def test_one_column_may_hold_the_day_expected_and_the_day_of_the_close(table: Table) -> None:
    mapping = MAPPING.replace("  closed: Closed\n", "  closed: Closed\n  expected_close: Closed\n")
    table.write(
        "Id;Name;Step;Value;Rep;Customer;Met;Closed;Why\nA1;Open;lead;;;;;31/12/2026;\nB2;Done;won;5;;;;30/11/2026;\n",
        mapping,
    )
    result = table.run()
    assert "left out" not in result.out
    assert "expected_close: 2026-12-31" in table.deals()["deals/open.yaml"]
    assert "expected_close" not in table.deals()["deals/done.yaml"]
    assert "{at: 2026-11-30, stage: won}" in table.deals()["deals/done.yaml"]


OWN_FIELDS = """\
version: 1
currency: IDR
default_pipeline: sales
fields:
  segment: {type: choice, choices: [smb, mid]}
  seats: {type: integer, min: 1}
  share: {type: percent}
  mrr: {type: money}
  renewal: {type: date}
  vip: {type: yes-no}
"""
OWN_MAPPING = """\
from: csv
decimal: ","
group: "."
dates: day-first
columns:
  external_id: id
  title: id
  stage: stage
  pipeline: pipe
  fields: {segment: segment, seats: seats, share: share, mrr: mrr, renewal: renewal, vip: vip}
pipelines: {Old sales: sales}
"""


def test_the_business_s_own_fields_are_read_by_their_types(workspace: MakeWorkspace) -> None:
    renewals = SALES.replace("name: Sales", "name: Renewals")
    table = Table(workspace({"pipectl.yaml": OWN_FIELDS, "pipelines/renewals.yaml": renewals}))
    table.write(
        """\
        id,stage,pipe,segment,seats,share,mrr,renewal,vip
        A1,Lead,Renewals,SMB,1.200,"0,5%","1.200,50",31/12/2026,Ya
        B2,Lead,Old sales,large,0,"0,5",-5,2026,maybe
        C3,Lead,nowhere,,,,,,
        D4,Lead,,,,,,,
        """,
        OWN_MAPPING,
    )
    assert table.refusals() == [
        "row 3: segment 'large' is not one of smb, mid",
        "row 3: seats '0' is less than 1, the least that seats may be",
        "row 3: share '0,5' can be read as a share or as a percentage",
        "row 3: mrr '-5' is negative; an amount is 0 or more",
        "row 3: renewal '2026' is no date",
        "row 3: vip 'maybe' is neither yes nor no",
        "row 4: pipe 'nowhere' is no pipeline",
    ]
    table.run()
    text = table.deals()["deals/a1.yaml"]
    assert "pipeline: renewals\n" in text
    assert 'fields: {segment: smb, seats: 1200, share: 0.5%, mrr: 1200.50, renewal: 2026-12-31, vip: "yes"}' in text
    assert "pipeline: sales\n" in table.deals()["deals/d4.yaml"]


def test_files_written_by_an_import_pass_the_checks_of_files(table: Table, pipectl: Run) -> None:
    table.run()
    result = pipectl("check", "--group", "files", "--fail-on", "error", cwd=table.root)
    assert result.status == 0, result.out


_names = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0'), max_size=12)


@given(
    st.lists(
        st.tuples(_names, st.sampled_from(("Lead", "Won", "x", "")), st.sampled_from(("1", "1.2", ""))), max_size=12
    )
)
def test_every_row_is_new_refused_or_skipped(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    root = write_files(
        tmp_path_factory.mktemp("w"), {"pipectl.yaml": "version: 1\ncurrency: IDR\n", "pipelines/sales.yaml": SALES}
    )
    table = Table(root)
    lines = [f'{n};"{name}";{stage};{value}\n' for n, (name, stage, value) in enumerate(rows)]
    mapping = "from: csv\nseparator: ';'\ncolumns: {external_id: Id, title: Name, stage: Step, amount: Value}\n"
    table.write("Id;Name;Step;Value\n" + "".join(lines), mapping)
    found = table.rows("-n")
    told = sorted({number for row in found for number in row["rows"]})  # type: ignore[attr-defined]  # a list
    assert told == list(range(2, len(rows) + 2))
    assert table.run().status == (1 if any(row["action"] == "refused" for row in found) else 0)
    assert "new 0 ·" in table.run().out


PEOPLE_MAPPING = """\
from: csv
columns:
  external_id: id
  title: title
  stage: stage
  pipeline: pipe
  amount: amount
  currency: currency
  owner: owner
  contact: person
  contact_email: email
  probability: chance
  forecast: forecast
  created: created
  external_ids: others
"""
PEOPLE_TABLE = """\
id,title,stage,pipe,amount,currency,owner,person,email,chance,forecast,created,others
A1,Acme,Lead,sales,12.50,usd,Rina Hartati,Budi,b@x.example,60%,Best case,2026-10-01,hubspot:7; zoho:8
B2,Beta,Lead,sales,5,dollars,,,,160,maybe,,
C3,Gama,Lead,,5,,,,,,,,
D4,Dua,Lead,sales,€5,USD,,,,,,,
"""


@pytest.fixture
def without_team(workspace: MakeWorkspace) -> Table:
    renewals = SALES.replace("name: Sales", "name: Renewals")
    table = Table(workspace({"pipectl.yaml": "version: 1\ncurrency: IDR\n", "pipelines/renewals.yaml": renewals}))
    table.write(PEOPLE_TABLE, PEOPLE_MAPPING)
    return table


def test_contacts_forecasts_and_the_ids_of_other_systems_are_taken_over(without_team: Table) -> None:
    without_team.run()
    assert (
        without_team.deals()["deals/acme.yaml"]
        == """\
title: Acme
pipeline: sales
stage: lead

amount: 12.50

currency: USD

owner: rina-hartati

contacts:
  - {name: Budi, email: b@x.example}
created: 2026-10-01
external_ids: {hubspot: "7", zoho: "8", csv: "A1"}

probability: 60
forecast: best_case

tasks:

activities:

history:
"""
    )
    assert "unchanged 1" in without_team.run().out


def test_currencies_forecasts_and_pipelines_that_nobody_knows_are_refused(without_team: Table) -> None:
    assert without_team.refusals() == [
        "row 3: currency 'dollars' is no currency code",
        "row 3: chance '160' is not from 0 to 100",
        "row 3: forecast 'maybe' is not one of omitted, pipeline, best_case, commit",
        "row 4: pipe is empty, and the mapping names no other",
        "row 5: amount '€5' is in €, and the currency of the row is USD",
    ]


def test_a_contact_that_differs_is_a_change(without_team: Table) -> None:
    without_team.run()
    without_team.write(PEOPLE_TABLE.replace("b@x.example", "c@x.example"), PEOPLE_MAPPING)
    assert "changed, left as they are: acme (contacts)" in without_team.run().out


def test_everything_that_spoils_a_table_at_once(table: Table) -> None:
    lines = (
        "sep=;",
        "Deals;;;;;;;;",
        ";;;;;;;;",
        "Id;Name;Step;Value;Rep;Customer;Met;Closed;Why",
        "A1;Soci\xe9t\xe9 \x93Caf\xe9\x94;Proposal;\x80 1.200.000,50;ANI;;31/12/2025;;",
        ";;;;;;;;",
        "Jumlah;;;1.200.000,50;;;;;",
        "Dicetak 23/11/2026",
    )
    mapping = MAPPING + "encoding: cp1252\nskip_rows: 2\ncurrency: EUR\n"
    table.write("\r\n".join(lines).encode("latin-1"), mapping)
    result = table.run()
    assert result.status == 0, result.out
    assert "rows 4 · new 1 · changed 0 · unchanged 0 · refused 0 · skipped 3" in result.out
    text = table.deals()["deals/societe-cafe.yaml"]
    assert text.startswith("title: Société “Café”\n")
    assert "amount: 1200000.50\n\ncurrency: EUR\n" in text


def test_an_import_can_be_undone(table: Table, pipectl: Run) -> None:
    table.run()
    assert pipectl("undo", cwd=table.root).status == 0
    assert table.deals() == {}


def test_paths_are_those_of_the_folder_that_the_command_works_in(table: Table) -> None:
    assert run_pipectl("import", "table.csv", "--from", "csv", "-n", cwd=table.root).status == 0


def test_the_mapping_in_the_documentation_is_one() -> None:
    page = parse_mapping.__doc__ or ""
    example = dedent(page.partition("A mapping of deals:\n\n")[2].partition("\n\nEvery key")[0])
    mapping, problems = parse_mapping.read_mapping(example.encode(), "example.yaml")
    assert problems == ()
    assert mapping is not None
    assert mapping.columns["closed"] == ("Won time", "Lost time")


def _piped(table: Table, monkeypatch: pytest.MonkeyPatch, *words: str, data: str = TABLE) -> Result:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    return run_pipectl("import", "-", "--from", "csv", *words, cwd=table.root)


def test_a_dash_is_standard_input(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = ("--mapping", "table.csv.mapping.yaml")
    seen = _piped(table, monkeypatch, *mapping, "-n", "-f", "json")
    assert seen == table.run("-n", "-f", "json")
    assert _piped(table, monkeypatch, *mapping).status == 0
    written = table.deals()
    assert len(written) == 4
    assert "import -" in run_pipectl("undo", "--list", cwd=table.root).out
    assert {row["action"] for row in table.rows("-n")} == {"unchanged", "skipped"}
    assert table.deals() == written


def test_a_mapping_is_guessed_from_standard_input(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    guessed = _piped(table, monkeypatch, "--guess", "--mapping", "guessed.yaml")
    path = table.root / "guessed.yaml"
    assert (guessed.status, guessed.err) == (0, "")
    assert guessed.out.endswith(f"then: pipectl import - --from csv --mapping {path} -n\n")
    table.run("--guess", "--mapping", "of-the-file.yaml")
    lines, others = (text.read_text("utf-8").splitlines() for text in (path, table.root / "of-the-file.yaml"))
    assert lines[1:] == others[1:]


@pytest.mark.parametrize("words", [(), ("--guess",)])
def test_standard_input_wants_a_mapping_that_is_named(
    table: Table, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    refused = _piped(table, monkeypatch, *words)
    assert refused.status == 2
    assert refused.err == ("pipectl: standard input has no mapping beside it\n  --mapping MAP names the one to use\n")


def test_a_mapping_of_standard_input_that_there_is_not_is_guessed_by_name(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = _piped(table, monkeypatch, "--mapping", "no.yaml")
    path = table.root / "no.yaml"
    hint = f"`pipectl import - --from csv --guess --mapping {path}` writes it"
    assert refused.err == f"pipectl: no mapping {path}\n  {hint}\n"


def test_what_standard_input_has_wrong_is_said_of_a_dash(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = _piped(table, monkeypatch, "--mapping", "table.csv.mapping.yaml", data="")
    assert (refused.status, refused.err.partition(": row")[0]) == (2, "pipectl: -")


def test_a_table_may_be_called_dash_all_the_same(table: Table) -> None:
    (table.root / "-").write_text(TABLE, encoding="utf-8")
    done = run_pipectl("import", "./-", "--from", "csv", "--mapping", "table.csv.mapping.yaml", cwd=table.root)
    assert done.status == 0
    assert len(table.deals()) == 4
