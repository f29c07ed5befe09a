"""What a YAML file says as a tree of text with positions, and the bounds within which it is read."""

import re
from typing import NamedTuple, TypeAlias

from pipectl.model.problem import Problem

MAX_DEPTH = 32
MAX_NODES = 50_000
MAX_EXPANDED = 100_000
MAX_PROBLEMS = 50

# A comment that may be meant as text; begins with a literal, so that most files cost next to nothing.
HASH_AND_WORD = re.compile(r"#(?<=[ \t]#)\w")


class Scalar(NamedTuple):
    """Text as it stands after YAML's quoting is taken off; *plain* when nothing quoted it."""

    text: str
    line: int
    column: int
    plain: bool = True


class Sequence(NamedTuple):
    """A YAML list."""

    items: "tuple[Node, ...]"
    line: int
    column: int


class Mapping(NamedTuple):
    """A YAML mapping in the order of the file; keys are unique and are text. *flow* when written in braces."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    line: int
    column: int
    flow: bool = False


Node: TypeAlias = Scalar | Sequence | Mapping


class Tree(NamedTuple):
    """What a file says: its root (None for an empty file or one that can't be followed), its text, its problems."""

    root: Node | None
    text: str
    problems: tuple[Problem, ...]
