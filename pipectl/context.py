"""What the command line gives every command: where, when, who, and how to answer."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TextIO

from pipectl.model.frozen import field, frozen


@frozen
class Terminal:
    """The two ends of the conversation.

    Attributes:
        width: columns to lay out for; None where the result goes to a file or a pipe.
        color: whether to colour what people read.
        unicode: whether box drawing and bars may leave ASCII.
        interactive: a person can be asked on it.
        progress: talk on stderr goes to a person who may like to see progress.
    """

    out: TextIO
    err: TextIO
    width: int | None = None
    color: bool = False
    unicode: bool = True
    interactive: bool = False
    progress: bool = False


@frozen
class Options:
    """The options that every reading command shares; None, empty or False where they were not given.

    Attributes:
        output: the file that the result goes into; None also where standard output was asked for, which *dash* tells.
    """

    pipelines: tuple[str, ...] = ()
    period: str | None = None
    as_of: str | None = None
    rev: str | None = None
    format: str | None = None
    output: Path | None = None
    dash: bool = False
    fields: str | None = None
    ids: bool = False
    sort: str | None = None
    limit: int | None = None
    quiet: bool = False
    pager: bool = True
    cache: bool = True


@frozen
class Context:
    """One run of the program.

    Attributes:
        directory: where to look for the workspace.
        today: the one source of the current day; None until the workspace's time zone is known.
        user: who is meant by `@me`, as given by `--as` or `PIPECTL_USER`; None to find out.
        environment: the process's variables; nothing else reads them.
    """

    directory: Path
    terminal: Terminal
    options: Options = Options()
    today: date | None = None
    user: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
