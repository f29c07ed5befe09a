"""A mapping meets a table's header and a workspace: every name in it is looked up once, before any row is read."""

import re
from collections.abc import Iterable, Iterator, Mapping

from pipectl.exchange.sheet import Sheet, one_line
from pipectl.model.frozen import frozen
from pipectl.model.mapping import FIRST_STAGE, ImportMapping, Source
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.problem import Problem
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Workspace

_HOLE = re.compile(r"\{([^{}]*)\}")


@frozen
class Picker:
    """Takes a text out of a row.

    Attributes:
        label: the columns, as messages name them.
        choices: alternatives, each of literal texts and places of cells; the first that is not empty counts.
    """

    label: str
    choices: tuple[tuple[str | int, ...], ...]

    def text(self, cells: tuple[str, ...]) -> str:
        """The text; "" where every cell that it is made of is empty."""
        for parts in self.choices:
            if len(parts) == 1 and isinstance(parts[0], int):
                if cells[parts[0]]:
                    return cells[parts[0]]
            elif any(isinstance(part, int) and cells[part] for part in parts):
                return one_line("".join(cells[part] if isinstance(part, int) else part for part in parts))
        return ""

    @property
    def places(self) -> tuple[int, ...]:
        """Every cell that it may look at."""
        return tuple(part for parts in self.choices for part in parts if isinstance(part, int))


@frozen
class Binding:
    """A mapping whose names all mean something.

    Attributes:
        pipeline: of rows that name none; None where each row has to.
        pickers: field → where it comes from; `entered.<stage>` and `fields.<id>` among them.
        tables: `stages`, `owners` … → text in lower case → what it is in the workspace.
    """

    mapping: ImportMapping
    workspace: Workspace
    pipeline: Pipeline | None
    pickers: Mapping[str, Picker]
    tables: Mapping[str, Mapping[str, str]]

    def known(self, table: str, text: str) -> str | None:
        """What the mapping's *table* says of *text*, letter case aside; None where it says nothing."""
        return self.tables[table].get(text.casefold())


def bind(mapping: ImportMapping, sheet: Sheet, workspace: Workspace) -> tuple[Binding, tuple[Problem, ...]]:
    """The mapping bound, and all that does not fit; with problems, the binding is not for use."""
    problems: list[Problem] = []
    sources = {
        **mapping.columns,
        **{f"entered.{stage}": source for stage, source in mapping.entered.items()},
        **{f"fields.{name}": source for name, source in mapping.fields.items()},
    }
    pickers = {}
    for name, source in sources.items():
        try:
            pickers[name] = _picker(source, sheet)
        except LookupError as error:
            problems.append(_problem(mapping, f"columns.{name}", str(error.args[0])))
    pipeline = _default_pipeline(mapping, workspace)
    used = _pipelines(mapping, workspace, pipeline)
    problems += [*_wrong_pipelines(mapping, workspace, pipeline), *_wrong_stages(mapping, used)]
    problems += [*_wrong_people(mapping, workspace), *_wrong_fields(mapping, workspace, used)]
    names = ("stages", "statuses", "pipelines", "owners", "lost_reasons")
    tables = {name: {key.casefold(): value for key, value in getattr(mapping, name).items()} for name in names}
    return Binding(mapping, workspace, pipeline, pickers, tables), tuple(problems)


def _picker(source: Source, sheet: Sheet) -> Picker:
    labels = [text if text in sheet.header else " ".join(_HOLE.findall(text)) or text for text in source]
    return Picker("/".join(labels), tuple(_parts(text, sheet) for text in source))


def _parts(text: str, sheet: Sheet) -> tuple[str | int, ...]:
    if text in sheet.header or not _HOLE.search(text):
        return (sheet.place(text),)
    pieces = _HOLE.split(text)
    return tuple(sheet.place(piece.strip()) if place % 2 else piece for place, piece in enumerate(pieces) if piece)


def _problem(mapping: ImportMapping, key: str, message: str, hint: str = "") -> Problem:
    return Problem("mapping", message, mapping.place(key), hint)


def _default_pipeline(mapping: ImportMapping, workspace: Workspace) -> Pipeline | None:
    name = mapping.pipeline or workspace.settings.default_pipeline
    if not name and len(workspace.pipelines) == 1:
        return next(iter(workspace.pipelines.values()))
    return workspace.pipelines.get(name)


def _pipelines(mapping: ImportMapping, workspace: Workspace, default: Pipeline | None) -> tuple[Pipeline, ...]:
    if "pipeline" in mapping.columns or default is None:
        return tuple(workspace.pipelines.values())
    return (default,)


def _wrong_pipelines(mapping: ImportMapping, workspace: Workspace, default: Pipeline | None) -> Iterator[Problem]:
    known = workspace.pipelines
    named = {"pipeline": mapping.pipeline, **{f"pipelines.{key}": name for key, name in mapping.pipelines.items()}}
    for key, name in named.items():
        if name and name not in known:
            yield _problem(mapping, key, f"no pipeline '{name}'", _hint(name, known))
    if default is None and not mapping.pipeline and "pipeline" not in mapping.columns:
        yield _problem(mapping, "pipeline", "no pipeline is named", f"write pipeline: with one of {', '.join(known)}")


def _wrong_stages(mapping: ImportMapping, pipelines: Iterable[Pipeline]) -> Iterator[Problem]:
    known = {stage.id: stage for pipeline in pipelines for stage in pipeline.stages}
    tables = {
        **{f"stages.{key}": name for key, name in mapping.stages.items()},
        **{f"statuses.{key}": name for key, name in mapping.statuses.items() if name},
        **{f"columns.entered.{name}": name for name in mapping.entered if name != FIRST_STAGE},
    }
    for key, name in tables.items():
        if not any(pipeline.stage(name) for pipeline in pipelines):
            yield _problem(mapping, key, f"no stage '{name}'", _hint(name, known))


def _wrong_people(mapping: ImportMapping, workspace: Workspace) -> Iterator[Problem]:
    team = workspace.settings.team
    for text, name in mapping.owners.items():
        if team and name and name not in team:
            yield _problem(mapping, f"owners.{text}", f"'{name}' is not in the team", _hint(name, team))


def _wrong_fields(mapping: ImportMapping, workspace: Workspace, pipelines: Iterable[Pipeline]) -> Iterator[Problem]:
    known = {name for pipeline in pipelines for name in workspace.fields(pipeline.id)}
    for name in mapping.fields:
        if name not in known:
            hint = _hint(name, known) if known else "describe it under `fields:` in pipectl.yaml"
            yield _problem(mapping, f"columns.fields.{name}", f"'{name}' is no field of this workspace", hint)


def _hint(name: str, known: Iterable[str]) -> str:
    near = suggest(name, known)
    return f"did you mean {near}?" if near else f"there are {', '.join(known)}"


def stage_called(pipeline: Pipeline, text: str) -> Stage | None:
    """The stage whose id, former id or name is *text*, letter case aside."""
    wanted = text.casefold()
    by_id = pipeline.stage(text) or pipeline.stage(wanted)
    return by_id or next((stage for stage in pipeline.stages if stage.name.casefold() == wanted), None)


def first_stage(pipeline: Pipeline) -> Stage:
    """The stage that deals of *pipeline* begin in."""
    named = [stage for name in pipeline.moves.create_in if (stage := pipeline.stage(name)) is not None]
    begins = named or pipeline.open_stages
    return next((stage for stage in begins if stage.retired is None), begins[0])
