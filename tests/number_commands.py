"""The commands of numbers, as the laws of all of them try them: nothing later leaks in, every format says the same."""

from pipectl.commands import COMMANDS

NUMBER_COMMANDS = (
    ("stats", "-p", "2026"),
    ("stats", "-M", "--by", "owner", "--metric", "won-amount,open-deals"),
    ("stats", "-Q"),
    ("stats", "--by", "source"),
    ("stats", "--trend"),
    ("funnel", "-p", "2026"),
    ("funnel", "-p", "all", "--by", "owner"),
    ("funnel", "-p", "2026", "--cohort", "month", "--direct"),
    ("cycle", "-p", "2026"),
    ("cycle",),
    ("reasons", "-p", "2026"),
    ("reasons", "-p", "all", "--by", "size"),
    ("team", "-p", "2026"),
    ("team", "--by", "manager"),
    ("activities", "-p", "2026"),
    ("activities", "--by", "month", "-p", "2026"),
    ("targets", "-p", "2026"),
    ("plan", "--target", "9bn"),
    ("forecast", "--by", "owner", "--unit", "month"),
    ("forecast", "--deals"),
    ("flow",),
    ("flow", "2026", "--by", "owner", "--deals"),
    ("flow", "2026-10-01..", "close:2026-Q4"),
    ("changes", "-p", "2026"),
)


def untried() -> set[str]:
    """Commands of numbers that do not stand in the table."""
    return {entry.name for entry in COMMANDS if entry.group == "numbers"} - {words[0] for words in NUMBER_COMMANDS}
