"""How the tests run the program, and the workspaces that they run it on."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from pipectl import cli

TODAY = "2026-11-23"

SETTINGS = """\
version: 1
currency: IDR
timezone: Asia/Jakarta
team:
  ani: {name: Ani Lestari, email: ani@example.com, group: jakarta}
  budi: {name: Budi Santoso, group: surabaya}
lost_reasons: [price, timing, {id: duplicate, exclude_from_win_rate: true}]
"""

SALES = """\
name: Sales
stages:
  - {id: lead, name: Lead, probability: 5, max_days: 14, idle_days: 7}
  - {id: qualified, name: Qualified, probability: 20}
  - {id: proposal, name: Proposal, probability: 50, requires: [amount]}
  - {id: negotiation, name: Negotiation, probability: 75}
  - {id: won, name: Won, outcome: won}
  - {id: lost, name: Lost, outcome: lost}
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of the program came to."""

    status: int
    out: str
    err: str


class _Terminal(io.StringIO):
    """An end that a person looks at."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def run_pipectl(*words: str, cwd: Path | None = None, columns: int | None = None, **environment: str) -> Result:
    """Run the program in this process, on a day and an environment that are given; *columns*: on a terminal."""
    out, err = _Terminal() if columns else io.StringIO(), io.StringIO()
    if columns:
        environment = {"COLUMNS": str(columns), "NO_COLOR": "1", **environment}
    variables = {"PIPECTL_TODAY": TODAY, "HOME": "/nowhere", **environment}
    where = ["-C", str(cwd)] if cwd is not None else []
    status = cli.main([*where, *words], environment=variables, out=out, err=err)
    return Result(status, out.getvalue(), err.getvalue())


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write *files*, dedented, under *folder*."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder
