"""What was read of deal files, kept so that a file which has not changed is not read again.

One file in git's own directory (`store/derived.py`), replaced whole. It is believed only where it is ours, is whole,
was written by this very program, and for the settings and pipelines as they are: anything else is as if it was not
there. A deal is taken from it where the file's size, times and inode are those that it was read at; a file that was
written about when the cache was, or that only looks changed, is told by its content. Nothing that has a finding is
kept. Deleting the cache changes nothing but the time that a command takes.
"""

import contextlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from struct import error as OutOfRange  # noqa: N812 - a number that has no place in a stamp
from typing import NamedTuple, TypeAlias

from pipectl.model.deal import Deal
from pipectl.model.problem import Problem
from pipectl.store.columns import NO_STAMP, NOTHING, STAMP, Columns, Entry, Stamp, packed, unpacked
from pipectl.store.cores import cores, spread
from pipectl.store.derived import find_derived
from pipectl.store.digest import blake2b
from pipectl.store.disk import DISK, contents
from pipectl.store.find import id_of, read_file
from pipectl.store.kept import DIGEST, digest_of, kept_files, read_kept, write_kept
from pipectl.store.records import Record, Unpacking, pack, tight

FILE = "cache"
# The sources that say what is read and kept; a test follows their imports. Another version of any is another cache.
SOURCES = (
    *("model/deal", "model/frozen", "model/moment", "model/money", "model/pattern", "model/pipeline"),
    "model/visits",
    *(
        "store/cache",
        "store/columns",
        "store/deal_schema",
        "store/decode",
        "store/fields",
        "store/find",
        "store/kept",
        "store/full_reader",
        "store/load",
        "store/nodes",
        "store/parse_deal",
    ),
    *(
        "store/parse_pipeline",
        "store/parse_settings",
        "store/plain_brackets",
        "store/plain_deal",
        "store/plain_items",
        "store/plain_places",
        "store/plain_reader",
        "store/plain_values",
        "store/records",
    ),
    *("store/tree", "store/typed"),
)
_MAGIC = b"pipectl cache\n"
# Clocks of file systems tick in grains of up to two seconds: a file may have changed again within one of them.
_GRAIN = 2_000_000_000
# Writing the whole for a few files costs more than reading these again.
_FEW, _SHARE = 16, 50
# From so many new files on they are shared out to all cores.
MANY = 3000

Read: TypeAlias = tuple[Deal | None, tuple[Problem, ...]]
Quick: TypeAlias = Callable[[bytes], Record | None]
Reader: TypeAlias = Callable[[tuple[str, bytes | Problem]], Read]


class Cache(NamedTuple):
    """What an earlier command has read.

    Attributes:
        path: the file, whether it is there or not; "" where none may be kept.
        key: what it must have been written with to be believed.
        kept: what it holds.
    """

    path: str
    key: bytes
    kept: Columns


NO_CACHE = Cache("", b"", NOTHING)


def open_cache(root: Path, rules: Iterable[tuple[str, bytes | Problem]]) -> Cache:
    """What is kept for the workspace at *root* whose settings and pipelines are *rules*: path and content."""
    try:
        derived = find_derived(os.path.realpath(root))
        key = _key(rules, "" if derived.git else derived.path)
        path = os.path.join(derived.path, FILE)
    except OSError:
        return NO_CACHE
    try:
        return Cache(path, key, unpacked(*read_kept(path, _MAGIC + key)))
    except (OSError, ValueError, EOFError, TypeError):
        return Cache(path, key, NOTHING)


def _key(rules: Iterable[tuple[str, bytes | Problem]], folder: str) -> bytes:
    """What decides how a deal is read and kept: the program, Python, the rules.

    In a *folder* that is not git's own, which may have been sent along with the files, also the folder's place on
    this disk.
    """
    key = blake2b(digest_size=DIGEST)
    package = os.path.dirname(os.path.dirname(__file__))
    for name in SOURCES:
        key.update(contents(DISK, f"{package}/{name}.py"))
    key.update(repr((sys.implementation.cache_tag, sys.version_info, sys.byteorder)).encode())
    for path, data in rules:
        content = data if isinstance(data, bytes) else repr(data).encode()
        key.update(f"{len(path)} {path} {len(content)}\n".encode())
        key.update(content)
    if folder and os.path.isdir(folder):
        status = os.stat(folder)
        key.update(f"{status.st_dev} {status.st_ino}".encode())
    return key.digest()


