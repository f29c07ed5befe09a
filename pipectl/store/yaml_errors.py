"""A YAML parser's complaints in the words of somebody who edits a deal.

The parser stops where it can't go on, which is often below the slip. Each rule here knows one family of complaints, of
libyaml and of PyYAML's own parser alike, and looks for the place where a hand would mend it.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent

from pipectl.model.pattern import pattern
from pipectl.store.decode import CONFLICT, CONFLICT_HINT, DIRECTIVE, Complaint

_LONGEST_QUOTE = 80
_TAB_INDENT = pattern(r"[ -]*+\t")
_KEY = r"[^\s:#'\"\[\]{},&*!|>%@`-][^:#'\"\[\]{},]{0,60}+: ++"
_VALUE = pattern(rf" *+((?:- ++)*+(?:{_KEY})?)(\S.*)")
# Quotes around a text that has one more inside; not two quoted texts side by side.
_WHOLLY_QUOTED = pattern(r"""(['"])[^'"]*+\1(?!\s).*\1$""")
_GLUED_KEY = pattern(r"([A-Za-z_][\w.-]*):(?!//)(\S.*)")
_GLUED_DASH = pattern(r"-([^\s-].*)")
_FIRST_WORD = pattern(r"([A-Za-z_][\w.-]*) +(\S.*)")


def explain(error: yaml.YAMLError, text: str, again: Callable[[], Any]) -> Complaint:
    """Say what *error*, raised on *text*, means to the one who wrote it.

    *again* makes a parser that will raise the same error: its events up to there show what was open.
    """
    problem: str = getattr(error, "problem", None) or str(error).partition("\n")[0]
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Complaint(f"not valid YAML: {problem}", 1, 1)
    said = f"{getattr(error, 'context', None) or ''}: {problem}"
    scene = _Scene(text.split("\n"), mark, getattr(error, "context_mark", None) or mark, again)
    found = next(filter(None, (rule(scene) for needle, rule in _RULES if needle in said)), None)
    found = found or Complaint(f"not valid YAML: {problem}", *scene.here)
    note = getattr(error, "note", None)
    return found._replace(hint=f"{found.hint}; {note}" if found.hint else note) if note else found


def too_deep_at(error: yaml.YAMLError) -> int | None:
    """Where the parser gave up for the depth of the nesting, as libyaml does from 0.2.6 on at a thousand levels."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem != "exceeded maximum nesting depth":
        return None
    return error.problem_mark.index if error.problem_mark else None


class _Scene:
    """Where the parser stopped; lines and columns count from 0 as the parser's marks do."""

    def __init__(self, lines: list[str], mark: Any, context: Any, again: Callable[[], Any]) -> None:  # untyped marks
        self.lines = [line.rstrip("\r") for line in lines]
        self.row, self.column = self._inside(mark.line, mark.column)
        self.context_row, self.context_column = self._inside(context.line, context.column)
        self.source = self.lines[self.row]
        self.before = self.source[: self.column]
        self.found = self.source[self.column : self.column + 1]
        self.first_on_line = not self.before.strip(" ")
        self.again = again

    def _inside(self, row: int, column: int) -> tuple[int, int]:
        # At the end of a file libyaml's marks stand on a line that may not exist.
        if row >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        return row, min(column, len(self.lines[row]))

    @property
    def here(self) -> tuple[int, int]:
        """Line and column, from 1, where the parser stopped."""
        return self.row + 1, self.column + 1

    @property
    def started(self) -> tuple[int, int]:
        """Line and column, from 1, where what the parser was reading began."""
        return self.context_row + 1, self.context_column + 1

    @property
    def beginning(self) -> str:
        """What stands on the line where that began, from there on."""
        return self.lines[self.context_row][self.context_column :]

    @cached_property
    def events(self) -> list[Any]:  # PyYAML's events are untyped
        """What the parser had read before it stopped."""
        events: list[Any] = []
        with suppress(yaml.YAMLError):
            for event in iter(self.again().get_event, None):  # the error comes before the end, which is None
                events.append(event)  # noqa: PERF402 - what came before the error is kept
        return events

    def row_above(self) -> int | None:
        """The nearest line above that is neither empty nor a comment."""
        rows = range(self.row - 1, -1, -1)
        return next((row for row in rows if self.lines[row].strip() and self.lines[row].strip()[0] != "#"), None)

    def unclosed_quote(self) -> Complaint | None:
        """What to say when the text before the stop is a quoted one that began on a line above."""
        last = self.events[-1] if self.events else None
        if last is None or getattr(last, "style", None) not in ("'", '"'):
            return None
        start, end = last.start_mark, last.end_mark
        if start.line == end.line or (end.line, end.column) != (self.row, len(self.before.rstrip())):
            return None
        message = f"the quote opened here is closed only on line {end.line + 1}"
        return Complaint(message, start.line + 1, start.column + 1, "close the quote where the text ends")


def _tab(scene: _Scene) -> Complaint | None:
    indent = _TAB_INDENT.match(scene.source)
    if not indent or indent.end() > scene.column + 1:
        return None
    return Complaint("a tab is used for indentation", scene.row + 1, indent.end(), "indent with spaces")


def _odd_beginning(scene: _Scene) -> Complaint:
    if scene.found == "\t":
        return Complaint("a tab stands where only spaces can", *scene.here, "write a space")
    return Complaint(f"'{scene.found}' can't begin a text", *scene.here, _quote_hint(scene.source))


def _odd_name(scene: _Scene) -> Complaint:
    source = scene.lines[scene.context_row]
    return Complaint(f"'{scene.beginning[:1]}' can't begin a text", *scene.started, _quote_hint(source))


def _second_colon(scene: _Scene) -> Complaint:
    if scene.before.startswith("---"):
        column = 4 + _indent(scene.source[3:])
        return Complaint("a key can't stand on the line of '---'", scene.row + 1, column, "begin it on the line below")
    if ": " in scene.before:
        return Complaint("': ' inside the text looks like a second key", *scene.here, _quote_hint(scene.source))
    if scene.column > 1024:
        return Complaint(
            "a key has at most 1,024 characters", scene.row + 1, 1, "shorten it, or quote the text it stands in"
        )
    above = scene.row_above()
    if above is None:
        return Complaint("': ' stands where no key can be", *scene.here, _quote_hint(scene.source))
    line = scene.lines[above]
    indent = _indent(scene.source)
    if indent > _indent(line) and (": " in line or line.lstrip().startswith("- ")):
        message = "this line is indented deeper, but the line above has its value already"
        hint = f"line it up with line {above + 1}, or quote the text if it goes on"
        return Complaint(message, scene.row + 1, indent + 1, hint)
    return _key_without_colon(line, above)


def _missing_colon(scene: _Scene) -> Complaint:
    return _key_without_colon(scene.lines[scene.context_row], scene.context_row)


def _key_without_colon(line: str, row: int) -> Complaint:
    column, text = _indent(line), line.strip()
    if text.startswith("======="):
        return Complaint(CONFLICT, row + 1, 1, CONFLICT_HINT)
    if dash := _GLUED_DASH.match(text):
        return Complaint("a list item needs a space after '-'", row + 1, column + 1, _write(f"- {dash[1]}"))
    if glued := _GLUED_KEY.match(text):
        at = column + len(glued[1]) + 1
        return Complaint("a key needs a space after ':'", row + 1, at, _write(f"{glued[1]}: {glued[2]}"))
    words = _FIRST_WORD.match(text)
    hint = _write(f"{words[1]}: {words[2]}" if words else "key: value")
    hint += ", or indent the line if it goes on with the text above" if row else ""
    return Complaint("a key without ': ' after it", row + 1, column + 1, hint)


def _list_on_a_line(scene: _Scene) -> Complaint:
    if scene.before.startswith("---"):
        return Complaint("a list can't stand on the line of '---'", *scene.here, "begin it on the line below")
    key = re.match(_KEY, scene.source.lstrip(" -"))
    items = scene.source[scene.column + 1 :].strip()
    if not items:
        return Complaint("'-' can't stand alone as a text", *scene.here, _quote_hint(scene.source))
    inline = f"`{key[0].strip()} [{items}]`, or " if key and not set(items) & set(",:[]{}'\"") else ""
    hint = f"write {inline}each item on a line of its own below"
    return Complaint("a list can't begin on the line of its key", *scene.here, hint)


def _open_quote(scene: _Scene) -> Complaint:
    return Complaint("the quote opened here is never closed", *scene.started, "close the quote where the text ends")


def _escape(scene: _Scene) -> Complaint:
    at = scene.source.rfind("\\", 0, scene.column + 1)
    place = (scene.row + 1, at + 1) if at >= 0 else scene.here
    if whole := re.match(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})", scene.source[at:]):
        return Complaint(f"{whole[0]} is no character", *place, "write the character itself")
    hint = "write it twice (\\\\), or put the text in 'single' quotes"
    return Complaint("'\\' in double quotes begins an escape, and this is none", *place, hint)


