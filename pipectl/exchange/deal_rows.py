"""`from: csv`: every row is a deal, with the days on which it entered stages in columns of their own."""

from collections.abc import Iterator
from datetime import date

from pipectl.exchange.binding import Binding, first_stage
from pipectl.exchange.deal_fields import deal_of
from pipectl.exchange.drafts import Draft, Drafts, as_history, gathered, trimmed
from pipectl.exchange.reading import Reader, Reading
from pipectl.exchange.sheet import Sheet
from pipectl.model.deal import Deal, Entry
from pipectl.model.frozen import replace
from pipectl.model.mapping import FIRST_STAGE
from pipectl.model.moment import is_before
from pipectl.model.pipeline import Pipeline, Stage

_IGNORED_CLOSE = "the day of the close was left out: the deal's stage is open"
_NO_CLOSE = "closed without a day: counted in every total, and in no period"


def deals_of_rows(sheet: Sheet, binding: Binding) -> Drafts:
    """A deal for every row that can be read."""
    sheet = trimmed(sheet, binding)
    reader = Reader.of(binding)
    readings = [Reading(reader, row) for row in sheet.rows]
    drafts = [draft for reading in readings if (draft := _draft(reading)) is not None]
    refused = (refusal for reading in readings for refusal in reading.refused)
    notes = ((note, reading.row.number) for reading in readings for note in reading.notes)
    return gathered(sheet, drafts, refused, notes)


def _draft(reading: Reading) -> Draft | None:
    pipeline = reading.pipeline()
    if pipeline is None:
        return None
    # Even where the stage is wrong the other columns are read, so that all that is wrong in a row is said at once.
    stage = reading.stage(pipeline) or pipeline.stages[0]
    deal = deal_of(reading, pipeline, stage)
    history = _with_close(_history(reading, pipeline, stage), deal, stage)
    if reading.refused:
        return None
    if not stage.is_open and not _is_close(history, stage):
        reading.notes.append(_NO_CLOSE)
    deal = replace(deal, history=history, created=_created(deal, history))
    return Draft((reading.row.number,), reading.text("external_id"), deal)


def _history(reading: Reading, pipeline: Pipeline, stage: Stage) -> tuple[Entry, ...]:
    """Where the row says that the deal has been, the close last."""
    moment = reading.reader.cells.moment
    moves = [(at, entered) for entered, name in _entered(reading, pipeline) if (at := reading.value(name, moment))]
    if stage.is_open and (since := reading.value("stage_since", moment)):
        moves.append((since, stage))
    closed = reading.value("closed", moment)
    if closed is not None and stage.is_open:
        if reading.binding.mapping.columns.get("expected_close") != reading.binding.mapping.columns["closed"]:
            reading.notes.append(_IGNORED_CLOSE)
        closed = None
    history = as_history(moves, pipeline)
    if closed is None:
        return history
    if history and is_before(closed, history[-1].at):
        last = history[-1]
        message = f"{closed} lies before {last.at}, when the deal entered {last.stage}"
        reading.refuse(reading.binding.pickers["closed"], message)
    return as_history([*moves, (closed, stage)], pipeline)


def _entered(reading: Reading, pipeline: Pipeline) -> Iterator[tuple[Stage, str]]:
    for name in reading.binding.mapping.entered:
        stage = first_stage(pipeline) if name == FIRST_STAGE else pipeline.stage(name)
        if stage is not None:
            yield stage, f"entered.{name}"


def _is_close(history: tuple[Entry, ...], stage: Stage) -> bool:
    return bool(history) and history[-1].stage == stage.id


def _created(deal: Deal, history: tuple[Entry, ...]) -> date | None:
    return None if history and deal.created == history[0].at.day else deal.created


def _with_close(history: tuple[Entry, ...], deal: Deal, stage: Stage) -> tuple[Entry, ...]:
    """*history* with the reason of the loss and the competitor at its close, where it ends with that of *deal*."""
    if stage.is_open or not history or (history[-1].pipeline, history[-1].stage) != (deal.pipeline, deal.stage):
        return history
    last = history[-1]
    last = replace(
        last,
        lost_reason=last.lost_reason or deal.lost_reason,
        competitor=last.competitor or deal.competitor,
    )
    return (*history[:-1], last)
