"""`pipectl rm`."""

from collections.abc import Mapping
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, Question, apply, bytes_of, opened_for_writing, select
from pipectl.context import Context
from pipectl.model.deal import Deal
from pipectl.output.safe import plain
from pipectl.store import git
from pipectl.store.write import Change

OPTIONS = frozenset({"pipelines"})


def run(
    context: Context,
    deals: Annotated[list[str] | None, Argument(metavar="[ID]...", help="Deals; - for ids on stdin.")] = None,
    where: Annotated[str | None, Option(metavar="FILTER", help="The deals that fit, instead of ids.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Don't ask.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit the removal.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Remove deals with their files.

    For deals that never were: one that came to nothing is better closed with `pipectl lose`, since numbers of the
    past count it. Asks before, on a terminal; elsewhere it wants --yes. `pipectl undo` brings the files back, and so
    does git where it has them.

    Examples:

      pipectl rm puri-farma-dc --dry-run
      pipectl rm --where "tag:test is:any" --yes
    """
    how = How(" ".join(["rm", *(deals or ())]), dry_run, commit, message, yes)
    hold = yes or not context.terminal.interactive
    with opened_for_writing(context, hold=hold, dry_run=dry_run) as opened:
        chosen = select(context, opened, deals or [], where)
        changes = {deal.path: Change(bytes_of(opened.root, deal.path), None) for deal in chosen}
        kept = git.committed(opened.root, list(changes))
        count = "1 deal" if len(chosen) == 1 else f"{len(chosen)} deals"
        question = Question(f"Remove {count}?", f"{count} would be removed")
        lines = [(_line(deal, kept),) for deal in chosen]
        sentence = f"{chosen[0].id}: removed" if len(chosen) == 1 else f"rm: {count}"
        return apply(context, opened.root, changes, lines, sentence, how, question)


def _line(deal: Deal, kept: Mapping[str, bool]) -> str:
    whole = kept.get(deal.path)
    where = "git does not have it" if whole is None else "git has it" if whole else "git has it as last committed"
    return f"deal/{deal.id}  {plain(deal.stage)} → removed   {plain(deal.title)}, {plain(deal.path)}: {where}"
