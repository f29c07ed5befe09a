"""The pager, which shows a long result to a person at a terminal."""

import shutil
import signal
import subprocess


def paged(text: str) -> bool:
    """Whether *text* was shown in the pager; not where it fits on the screen, or there is no pager."""
    less = shutil.which("less") if text.count("\n") >= shutil.get_terminal_size().lines else None
    if less is not None:
        page(less, text)
    return less is not None


def page(less: str, text: str) -> None:
    """Show *text* in the pager until the reader leaves it."""
    # -F quits when it fits after all, -R keeps colours, -X leaves the text on the screen.
    process = subprocess.Popen([less, "-FRX"], stdin=subprocess.PIPE)  # noqa: S603 - found on PATH, no user text
    # Ctrl-C is the pager's while it runs: killed, it would leave a terminal that does not show what is typed.
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.communicate(text.encode())
    finally:
        signal.signal(signal.SIGINT, former)
