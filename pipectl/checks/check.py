"""What a check is."""

from collections.abc import Callable, Iterable

from pipectl.model.facts import Facts
from pipectl.model.frozen import frozen
from pipectl.model.problem import Group, Problem, Severity


@frozen
class Check:
    """A named rule. Its module's docstring is its manual page: what it wants, Pass, Fail, Mend.

    Attributes:
        id: lower case with hyphens; public, scripts depend on it.
        summary: what it wants, in one line.
        severity: unless the workspace's `checks:` says otherwise, or the problem itself does.
        find: the problems in what was read; None for what only the reader can see and reports under this id.
    """

    id: str
    group: Group
    severity: Severity
    summary: str
    find: Callable[[Facts], Iterable[Problem]] | None = None