def _block_header(scene: _Scene) -> Complaint:
    message = f"after '{scene.beginning[:1]}' the text begins on the next line"
    return Complaint(message, *scene.started, _quote_hint(scene.lines[scene.context_row]))


def _directive(scene: _Scene) -> Complaint:
    return Complaint(DIRECTIVE, scene.row + 1, 1, "remove the line")


def _open_bracket(scene: _Scene) -> Complaint:
    if quote := scene.unclosed_quote():
        return quote
    opening = _brackets(scene.events)
    row, column = opening[-1] if opening else (scene.context_row, scene.context_column)
    bracket = scene.lines[row][column : column + 1]
    closing = "]" if bracket == "[" else "}"
    ended = not scene.found and scene.row == len(scene.lines) - 1
    if not ended and (row == scene.row or _indent(scene.source) > _indent(scene.lines[row])):
        return _inside_brackets(scene, closing)
    message = f"the bracket opened here is not closed by '{closing}'"
    return Complaint(message, row + 1, column + 1, f"add '{closing}' where it ends")


def _inside_brackets(scene: _Scene, closing: str) -> Complaint:
    if scene.found == ":" and scene.before.rstrip()[-1:] in ("[", "{", ","):
        return Complaint("a key is missing before ':'", *scene.here, "write `key: value`, or quote the text")
    if scene.found == ":":
        message = "': ' inside the text looks like a second key"
        return Complaint(message, *scene.here, f"put a comma or '{closing}' before the key, or quote the text")
    if scene.found == ",":
        return Complaint("nothing stands before this comma", *scene.here, "remove the comma, or write what is missing")
    if scene.found and scene.found in "]}":
        message = f"'{scene.found}' does not close the bracket; '{closing}' would"
        return Complaint(message, *scene.here, f"write '{closing}', or quote the text")
    if scene.found == "-":
        return Complaint("'- ' can't stand in brackets", *scene.here, "separate items by commas, without dashes")
    hint = "put a comma between two values, or quote the whole text"
    return Complaint(f"a comma or '{closing}' is missing here", *scene.here, hint)


