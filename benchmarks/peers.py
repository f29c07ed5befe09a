"""Other programs on the same deals, where they are installed: each in its own file format, asked for its own sums."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from benchmarks.measure import Case, environment
from benchmarks.tree import Deal, generated

_SCHEMA = '{"type": "object", "required": ["title", "stage"]}'
_TASKRC = "data.location={folder}\nconfirmation=off\ngc=off\nhooks=off\nverbose=nothing\n"


class Peer(NamedTuple):
    """A program, the goal it belongs to, our command that does its work, how many times as long it should take.

    Attributes:
        least: None where no goal names it.
        size: deals that it is asked about.
        prepare: what makes its files in a folder, and says the words that ask it.
    """

    name: str
    goal: str
    ours: str
    least: float | None
    size: int
    prepare: Callable[[str, Path, Path, int], Sequence[str]]


def _schema(program: str, tree: Path, folder: Path, size: int) -> Sequence[str]:  # noqa: ARG001 - as the others
    path = folder / "schema.json"
    path.write_text(_SCHEMA, encoding="utf-8")
    return (program, "--schemafile", str(path), *(str(path) for path in sorted((tree / "deals").rglob("*.yaml"))))


def _yamllint(program: str, tree: Path, folder: Path, size: int) -> Sequence[str]:  # noqa: ARG001 - as the others
    return (program, "-d", "relaxed", "deals")


def _jq(program: str, tree: Path, folder: Path, size: int) -> Sequence[str]:  # noqa: ARG001 - as the others
    path = folder / "deals.ndjson"
    ours = str(Path(sys.executable).parent / "pipectl")
    subprocess.run((ours, "export", "-f", "ndjson", "-o", str(path)), cwd=tree, env=environment(), check=True)
    return (program, "-s", "group_by(.stage) | map({stage: .[0].stage, deals: length})", str(path))


def _ledger(program: str, tree: Path, folder: Path, size: int) -> Sequence[str]:  # noqa: ARG001 - as the others
    path = folder / "deals.ledger"
    path.write_text("".join(_transactions(generated(size))), encoding="utf-8")
    return (program, "-f", str(path), "balance")


def _transactions(deals: Iterator[Deal]) -> Iterator[str]:
    """A deal as an amount that moved into its stage."""
    for deal in deals:
        on, stage = deal.moves[-1]
        account = f"{deal.pipeline}:{stage}:{deal.owner}"
        yield f"{on} {deal.title}\n    {account}  {deal.amount} {deal.currency}\n    deals\n\n"


def _task(program: str, tree: Path, folder: Path, size: int) -> Sequence[str]:  # noqa: ARG001 - as the others
    data, rc = folder / "tasks", folder / "taskrc"
    rc.write_text(_TASKRC.format(folder=data), encoding="utf-8")
    if not data.exists():
        data.mkdir()
        tasks = [
            {
                "uuid": str(UUID(int=deal.number)),
                "description": deal.title,
                "project": f"{deal.pipeline}.{deal.moves[-1][1]}",
                "status": "pending",
                "entry": f"{deal.moves[0][0]:%Y%m%d}T000000Z",
                "due": f"{deal.close:%Y%m%d}T000000Z",
                "tags": [deal.owner],
            }
            for deal in generated(size)
        ]
        (folder / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
        words = (program, f"rc:{rc}", "import", str(folder / "tasks.json"))
        subprocess.run(words, env=environment(), check=True, capture_output=True)
    return (program, f"rc:{rc}", "projects")


PEERS = (
    Peer("check-jsonschema", "V1", "check", 12, 1_000, _schema),
    Peer("yamllint", "V1", "check", 50, 1_000, _yamllint),
    Peer("jq", "P1", "stats", 1, 10_000, _jq),
    Peer("ledger", "P1", "stats", None, 10_000, _ledger),
    Peer("hledger", "P1", "stats", 1, 10_000, _ledger),
    Peer("task", "P1", "stats", 1, 10_000, _task),
)


def case_of(peer: Peer, tree: Path) -> Case | None:
    """How *peer* is asked about the deals of *tree*; None where it is not installed."""
    program = _program(peer.name)
    if program is None:
        return None
    folder = tree / ".git" / "peers"
    folder.mkdir(exist_ok=True)
    return Case(peer.prepare(program, tree, folder, peer.size), tree)


def _program(name: str) -> str | None:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)
