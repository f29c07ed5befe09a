"""`pipectl rename`."""

import os
from pathlib import PurePosixPath
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, apply, bytes_of, opened_for_writing
from pipectl.commands._open import Opened
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.model.deal import Deal
from pipectl.model.lookup import find_deal, taken_ids
from pipectl.store.changes import edited
from pipectl.store.deal_schema import DealSchema
from pipectl.store.typed import ID, slug
from pipectl.store.write import Change

OPTIONS: frozenset[str] = frozenset()


def run(
    context: Context,
    deal: Annotated[str, Argument(metavar="ID", help="The deal.")],
    new: Annotated[str, Argument(metavar="NEW", help="Its id from now on.")],
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the diff, and write nothing.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Give a deal another id.

    The file gets the new name in the folder where it is, and keeps the old id under `aliases`, so that both find the
    deal.

    Examples:

      pipectl rename puri-farma-dc puri-farma-depok
      pipectl rename wahana wahana-phase-1 --dry-run
    """
    how = How(f"rename {deal} {new}", dry_run, commit, message)
    with opened_for_writing(context, dry_run=dry_run) as opened:
        found = find_deal(opened.workspace, deal)
        path = _free_path(opened, found, new)
        aliases = tuple(name for name in found.aliases if name.casefold() != new)
        # A name that is no id finds nothing, so it is not kept.
        after = found.but(aliases=(*aliases, found.id) if ID.match(found.id) else aliases)
        old = bytes_of(opened.root, found.path)
        schema = DealSchema(opened.settings, dict(opened.workspace.pipelines))
        change = Change(old, edited(old, found, after, schema), to=path)
        lines = [f"deal/{found.id} → deal/{new}", path]
        return apply(context, opened.root, {found.path: change}, [lines], f"{found.id}: renamed to {new}", how)


def _free_path(opened: Opened, deal: Deal, new: str) -> str:
    if not ID.match(new):
        raise UsageError(f"'{new}' is no id", hint=f"write {slug(new) or 'letters and digits'}")
    if new == deal.id:
        raise NegativeError(f"deal/{new} is called so already")
    if new in taken_ids(opened.workspace, but=deal.path):
        raise NegativeError(f"there is a deal {new} already, or was one")
    path = str(PurePosixPath(deal.path).with_name(f"{new}.yaml"))
    if os.path.lexists(opened.root / path):
        raise NegativeError(f"{path} exists already")
    return path
