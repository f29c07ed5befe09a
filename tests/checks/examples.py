"""The examples in the checks' docstrings, and the problems that a check reports of a set of files.

A line `Pass:` or `Fail:` is followed by a block indented by four blanks. The block is `deals/example.yaml`, unless a
line such as `# pipelines/sales.yaml` begins another file. Files that the block leaves out are those of `workspace/`.
A Fail ends, after a blank line, with the problems that the check reports there: `deals/example.yaml:3:17: message`.
`<TAB>` stands for a tab.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path

from pipectl.checks.check import Check
from pipectl.checks.registry import CHECKS
from pipectl.model.facts import Facts, gather
from pipectl.model.problem import Problem
from pipectl.model.workspace import Workspace
from pipectl.store.load import load_snapshot

DAY = date(2026, 11, 23)
KNOWN_CHECKS = frozenset(check.id for check in CHECKS)
_HERE = Path(__file__).parent / "workspace"
WORKSPACE = {path.relative_to(_HERE).as_posix(): path.read_text() for path in sorted(_HERE.rglob("*.yaml"))}

_BLOCK = re.compile(r"^(Pass|Fail):\n\n?((?: {4}.*\n|\n)+)", re.MULTILINE)
_FILE = re.compile(r"# (pipectl\.yaml|(?:pipelines|deals)/.+\.ya?ml)")
_EXPECTED = re.compile(r"(?:pipectl\.yaml|(?:pipelines|deals)/[^:]+)(?::\d+){0,2}: .+")


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its files and the problem lines that it expects, none where it passes."""

    passes: bool
    files: Mapping[str, str]
    expected: tuple[str, ...]


def page(check: Check) -> str:
    """The manual page of *check*: its module's docstring."""
    return import_module(f"pipectl.checks.{check.id.replace('-', '_')}").__doc__ or ""


def examples(text: str) -> Iterator[Example]:
    """The examples of a manual page, in its order."""
    for block in _BLOCK.finditer(text.rstrip() + "\n"):
        lines = textwrap.dedent(block[2]).strip("\n").replace("<TAB>", "\t").split("\n")
        first_expected = len(lines)
        while first_expected and _EXPECTED.fullmatch(lines[first_expected - 1]):
            first_expected -= 1
        yield Example(block[1] == "Pass", _files(lines[:first_expected]), tuple(lines[first_expected:]))


def _files(lines: list[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    path = "deals/example.yaml"
    for line in lines:
        if marker := _FILE.fullmatch(line):
            path = marker[1]
            found[path] = []
        else:
            found.setdefault(path, []).append(line)
    return {path: "\n".join(content).strip("\n") + "\n" for path, content in found.items()}


def load(files: Mapping[str, str]) -> Workspace:
    """The workspace of *files*, completed by those of `workspace/`."""
    contents = {**WORKSPACE, **files}
    return load_snapshot({path: text.encode() for path, text in contents.items()}, KNOWN_CHECKS)


def facts_of(files: Mapping[str, str]) -> Facts:
    """The facts of *files* on the day of the examples."""
    return gather(load(files), DAY)


def problems(check_id: str, facts: Facts) -> list[Problem]:
    """What the reader and the check itself report under *check_id*, by place."""
    check = next(check for check in CHECKS if check.id == check_id)
    found = [problem for problem in facts.workspace.problems if problem.check == check_id]
    found.extend(check.find(facts) if check.find else ())
    return sorted(found, key=lambda problem: (problem.place, problem.message))


def lines(check_id: str, files: Mapping[str, str]) -> list[str]:
    """The same as lines of `place: message`."""
    return [f"{problem.place}: {problem.message}" for problem in problems(check_id, facts_of(files))]
