"""`pipectl stale --last`: the last follow-up, after which a deal is dropped."""

from pathlib import Path

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import Result, run_pipectl

OLD = "title: Old\nstage: lead\nowner: ani\nhistory:\n  - {at: 2026-09-01, stage: lead}\n"
OLDER = "title: Older\nstage: lead\nhistory:\n  - {at: 2026-08-01, stage: lead}\n"
FRESH = "title: Fresh\nstage: lead\nhistory:\n  - {at: 2026-11-20, stage: lead}\n"
WAITING = f"{OLDER}tasks:\n  - {{title: One more call, due: 2026-12-01, last_chance: yes}}\n"
LOST = "title: Lost\nstage: lost\n"


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    deals = {"old": OLD, "older": OLDER, "fresh": FRESH, "waiting": WAITING, "lost": LOST}
    return workspace({f"deals/{name}.yaml": text for name, text in deals.items()})


def _last(root: Path, *words: str) -> Result:
    return run_pipectl("stale", *words, cwd=root)


def _text(root: Path, name: str) -> str:
    return (root / "deals" / f"{name}.yaml").read_text(encoding="utf-8")


def test_a_last_follow_up_is_a_task_and_the_ladder_waits_for_it(root: Path) -> None:
    result = _last(root, "--last", "old", "--due", "1w")
    assert result == Result(0, "deal/old  last follow-up added, due 2026-11-30\n", "")
    task = '{title: Last follow-up, due: 2026-11-30, owner: ani, last_chance: "yes"}'
    assert _text(root, "old") == OLD.replace("history:", f"\ntasks:\n  - {task}\nhistory:")
    steps = {"2026-11-30": "wait for the last follow-up", "2026-12-01": "drop"}
    for day, step in steps.items():
        listed = run_pipectl("stale", "-f", "csv", "--fields", "id,step", "--today", day, cwd=root)
        assert f"old,{step}" in listed.out.splitlines()


def test_it_may_be_said_in_words_and_for_several(root: Path) -> None:
    refused = _last(root, "--last", "old", "--last", "older", "--due", "1w", "Ask", "once more")
    assert "2 deals would change" in refused.err
    done = _last(root, "--last", "old", "--last", "older", "--due", "1w", "Ask", "once more", "--yes")
    assert done.out.splitlines()[1] == "deal/older  last follow-up added, due 2026-11-30: Ask once more"
    assert "title: Ask once more, due: 2026-11-30" in _text(root, "old")


def test_a_deal_that_is_not_stagnant_is_noted(root: Path) -> None:
    result = _last(root, "--last", "fresh", "--due", "1w")
    assert result.status == 0
    assert result.out.splitlines()[1] == "note: deal/fresh is not stagnant"


def test_every_deal_that_can_t_have_one_is_named(root: Path) -> None:
    result = _last(root, "--last", "waiting", "--last", "old", "--last", "lost", "--due", "1w", "--yes")
    assert result.status == 1
    assert result.err.splitlines() == [
        "2 of 3 deals can't be changed; nothing was written:",
        "deal/waiting has a last follow-up: One more call, due 2026-12-01",
        "deal/lost is closed, in lost",
    ]
    assert _text(root, "old") == OLD


def test_the_one_that_waits_can_be_finished_by_name(root: Path) -> None:
    assert "`pipectl task done waiting 'One more call'`" in _last(root, "--last", "waiting", "--due", "1w").err
    assert run_pipectl("task", "done", "waiting", "One more call", cwd=root).status == 0
    assert _last(root, "--last", "waiting", "--due", "1w").status == 0


def test_a_dry_run_writes_nothing(root: Path) -> None:
    assert "last_chance" in _last(root, "--last", "old", "--due", "1w", "-n").out
    assert _text(root, "old") == OLD


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--last", "old"], "--last wants the day that it is due"),
        (["--last", "old", "--due", "2026-11-01"], "has passed"),
        (["--due", "1w"], "`stale` alone writes nothing"),
        (["-n"], "`stale` alone writes nothing"),
        (["--last", "old", "--due", "1w", "-f", "json"], "has no option -f"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(root: Path, words: list[str], error: str) -> None:
    result = _last(root, *words)
    assert result.status == 2
    assert error in result.err
