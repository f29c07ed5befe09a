"""Where the keys of a file stand: the one order that new files have, that edits keep and that `fmt` restores.

A blank line stands between two groups, so that git merges what two people change at once; inside of one, none does.
"""

from pathlib import PurePosixPath
from typing import TypeAlias

from pipectl.store.find import DEALS, PIPELINES

Layout: TypeAlias = tuple[tuple[str, ...], ...]

# Where a key that is not known stands, last in its group.
STRANGERS = "*"

DEAL: Layout = (
    ("title", "pipeline", "stage"),
    ("amount",),
    ("currency",),
    ("expected_close",),
    ("owner",),
    ("company", "contacts", "source", "tags", "fields", "created", "aliases", "external_ids", STRANGERS),
    ("probability", "forecast", "lost_reason", "competitor", "snooze_until"),
    ("notes",),
    ("waive",),
    ("tasks",),
    ("activities",),
    ("changes",),
    ("history",),
)

PIPELINE: Layout = (
    ("name", "stages"),
    ("moves", "lost_reasons"),
    ("fields",),
    (STRANGERS,),
)

SETTINGS: Layout = (
    ("version", "name", "currency", "timezone", "fiscal_year_start", "default_pipeline", "display"),
    ("rates",),
    ("team",),
    ("targets",),
    ("lost_reasons",),
    ("activity_types",),
    ("fields",),
    ("metrics",),
    ("views",),
    ("urgency",),
    ("checks",),
    (STRANGERS,),
)


def layout_of(path: str) -> Layout:
    """The layout of the workspace's file at *path*."""
    return {DEALS: DEAL, PIPELINES: PIPELINE}.get(PurePosixPath(path).parts[0], SETTINGS)
