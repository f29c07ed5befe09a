"""`pipectl reopen`."""

from typing import Annotated

import typer

from pipectl.commands._change import How
from pipectl.commands._moving import Wish, move
from pipectl.model.pipeline import Outcome

OPTIONS: frozenset[str] = frozenset()


def run(
    ctx: typer.Context,
    deals: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Deals; - for ids on stdin.")] = None,
    where: Annotated[str | None, typer.Option(metavar="FILTER", help="The deals that fit, instead of ids.")] = None,
    to: Annotated[str | None, typer.Option(metavar="STAGE", help="Where to, if not where it was closed from.")] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day it happened, if not today.")] = None,
    note: Annotated[str, typer.Option(help="What to remember of it.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Override the rules; --note says why, and is kept.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before changing several.")] = False,
    commit: Annotated[bool, typer.Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, typer.Option("--message", "-m", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Open closed deals again.

    A deal goes back to the stage that it was closed from. It leaves the numbers of its close until it closes again.

    Examples:

      pipectl reopen agung-semen-silo --note "New budget in January"
    """
    how = How(" ".join(["reopen", *(deals or ())]), dry_run, commit, message, yes)
    return move(ctx.obj, deals or [], where, Wish(to, Outcome.OPEN, on=on, note=note, force=force), how)
