"""Settling files that git could not merge: the three sides from its index, and what the work tree has of them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote

from pipectl.commands._merge_words import histories
from pipectl.commands._open import KNOWN_CHECKS
from pipectl.errors import NoWorkspaceError
from pipectl.model.frozen import frozen, replace
from pipectl.model.merge_deal import Choice, choice_of, merge_content
from pipectl.model.merge_values import Side, Value
from pipectl.model.problem import Problem
from pipectl.store.decode import has_conflict
from pipectl.store.edit_refused import Refused
from pipectl.store.find import DEALS, PIPELINES, SETTINGS, find_files, read_file
from pipectl.store.git_merge import Unmerged, marks_base, settled_before
from pipectl.store.load import UnusableError, load_snapshot
from pipectl.store.merge import merge, said
from pipectl.store.merge_marks import Style
from pipectl.store.merge_order import order_in, zone_in

_MARKER = re.compile(rb"(?:<{7}|\|{7}|={7}|>{7})(?: .*)?\Z")


@frozen
class Outcome:
    """What becomes of one file.

    Attributes:
        old: what stands in the work tree; None where nothing does.
        new: what is to stand there; None where it is left as it is.
        left: what is left to settle, in words.
        moves: where both sides have moved a deal, the moves of each.
        how: how it was settled, if not field by field.
        removed: it is settled by its removal.
        choices: what can be chosen to settle what is left.
    """

    path: str
    old: bytes | None
    new: bytes | None = None
    left: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    how: str = ""
    removed: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether markers are to stand in it."""
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
        self.open = {path for path in unmerged if path.startswith(f"{PIPELINES}/")}

    def settle(self, paths: Sequence[str]) -> list[Outcome]:
        """What becomes of each of *paths*."""
        return [self._settled(path, self.unmerged[path]) for path in paths]

    def _now(self, path: str) -> bytes | None:
        data = read_file(self.root, path)
        return None if isinstance(data, Problem) else data

    def _settled(self, path: str, sides: Unmerged) -> Outcome:
        outcome = self._tried(path, sides, self.choice)
        if not outcome.left:
            self._follow(outcome)
            return outcome
        others = (choice for choice in Choice if choice is not self.choice)
        return replace(outcome, choices=tuple(each for each in others if not self._tried(path, sides, each).left))

    def _follow(self, outcome: Outcome) -> None:
        """Read what comes after against a file that is settled."""
        self.open.discard(outcome.path)
        if outcome.removed:
            self.rules.pop(outcome.path, None)
        elif outcome.new is not None and not outcome.path.startswith(f"{DEALS}/"):
            self.rules[outcome.path] = outcome.new

    def _tried(self, path: str, sides: Unmerged, choice: Choice | None) -> Outcome:
        """What becomes of one file if *choice* is made."""
        old = self._now(path)
        if not sides.regular:
            return Outcome(path, old, left=("it is a link, or no file, on one of the sides; settle it by hand",))
        if path.startswith(f"{DEALS}/") and (waits := self._waits_for(sides)):
            return Outcome(path, old, left=(f"{waits} is in conflict; settle that first",))
        if sides.ours is None or sides.theirs is None:
            return _one_sided(path, old, sides, choice_of(choice))
        if old is None:
            return Outcome(path, old, left=("it is not there any more; settle it by hand",))
        return self._merged(path, old, sides, choice)

    def _waits_for(self, sides: Unmerged) -> str:
        """A pipeline that the deal is in on one of the sides, and that is not settled yet; "" where there is none."""
        settings = _content(self.rules.get(SETTINGS, b""))
        default = settings.get("default_pipeline")
        for data in (sides.ours, sides.theirs):
            name = _content(data or b"").get("pipeline") or default
            for path in sorted(self.open):
                if data is not None and (name is None or path == f"{PIPELINES}/{name}.yaml"):
                    return path
        return ""

    def _merged(self, path: str, old: bytes, sides: Unmerged, choice: Choice | None) -> Outcome:
        order = order_in(zone_in(self.rules.get(SETTINGS, b"")))
        three = sides.base or b"", sides.ours or b"", sides.theirs or b""
        try:
            result = merge(*three, lambda each: merge_content(each, order, choice), self.style, side=choice_of(choice))
        except Refused as refused:
            why = f"can't be merged field by field: {refused}; settle it by hand"
            return self._whole(path, old, sides, choice) or Outcome(path, old, left=(why,))
        if by_hand := _by_hand(old, sides, result.data):
            return Outcome(path, old, left=(by_hand,))
        if not result.conflicts and (worse := self._worse(path, result.data, sides)):
            return self._whole(path, old, sides, choice) or Outcome(path, old, left=worse)
        return Outcome(path, old, _ended_as(result.data, old), result.conflicts, tuple(histories(result)))

    def _whole(self, path: str, old: bytes, sides: Unmerged, choice: Choice | None) -> Outcome | None:
        """The file as the chosen side has it; None where none is chosen, and for a deal: no move is ever dropped."""
        side = choice_of(choice)
        if side is None or path.startswith(f"{DEALS}/"):
            return None
        new = (sides.ours if side is Side.OURS else sides.theirs) or b""
        if by_hand := _by_hand(old, sides, new):
            return Outcome(path, old, left=(by_hand,))
        return Outcome(path, old, _ended_as(new, old), how=f": the whole file as {side} has it")

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


