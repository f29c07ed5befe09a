"""What a metric of the business's own may measure: the measures by name, for the check and for the metrics."""

AGGREGATES = ("count", "sum", "mean", "median", "min", "max")
"""Of the deals that the filter keeps: how many, or a field of theirs; `of:` says which field."""

BUILT_IN = (
    "open-deals",
    "open-amount",
    "average-size",
    "created",
    "won",
    "won-amount",
    "lost",
    "win-rate",
    "win-rate-by-amount",
    "win-rate-with-stale",
    "sales-cycle",
    "velocity",
    "contacts-per-deal",
    "first-contact",
    "contacts-before-win",
    "slip-rate",
    "pushes",
)
"""The metrics of the program that may be measured on part of the deals, each by its id."""

MEASURES = (*AGGREGATES, *BUILT_IN)


def measure_id(text: str) -> str:
    """The measure as it is called here: `win_rate` and `win-rate` are one."""
    return text.strip().casefold().replace("_", "-")
