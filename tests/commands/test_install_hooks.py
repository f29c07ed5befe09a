"""`pipectl install hooks`: a commit with a broken file is stopped, and nobody's own hook is touched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.repository import git, repository
from tests.conftest import MakeWorkspace, Run
from tests.harness import Result

ACME = "title: Acme\nstage: lead\nhistory:\n  - {at: 2026-11-01, stage: lead}\n"
BROKEN = ACME.replace("stage: lead\nh", "stage: laed\nh")
HOOK = ".git/hooks/pre-commit"


def _commit(folder: Path, *words: str, **variables: str) -> Result:
    done = subprocess.run(
        ["git", "commit", "-q", "-m", "x", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PIPECTL_TODAY": "2026-11-23", **variables},
    )
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def root(workspace: MakeWorkspace, pipectl: Run) -> Path:
    found = repository(workspace({"deals/acme.yaml": ACME}))
    shutil.rmtree(found / ".git/hooks", ignore_errors=True)
    assert pipectl("install", "hooks", cwd=found).status == 0
    return found


def test_a_commit_of_a_broken_file_is_stopped_and_says_how_to_skip_it(root: Path) -> None:
    (root / "deals/acme.yaml").write_text(BROKEN)
    result = _commit(root, "-a")
    assert result.status == 1
    assert "deals/acme.yaml:2:8: error: stage 'laed' is no stage of sales" in result.err
    assert "git commit --no-verify" in result.err
    assert _commit(root, "-a", "--no-verify").status == 0


def test_a_good_commit_is_silent(root: Path) -> None:
    (root / "deals/acme.yaml").write_text(ACME.replace("Acme", "Acme rollout"))
    assert _commit(root, "-a") == Result(0, "", "")


def test_the_hook_looks_at_what_is_staged_and_not_at_the_work_tree(root: Path) -> None:
    (root / "deals/acme.yaml").write_text(BROKEN)
    git(root, "add", "-A")
    (root / "deals/acme.yaml").write_text(ACME)
    assert _commit(root).status == 1
    git(root, "add", "-A")
    (root / "deals/new.yaml").write_text(ACME)
    git(root, "add", "-A")
    (root / "deals/acme.yaml").write_text(BROKEN)
    (root / "deals/untracked.yaml").write_text(BROKEN)
    assert _commit(root) == Result(0, "", "")


def test_a_path_named_to_commit_is_what_is_looked_at(root: Path) -> None:
    (root / "deals/new.yaml").write_text(BROKEN)
    git(root, "add", "-A")
    (root / "deals/acme.yaml").write_text(ACME.replace("Acme", "Acme rollout"))
    assert _commit(root, "deals/acme.yaml") == Result(0, "", "")
    assert _commit(root / "deals", "new.yaml").status == 1


def test_what_is_wrong_in_files_that_the_commit_leaves_alone_does_not_stop_it(root: Path) -> None:
    (root / "deals/other.yaml").write_text(BROKEN)
    git(root, "add", "-A")
    _commit(root, "--no-verify")
    (root / "deals/acme.yaml").write_text(ACME.replace("Acme", "Acme rollout"))
    assert _commit(root, "-a") == Result(0, "", "")


def test_a_stage_taken_away_is_wrong_for_every_deal_in_it(root: Path) -> None:
    path = root / "pipelines/sales.yaml"
    path.write_text(path.read_text().replace("id: lead", "id: fresh"))
    assert "deals/acme.yaml:2:8" in _commit(root, "-a").err


def test_the_first_commit_of_a_repository_is_looked_at_too(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = workspace({"deals/acme.yaml": BROKEN})
    git(root, "init", "-q")
    git(root, "config", "user.name", "Ani")
    git(root, "config", "user.email", "ani@example.com")
    assert pipectl("install", "hooks", cwd=root).status == 0
    git(root, "add", "-A")
    assert _commit(root).status == 1
    (root / "deals/acme.yaml").write_text(ACME)
    git(root, "add", "-A")
    assert _commit(root) == Result(0, "", "")


def test_several_workspaces_in_sub_folders_are_each_checked(workspace: MakeWorkspace, pipectl: Run) -> None:
    top = workspace({"deals/acme.yaml": ACME})
    for name in ("it's one", "two"):
        shutil.copytree(top / "deals", top / name / "deals")
        shutil.copytree(top / "pipelines", top / name / "pipelines")
        shutil.copy(top / "pipectl.yaml", top / name)
    repository(top)
    for name in ("two", "it's one", "two"):
        assert pipectl("install", "hooks", cwd=top / name).status == 0
    for name in ("it's one", "two"):
        (top / name / "deals/acme.yaml").write_text(BROKEN)
        assert _commit(top, "-a").status == 1
        assert _commit(top / name, "-a").status == 1
        (top / name / "deals/acme.yaml").write_text(ACME)
    (top / "deals/acme.yaml").write_text(BROKEN)
    assert _commit(top, "-a") == Result(0, "", "")


@pytest.mark.parametrize("variables", [{}, {"GIT_DIR": ".git"}])
def test_the_hook_finds_the_files_from_every_kind_of_work_tree(
    workspace: MakeWorkspace, pipectl: Run, tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]
) -> None:
    made = workspace({"deals/acme.yaml": ACME})
    base = tmp_path_factory.mktemp("trees")
    top = base / "top"
    shutil.copytree(made, top / "sales")
    repository(top)
    assert pipectl("install", "hooks", cwd=top / "sales").status == 0
    git(top, "worktree", "add", "-q", str(base / "linked"))
    for folder in (top, base / "linked"):
        (folder / "sales/deals/acme.yaml").write_text(BROKEN)
        where = variables if folder == top else {}
        assert "unknown-stage" in _commit(folder, "-a", **where).err
    assert pipectl("install", "hooks", cwd=base / "linked/sales").out == f"{top / HOOK} is as it should be\n"


def test_a_commit_of_other_files_starts_no_python(root: Path) -> None:
    hook = root / HOOK
    hook.write_text(hook.read_text().replace(sys.executable, "/bin/false"))
    (root / "notes.txt").write_text("x")
    git(root, "add", "-A")
    assert _commit(root) == Result(0, "", "")


def test_a_module_in_the_repository_stands_in_for_nothing(root: Path) -> None:
    for name in ("yaml.py", "pipectl.py", "typing.py"):
        (root / name).write_text("raise SystemExit('taken over')\n")
    (root / "deals/acme.yaml").write_text(ACME.replace("Acme", "Acme rollout"))
    git(root, "add", "-A")
    assert _commit(root) == Result(0, "", "")


def test_without_a_program_the_commit_is_stopped_in_words(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    hook = root / HOOK
    hook.write_text(hook.read_text().replace(sys.executable, "/nowhere/python"))
    (root / "deals/acme.yaml").write_text(ACME.replace("Acme", "Acme rollout"))
    found = shutil.which("git")
    assert found is not None
    (tmp_path_factory.mktemp("bin") / "git").symlink_to(found)
    result = _commit(root, "-a", PATH=str(tmp_path_factory.getbasetemp() / "bin0"))
    assert result.status == 1
    assert "pipectl is not installed here" in result.err


def test_the_same_command_twice_changes_nothing_and_brings_an_old_hook_up_to_date(root: Path, pipectl: Run) -> None:
    hook = root / HOOK
    before = (hook.read_bytes(), hook.stat().st_mtime_ns)
    assert pipectl("install", "hooks", cwd=root).out == f"{HOOK} is as it should be\n"
    assert (hook.read_bytes(), hook.stat().st_mtime_ns) == before
    hook.write_bytes(before[0].replace(b"-q >&2", b">&2") + b"check_workspace 'unclosed\n")
    hook.chmod(0o644)
    assert pipectl("install", "hooks", cwd=root).out == f"{HOOK} brought up to date\n"
    assert hook.read_bytes() == before[0]
    assert hook.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("#!/bin/sh\nmake lint\n", "add to it: pipectl check --staged --group files -q || exit 1"),
        ("#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n", "add pipectl-check there"),
    ],
)
def test_a_hook_of_somebody_else_is_left_alone(workspace: MakeWorkspace, pipectl: Run, own: str, said: str) -> None:
    root = repository(workspace({}))
    hook = root / HOOK
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(own)
    for words in ((), ("--dry-run",)):
        result = pipectl("install", "hooks", *words, cwd=root)
        assert result.status == 1
        assert f"{hook} is not pipectl's; nothing was written" in result.err
        assert said in result.err
    assert hook.read_text() == own


def test_a_link_in_place_of_the_hook_is_left_alone(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = repository(workspace({}))
    (root / HOOK).parent.mkdir(exist_ok=True)
    (root / HOOK).symlink_to(root / "elsewhere")
    assert "no regular file; nothing was written" in pipectl("install", "hooks", cwd=root).err
    assert not (root / "elsewhere").exists()


def test_hooks_that_are_committed_name_no_path_of_this_machine(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = repository(workspace({"deals/acme.yaml": ACME}))
    git(root, "config", "core.hooksPath", ".githooks")
    result = pipectl("install", "hooks", "--commit", cwd=root)
    assert result.out == ".githooks/pre-commit written\n"
    assert git(root, "ls-files", "--stage", ".githooks").startswith("100755")
    assert sys.executable not in (root / ".githooks/pre-commit").read_text()
    assert not (root / HOOK).exists()


def test_a_folder_of_hooks_that_other_repositories_share_is_left_alone(
    workspace: MakeWorkspace, pipectl: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = repository(workspace({}))
    shared = tmp_path_factory.mktemp("shared")
    for place in (str(shared), os.devnull):
        git(root, "config", "core.hooksPath", place)
        result = pipectl("install", "hooks", cwd=root)
        assert result.status == 1
        assert f"core.hooksPath sends git to {place}, which other repositories may share" in result.err
    assert list(shared.iterdir()) == []


def test_a_dry_run_writes_nothing(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = repository(workspace({}))
    result = pipectl("install", "hooks", "--dry-run", cwd=root)
    assert result.out.startswith(f"--- /dev/null\n+++ b/{HOOK}\n")
    assert not (root / HOOK).exists()


def test_staged_files_are_what_a_check_of_them_reads(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = repository(workspace({"deals/acme.yaml": ACME}))
    (root / "deals/acme.yaml").write_text(BROKEN)
    assert pipectl("check", "--staged", cwd=root) == Result(0, "", "staged: nothing found\n")
    git(root, "add", "-A")
    (root / "deals/acme.yaml").unlink()
    assert pipectl("check", "--staged", "-q", cwd=root).status == 1
    git(root, "rm", "-q", "--cached", "deals/acme.yaml")
    assert pipectl("check", "--staged", "-q", cwd=root) == Result(0, "", "")
