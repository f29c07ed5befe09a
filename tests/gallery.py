"""The pages of tests/errors: a broken workspace or a wrong command line, and the exact text that it gives.

A page begins with what went wrong, in the words of the one it happens to. Then come the files (`# deals/acme.yaml`,
with a remark in parentheses where a file is no plain text), then the command lines (`$ pipectl list`), each with what
it writes on stdout, what it writes on stderr (after `! `), and its exit status where that is not 0. A pipectl.yaml and
a pipeline `sales` are there unless the page has its own.

`python -m tests.gallery tests/errors/NAME.txt` prints a page as it would be now.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.harness import SALES, SETTINGS, Result, run_pipectl

PAGES = Path(__file__).parent / "errors"
_HEADING = re.compile(r"# ((?:pipectl\.yaml|pipelines|deals)\S*(?: \S+\.ya?ml)?)(?: \((.+)\))?")
_QUOTED = re.compile(r"\$'((?:[^'\\]|\\.)*)'")
_VARIABLE = re.compile(r"[A-Z_]+=.*")


def page_now(page: str, folder: Path) -> str:
    """*page* with what its command lines write now; *folder*, which is empty, becomes the workspace."""
    top, _, _ = page.partition("\n$ ")
    _write_files(folder, top.split("\n"))
    lines = [line.removeprefix("$ ") for line in page.split("\n") if line.startswith("$ ")]
    before = Path.cwd()
    os.chdir(folder)
    try:
        blocks = [_block(line, folder) for line in lines]
    finally:
        os.chdir(before)
        for path in folder.rglob("*"):
            # What was closed would be in the way of whoever clears up.
            if path.lstat().st_mode & 0o777 == 0:
                path.chmod(0o700)
    return f"{top}\n" + "\n".join(blocks)


def _write_files(folder: Path, lines: list[str]) -> None:
    files = {"pipectl.yaml": ("", SETTINGS), "pipelines/sales.yaml": ("", SALES)}
    name = ""
    for line in lines:
        if heading := _HEADING.fullmatch(line):
            name = heading[1]
            files[name] = (heading[2] or "", "")
        elif name:
            remark, text = files[name]
            files[name] = (remark, f"{text}{line}\n")
    for path, (remark, text) in files.items():
        _write_file(folder / path, remark, text.rstrip("\n") + "\n")


def _write_file(path: Path, remark: str, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match remark.split(" "):
        case [""]:
            path.write_bytes(text.encode("utf-8"))
        case ["in", encoding]:
            path.write_bytes(text.encode(encoding))
        case ["with", "escapes"]:
            path.write_bytes(text.encode("ascii").decode("unicode_escape").encode("utf-8", "surrogatepass"))
        case ["a", "link", "to", target]:
            path.symlink_to(target)
        case ["a", "named", "pipe"]:
            os.mkfifo(path)
        case ["a", "folder"]:
            path.mkdir()
        case ["closed", "to", "you"]:
            path.touch(mode=0)
        case ["a", "folder", "closed", "to", "you"]:
            path.mkdir(mode=0)
        case ["not", "there"]:
            pass
        case _:
            raise ValueError(f"no such remark: {remark}")


def _block(line: str, folder: Path) -> str:
    """A command line with everything that it writes."""
    result = _run(shlex.split(_QUOTED.sub(_unescaped, line)))
    words = [f"$ {line}\n", result.out, "".join(f"! {told}\n" for told in result.err.splitlines())]
    if result.status:
        words.append(f"[exit {result.status}]\n")
    return "".join(words).replace(str(folder), "/home/ani/sales")


def _unescaped(quoted: re.Match[str]) -> str:
    r"""What the shell makes of `$'\x1b'`, quoted for the next step."""
    return shlex.quote(quoted[1].encode("ascii").decode("unicode_escape"))


def _run(words: list[str]) -> Result:
    variables = {}
    while _VARIABLE.fullmatch(words[0]):
        name, _, variables[name] = words.pop(0).partition("=")
    if words[0] == "pipectl":
        return run_pipectl(*words[1:], cwd=None, columns=None, **variables)
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, **variables})
    return Result(done.returncode, done.stdout, done.stderr)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as empty:
            sys.stdout.write(page_now(Path(name).read_text(encoding="utf-8"), Path(empty).resolve()))
