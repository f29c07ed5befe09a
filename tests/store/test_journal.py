"""A write left unfinished is finished by the next one, unless somebody has changed the files meanwhile."""

import errno
import functools
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipectl.store.journal import WriteError
from pipectl.store.lock import locked
from pipectl.store.recovery import Recovery, pending, recover
from pipectl.store.undo import undo_records
from pipectl.store.write import Change, commit
from tests.store.faults import (
    BULK,
    KILLED,
    SINGLE,
    FaultyDisk,
    RecordingDisk,
    die,
    fail,
    git,
    in_a_child,
    make_workspace,
    tree,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that dies is forked")

TWO = {path: BULK[path] for path in ("deals/acme.yaml", "deals/beta.yaml")}
PATHS = tuple(TWO)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "work")


def _die_between(work: Path) -> None:
    """Write with a process that dies when it has replaced the first of the files."""
    in_a_child(lambda: commit(work, TWO, command="move", disk=FaultyRename("1.new", die)))
    assert [(work / path).read_bytes() for path in PATHS] == [TWO[PATHS[0]].new, TWO[PATHS[1]].old]


class FaultyRename(RecordingDisk):
    """Does *act* instead of renaming a file whose name has this ending."""

    def __init__(self, ending: str, act: Callable[[], None]) -> None:
        super().__init__()
        self.ending, self.act = ending, act

    def rename(self, old: str, new: str) -> None:
        if old.endswith(self.ending):
            self.act()
        super().rename(old, new)


def test_a_reading_command_names_the_unfinished_write_and_writes_nothing(work: Path) -> None:
    assert pending(work) is None
    _die_between(work)
    before, journal = tree(work), sorted((work / ".git/pipectl/journal").iterdir())
    found = pending(work)
    assert found is not None
    assert (found.command, found.paths, found.ignored) == ("move", PATHS, ())
    assert (tree(work), sorted((work / ".git/pipectl/journal").iterdir())) == (before, journal)


def test_a_write_that_is_still_going_on_is_not_called_unfinished(work: Path) -> None:
    _die_between(work)
    with locked(work):
        assert pending(work) is None
    assert pending(work) is not None


def test_the_next_write_finishes_it_and_says_so(work: Path) -> None:
    _die_between(work)
    third = {"deals/name.yaml": Change(b"title: Name\nstage: won\n", b"title: Other\nstage: won\n")}
    written = commit(work, third, command="set")
    assert written.recovered == Recovery(command="move", finished=PATHS)
    assert [(work / path).read_bytes() for path in PATHS] == [TWO[path].new for path in PATHS]
    assert pending(work) is None
    assert [record.command for record in undo_records(work)] == ["set", "move"]


def test_recovering_twice_does_nothing_more(work: Path) -> None:
    _die_between(work)
    assert recover(work) == Recovery(command="move", finished=PATHS)
    assert recover(work) == Recovery()


@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_somebody_changed_meanwhile_is_left_alone_and_named(work: Path, path: str) -> None:
    _die_between(work)
    (work / path).write_text("by hand\n")
    (other,) = set(PATHS) - {path}
    assert recover(work) == Recovery(command="move", finished=(other,), left_alone=(path,))
    assert (work / path).read_text() == "by hand\n"
    assert (work / other).read_bytes() == TWO[other].new


def test_files_that_somebody_has_restored_meanwhile_are_not_written_again(work: Path) -> None:
    _die_between(work)
    git(work, "checkout", "--", ".")
    before = tree(work)
    assert recover(work) == Recovery(command="move", taken_back=PATHS)
    assert tree(work) == before
    assert pending(work) is None


def test_what_can_not_be_finished_is_taken_back(work: Path) -> None:
    before = tree(work)
    _die_between(work)
    disk = FaultyRename("1.new", functools.partial(fail, errno.EACCES))
    assert recover(work, disk=disk) == Recovery(command="move", taken_back=PATHS)
    assert tree(work) == before


