"""How text is kept from being read as markup, in the formats that are made for another program to read."""

import re
from collections.abc import Callable

from pipectl.model.frozen import frozen

# All punctuation of ASCII but the commas, the points inside numbers and the marks inside words such as `2026-11-23`.
_PUNCTUATION = re.compile(r"(?<=\w)[-/:](?=\w)|\.(?=\S)|,|(?P<special>[!-/:-@\[-`{-~])")
_MARKDOWN = re.compile(r"[\\`*_\[\]|~$]")
_MARKDOWN_START = re.compile(r"^(\s*)([-+=#]|\d(?=\d*[.)]))")


@frozen
class Markup:
    """A language: how a text stands in a cell, and how a line stands beside the tables.

    Attributes:
        escape: for a cell; None where tabulate does it.
        aside: for a line of its own.
        ruled: a rule may part the total from the rows.
    """

    escape: Callable[[str], str] | None
    aside: Callable[[str], str]
    ruled: bool = False


def markdown(text: str) -> str:
    """*text* as it is, inside a cell or a paragraph of GitHub's Markdown."""
    return _MARKDOWN.sub(r"\\\g<0>", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def markdown_line(text: str) -> str:
    """*text* as it is, at the start of a paragraph, where more characters mean something."""
    return _MARKDOWN_START.sub(lambda found: f"{found[1]}&#{ord(found[2])};", markdown(text))


def latex_rows(table: str) -> str:
    r"""tabulate's LaTeX, mended: after `\\` a row that begins with `[` or `*` would be read as an argument."""
    return re.sub(r"^(\s*)([\[*])", r"\1{\2}", table, flags=re.MULTILINE)


def _entities(text: str) -> str:
    """Numeric entities for all punctuation: the one escape that wikis agree on."""
    return _escaped(text, lambda character: f"&#{ord(character)};")


def _backslashes(text: str) -> str:
    """For reStructuredText, where a backslash takes the meaning from any character."""
    return _escaped(text, lambda character: f"\\{character}")


def _escaped(text: str, escape: Callable[[str], str]) -> str:
    return _PUNCTUATION.sub(lambda found: escape(found[0]) if found["special"] else found[0], text)


def _org(text: str) -> str:
    return text.replace("|", r"\vert{}")


def _org_aside(text: str) -> str:
    # A fixed-width line: nothing in it is read.
    return f": {text}"


def _latex_aside(text: str) -> str:
    return f"% {text}"


_WIKI = Markup(_entities, _entities)
_LATEX = Markup(None, _latex_aside, ruled=True)
_PIPES = Markup(markdown, markdown_line)

MARKUPS = {
    "asciidoc": _WIKI,
    "github": _PIPES,
    "jira": _WIKI,
    "latex": _LATEX,
    "latex_booktabs": _LATEX,
    "latex_longtable": _LATEX,
    "mediawiki": _WIKI,
    "moinmoin": _WIKI,
    "orgtbl": Markup(_org, _org_aside, ruled=True),
    "pipe": _PIPES,
    "rst": Markup(_backslashes, _backslashes),
    "textile": _WIKI,
    "youtrack": _WIKI,
}
