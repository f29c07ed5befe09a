"""What is kept of deal files, a column for each thing that is asked of all of them.

Of most deals a command asks no more than their heads. Their tails stay in the file, and each is read when a field of
it is asked for.
"""

import os
from binascii import crc32
from collections.abc import Callable, Iterable, Mapping, Sequence
from struct import Struct
from typing import NamedTuple, TypeAlias

from pipectl.store.kept import DIGEST
from pipectl.store.records import Packed, Record, tight_tail

Stamp: TypeAlias = bytes
STAMP = Struct("=qqQq")
NO_STAMP: Stamp = bytes(STAMP.size)
# Where a tail begins after the columns, its size and its checksum.
_PLACE = Struct("=QII")


class Entry(NamedTuple):
    """What is kept of a file: how it was seen, `NO_STAMP` to have it looked into; a digest of it; what it says."""

    path: str
    stamp: Stamp
    digest: bytes
    record: Record


class Tails:
    """The tails in an open file from *begins* on, by row.

    Attributes:
        places: `_PLACE` for each.
    """

    def __init__(self, descriptor: int, begins: int) -> None:
        self.places = b""
        self._descriptor = descriptor
        self._begins = begins
        self._all: bytes | None = None
        if not hasattr(os, "pread"):
            # On Windows; and there an open file can't be replaced.
            os.lseek(descriptor, begins, os.SEEK_SET)
            self._all = os.read(descriptor, os.fstat(descriptor).st_size)
            self.close()

    def __call__(self, row: int) -> bytes:
        """The tail of the deal in *row*.

        Raises:
            OSError, ValueError: it can't be read, or is not what was written.
        """
        first, size, checksum = _PLACE.unpack_from(self.places, row * _PLACE.size)
        if self._all is None:
            tail = os.pread(self._descriptor, size, self._begins + first)
        else:
            tail = self._all[first : first + size]
        if crc32(tail) != checksum:
            raise ValueError("not what was written")
        return tail

    def close(self) -> None:
        """Leave the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    __del__ = close


class Columns:
    """What is kept, by row; of a record the tail may be its row, to be had of *tail*."""

    def __init__(self, paths: str, stamps: bytes, digests: bytes, records: Sequence[Record], tail: "_Tail") -> None:
        self._paths = paths
        self._stamps = stamps
        self._digests = digests
        self.records = records
        self.tail = tail

    def __len__(self) -> int:
        return len(self.records)

    def rows(self, paths: Sequence[str]) -> Sequence[int]:
        """Where each of *paths* is; -1 for one that is not kept."""
        if "\0".join(paths) == self._paths:
            return range(len(self.records))
        rows = {path: row for row, path in enumerate(self._paths.split("\0"))} if self.records else {}
        return [rows.get(path, -1) for path in paths]

    def stamp(self, row: int) -> Stamp:
        """How the file was seen."""
        return self._stamps[row * STAMP.size : (row + 1) * STAMP.size]

    def digest(self, row: int) -> bytes:
        """A digest of what it said."""
        return self._digests[row * DIGEST : (row + 1) * DIGEST]

    def by_digest(self) -> Mapping[bytes, Record]:
        """The records, by what was digested."""
        return {self.digest(row): record for row, record in enumerate(self.records)}


_Tail: TypeAlias = Callable[[int], bytes]


def _nothing(row: int) -> bytes:
    raise ValueError(f"no row {row}")


NOTHING = Columns("", b"", b"", (), _nothing)


def packed(entries: Iterable[Entry], tail: _Tail) -> tuple[Packed, bytes]:
    """The columns of *entries* and their tails, as `unpacked` takes them; *tail* has those that are rows."""
    paths, stamps, digests, records, places, tails = [], [], [], list[Record](), [], []
    size = 0
    for entry in entries:
        *head, last = entry.record
        try:
            data = tail(last) if isinstance(last, int) else tight_tail(last)
        except (OSError, ValueError):
            continue  # the next command reads that file again
        paths.append(entry.path)
        stamps.append(entry.stamp)
        digests.append(entry.digest)
        records.append((*head, len(records)))
        places.append(_PLACE.pack(size, len(data), crc32(data)))
        tails.append(data)
        size += len(data)
    columns = "\0".join(paths), b"".join(stamps), b"".join(digests), records, b"".join(places)
    return columns, b"".join(tails)


def unpacked(columns: Packed, descriptor: int, begins: int) -> Columns:
    """What `packed` has made, whose tails stand in the file *descriptor* from *begins* on. It is closed with them.

    Raises:
        OSError, TypeError, ValueError: it is something else, or some of the tails are not there.
    """
    tails = Tails(descriptor, begins)
    paths, stamps, digests, records, tails.places = columns
    if records:
        first, size, _ = _PLACE.unpack(tails.places[-_PLACE.size :])
        if os.fstat(descriptor).st_size != begins + first + size:
            raise ValueError("not whole")
    return Columns(paths, stamps, digests, records, tails)
