"""Which files a workspace has: what is read, what is passed over, and what is named because it nearly is one."""

import os
from pathlib import Path

import pytest

from pipectl.errors import NoWorkspaceError
from pipectl.model.problem import Problem
from pipectl.store.find import find_files, find_root, folder_in_repository, read_file
from pipectl.store.nodes import MAX_BYTES


def _make(root: Path, *paths: str) -> Path:
    """Empty files; a path that ends with `/` is a folder, one with ` -> ` a link."""
    for path in paths:
        name, _, target = path.partition(" -> ")
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if target:
            place.symlink_to(target)
        elif name.endswith("/"):
            place.mkdir()
        else:
            place.touch()
    return root


def _problems(root: Path) -> list[str]:
    found = find_files(root).problems
    return [f"{p.place.path}: {p.message}{f' ({p.hint})' if p.hint else ''} [{p.check}]" for p in found]


def test_deals_are_found_at_any_depth_and_pipelines_at_none(tmp_path: Path) -> None:
    _make(
        tmp_path,
        "pipectl.yaml",
        "pipelines/sales.yaml",
        "pipelines/new-business.yaml",
        "deals/b.yaml",
        "deals/a.yaml",
        "deals/2026/11/c.yaml",
        "archive/d.yaml",
        "e.yaml",
    )
    found = find_files(tmp_path)
    assert found.pipelines == ("pipelines/new-business.yaml", "pipelines/sales.yaml")
    assert found.deals == ("deals/2026/11/c.yaml", "deals/a.yaml", "deals/b.yaml")
    assert found.problems == ()


def test_a_workspace_may_have_no_deals_yet(tmp_path: Path) -> None:
    assert find_files(tmp_path) == ((), (), ())


@pytest.mark.parametrize(
    "path",
    [
        "deals/.hidden.yaml",
        "deals/.git/a.yaml",
        "pipelines/.old/sales.yaml",
        "deals/README.md",
        "deals/acme.yaml~",
        "deals/acme.yaml.bak",
        "deals/yaml",
        "deals/attachments/offer.pdf",
    ],
)
def test_hidden_files_and_those_of_other_kinds_are_passed_over_in_silence(path: str, tmp_path: Path) -> None:
    found = find_files(_make(tmp_path, path))
    assert (found.deals, found.pipelines, found.problems) == ((), (), ())


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("deals/acme.yml", "'acme.yml' ends in .yml, so it is not read (rename it to acme.yaml) [bad-file-name]"),
        ("deals/acme.YAML", "'acme.YAML' ends in .YAML, so it is not read (rename it to acme.yaml) [bad-file-name]"),
        (
            "pipelines/sales.yml",
            "'sales.yml' ends in .yml, so it is not read (rename it to sales.yaml) [bad-file-name]",
        ),
        ("pipelines/old/sales.yaml", "pipelines has no sub-folders (move its files up) [unreadable-file]"),
        ("deals/acme.yaml -> /etc/hostname", "a link that leaves the workspace is not followed [unreadable-file]"),
        ("deals/acme.yaml -> ../../outside.yaml", "a link that leaves the workspace is not followed [unreadable-file]"),
        ("deals/acme.yaml -> nowhere.yaml", "a link to nothing [unreadable-file]"),
        (
            "deals/again -> ../deals",
            "a link to a folder is not followed; its deals would stand twice [unreadable-file]",
        ),
    ],
)
def test_what_is_not_read_and_nearly_would_be_is_named_and_unread(path: str, problem: str, tmp_path: Path) -> None:
    root = _make(tmp_path / "workspace", path)
    place = "pipelines/old" if "old/" in path else path.partition(" -> ")[0]
    assert _problems(root) == [f"{place}: {problem}"]
    assert all(found.unread for found in find_files(root).problems)
    assert find_files(root).deals + find_files(root).pipelines == ()


