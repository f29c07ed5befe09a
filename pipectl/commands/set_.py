"""`pipectl set`."""

from collections.abc import Sequence
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import (
    How,
    Outcome,
    asks_first,
    carry_out,
    day_of,
    opened_for_writing,
    refuse_all,
    select,
)
from pipectl.commands._open import Opened
from pipectl.commands._values import read_values
from pipectl.commands._words import differences
from pipectl.context import Context
from pipectl.errors import NegativeError, PipectlError, UsageError
from pipectl.model.deal import Deal
from pipectl.model.moment import Moment
from pipectl.model.moves import missing_fields
from pipectl.model.plan import Plan, set_fields
from pipectl.output.safe import say

OPTIONS = frozenset({"pipelines"})


def run(
    context: Context,
    words: Annotated[
        list[str], Argument(metavar="[ID]... KEY=VALUE...", help="Deals, - for ids on stdin; and fields.")
    ],
    where: Annotated[str | None, Option(metavar="FILTER", help="The deals that fit, instead of ids.")] = None,
    on: Annotated[str | None, Option(metavar="DATE", help="The day it became true, if not today.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Don't ask before changing several.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Set fields of deals.

    amount, expected_close (or close), owner, probability, forecast and lost_reason are recorded with the day, so that
    --as-of knows the past. An empty value takes a field away: `forecast=`. Fields of your own are `fields.NAME=VALUE`.

    Examples:

      pipectl set puri-farma-dc amount=700jt close=2026-12-18
      pipectl set puri owner=bayu --on yesterday --dry-run
      pipectl set --where "owner:galih is:open" owner=yoga --yes
    """
    names = [word for word in words if "=" not in word]
    values = [word for word in words if "=" in word]
    if not values:
        raise UsageError("set what?", hint="pipectl set ID KEY=VALUE…")
    how = How(" ".join(["set", *words]), dry_run, commit, message, yes)
    hold = not asks_first(context, names, where, how)
    with opened_for_writing(context, hold=hold, dry_run=dry_run) as opened:
        deals = select(context, opened, names, where)
        outcomes: list[Outcome] = []
        refusals: list[PipectlError] = []
        for deal in deals:
            try:
                outcomes.append(_outcome(context, opened, deal, values, on))
            except NegativeError as refused:
                refusals.append(refused)
        refuse_all(refusals, len(deals))
        return _write(context, opened, outcomes, how)


def _outcome(context: Context, opened: Opened, deal: Deal, values: Sequence[str], on: str | None) -> Outcome:
    day = day_of(opened, on)
    after = set_fields(deal, read_values(context, opened, deal, values), Moment(day))
    _refuse_missing(opened, deal, after)
    said = "; ".join(differences(context, opened, deal, after))
    since = f"   (from {day})" if day != opened.day and after.changes != deal.changes else ""
    line = f"deal/{deal.id}  {said}{since}" if said else f"deal/{deal.id}  is so already; nothing to change"
    return Outcome(Plan(deal, after), (line,), f"{deal.id}: {said}")


def _refuse_missing(opened: Opened, before: Deal, after: Deal) -> None:
    """A field that the deal's stage requires can't be taken away."""
    pipeline = opened.workspace.pipelines[before.pipeline]
    stage = pipeline.stage(before.stage)
    if stage is None:
        return
    missing = set(missing_fields(after, pipeline, stage)) - set(missing_fields(before, pipeline, stage))
    if missing:
        raise NegativeError(f"deal/{before.id} is in {stage.id}, which requires {', '.join(sorted(missing))}")


def _write(context: Context, opened: Opened, outcomes: Sequence[Outcome], how: How) -> int:
    changed = [outcome for outcome in outcomes if outcome.plan.before != outcome.plan.after]
    status = carry_out(context, opened, changed, how) if changed else 0
    # A diff stands alone on stdout.
    end = context.terminal.err if how.dry_run else context.terminal.out
    for outcome in outcomes:
        if outcome.plan.before == outcome.plan.after:
            say(end, outcome.lines[0])
    return status
