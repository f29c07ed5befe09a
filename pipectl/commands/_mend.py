"""What `check --fix` mends: findings that have one safe mend, planned file by file; nothing is written here."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from pipectl.checks.changes_behind import fields_behind
from pipectl.commands._change import bytes_of
from pipectl.commands._dating import Dating, UndatedError
from pipectl.commands._open import Opened
from pipectl.model.deal import Change as Record
from pipectl.model.deal import Deal, Entry, FieldValue
from pipectl.model.lookup import taken_ids
from pipectl.model.moment import Moment
from pipectl.model.problem import Problem
from pipectl.output.safe import plain
from pipectl.store.changes import edited
from pipectl.store.edit import Refused
from pipectl.store.find import DEALS
from pipectl.store.typed import ID, slug
from pipectl.store.write import Change

MENDED = ("stage-history", "changes-behind", "bad-file-name")


class _KeptError(Exception):
    """Why a finding is not mended."""


@dataclass(slots=True)
class Mends:
    """What is to be done, and what can't be.

    Attributes:
        lines: what is mended, in words.
        counts: check → in how many files it is mended.
        kept: findings that stay, each with the reason.
    """

    changes: dict[str, Change] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    kept: list[tuple[Problem, str]] = field(default_factory=list)


def plan_mends(opened: Opened, problems: Iterable[Problem], dating: Dating) -> Mends:
    """How to mend those of *problems* that have one safe mend."""
    mends = Mends()
    deals = {deal.path: deal for deal in opened.workspace.deals}
    by_path: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.check in MENDED:
            by_path[problem.place.path].append(problem)
    given: set[str] = set()
    for path in sorted(by_path):
        _mend_file(mends, opened, deals.get(path), by_path[path], dating, given)
    return mends


def _mend_file(
    mends: Mends, opened: Opened, deal: Deal | None, problems: list[Problem], dating: Dating, given: set[str]
) -> None:
    """Mend a file check by check, so that what can't be mended keeps nothing else from it.

    *given*: new names that other files get.
    """
    path = problems[0].place.path
    old = new = bytes_of(opened.root, path)
    after, to = deal, None
    for check in MENDED:
        found = [problem for problem in problems if problem.check == check]
        if not found:
            continue
        try:
            if check == "bad-file-name":
                to = _better_name(opened, path, given)
                lines = [f"is now {to}"]
            elif deal is not None and after is not None:
                mend = _with_entry if check == "stage-history" else _with_records
                mended, lines = mend(after, dating)
                new = edited(old, deal, mended, dating.schema)
                after = mended
        except (_KeptError, UndatedError, Refused) as error:
            mends.kept += [(problem, str(error)) for problem in found]
        else:
            mends.lines += [f"{plain(path)}: {line}  [{check}]" for line in lines]
            mends.counts[check] += 1
    if to is not None:
        given.add(to)
    if to is not None or new != old:
        mends.changes[path] = Change(old, new, to=to)


def _with_entry(deal: Deal, dating: Dating) -> tuple[Deal, list[str]]:
    """*deal* with the entry of history that is missing."""
    day = dating.day(deal, "stage")
    last = deal.history[-1] if deal.history else None
    if last is not None and day < last.at.day:
        raise _KeptError(f"{dating.source} says {day}, but history came into {last.stage} on {last.at}")
    entry = Entry(Moment(day), deal.stage, deal.pipeline)
    said = f"history: {deal.stage} since {day}, says {dating.source}"
    return deal.but(history=(*deal.history, entry)), [said]


def _with_records(deal: Deal, dating: Dating) -> tuple[Deal, list[str]]:
    """*deal* with records of what its tracked fields say now, one for each day."""
    days: dict[date, dict[str, FieldValue | None]] = defaultdict(dict)
    for name in fields_behind(deal):
        day = dating.day(deal, name)
        last = [change for change in deal.changes if name in change.values][-1]
        if day < last.at.day:
            raise _KeptError(f"{dating.source} says {day}, but the last record of {name} is of {last.at}")
        value: FieldValue | None = getattr(deal, name)
        days[day][name] = None if value == "" else value
    records = [Record(Moment(day), days[day]) for day in sorted(days)]
    lines = [f"changes: {' and '.join(days[day])} since {day}, says {dating.source}" for day in sorted(days)]
    return deal.but(changes=(*deal.changes, *records)), lines


def _better_name(opened: Opened, path: str, given: set[str]) -> str:
    """The path that a file with a bad name is to have.

    Raises:
        _KeptError: it is not free, or it would change what a name in a deal means.
    """
    name = PurePosixPath(path)
    stem = name.name.rpartition(".")[0]
    new = stem if ID.match(stem) else slug(stem)
    to = str(name.with_name(f"{new}.yaml"))
    if not ID.match(new):
        raise _KeptError("no id can be made of it: choose one")
    if new != stem and not path.startswith(f"{DEALS}/"):
        raise _KeptError("deals may name it: rename it by hand, and `pipeline:` in them")
    if os.path.islink(opened.root / path):
        raise _KeptError("it is a link")
    ids = {PurePosixPath(other).stem for other in given if other.startswith(f"{DEALS}/")}
    others = taken_ids(opened.workspace, but=path) | ids if path.startswith(f"{DEALS}/") else frozenset[str]()
    if new in others or to in given or os.path.lexists(opened.root / to):
        raise _KeptError(f"{new} is taken: choose another name")
    return to
