"""Who may import whom."""

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pipectl"

# What each layer may import of the package, beside itself. It changes only in a commit that says why.
ALLOWED = {
    "errors": set[str](),
    "model": {"errors"},
    "report": {"model", "errors"},
    "context": {"errors", "model", "report"},
    "store": {"model", "report", "errors"},
    "checks": {"model", "report", "errors"},
    "metrics": {"model", "report", "errors"},
    "exchange": {"model", "report", "errors"},
    "output": {"report", "model", "errors"},
    "commands": {"store", "checks", "metrics", "exchange", "output", "context", "report", "model", "errors"}
    # What a command takes is said in the signature of its `run`; the version is written into the workflow that
    # `install ci` writes.
    | {"arguments", "completion", "__init__"},
    "arguments": {"model"},
    "completion": {"commands", "completion_options"},
    "completion_options": set(),
    "shared_options": set(),
    "usage": {"model", "shared_options"},
    "quick_parser": {"arguments", "commands", "shared_options"},
    "full_parser": {"arguments", "commands", "shared_options", "usage", "model", "errors", "__init__"},
    "cli": {"context", "errors", "output", "arguments", "shared_options", "quick_parser", "full_parser"},
    # What was answered before is asked for before the command line is read.
    "answers": {"store"},
    "__main__": {"answers", "cli", "completion", "__init__"},
    "__init__": set(),
}

# What the pure layers must not touch: files, the clock, the environment, a terminal, git.
IMPURE = {"os", "sys", "pathlib", "subprocess", "time", "random", "socket", "tempfile", "shutil", "io", "typer", "rich"}
PURE = ("model", "checks", "metrics")

# A generator that is given its seed answers the same on every run. The module's own functions share one that is not.
SEEDED = "from random import Random"


def _layer(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


@cache
def _imports(path: Path) -> set[str]:
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "pipectl" else set()
            found |= names or {node.module}
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_the_layers_below_it(path: Path) -> None:
    layer = _layer(path)
    for name in _imports(path):
        top, _, rest = name.partition(".")
        if top != "pipectl":
            continue
        used = rest.split(".")[0] or "__init__"
        used = "__init__" if used == "__version__" else used
        assert used == layer or used in ALLOWED[layer], f"{layer} imports {used}"


@pytest.mark.parametrize("layer", PURE)
def test_a_pure_layer_sees_no_files_no_clock_and_no_environment(layer: str) -> None:
    for path in sorted((PACKAGE / layer).rglob("*.py")):
        used = {name.split(".")[0] for name in _imports(path)}
        if layer == "metrics" and _takes_only_the_seeded(path):
            used.discard("random")
        assert not used & IMPURE, f"{path.name} imports {used & IMPURE}"


def _takes_only_the_seeded(path: Path) -> bool:
    """Whether all that the module has of `random` is the class, and every generator it makes is given a seed."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    taken = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "random")
        or (isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names))
    ]
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Random"]
    seeds = [ast.unparse(node.args[0]) if node.args else "None" for node in made]
    return set(taken) == {SEEDED} and "None" not in seeds


def test_only_one_module_runs_git() -> None:
    runs = {path.relative_to(PACKAGE).as_posix() for path in MODULES if "subprocess" in _imports(path)}
    # The others run the pager and the user's editor.
    assert runs == {"store/git.py", "commands/_pager.py", "commands/edit.py"}


def test_only_two_modules_import_typer() -> None:
    # It takes as long to import as all else that a short command does.
    assert {path.name for path in MODULES if "typer" in {name.split(".")[0] for name in _imports(path)}} == {
        "full_parser.py"
    }
    assert {path.name for path in MODULES if '"typer"' in path.read_text(encoding="utf-8")} == {"_ask.py"}
