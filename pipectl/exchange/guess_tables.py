"""What the texts of a column are in the workspace: stages, statuses, people, reasons, pipelines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from pipectl.exchange.binding import stage_called
from pipectl.exchange.guess_columns import normal
from pipectl.exchange.guess_dialect import Answer
from pipectl.exchange.guess_values import Cell
from pipectl.exchange.ids import slug
from pipectl.exchange.people import called
from pipectl.model.mapping import UNSETTLED
from pipectl.model.pipeline import Outcome, Pipeline, Stage
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Person

_WON = frozenset({"won", "closed won", "closedwon", "win", "menang", "berhasil", "vyhrano", "vyhrany"})
_LOST = frozenset({"lost", "closed lost", "closedlost", "lose", "kalah", "gagal", "prohrano", "prohrany"})
_OPEN = frozenset({"open", "in progress", "active", "berjalan", "terbuka", "otevreny", "otevreno"})
_MOST_PEOPLE = 300

Table = dict[str, Answer]


class Stranger(NamedTuple):
    """Somebody who is not in the team, as a line for it."""

    id: str
    name: str
    email: str = ""


def texts(cells: Iterable[Cell]) -> dict[str, Cell]:
    """Every different text with the first cell that has it, in their order."""
    found: dict[str, Cell] = {}
    for cell in cells:
        if cell.text:
            found.setdefault(cell.text, cell)
    return found


def stages(cells: Iterable[Cell], pipelines: Sequence[Pipeline]) -> Table:
    """What each stage of the table is."""
    return {text: _stage(cell, pipelines) for text, cell in texts(cells).items()}


def _stage(cell: Cell, pipelines: Sequence[Pipeline]) -> Answer:
    found = {stage.id: stage for pipeline in pipelines if (stage := stage_called(pipeline, cell.text))}
    if len(found) == 1:
        return Answer(next(iter(found)))
    every: dict[str, Stage] = {stage.id: stage for pipeline in pipelines for stage in pipeline.stages}
    names = {normal(name): stage.id for stage in every.values() for name in (stage.id, stage.name)}
    for known, outcome in ((_WON, Outcome.WON), (_LOST, Outcome.LOST)):
        closed = [stage.id for stage in every.values() if stage.outcome is outcome]
        if len(closed) == 1:
            names |= dict.fromkeys(known, closed[0])
    words = normal(cell.text)
    if words in names and not every[names[words]].is_open:
        return Answer(names[words])
    near = suggest(words, names)
    hint = f"did you mean {names[near]}?" if near else f"one of {', '.join(every)}"
    return Answer(UNSETTLED, f"row {cell.row}; {hint}")


def statuses(cells: Iterable[Cell], pipelines: Sequence[Pipeline]) -> Table:
    """What each status of the table is; `~` where the stage tells more."""
    return {
        text: Answer("~", "the stage tells more") if normal(text) in _OPEN else _stage(cell, pipelines)
        for text, cell in texts(cells).items()
    }


def reasons(cells: Iterable[Cell], known: Sequence[str]) -> Table:
    """What each reason of the table is among those that the workspace defines; nothing where it defines none."""
    return _matched(cells, known, slug) if known else {}


def pipelines(cells: Iterable[Cell], known: Mapping[str, Pipeline]) -> Table:
    """What each pipeline of the table is."""
    named = {pipeline.name.casefold(): pipeline.id for pipeline in known.values()}
    return _matched(cells, tuple(known), lambda text: named.get(text.casefold(), slug(text)))


def _matched(cells: Iterable[Cell], known: Sequence[str], spell: Callable[[str], str]) -> Table:
    found = {}
    for text, cell in texts(cells).items():
        name = text if text in known else spell(text)
        near = suggest(name, known)
        hint = f"did you mean {near}?" if near else f"one of {', '.join(known)}"
        found[text] = Answer(name) if name in known else Answer(UNSETTLED, f"row {cell.row}; {hint}")
    return found


def people(cells: Iterable[Cell], team: Mapping[str, Person]) -> tuple[Table, tuple[Stranger, ...]]:
    """Who each name of the table is, and those whom the team has not."""
    known = called(team)
    found: Table = {}
    strangers: dict[str, Stranger] = {}
    for text, cell in list(texts(cells).items())[:_MOST_PEOPLE]:
        person = known.get(text.casefold()) or (slug(text) if slug(text) in team else None)
        if person:
            found[text] = Answer(person)
            continue
        stranger = _stranger(text)
        strangers.setdefault(stranger.id, stranger)
        near = suggest(text.casefold(), known)
        hint = f"did you mean {known[near]}? else " if near else ""
        why = f"row {cell.row}; {hint}not in the team: paste the line below into it and write {stranger.id} here"
        found[text] = Answer(UNSETTLED, why) if team else Answer(stranger.id)
    return found, tuple(strangers.values())


def _stranger(text: str) -> Stranger:
    local, at, _ = text.partition("@")
    if at and " " not in text:
        return Stranger(slug(local) or slug(text), " ".join(local.replace("_", ".").split(".")).title(), text)
    return Stranger(slug(text) or "somebody", text)


def line(stranger: Stranger) -> str:
    """The stranger's line under `team:`."""
    email = f", email: {quoted(stranger.email)}" if stranger.email else ""
    return f"{quoted(stranger.id)}: {{name: {quoted(stranger.name)}{email}}}"


def quoted(text: str) -> str:
    """*text* as YAML, quoted unless it is plainly a word or some of them."""
    from_letters = all(
        part[:1].isalpha() and part.replace("-", "").replace("_", "").isalnum() for part in text.split(" ")
    )
    if text.isascii() and from_letters and text.casefold() not in _TYPED:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_TYPED = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
