"""`pipectl set`: fields of one deal or many, with the record that lets the past be known."""

import io
import os
import subprocess
from pathlib import Path

import pytest

from pipectl.store import git
from tests.conftest import MakeWorkspace
from tests.harness import Result, run_pipectl

ACME = """\
title: Acme rollout   # the big one
stage: proposal

amount: 720000000

owner: ani

tags: [gov]

history:
  - {at: 2026-10-03, stage: lead}
  - {at: 2026-11-04, stage: proposal}
"""
BETA = "title: Beta\nstage: lead\nowner: budi\n"


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"deals/acme.yaml": ACME, "deals/beta.yaml": BETA})


def _set(root: Path, *words: str) -> Result:
    return run_pipectl("set", *words, cwd=root)


def _text(root: Path, name: str = "acme") -> str:
    return (root / "deals" / f"{name}.yaml").read_text(encoding="utf-8")


def test_a_change_is_said_in_full_and_touches_its_lines_alone(root: Path) -> None:
    result = _set(root, "acme", "amount=700jt", "company=PT Acme")
    assert result == Result(0, "deal/acme  amount 720,000,000 → 700,000,000; company none → PT Acme\n", "")
    assert _text(root) == ACME.replace("720000000", "700000000").replace(
        "tags: [gov]\n",
        "company: PT Acme\ntags: [gov]\n\nchanges:\n"
        "  - {at: 2026-10-03, amount: 720000000}\n  - {at: 2026-11-23, amount: 700000000}\n",
    )
    assert "acme" not in run_pipectl("check", "--group", "files", "-q", cwd=root).out


def test_a_tracked_field_is_known_as_it_was_before(root: Path) -> None:
    assert _set(root, "acme", "amount=1bn", "--on", "2026-11-10").out.endswith("   (from 2026-11-10)\n")
    for day, amount in (("2026-11-09", "720000000"), ("2026-11-10", "1000000000"), ("2026-11-23", "1000000000")):
        shown = run_pipectl("list", "acme", "-f", "csv", "--fields", "amount", "--as-of", day, cwd=root)
        assert shown.out.splitlines()[1].startswith(amount), day


def test_a_field_that_is_not_tracked_is_not_recorded(root: Path) -> None:
    _set(root, "acme", "source=referral")
    assert "changes:" not in _text(root)


def test_an_empty_value_takes_a_field_away(root: Path) -> None:
    assert _set(root, "beta", "owner=").out == "deal/beta  owner budi → none\n"
    assert _text(root, "beta") == "title: Beta\nstage: lead\n\nchanges:\n  - {at: 2026-11-23, owner: ~}\n"


def test_what_the_stage_requires_stays(root: Path) -> None:
    result = _set(root, "acme", "amount=")
    assert (result.status, result.err) == (1, "pipectl: deal/acme is in proposal, which requires amount\n")
    assert _text(root) == ACME


def test_nothing_to_change_is_said_and_is_no_failure(root: Path) -> None:
    assert _set(root, "acme", "amount=720jt") == Result(0, "deal/acme  is so already; nothing to change\n", "")
    assert _text(root) == ACME


def test_a_dry_run_shows_the_diff_and_writes_nothing(root: Path) -> None:
    result = _set(root, "acme", "beta", "source=web", "-n")
    assert result.status == 0
    assert result.out.count("+source: web\n") == 2
    assert (_text(root), _text(root, "beta")) == (ACME, BETA)


def test_several_deals_want_yes(root: Path) -> None:
    refused = _set(root, "acme", "beta", "source=web")
    assert (refused.status, refused.out) == (1, "")
    assert "2 deals would change; nothing was written" in refused.err
    assert _text(root) == ACME
    done = _set(root, "acme", "beta", "source=web", "--yes")
    assert done.out == "deal/acme  source none → web\ndeal/beta  source none → web\n"


def test_one_refusal_keeps_all_from_being_written(root: Path) -> None:
    result = _set(root, "acme", "beta", "amount=", "source=web", "--yes")
    assert result.status == 1
    assert "1 of 2 deals can't be changed; nothing was written:" in result.err
    assert (_text(root), _text(root, "beta")) == (ACME, BETA)


def test_a_filter_chooses_the_deals(root: Path) -> None:
    assert _set(root, "--where", "owner:budi", "owner=ani").out == "deal/beta  owner budi → ani\n"


def test_ids_come_on_standard_input(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("acme\nbeta\n"))
    assert _set(root, "-", "source=web", "--yes").out.count("source none → web") == 2


