"""A long result in a terminal: the pager has it to itself until the reader leaves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(os.name != "posix", reason="no Ctrl-C to send")
def test_an_interruption_is_left_to_the_pager(tmp_path: Path) -> None:
    less = tmp_path / "less"
    seen = tmp_path / "seen"
    less.write_text(
        f"#!{sys.executable}\n"
        "import os, signal, sys, time\n"
        "first = sys.stdin.readline()\n"
        "os.kill(os.getppid(), signal.SIGINT)\n"
        "time.sleep(0.3)\n"
        f"open({str(seen)!r}, 'w').write(first + sys.stdin.read())\n"
    )
    less.chmod(0o755)
    # More than a pipe holds, so that it is still being written when the first line has been read.
    script = (
        "import signal, sys\n"
        "from pipectl.commands._pager import page\n"
        "before = signal.getsignal(signal.SIGINT)\n"
        "page(sys.argv[1], 'a line\\n' * 20000)\n"
        "print(signal.getsignal(signal.SIGINT) is before)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(less)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
    assert seen.read_text() == "a line\n" * 20000
