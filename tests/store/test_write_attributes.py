"""Mode, owner, group and extended attributes outlive a write; a new file gets what its folder gives."""

import errno
import os
import stat
import struct
from pathlib import Path

import pytest

from pipectl.store.disk import Disk
from pipectl.store.undo import plan_undo, undo_records
from pipectl.store.write import Change, commit

DEAL = "deals/acme.yaml"
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root gives files away")


@pytest.fixture
def deal(tmp_path: Path) -> Path:
    path = tmp_path / DEAL
    path.parent.mkdir()
    path.write_bytes(b"a\n")
    return path


def _write(deal: Path, disk: Disk | None = None) -> None:
    commit(deal.parent.parent, {DEAL: Change(b"a\n", b"b\n")}, command="set", disk=disk or Disk())
    assert deal.read_bytes() == b"b\n"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755, 0o200, 0o666])
def test_the_mode_is_kept_whatever_the_umask(deal: Path, mode: int) -> None:
    deal.chmod(mode)
    if mode == 0o200 and not ROOT:
        pytest.skip("only root reads what nobody may read")
    former = os.umask(0o077)
    try:
        _write(deal)
    finally:
        os.umask(former)
    assert _mode(deal) == mode


@as_root
def test_the_owner_and_the_group_are_kept(deal: Path) -> None:
    os.chown(deal, 1234, 4321)
    deal.chmod(0o660)
    _write(deal)
    assert (deal.stat().st_uid, deal.stat().st_gid, _mode(deal)) == (1234, 4321, 0o660)


class Powerless(Disk):
    """The disk of a user who may not give files away."""

    def chown(self, descriptor: int, owner: int, group: int) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), f"{descriptor} {owner} {group}")


@as_root
def test_a_group_that_can_not_be_kept_gives_the_writers_group_no_more_than_everybody_has(deal: Path) -> None:
    os.chown(deal, 1234, 4321)
    deal.chmod(0o664)
    _write(deal, Powerless())
    assert _mode(deal) == 0o644


def _set(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except (AttributeError, OSError) as error:
        pytest.skip(f"no such attributes here: {error}")


def test_extended_attributes_are_kept(deal: Path) -> None:
    _set(deal, "user.origin", b"imported")
    _write(deal)
    assert os.getxattr(deal, "user.origin") == b"imported"


def _access_list(*entries: tuple[int, int, int]) -> bytes:
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NOBODY = 0xFFFFFFFF
# user::rw-, user:1234:rw-, group::r--, mask::rw-, other::---
SHARED = _access_list((1, 6, NOBODY), (2, 6, 1234), (4, 4, NOBODY), (16, 6, NOBODY), (32, 0, NOBODY))


def test_an_access_control_list_is_kept(deal: Path) -> None:
    _set(deal, "system.posix_acl_access", SHARED)
    _write(deal)
    assert os.getxattr(deal, "system.posix_acl_access") == SHARED
    assert _mode(deal) == 0o660


def test_a_new_file_inherits_the_access_control_list_of_its_folder(deal: Path) -> None:
    _set(deal.parent, "system.posix_acl_default", SHARED)
    made = deal.parent / "direct.yaml"
    made.write_bytes(b"")
    commit(deal.parent.parent, {"deals/new.yaml": Change(None, b"b\n")}, command="add")
    new = deal.parent / "new.yaml"
    assert os.getxattr(new, "system.posix_acl_access") == os.getxattr(made, "system.posix_acl_access")
    assert _mode(new) == _mode(made)


@as_root
def test_a_new_file_gets_the_group_of_a_folder_that_hands_it_on(deal: Path) -> None:
    os.chown(deal.parent, -1, 4321)
    deal.parent.chmod(0o2775)
    commit(deal.parent.parent, {"deals/2026/new.yaml": Change(None, b"b\n")}, command="add")
    assert (deal.parent / "2026/new.yaml").stat().st_gid == 4321
    assert (deal.parent / "2026").stat().st_gid == 4321


def test_a_new_file_has_the_mode_that_the_umask_gives(deal: Path) -> None:
    former = os.umask(0o027)
    try:
        commit(deal.parent.parent, {"deals/new.yaml": Change(None, b"b\n")}, command="add")
    finally:
        os.umask(former)
    assert _mode(deal.parent / "new.yaml") == 0o640


def test_undoing_a_removal_brings_the_mode_back(deal: Path) -> None:
    root = deal.parent.parent
    deal.chmod(0o640)
    commit(root, {DEAL: Change(b"a\n", None)}, command="rm")
    commit(root, plan_undo(root, undo_records(root)[0]), command="undo")
    assert (_mode(deal), deal.read_bytes()) == (0o640, b"a\n")
