"""`pipectl log`: what happened, and the timeline of it."""

import json
from pathlib import Path

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import Result, run_pipectl

ACME = """\
title: Acme rollout
stage: proposal

amount: 720000000

owner: ani

tasks:
  - {title: Send the offer, due: 2026-11-20}
  - {title: Call the lawyer, due: 2026-11-25, done: 2026-11-22, owner: budi}

activities:
  - at: 2026-11-20 10:15
    type: call
    by: ani
    note: Asked for 10% off

changes:
  - {at: 2026-11-04, amount: 720000000}

history:
  - {at: 2026-10-03, stage: lead, by: ani}
  - {at: 2026-11-04, stage: proposal, by: ani, note: RFP received}
"""


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"deals/acme.yaml": ACME})


def _log(root: Path, *words: str) -> Result:
    return run_pipectl("log", *words, "--as", "ani", cwd=root)


def _added(root: Path) -> list[str]:
    old = ACME.splitlines()
    return [line for line in (root / "deals/acme.yaml").read_text().splitlines() if line not in old]


def test_an_activity_is_appended_in_the_style_of_the_others(root: Path) -> None:
    result = _log(root, "acme", "call", "They", "sign: friday")
    assert result == Result(0, "deal/acme  call on 2026-11-23: They sign: friday\n", "")
    assert _added(root) == ["  - at: 2026-11-23", '    note: "They sign: friday"']


def test_a_follow_up_and_a_task_done_go_with_it(root: Path) -> None:
    result = _log(root, "acme", "email", "Offer sent", "--done", "send", "--next", "Ask them", "--due", "fri")
    assert result.out.splitlines() == [
        "deal/acme  email on 2026-11-23: Offer sent",
        "task done: Send the offer, due 2026-11-20",
        "task added: Ask them, due 2026-11-27",
    ]
    assert _added(root)[:2] == [
        "  - {title: Send the offer, due: 2026-11-20, done: 2026-11-23}",
        "  - {title: Ask them, due: 2026-11-27, owner: ani}",
    ]


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (["--on", "yesterday"], "2026-11-22"),
        (["--at", "2026-11-20 09:00"], "2026-11-20 09:00"),
        (["--at", "10:15"], "2026-11-23 10:15"),
    ],
)
def test_it_may_have_happened_earlier(root: Path, words: list[str], written: str) -> None:
    assert _log(root, "acme", "call", *words).status == 0
    assert _added(root)[0] == f"  - at: {written}"


@pytest.mark.parametrize(
    ("words", "status", "error"),
    [
        (["acme", "cal", "x"], 2, "did you mean call?"),
        (["acme", "call", "--on", "tomorrow"], 2, "lies ahead"),
        (["acme", "call", "--at", "2026-11-24 10:00"], 2, "lies ahead"),
        (["acme", "call", "--at", "25:00"], 2, "'25:00' is not a time of the day"),
        (["acme", "call", "--at", "10:00", "--on", "mon"], 2, "both say when"),
        (["acme", "call", "--due", "mon"], 2, "say it with --next TEXT"),
        (["acme", "call", "--next", ""], 2, "the title of the task is empty"),
        (["acme", "call", "--done", "Call"], 1, "no open task of deal/acme begins with 'Call'"),
        (["acme", "--next", "x"], 2, "what happened?"),
        (["acme", "call", "-f", "json"], 2, "has no option -f"),
        (["acme", "call", "--as-of", "2026-01-01"], 2, "the past can't be changed"),
        (["nobody", "call"], 1, "no deal 'nobody'"),
    ],
)
def test_what_is_refused_writes_nothing(root: Path, words: list[str], status: int, error: str) -> None:
    result = _log(root, *words)
    assert result.status == status
    assert error in result.err
    assert _added(root) == []


def test_the_timeline_has_all_that_happened_the_newest_first(root: Path) -> None:
    rows = json.loads(_log(root, "acme", "-f", "json").out)["tables"]["events"]
    assert [(row["at"][:10], row["event"], row["what"], row["by"]) for row in rows] == [
        ("2026-11-22", "task", "done", "budi"),
        ("2026-11-20", "activity", "call", "ani"),
        ("2026-11-04", "change", "amount", ""),
        ("2026-11-04", "move", "proposal", "ani"),
        ("2026-10-03", "move", "lead", "ani"),
    ]
    assert rows[3]["text"] == "RFP received"


def test_the_timeline_of_a_past_day_ends_there(root: Path) -> None:
    shown = _log(root, "acme", "--as-of", "2026-11-03", "-f", "csv", "--fields", "at,what")
    assert shown.out.splitlines() == ["at,what", "2026-10-03,lead"]
    assert _log(root, "acme", "--as-of", "2026-01-01").status == 1


def test_the_timeline_is_read_as_a_table(root: Path) -> None:
    assert _log(root, "acme", "-L", "2").out.splitlines()[2:] == [
        "At                Event     What  Text               By",
        "────────────────  ────────  ────  ─────────────────  ────",
        "2026-11-22        task      done  Call the lawyer    budi",
        "2026-11-20 10:15  activity  call  Asked for 10% off  ani",
        "",
        "2 of 5 rows (--limit)",
    ]
