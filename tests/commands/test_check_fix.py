"""`pipectl check --fix`: what has one safe mend is mended, dated by git or by the person who asks."""

import subprocess
from pathlib import Path

import pytest

from tests.commands.repository import changed_in_last_commit, committed, git, repository
from tests.conftest import MakeWorkspace, Run

DEAL = """\
title: Acme
stage: lead

amount: 100

owner: ani

changes:
  - {at: 2026-10-01, amount: 100, owner: ani}

history:
  - {at: 2026-10-01, stage: lead, by: ani}
"""


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    """A workspace with one deal, committed on 2026-10-01."""
    return repository(workspace({"deals/acme.yaml": DEAL}), on="2026-10-01")


def _replace(root: Path, old: str, new: str, *, on: str = "", path: str = "deals/acme.yaml") -> None:
    """Change the deal by hand and, with *on*, commit that."""
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new, 1))
    if on:
        committed(root, on=on)


def _added(root: Path) -> list[str]:
    """What the work tree's files have more than the last commit's, and nothing may be missing."""
    lines = git(root, "diff", "--unified=0").splitlines()
    assert not [line for line in lines if line.startswith("-") and not line.startswith("---")]
    return [line[1:] for line in lines if line.startswith("+") and not line.startswith("+++")]


def test_a_stage_changed_by_hand_gets_its_entry_on_the_day_of_its_commit(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    _replace(root, "title: Acme", "title: Acme rollout", on="2026-11-02")
    result = pipectl("check", "--fix", "--group", "files", cwd=root)
    assert (result.status, result.out) == (
        0,
        "deals/acme.yaml: history: qualified since 2026-10-20, says git  [stage-history]\n",
    )
    assert _added(root) == ["  - {at: 2026-10-20, stage: qualified}"]


def test_what_only_looks_otherwise_since_is_not_the_day(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    _replace(root, "stage: qualified\n", 'stage:   "qualified" # warm\n', on="2026-11-02")
    pipectl("check", "--fix", cwd=root)
    assert _added(root) == ["  - {at: 2026-10-20, stage: qualified}"]


def test_the_day_survives_that_the_file_was_renamed(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    (root / "deals/2026").mkdir()
    git(root, "mv", "deals/acme.yaml", "deals/2026/acme-rollout.yaml")
    committed(root, on="2026-11-02")
    _replace(root, "stage: qualified\n", "stage: 'qualified'\n", on="2026-11-05", path="deals/2026/acme-rollout.yaml")
    pipectl("check", "--fix", cwd=root)
    assert _added(root) == ["  - {at: 2026-10-20, stage: qualified}"]


def test_the_day_of_a_move_on_a_branch_is_not_that_of_its_merge(pipectl: Run, root: Path) -> None:
    git(root, "checkout", "-q", "-b", "ani")
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    git(root, "checkout", "-q", "main")
    _replace(root, "title: Acme", "company: PT Acme\ntitle: Acme", on="2026-10-25")
    git(root, "merge", "-q", "--no-edit", "-s", "recursive", "-X", "ours", "ani", on="2026-11-01")
    pipectl("check", "--fix", cwd=root)
    assert _added(root) == ["  - {at: 2026-10-20, stage: qualified}"]


def test_the_day_is_the_one_where_the_workspace_is(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n")
    git(root, "-c", "user.name=A", "commit", "-q", "-a", "-m", "x")
    git(root, "commit", "-q", "--amend", "--no-edit", "--date", "2026-10-20T20:00:00+0000")
    pipectl("check", "--fix", cwd=root)
    # Jakarta is seven hours ahead.
    assert _added(root) == ["  - {at: 2026-10-21, stage: qualified}"]


def test_fields_changed_by_hand_get_records_each_on_its_day(pipectl: Run, root: Path) -> None:
    _replace(root, "amount: 100\n", "amount: 150\n", on="2026-10-20")
    _replace(root, "owner: ani\n\n", "", on="2026-10-25")
    result = pipectl("check", "changes-behind", "--fix", cwd=root)
    assert result.status == 0
    assert result.out == (
        "deals/acme.yaml: changes: amount since 2026-10-20, says git  [changes-behind]\n"
        "deals/acme.yaml: changes: owner since 2026-10-25, says git  [changes-behind]\n"
    )
    assert _added(root) == ["  - {at: 2026-10-20, amount: 150}", "  - {at: 2026-10-25, owner: ~}"]


def test_an_amount_whose_currency_was_changed_by_hand_is_recorded_with_it(pipectl: Run, root: Path) -> None:
    _replace(root, "amount: 100\n\n", "amount: 100\ncurrency: USD\n\n", on="2026-10-20")
    result = pipectl("check", "changes-behind", "--fix", cwd=root)
    assert "changes-behind" not in pipectl("check", "changes-behind", cwd=root).out, result


def test_mending_twice_changes_nothing_more(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    _replace(root, "amount: 100\n", "amount: 150\n", on="2026-10-20")
    git(root, "mv", "deals/acme.yaml", "deals/PT Acme.yaml")
    committed(root, on="2026-10-21")
    assert len(pipectl("check", "--fix", "--group", "files", cwd=root).out.splitlines()) == 3
    text = (root / "deals/pt-acme.yaml").read_text()
    again = pipectl("check", "--fix", "--group", "files", cwd=root)
    assert (again.status, again.out) == (0, "")
    assert (root / "deals/pt-acme.yaml").read_text() == text
    assert pipectl("undo", cwd=root).status == 0
    assert git(root, "status", "--short") == ""


def test_a_change_that_is_not_committed_wants_a_day(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n")
    result = pipectl("check", "stage-history", "--fix", cwd=root)
    assert result.status == 1
    assert result.err.startswith(
        "deals/acme.yaml:2:8: not mended: the change is not committed yet, so git can't tell when it was: "
        "--on DATE says when  [stage-history]\n"
    )
    assert pipectl("check", "stage-history", "--fix", "--on", "yesterday", cwd=root).status == 0
    assert (root / "deals/acme.yaml").read_text().endswith("  - {at: 2026-11-22, stage: qualified}\n")


def test_an_emptied_field_that_is_not_committed_wants_a_day(pipectl: Run, root: Path) -> None:
    _replace(root, "owner: ani\n\n", "")
    result = pipectl("check", "changes-behind", "--fix", cwd=root)
    assert result.status == 1
    assert "not committed yet" in result.err


def test_a_shallow_clone_refuses_and_names_the_remedy(pipectl: Run, root: Path, tmp_path: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    _replace(root, "title: Acme", "title: Acme rollout", on="2026-11-02")
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{root}", str(shallow)], check=True)
    result = pipectl("check", "stage-history", "--fix", cwd=shallow)
    assert result.status == 1
    assert "older commits are missing here: `git fetch --unshallow` brings them, or --on DATE says when" in result.err
    assert git(shallow, "status", "--short") == ""
    git(shallow, "fetch", "-q", "--unshallow")
    assert pipectl("check", "stage-history", "--fix", cwd=shallow).status == 0
    assert _added(shallow) == ["  - {at: 2026-10-20, stage: qualified}"]


def test_without_git_a_day_is_asked_for(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({"deals/acme.yaml": "title: Acme\nstage: lead\n"})
    result = pipectl("check", "stage-history", "--fix", cwd=root)
    assert result.status == 1
    assert "git can't tell since when (this is no git repository): --on DATE says when" in result.err
    assert pipectl("check", "stage-history", "--fix", "--on", "2026-11-20", cwd=root).status == 0
    assert (root / "deals/acme.yaml").read_text() == (
        "title: Acme\nstage: lead\n\nhistory:\n  - {at: 2026-11-20, stage: lead}\n"
    )


@pytest.mark.parametrize(("day", "said"), [("2026-09-30", "but history came into lead on 2026-10-01")])
def test_a_day_before_the_last_entry_is_refused(pipectl: Run, root: Path, day: str, said: str) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n")
    result = pipectl("check", "stage-history", "--fix", "--on", day, cwd=root)
    assert result.status == 1
    assert said in result.err


def test_a_day_ahead_is_wrong_usage(pipectl: Run, root: Path) -> None:
    result = pipectl("check", "--fix", "--on", "2026-12-01", cwd=root)
    assert (result.status, result.err) == (2, "pipectl: --on '2026-12-01' lies after today, 2026-11-23\n")


def test_files_with_bad_names_get_good_ones_where_those_are_free(pipectl: Run, workspace: MakeWorkspace) -> None:
    text = "title: A\nstage: lead\nhistory: [{at: 2026-11-01, stage: lead}]\n"
    names = ("PT Acme.yaml", "one.yml", "x/Two.YAML", "taken.yaml", "x/Taken.yaml", "???.yaml")
    root = workspace({f"deals/{name}": text for name in names})
    result = pipectl("check", "bad-file-name", "--fix", cwd=root)
    assert result.status == 1
    assert sorted(path.relative_to(root / "deals").as_posix() for path in root.glob("deals/**/*.*")) == [
        *("???.yaml", "one.yaml", "pt-acme.yaml", "taken.yaml", "x/Taken.yaml", "x/two.yaml"),
    ]
    assert "deals/x/Taken.yaml:1:1: not mended: taken is taken: choose another name" in result.err
    assert "deals/???.yaml:1:1: not mended: no id can be made of it: choose one" in result.err


def test_the_diff_is_shown_and_nothing_written(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    result = pipectl("check", "--fix", "-n", cwd=root)
    assert result.status == 0
    assert "+  - {at: 2026-10-20, stage: qualified}\n" in result.out
    assert git(root, "status", "--short") == ""


def test_the_mend_is_committed_by_itself(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    (root / "deals/new.yaml").write_text("title: New\nstage: lead\nhistory: [{at: 2026-11-01, stage: lead}]\n")
    git(root, "add", "-A")
    assert pipectl("check", "--fix", "--commit", cwd=root).status == 0
    assert changed_in_last_commit(root) == ["deals/acme.yaml"]
    assert git(root, "log", "-1", "--format=%s") == "mend stage-history in 1 file\n"


def test_what_is_off_or_waived_is_not_mended(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\nwaive: [{check: stage-history}]\n", on="2026-10-20")
    assert pipectl("check", "--fix", cwd=root).status == 0
    assert git(root, "status", "--short") == ""


def test_what_is_for_a_mend_wants_one(pipectl: Run, root: Path) -> None:
    result = pipectl("check", "--on", "2026-10-01", cwd=root)
    assert (result.status, result.err) == (2, "pipectl: --on, --dry-run, --commit and --message are for --fix\n")


def test_what_a_machine_reads_stays_one_document(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    result = pipectl("check", "stage-history", "--fix", "-f", "json", cwd=root)
    assert "says git" not in result.out
    assert "says git" in result.err


def test_nothing_is_mended_where_what_stays_could_not_be_said(pipectl: Run, root: Path) -> None:
    _replace(root, "stage: lead\n", "stage: qualified\n", on="2026-10-20")
    result = pipectl("check", "--fix", "-f", "csv", cwd=root)
    assert (result.status, result.out) == (2, "")
    assert _added(root) == []
