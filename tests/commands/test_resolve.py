"""Real merges by git, with and without the driver, and what `pipectl resolve` makes of the conflicts."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipectl.store.load import load_workspace
from tests.commands.repository import committed, git, repository
from tests.conftest import MakeWorkspace
from tests.harness import SALES, Result, run_pipectl

ACME = """\
title: Acme rollout
stage: lead

amount: 90                          # gross

currency: IDR

owner: ani

tasks:
  - {title: Call Rina, due: 2026-11-20}

activities:
  - {at: 2026-11-02, type: call, by: ani, note: First talk}

history:
  - {at: 2026-11-02, stage: lead, by: ani}
"""
OURS = (
    ACME.replace("stage: lead\n", "stage: qualified\n", 1)
    .replace("First talk}\n", "First talk}\n  - {at: 2026-11-10, type: email, by: ani}\n")
    .replace("due: 2026-11-20}", "due: 2026-11-20, done: 2026-11-19}")
    + "  - {at: 2026-11-09, stage: qualified, by: ani}\n"
)
THEIRS = (
    ACME.replace("amount: 90 ", "amount: 100")
    .replace("First talk}\n", "First talk}\n  # Their own words.\n  - {at: 2026-11-05, type: visit, by: budi}\n")
    .replace("due: 2026-11-20}", "due: 2026-11-25}")
)
BOTH = """\
title: Acme rollout
stage: qualified

amount: 100                         # gross

currency: IDR

owner: ani

tasks:
  - {title: Call Rina, due: 2026-11-25, done: 2026-11-19}

activities:
  - {at: 2026-11-02, type: call, by: ani, note: First talk}
  # Their own words.
  - {at: 2026-11-05, type: visit, by: budi}
  - {at: 2026-11-10, type: email, by: ani}

history:
  - {at: 2026-11-02, stage: lead, by: ani}
  - {at: 2026-11-09, stage: qualified, by: ani}
"""
PATH = "deals/acme.yaml"
Operation = Callable[[Path], None]


def merge(folder: Path) -> None:
    git(folder, "merge", "-q", "-m", "Both", "theirs")


def _rebase(folder: Path) -> None:
    git(folder, "rebase", "-q", "theirs")


def _cherry_pick(folder: Path) -> None:
    git(folder, "cherry-pick", "theirs")


def _stash_pop(folder: Path) -> None:
    git(folder, "checkout", "-q", "theirs~1")
    git(folder, "restore", "--source", "theirs", "--", ".")
    git(folder, "stash", "push", "-q")
    git(folder, "checkout", "-q", "main")
    git(folder, "stash", "pop", "-q")


OPERATIONS = {"merge": merge, "rebase": _rebase, "cherry-pick": _cherry_pick, "stash pop": _stash_pop}
STYLES = ("merge", "diff3", "zdiff3")


def diverged(root: Path, ours: str, theirs: str, path: str = PATH) -> Path:
    """A repository whose `main` has *ours* and whose `theirs` has the other."""
    repository(root)
    git(root, "checkout", "-q", "-b", "theirs")
    (root / path).write_text(theirs)
    committed(root, on="2026-11-02")
    git(root, "checkout", "-q", "main")
    (root / path).write_text(ours)
    return committed(root, on="2026-11-03")


def tried(root: Path, operation: Operation) -> bool:
    """Whether git did it without a conflict."""
    try:
        operation(root)
    except subprocess.CalledProcessError:
        return False
    return True


def unmerged(root: Path) -> list[str]:
    return git(root, "diff", "--name-only", "--diff-filter=U").split()


def resolve(root: Path, *words: str) -> Result:
    return run_pipectl("resolve", *words, cwd=root)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_resolve_joins_what_git_could_not(workspace: MakeWorkspace, name: str, style: str) -> None:
    root = diverged(workspace({PATH: ACME}), OURS, THEIRS)
    git(root, "config", "merge.conflictStyle", style)
    assert not tried(root, OPERATIONS[name])
    assert unmerged(root) == [PATH]
    result = resolve(root)
    assert (result.status, result.out, result.err) == (0, f"{PATH} settled\n", "")
    assert (root / PATH).read_text() == BOTH
    assert unmerged(root) == []
    assert resolve(root) == Result(0, "", "nothing is in conflict\n")
    assert run_pipectl("check", "--group", "files", cwd=root).status == 0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_with_the_driver_git_has_no_conflict(workspace: MakeWorkspace, name: str, style: str) -> None:
    root = workspace({PATH: ACME})
    git(root, "init", "-q", "-b", "main")
    assert run_pipectl("install", "merge-driver", cwd=root).status == 0
    diverged(root, OURS, THEIRS)
    git(root, "config", "merge.conflictStyle", style)
    assert tried(root, OPERATIONS[name])
    assert (root / PATH).read_text() == BOTH


MOVED = ACME.replace("stage: lead\n", "stage: proposal\n", 1) + "  - {at: 2026-11-12, stage: proposal, by: budi}\n"
QUALIFIED = ACME.replace("stage: lead\n", "stage: qualified\n", 1) + "  - {at: 2026-11-09, stage: qualified, by: ani}\n"
HISTORY = """\
history:
  - {at: 2026-11-02, stage: lead, by: ani}
  - {at: 2026-11-09, stage: qualified, by: ani}
  - {at: 2026-11-12, stage: proposal, by: budi}
