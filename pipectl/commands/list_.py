"""`pipectl list`."""

from typing import Annotated

from pipectl.arguments import Argument
from pipectl.commands._deals import deals_table
from pipectl.commands._open import READING, chosen, open_workspace
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.model.facts import only
from pipectl.report import Cell, Report

OPTIONS = READING


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
) -> int:
    """List deals; the open ones unless told otherwise.

    FILTER is words and key:value terms, all of which must hold: `owner:ani stage:proposal,negotiation amount:50mn..
    close:..eoq is:stalled no:next_step not:tag:test acme`. `pipectl explain filter` lists the keys.

    Examples:

      pipectl list owner:@me is:stalled
      pipectl list amount:500mn.. --sort -amount -L 5
      pipectl list is:any acme -f csv
    """
    opened = open_workspace(context)
    facts, kept = chosen(context, opened, words or [])
    if not kept.speaks_of_closed:
        facts = only(facts, (state for state in facts.states if state.is_open))
    header: list[tuple[str, Cell]] = [("as of", facts.today)]
    if kept.text:
        header.append(("filter", kept.text))
    table = deals_table(facts, empty="no deal fits" if kept.text else "no open deal")
    report = Report("list", (table,), tuple(header))
    return show(context, report, opened.workspace)
