"""`pipectl check --fix`: mend, write, say what was mended and what was not."""

from collections.abc import Callable, Iterable

from pipectl.commands._change import How, apply, opened_for_writing
from pipectl.commands._dating import Dating
from pipectl.commands._mend import plan_mends
from pipectl.commands._open import Opened, past_day
from pipectl.context import Context
from pipectl.model.problem import Problem
from pipectl.output.safe import say
from pipectl.store.deal_schema import DealSchema

_KEPT = 1


def fix(
    context: Context,
    find: Callable[[Opened], Iterable[Problem]],
    on: str | None,
    dry_run: bool,
    commit: bool,
    message: str | None,
) -> int:
    """Mend what can be of what *find* finds.

    Returns:
        1 where a finding of a kind that can be mended was not, else 0.
    """
    how = How("check --fix", dry_run, commit, message)
    # What a machine reads stays one document.
    text = (context.options.format or "text") == "text" and context.options.output is None
    with opened_for_writing(context, dry_run=dry_run) as opened:
        schema = DealSchema(opened.settings, dict(opened.workspace.pipelines))
        dating = Dating(opened.root, schema, opened.day, past_day(opened, on))
        mends = plan_mends(opened, find(opened), dating)
        for problem, why in mends.kept:
            say(context.terminal.err, f"{problem.place}: not mended: {why}  [{problem.check}]")
        if mends.changes:
            counts = (f"{check} in {count} file{'' if count == 1 else 's'}" for check, count in mends.counts.items())
            talk = context.terminal.out if text else context.terminal.err
            apply(context, opened.root, mends.changes, [mends.lines], f"mend {', '.join(counts)}", how, talk=talk)
    return _KEPT if mends.kept else 0
