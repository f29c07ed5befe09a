"""New deal files: where they go, and writing them without ever replacing one."""

import contextlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path, PurePosixPath

from pipectl.errors import NegativeError, PipectlError
from pipectl.model.deal import Deal
from pipectl.store.deal_schema import DealSchema
from pipectl.store.disk import DISK, sync_folder
from pipectl.store.emit import deal_text
from pipectl.store.find import DEALS
from pipectl.store.load import read_deal

# git's walk through history is several times slower where a folder holds more than some hundred files.
FULL = 250


def folders_for(days: Sequence[date | None], taken: Iterable[str]) -> list[str]:
    """A folder for each new deal of these days (None: unknown), so that none comes to hold more than 250 by it.

    All in `deals/` while they fit and no folder is named by a year; else by year, by month where a year does not fit,
    and numbered where a month does not. *taken*: paths of the deals there are.
    """
    counts = Counter(str(PurePosixPath(path).parent) for path in taken)
    if counts[DEALS] + len(days) <= FULL and not any(_DATED.match(folder) for folder in counts):
        return [DEALS] * len(days)
    years = Counter(_year(day) for day in days)
    fits = {year: counts[year] + count <= FULL for year, count in years.items()}
    folders = []
    for day in days:
        year = _year(day)
        base = year if fits[year] or day is None else f"{year}/{day:%m}"
        folder = _with_room(base, counts)
        counts[folder] += 1
        folders.append(folder)
    return folders


_DATED = re.compile(rf"{DEALS}/(?:[0-9]{{4}}|undated)(?:[/-]|\Z)")


def _year(day: date | None) -> str:
    return f"{DEALS}/undated" if day is None else f"{DEALS}/{day.year:04}"


def _with_room(base: str, counts: Counter[str]) -> str:
    numbered = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(folder for folder in numbered if counts[folder] < FULL)


def verified_text(deal: Deal, schema: DealSchema) -> str:
    """The text of *deal*'s new file, which reads back as exactly this deal.

    Raises:
        PipectlError: it would not; nothing may be written then.
    """
    percents = {name for name, kind in schema.field_types(deal.pipeline).items() if kind.type == "percent"}
    several = len(schema.pipelines) > 1
    text = deal_text(deal, schema.settings.zone, stage_pipelines=several, percents=percents)
    read, problems = read_deal((deal.path, text.encode()), schema)
    if read != deal:
        reason = problems[0].message if problems else "it would read back as another deal"
        raise PipectlError(f"{deal.path} can't be written: {reason}; nothing was written")
    return text


def create_files(root: Path, texts: Mapping[str, str]) -> None:
    """Write new files, paths relative to *root*; all of them or, after an error, none.

    Raises:
        NegativeError: one of them exists already, or would lie behind a link.
        PipectlError: one can't be written.
    """
    refuse_links(root, texts)
    written: list[Path] = []
    folders: list[Path] = []
    try:
        for path, text in texts.items():
            target = root / path
            folders.extend(_make_folder(target.parent))
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            written.append(target)
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(descriptor)
        for folder in {target.parent for target in written}:
            sync_folder(DISK, str(folder))
    except BaseException as error:
        _take_back(written, folders)
        if isinstance(error, FileExistsError):
            raise NegativeError(f"{error.filename} exists already; nothing was written") from None
        if isinstance(error, OSError):
            raise PipectlError(f"{error.filename} can't be written: {error.strerror}; nothing was written") from None
        raise


def refuse_links(root: Path, paths: Iterable[str]) -> None:
    """Refuse new files behind a link to a folder: it may lead out of the workspace, and readers don't follow it.

    Raises:
        NegativeError: there is one on the way.
    """
    for folder in {PurePosixPath(path).parent for path in paths}:
        for part in (folder, *folder.parents):
            if (root / part).is_symlink() and part != PurePosixPath():
                raise NegativeError(f"{part} is a link, which is not followed; nothing was written")


def _take_back(written: Iterable[Path], folders: Sequence[Path]) -> None:
    for target in written:
        target.unlink(missing_ok=True)
    for folder in reversed(folders):
        # Somebody else may have put a file there meanwhile.
        with contextlib.suppress(OSError):
            folder.rmdir()


def _make_folder(folder: Path) -> Iterator[Path]:
    """Make *folder* and those above it; yields the ones that were not there, the outermost first."""
    if folder.is_dir():
        return
    yield from _make_folder(folder.parent)
    folder.mkdir()
    yield folder
