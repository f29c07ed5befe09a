"""One write, or several at once: exactly the bytes planned over exactly the bytes that were read."""

import errno
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipectl.errors import NegativeError
from pipectl.store.disk import Disk
from pipectl.store.undo import plan_undo, undo_records
from pipectl.store.write import Change, commit
from tests.store.faults import BULK, MOVED, SINGLE, derived_names, git, make_workspace, old, tree

ACME = "deals/acme.yaml"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "work")


def test_a_write_replaces_the_content_and_nothing_else(work: Path) -> None:
    before = tree(work)
    written = commit(work, SINGLE, command="move")
    after = tree(work)
    assert written.paths == (ACME,)
    assert after.pop(ACME)[1] == MOVED
    del before[ACME]
    assert after == before
    assert git(work, "status", "--porcelain", "-uall") == " M deals/acme.yaml\n"


def test_a_bulk_write_changes_makes_removes_and_renames(work: Path) -> None:
    written = commit(work, BULK, command="import")
    assert set(written.paths) == {
        ACME,
        "deals/beta.yaml",
        "deals/2026/new/delta.yaml",
        "deals/closed/old.yaml",
        "deals/name.yaml",
        "deals/renamed.yaml",
    }
    found = tree(work)
    assert found["deals/2026/new/delta.yaml"][1] == b"title: Delta\nstage: lead\n"
    assert found["deals/renamed.yaml"][:2] == (stat.S_IFREG | 0o664, b"title: Renamed\nstage: won\n")
    assert not {"deals/name.yaml", "deals/closed/old.yaml", "deals/closed"} & found.keys()
    assert derived_names(work) == set()


def test_what_does_not_change_is_not_written(work: Path) -> None:
    before = (work / ACME).stat()
    written = commit(work, {ACME: Change(old(ACME), old(ACME))}, command="set")
    assert (written.paths, written.record) == ((), None)
    assert (work / ACME).stat() == before


def test_a_file_that_changed_since_it_was_read_stops_the_whole_write(work: Path) -> None:
    (work / ACME).write_text("title: Acme\nstage: won # by hand\n")
    before = tree(work)
    with pytest.raises(NegativeError) as caught:
        commit(work, BULK, command="move")
    assert str(caught.value) == "deals/acme.yaml has changed since it was read; nothing was written"
    assert caught.value.hint == "run the command again"
    assert tree(work) == before
    assert derived_names(work) == set()


def test_a_file_changed_in_the_last_moment_is_left_alone_and_nothing_is_written(work: Path) -> None:
    def edit() -> None:
        (work / "deals/beta.yaml").write_text("by hand\n")

    with pytest.raises(NegativeError, match=r"^deals/beta\.yaml has changed since it was read; nothing was written$"):
        commit(work, BULK, command="move", step=edit)
    assert (work / "deals/beta.yaml").read_text() == "by hand\n"
    assert git(work, "status", "--porcelain", "-uall") == " M deals/beta.yaml\n"


def test_a_new_file_never_replaces_one_that_somebody_makes_in_the_last_moment(work: Path) -> None:
    def make() -> None:
        (work / "deals/gamma.yaml").write_text("by hand\n")

    with pytest.raises(NegativeError, match=r"deals/gamma\.yaml has changed since it was read; nothing was written"):
        commit(work, {"deals/gamma.yaml": Change(None, b"ours\n")}, command="add", step=make)
    assert (work / "deals/gamma.yaml").read_text() == "by hand\n"


def test_a_new_file_never_replaces_one_made_between_the_last_look_and_the_write(work: Path) -> None:
    class Late(Disk):
        def link(self, old: str, new: str) -> None:
            Path(new).write_text("by hand\n")
            super().link(old, new)

    with pytest.raises(NegativeError, match="has changed since it was read"):
        commit(work, {"deals/gamma.yaml": Change(None, b"ours\n")}, command="add", disk=Late())
    assert (work / "deals/gamma.yaml").read_text() == "by hand\n"
    assert derived_names(work) == set()


