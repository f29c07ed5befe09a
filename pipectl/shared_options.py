"""The options that commands share; they may stand before the verb or after it."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple


class Shared(NamedTuple):
    """One shared option; *name* is what a command's OPTIONS lists, and its HELP where it means something else there."""

    name: str
    flags: tuple[str, ...]
    help: str
    metavar: str | None = None
    kind: type = str
    multiple: bool = False


EVERYWHERE = (
    Shared("directory", ("-C", "--directory"), "Work in DIR instead of here.", "DIR"),
    Shared("today", ("--today",), "Take this day for today (PIPECTL_TODAY).", "DATE"),
    Shared("user", ("--as",), "Be this member of the team (PIPECTL_USER).", "NAME"),
    Shared("color", ("--color",), "auto, always or never.", "WHEN"),
    Shared("ascii", ("--ascii",), "No character beyond ASCII in drawings.", kind=bool),
    Shared("quiet", ("-q", "--quiet"), "Say nothing beside the result.", kind=bool),
    Shared("no_cache", ("--no-cache",), "Read every file anew, and keep nothing.", kind=bool),
    Shared("no_pager", ("--no-pager",), "Never page the result.", kind=bool),
)

READING = (
    Shared("pipelines", ("-P", "--pipeline"), "Only this pipeline; may be repeated.", "ID", multiple=True),
    Shared("period", ("-p", "--period"), "The period: 2026-Q4, 2026-11, last-month, A..B.", "PERIOD"),
    Shared("as_of", ("--as-of",), "What was true at the end of that day.", "DATE"),
    Shared("rev", ("--rev",), "What the files said at that commit, tag or branch.", "REV"),
    Shared("format", ("-f", "--format"), "table, json, ndjson, csv, tsv, md, html …", "FORMAT"),
    Shared("output", ("-o", "--output"), "Write to FILE; its suffix chooses the format.", "FILE"),
    Shared("fields", ("--fields",), "Only these columns, in this order; `?` lists them.", "A,B"),
    Shared("ids", ("--ids",), "Only the ids of the deals.", kind=bool),
    Shared("sort", ("--sort",), "Sort by a column; -COLUMN for the largest first.", "COLUMN"),
    Shared("limit", ("-L", "--limit"), "At most N rows.", "N", kind=int),
)

ALL = {option.name: option for option in (*EVERYWHERE, *READING)}
EVERYWHERE_NAMES = frozenset(option.name for option in EVERYWHERE)


def honoured(command: ModuleType) -> frozenset[str]:
    """The shared options that the command of that module takes."""
    return EVERYWHERE_NAMES | frozenset(command.OPTIONS)


def merged(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """Values given before the verb, overridden by those after it."""
    return {name: value for options in (outer, inner) for name, value in options.items() if _is_given(value)}


def _is_given(value: object) -> bool:
    # Not `in`: 0 equals False, and `-L 0` was given.
    return value is not None and value is not False and value != ()
