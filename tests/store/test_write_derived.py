"""Derived data lies in git's own directory, each workspace's and each user's apart, else in `.pipectl/`."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from pipectl.store.derived import find_derived, make_derived, unmerged
from pipectl.store.write import Change, commit
from tests.store.faults import git

NEW = {"deals/a.yaml": Change(None, b"a\n")}


def _place(root: Path) -> Path:
    return Path(find_derived(os.path.realpath(root)).path)


def test_in_a_repository_it_is_gits_own_directory(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert _place(tmp_path) == tmp_path / ".git/pipectl"
    commit(tmp_path, NEW, command="add")
    assert git(tmp_path, "status", "--porcelain", "-uall") == "?? deals/a.yaml\n"
    assert stat.S_IMODE((tmp_path / ".git/pipectl").stat().st_mode) == 0o700


def test_without_git_it_is_a_folder_that_ignores_itself(tmp_path: Path) -> None:
    commit(tmp_path, NEW, command="add")
    assert (tmp_path / ".pipectl/.gitignore").read_text() == "*\n"
    git(tmp_path, "init", "-q")
    assert git(tmp_path, "status", "--porcelain", "-uall") == "?? deals/a.yaml\n"


def test_looking_for_it_makes_nothing(tmp_path: Path) -> None:
    _place(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_workspaces_in_one_repository_have_a_folder_each(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    places = []
    for name in ("asia/id", "asia%2Fid", "long/" * 60 + "name"):
        (tmp_path / name).mkdir(parents=True)
        commit(tmp_path / name, NEW, command="add")
        places.append(_place(tmp_path / name))
    assert places[0] == tmp_path / ".git/pipectl/workspaces/asia%2Fid"
    assert len({*places, _place(tmp_path)}) == 4
    assert all((place / "undo/00000001").is_dir() for place in places)


def test_a_second_worktree_has_its_own(tmp_path: Path) -> None:
    main = tmp_path / "main"
    main.mkdir()
    git(main, "init", "-q")
    git(main, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "start")
    git(main, "worktree", "add", "-q", "../second")
    assert _place(tmp_path / "second") == main / ".git/worktrees/second/pipectl"
    commit(tmp_path / "second", NEW, command="add")
    assert git(tmp_path / "second", "status", "--porcelain", "-uall") == "?? deals/a.yaml\n"


def test_a_submodule_has_its_own(tmp_path: Path) -> None:
    (tmp_path / ".git/modules/sales").mkdir(parents=True)
    (tmp_path / ".git/modules/sales/HEAD").touch()
    (tmp_path / "sales").mkdir()
    (tmp_path / "sales/.git").write_text("gitdir: ../.git/modules/sales\n")
    assert _place(tmp_path / "sales") == tmp_path / ".git/modules/sales/pipectl"


@pytest.mark.parametrize(
    "text", ["gitdir: sent", "gitdir: ./deals/../sent\n", "gitdir:", "nothing", "gitdir: /nowhere/at/all"]
)
def test_a_git_file_that_names_a_folder_of_the_tree_or_none_is_not_followed(tmp_path: Path, text: str) -> None:
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent/HEAD").touch()
    (tmp_path / ".git").write_text(text)
    assert _place(tmp_path) == tmp_path / ".pipectl"


def test_a_folder_that_is_not_ours_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    make_derived(str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    assert _place(tmp_path) == tmp_path / ".git/pipectl-4321"


def test_a_filesystem_that_shows_every_mode_as_open_can_be_used(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    make_derived(str(tmp_path))
    (tmp_path / ".git").chmod(0o777)
    (tmp_path / ".git/pipectl").chmod(0o777)
    assert _place(tmp_path) == tmp_path / ".git/pipectl"


@pytest.mark.parametrize(
    "index", [b"", b"DIRC", b"DIRC\0\0\0\2\0\0\0\5", b"JUNK" * 40, b"DIRC\0\0\0\4\0\0\xff\xff" + b"\xff" * 300]
)
def test_an_index_that_can_not_be_followed_names_nothing(tmp_path: Path, index: bytes) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".git/index").write_bytes(index)
    found = find_derived(str(tmp_path))
    assert found.git is not None
    assert unmerged(found.git) == frozenset()


@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_unmerged_files_are_found_in_every_kind_of_index(tmp_path: Path, version: str, kind: str) -> None:
    git(tmp_path, "init", "-q", f"--object-format={kind}")
    names = [f"deals/{'x' * number}-né.yaml" for number in range(1, 20)]
    (tmp_path / "deals").mkdir()
    for name in names:
        (tmp_path / name).write_text(name)
    git(tmp_path, "add", ".")
    (tmp_path / "more.yaml").write_text("more")
    git(tmp_path, "add", "--intent-to-add", "more.yaml")
    blob = git(tmp_path, "ls-files", "-s", names[7]).split()[1]
    stages = "".join(f"100644 {blob} {stage}\t{names[7]}\n" for stage in (1, 2, 3))
    text = f"0 {'0' * len(blob)}\t{names[7]}\n{stages}"
    subprocess.run(["git", "-C", tmp_path, "update-index", "--index-info"], input=text, text=True, check=True)
    git(tmp_path, "update-index", "--index-version", version)
    found = find_derived(str(tmp_path))
    assert found.git is not None
    assert unmerged(found.git) == {names[7]}
