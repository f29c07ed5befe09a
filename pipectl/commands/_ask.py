"""What a person on a terminal is asked.

typer, which asks, is imported when somebody is: it takes as long as all else that a short command does, and next to
none asks anything.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipectl.errors import UnansweredError


def confirm(question: str) -> bool:
    """Whether the person says yes.

    Raises:
        UnansweredError: the person left.
    """
    with _typer() as typer:
        return bool(typer.confirm(question, err=True))


def prompt(question: str, default: str, *, show_default: bool = True) -> str:
    """What the person types, or *default*.

    Raises:
        UnansweredError: the person left.
    """
    with _typer() as typer:
        return str(typer.prompt(question, default=default, show_default=show_default, err=True))


@contextmanager
def _typer() -> Iterator[Any]:  # a module that is imported late has no type
    typer = importlib.import_module("typer")
    try:
        yield typer
    except typer.Abort:
        raise UnansweredError from None
