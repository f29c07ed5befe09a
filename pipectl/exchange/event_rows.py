"""`from: events`: every row is a move of a deal into a stage; what it says of the deal holds from then on.

The deal's own fields are those of its last row. Where a tracked field, such as the amount, differs from row to row, its
former values become records under `changes:`.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from pipectl.exchange.binding import Binding
from pipectl.exchange.deal_fields import deal_of
from pipectl.exchange.drafts import Draft, Drafts, gathered, trimmed, without_repeats
from pipectl.exchange.reading import Reader, Reading
from pipectl.exchange.sheet import Refusal, Sheet
from pipectl.model.deal import Change, Deal, Entry, FieldValue
from pipectl.model.frozen import frozen, replace
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.pipeline import Outcome

_RECORDED = ("amount", "expected_close", "owner", "probability", "forecast")


@frozen
class _Event:
    """One row: a move, and the deal as it was then."""

    at: Moment
    row: int
    entry: Entry
    deal: Deal


def deals_of_events(sheet: Sheet, binding: Binding) -> Drafts:
    """A deal for every external id all of whose rows can be read."""
    sheet = trimmed(sheet, binding)
    reader = Reader.of(binding)
    refused: list[Refusal] = []
    groups: dict[str, list[Reading]] = defaultdict(list)
    for row in sheet.rows:
        reading = Reading(reader, row)
        groups[reading.text("external_id")].append(reading)
    drafts = []
    for name, readings in groups.items():
        events = [event for reading in readings if (event := _event(reading)) is not None]
        wrong = [reading for reading in readings if reading.refused]
        refused += [refusal for reading in wrong for refusal in reading.refused]
        if wrong and name:
            refused += _siblings(readings, wrong)
        if not wrong:
            drafts.append(_draft(name, events))
    return gathered(sheet, drafts, refused, ())


def _siblings(readings: Sequence[Reading], wrong: Sequence[Reading]) -> list[Refusal]:
    """A deal with a move missing would tell another story, so none of its rows is taken."""
    reason = f"row {wrong[0].row.number}, of the same deal, is refused"
    return [Refusal(reading.row.number, "", reason) for reading in readings if not reading.refused]


def _event(reading: Reading) -> _Event | None:
    pipeline = reading.pipeline()
    stage = reading.stage(pipeline) if pipeline else None
    reading.needed("at")
    at = reading.value("at", reading.reader.cells.moment)
    if pipeline is None:
        return None
    # Even where the stage is wrong the other columns are read, so that all that is wrong in a row is said at once.
    deal = deal_of(reading, pipeline, stage or pipeline.stages[0])
    if stage is None or at is None:
        return None
    entry = Entry(
        at=at,
        stage=stage.id,
        pipeline=pipeline.id,
        by=reading.value("by", reading.reader.people.find) or "",
        note=reading.text("note"),
        forced=reading.text("forced"),
        lost_reason=deal.lost_reason if stage.outcome is Outcome.LOST else "",
        competitor="" if stage.is_open else deal.competitor,
        amount=reading.amount("won_amount", deal.currency),
    )
    return _Event(at, reading.row.number, entry, deal)


def _draft(name: str, events: Sequence[_Event]) -> Draft:
    ordered = in_time_order(_oldest_first(events))
    last = ordered[-1]
    history = without_repeats([event.entry for event in ordered])
    deal = replace(last.deal, history=history, changes=_changes(ordered))
    return Draft(tuple(sorted(event.row for event in events)), name, deal)


def _oldest_first(events: Sequence[_Event]) -> Sequence[_Event]:
    """*events* turned round where the file lists the newest first, so that those of one day stay in their order."""
    days = [event.at.day for event in events]
    falls = all(before >= after for before, after in pairwise(days))
    return events[::-1] if falls and days[0] > days[-1] else events


def _changes(events: Sequence[_Event]) -> tuple[Change, ...]:
    """Records of the tracked fields that differ from row to row, from the first value on."""
    varying = [name for name in _RECORDED if len({_value(event.deal, name) for event in events}) > 1]
    known: dict[str, FieldValue | None] = dict.fromkeys(varying)
    found = []
    for event in events:
        values = {name: _value(event.deal, name) for name in varying}
        differing = {name: value for name, value in values.items() if value != known[name]}
        if differing:
            found.append(Change(event.at, differing))
            known |= differing
    return tuple(found)


def _value(deal: Deal, name: str) -> FieldValue | None:
    value: FieldValue | None = getattr(deal, name)
    return None if value == "" else value
