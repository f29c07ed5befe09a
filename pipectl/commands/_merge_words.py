"""What is said about a conflict beside its own words: the moves of both sides, and what settles it."""

from collections.abc import Iterator, Mapping, Sequence

from pipectl.model.merge_deal import Choice, moves
from pipectl.model.merge_values import Side, Value, shown
from pipectl.store.merge import Merge

_STAGE = "stage is "


def histories(result: Merge) -> Iterator[str]:
    """The moves of each side, where the stage is left to settle."""
    if not any(told.startswith(_STAGE) for told in result.conflicts):
        return
    found = {side: [_move(entry) for entry in moves(result.plan, side)] for side in (Side.OURS, Side.THEIRS)}
    # A stage that was renamed makes such a conflict too, and nobody has moved the deal.
    if any(found.values()):
        for side, where in ((Side.OURS, "here"), (Side.THEIRS, "there")):
            yield f"{where}: {', then '.join(found[side]) or 'no move is in the history'}"


def ways(choices: Sequence[Choice]) -> str:
    """`--ours, --theirs or --later`."""
    words = [f"--{choice}" for choice in choices]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _move(entry: Value) -> str:
    if not isinstance(entry, Mapping):
        return shown(entry)
    by = f" by {shown(entry['by'])}" if entry.get("by") else ""
    return f"{shown(entry.get('at'))} {shown(entry.get('stage'))}{by}"
