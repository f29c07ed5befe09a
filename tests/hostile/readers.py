"""What a terminal, a build server, a spreadsheet, a browser and a Markdown reader would make of an output."""

import csv
import io
import json
import re
from html.parser import HTMLParser

from tests.output.runner import commands

# C0 but newline and tab, DEL, C1, line and paragraph separators, and what nests text of another direction.
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_PAINT = re.compile("\x1b\\[[0-9;]*m")
_FORMULA = re.compile("[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_PIPE = re.compile(r"(?<!\\)(?:\\\\)*\|")
_LIVE_MARKDOWN = re.compile(r"(?<!\\)(?:\\\\)*[`\[\]<>]")

_TAGS = frozenset({"section", "style", "p", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"})
_ATTRIBUTES = frozenset({"class", "data-command", "data-table"})
_OWN_LEVELS = frozenset({"error", "warning", "notice"})
_OWN_PROPERTIES = frozenset({"file", "line", "col", "title"})


def steers(text: str, *, painted: bool = False) -> list[str]:
    """The characters of *text* that a terminal obeys; our own colours are none where it is *painted*."""
    return _STEERS.findall(_PAINT.sub("", text) if painted else text)


def runner_commands(text: str) -> list[str]:
    """The lines of *text* that a build server obeys."""
    return [repr(command) for command in commands(text)]


def wrong_annotations(text: str) -> list[str]:
    """What in the annotations of `check -f github` is none of ours: each line is one, of our own properties alone."""
    found = []
    for line in text.splitlines():
        parsed = list(commands(line))
        own = len(parsed) == 1 and parsed[0].name in _OWN_LEVELS and set(parsed[0].properties) <= _OWN_PROPERTIES
        if not own or not parsed[0].properties["line"].isdigit() or "##[" in line:
            found.append(line)
    return found


def formulas(text: str, separator: str) -> list[str]:
    """The cells that a spreadsheet computes."""
    cells = (cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row)
    return [cell for cell in cells if _FORMULA.match(cell) and not _NUMBER.match(cell)]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.strange: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.strange.append(tag)
        self.strange += [name for name, _ in attrs if name not in _ATTRIBUTES]

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def markup(text: str) -> list[str]:
    """The tags and attributes of a page that are none of ours."""
    page = _Page()
    page.feed(text)
    page.close()
    return page.strange


def broken_tables(text: str) -> list[str]:
    """The rows of Markdown tables with other cells than their head, and what is alive in them."""
    found, wanted = [], 0
    for line in text.split("\n"):
        if not line.startswith("|"):
            wanted = 0
            continue
        pipes = len(_PIPE.findall(line))
        wanted = wanted or pipes
        if pipes != wanted or _LIVE_MARKDOWN.search(line):
            found.append(line)
    return found


def wrong_in(text: str, format: str) -> object:  # noqa: A002 - the word of the command line
    """What makes *text* no good result in that format, or nothing."""
    match format:
        case "csv":
            return formulas(text, ",")
        case "tsv":
            return formulas(text, "\t")
        case "html":
            return markup(text)
        case "md" | "github" | "pipe":
            return broken_tables(text)
        case "json":
            return not isinstance(json.loads(text), dict)
        case "ndjson":
            return not all(isinstance(json.loads(line), dict) for line in text.split("\n") if line)
        case _:
            return []
