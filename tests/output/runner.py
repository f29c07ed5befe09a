"""What build servers take for a command, read as they read it, but with every name taken for a known command."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> Iterator[Command]:
    """The commands that GitHub's runner, Azure's agent or TeamCity would find in *log*."""
    for line in re.split(r"\r\n|\n|\r", log):
        if found := _double_colon(line) or _bracket(line):
            yield found


def _double_colon(line: str) -> Command | None:
    line = line.lstrip()
    if not line.startswith("::") or (end := line.find("::", 2)) < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    pairs = (pair.partition("=") for pair in rest.strip().split(",") if pair)
    properties = {key: _unescaped(_unescaped(value, {"%3A": ":", "%2C": ","})) for key, _, value in pairs}
    return Command(name, properties, _unescaped(line[end + 2 :]))


def _bracket(line: str) -> Command | None:
    found = re.search(r"##(?:vso|teamcity)?\[([^\]]*)\]?(.*)", line)
    return Command(found[1], {}, found[2]) if found else None


def _unescaped(text: str, mapping: dict[str, str] | None = None) -> str:
    for code, character in (mapping or {"%0D": "\r", "%0A": "\n", "%25": "%"}).items():
        text = text.replace(code, character)
    return text