def _no_content(scene: _Scene) -> Complaint:
    """A stop inside brackets where a value has to be, or outside at what only brackets may hold."""
    if scene.source.startswith("..."):
        return Complaint("'...' ends a document that has not begun", *scene.here, "remove the line")
    if scene.found in ("", "-", ",", "]", "}", ":") and _brackets(scene.events):
        return _open_bracket(scene)
    return _odd_beginning(scene)


def _glued_colon(scene: _Scene) -> Complaint:
    return Complaint("a key needs a space after ':'", *scene.here, "write a space after it, or quote the text")


def _misfit(scene: _Scene) -> Complaint:
    if quote := scene.unclosed_quote():
        return quote
    if scene.first_on_line:
        return _misplaced_line(scene)
    if scene.found == ":":
        return _glued_colon(scene)
    last = scene.before.rstrip()[-1]
    if last in "'\"":
        return Complaint("text after the closing quote", *scene.here, _quote_hint(scene.source))
    if scene.found and scene.found in "]}":
        return Complaint(f"'{scene.found}' closes nothing", *scene.here, "remove it, or quote the text")
    if last in "]}":
        return Complaint("text after the closing bracket", *scene.here, _quote_hint(scene.source, brackets=True))
    return Complaint(f"'{scene.source[scene.column :][:20]}' does not fit here", *scene.here, _quote_hint(scene.source))


