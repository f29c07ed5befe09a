from collections.abc import Sequence

from pipectl.errors import PipectlError


class Refused(PipectlError):  # noqa: N818 - an answer as much as an error
    """No edit could be found that provably changes what was asked for and nothing else; nothing was changed.

    Attributes:
        reason: why, in words.
        line: the line to look at, from 1; 0 where there is none.
        lines: what to put in there by hand; empty where that would not help.
        path: the file; "" where only its bytes are known.
    """

    def __init__(self, reason: str, *, line: int = 0, lines: Sequence[str] = (), path: str = "") -> None:
        by_hand = f"by hand, at line {line}: " + "\n".join(lines) if lines else None
        place = f"line {line}" if line else ""
        if path:
            place = f"{path}:{line}" if line else path
        super().__init__(f"{place}: {reason}" if place else reason, hint=by_hand)
        self.reason = reason
        self.line = line
        self.lines = tuple(lines)
        self.path = path
