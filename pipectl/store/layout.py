"""Where the keys of a deal stand: the one order that new files have, that edits keep and that `fmt` restores.

A blank line stands between two groups, so that git merges what two people change at once; inside of one, none does.
"""

DEAL: tuple[tuple[str, ...], ...] = (
    ("title", "pipeline", "stage"),
    ("amount",),
    ("currency",),
    ("expected_close",),
    ("owner",),
    (
        *("company", "contacts", "source", "tags", "fields", "created", "probability", "forecast"),
        *("lost_reason", "competitor", "snooze_until", "aliases", "external_ids"),
    ),
    ("notes",),
    ("waive",),
    ("tasks",),
    ("activities",),
    ("changes",),
    ("history",),
)
