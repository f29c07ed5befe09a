"""`targets`: a line for everybody who has one, the same figures in every format, and what nobody is asked for."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.harness import run_pipectl, write_files

PIPELINE = """\
stages:
  - {id: lead, probability: 25}
  - {id: won, outcome: won}
  - {id: lost, outcome: lost}
"""
SETTINGS = """\
version: 1
currency: IDR
fiscal_year_start: 4
default_pipeline: sales
team: {ani: {group: jakarta}, budi: {group: surabaya}, joko: {group: surabaya, active: false}}
targets:
  - {period: 2027-Q3, amount: 1000}
  - {period: 2027-Q3, owner: ani, amount: 600, contacts: 4}
  - {period: 2027-Q3, group: jakarta, amount: 500}
  - {period: 2027-Q3, pipeline: renewals, deals: 4, created: 8}
  - {period: 2026-10, owner: budi, amount: 100}
  - {period: 2026-11, owner: budi, amount: 100}
  - {period: 2026-12, owner: budi, amount: 100}
"""


def _deal(stage: str, owner: str, amount: str, pipeline: str = "sales", more: str = "") -> str:
    close = ", {at: 2026-11-02, stage: won}" if stage == "won" else ""
    return (
        f"title: D\npipeline: {pipeline}\nstage: {stage}\nowner: {owner}\namount: {amount}\n{more}"
        f"expected_close: 2026-12-01\nhistory: [{{at: 2026-10-05, stage: lead}}{close}]\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "pipectl.yaml": SETTINGS,
        "pipelines/sales.yaml": PIPELINE,
        "pipelines/renewals.yaml": PIPELINE,
        "deals/a.yaml": _deal("won", "ani", "400", more="activities: [{at: 2026-10-06, type: call}]\n"),
        "deals/b.yaml": _deal("won", "budi", "150", "renewals"),
        "deals/c.yaml": _deal("lead", "ani", "800", more="activities: [{at: 2026-11-20, type: email}]\n"),
        "deals/d.yaml": _deal("lead", "joko", "10", "renewals"),
        "deals/e.yaml": _deal("won", "~", "5", more="currency: EUR\n"),
    }
    return write_files(tmp_path, files)


def _rows(folder: Path, *words: str) -> list[dict[str, object]]:
    result = run_pipectl("targets", *words, "-f", "json", cwd=folder)
    assert (result.status, result.err) == (0, "")
    rows: list[dict[str, object]] = json.loads(result.out)["tables"]["targets"]
    return rows


def _reached(folder: Path, *words: str) -> list[tuple[object, object, object, object]]:
    found = []
    for row in _rows(folder, *words):
        share = row["attainment"]
        assert isinstance(share, dict)
        found.append((row["whose"], row["aim"], share["numerator"], share["denominator"]))
    return found


def test_the_team_its_groups_its_members_and_its_pipelines_each_have_a_line_for_each_aim(folder: Path) -> None:
    assert _reached(folder) == [
        ("whole team", "amount", "550", "1000"),
        ("renewals", "deals", 1, 4),
        ("renewals", "created", 2, 8),
        ("group jakarta", "amount", "400", "500"),
        ("ani", "amount", "400", "600"),
        ("ani", "contacts", 2, 4),
        ("budi", "amount", "150", "300"),
    ]


def test_a_month_of_a_fiscal_quarter_has_its_own_targets_and_the_year_none(folder: Path) -> None:
    assert _reached(folder, "-p", "2026-11") == [
        ("budi", "amount", "150", "100"),
    ]
    result = run_pipectl("targets", "-p", "2027", cwd=folder)
    assert "no target is set for 2027; there are targets for 2026-10, 2027-Q3, 2026-11, 2026-12" in result.out


def test_a_filter_by_owner_or_group_keeps_their_lines(folder: Path) -> None:
    assert [row["whose"] for row in _rows(folder, "owner:ani")] == ["ani", "ani"]
    assert [row["whose"] for row in _rows(folder, "group:surabaya")] == ["budi"]
    assert [row["whose"] for row in _rows(folder, "-P", "renewals")] == ["renewals", "renewals"]
    result = run_pipectl("targets", "stage:lead", cwd=folder)
    assert (result.status, result.out.count("no target speaks of the deals that the filter keeps")) == (0, 1)


def test_it_says_what_no_target_speaks_of_and_what_stands_in_no_amount(folder: Path) -> None:
    notes = json.loads(run_pipectl("targets", "-f", "json", cwd=folder).out)["notes"]
    assert notes == [
        "no target of 2027-Q3 for group surabaya",
        "no target of 2027-Q3 for pipeline sales",
        "without an owner, in nobody's line: e",
        "no rate for EUR, in no sum: e",
    ]


def test_the_lines_of_owners_and_of_nobody_add_up_to_the_team(folder: Path) -> None:
    rows = {row["whose"]: row for row in _rows(folder) if row["aim"] == "amount"}
    reached = {name: Decimal(row["reached"]["amount"]) for name, row in rows.items()}  # type: ignore[index]
    assert reached["ani"] + reached["budi"] == reached["whole team"]
