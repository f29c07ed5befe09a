"""Who notes what a command looks at, by Python's audit events, and whether that is all that it may look at.

A command may read the workspace, the cache and the program, write the cache, read time zones, and ask git for a
setting. Where it opens, lists or writes anything else, or starts any other process, nobody knows what its answer rests
on. Three events are the program's own: `pipectl.command` (its name), `pipectl.now` (it looked at the clock) and
`pipectl.git` (what git has answered).
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from pipectl.store.answers import Asked, state
from pipectl.store.cache import FILE as CACHE
from pipectl.store.derived import Derived
from pipectl.store.stamps import FOLDERS, SETTINGS

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LIBRARIES = ("site-packages", "dist-packages", "lib-dynload")
# Everything else of these kinds is more than a command that reads has to do.
_TOUCHING = ("os.", "shutil.", "subprocess.", "socket.", "tempfile.", "fcntl.", "pty.")
_FREQUENT = frozenset(("marshal.loads", "object.__setattr__", "exec", "import", "compile"))
_CHANGING = {"os.rename": 2, "os.remove": 1, "os.mkdir": 1, "os.chmod": 1}  # how many paths come first


class Witness:
    """What was seen of one run.

    Attributes:
        whole: nothing was seen that an answer may not rest on.
        commands: those that were run, by name.
        now: when the clock was looked at, in the workspace's time zone; None if never.
        zones: files of time zones, there or not, that were looked for, and their state then.
        asked: what git was asked, and has answered.
    """

    def __init__(self, root: str, derived: Derived) -> None:
        self.whole = True
        self.commands: list[str] = []
        self.now: datetime | None = None
        self.zones: dict[str, tuple[int, ...]] = {}
        self.asked: list[Asked] = []
        self._asking: tuple[tuple[str, ...], tuple[tuple[str, str], ...]] | None = None
        own = tuple(f"{root}/{folder}" for folder in FOLDERS)
        package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        standard = os.path.dirname(os.path.abspath(os.__file__))
        libraries = [package, standard, *(path for path in sys.path if os.path.basename(path) in _LIBRARIES)]
        self._libraries = tuple(f"{path}/" for path in libraries)
        self._cache = f"{derived.path}/{CACHE}"
        self._readable = (*(f"{path}/" for path in own), *self._libraries)
        # Where modules come from is part of a question's key.
        modules = (path or os.curdir for path in sys.path)
        self._single = {*own, *libraries, *modules, f"{root}/{SETTINGS}", self._cache, os.devnull}
        # In a linked work tree it is a file, which names the derived data's place: found before, and part of the key.
        if derived.git is not None:
            self._single.add(f"{derived.git.tree}/.git")

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note one event; never raises, for that would stop what is being done."""
        if event == "open":
            self._opened(*arguments)
        elif event in ("os.listdir", "os.scandir"):
            self.whole &= self._may_read(arguments[0])
        elif event in _CHANGING:
            self.whole &= all(isinstance(path, int) or self._may_write(path) for path in arguments[: _CHANGING[event]])
        elif event == "subprocess.Popen":
            self._started(*arguments)
        elif event.startswith("pipectl."):
            self._told(event, *arguments)
        elif event.startswith(_TOUCHING):
            self.whole = False

    def _opened(self, path: Any, _: object, flags: int) -> None:
        # By number is what was opened by name before.
        if not isinstance(path, int):
            self.whole &= self._may_write(path) if flags & _WRITES else self._may_read(path)

    def _may_read(self, path: Any) -> bool:
        if isinstance(path, os.PathLike):
            path = os.fspath(path)
        if not isinstance(path, str) or "/../" in path:
            return False
        if path.startswith(self._readable) or path in self._single:
            return True
        zones = getattr(sys.modules.get("zoneinfo"), "TZPATH", ())
        for place in zones:
            if path.startswith(f"{place}/"):
                # One that comes in another place would go before it.
                files = (other + path.removeprefix(place) for other in zones)
                self.zones |= {file: state(file) for file in files if file not in self.zones}
                return True
        return False

    def _may_write(self, path: Any) -> bool:
        """Whether *path* is of the cache, or of compiled modules."""
        if not isinstance(path, str) or "/../" in path:
            return False
        compiled = path.startswith(self._libraries) and "/__pycache__" in path
        return compiled or path == self._cache or path.startswith(f"{self._cache}.")

    def _started(self, _: object, words: Any, __: object, variables: Any) -> None:
        """A process: one that asks git for a setting can be started again to hear whether it says the same."""
        if not isinstance(words, list) or words[0] != "git" or "config" not in words or "--get" not in words:
            self.whole = False
            return
        more = {name: value for name, value in (variables or {}).items() if os.environ.get(name) != value}
        self._asking = tuple(words), tuple(more.items())

    def _told(self, event: str, *what: Any) -> None:
        if event == "pipectl.command":
            self.commands.append(what[0])
        elif event == "pipectl.now":
            self.now = self.now or what[0]
        elif event == "pipectl.git" and self._asking is not None:
            self.asked.append((*self._asking, *what))
            self._asking = None

    def is_sure(self) -> bool:
        """Whether one command was run, and all that its answer rests on is known."""
        return self.whole and self._asking is None and len(self.commands) == 1


_PRESENT: list[Witness] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FREQUENT:
        return
    for witness in _PRESENT:
        witness.hear(event, arguments)


@cache
def _listen() -> None:
    sys.addaudithook(_hear)  # which can't be taken away again


@contextmanager
def witnessed(root: str, derived: Derived) -> Iterator[Witness]:
    """A witness of what is done within, in the workspace at *root* with its *derived* data."""
    _listen()
    witness = Witness(root, derived)
    _PRESENT.append(witness)
    try:
        yield witness
    finally:
        _PRESENT.remove(witness)