def _misplaced_line(scene: _Scene) -> Complaint:
    if glued := _GLUED_DASH.match(scene.beginning):
        return Complaint("a list item needs a space after '-'", *scene.started, _write(f"- {glued[1]}"))
    if scene.found == ":":
        return Complaint("a key is missing before ':'", *scene.here, _write("key: value"))
    above = scene.row_above() or 0
    line = scene.lines[above]
    if line.startswith("%"):
        return Complaint(DIRECTIVE, above + 1, 1, "remove the line")
    if line.startswith("..."):
        return Complaint("text after the end of the document", *scene.here, f"remove line {above + 1}")
    rows = [row for row in range(above + 1) if scene.lines[row].strip()]
    if scene.column not in {_indent(scene.lines[row]) for row in rows}:
        return _odd_indent(scene, above)
    if scene.found == "-":
        hint = "begin the list with a key, such as `tags:`, and indent its items"
        return Complaint("a list item stands where a key is wanted", *scene.here, hint)
    if scene.beginning.startswith("-"):
        hint = "begin the line with '- ', or give the list above a key of its own"
        return Complaint("a list item is wanted here", *scene.here, hint)
    hint = f"line it up with what it belongs to; line {above + 1} may be wrong too"
    return Complaint("this line does not fit the lines above", *scene.here, hint)


def _odd_indent(scene: _Scene, above: int) -> Complaint:
    fits: list[str] = []
    for row in range(above, -1, -1):
        columns = _columns(scene.lines[row])
        deeper = [column for column in columns if column > scene.column]
        if deeper and not fits:
            fits.append(f"by {deeper[0]} as line {row + 1}")
        if len(deeper) < len(columns):
            fits.append(f"by {columns[len(columns) - len(deeper) - 1]} as line {row + 1}")
            message = f"this line is indented by {scene.column}, which fits no line above"
            return Complaint(message, *scene.here, f"indent it {' or '.join(fits)}")
    hint = "begin every top key in the first column"
    return Complaint("this line is indented less than the first one", *scene.here, hint)


def _columns(line: str) -> list[int]:
    """Where a line that goes with *line* may begin: its first character, and what follows each dash."""
    columns = [_indent(line)]
    while line.startswith("- ", columns[-1]):
        columns.append(columns[-1] + 1 + _indent(line[columns[-1] + 1 :]))
    return columns if line.strip() and line.strip()[0] != "#" else []


def _brackets(events: list[Any]) -> list[tuple[int, int]]:
    """Where the brackets that are still open stand, the innermost last."""
    opened: list[Any] = []
    for event in events:
        if isinstance(event, CollectionStartEvent):
            opened.append(event)
        elif isinstance(event, CollectionEndEvent):
            opened.pop()
    # A pair in a list, `[a: b]`, opens a mapping without a bracket.
    marks = [event.start_mark for event in opened if event.flow_style and event.end_mark.index > event.start_mark.index]
    return [(mark.line, mark.column) for mark in marks]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _write(text: str) -> str:
    return f"write `{text}`" if len(text) <= _LONGEST_QUOTE else "write `key: value`"


def _quote_hint(source: str, *, brackets: bool = False) -> str:
    """`quote it: title: "Tender: laptop"`, built from the user's own line.

    With *brackets* a list or mapping becomes text too; without, what is to be quoted stands somewhere in it.
    """
    line = _VALUE.match(source)
    value = line[2].partition(" #")[0].rstrip() if line else ""
    if not line or not value or len(value) > _LONGEST_QUOTE or (value[0] in "[{" and not brackets):
        return "quote the text"
    if _WHOLLY_QUOTED.match(value):
        value = value[1:-1]
    if '"' in value or "\\" in value:
        value = value.replace("'", "''")
        return f"quote it: {line[1]}'{value}'"
    return f'quote it: {line[1]}"{value}"'


_RULES: tuple[tuple[str, Callable[[_Scene], Complaint | None]], ...] = (
    ("", _tab),
    ("directive", _directive),
    ("incompatible YAML", _directive),
    ("cannot start any token", _odd_beginning),
    ("mapping values are not allowed", _second_colon),
    ("mapping keys are not allowed", _odd_beginning),
    ("sequence entries are not allowed", _list_on_a_line),
    ("could not find expected ':'", _missing_colon),
    ("end of stream", _open_quote),
    ("unexpected document", _open_quote),
    ("quoted scalar", _escape),
    ("block scalar", _block_header),
    ("an anchor", _odd_name),
    ("an alias", _odd_name),
    ("a tag", _odd_name),
    ("tag handle", _odd_name),
    ("found unexpected ':'", _glued_colon),
    ("node content", _no_content),
    ("flow sequence", _open_bracket),
    ("flow mapping", _open_bracket),
    ("block mapping", _misfit),
    ("block collection", _misfit),
    ("document start", _misfit),
)
