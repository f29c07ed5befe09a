"""Where the program starts and ends: what needs no command line parser is answered before there is one."""

import gc
import os
import sys


def main() -> None:
    """Run the program, and end the process with its exit status."""
    # No value of ours refers back to what holds it, so a search for cycles finds nothing; over all the deals of a
    # large workspace the searches took as long as reading them.
    gc.disable()
    status = answer()
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

        sys.stdout.write(f"pipectl {__version__}\n")
        return 0
    if words[:1] == ["--complete"]:
        from pipectl.completion import complete  # noqa: PLC0415 - the fast path

        sys.stdout.writelines(f"{word}\n" for word in complete(words[1:]))
        return 0
    from pipectl.cli import main as run  # noqa: PLC0415 - typer costs six times a bare Python start

    return run()


if __name__ == "__main__":
    main()
