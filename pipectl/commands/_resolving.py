"""Settling files that git could not merge: the three sides from its index, and what the work tree has of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipectl.commands._open import KNOWN_CHECKS
from pipectl.errors import NoWorkspaceError
from pipectl.model.frozen import frozen
from pipectl.model.merge_deal import Choice, merge_content, moves
from pipectl.model.merge_values import Side, Value, shown
from pipectl.model.problem import Problem
from pipectl.store.decode import has_conflict
from pipectl.store.edit_refused import Refused
from pipectl.store.find import SETTINGS, find_files, read_file
from pipectl.store.git import Unmerged, marks_base, settled_before
from pipectl.store.load import UnusableError, load_snapshot
from pipectl.store.merge import Merge, Style, merge
from pipectl.store.merge_order import order_in, zone_in

_MARKER = re.compile(rb"(?:<{7}|\|{7}|={7}|>{7})(?: .*)?\Z")
_STAGE = "stage is "


@frozen
class Outcome:
    """What becomes of one file.

    Attributes:
        old: what stands in the work tree; None where nothing does.
        new: what is to stand there; None where it is left as it is.
        left: what is left to settle, in words.
        moves: where both sides have moved a deal, the moves of each.
    """

    path: str
    old: bytes | None
    new: bytes | None = None
    left: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()

    @property
    def can_choose(self) -> bool:
        """Whether a side can be chosen for what is left."""
        return self.new is not None and bool(self.left)


class Resolving:
    """The unmerged files of one workspace being settled, the ones that others are read against first."""

    def __init__(self, root: Path, unmerged: Mapping[str, Unmerged], choice: Choice | None) -> None:
        self.root = root
        self.unmerged = unmerged
        self.choice = choice
        self.style = Style(base=marks_base(root))
        self.rules = {path: data for path in (SETTINGS, *find_files(root).pipelines) if (data := self._now(path))}
        for path in self.rules:
            # Markers can't be read; until the file is settled, ours stands for it.
            if path in unmerged and unmerged[path].ours is not None:
                self.rules[path] = unmerged[path].ours or b""

    def settle(self, paths: Sequence[str]) -> list[Outcome]:
        """What becomes of each of *paths*."""
        return [self._settled(path, self.unmerged[path]) for path in paths]

    def _now(self, path: str) -> bytes | None:
        data = read_file(self.root, path)
        return None if isinstance(data, Problem) else data

    def _settled(self, path: str, sides: Unmerged) -> Outcome:
        old = self._now(path)
        if not sides.regular:
            return Outcome(path, old, left=("it is a link, or no file, on one of the sides; settle it by hand",))
        if sides.ours is None or sides.theirs is None:
            return Outcome(path, old, left=(_one_sided(sides),))
        if old is None:
            return Outcome(path, old, left=("it is not there any more; settle it by hand",))
        order = order_in(zone_in(self.rules.get(SETTINGS, b"")))
        try:
            result = merge(
                sides.base or b"",
                sides.ours,
                sides.theirs,
                lambda three: merge_content(three, order, self.choice),
                self.style,
            )
        except Refused as refused:
            return Outcome(path, old, left=(f"can't be merged field by field: {refused}; settle it by hand",))
        if why := _by_hand(old, sides, result):
            return Outcome(path, old, left=(why,))
        new = result.data
        if b"\r\n" in old and b"\r\n" not in new:
            # git keeps LF in its index where the work tree has CRLF.
            new = new.replace(b"\n", b"\r\n")
        if not result.conflicts and (worse := self._worse(path, new, sides)):
            return Outcome(path, old, left=worse)
        if not result.conflicts and path in self.rules:
            self.rules[path] = new
        return Outcome(path, old, new, result.conflicts, tuple(_moves(result)))

    def _worse(self, path: str, new: bytes, sides: Unmerged) -> tuple[str, ...]:
        """What the merged file has wrong and neither side has."""
        known = {
            message for data in (sides.ours, sides.theirs) if data is not None for message in self._problems(path, data)
        }
        found = [message for message in self._problems(path, new) if message not in known]
        return tuple(f"the two sides don't go together: {message}; settle it by hand" for message in found)

    def _problems(self, path: str, data: bytes) -> list[str]:
        try:
            found = load_snapshot({**self.rules, path: data}, KNOWN_CHECKS).problems
        except UnusableError as error:
            found = error.problems
        except NoWorkspaceError:
            found = ()
        return [problem.message for problem in found if problem.place.path == path]


def marked(root: Path, unmerged: Mapping[str, Unmerged]) -> list[Outcome]:
    """Files of the workspace with conflict markers in them that git takes for settled, or never knew of."""
    places = find_files(root)
    data = {path: read_file(root, path) for path in (SETTINGS, *places.pipelines, *places.deals)}
    found = [
        path
        for path, content in data.items()
        if path not in unmerged and not isinstance(content, Problem) and has_conflict(content)
    ]
    known = settled_before(root) if found else frozenset[str]()
    how = "`git checkout -m -- {}` begins again", "choose what to keep, and delete the markers"
    return [
        Outcome(
            path, None, left=(f"has conflict markers, but is settled for git; {how[path not in known].format(path)}",)
        )
        for path in found
    ]


def _one_sided(sides: Unmerged) -> str:
    if sides.ours is None and sides.theirs is None:
        return "both sides have removed or renamed it; settle it by hand"
    here, there = ("removed", "changed") if sides.ours is None else ("changed", "removed")
    if sides.base is None:
        return "one side has put it where the other has something else; settle it by hand"
    return f"{here} here, {there} there; `git add` keeps it, `git rm` removes it"


def _by_hand(old: bytes, sides: Unmerged, result: Merge) -> str:
    """Why a file in the work tree is not to be written over; "" where nothing in it was written by hand."""
    ours = _lines(sides.ours or b"")
    lines = _lines(old)
    marked = [line for line in lines if _MARKER.match(line)]
    if not marked and lines not in (ours, _lines(result.data)):
        return "it has no conflict markers any more; `git add` it if it is settled"
    known = {*ours, *_lines(sides.base or b""), *_lines(sides.theirs or b""), *_lines(result.data)}
    foreign = next((number for number, line in enumerate(lines, 1) if line not in known and line not in marked), None)
    if foreign is None:
        return ""
    return f"line {foreign} was changed by hand; settle the rest by hand too, or begin again with `git checkout -m`"


def _lines(data: bytes) -> list[bytes]:
    return [line.rstrip(b"\r") for line in data.split(b"\n")]


def _moves(result: Merge) -> Iterator[str]:
    """The moves of each side, where the stage is left to settle."""
    if not any(told.startswith(_STAGE) for told in result.conflicts):
        return
    for side, where in ((Side.OURS, "here"), (Side.THEIRS, "there")):
        found = [_move(entry) for entry in moves(result.plan, side)]
        yield f"{where}: {', then '.join(found) or 'no move is in the history'}"


def _move(entry: Value) -> str:
    if not isinstance(entry, Mapping):
        return shown(entry)
    by = f" by {shown(entry['by'])}" if entry.get("by") else ""
    return f"{shown(entry.get('at'))} {shown(entry.get('stage'))}{by}"
