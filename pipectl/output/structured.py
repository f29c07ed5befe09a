r"""JSON: one document for a report, or one line for each row of its first table.

Every column is there, hidden ones too; keys are those of the columns. Text comes back as it was in the file: what
could steer a terminal or a build log stands as a `\u` escape.
"""

import json

from pipectl.model.pattern import pattern
from pipectl.output.look import Look
from pipectl.output.safe import UNSAFE
from pipectl.output.values import Value, structured, structured_row
from pipectl.report import Report

_LOG_COMMAND = pattern(r"(?<=##)([A-Za-z]*)\[")


def render(report: Report, look: Look) -> str:  # noqa: ARG001 - programs read the same wherever they are
    """The whole report; facts of its header stand beside `schema`, tables under `tables` by their key.

    A table with a total row has it under `totals`, so that its rows are data and nothing else.
    """
    report = report.whole()
    document: dict[str, Value] = {"schema": report.schema, "command": report.command}
    for key, cell in report.header:
        document.setdefault(key.replace(" ", "_"), structured(cell))
    document["tables"] = {table.key: [structured_row(table, row) for row in table.rows] for table in report.tables}
    if totals := [table for table in report.tables if table.total is not None]:
        document["totals"] = {table.key: structured_row(table, table.total or ()) for table in totals}
    document["notes"] = list(report.notes)
    return dumped(document, indent=2)


def render_lines(report: Report, look: Look) -> str:  # noqa: ARG001 - as above
    """The rows of the first table, an object a line."""
    return "".join(dumped(structured_row(table, row)) for table in report.whole().tables[:1] for row in table.rows)


def dumped(value: Value, *, indent: int | None = None) -> str:
    """*value* as JSON with a newline at its end, safe to print."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    # Outside of its strings JSON has none of these characters, so an escape is right wherever they stand.
    escaped = text if text.isprintable() else UNSAFE.sub(lambda found: _escape(found[0]), text)
    return _LOG_COMMAND.sub(r"\1\\u005b", escaped) + "\n"


def _escape(character: str) -> str:
    """JSON's own escape, a pair of them beyond U+FFFF."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))
