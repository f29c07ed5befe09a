"""The formats by name, and the one way to render a report in one of them."""

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from pipectl.errors import UsageError
from pipectl.model.suggest import suggest
from pipectl.output.look import Look
from pipectl.report import Report

_DEFAULT = "table"

# Named, not imported: tabulate alone takes seven times as long to import as Python takes to start.
FORMATS = {
    "table": "pipectl.output.table:render",
    "json": "pipectl.output.structured:render",
    "ndjson": "pipectl.output.structured:render_lines",
    "csv": "pipectl.output.delimited:render_csv",
    "tsv": "pipectl.output.delimited:render_tsv",
    "md": "pipectl.output.markdown:render",
    "html": "pipectl.output.html:render",
}

# tabulate's own, but for `html` and `tsv`, which are above, and `latex_raw` and `unsafehtml`, which trust their text.
TABULATE = (
    "asciidoc",
    "colon_grid",
    "double_grid",
    "double_outline",
    "fancy_grid",
    "fancy_outline",
    "github",
    "grid",
    "heavy_grid",
    "heavy_outline",
    "jira",
    "latex",
    "latex_booktabs",
    "latex_longtable",
    "mediawiki",
    "mixed_grid",
    "mixed_outline",
    "moinmoin",
    "orgtbl",
    "outline",
    "pipe",
    "plain",
    "presto",
    "pretty",
    "psql",
    "rounded_grid",
    "rounded_outline",
    "rst",
    "simple",
    "simple_grid",
    "simple_outline",
    "textile",
    "youtrack",
)
_TABULATED = "pipectl.output.tabulated:render"

# Drawings of their own that stand in for the tables of people's default format.
_SHAPES = {
    "board": "pipectl.output.board:render",
    "changes": "pipectl.output.changes:render",
    "flow": "pipectl.output.flow:render",
    "flow-deals": "pipectl.output.flow:render_deals",
    "stale": "pipectl.output.stale:render",
    "targets": "pipectl.output.targets:render",
}

_SUFFIXES = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".csv": "csv",
    ".tsv": "tsv",
    ".md": "md",
    ".html": "html",
    ".txt": _DEFAULT,
}


def render(report: Report, format: str, look: Look) -> str:  # noqa: A002 - the word of the command line
    """*report* in the format of that name, with a newline at its end unless it is empty.

    Raises:
        UsageError: there is no such format.
    """
    if format in TABULATE:
        render_as: Callable[[Report, Look, str], str] = _named(_TABULATED)
        return render_as(report, look, format)
    if format not in FORMATS:
        near = suggest(format, (*FORMATS, *TABULATE))
        raise UsageError(f"no format '{format}'", hint=f"did you mean {near}?" if near else _known())
    name = _SHAPES.get(report.shape, FORMATS[format]) if format == _DEFAULT else FORMATS[format]
    renderer: Callable[[Report, Look], str] = _named(name)
    return renderer(report, look)


def suffix_format(path: str | PurePath) -> str | None:
    """The format that a file's name asks for; None where its suffix says nothing."""
    return _SUFFIXES.get(PurePath(path).suffix.lower())


def _known() -> str:
    return f"there are {', '.join(FORMATS)}, and tabulate's own"


def _named(name: str) -> Callable[..., str]:
    module, function = name.split(":")
    found: Callable[..., str] = getattr(import_module(module), function)
    return found
