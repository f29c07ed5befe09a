"""What `check` has found: a line each, for people and editors."""

from collections.abc import Iterable
from functools import lru_cache

from pipectl.model.problem import Severity
from pipectl.output.github import Finding
from pipectl.output.look import Look
from pipectl.output.safe import plain

_KEPT = 1 << 8
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def findings_text(findings: Iterable[Finding], look: Look | None = None) -> str:
    """`deals/acme.yaml:3:8: error: stage 'propsal' is …  [stage-exists]`, and the hint on the lines under it.

    Findings whose severity is off are left out, here and in the other formats.
    """
    paint = (look or Look()).paint
    lines: list[str] = []

    # Thousands of findings are of some dozens of checks, and have as many hints.
    @lru_cache(_KEPT)
    def shown(check: str) -> str:
        return paint(f"[{plain(check)}]", "dim")

    @lru_cache(_KEPT)
    def below(hint: str) -> list[str]:
        return [f"  {plain(line)}" for line in hint.split("\n")] if hint else []

    for problem, severity in findings:
        if severity is Severity.OFF:
            continue
        word = paint(severity.value, _STYLES.get(severity, ""))
        place = f"{plain(str(problem.place))}: " if problem.place.path else ""
        lines.append(f"{place}{word}: {plain(problem.message)}  {shown(problem.check)}")
        lines += below(problem.hint)
    return "".join(f"{line}\n" for line in lines)
