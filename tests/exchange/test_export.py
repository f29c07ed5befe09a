"""`pipectl export`, and that what it writes is read back."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.model.deal import Deal, Entry
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.money import Money
from pipectl.store.emit import deal_text
from pipectl.store.load import load_workspace
from tests.conftest import MakeWorkspace, Run
from tests.harness import SALES, SETTINGS, run_pipectl, write_files

ACME = """\
title: "=SUM(A1)"
stage: proposal
amount: 800000000
currency: IDR
expected_close: 2026-12-15
owner: ani
company: PT Acme
contacts:
  - {name: Rina Hartati, role: champion, email: rina@acme.example}
tags: [logistics, jakarta]
external_ids: {hubspot: "123"}
tasks:
  - {title: Send the price, due: 2026-11-27}
activities:
  - {at: 2026-11-20 10:15, type: call, by: ani}
changes:
  - {at: 2026-11-04, amount: 800000000}
history:
  - {at: 2026-10-03, stage: lead, by: ani}
  - {at: 2026-11-04 09:30, stage: proposal, by: budi, note: RFP}
"""
LOST = "title: Beta\nstage: lost\nlost_reason: price\nhistory:\n  - {at: 2026-11-01, stage: lost, lost_reason: price}\n"
UNDATED = "title: Gama\nstage: lead\n"
FILES = {"deals/acme.yaml": ACME, "deals/beta.yaml": LOST, "deals/gama.yaml": UNDATED}


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_deal_is_a_row_of_documented_columns(workspace: MakeWorkspace, pipectl: Run) -> None:
    result = pipectl("export", cwd=workspace(FILES))
    assert result.status == 0, result.err
    assert result.out.splitlines()[0] == (
        "id,path,title,pipeline,stage,outcome,amount,currency,worth,worth_currency,expected_close,owner,company,source,tags,"
        "created,entered,closed,days_in_stage,age,next_step,next_due,lost_reason,competitor,probability,forecast,external_ids"
    )
    acme, beta, gama = _rows(result.out)
    assert acme == {
        "id": "acme",
        "path": "deals/acme.yaml",
        "title": "'=SUM(A1)",
        "pipeline": "sales",
        "stage": "proposal",
        "outcome": "open",
        "amount": "800000000",
        "currency": "IDR",
        "worth": "800000000",
        "worth_currency": "IDR",
        "expected_close": "2026-12-15",
        "owner": "ani",
        "company": "PT Acme",
        "source": "",
        "tags": "logistics; jakarta",
        "created": "2026-10-03",
        "entered": "2026-11-04T09:30:00+07:00",
        "closed": "",
        "days_in_stage": acme["days_in_stage"],
        "age": "51",
        "next_step": "Send the price",
        "next_due": "2026-11-27",
        "lost_reason": "",
        "competitor": "",
        "probability": "",
        "forecast": "",
        "external_ids": "hubspot:123",
    }
    assert (beta["outcome"], beta["closed"], beta["lost_reason"]) == ("lost", "2026-11-01", "price")
    assert (gama["created"], gama["days_in_stage"], gama["amount"]) == ("", "", "")


def test_own_fields_have_columns_whether_a_deal_has_them_or_not(workspace: MakeWorkspace, pipectl: Run) -> None:
    settings = SETTINGS + "fields:\n  mrr: {type: money}\n  segment: {type: text}\n"
    deal = "title: A\nstage: lead\nfields: {mrr: 12.50}\n"
    rows = _rows(pipectl("export", cwd=workspace({"pipectl.yaml": settings, "deals/a.yaml": deal})).out)
    assert (rows[0]["fields.mrr"], rows[0]["fields.segment"]) == ("12.50", "")


def test_json_has_the_lists_of_a_deal_in_it(workspace: MakeWorkspace, pipectl: Run) -> None:
    result = pipectl("export", "acme", "-f", "json", cwd=workspace(FILES))
    document = json.loads(result.out)
    assert (document["schema"], document["as_of"]) == (1, "2026-11-23")
    (deal,) = document["deals"]
    assert deal["title"] == "=SUM(A1)"
    assert deal["amount"] == {"amount": "800000000", "currency": "IDR"}
    assert deal["contacts"][0]["email"] == "rina@acme.example"
    assert deal["tasks"][0]["due"] == "2026-11-27"
    assert deal["activities"][0]["at"] == "2026-11-20T10:15:00+07:00"
    assert deal["changes"] == [{"at": "2026-11-04", "amount": {"amount": "800000000", "currency": "IDR"}}]
    assert [entry["stage"] for entry in deal["history"]] == ["lead", "proposal"]


def test_ndjson_has_a_deal_a_line_and_only_the_fields_asked_for(workspace: MakeWorkspace, pipectl: Run) -> None:
    words = ("export", "-f", "ndjson", "--fields", "id,amount", "--sort", "-id", "-L", "2")
    lines = pipectl(*words, cwd=workspace(FILES)).out.splitlines()
    assert [json.loads(line) for line in lines] == [{"id": "gama", "amount": None}, {"id": "beta", "amount": None}]


def test_text_that_could_steer_a_terminal_is_escaped_in_json(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = workspace({"deals/a.yaml": "title: a\nstage: lead\nnotes: |-\n  ##[error] x\n"})
    assert "##[error]" not in pipectl("export", "-f", "json", cwd=root).out


def test_the_name_of_the_file_chooses_the_format(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = workspace(FILES)
    assert pipectl("export", "-o", str(root / "deals.json"), cwd=root).status == 0
    assert len(json.loads((root / "deals.json").read_text())["deals"]) == 3


def test_other_formats_are_refused(workspace: MakeWorkspace, pipectl: Run) -> None:
    result = pipectl("export", "-f", "html", cwd=workspace(FILES))
    assert result.status == 2
    assert "export writes csv, json, ndjson, not html" in result.err


def test_an_unknown_field_is_refused_in_json_too(workspace: MakeWorkspace, pipectl: Run) -> None:
    result = pipectl("export", "-f", "json", "--fields", "id,nme", cwd=workspace(FILES))
    assert result.status == 2
    assert "no field 'nme'" in result.err


def test_events_are_a_row_a_move_with_the_deal_as_it_was(workspace: MakeWorkspace, pipectl: Run) -> None:
    rows = _rows(pipectl("export", "--events", cwd=workspace(FILES)).out)
    assert [(row["id"], row["stage"], row["at"], row["by"], row["amount"]) for row in rows] == [
        ("acme", "lead", "2026-10-03", "ani", ""),
        ("acme", "proposal", "2026-11-04T09:30:00+07:00", "budi", "800000000"),
        ("beta", "lost", "2026-11-01", "", ""),
    ]


def test_a_table_of_deals_comes_back_through_a_guessed_mapping(
    workspace: MakeWorkspace, pipectl: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = workspace(FILES)
    other = write_files(tmp_path_factory.mktemp("other"), {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES})
    table = str(other / "deals.csv")
    pipectl("export", "-o", table, cwd=root)
    assert pipectl("import", table, "--from", "csv", "--guess", cwd=other).status == 0
    result = pipectl("import", table, "--from", "csv", cwd=other)
    assert result.status == 0, result.out + result.err
    old, new = (_rows(pipectl("export", cwd=folder).out) for folder in (root, other))
    kept = (
        "id",
        "title",
        "stage",
        "amount",
        "currency",
        "expected_close",
        "owner",
        "company",
        "tags",
        "entered",
        "closed",
        "lost_reason",
        "external_ids",
    )
    wanted = sorted([row[name] for name in kept] for row in old)
    assert sorted([row[name] for name in kept] for row in new) == wanted


ZONE = ZoneInfo("Asia/Jakarta")
_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp")), max_size=12
)
_TEXTS = _TEXTS.map(lambda text: " ".join(text.split())) | st.sampled_from(
    ("=1+1", "'=x", "-", "NULL", "a,b", 'say "hi"', "@a", "no", "Total", "?")
)
_DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 23))
_MOMENTS = _DAYS.map(Moment) | st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 23)).map(  # noqa: DTZ001 - set below
    lambda at: Moment(at.date(), at.replace(tzinfo=ZONE))
)
_OPEN = ("lead", "qualified", "proposal", "negotiation")


# Made once and not in each draw: making and checking them takes longer than drawing from them.
_STAGES = st.sampled_from((*_OPEN, "won", "lost"))
_PEOPLE = st.sampled_from(("", "ani", "budi"))
_AMOUNTS = st.none() | st.integers(0, 10**9).map(lambda number: Money(Decimal(number), "IDR"))
_REASONS = st.sampled_from(("", "price", "timing"))
_COUNTS = st.integers(1, 3)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    stage = draw(_STAGES)
    entry = Entry(draw(_MOMENTS), stage, "sales", draw(_PEOPLE), draw(_TEXTS), draw(_TEXTS))
    if stage in _OPEN:
        return entry
    amount = draw(_AMOUNTS)
    reason = draw(_REASONS) if stage == "lost" else ""
    return replace(entry, competitor=draw(_TEXTS), amount=amount, lost_reason=reason)


_MOVES = st.lists(entries(), min_size=1, max_size=5).map(in_time_order)


@st.composite
def deals(draw: st.DrawFn) -> tuple[Deal, ...]:
    found = []
    for number in range(draw(_COUNTS)):
        moves = draw(_MOVES)
        history = tuple(
            move
            for before, move in zip((None, *moves), moves, strict=False)
            if before is None or before.stage != move.stage
        )
        name, title = f"deal-{number}", draw(_TEXTS) or "x"
        found.append(
            Deal(
                id=name,
                path="",
                title=title,
                pipeline="sales",
                stage=history[-1].stage,
                currency="IDR",
                history=history,
            )
        )
    return tuple(found)


def _histories(workspace: Mapping[str, Deal]) -> dict[str, tuple[Entry, ...]]:
    return {deal.external_ids.get("csv", deal.id): deal.history for deal in workspace.values()}


def test_deals_that_come_back_to_their_own_workspace_are_known_again(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = workspace(FILES)
    for kind, words in (("csv", ()), ("events", ("--events",))):
        table = str(root / f"{kind}.csv")
        pipectl("export", *words, "-o", table, cwd=root)
        pipectl("import", table, "--from", kind, "--guess", cwd=root)
        result = pipectl("import", table, "--from", kind, cwd=root)
        assert "new 0 ·" in result.out, result.err


@given(deals())
def test_histories_come_back_through_a_guessed_mapping(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Deal, ...]
) -> None:
    base = {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES}
    files = {f"deals/{deal.id}.yaml": deal_text(deal, ZONE) for deal in made}
    root, other = (write_files(tmp_path_factory.mktemp(name), base) for name in ("old", "new"))
    for name, text in files.items():
        (root / "deals").mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    table = str(other / "moves.csv")
    assert run_pipectl("export", "--events", "-o", table, cwd=root).status == 0
    assert run_pipectl("import", table, "--from", "events", "--guess", cwd=other).status == 0
    result = run_pipectl("import", table, "--from", "events", cwd=other)
    assert result.status == 0, result.out + result.err
    old, new = ({deal.id: deal for deal in load_workspace(folder, frozenset()).deals} for folder in (root, other))
    assert _histories(new) == _histories(old)
