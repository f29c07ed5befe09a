"""PyYAML's own parser in Python, for an installation without libyaml: the same tree or a problem, only slower.

The two read some unusual text differently. What this one would accept and libyaml refuse, or read as something else,
is refused here; what this one refuses and libyaml would accept has an error that carries `MISSING` as its note.
"""

import re
from typing import Any

from yaml.error import Mark, MarkedYAMLError
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

from pipectl.store.decode import position

MISSING = "PyYAML's C parser is missing here, which reads more: reinstall PyYAML with it if the text is right"

# Escapes that are no character: half of a UTF-16 pair, and what lies beyond Unicode.
_NO_CHARACTER = re.compile(
    r"\\(?:u[dD][89a-fA-F]|U0000[dD][89a-fA-F]|U(?!000[0-9a-fA-F]|0010)[0-9a-fA-F]{6})[0-9a-fA-F]{2}"
)


class SlowParser(Reader, Scanner, Parser):
    """Answers `get_event` as libyaml's parser does."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        self.escape = _NO_CHARACTER.search(text)

    def get_event(self) -> Any:  # PyYAML's events are untyped
        try:
            return super().get_event()  # type: ignore[no-untyped-call]  # PyYAML's own
        except MarkedYAMLError as error:
            error.note = MISSING
            raise

    # The names below are PyYAML's; each method refuses or mends one difference.

    def fetch_directive(self) -> None:
        """libyaml refuses directives that it does not know."""
        raise self._unsure("while scanning a directive", "found a directive")

    def fetch_key(self) -> None:
        """libyaml reads `[really?]` as text, this one as a key."""
        if self.flow_level:
            raise self._unsure("while scanning for the next token", "found character that cannot start any token")
        super().fetch_key()

    def fetch_value(self) -> None:
        """libyaml refuses `{role:, name: Rina}`."""
        last = self.tokens[-1] if self.tokens else None
        if self.flow_level and isinstance(last, ScalarToken) and last.plain and self.peek(1) in ",[]{}":
            raise self._unsure("while scanning a plain scalar", "found unexpected ':'")
        super().fetch_value()

    def fetch_double(self) -> None:
        """libyaml refuses escapes of half a character, and PyYAML's own scanner fails on those beyond Unicode."""
        if self.escape:
            line, column = position(self.escape.string, self.escape.start())
            mark = Mark("", self.escape.start(), line - 1, column - 1, None, 0)
            raise self._unsure("while parsing a quoted scalar", "found invalid Unicode character escape code", mark)
        super().fetch_double()

    def fetch_tag(self) -> None:
        """libyaml ends a tag in brackets at a comma or bracket."""
        mark, start = self.get_mark(), self.pointer
        super().fetch_tag()
        if self.flow_level and set(self.buffer[start : self.pointer]) & set(",[]"):
            raise self._unsure("while scanning a tag", "found a comma or bracket", mark)

    def scan_block_scalar_indentation(self) -> tuple[list[str], int, Mark]:
        """libyaml refuses a tab where the indentation of a block of text is to be seen."""
        found = super().scan_block_scalar_indentation()
        if self.peek() == "\t":
            raise self._unsure("while scanning a block scalar", "found a tab character")
        return found

    def process_empty_scalar(self, mark: Mark) -> Any:
        """libyaml puts the missing value of `{role: , name: Rina}` where the comma stands."""
        if self.state in (self.parse_flow_mapping_key, self.parse_flow_sequence_entry_mapping_end):
            mark = self.peek_token().start_mark  # type: ignore[no-untyped-call]  # PyYAML's own
        return super().process_empty_scalar(mark)

    def _unsure(self, context: str, problem: str, mark: Mark | None = None) -> ScannerError:
        mark = mark or self.get_mark()
        return ScannerError(context, mark, problem, mark)
