"""What could come next on a command line: answered without the parser, since a shell asks at every press of Tab."""

import os
from collections.abc import Iterator, Sequence

from pipectl.commands import ALIASES, COMMANDS
from pipectl.completion_options import OPTIONS

_TAKES_ID = frozenset({"show", "move", "win", "lose", "reopen", "rename", "rm", "set", "edit", "log", "fmt"})
_TAKES_FILTER = frozenset(
    {
        *("list", "ls", "board", "stats", "stale", "next", "export", "funnel", "cycle", "reasons", "team", "targets"),
        *("plan", "forecast", "activities", "changes", "flow"),
    }
)
_TERMS = (
    "owner:@me",
    "owner:",
    "stage:",
    "pipeline:",
    "company:",
    "tag:",
    "amount:",
    "close:",
    "is:open",
    "is:stalled",
    "is:idle",
    "is:overdue",
    "is:won",
    "is:lost",
    "no:next_step",
)
_ID_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
_GLOBAL = ("--directory", "--today", "--as", "--color", "--ascii", "--quiet", "--no-cache", "--no-pager", "--help")
_WITH_VALUE = frozenset(
    {
        *("-C", "--directory", "--today", "--as", "--color", "-P", "--pipeline", "-p", "--period", "--as-of", "--rev"),
        *("-f", "--format", "-o", "--output", "--fields", "--sort", "-L", "--limit"),
    }
)


def complete(words: Sequence[str]) -> Iterator[str]:
    """The candidates for the last of *words*, which stand after the program's name."""
    typed = words[-1] if words else ""
    verb, folder, skip = "", os.curdir, False
    for position, word in enumerate(words[:-1]):
        if skip:
            folder = word if words[position - 1] in ("-C", "--directory") else folder
            skip = False
        elif word in _WITH_VALUE:
            skip = True
        elif not word.startswith("-") and not verb:
            verb = word
    yield from (word for word in _candidates(verb, folder, typed) if word.startswith(typed))


def _candidates(verb: str, folder: str, typed: str) -> Iterator[str]:
    if typed.startswith("-"):
        yield from OPTIONS.get(ALIASES.get(verb, verb), "").split()
        yield from (*_GLOBAL, "--version") if not verb else _GLOBAL
    elif not verb:
        yield from (entry.name for entry in COMMANDS)
        yield from ALIASES
    elif verb in _TAKES_ID:
        yield from sorted(_ids(folder))
    elif verb in _TAKES_FILTER:
        yield from _TERMS


def _ids(folder: str) -> Iterator[str]:
    """Ids of the deals, by their file names alone."""
    here = os.path.abspath(folder)
    while not os.path.isfile(os.path.join(here, "pipectl.yaml")):
        above = os.path.dirname(here)
        if above == here:
            return
        here = above
    for _, folders, names in os.walk(os.path.join(here, "deals")):
        folders[:] = [name for name in folders if not name.startswith(".")]
        stems = (name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))
        # A name that is no id could be anything: several lines, or what the shell expands.
        yield from (stem for stem in stems if stem[:1].isalnum() and _ID_CHARACTERS.issuperset(stem))


SCRIPTS = {
    "bash": """_pipectl() {
    local IFS=$'\\n' cur=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT}
    # A colon splits bash's words; the line itself says what was typed.
    [[ $line == *' ' ]] && cur= || cur=${line##* }
    local before=(${COMP_WORDS[@]:1:COMP_CWORD-1})
    COMPREPLY=($(pipectl --complete "${before[@]}" "$cur" 2>/dev/null))
    [[ $cur == *:* ]] && COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace
    return 0
}
complete -o default -F _pipectl pipectl
""",
    "zsh": """#compdef pipectl
_pipectl() {
    local -a found
    found=(${(f)"$(pipectl --complete "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    (( ${#found} )) && compadd -S '' -a found || _files
}
compdef _pipectl pipectl
""",
    "fish": """complete -c pipectl -f -a '(pipectl --complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
""",
}
