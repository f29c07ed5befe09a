"""`python -m benchmarks`: trees are made, every goal is run against its baseline, and a table is printed."""

import argparse
import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import goals
from benchmarks.goals import Row
from benchmarks.measure import environment
from benchmarks.peers import PEERS
from benchmarks.tree import write_tree

_PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
_SIZES = (1_000, 10_000, 100_000)
_BEGIN, _END = "<!-- measured -->\n", "<!-- end -->\n"


def main() -> int:
    """Run it; 0 whether the goals are met or not: a number is a number."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(peer.name for peer in PEERS)
    parser.epilog = f"Other programs are measured where they are installed: {names}."
    sizes_help = (
        "deals in each tree (%(default)s); 100000 takes minutes more, and rows of a size left out are not there"
    )
    parser.add_argument("--sizes", default="100,1000,10000", help=sizes_help)
    rounds_help = "how often each command is run (%(default)s); what takes long a third as often"
    parser.add_argument("--rounds", type=int, default=9, help=rounds_help)
    parser.add_argument("--trees", type=Path, help="where the trees are kept for the next time; else nowhere")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    given = parser.parse_args()
    if not all(size.isdecimal() for size in given.sizes.split(",")) or given.rounds < 1:
        parser.error("sizes are whole numbers with commas between, and there is at least one round")
    sizes = sorted({int(size) for size in given.sizes.split(",")})
    if not 0 < sizes[0] <= 10_000:
        parser.error("the smallest tree has from 1 to 10000 deals: starting is measured on it")
    with TemporaryDirectory() as folder:
        trees = {size: _tree((given.trees or Path(folder)) / str(size), size) for size in sizes}
        text = "".join(_lines(trees, given.rounds))
    if given.write:
        page = _PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(_BEGIN)
        _PAGE.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8")
    return 0


def _tree(folder: Path, size: int) -> Path:
    """A committed tree of *size* deals."""
    if not folder.exists():
        folder.mkdir(parents=True)
        write_tree(folder, size)
        who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com")
        for words in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "start")):
            subprocess.run(("git", *words), cwd=folder, env=environment(), check=True)
    return folder


def _lines(trees: Mapping[int, Path], rounds: int) -> Iterator[str]:
    few = f" ({goals.few(rounds)} where one takes long)" if rounds > 1 else ""
    many = f"the middle of {rounds} rounds{few}, with the lowest and the highest" if rounds > 1 else "one round"
    yield _shown(f"{_machine()}; {many}.\n\n")
    yield _shown("| | what | goal | measured | so it is |\n|---|---|---|---|---|\n")
    verdicts: Counter[bool | None] = Counter()
    for row in _rows(trees, rounds):
        verdicts[row.met] += 1
        verdict = {True: "met", False: "missed", None: ""}[row.met]
        yield _shown(f"| {row.goal} | {row.what} | {row.limit} | {row.measured} | {verdict} |\n")
    left = [f"{size:,}" for size in _SIZES if size not in trees]
    rest = f"; what takes a tree of {' or '.join(left)} deals is not measured" if left else ""
    yield _shown(f"\n{verdicts[True]} met, {verdicts[False]} missed{rest}.\n")


def _rows(trees: Mapping[int, Path], rounds: int) -> Iterator[Row]:
    yield from goals.start_up(trees, rounds)
    if 1_000 in trees:
        yield from goals.edits(trees[1_000], goals.few(rounds))
    for size, tree in trees.items():
        yield from goals.reading(tree, size, rounds if size <= 10_000 else 3)
    if len(trees) > 2:
        yield from goals.growth(trees, rounds)
    if 1_000 in trees:
        yield from goals.peers(trees, rounds)


def _machine() -> str:
    names = {line.partition(":")[2].strip() for line in _cpu_lines()}
    cpu = next(iter(sorted(names)), platform.processor() or platform.machine())
    libraries = ", ".join(f"{name} {version(name)}" for name in ("typer", "PyYAML"))
    return f"{os.cpu_count()} cores of {cpu}, Python {platform.python_version()}, {libraries}, {platform.system()}"


def _cpu_lines() -> list[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n")
    except OSError:
        return []
    return [line for line in lines if line.startswith("model name")]


def _shown(text: str) -> str:
    sys.stdout.write(text)
    sys.stdout.flush()
    return text


if __name__ == "__main__":
    sys.exit(main())