def test_every_value_that_is_wrong_is_named_at_once(root: Path) -> None:
    result = _set(root, "acme", "amount=x", "ownr=ani", "owner=ano", "owner=ani")
    assert result.status == 2
    assert result.err.startswith("3 values can't be set:\n")
    assert all(part in result.err for part in ("'x' is no amount", "did you mean owner?", "did you mean ani?"))
    assert _text(root) == ACME


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["acme"], "set what?"),
        (["amount=1"], "which deal?"),
        (["acme", "--where", "is:open", "amount=1"], "not both"),
        (["acme", "stage=won"], "`pipectl move ID STAGE` moves a deal"),
        (["acme", "title="], "a deal has a title"),
        (["acme", "amount=1", "--on", "2026-12-01"], "lies ahead"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(root: Path, words: list[str], error: str) -> None:
    result = _set(root, *words)
    assert result.status == 2
    assert error in result.err


def test_a_record_is_not_put_before_the_one_that_stands(root: Path) -> None:
    _set(root, "acme", "amount=1bn", "--on", "2026-11-10")
    result = _set(root, "acme", "amount=2bn", "--on", "2026-11-09")
    assert result.status == 1
    assert "amount of deal/acme was set on 2026-11-10; 2026-11-09 lies before that" in result.err


def test_nothing_is_recorded_from_before_the_deal_began(root: Path) -> None:
    result = _set(root, "acme", "amount=1bn", "--on", "2026-10-02")
    assert (result.status, result.err) == (1, "pipectl: deal/acme began on 2026-10-03; 2026-10-02 lies before that\n")


def test_a_new_currency_leaves_recorded_amounts_in_the_old_one(root: Path) -> None:
    _set(root, "acme", "amount=1bn", "--on", "2026-11-10")
    result = _set(root, "acme", "currency=USD", "amount=60k")
    assert result.out == "deal/acme  amount 1,000,000,000 → USD 60,000\n"
    assert _text(root).partition("changes:\n")[2].splitlines()[:3] == [
        "  - {at: 2026-10-03, amount: 720000000, currency: IDR}",
        "  - {at: 2026-11-10, amount: 1000000000, currency: IDR}",
        "  - {at: 2026-11-23, amount: 60000}",
    ]


@pytest.mark.parametrize("before", ["tags: gov", "tags: []", "tags:", "tags:\n  - gov\n  - old"])
def test_a_list_of_texts_is_set_whatever_its_style(workspace: MakeWorkspace, before: str) -> None:
    root = workspace({"deals/acme.yaml": f"title: Acme\nstage: lead\n{before}\nsource: web\n"})
    assert _set(root, "acme", "tags=gov,new").status == 0
    shown = run_pipectl("list", "tag:new", "tag:gov", "--ids", cwd=root)
    assert shown.out == "acme\n"
    assert _set(root, "acme", "tags=").status == 0
    assert _text(root) == "title: Acme\nstage: lead\nsource: web\n"


def test_commit_has_exactly_the_file_and_the_change_in_words(root: Path) -> None:
    git = ["git", "-C", str(root), "-c", "user.name=Ani", "-c", "user.email=ani@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "start"], check=True)
    (root / "deals/beta.yaml").write_text("title: Beta, changed by hand\nstage: lead\n")
    subprocess.run([*git, "config", "user.name", "Ani"], check=True)
    subprocess.run([*git, "config", "user.email", "ani@example.com"], check=True)
    assert _set(root, "acme", "owner=budi", "--commit").status == 0
    log = subprocess.run([*git, "log", "-1", "--name-only", "--format=%s"], check=True, capture_output=True, text=True)
    assert log.stdout == f"acme: owner ani → budi{os.linesep}{os.linesep}deals/acme.yaml{os.linesep}"


@pytest.mark.parametrize("words", [("set", "owner=@me"), ("move", "--where", "is:open", "qualified")])
def test_git_is_asked_once_who_changes_many_deals(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    root = workspace({f"deals/d{number}.yaml": BETA for number in range(5)})
    asked: list[Path] = []

    def email(folder: Path) -> str:
        asked.append(folder)
        return "ani@example.com"

    monkeypatch.setattr(git, "email", email)
    where = () if "--where" in words else ("--where", "is:open")
    assert run_pipectl(*words, *where, "--yes", cwd=root).status == 0
    assert "ani" in _text(root, "d4")
    assert len(asked) == 1
