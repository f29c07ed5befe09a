"""What could come next on a command line: answered without the parser, since a shell asks at every press of Tab."""

import os
from collections.abc import Iterator, Sequence

from pipectl.commands import ALIASES, COMMANDS
from pipectl.completion_options import CHOICES, OPTIONS, VALUED

_TAKES_IDS = frozenset({"move", "win", "lose", "reopen", "rm", "set", "fmt", "resolve"})
_TAKES_ONE_ID = frozenset({"show", "edit", "log", "rename"})
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
_VALUED = frozenset(VALUED.split())
# What shared options take, by their long names; some commands have formats of their own.
_FORMATS = "table json ndjson csv tsv md html"
_SHARED_CHOICES = {
    "--color": "auto always never",
    "--format": _FORMATS,
    "check --format": "text json github",
    "export --format": "csv json ndjson",
}
_LONG = {"-f": "--format"}


def complete(words: Sequence[str]) -> Iterator[str]:
    """The candidates for the last of *words*, which stand after the program's name."""
    typed = words[-1] if words else ""
    folder, option = os.curdir, ""
    places: list[str] = []
    for word in words[:-1]:
        if option:
            folder = word if option in ("-C", "--directory") else folder
            option = ""
        elif word in _VALUED:
            option = word
        elif not word.startswith("-"):
            places.append(word)
    verb, *others = places or [""]
    verb = ALIASES.get(verb, verb)
    found = _values(verb, _LONG.get(option, option)) if option else _candidates(verb, others, folder, typed)
    yield from (word for word in found if word.startswith(typed))


def _values(verb: str, option: str) -> Sequence[str]:
    """What there is to choose from for *option*; a shell offers files where that is nothing."""
    asked = (f"{verb} {option}", option)
    words = next((known[name] for name in asked for known in (CHOICES, _SHARED_CHOICES) if name in known), "")
    return words.split()


def _candidates(verb: str, others: Sequence[str], folder: str, typed: str) -> Iterator[str]:
    """*others* stand between the verb and what is typed."""
    if typed.startswith("-"):
        yield from OPTIONS.get(verb, "").split()
        yield from (*_GLOBAL, "--version") if not verb else _GLOBAL
    elif not verb:
        yield from (entry.name for entry in COMMANDS)
        yield from ALIASES
    elif verb in CHOICES and (not others or verb == "check"):
        yield from CHOICES[verb].split()
    elif verb in _TAKES_IDS or (verb in _TAKES_ONE_ID and not others):
        yield from sorted(_ids(folder))
    elif verb in _TAKES_FILTER or others[:1] == ["list"]:
        yield from _TERMS
    elif verb == "task" and len(others) == 1:
        yield from sorted(_ids(folder))


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
