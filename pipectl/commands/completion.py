"""`pipectl completion`."""

from enum import StrEnum
from typing import Annotated

from pipectl.arguments import Argument
from pipectl.completion import SCRIPTS
from pipectl.context import Context

OPTIONS: frozenset[str] = frozenset()


class Shell(StrEnum):
    """A shell that there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def run(context: Context, shell: Annotated[Shell, Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> int:
    """Print the completion script for a shell.

    Commands, options, ids of deals and filter terms are completed.

    Examples:

      pipectl completion bash > ~/.local/share/bash-completion/completions/pipectl
      pipectl completion fish > ~/.config/fish/completions/pipectl.fish
    """
    context.terminal.out.write(SCRIPTS[shell.value])
    return 0