"""


@pytest.fixture
def moved_twice(workspace: MakeWorkspace) -> Path:
    """A merge stopped at a deal that both sides have moved, each elsewhere."""
    root = diverged(workspace({PATH: ACME}), QUALIFIED, MOVED)
    assert not tried(root, merge)
    return root


def test_two_stages_are_left_and_both_histories_told(moved_twice: Path) -> None:
    result = resolve(moved_twice)
    assert (result.status, result.out) == (1, f"{PATH}: stage is qualified here, proposal there (was lead)\n")
    assert (
        result.err
        == f"""\
  {PATH}: here: 2026-11-09 qualified by ani
  {PATH}: there: 2026-11-12 proposal by budi
settle it with --theirs or --later, or edit the lines between the markers and `git add`
"""
    )
    text = (moved_twice / PATH).read_text()
    assert text.startswith(
        "title: Acme rollout\n<<<<<<< ours\nstage: qualified\n=======\nstage: proposal\n>>>>>>> theirs\n\namount: 90 "
    )
    assert text.endswith(HISTORY)
    assert unmerged(moved_twice) == [PATH]


def test_the_base_is_shown_where_git_shows_it(moved_twice: Path) -> None:
    git(moved_twice, "config", "merge.conflictStyle", "zdiff3")
    resolve(moved_twice)
    marked = "<<<<<<< ours\nstage: qualified\n||||||| base\nstage: lead\n=======\nstage: proposal\n>>>>>>> theirs\n"
    assert marked in (moved_twice / PATH).read_text()


@pytest.mark.parametrize("choice", ["--theirs", "--later"])
def test_the_later_move_says_the_stage_and_no_move_is_dropped(moved_twice: Path, choice: str) -> None:
    resolve(moved_twice)
    assert resolve(moved_twice, PATH, choice) == Result(0, f"{PATH} settled\n", "")
    text = (moved_twice / PATH).read_text()
    assert "stage: proposal\n" in text
    assert text.endswith(HISTORY)
    assert run_pipectl("check", "stage-history", cwd=moved_twice).status == 0
    assert unmerged(moved_twice) == []


def test_a_stage_that_the_history_does_not_end_in_is_refused(moved_twice: Path) -> None:
    result = resolve(moved_twice, "--ours")
    why = "; the last move, of 2026-11-12, says proposal there"
    assert (result.status, result.out) == (1, f"{PATH}: stage is qualified here, proposal there (was lead){why}\n")
    assert unmerged(moved_twice) == [PATH]


def test_of_two_moves_on_one_day_none_is_later_but_a_side_can_be_chosen(workspace: MakeWorkspace) -> None:
    root = diverged(workspace({PATH: ACME}), QUALIFIED, MOVED.replace("2026-11-12", "2026-11-09"))
    assert not tried(root, merge)
    assert "neither move is later than the other" in resolve(root, "--later").out
    assert resolve(root, "--ours").status == 0
    text = (root / PATH).read_text()
    assert "stage: qualified\n" in text
    assert text.endswith(
        "  - {at: 2026-11-09, stage: proposal, by: budi}\n  - {at: 2026-11-09, stage: qualified, by: ani}\n"
    )


def test_the_same_move_twice_is_one(workspace: MakeWorkspace) -> None:
    note = QUALIFIED.replace("qualified, by: ani}", "qualified, note: RFP received}")
    root = diverged(workspace({PATH: ACME}), QUALIFIED, note)
    assert not tried(root, merge)
    assert resolve(root).status == 0
    assert (root / PATH).read_text() == QUALIFIED.replace("by: ani}\n", "by: ani, note: RFP received}\n").replace(
        "lead, by: ani, note: RFP received}", "lead, by: ani}"
    ).replace("First talk, note: RFP received", "First talk")


def test_two_amounts_are_named_and_a_side_can_be_chosen(workspace: MakeWorkspace) -> None:
    root = diverged(workspace({PATH: ACME}), ACME.replace("90 ", "100 "), ACME.replace("90 ", "200 "))
    assert not tried(root, merge)
    result = resolve(root)
    assert (result.status, result.out) == (1, f"{PATH}: amount is 100 here, 200 there (was 90)\n")
    assert resolve(root, "--theirs").status == 0
    assert "amount: 200 " in (root / PATH).read_text()


def test_a_dry_run_shows_the_diff_and_writes_nothing(moved_twice: Path) -> None:
    before = (moved_twice / PATH).read_bytes()
    result = resolve(moved_twice, "--later", "-n")
    assert (result.status, result.err) == (0, f"{PATH} settled\n")
    assert "\n-<<<<<<< HEAD\n" in result.out
    assert (moved_twice / PATH).read_bytes() == before
    assert unmerged(moved_twice) == [PATH]


def test_what_was_settled_by_hand_is_not_written_over(moved_twice: Path) -> None:
    path = moved_twice / PATH
    marked = path.read_text()
    path.write_text(marked.replace("owner: ani\n", "owner: budi\n"))
    assert "was changed by hand" in resolve(moved_twice, "--later").out
    path.write_text(MOVED.replace("owner: ani\n", "owner: budi\n"))
    assert "has no conflict markers any more" in resolve(moved_twice, "--later").out
    assert "owner: budi\n" in path.read_text()


def test_undo_brings_the_markers_back(moved_twice: Path) -> None:
    before = (moved_twice / PATH).read_bytes()
    assert resolve(moved_twice, "--later").status == 0
    assert run_pipectl("undo", cwd=moved_twice).status == 0
    assert (moved_twice / PATH).read_bytes() == before


def test_undo_brings_the_conflict_back_for_git_too_and_a_second_one_settles_it_again(moved_twice: Path) -> None:
    before = git(moved_twice, "ls-files", "--stage")
    assert resolve(moved_twice, "--later").status == 0
    settled = git(moved_twice, "ls-files", "--stage")
    result = run_pipectl("undo", cwd=moved_twice)
    assert (result.status, result.err) == (0, f"{PATH} is in conflict again\n")
    assert git(moved_twice, "ls-files", "--stage") == before
    assert run_pipectl("undo", cwd=moved_twice).status == 0
    assert git(moved_twice, "ls-files", "--stage") == settled
    assert run_pipectl("undo", cwd=moved_twice).status == 0
    assert resolve(moved_twice, "--theirs") == Result(0, f"{PATH} settled\n", "")


@pytest.mark.parametrize("name", OPERATIONS)
def test_undo_brings_the_conflict_back_after_any_operation(workspace: MakeWorkspace, name: str) -> None:
    root = diverged(workspace({PATH: ACME}), OURS, THEIRS)
    assert not tried(root, OPERATIONS[name])
    before = git(root, "ls-files", "--stage")
    assert resolve(root).status == 0
    assert run_pipectl("undo", cwd=root).status == 0
    assert git(root, "ls-files", "--stage") == before


def test_what_was_settled_in_part_can_be_undone_and_stays_in_conflict(moved_twice: Path) -> None:
    before = (moved_twice / PATH).read_bytes(), git(moved_twice, "ls-files", "--stage")
    assert resolve(moved_twice).status == 1
    assert run_pipectl("undo", cwd=moved_twice) == Result(0, f"undone: resolve {PATH}\n  {PATH} restored\n", "")
    assert ((moved_twice / PATH).read_bytes(), git(moved_twice, "ls-files", "--stage")) == before
    assert run_pipectl("undo", cwd=moved_twice).status == 0
    assert unmerged(moved_twice) == [PATH]


def test_undo_is_refused_where_git_has_forgotten_the_conflict(moved_twice: Path) -> None:
    assert resolve(moved_twice, "--later").status == 0
    git(moved_twice, "commit", "-q", "-m", "Both")
    git(moved_twice, "read-tree", "HEAD")
    after = (moved_twice / PATH).read_bytes()
    result = run_pipectl("undo", cwd=moved_twice)
    assert (result.status, "git has forgotten the conflict of deals/acme.yaml" in result.err) == (1, True)
    assert (moved_twice / PATH).read_bytes() == after


def test_a_conflict_that_comes_back_is_not_committed(moved_twice: Path) -> None:
    assert resolve(moved_twice, "--later").status == 0
    assert run_pipectl("undo", "--commit", cwd=moved_twice).status == 2
    assert unmerged(moved_twice) == []


def test_markers_in_a_file_that_git_takes_for_settled_are_told(moved_twice: Path) -> None:
    git(moved_twice, "add", PATH)
    result = resolve(moved_twice)
    told = f"has conflict markers, but is settled for git; `git checkout -m -- {PATH}` begins again"
    assert (result.status, result.out) == (1, f"{PATH}: {told}\n")
    assert resolve(moved_twice, PATH).err == f"pipectl: {PATH} {told}\n"
    git(moved_twice, "read-tree", "HEAD")
    assert "choose what to keep, and delete the markers" in resolve(moved_twice).out


def test_a_file_removed_on_one_side_is_named_and_left(workspace: MakeWorkspace) -> None:
    root = repository(workspace({PATH: ACME}))
    git(root, "checkout", "-q", "-b", "theirs")
    git(root, "rm", "-q", PATH)
    committed(root, on="2026-11-02")
    git(root, "checkout", "-q", "main")
    (root / PATH).write_text(OURS)
    committed(root, on="2026-11-03")
    assert not tried(root, merge)
    result = resolve(root)
    assert result.status == 1
    assert result.out == (
        f"{PATH}: changed here, removed there; `git add {PATH}` keeps it, `git rm {PATH}` removes it\n"
    )
    assert unmerged(root) == [PATH]


def test_a_stage_added_on_both_sides_is_two_stages(workspace: MakeWorkspace) -> None:
    pilot, trial = "  - {id: pilot, name: Pilot}\n", "  - {id: trial, name: Trial}\n"
    line = "  - {id: proposal,"
    path = "pipelines/sales.yaml"
    root = diverged(workspace({}), SALES.replace(line, pilot + line), SALES.replace(line, trial + line), path)
    assert not tried(root, merge)
    assert resolve(root) == Result(0, f"{path} settled\n", "")
    assert (root / path).read_text() == SALES.replace(line, pilot + trial + line)
    assert [stage.id for stage in load_workspace(root, frozenset()).pipelines["sales"].stages][1:4] == [
        "qualified",
        "pilot",
        "trial",
    ]


def test_the_settings_are_settled_before_the_deals(workspace: MakeWorkspace) -> None:
    root = workspace({PATH: ACME})
    settings = (root / "pipectl.yaml").read_text()
    repository(root)
    git(root, "checkout", "-q", "-b", "theirs")
    (root / "pipectl.yaml").write_text(settings.replace("  budi:", "  cici: {name: Cici}\n  budi:"))
    (root / PATH).write_text(THEIRS)
    committed(root, on="2026-11-02")
    git(root, "checkout", "-q", "main")
    (root / "pipectl.yaml").write_text(settings.replace("  budi:", "  dodi: {name: Dodi}\n  budi:"))
    (root / PATH).write_text(OURS)
    committed(root, on="2026-11-03")
    assert not tried(root, merge)
    assert resolve(root) == Result(0, f"pipectl.yaml settled\n{PATH} settled\n", "")
    assert "  dodi: {name: Dodi}\n  cici: {name: Cici}\n  budi:" in (root / "pipectl.yaml").read_text()
    assert (root / PATH).read_text() == BOTH


def test_a_workspace_in_a_folder_of_a_repository_is_resolved_and_other_files_left(workspace: MakeWorkspace) -> None:
    root = workspace({"sales/deals/acme.yaml": ACME, "README.md": "one\n"})
    for name in ("pipectl.yaml", "pipelines"):
        (root / name).rename(root / "sales" / name)
    repository(root)
    git(root, "checkout", "-q", "-b", "theirs")
    (root / "sales" / PATH).write_text(THEIRS)
    (root / "sales" / "notes.md").write_text("theirs\n")
    committed(root, on="2026-11-02")
    git(root, "checkout", "-q", "main")
    (root / "sales" / PATH).write_text(OURS)
    (root / "sales" / "notes.md").write_text("ours\n")
    committed(root, on="2026-11-03")
    assert not tried(root, merge)
    result = run_pipectl("resolve", cwd=root / "sales")
    assert (result.status, result.out) == (0, f"{PATH} settled\n")
    assert result.err == "note: notes.md is no file of the workspace; settle it by hand\n"
    assert unmerged(root) == ["sales/notes.md"]


def test_windows_line_ends_of_the_work_tree_stay(workspace: MakeWorkspace) -> None:
    root = diverged(workspace({PATH: ACME}), OURS, THEIRS)
    git(root, "config", "core.autocrlf", "true")
    git(root, "rm", "-q", "--cached", "-r", ".")
    git(root, "reset", "-q", "--hard")
    assert b"\r\n" in (root / PATH).read_bytes()
    assert not tried(root, merge)
    assert resolve(root).status == 0
    assert (root / PATH).read_bytes().decode() == BOTH.replace("\n", "\r\n")


def test_a_clean_merge_that_does_not_fit_is_told_with_both_causes(workspace: MakeWorkspace) -> None:
    root = repository(workspace({PATH: ACME}))
    git(root, "checkout", "-q", "-b", "theirs")
    (root / "pipelines/sales.yaml").write_text(
        SALES.replace("  - {id: qualified, name: Qualified, probability: 20}\n", "")
    )
    git(root, "commit", "-q", "-a", "-m", "Nobody qualifies", on="2026-11-05")
    git(root, "checkout", "-q", "main")
    (root / PATH).write_text(QUALIFIED)
    committed(root, on="2026-11-09")
    assert tried(root, merge)
    moved = "it was moved there on 2026-11-09 by ani (line 18)"
    places = "put the stage back into pipelines/sales.yaml:2, or under `aliases:` of another there"
    mend = f"edit the line `stage:`, or {places}"
    first = (
        "deals/acme.yaml:2:8: error: stage 'qualified' is no stage of sales (lead, proposal, negotiation, won, lost)"
    )
    found = run_pipectl("check", "unknown-stage", cwd=root).out.splitlines()
    assert found == [f"{first}  [unknown-stage]", f"  {moved}", f"  {mend}"]
    name = git(root, "rev-parse", "--short", "theirs").strip()
    found = run_pipectl("check", "unknown-stage", "--changed", "HEAD~1", cwd=root).out.splitlines()
    assert found[1:] == [f"  {moved}; {name} of 2026-11-05 by Ani took it out: Nobody qualifies", f"  {mend}"]