def _content(data: bytes) -> Mapping[str, Value]:
    """What a file says; nothing where it can't be followed."""
    try:
        value = said(data)
    except Refused:
        return {}
    return value if isinstance(value, Mapping) else {}


def _ended_as(new: bytes, old: bytes) -> bytes:
    """*new* with the line ends of the work tree: git keeps LF in its index where that has CRLF."""
    return new.replace(b"\n", b"\r\n") if b"\r\n" in old and b"\r\n" not in new else new


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
    return [Outcome(path, None, left=(_why_marked(path, known=path in known),)) for path in found]


def _why_marked(path: str, *, known: bool) -> str:
    how = f"`git checkout -m -- {quote(path)}` begins again" if known else "choose what to keep, and delete the markers"
    return f"has conflict markers, but is settled for git; {how}"


def _one_sided(path: str, old: bytes | None, sides: Unmerged, side: Side | None) -> Outcome:
    """What becomes of a file that one side does not have, or neither."""
    if sides.ours is None and sides.theirs is None:
        why = f"both sides have removed or renamed it: `git rm {quote(path)}`, and keep one of the new names"
        return Outcome(path, old, left=(why,))
    has = Side.THEIRS if sides.ours is None else Side.OURS
    content = (sides.theirs if sides.ours is None else sides.ours) or b""
    commands = f"`git add {quote(path)}` keeps it, `git rm {quote(path)}` removes it"
    if sides.base is None:
        why = f"only {has} has it here, under a new name or beside something else: {commands}"
        return Outcome(path, old, left=(why,))
    here, there = ("changed", "removed") if has is Side.OURS else ("removed", "changed")
    if side is None:
        return Outcome(path, old, left=(f"{here} here, {there} there; {commands}",))
    if old is not None and _lines(old) != _lines(content):
        return Outcome(path, old, left=(f"it was changed by hand; {commands}",))
    if side is has:
        return Outcome(path, old, content if old is None else old, how=f": kept, as {side} has it")
    return Outcome(path, old, how=f": removed, as {side} has it", removed=True)


def _by_hand(old: bytes, sides: Unmerged, new: bytes) -> str:
    """Why a file in the work tree is not to be written over by *new*; "" where nothing in it was written by hand."""
    ours = _lines(sides.ours or b"")
    lines = _lines(old)
    marked = [line for line in lines if _MARKER.match(line)]
    if not marked and lines not in (ours, _lines(new)):
        return "it has no conflict markers any more; `git add` it if it is settled"
    known = {*ours, *_lines(sides.base or b""), *_lines(sides.theirs or b""), *_lines(new)}
    foreign = next((number for number, line in enumerate(lines, 1) if line not in known and line not in marked), None)
    if foreign is None:
        return ""
    return f"line {foreign} was changed by hand; settle the rest by hand too, or begin again with `git checkout -m`"


def _lines(data: bytes) -> list[bytes]:
    return [line.rstrip(b"\r") for line in data.split(b"\n")]
