"""The signs of attention: each has a character of its own, and colour only repeats it."""

from collections.abc import Iterable

from pipectl.model.frozen import frozen
from pipectl.output.look import Look
from pipectl.output.safe import plain


@frozen
class _Sign:
    drawn: str
    typed: str
    style: str = ""


_SIGNS = {
    "stalled": _Sign("!", "!", "red"),
    "idle": _Sign("~", "~", "yellow"),
    "overdue": _Sign("×", "x", "red"),  # noqa: RUF001 - the sign is a multiplication sign
    "task": _Sign("□", "o", "yellow"),
    "undated": _Sign("?", "?"),
    "unpriced": _Sign("¤", "$"),
    "no rate": _Sign("%", "%"),
    "snoozed": _Sign("z", "z"),
    "above": _Sign("▲", "^"),
    "below": _Sign("▼", "v"),
}
_OTHER = _Sign("*", "*", "yellow")


def sign(word: str, look: Look) -> str:
    """The one character that stands for *word*; a word without its own gets a star, no word none."""
    if not word:
        return ""
    known = _SIGNS.get(word, _OTHER)
    return look.pick(known.drawn, known.typed)


def style(word: str) -> str:
    """How *word* is painted, "" for not at all."""
    return _SIGNS.get(word, _OTHER).style


def legend(words: Iterable[str], look: Look) -> str:
    """`! stalled  ~ idle`: what the signs of *words* mean, each once, in the order of gravity."""
    used = set(words)
    order = [word for word in _SIGNS if word in used] + sorted(used - _SIGNS.keys())
    return "  ".join(f"{sign(word, look)} {plain(word)}" for word in order)