@pytest.mark.parametrize(
    ("name", "near"), [("PT Acme", "pt-acme"), ("Acme", "acme"), ("-a", "a"), ("a" * 81, "a" * 80), ("日本", "name")]
)
def test_a_name_that_is_no_id_is_named_and_read_all_the_same(name: str, near: str, tmp_path: Path) -> None:
    root = _make(tmp_path, f"deals/{name}.yaml")
    message = f"'{name}' is no id: a-z, 0-9, dot, underscore and dash, at most 80"
    assert _problems(root) == [f"deals/{name}.yaml: {message} (rename it to {near}.yaml) [bad-file-name]"]
    assert find_files(root).deals == (f"deals/{name}.yaml",)
    assert not any(found.unread for found in find_files(root).problems)


def test_a_link_to_a_file_inside_the_workspace_is_followed(tmp_path: Path) -> None:
    root = _make(tmp_path, "templates/acme.yaml", "deals/acme.yaml -> ../templates/acme.yaml")
    assert (find_files(root).deals, _problems(root)) == (("deals/acme.yaml",), [])


def test_a_folder_named_like_a_deal_is_a_folder(tmp_path: Path) -> None:
    root = _make(tmp_path, "deals/acme.yaml/inner.yaml")
    assert (find_files(root).deals, _problems(root)) == (("deals/acme.yaml/inner.yaml",), [])


def test_a_pipe_named_like_a_deal_is_named_and_nobody_waits_for_it(tmp_path: Path) -> None:
    root = _make(tmp_path, "deals/")
    os.mkfifo(root / "deals" / "acme.yaml")
    assert _problems(root) == ["deals/acme.yaml: not a regular file [unreadable-file]"]
    answer = read_file(root, "deals/acme.yaml")
    assert isinstance(answer, Problem)
    assert answer.message == "not a regular file"


def test_a_file_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    answer = read_file(tmp_path, "deals/acme.yaml")
    assert isinstance(answer, Problem)
    assert (answer.message, answer.unread) == ("the file can't be read: No such file or directory", True)


@pytest.mark.parametrize("size", [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 3 << 17])
def test_a_file_is_read_to_its_last_byte(size: int, tmp_path: Path) -> None:
    data = os.urandom(size)
    (tmp_path / "a.yaml").write_bytes(data)
    assert read_file(tmp_path, "a.yaml") == data


def test_of_a_file_that_is_too_large_enough_is_read_to_know_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"#" * (3 * MAX_BYTES))
    answer = read_file(tmp_path, "a.yaml")
    assert isinstance(answer, bytes)
    assert len(answer) > MAX_BYTES


def test_the_root_is_the_nearest_folder_at_or_above_with_settings(tmp_path: Path) -> None:
    _make(tmp_path, "pipectl.yaml", "deals/2026/a.yaml", "inner/pipectl.yaml", "inner/deals/b.yaml")
    assert find_root(tmp_path) == tmp_path
    assert find_root(tmp_path / "deals" / "2026") == tmp_path
    assert find_root(tmp_path / "inner" / "deals") == tmp_path / "inner"


def test_where_there_is_no_root_the_ways_to_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoWorkspaceError, match=r"no pipectl\.yaml in .* or above") as caught:
        find_root(tmp_path)
    assert caught.value.hint is not None
    assert "`pipectl init`" in caught.value.hint


def test_a_workspace_reached_through_a_link_is_the_one_that_the_user_sees(tmp_path: Path) -> None:
    _make(tmp_path, "real/pipectl.yaml", "real/deals/a.yaml", "seen -> real")
    assert find_root(tmp_path / "seen" / "deals") == tmp_path / "seen"
    assert find_files(tmp_path / "seen").deals == ("deals/a.yaml",)


def test_the_folder_in_a_repository_is_found_without_git(tmp_path: Path) -> None:
    _make(tmp_path, ".git/HEAD", "sales/2026/pipectl.yaml")
    assert folder_in_repository(tmp_path) == ""
    assert folder_in_repository(tmp_path / "sales" / "2026") == "sales/2026"


def test_outside_of_any_repository_there_is_no_such_folder(tmp_path: Path) -> None:
    assert folder_in_repository(tmp_path) == ""