def test_new_files_are_made_where_the_filesystem_has_no_links(work: Path) -> None:
    class NoLinks(Disk):
        def link(self, old: str, new: str) -> None:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), old, None, new)

    commit(work, BULK, command="import", disk=NoLinks())
    planned = tree(work)
    commit(work, plan_undo(work, undo_records(work)[0]), command="undo", disk=NoLinks())
    assert git(work, "status", "--porcelain", "-uall") == ""
    commit(work, BULK, command="import")
    assert tree(work) == planned


def _link_outside(work: Path) -> None:
    (work.parent / "outside.yaml").write_text("x\n")
    (work / ACME).unlink()
    (work / ACME).symlink_to("../../outside.yaml")


def _folder_outside(work: Path) -> None:
    (work / "deals/closed").rename(work.parent / "elsewhere")
    (work / "deals/closed").symlink_to("../../elsewhere")


def _pipe(work: Path) -> None:
    (work / ACME).unlink()
    os.mkfifo(work / ACME)


def _folder(work: Path) -> None:
    (work / ACME).unlink()
    (work / ACME).mkdir()


def _link_to_a_device(work: Path) -> None:
    (work / ACME).unlink()
    (work / ACME).symlink_to(os.devnull)


def _link(work: Path) -> None:
    (work / ACME).rename(work / "deals/real.yaml")
    (work / ACME).symlink_to("real.yaml")


def _unmerged(work: Path) -> None:
    """A conflict whose markers somebody has taken out, but that git does not know to be settled."""
    settings = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    git(work, "checkout", "-q", "-b", "other")
    (work / ACME).write_text("title: Theirs\nstage: lead\n")
    git(work, *settings, "commit", "-qam", "theirs")
    git(work, "checkout", "-q", "main")
    (work / ACME).write_text("title: Ours\nstage: lead\n")
    git(work, *settings, "commit", "-qam", "ours")
    subprocess.run(["git", "-C", work, *settings, "merge", "-q", "other"], capture_output=True, check=False)
    (work / ACME).write_bytes(old(ACME))


def _unmerged_in_a_compressed_index(work: Path) -> None:
    _unmerged(work)
    git(work, "update-index", "--index-version", "4")


REFUSALS: tuple[tuple[Callable[[Path], object], dict[str, Change], str], ...] = (
    (_link_outside, SINGLE, "deals/acme.yaml can't be written: it lies outside the workspace's own files"),
    (
        _folder_outside,
        {"deals/closed/old.yaml": Change(old("deals/closed/old.yaml"), b"x\n")},
        "deals/closed/old.yaml can't be written: it lies outside the workspace's own files",
    ),
    (_link_to_a_device, SINGLE, "deals/acme.yaml can't be written: it lies outside the workspace's own files"),
    (_pipe, SINGLE, "deals/acme.yaml can't be written: it is no regular file"),
    (_folder, SINGLE, "deals/acme.yaml can't be written: it is no regular file"),
    (lambda work: (work / ACME).chmod(0o444), SINGLE, "deals/acme.yaml can't be written: it is read-only"),
    (lambda work: (work / ACME).unlink(), SINGLE, "deals/acme.yaml has changed since it was read: it is gone"),
    (_unmerged, SINGLE, "deals/acme.yaml can't be written: git has not merged it yet"),
    (_unmerged_in_a_compressed_index, SINGLE, "deals/acme.yaml can't be written: git has not merged it yet"),
    (_link, {ACME: Change(old(ACME), None)}, "deals/acme.yaml can't be moved or removed: it is a link"),
    (
        _link,
        {ACME: Change(old(ACME), MOVED, to="deals/b.yaml")},
        "deals/acme.yaml can't be moved or removed: it is a link",
    ),
    (
        _link,
        {**SINGLE, "deals/real.yaml": SINGLE[ACME]},
        "deals/real.yaml can't be written: it is named twice",
    ),
    (
        lambda _: None,
        {ACME: Change(old(ACME), MOVED, to="deals/beta.yaml")},
        "deals/acme.yaml can't be written: deals/beta.yaml exists already",
    ),
    (lambda _: None, {ACME: Change(None, b"x\n")}, "deals/acme.yaml can't be written: it exists already"),
    (
        lambda _: None,
        {"deals/acme.yaml/x.yaml": Change(None, b"x\n")},
        "deals/acme.yaml/x.yaml can't be written: acme.yaml is no folder",
    ),
    (lambda _: None, {"../x": Change(None, b"")}, "../x can't be written: it lies outside the workspace's own files"),
    (
        lambda _: None,
        {".git/hooks/post-commit": Change(None, b"")},
        ".git/hooks/post-commit can't be written: it lies outside the workspace's own files",
    ),
)


