"""`pipectl lose`."""

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
    reason: Annotated[str, Option(metavar="REASON", help="Why; one of the lost_reasons, where there are any.")] = "",
    competitor: Annotated[str, Option(metavar="NAME", help="Who won it.")] = "",
    to: Annotated[str | None, Option(metavar="STAGE", help="Which lost stage, where there are several.")] = None,
    revisit: Annotated[str | None, Option(metavar="DATE", help="Add a task to try again then: 6mo.")] = None,
    where: Annotated[str | None, Option(metavar="FILTER", help="The deals that fit, instead of ids.")] = None,
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
    """Close deals as lost.

    The reason goes into the closing entry of the history. --revisit leaves a task to try again.

    Examples:

      pipectl lose cipta-ban-gudang --reason no-response --revisit 6mo
      pipectl lose --where "stage:lead is:stalled" --reason no-response --yes
    """
    how = How(" ".join(["lose", *(deals or ())]), dry_run, commit, message, yes)
    wish = Wish(to, Outcome.LOST, on=on, note=note, force=force, reason=reason, competitor=competitor, revisit=revisit)
    return move(context, deals or [], where, wish, how)
