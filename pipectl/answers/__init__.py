"""A question that is asked again while nothing that shapes its answer has changed gets the same answer at once."""

# Commands that only read the workspace, and `ls`, the alias of one.
READING = frozenset(
    {"activities", "board", "changes", "check", "cycle", "flow", "forecast", "funnel", "list", "ls", "next", "plan"}
    | {"reasons", "show", "stale", "stats", "targets", "team"}
)
