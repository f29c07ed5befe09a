"""Whether two shares differ, and the word that may be said of it."""

from pipectl.metrics.figures import newcombe
from pipectl.metrics.outcome import TOO_FEW
from pipectl.report import Difference

UNCLEAR = "no clear difference"
FEW = "too few"


def told_apart(
    other: tuple[int, int], one: tuple[int, int], words: tuple[str, str], least: int = TOO_FEW
) -> tuple[Difference | None, str]:
    """How far the share *one* lies from the *other*, and what may be said of it: which of *words*, if anything.

    Each share is (part, whole), of different deals: a group is held against all others and never against a whole that
    it is part of. A word is said where Newcombe's 90% interval of the difference leaves out 0 and both wholes have at
    least so many deals.
    """
    interval = newcombe(other, one)
    if interval is None:
        return None, ""
    gap = Difference(one[0] / one[1] - other[0] / other[1], *interval)
    if min(one[1], other[1]) < least:
        return gap, FEW
    if gap.low > 0:
        return gap, words[0]
    return gap, words[1] if gap.high < 0 else UNCLEAR
