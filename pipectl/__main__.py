"""Where the program starts and ends: what needs no command line parser is answered before there is one."""

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` itself takes as long to import as Python to start.
    from pipectl.answers.ask import Question


def main() -> None:
    """Run the program, and end the process with its exit status."""
    # No value of ours refers back to what holds it, so a search for cycles finds nothing; over all the deals of a
    # large workspace the searches took as long as reading them.
    gc.disable()
    try:
        status = answer()
    except KeyboardInterrupt:
        # While modules are imported, which is most of a short command; `cli.main` has its own.
        status = 130
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            status = status or 1
    # All is written. Taking everything apart before the process ends takes as long as Python needs to start.
    os._exit(status)


def answer() -> int:
    """Run the program; its exit status."""
    words = sys.argv[1:]
    if words == ["--version"]:
        from pipectl import __version__  # noqa: PLC0415 - the fast path

        if _written(f"pipectl {__version__}\n"):
            return 0
    if words[:1] == ["--complete"]:
        from pipectl.completion import complete  # noqa: PLC0415 - the fast path

        # A shell that can't be told has nobody to tell it to.
        _written("".join(f"{word}\n" for word in complete(words[1:])))
        return 0
    question = _question(words)
    if question is not None and (status := question.answer()) is not None:
        return status
    from pipectl.cli import main as run  # noqa: PLC0415 - what is asked again is spared it

    if question is None:
        return run()
    from pipectl.answers.keep import run_and_keep  # noqa: PLC0415 - which imports what a kept answer does without

    return run_and_keep(question, run)


def _written(text: str) -> bool:
    """Whether *text* could be written; where it could not, the program proper finds so too, and knows what to say."""
    try:
        # Not through the stream, which would try again with what it could not write.
        rest = text.encode(sys.stdout.encoding, "backslashreplace")
        while rest:
            rest = rest[os.write(sys.stdout.fileno(), rest) :]
    except (OSError, ValueError, AttributeError):
        return False
    return True


def _question(words: list[str]) -> "Question | None":
    """What a command that reads is asked; None where its answer is not kept."""
    from pipectl.answers import READING  # noqa: PLC0415 - the version is told without

    if READING.isdisjoint(words):
        return None
    from pipectl.answers.ask import ask  # noqa: PLC0415 - other commands are spared it

    return ask(words)


if __name__ == "__main__":
    main()
