"""`pipectl win`."""

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
    on: Annotated[str | None, Option(metavar="DATE", help="The day it happened, if not today.")] = None,
    note: Annotated[str, Option(metavar="TEXT", help="What to remember of it.")] = "",
    values: Annotated[list[str] | None, Option("--set", metavar="KEY=VALUE", help="Set a field with it.")] = None,
    force: Annotated[bool, Option("--force", help="Override the rules; --note says why, and is kept.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Don't ask before changing several.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Close deals as won.

    The amount won is written into the closing entry of the history.

    Examples:

      pipectl win jaya-rasa-beverages
      pipectl win jaya-rasa --on 2026-11-20 --set amount=760jt --dry-run
    """
    how = How(" ".join(["win", *(deals or ())]), dry_run, commit, message, yes)
    wish = Wish(kind=Outcome.WON, on=on, note=note, values=values or (), force=force)
    return move(context, deals or [], where, wish, how)
