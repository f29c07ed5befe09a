"""What `team`, `activities` and the others show of open deals in a period that is over, as `stats` does."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import run_pipectl

# Ani's at the end of September, with a contact by then and one since; today it is Budi's, in another stage.
HANDED_ON = """\
title: Handed on
stage: proposal
owner: budi
amount: 70
changes:
  - {at: 2026-08-03, owner: ani, amount: 40}
  - {at: 2026-10-05, owner: budi, amount: 70}
activities:
  - {at: 2026-09-10, type: call, by: ani}
  - {at: 2026-10-10, type: call, by: budi}
history:
  - {at: 2026-08-03, stage: lead}
  - {at: 2026-10-12, stage: proposal}
"""
# Open then and won since.
WON_SINCE = """\
title: Won since
stage: won
owner: ani
amount: 30
activities:
  - {at: 2026-10-20, type: call, by: ani}
history:
  - {at: 2026-09-20, stage: lead}
  - {at: 2026-11-02, stage: won}
"""
SINCE = "title: Since\nstage: lead\nowner: budi\namount: 5\nhistory: [{at: 2026-10-01, stage: lead}]\n"
NOTE = "open deals: as of 2026-09-30, the end of the period"


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    files = {"handed-on": HANDED_ON, "won-since": WON_SINCE, "since": SINCE}
    return workspace({f"deals/{name}.yaml": text for name, text in files.items()})


def _document(root: Path, *words: str) -> Any:
    found = run_pipectl(*words, "-f", "json", cwd=root)
    assert found.status == 0, found.err
    return json.loads(found.out)


def _rows(document: Any, table: str) -> dict[str, dict[str, Any]]:
    return {str(next(iter(row.values()))): row for row in document["tables"][table]}


def test_team_holds_open_deals_by_whom_they_were_held(root: Path) -> None:
    then, now = (_rows(_document(root, "team", "-p", period), "team") for period in ("2026-Q3", "2026-Q4"))
    assert {owner: row["open"] for owner, row in then.items()} == {"ani": 2, "budi": 0}
    assert {owner: row["open"] for owner, row in now.items()} == {"ani": 0, "budi": 2}
    assert then["ani"]["open_amount"]["amount"] == "70"
    groups = _rows(_document(root, "team", "-p", "2026-Q3", "--by", "group"), "team")
    assert {group: row["open"] for group, row in groups.items()} == {"jakarta": 2, "surabaya": 0}


def test_activities_holds_contacts_against_the_deals_that_were_open(root: Path) -> None:
    owners = _rows(_document(root, "activities", "--by", "owner", "-p", "2026-Q3"), "owner")
    assert (owners["ani"]["contacts_per_deal"]["numerator"], owners["ani"]["contacts_per_deal"]["denominator"]) == (
        1,
        2,
    )
    assert (owners["ani"]["never"], owners["budi"]["never"]) == (1, 0)
    # What was done is on whose deal it is now.
    assert (owners["ani"]["contacts"], owners["budi"]["contacts"]) == (0, 1)
    assert owners["budi"]["last"] == "2026-09-10"
    never = _document(root, "activities", "--never", "-p", "2026-Q3")["tables"]["never"]
    assert [(row["id"], row["stage"], row["age"]) for row in never] == [("won-since", "lead", 10)]


def test_a_filter_asks_of_the_deals_as_they_stood_then(root: Path) -> None:
    assert _document(root, "team", "stage:lead", "-p", "2026-Q3")["totals"]["team"]["open"] == 2
    assert _document(root, "team", "stage:proposal", "-p", "2026-Q3")["totals"]["team"]["open"] == 0
    ids = _document(root, "activities", "--never", "owner:ani", "-p", "2026-Q3")["tables"]["never"]
    assert [row["id"] for row in ids] == ["won-since"]


@pytest.mark.parametrize(
    "words",
    [
        *("stats", "stats --by owner", "stats --trend", "explain contacts-per-deal --deals"),
        *("team", "team --by manager", "activities", "activities --by type"),
    ],
)
def test_where_the_period_is_over_it_is_said_which_day_open_deals_are_of(root: Path, words: str) -> None:
    said = [NOTE in _document(root, *words.split(), "-p", period)["notes"] for period in ("2026-Q3", "2026-Q4")]
    assert said == [True, False]


@pytest.mark.parametrize(
    ("command", "note"),
    [
        ("forecast", "2026-Q3 is over: nothing that is open on 2026-11-23 is expected in it"),
        ("cycle", "open: stays that still last on 2026-11-23"),
        ("funnel", "who first entered a stage in 2026-Q3; what became of them until 2026-11-23"),
    ],
)
def test_what_looks_from_today_says_so(root: Path, command: str, note: str) -> None:
    said = [note in _document(root, command, "-p", period)["notes"] for period in ("2026-Q3", "2026-Q4")]
    assert said == [True, False]
