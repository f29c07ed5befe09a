"""The one nearest word, for a hint beside a refusal; nothing is ever done on a near match."""

from collections.abc import Iterable


def suggest(word: str, choices: Iterable[str]) -> str | None:
    """The choice spelled most like *word*, or None when none comes near.

    Half of the letters may be other ones; a third, where the first is another, as slips come later in a word.
    """
    # difflib is a tenth of a bare Python start, and only a mistyped word needs it.
    from difflib import get_close_matches  # noqa: PLC0415

    # To difflib `lost` is near to `pilot`, as it looks for letters in common.
    near = get_close_matches(word, list(choices), n=3)
    return next((choice for choice in near if _is_near(word, choice)), None)


def _is_near(word: str, choice: str) -> bool:
    few = len(word) // (2 if choice[:1] == word[:1] else 3)
    return choice.startswith(word) or _slips(word, choice) <= max(few, 1)


def _slips(word: str, choice: str) -> int:
    """How many letters are to be put in, taken out, replaced, or swapped with the next one, to make *choice* of it."""
    above: list[int] = []
    row = list(range(len(choice) + 1))
    for place, letter in enumerate(word):
        above, before, row = row, above, [place + 1]
        for at, other in enumerate(choice):
            cheapest = min(row[at] + 1, above[at + 1] + 1, above[at] + (letter != other))
            if before and at and (letter, word[place - 1]) == (choice[at - 1], other):
                cheapest = min(cheapest, before[at - 1] + 1)
            row.append(cheapest)
    return row[-1]
