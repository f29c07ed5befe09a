"""What is left to settle in a merged text, and the markers that git puts around it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias


class Style(NamedTuple):
    """How conflicts are marked.

    Attributes:
        size: how long the markers are.
        base: with what both sides began with, as in git's `diff3`.
    """

    size: int = 7
    base: bool = False


class Conflict(NamedTuple):
    """Lines that are left to settle; *follows*: as those of the conflict above are."""

    base: str
    ours: str
    theirs: str
    follows: bool = False

    @classmethod
    def of(cls, texts: Iterable[str], *, follows: bool = False) -> "Conflict":
        """The conflict between three texts."""
        base, ours, theirs = texts
        return cls(base, ours, theirs, follows)

    @property
    def texts(self) -> tuple[str, str, str]:
        return self.base, self.ours, self.theirs


Piece: TypeAlias = str | Conflict


def marked(piece: Piece, style: Style) -> str:
    """The text of *piece*, between markers if it is a conflict."""
    if isinstance(piece, str):
        return piece
    base = f"{'|' * style.size} base\n{piece.base}" if style.base else ""
    return f"{'<' * style.size} ours\n{piece.ours}{base}{'=' * style.size}\n{piece.theirs}{'>' * style.size} theirs\n"


def joint(pieces: Sequence[Piece]) -> list[Piece]:
    """*pieces* with what is one decision in one conflict, where nothing but a blank line stands between."""
    found: list[Piece] = []
    for piece in pieces:
        blank = found.pop() if _parts(found, piece) else ""
        above = found[-1] if found else None
        if isinstance(piece, Conflict) and piece.follows and isinstance(above, Conflict):
            pairs = zip(above.texts, piece.texts, strict=True)
            texts = (one + (str(blank) if other else "") + other for one, other in pairs)
            found[-1] = Conflict.of(texts, follows=above.follows)
            continue
        if blank:
            found.append(blank)
        if piece:
            found.append(piece)
    return found


def _parts(found: Sequence[Piece], piece: Piece) -> bool:
    """Whether a blank line ends *found* that may stand in one conflict with *piece*: both sides go on below it."""
    if not isinstance(piece, Conflict) or not found or not isinstance(found[-1], str):
        return False
    return not found[-1].strip() and bool(piece.ours and piece.theirs)
