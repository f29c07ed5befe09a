"""`pipectl reopen`."""

from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How
from pipectl.commands._moving import Wish, move
from pipectl.context import Context
from pipectl.model.pipeline import Outcome

OPTIONS: frozenset[str] = frozenset()


def run(
    context: Context,
    deals: Annotated[list[str] | None, Argument(metavar="[ID]...", help="Deals; - for ids on stdin.")] = None,
    where: Annotated[str | None, Option(metavar="FILTER", help="The deals that fit, instead of ids.")] = None,
    to: Annotated[str | None, Option(metavar="STAGE", help="Where to, if not where it was closed from.")] = None,
    on: Annotated[str | None, Option(metavar="DATE", help="The day it happened, if not today.")] = None,
    note: Annotated[str, Option(metavar="TEXT", help="What to remember of it.")] = "",
    force: Annotated[bool, Option("--force", help="Override the rules; --note says why, and is kept.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Don't ask before changing several.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Open closed deals again.

    A deal goes back to the stage that it was closed from. It leaves the numbers of its close until it closes again.

    Examples:

      pipectl reopen agung-semen-silo --note "New budget in January"
    """
    how = How(" ".join(["reopen", *(deals or ())]), dry_run, commit, message, yes)
    return move(context, deals or [], where, Wish(to, Outcome.OPEN, on=on, note=note, force=force), how)
