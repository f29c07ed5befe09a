"""Every write leaves a record that can be played back as long as nobody has changed its files since."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from pipectl.errors import NegativeError, PipectlError
from pipectl.store.undo import plan_undo, undo_records
from pipectl.store.write import Change, commit
from tests.store.faults import BULK, SINGLE, WRITES, make_workspace, old, tree

AT = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "work")


@pytest.mark.parametrize("write", WRITES)
def test_a_write_undone_leaves_everything_as_it_was(work: Path, write: str) -> None:
    before = tree(work)
    commit(work, WRITES[write], command="move")
    commit(work, plan_undo(work, undo_records(work)[0]), command="undo")
    assert tree(work) == before


def test_an_undo_can_be_undone(work: Path) -> None:
    commit(work, BULK, command="move")
    planned = tree(work)
    for _ in range(2):
        latest = undo_records(work)[0]
        commit(work, plan_undo(work, latest), command="undo", undoes=latest.number)
    assert tree(work) == planned
    assert [record.undoes for record in undo_records(work)] == [2, 1, None]


def test_a_record_tells_the_command_its_time_and_its_files(work: Path) -> None:
    written = commit(work, SINGLE, command="move acme proposal", at=AT)
    (record,) = undo_records(work)
    assert (record.number, record.command, record.at) == (written.record, "move acme proposal", AT)
    assert record.paths == written.paths == ("deals/acme.yaml",)


def test_a_file_changed_since_is_named_and_nothing_is_undone(work: Path) -> None:
    commit(work, BULK, command="import")
    (work / "deals/beta.yaml").write_text("by hand\n")
    (work / "deals/name.yaml").write_text("made anew\n")
    with pytest.raises(NegativeError) as caught:
        plan_undo(work, undo_records(work)[0])
    assert str(caught.value) == (
        "`import` can't be undone: deals/beta.yaml, deals/name.yaml changed since; nothing was written"
    )


def test_the_last_twenty_writes_are_kept(work: Path) -> None:
    path = "deals/acme.yaml"
    texts = [old(path), *(f"title: {number}\n".encode() for number in range(25))]
    for number, (former, text) in enumerate(pairwise(texts)):
        commit(work, {path: Change(former, text)}, command=f"set {number}")
    assert [record.command for record in undo_records(work)] == [f"set {number}" for number in range(24, 4, -1)]


def test_large_writes_are_kept_for_fewer_undos_but_the_last_one_always(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipectl.store.write.KEPT_FILES", 3)
    commit(work, {"deals/beta.yaml": Change(old("deals/beta.yaml"), b"x\n")}, command="first")
    commit(work, BULK | {"deals/beta.yaml": Change(b"x\n", b"y\n")}, command="second")
    commit(work, {"deals/beta.yaml": Change(b"y\n", b"z\n")}, command="third")
    assert [record.command for record in undo_records(work)] == ["third", "second"]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\0\0\0", b'{"version": 2}', b'{"version": 1, "entries": [[1]]}']
)
def test_a_damaged_record_is_left_out(work: Path, damage: bytes) -> None:
    commit(work, SINGLE, command="move")
    (record,) = undo_records(work)
    (work / f".git/pipectl/undo/{record.number:08}/manifest.json").write_bytes(damage)
    assert undo_records(work) == ()
    with pytest.raises(PipectlError, match="`move` wrote can't be undone: its record is gone or damaged"):
        plan_undo(work, record)


def test_former_content_that_is_damaged_is_never_written(work: Path) -> None:
    commit(work, SINGLE, command="move")
    (record,) = undo_records(work)
    (work / f".git/pipectl/undo/{record.number:08}/0.old").write_bytes(b"something else\n")
    with pytest.raises(PipectlError, match=r"the former content of deals/acme\.yaml is damaged"):
        plan_undo(work, record)


def test_where_nothing_was_written_there_is_nothing_to_undo(tmp_path: Path) -> None:
    assert undo_records(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []
