"""What a caller can't do: each kind carries its exit status; `cli.main` prints it as one line and perhaps a hint."""

from collections.abc import Sequence


class PipectlError(Exception):
    """Wrong usage, or nothing to work on: exit status 2.

    Attributes:
        hint: what to type or write instead, on a line of its own; None where there is nothing to add.
        details: each a line under the message.
    """

    status = 2

    def __init__(self, message: str, *, hint: str | None = None, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.details = tuple(details)


class UsageError(PipectlError):
    """The command line asks for something that does not exist."""


class NoStageError(UsageError):
    """A pipeline has no stage that is called so."""


class NoWorkspaceError(PipectlError):
    """No `pipectl.yaml` here or above."""


class UnreadableError(PipectlError):
    """What was asked for stands in a file that can't be read."""


class NegativeError(PipectlError):
    """The question was understood and the answer is no: exit status 1."""

    status = 1


class UnansweredError(Exception):
    """A person was asked, and left without an answer."""
