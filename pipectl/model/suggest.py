"""The one nearest word, for a hint beside a refusal; nothing is ever done on a near match."""

from collections.abc import Iterable


def suggest(word: str, choices: Iterable[str]) -> str | None:
    """The choice spelled most like *word*, or None when none comes near."""
    # difflib is a tenth of a bare Python start, and only a mistyped word needs it.
    from difflib import get_close_matches  # noqa: PLC0415

    return next(iter(get_close_matches(word, list(choices), n=1)), None)