def read_deals(
    root: Path, paths: Sequence[str], cache: Cache, read: Reader, quick: Quick, unpacking: Unpacking
) -> Iterator[Read]:
    """The deals in *paths* with their problems, from *cache* where it has them, else by *read*.

    *quick* reads the same of most files, and may do so on every core. What is new is kept afterwards.
    """
    if not cache.path:
        records = spread(partial(_record, root, quick), paths) if len(paths) > MANY and cores() > 1 else {}
        for path in paths:
            record = records.get(path)
            yield (unpacking.deal(record, id_of(path), path), ()) if record else read((path, read_file(root, path)))
        return
    # Before anything is looked at: what changes while it is read is younger than the cache, and is looked into again.
    now = time.time_ns()
    kept, rows = cache.kept, cache.kept.rows(paths)
    ahead = _ahead(root, [path for path, row in zip(paths, rows, strict=True) if row < 0], quick)
    new: dict[str, Entry | None] = {}
    gained = 0
    for path, row in zip(paths, rows, strict=True):
        if (entry := ahead.get(path)) is not None:
            new[path] = Entry._make(entry)
            gained += 1
            yield unpacking.deal(entry[-1], id_of(path), path), ()
            continue
        stamp = _stamp(f"{root}/{path}")
        if row >= 0 and stamp == kept.stamp(row):
            yield unpacking.deal(kept.records[row], id_of(path), path), ()
            continue
        data = read_file(root, path)
        digest = b"" if isinstance(data, Problem) else digest_of(data)
        record = kept.records[row] if row >= 0 and kept.digest(row) == digest else None
        if record is None:
            deal, problems = read((path, data))
            found = tight(deal.record or pack(deal)) if deal is not None and not problems else None
            yield deal, problems
        else:
            found = record
            yield unpacking.deal(record, id_of(path), path), ()
        new[path] = Entry(path, stamp, digest, found) if found and stamp else None
        # What the next command will have to look into all the same is no reason to write.
        gained += new[path] is not None and (record is None or _changed(stamp or NO_STAMP) < now - _GRAIN)
    if gained > max(_FEW, len(paths) // _SHARE):
        with contextlib.suppress(OSError, ValueError):
            columns, tails = packed(_entries(paths, rows, kept, new, now - _GRAIN), kept.tail)
            write_kept(str(root), cache.path, _MAGIC + cache.key, columns, tails)


def _entries(
    paths: Sequence[str], rows: Sequence[int], kept: Columns, new: Mapping[str, Entry | None], trusted: int
) -> Iterator[Entry]:
    """What is to be kept of *paths*; a file that has changed since *trusted* may do so again and look the same."""
    for path, row in zip(paths, rows, strict=True):
        if path not in new:
            yield Entry(path, kept.stamp(row), kept.digest(row), kept.records[row])
        elif (entry := new[path]) is not None:
            yield entry if _changed(entry.stamp) < trusted else entry._replace(stamp=NO_STAMP)


def _ahead(root: Path, paths: Sequence[str], quick: Quick) -> Mapping[str, tuple[str, Stamp, bytes, Record] | None]:
    """The entries of *paths*, where they are so many that it pays to share them out."""

    def entry(path: str) -> tuple[str, Stamp, bytes, Record] | None:
        # Before it is read: a change meanwhile is one that the next command sees.
        stamp, data = _stamp(f"{root}/{path}"), read_file(root, path)
        if stamp is None or isinstance(data, Problem) or (record := quick(data)) is None:
            return None
        # No Entry: what another process finds is sent as marshal can hold it.
        return path, stamp, digest_of(data), tight(record)

    return spread(entry, paths) if len(paths) > MANY and cores() > 1 else {}


def _record(root: Path, quick: Quick, path: str) -> Record | None:
    data = read_file(root, path)
    record = None if isinstance(data, Problem) else quick(data)
    return record and tight(record)


def forget(cache: Cache) -> None:
    """Delete what was found to be spoilt: the next command reads and keeps everything anew."""
    with contextlib.suppress(OSError):
        os.unlink(cache.path)


def known_contents(cache: Cache) -> Callable[[bytes], Record | None]:
    """What finds the record of a deal file by what it holds, wherever it lies or lay; None where it was not kept."""
    records = cache.kept.by_digest()
    return lambda data: records.get(digest_of(data)) if records else None


def count_kept(cache: Cache, root: Path, paths: Sequence[str]) -> int:
    """How many of the deal files at *paths* need not be read."""
    rows = zip(paths, cache.kept.rows(paths), strict=True)
    return sum(row >= 0 and cache.kept.stamp(row) == _stamp(f"{root}/{path}") for path, row in rows)


def _stamp(path: str) -> Stamp | None:
    """What tells that a file has changed; None for one that is no regular file, or whose times nothing holds."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            return None
        return STAMP.pack(status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)
    except (OSError, OutOfRange):
        return None


def _changed(stamp: Stamp) -> int:
    """When the file was last changed, as far as its times tell."""
    written, moved = STAMP.unpack(stamp)[1::2]
    return int(max(written, moved))


def cache_files(root: Path) -> tuple[str, ...]:
    """The cache of the workspace at *root*, and what commands that were cut off have left beside it."""
    return kept_files(str(root), FILE)
