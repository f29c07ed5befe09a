"""Small drawings out of characters: bars and lines of heights, in Unicode blocks or in plain ASCII."""

import math
from collections.abc import Sequence
from decimal import Decimal

from pipectl.output.look import Look

_BAR_CELLS = 20
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_HEIGHTS = "▁▂▃▄▅▆▇█"
_TYPED_HEIGHTS = "12345678"
_FILLS = {"whole": ("█", "#"), "gain": ("▓", "+"), "loss": ("░", "-")}


def bar(share: float, look: Look, cells: int = _BAR_CELLS) -> str:
    """A bar of *share* of that many cells, to an eighth of one, where only ASCII may be used to a whole one.

    What is more than nothing shows; nothing, and what is no number, draws nothing.
    """
    if not math.isfinite(share) or share <= 0:
        return ""
    full = min(share, 1.0) * cells
    if not look.unicode:
        return "#" * max(1, round(full))
    whole, part = divmod(max(1, round(full * 8)), 8)
    return _EIGHTHS[8] * whole + _EIGHTHS[part].strip()


def spark(points: Sequence[float | None], look: Look) -> str:
    """The heights of *points* between nothing, or the least where that is below, and the greatest.

    ASCII draws them as digits, 1 the lowest and 8 the highest; an unknown point is a dot.
    """
    known = [point for point in points if point is not None and math.isfinite(point)]
    low, high = min([0.0, *known]), max([0.0, *known])
    heights = look.pick(_HEIGHTS, _TYPED_HEIGHTS)
    step = (high - low) / (len(heights) - 1)
    return "".join(
        heights[round((point - low) / step) if step else 0] if point is not None and math.isfinite(point) else "."
        for point in points
    )


def floating(low: Decimal, high: Decimal, scale: Decimal, room: int, kind: str, look: Look) -> str:
    """A bar from *low* to *high* on an axis from 0 to *scale* that takes *room* cells; none where both are equal.

    *kind*: `whole` for a sum, `gain` and `loss` for what is added and taken away. A bar that is there has one cell.
    """
    if not room or scale <= 0 or low == high:
        return ""
    first, last = (int(end * room / scale) for end in (max(low, Decimal(0)), high))
    first = min(first, room - 1)
    drawn, typed = _FILLS[kind]
    return " " * first + look.pick(drawn, typed) * max(last - first, 1)
