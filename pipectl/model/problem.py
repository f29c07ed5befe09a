"""What a file has wrong: data, never an exception, so that one bad file does not hide another."""

from enum import StrEnum
from typing import NamedTuple

from pipectl.model.frozen import frozen


class Severity(StrEnum):
    """How much a finding matters; `off` silences a check."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Group(StrEnum):
    """What makes a finding true: what a file says, or what the calendar has come to."""

    FILES = "files"
    HYGIENE = "hygiene"


class Place(NamedTuple):
    """Where in the workspace: a path relative to its root with `/`, and line and column from 1; 0 when unknown."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`deals/acme.yaml:3:8`, without the parts that are unknown."""
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}" if self.column else f"{self.path}:{self.line}"


@frozen
class Problem:
    """One thing wrong at one place.

    Attributes:
        check: the id of the check that found it.
        message: what was found and what was wanted, quoting the user's own text.
        hint: what to write instead, or ""; a line break in it begins another line.
        unread: the file, or the value that gives the deal its place, could not be used: the deal is named as
            unread and stands in no total.
        deal: the id of the deal concerned, or "".
        because: the path of a file that can't be read, which is all that is wrong here; "" as a rule.
        severity: what the check gives it before the workspace's own `checks:`; None for the check's default.
    """

    check: str
    message: str
    place: Place
    hint: str = ""
    unread: bool = False
    deal: str = ""
    severity: Severity | None = None
    because: str = ""

    @property
    def hint_lines(self) -> list[str]:
        """The hint, line by line."""
        return self.hint.split("\n") if self.hint else []
