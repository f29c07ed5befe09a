"""Work on many files shared between the cores of the machine.

A process that reads half of the files sends back what it found, packed; that pays from some thousands on. Whatever
goes wrong with it, its share is done here. Only on Linux: elsewhere a program that was split in two may not go on.
"""

import contextlib
import marshal
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

MOST = 4  # more of them find the same lines anew, and the pieces come together in one place all the same
_PIECE = 1 << 20


class _Helper(NamedTuple):
    pid: int
    pipe: int


def spread(work: Callable[[str], Any], paths: Sequence[str]) -> Mapping[str, Any]:
    """*work* of each of *paths*, by path; what it returns is such as marshal can hold. Some may be missing."""
    count = min(cores(), MOST)
    size = -(-len(paths) // count) or 1
    shares = [paths[start : start + size] for start in range(0, len(paths), size)]
    helpers = [(share, helper) for share in shares[1:] if (helper := _start(work, share)) is not None]
    try:
        done = {path: work(path) for share in shares[:1] for path in share}
        for share, helper in helpers:
            done.update(zip(share, _results(helper), strict=False))
    except BaseException:
        # Nobody waits for what they find any more.
        for _, helper in helpers:
            _end(helper)
        raise
    return done


def cores() -> int:
    """How many there are for this process; 1 where it may not be split."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _start(work: Callable[[str], Any], share: Sequence[str]) -> _Helper | None:
    """A process that does *share* and writes the results into a pipe; None where there can be no more processes."""
    ours, theirs = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        os.close(ours)
        os.close(theirs)
        return None
    if pid:
        os.close(theirs)
        return _Helper(pid, ours)
    try:
        os.close(ours)
        with open(theirs, "wb") as pipe:
            pipe.write(marshal.dumps([work(path) for path in share]))
    finally:
        # Nothing of the program it was split off from goes on here, whatever has happened.
        os._exit(0)


def _end(helper: _Helper) -> None:
    with contextlib.suppress(OSError):
        os.kill(helper.pid, signal.SIGKILL)
        os.waitpid(helper.pid, 0)
    with contextlib.suppress(OSError):
        os.close(helper.pipe)


def _results(helper: _Helper) -> Sequence[Any]:
    """What a helper has found; nothing where it did not come to an end."""
    pieces = []
    try:
        while piece := os.read(helper.pipe, _PIECE):
            pieces.append(piece)
    finally:
        os.close(helper.pipe)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(helper.pid, 0)
    try:
        found: Sequence[Any] = marshal.loads(b"".join(pieces))  # noqa: S302 - from ourselves
    except (EOFError, ValueError, TypeError):
        return ()
    return found
