"""`pipectl move`."""

from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How
from pipectl.commands._moving import Wish, move
from pipectl.context import Context
from pipectl.errors import UsageError

OPTIONS = frozenset({"pipelines"})


def run(
    context: Context,
    words: Annotated[list[str], Argument(metavar="[ID]... STAGE", help="Deals, and STAGE or PIPELINE:STAGE.")],
    where: Annotated[str | None, Option(metavar="FILTER", help="The deals that fit, instead of ids.")] = None,
    on: Annotated[str | None, Option(metavar="DATE", help="The day it happened, if not today.")] = None,
    note: Annotated[str, Option(metavar="TEXT", help="What to remember of it.")] = "",
    values: Annotated[list[str] | None, Option("--set", metavar="KEY=VALUE", help="Set a field with it.")] = None,
    reason: Annotated[str | None, Option(metavar="REASON", help="Why the deal was lost.")] = None,
    force: Annotated[bool, Option("--force", help="Override the rules; --note says why, and is kept.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Don't ask before changing several.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Move deals to another stage.

    The pipeline's rules hold: what the stage requires, and what `moves` allows. Every rule that is not met is named
    at once, with what meets it, and nothing is written. Several deals are moved all or none. Where no stage is called
    `won` or `lost`, the word stands for the pipeline's only stage of that outcome.

    Examples:

      pipectl move wahana negotiation --on yesterday --note "They want a contract"
      pipectl move puri-farma-dc negotiation --dry-run
      pipectl move --where "is:stalled stage:lead" lost --reason no-response --yes
    """
    *ids, target = words
    if not ids and where is None:
        raise UsageError(f"move which deal to '{target}'?", hint="pipectl move ID STAGE")
    how = How(" ".join(["move", *ids, target]), dry_run, commit, message, yes)
    wish = Wish(target, on=on, note=note, values=values or (), force=force, reason=reason)
    return move(context, ids, where, wish, how)
