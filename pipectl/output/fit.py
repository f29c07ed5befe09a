"""Widths in terminal cells: a CJK character or an emoji takes two, an accent none."""

from bisect import bisect_right
from collections.abc import Sequence

from pipectl.model.pattern import pattern
from pipectl.output.safe import tamed_start

# A joiner or a variation selector that lost what it joins would draw the next character into itself.
_LOOSE_ENDS = " \u200d\ufe0f"
# Texts of one cell a character: Latin letters, punctuation, arrows, and what boxes, bars and signs are drawn of.
NARROW = pattern("[ -~\xa0-\xac\xae-\u02ff\u2010-\u2027\u20ac\u2190-\u21ff\u2500-\u259f\u25a1\u25b2\u25bc]*\\Z")


def width(text: str) -> int:
    """Cells that *text* takes; it has no control characters."""
    if text.isascii() or NARROW.match(text):
        return len(text)
    # The tables of all scripts take half as long to import as Python to start, and most texts need none.
    from wcwidth import wcswidth  # noqa: PLC0415

    return max(0, wcswidth(text))


def cut(text: str, room: int, ellipsis: str) -> str:
    """*text* in at most *room* cells, its end replaced by *ellipsis* where it was longer."""
    if width(text) <= room:
        return text
    if room <= len(ellipsis):
        return ellipsis[: max(0, room)]
    return text[: _fitting(text, room - len(ellipsis))].rstrip(_LOOSE_ENDS) + ellipsis


def cut_between(text: str, room: int, ellipsis: str) -> str:
    """*text* cut as by `cut`, but with no number or day before the *ellipsis*, where it would look cut."""
    shown = cut(text, room, ellipsis)
    if shown == text:
        return text
    kept = shown.removesuffix(ellipsis)
    while any(map(str.isdigit, kept.rpartition(" ")[2])):
        kept = kept.rpartition(" ")[0].rstrip()
    return cut(f"{kept}{ellipsis}", room, ellipsis)


def room_for(widest: int, least: int, room: int, beside: Sequence[int]) -> int:
    """What names get of *room*: as far as the texts *beside* them leave it, from *widest* down to *least*.

    A text that does not fit beside the shortest names either takes nothing from them: it goes somewhere else.
    """
    least = min(widest, least)
    taken = max((wide for wide in beside if wide <= room - least), default=0)
    return max(min(widest, room - taken), least)


def pad(text: str, room: int, *, right: bool = False, painted: str | None = None) -> str:
    """*text* filled with blanks to *room* cells; *painted* is the same text with colour, which takes no room."""
    blanks = " " * (room - width(text))
    shown = text if painted is None else painted
    return blanks + shown if right else shown + blanks


def wrap(text: str, room: int | None) -> list[str]:
    """*text* on lines of at most *room* cells, broken between words where it can be; one line where *room* is None.

    A line that would begin with a command has one cell more: the backslash that keeps it from being one.
    """
    if room is None or width(text) <= room:
        return [text]
    room = max(room, 1)
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(lines[-1]) + 1 + width(word) <= room:
            lines[-1] += f" {word}"
        elif word or not lines:
            lines += _broken(word, room)
    return [lines[0], *map(tamed_start, lines[1:])]


def _broken(word: str, room: int) -> list[str]:
    """*word* in pieces of at most *room* cells, of one character at least."""
    pieces = []
    while width(word) > room and (end := max(1, _fitting(word, room))) < len(word):
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]


def _fitting(text: str, room: int) -> int:
    """How many characters from the start of *text* fit into *room* cells."""
    end = bisect_right(range(len(text) + 1), room, key=lambda length: width(text[:length])) - 1
    # A variation selector widens what stands before it, so that a longer beginning is not always a wider one.
    while width(text[:end]) > room:
        end -= 1
    return end


def shrink(widths: Sequence[int], floors: Sequence[int], excess: int) -> list[int]:
    """*widths* with *excess* cells taken away, always from the widest, and none below its floor."""
    result = list(widths)
    for _ in range(excess):
        free = [place for place, floor in enumerate(floors) if result[place] > floor]
        if not free:
            break
        result[max(free, key=result.__getitem__)] -= 1
    return result
