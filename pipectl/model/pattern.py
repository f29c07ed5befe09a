"""Regular expressions that are compiled when they are first used.

A run needs few of them: to compile all of those that stand in what it imports took longer than Python itself to start.
"""

import re
from typing import Any, cast


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` makes, in time."""
    return cast("re.Pattern[str]", _Pattern(text, flags))


class _Pattern:
    """Stands for a pattern; each of its methods becomes an attribute when it is first asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # whatever a pattern has
        # `re` keeps what it has compiled.
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found
