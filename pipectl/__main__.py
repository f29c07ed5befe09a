"""Where the program starts: what needs no command line parser is answered before there is one."""

import sys


def main() -> int:
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
    sys.exit(main())
