"""Deals that a table tells of, before anybody has looked which of them the workspace has."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipectl.exchange.binding import Binding
from pipectl.exchange.sheet import Refusal, Sheet, Skipped, without_footer
from pipectl.model.deal import Deal, Entry
from pipectl.model.frozen import field, frozen
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.pipeline import Pipeline, Stage


@frozen
class Draft:
    """A deal without id and path, and the rows that tell of it."""

    rows: tuple[int, ...]
    external_id: str
    deal: Deal


@frozen
class Drafts:
    """Everything that a table tells: every row of it is in a draft, refused or skipped.

    Attributes:
        refused: a row may have several reasons.
        notes: what was left out of a deal that was taken → its rows.
    """

    read: int
    drafts: tuple[Draft, ...]
    refused: tuple[Refusal, ...]
    skipped: tuple[Skipped, ...]
    notes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def trimmed(sheet: Sheet, binding: Binding) -> Sheet:
    """*sheet* without the rows of totals and notes at its end."""
    ids = binding.pickers["external_id"].places
    stages = [
        place for name in ("stage", "status") if name in binding.pickers for place in binding.pickers[name].places
    ]
    return without_footer(sheet, ids, stages)


def gathered(
    sheet: Sheet, drafts: Iterable[Draft], refused: Iterable[Refusal], notes: Iterable[tuple[str, int]]
) -> Drafts:
    """All that was found; of drafts with the same external id none is taken, since nobody can tell which is right."""
    by_id: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_id[draft.external_id].append(draft)
    found = [*sheet.refused, *refused]
    kept = []
    for name, same in by_id.items():
        if len(same) == 1:
            kept.append(same[0])
            continue
        rows = [row for draft in same for row in draft.rows]
        for row in rows:
            others = ", ".join(str(other) for other in rows if other != row)
            found.append(Refusal(row, "", f"'{name}' stands in row {others} too", "one row a deal: delete the others"))
    noted: dict[str, list[int]] = defaultdict(list)
    taken = {row for draft in kept for row in draft.rows}
    for text, row in notes:
        if row in taken:
            noted[text].append(row)
    ordered = tuple(sorted(found, key=lambda refusal: refusal.row))
    return Drafts(sheet.read, tuple(kept), ordered, sheet.skipped, {text: tuple(rows) for text, rows in noted.items()})


def as_history(moves: Sequence[tuple[Moment, Stage]], pipeline: Pipeline) -> tuple[Entry, ...]:
    """Moves in time order, those of the same time in the pipeline's order; repeating a stage is no move."""
    ranked = sorted(moves, key=lambda move: pipeline.rank(move[1].id))
    return without_repeats(in_time_order([Entry(at, stage.id, pipeline.id) for at, stage in ranked]))


def without_repeats(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """*entries* without those that stay in the stage that the deal is in."""
    return tuple(
        entry
        for before, entry in zip((None, *entries), entries, strict=False)
        if before is None or (before.pipeline, before.stage) != (entry.pipeline, entry.stage)
    )