def test_what_can_neither_be_finished_nor_taken_back_is_told_truthfully(work: Path) -> None:
    _die_between(work)
    with pytest.raises(WriteError) as caught:
        recover(work, disk=FaultyRename("", functools.partial(fail, errno.EIO)))
    assert str(caught.value) == (
        "an earlier write (`move`) can't be finished: Input/output error; "
        "written: deals/acme.yaml; not written: deals/beta.yaml"
    )
    assert caught.value.hint == "the next command that writes tries again"
    assert recover(work) == Recovery(command="move", finished=PATHS)


def test_a_write_that_died_while_it_was_taken_back_is_taken_back(work: Path) -> None:
    before = tree(work)

    class FailsThenDies(FaultyRename):
        def rename(self, old: str, new: str) -> None:
            if old.endswith("0.old"):
                die()
            super().rename(old, new)

    no_room = FailsThenDies("1.new", functools.partial(fail, errno.ENOSPC))
    assert in_a_child(lambda: commit(work, TWO, command="move", disk=no_room)) == KILLED
    assert tree(work) != before
    assert pending(work) is not None
    assert recover(work) == Recovery(command="move", taken_back=PATHS)
    assert tree(work) == before


def test_a_write_taken_back_is_not_finished_later_even_where_its_journal_could_hardly_be_removed(work: Path) -> None:
    before = tree(work)

    class FailsAndDies(FaultyRename):
        def link(self, old: str, new: str) -> None:
            if old.endswith("1.new"):
                fail(errno.ENOSPC)
            super().link(old, new)

        def unlink(self, path: str) -> None:
            super().unlink(path)
            if "/journal/" in path:
                die()

    disk = FailsAndDies("/journal", functools.partial(fail, errno.EIO))
    files = {f"deals/{name}.yaml": Change(None, b"x\n") for name in ("one", "two")}
    assert in_a_child(lambda: commit(work, files, command="import", disk=disk)) == KILLED
    assert recover(work) == Recovery()
    assert tree(work) == before


def test_a_journal_that_can_not_be_removed_is_told_since_the_next_write_will_follow_it(work: Path) -> None:
    before = tree(work)

    class Stuck(FaultyRename):
        def link(self, old: str, new: str) -> None:
            if old.endswith("1.new"):
                fail(errno.ENOSPC)
            super().link(old, new)

        def unlink(self, path: str) -> None:
            if "/journal/" in path:
                fail(errno.EIO)
            super().unlink(path)

    files = {f"deals/{name}.yaml": Change(None, b"x\n") for name in ("one", "two")}
    with pytest.raises(WriteError) as caught:
        commit(work, files, command="import", disk=Stuck("/journal", functools.partial(fail, errno.EIO)))
    assert "taking it back has failed" in str(caught.value)
    assert (caught.value.written, caught.value.not_written) == ((), tuple(files))
    assert tree(work) == before
    assert recover(work) == Recovery(command="import", finished=tuple(files))


def test_a_write_that_died_before_its_commit_point_takes_nothing_of_anybody_back(work: Path) -> None:
    in_a_child(lambda: commit(work, TWO, command="move", disk=FaultyRename("/prepared", die)))
    assert pending(work) is None
    same = TWO[PATHS[0]].new
    assert same is not None
    (work / PATHS[0]).unlink()
    (work / PATHS[0]).write_bytes(same)
    before = tree(work)
    assert recover(work) == Recovery()
    assert tree(work) == before


def test_a_single_write_that_died_after_its_rename_can_be_undone(work: Path) -> None:
    disk = RecordingDisk()
    commit(work, SINGLE, command="move", disk=disk)
    last_rename = len(disk.calls) - 1
    other = make_workspace(work.parent / "other")
    in_a_child(lambda: commit(other, SINGLE, command="move", disk=FaultyDisk(last_rename, die)))
    assert undo_records(other) == ()
    assert recover(other) == Recovery()
    assert [record.command for record in undo_records(other)] == ["move"]


MANIFESTS = {
    "not JSON": b"{",
    "cut off": b'{"version": 1, "command": "move", "entries": [["deals/a',
    "zeros": b"\0" * 200,
    "another version": b'{"version": 7}',
    "no object": b"[]",
    "no entries": b'{"version": 1}',
    "wrong types": json.dumps(
        {"version": 1, "command": 1, "at": None, "undoes": None, "entries": [], "folders": []}
    ).encode(),
    "outside": json.dumps(
        {
            "version": 1,
            "command": "move",
            "at": None,
            "undoes": None,
            "entries": [["../acme.yaml", None, "0" * 64, None, None]],
            "folders": [],
        }
    ).encode(),
    "git's own": json.dumps(
        {
            "version": 1,
            "command": "move",
            "at": None,
            "undoes": None,
            "entries": [["deals/../.GIT/config", None, "0" * 64, None, None]],
            "folders": [],
        }
    ).encode(),
}


