"""Findings as GitHub's workflow commands, which it shows beside the lines of a pull request.

It shows ten of each level a step; all of them stand in the log.
"""

from collections.abc import Iterable
from typing import TypeAlias

from pipectl.model.problem import Problem, Severity
from pipectl.output.safe import block, plain

Finding: TypeAlias = tuple[Problem, Severity]

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def findings_github(findings: Iterable[Finding], folder: str = "") -> str:
    """`::error file=deals/acme.yaml,line=3,col=8,title=stage-exists::stage 'propsal' is … (did you mean proposal?)`.

    GitHub wants paths from the root of the repository: *folder* is where the workspace lies in it, with `/`.
    """
    lines = []
    for problem, severity in findings:
        if severity is Severity.OFF:
            continue
        place = problem.place
        path = f"{folder.rstrip('/')}/{place.path}" if folder and place.path else place.path
        facts = {"file": plain(path), "line": place.line, "col": place.column, "title": plain(problem.check)}
        known = ",".join(f"{name}={_property(str(value))}" for name, value in facts.items() if value)
        message = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
        lines.append(f"::{_LEVELS[severity]} {known}::{_data(block(message))}")
    return "".join(f"{line}\n" for line in lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
