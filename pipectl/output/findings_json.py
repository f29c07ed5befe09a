"""What `check` has found, as JSON."""

from collections.abc import Iterable

from pipectl.model.problem import Severity
from pipectl.output.github import Finding
from pipectl.output.structured import dumped
from pipectl.output.values import Value

_SCHEMA = 1


def findings_json(findings: Iterable[Finding]) -> str:
    """One document with the findings as a list; `line` and `column` are null where they are not known."""
    document: dict[str, Value] = {"schema": _SCHEMA, "command": "check", "findings": [*findings_rows(findings)]}
    return dumped(document, indent=2)


def findings_rows(findings: Iterable[Finding]) -> list[dict[str, Value]]:
    """An object for each finding, for JSON."""
    return [
        {
            "check": problem.check,
            "severity": severity.value,
            "message": problem.message,
            "hint": problem.hint,
            "path": problem.place.path,
            "line": problem.place.line or None,
            "column": problem.place.column or None,
            "deal": problem.deal,
            "unread": problem.unread,
        }
        for problem, severity in findings
        if severity is not Severity.OFF
    ]
