"""All that is printed goes through the gate: a rendered report, or `say`."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pipectl

_PACKAGE = Path(pipectl.__file__).parent

# Where something is written otherwise, by file and function, and why that is safe.
_ALLOWED = {
    "answers/ask.py:_say": "what was printed through the gate before",
    "answers/keep.py:write": "what is printed through the gate, on its way",
    "__main__.py:_written": "the version; and candidates for a shell, which are ids and words of ours",
    "cli.py:_run": "our own words",
    "full_parser.py:_version": "the version",
    "full_parser.py:format_help_text": "help: our own words",
    "full_parser.py:parse": "help: our own words",
    "output/safe.py:say": "the gate itself",
    "commands/_show.py:write": "a rendered report, which is safe in its format; and pages of ours, as `explain` makes",
    "commands/_ask.py:confirm": "a question of one of those below",
    "commands/_ask.py:prompt": "likewise",
    "commands/_change.py:apply": "a diff, whose lines are safe one by one",
    "commands/_change.py:_confirm": "a question of ours with a number",
    "commands/_install_file.py:install_file": "a diff, as above",
    "commands/_install_ci.py:install_ci": "a diff, as above",
    "commands/_progress.py:step": "our own words and a number",
    "commands/_progress.py:end": "empties the line of the progress",
    "commands/_reform.py:carry_out_planned": "a rendered page",
    "commands/_reform.py:_confirm": "a question of ours with a number",
    "commands/completion.py:run": "a script of ours",
    "commands/edit.py:_edit": "a diff, as above",
    "commands/edit.py:_goes_on": "rendered findings, and a question of ours",
    "commands/import_.py:_create": "the mapping file: YAML, not a terminal",
    "commands/merge_driver.py:_by_lines": "a copy of a file that git merges line by line",
    "commands/merge_driver.py:_merged": "the file that git has asked to be merged",
    "commands/resolve.py:_carry_out": "a diff, as above",
    "commands/init.py:_ask": "a question of ours, whose default is made safe",
    "store/cores.py:_start": "what another process of ours has read, through a pipe",
    "store/create.py:create_files": "a file of the workspace",
    "store/disk.py:write": "a file",
    "store/disk.py:write_new": "a file",
    "store/draft.py:new_draft": "a file for the editor",
    "store/lock.py:_make_lock_file": "the lock file",
    "store/place.py:put_in_place": "a file that git or CI reads",
}
_WRITERS = frozenset({"write", "writelines", "write_text", "write_bytes", "echo", "secho", "confirm", "prompt"})
_BY_NAME = frozenset({"print", "input", "confirm", "prompt"})


def test_nothing_is_printed_but_through_the_gate() -> None:
    found = {f"{path.relative_to(_PACKAGE).as_posix()}:{name}" for path in _files() for name in _writing(path)}
    assert found == set(_ALLOWED)


def test_nobody_writes_to_the_ends_of_the_process_by_name() -> None:
    allowed = {"__main__.py", "answers/ask.py", "answers/keep.py", "cli.py"}
    found = {
        path.relative_to(_PACKAGE).as_posix()
        for path in _files()
        for node in _nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in ("stdout", "stderr", "__stderr__")
        if isinstance(node.value, ast.Name) and node.value.id == "sys"
    }
    assert found == allowed


def _files() -> list[Path]:
    return sorted(_PACKAGE.rglob("*.py"))


@cache
def _nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_bytes())))


def _writing(path: Path) -> Iterator[str]:
    """The functions of the file at *path* in which something is written."""
    for function in _nodes(path):
        if isinstance(function, ast.FunctionDef) and any(map(_writes, ast.walk(function))):
            yield function.name


def _writes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    match node.func:
        case ast.Name(id=name):
            return name in _BY_NAME
        case ast.Attribute(attr=name):
            return name in _WRITERS
        case _:
            return False
