"""What a command takes from the command line: its `run` says so in its annotations, and a parser makes a Call of it."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from pipectl.model.frozen import frozen


class Option:
    """A parameter that is given by a flag; where none is named, by `--` and the parameter's own name.

    `--late/--no-late` is a flag and its opposite.
    """

    __slots__ = ("flags", "help", "metavar")

    def __init__(self, *flags: str, help: str, metavar: str | None = None) -> None:  # noqa: A002 - typer's own name
        self.flags = flags
        self.help = help
        self.metavar = metavar


class Argument:
    """A parameter that is given by its place."""

    __slots__ = ("help", "metavar", "show_default")

    def __init__(self, *, help: str, metavar: str | None = None, show_default: bool = True) -> None:  # noqa: A002
        self.help = help
        self.metavar = metavar
        self.show_default = show_default


@frozen
class Call:
    """What a command line asks for.

    Attributes:
        verb: the command's name as it was typed.
        command: its module, which has the `run` to call.
        keywords: what `run` gets beside the Context.
        shared: the shared options that were given, by name; not all of them may be the command's.
    """

    verb: str
    command: ModuleType
    keywords: Mapping[str, Any]
    shared: Mapping[str, Any]