@pytest.mark.parametrize(("prepare", "changes", "message"), REFUSALS, ids=[message for *_, message in REFUSALS])
def test_what_must_not_be_written_is_refused_before_anything_is(
    work: Path, prepare: Callable[[Path], object], changes: dict[str, Change], message: str
) -> None:
    prepare(work)
    beta = {"deals/beta.yaml": Change(old("deals/beta.yaml"), b"x\n")}
    status = git(work, "status", "--porcelain", "-uall")
    with pytest.raises(NegativeError) as caught:
        commit(work, {**beta, **changes}, command="move")
    assert str(caught.value) == f"{message}; nothing was written"
    assert git(work, "status", "--porcelain", "-uall") == status
    assert (work / "deals/beta.yaml").read_bytes() == old("deals/beta.yaml")
    assert derived_names(work) == set()


def test_every_file_that_is_refused_is_named(work: Path) -> None:
    (work / ACME).chmod(0o444)
    (work / "deals/beta.yaml").write_text("by hand\n")
    with pytest.raises(NegativeError) as caught:
        commit(work, BULK, command="move")
    assert str(caught.value) == (
        "deals/acme.yaml can't be written: it is read-only; deals/beta.yaml has changed since it was read; "
        "nothing was written"
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_file_in_a_read_only_folder_is_refused(work: Path) -> None:
    (work / "deals").chmod(0o555)
    with pytest.raises(NegativeError, match="its folder is read-only"):
        commit(work, SINGLE, command="move")
    (work / "deals").chmod(0o755)


def test_a_link_within_the_workspace_is_written_through_and_stays_a_link(work: Path) -> None:
    _link(work)
    written = commit(work, SINGLE, command="move")
    assert written.paths == ("deals/real.yaml",)
    assert (work / ACME).readlink() == Path("real.yaml")
    assert (work / "deals/real.yaml").read_bytes() == MOVED
    assert stat.S_IMODE((work / "deals/real.yaml").stat().st_mode) == 0o640


def test_a_workspace_reached_by_a_link_is_written_like_any_other(work: Path) -> None:
    (work.parent / "alias").symlink_to("work")
    assert commit(work.parent / "alias", SINGLE, command="move").paths == (ACME,)
    assert (work / ACME).read_bytes() == MOVED


def test_a_folder_that_a_removal_empties_goes_too_but_not_deals_itself(tmp_path: Path) -> None:
    (tmp_path / "deals/2026/03").mkdir(parents=True)
    (tmp_path / "deals/2026/03/a.yaml").write_bytes(b"a\n")
    commit(tmp_path, {"deals/2026/03/a.yaml": Change(b"a\n", None)}, command="rm")
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["deals"]
    assert list((tmp_path / "deals").iterdir()) == []


def test_progress_is_told_once_for_each_file(work: Path) -> None:
    steps: list[int] = []
    commit(work, BULK, command="move", step=lambda: steps.append(1))
    assert len(steps) == 6


def test_thousands_of_new_files_are_written_at_once(tmp_path: Path) -> None:
    changes = {
        f"deals/{number // 250:02}/d{number}.yaml": Change(None, b"title: D\nstage: lead\n") for number in range(900)
    }
    assert len(commit(tmp_path, changes, command="import").paths) == 900
    assert sum(1 for _ in (tmp_path / "deals").rglob("*.yaml")) == 900
    assert (tmp_path / "deals/00/d0.yaml").stat().st_nlink == 1
