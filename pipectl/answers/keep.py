"""Which answers are kept for `ask.py`: those of commands that read, where all that they rest on is known."""

import io
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pipectl.answers import READING
from pipectl.answers.ask import Question
from pipectl.answers.witness import witnessed
from pipectl.store.answers import digest
from pipectl.store.stamps import FOLDERS

# Of so few files a command answers about as soon as it can be known that it need not run.
_FEW = 200
_LARGEST = 1 << 18
_LOST = -1
_MINUTE = timedelta(minutes=1)
_NEVER = 1 << 62


def run_and_keep(question: Question, program: Callable[[], int]) -> int:
    """Run the *program*, return its exit status, and keep its answer to *question* if that is known to be good.

    Of a question that is new it is noted that it was asked, if it is about many files: most are never asked again.
    """
    if question.view is None:
        status = program()
        if status in (0, 1) and _are_many(question.root):
            question.keep(question.kept.noted(question.key))
        return status
    said: list[tuple[int, bytes]] = []
    ends = [_Overheard.on(sys.stdout, 0, said), _Overheard.on(sys.stderr, 1, said)]
    sys.stdout = sys.__stdout__ = ends[0]  # type: ignore[misc]  # what is written goes through, unchanged
    sys.stderr = sys.__stderr__ = ends[1]  # type: ignore[misc]
    with witnessed(question.root, question.derived) as witness:
        status = program()
        try:
            for end in ends:
                end.flush()
        except OSError:
            # Not all was written; who ends the process finds the same.
            return status
    sure = witness.is_sure() and READING.issuperset(witness.commands) and question.is_settled(question.view)
    if sure and status in (0, 1) and _is_for_always(said):
        since, until = (question.began, _NEVER) if witness.now is None else _day(witness.now)
        rest = since, until, tuple(witness.zones.items()), tuple(witness.asked), status, tuple(said)
        answer = digest(question.view.folders), *rest
        question.keep(question.kept.with_answer(question.key, answer, question.view.tree))
    return status


def _are_many(root: str) -> bool:
    found = 0
    for folder in FOLDERS:
        for _, _, names in os.walk(f"{root}/{folder}"):
            found += len(names)
            if found > _FEW:
                return True
    return False


class _Overheard(io.RawIOBase):
    """An end below Python's buffers, and a note of what it was given."""

    def __init__(self, stream: Any, number: int, said: list[tuple[int, bytes]]) -> None:
        # Kept, for it would close the end when it goes.
        self._stream = stream
        # With `python -u` there is no buffer between.
        self._end = getattr(stream.buffer, "raw", stream.buffer)
        self._number = number
        self._said = said

    @classmethod
    def on(cls, stream: Any, number: int, said: list[tuple[int, bytes]]) -> io.TextIOWrapper:
        """What is to *stream* as if it were that itself."""
        end: Any = cls(stream, number, said)
        if hasattr(stream.buffer, "raw"):
            block = os.fstat(stream.fileno()).st_blksize
            end = io.BufferedWriter(end, block if block > 1 else io.DEFAULT_BUFFER_SIZE)
        return io.TextIOWrapper(end, stream.encoding, stream.errors, "\n", stream.line_buffering, stream.write_through)

    def write(self, data: Any) -> int | None:
        try:
            written: int | None = self._end.write(data)
        except OSError:
            self._said.append((_LOST, b""))
            raise
        self._said.append((self._number, bytes(data[: written or 0])))
        return written

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self._end.isatty())

    def fileno(self) -> int:
        return int(self._end.fileno())


def _is_for_always(said: list[tuple[int, bytes]]) -> bool:
    """Whether it is an answer of common size, whole, with no progress, and no page that a person has looked at."""
    ends = {end for end, _ in said}
    if _LOST in ends or (sys.stderr.isatty() and 1 in ends):
        return False
    lines = sum(data.count(b"\n") for _, data in said)
    is_paged = sys.stdin is not None and sys.stdin.isatty() and lines >= _height()
    return not is_paged and sum(len(data) for _, data in said) <= _LARGEST


def _height() -> int:
    # It brings three libraries of compression; off a terminal nobody needs it.
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size().lines


def _day(now: datetime) -> tuple[int, int]:
    """From *now* to when another day begins in its zone, in nanoseconds; a minute at most before that.

    Minute by minute: a zone may skip midnight, or have it twice.
    """
    start = int(now.timestamp() * 1_000_000) * 1000
    utc = now.astimezone(UTC).replace(second=0, microsecond=0)
    minute = 0
    while (utc + (minute + 1) * _MINUTE).astimezone(now.tzinfo).date() == now.date():
        minute += 1
    return start, int((utc + minute * _MINUTE).timestamp()) * 1_000_000_000