@pytest.mark.parametrize("damage", MANIFESTS.values(), ids=MANIFESTS.keys())
def test_a_damaged_journal_is_ignored_and_reported(work: Path, damage: bytes) -> None:
    _die_between(work)
    journal = work / ".git/pipectl/journal"
    (journal / "manifest.json").write_bytes(damage)
    before = tree(work)
    found = pending(work)
    assert found is not None
    assert found.ignored[0].startswith(f"the unfinished write in {journal} is ignored: it ")
    recovery = recover(work)
    assert recovery.ignored[0].endswith(f"; it is now {journal}.ignored-1")
    assert (recovery.finished, recovery.taken_back, tree(work)) == ((), (), before)
    assert (journal.parent / "journal.ignored-1/1.new").exists()
    assert recover(work) == Recovery()
    assert commit(work, {"deals/new.yaml": Change(None, b"x\n")}, command="add").paths == ("deals/new.yaml",)


def test_new_content_that_is_damaged_is_never_written(work: Path) -> None:
    before = tree(work)
    _die_between(work)
    (work / ".git/pipectl/journal/1.new").write_text("something else\n")
    assert recover(work) == Recovery(command="move", taken_back=PATHS)
    assert tree(work) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("folder", ["", "journal"])
def test_a_journal_of_somebody_else_is_ignored_and_reported(work: Path, folder: str) -> None:
    _die_between(work)
    os.chown(work / ".git/pipectl" / folder, 1234, -1)
    before = tree(work)
    journal = work / ".git/pipectl/journal"
    line = f"the unfinished write in {journal if folder else journal.parent} is ignored: it belongs to somebody else"
    found = pending(work)
    assert found is not None
    assert found.ignored == (line,)
    assert recover(work).ignored[0].startswith(line)
    assert tree(work) == before
    third = {"deals/new.yaml": Change(None, b"x\n")}
    assert commit(work, third, command="add").paths == ("deals/new.yaml",)


def test_a_journal_that_others_could_write_is_ignored_and_reported(work: Path) -> None:
    _die_between(work)
    (work / ".git/pipectl").chmod(0o777)
    before = tree(work)
    line = f"the unfinished write in {work / '.git/pipectl'} is ignored: others can write to it"
    assert recover(work).ignored == (line,)
    assert tree(work) == before


def test_a_journal_sent_along_in_the_work_tree_is_ignored_and_reported(work: Path) -> None:
    _die_between(work)
    (work / ".git/pipectl").rename(work / ".pipectl")
    git(work, "add", "--force", ".pipectl")
    before = tree(work)
    line = f"the unfinished write in {work / '.pipectl'} is ignored: derived data is kept in git's directory"
    found = pending(work)
    assert found is not None
    assert found.ignored == (line,)
    assert commit(work, {}, command="set").recovered == Recovery(ignored=(line,))
    assert tree(work) == before


def test_a_journal_behind_a_link_is_not_followed(work: Path) -> None:
    _die_between(work)
    (work / ".git/pipectl").rename(work.parent / "elsewhere")
    (work / ".git/pipectl").symlink_to(work.parent / "elsewhere")
    line = f"the unfinished write in {work / '.git/pipectl'} is ignored: it is no folder"
    before = tree(work)
    assert recover(work).ignored == (line,)
    assert tree(work) == before


def test_a_folder_that_became_a_link_meanwhile_is_not_followed(work: Path) -> None:
    _die_between(work)
    (work / "deals").rename(work.parent / "elsewhere")
    (work / "deals").symlink_to(work.parent / "elsewhere")
    before = tree(work.parent / "elsewhere")
    assert recover(work) == Recovery(command="move", left_alone=PATHS)
    assert tree(work.parent / "elsewhere") == before
