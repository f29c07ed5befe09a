"""Progress of long work, for a person who looks on."""

import time

from pipectl.context import Context

_PATIENCE_SECONDS = 0.5
_STEP = 100


class Progress:
    """A line on a person's stderr once the work has taken a while."""

    def __init__(self, context: Context, work: str, steps: int) -> None:
        self.work = work
        self.err = context.terminal.err if context.terminal.progress else None
        self.steps = steps
        self.done = 0
        self.shown = False
        self.began = time.monotonic()

    def step(self) -> None:
        """One step more is done."""
        self.done += 1
        if self.err is None or self.done % _STEP or time.monotonic() - self.began < _PATIENCE_SECONDS:
            return
        self.shown = True
        print(f"\r{self.work} {100 * self.done // self.steps}%", end="", file=self.err, flush=True)

    def end(self) -> None:
        """Take the line away."""
        if self.err is not None and self.shown:
            print("\r\x1b[K", end="", file=self.err, flush=True)
