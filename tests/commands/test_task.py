"""`pipectl task`: adding, finishing, snoozing and listing."""

from pathlib import Path

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import Result, run_pipectl

ACME = """\
title: Acme rollout
stage: lead
owner: ani

tasks:
  - {title: Send the offer, due: 2026-11-20}
  - {title: Send the weekly mail, due: 2026-11-27, every: 1w}
  - {title: Book the visit, due: 2026-11-10, done: 2026-11-09}

history:
  - {at: 2026-11-20, stage: lead}
"""
LOST = "title: Lost\nstage: lost\ntasks: [{title: Revisit, due: 2027-05-01}]\n"


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"deals/acme.yaml": ACME, "deals/lost.yaml": LOST, "deals/new.yaml": "title: New\nstage: lead\n"})


def _task(root: Path, *words: str) -> Result:
    return run_pipectl("task", *words, cwd=root)


def _text(root: Path, name: str = "acme") -> str:
    return (root / "deals" / f"{name}.yaml").read_text(encoding="utf-8")


def test_a_task_is_added_for_the_deals_owner(root: Path) -> None:
    result = _task(root, "add", "acme", "Call", "them", "--due", "1w")
    assert result == Result(0, "deal/acme  task added: Call them, due 2026-11-30\n", "")
    assert "  - {title: Call them, due: 2026-11-30, owner: ani}\n" in _text(root)


def test_the_first_task_makes_the_list(root: Path) -> None:
    _task(root, "add", "new", "Call them", "--owner", "budi", "--every", "2w")
    assert _text(root, "new") == ("title: New\nstage: lead\n\ntasks:\n  - {title: Call them, owner: budi, every: 2w}\n")


def test_done_without_a_title_is_the_next_step(root: Path) -> None:
    result = _task(root, "done", "acme")
    assert result.out.splitlines() == [
        "deal/acme  task done: Send the offer, due 2026-11-20",
        "next step: Send the weekly mail, due 2026-11-27",
    ]
    assert _text(root) == ACME.replace("due: 2026-11-20}", "due: 2026-11-20, done: 2026-11-23}")


def test_a_recurring_task_stands_again(root: Path) -> None:
    result = _task(root, "done", "acme", "send the w", "--on", "2026-11-21")
    assert "task stands again: Send the weekly mail, due 2026-12-04" in result.out
    assert "due: 2026-11-27, done: 2026-11-21, every: 1w}" in _text(root)
    assert "  - {title: Send the weekly mail, due: 2026-12-04, every: 1w}\n" in _text(root)


def test_what_fits_two_tasks_is_refused_with_both(root: Path) -> None:
    result = _task(root, "done", "acme", "send")
    assert result.status == 1
    assert "'send' fits 2 tasks of deal/acme: Send the offer; Send the weekly mail" in result.err
    assert _text(root) == ACME


def test_a_snoozed_task_sleeps_until_then(root: Path) -> None:
    assert _task(root, "snooze", "acme", "--until", "1w").out == (
        "deal/acme  task snoozed until 2026-11-30: Send the offer\n"
    )
    assert _text(root) == ACME.replace("due: 2026-11-20}", "due: 2026-11-20, snoozed_until: 2026-11-30}")
    assert _task(root, "list", "-f", "csv", "--fields", "task").out.splitlines()[1:] == [
        "Send the weekly mail",
        "Send the offer",
    ]


def test_the_list_has_open_tasks_of_open_deals_the_overdue_first(root: Path) -> None:
    _task(root, "add", "new", "Call them", "--due", "2026-11-01")
    assert _task(root, "list", "--ascii").out.splitlines()[4:7] == [
        "new   Call them             x 2026-11-01         lead",
        "acme  Send the offer        x 2026-11-20  ani    lead",
        "acme  Send the weekly mail  2026-11-27    ani    lead   1w",
    ]
    assert _task(root, "list", "--ids", "owner:ani").out == "acme\nacme\n"


def test_all_has_the_done_ones_and_closed_deals_too(root: Path) -> None:
    listed = _task(root, "list", "--all", "-f", "csv", "--fields", "task,done").out.splitlines()[1:]
    assert listed == ["Send the offer,", "Send the weekly mail,", "Revisit,", "Book the visit,2026-11-09"]
    assert _task(root, "list", "is:lost", "-f", "csv", "--fields", "task").out.splitlines()[1:] == ["Revisit"]


def test_a_dry_run_writes_nothing(root: Path) -> None:
    assert "+  - {title: Send the offer, due: 2026-11-20, done: 2026-11-23}\n" in _task(root, "done", "acme", "-n").out
    assert _text(root) == ACME


@pytest.mark.parametrize(
    ("words", "status", "error"),
    [
        (["add", "acme"], 2, "the title of the task is empty"),
        (["add", "acme", "x", "--every", "weekly"], 2, "write 2w, 10d, 3mo or 1y"),
        (["add", "acme", "x", "--owner", "ano"], 2, "did you mean ani?"),
        (["add", "acme", "x", "--until", "1w"], 2, "it is for `task snooze`"),
        (["add"], 2, "which deal?"),
        (["done", "new"], 1, "deal/new has no open task"),
        (["done", "acme", "--on", "tomorrow"], 2, "lies ahead"),
        (["snooze", "acme"], 2, "until when?"),
        (["snooze", "acme", "--until", "today"], 2, "does not lie ahead"),
        (["done", "acme", "-f", "json"], 2, "has no option -f"),
        (["done", "acme", "--all"], 2, "has no option --all"),
        (["list", "-n"], 2, "`task list` writes nothing"),
    ],
)
def test_what_is_refused_writes_nothing(root: Path, words: list[str], status: int, error: str) -> None:
    result = _task(root, *words)
    assert result.status == status
    assert error in result.err
    assert _text(root) == ACME
