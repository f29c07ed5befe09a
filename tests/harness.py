"""How the tests run the program, and the workspaces that they run it on."""

import io
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, chdir
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from unittest.mock import patch

from pipectl import __main__, cli
from pipectl.answers import READING

TODAY = "2026-11-23"
# Whether what reads is asked until its answer is given again, which must be the same (`pytest --cache=always`).
ASK_AGAIN = False

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
    result = Result(status, out.getvalue(), err.getvalue())
    reads = words[0] in READING and "--fix" not in words and "--last" not in words if words else False
    if ASK_AGAIN and reads and not columns and status in (0, 1):
        for _ in range(3):
            assert run_process(*where, *words, cwd=Path.cwd(), **variables)[0] == result
    return result


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write *files*, dedented, under *folder*."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder


def run_process(*words: str, cwd: Path, **environment: str) -> tuple[Result, bool]:
    """Run the program in this process as if it were its own, and whether it ran: else an answer was given again."""
    ran = False
    real = cli.main

    def run(*_: object, **__: object) -> int:
        nonlocal ran
        ran = True
        return real()

    with (
        ExitStack() as ends,
        chdir(cwd),
        patch.dict(os.environ, {"PIPECTL_TODAY": TODAY, "HOME": "/nowhere", **environment}),
        patch.object(sys, "argv", ["pipectl", *words]),
        patch.object(cli, "main", run),
    ):
        files = [ends.enter_context(tempfile.TemporaryFile()) for _ in range(2)]
        for name, file in zip(("stdout", "stderr"), files, strict=True):
            stream = ends.enter_context(open(os.dup(file.fileno()), "w", encoding="utf-8"))
            ends.enter_context(patch.object(sys, name, stream))
            ends.enter_context(patch.object(sys, f"__{name}__", stream))
        ends.enter_context(patch.object(sys, "stdin", ends.enter_context(open(os.devnull, encoding="utf-8"))))
        status = __main__.answer()
        sys.stdout.flush()
        sys.stderr.flush()
        out, err = (os.pread(file.fileno(), 1 << 24, 0).decode() for file in files)
    return Result(status, out, err), ran
