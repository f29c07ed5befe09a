"""The pages of tests/sessions: a shell session each, as a terminal would show it, run by bash with the real program.

Text before the first `$ ` tells the story. A command is a line after `$ `, with lines after `> ` that go on with it;
below it stands what it wrote, stdout and stderr as they came, and `[exit N]` where its status was not 0.

`python -m tests.shell tests/sessions/NAME.txt` prints a session as it would be now.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.harness import TODAY

PAGES = Path(__file__).parent / "sessions"
_ROOT = Path(__file__).parent.parent
_COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)$", re.MULTILINE)

# Between two outputs; no command writes it.
_END = "\x1e"
_ONE = """
eval {command} 2>&1
printf '{end}%s{end}' $?
"""


def session_now(page: str, folder: Path) -> str:
    """*page* with what its commands write now, all of them in one shell that begins in *folder*."""
    commands = [found[1] for found in _COMMAND.finditer(page)]
    script = "".join(_ONE.format(command=_quoted(command), end=_END) for command in commands)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script],
        capture_output=True,
        cwd=folder,
        env=_environment(folder),
        check=False,
        timeout=300,
    )
    parts = done.stdout.decode("utf-8").split(_END)
    story = page[: page.index("$ ")]
    outputs = zip(commands, parts[0::2], parts[1::2], strict=False)
    return story + "\n".join(_shown(*output).replace(str(folder), "/home/ani") for output in outputs)


def _quoted(command: str) -> str:
    text = command.replace("\n> ", "\n").replace("'", "'\\''")
    return f"'{text}'"


def _shown(command: str, output: str, status: str) -> str:
    ended = output if not output or output.endswith("\n") else f"{output}\n"
    return f"$ {command}\n{ended}" + ("" if status == "0" else f"[exit {status}]\n")


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's: the program on PATH, a day, a place for git to look for no configuration."""
    shim = folder / ".bin" / "pipectl"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pipectl "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    return {
        "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(_ROOT),
        "PIPECTL_TODAY": TODAY,
        "EXAMPLES": str(_ROOT / "examples"),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "Asia/Jakarta",
        "USER": "ani",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as empty:
            sys.stdout.write(session_now(Path(name).read_text(encoding="utf-8"), Path(empty).resolve()))
