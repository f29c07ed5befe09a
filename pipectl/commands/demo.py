"""`pipectl demo`."""

import shlex
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from pipectl.arguments import Option
from pipectl.commands import board, stale, stats
from pipectl.commands._shipped import shipped
from pipectl.context import Context
from pipectl.errors import NegativeError
from pipectl.model.frozen import replace
from pipectl.model.shift import shifted
from pipectl.output.safe import say
from pipectl.store.create import create_files

OPTIONS = frozenset({"pipelines", "format"})

# The day on which the sample was written; what is stalled or overdue in it is so as of then.
SAMPLE_DAY = date(2026, 11, 23)


def run(
    context: Context,
    into: Annotated[
        Path | None, Option(metavar="DIR", help="Leave the sample in DIR, its dates moved to the real today.")
    ] = None,
) -> int:
    """Show a living sample: its board, its numbers, its stagnant deals.

    Two pipelines, five people and some sixty deals of an invented company. Nothing is written outside a temporary
    folder unless --into names one.

    Examples:

      pipectl demo
      pipectl demo -P renewals
    """
    if into is None:
        with TemporaryDirectory(prefix="pipectl-demo-") as folder:
            create_files(Path(folder), sample(SAMPLE_DAY))
            return _tour(replace(context, directory=Path(folder), today=SAMPLE_DAY), "pipectl demo --into pipectl-demo")
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise NegativeError(f"{into} is there and not empty; nothing was written", hint="name a folder that is not")
    today = context.today or datetime.now(UTC).date()
    create_files(into, sample(today))
    return _tour(replace(context, directory=into, today=today), f"cd {shlex.quote(str(into))}")


def sample(today: date) -> dict[str, str]:
    """Path → text of the sample workspace as of *today*."""
    return {path: shifted(text, SAMPLE_DAY, today) for path, text in shipped("sample")}


def _tour(context: Context, first: str) -> int:
    """Board, numbers and stagnant deals, and what to type next."""
    context = replace(context, options=replace(context.options, pager=False))
    out, err = context.terminal.out, context.terminal.err
    status = 0
    for name, show in (("board", board.answer), ("stats", stats.answer), ("stale", stale.answer)):
        say(out, f"$ pipectl {name}")
        status = max(status, show(context, []))
        say(out, "")
    out.flush()
    steps = (first, "pipectl next --as sari", "pipectl show puri-farma-dc", "pipectl init my-sales")
    say(err, "Next:", *(f"  {step}" for step in steps))
    return status
