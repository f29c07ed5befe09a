"""The YAML files that come with the program: templates and the sample."""

from collections.abc import Iterator
from importlib.resources import files


def shipped(*folder: str) -> Iterator[tuple[str, str]]:
    """Path, relative to *folder* of the package, and text of every YAML file below it."""
    waiting = [("", files("pipectl").joinpath(*folder))]
    while waiting:
        path, entry = waiting.pop()
        if entry.is_dir():
            waiting += [(f"{path}/{inner.name}".lstrip("/"), inner) for inner in entry.iterdir()]
        elif path.endswith(".yaml"):
            yield path, entry.read_text(encoding="utf-8")
