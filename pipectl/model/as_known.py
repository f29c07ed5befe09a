"""A deal as it was known at the end of a day: nothing that happened later leaks in."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pipectl.model.deal import TRACKED, Change, Deal, Entry, FieldValue, Task
from pipectl.model.frozen import replace
from pipectl.model.moment import is_before
from pipectl.model.visits import Outline, outline_along

_UNKNOWN: dict[str, FieldValue | None] = {"owner": "", "forecast": "", "lost_reason": ""}


def as_known_on(deal: Deal, day: date) -> Deal | None:
    """*deal* without what lies after *day*; None if it was created later.

    Stage and tracked fields go back to what they were. Fields that nobody tracks show today's value, and so does a
    tracked field that was never recorded; one that was recorded is unknown before its first record. Where the stage
    was changed by hand after the last entry of the history, that stage is taken while the whole history is visible.
    """
    outline = deal.outline
    times, last = outline.times, outline.last
    if times and last is not None and last <= day:
        return deal
    began = times[0].day if times else deal.created
    if began is not None and began > day:
        return None
    return deal if last is None or last <= day else deal.told_by(_Then(deal, day))


class _Then:
    """What a deal was at the end of a day, as the origin of its fields: of most of them nobody asks."""

    __slots__ = ("_day", "_deal")

    def __init__(self, deal: Deal, day: date) -> None:
        self._deal = deal
        self._day = day

    def field(self, known: Deal, name: str) -> Any:  # of the field's own type
        """The field *name* of *known*, which is the deal as it was then."""
        if name in _FOUND:
            return _FOUND[name](known, self._deal, self._day)
        if name in TRACKED and self._deal.outline.changed:
            return value_after(self._deal, name, known.changes)
        return getattr(self._deal, name)


def _outline(known: Deal, deal: Deal, day: date) -> Outline:
    outline = deal.outline
    count = sum([at.day <= day for at in outline.times])
    return outline_along(outline.path[:count], outline.times[:count], known)


def _place(known: Deal, deal: Deal) -> tuple[str, str]:
    """The pipeline and the stage: where its history had led to, or what the file says."""
    here, path = (deal.pipeline, deal.stage), known.outline.path
    if not path or path[-1] == here:
        return here
    is_cut = len(path) < len(deal.outline.path) or len(known.history) < len(deal.history)
    return path[-1] if is_cut else here


def _so_far(name: str) -> Callable[[Deal, Deal, date], object]:
    """What of the list *name* had happened."""
    return lambda _, deal, day: tuple([item for item in getattr(deal, name) if item.at.day <= day])


def _tasks(_: Deal, deal: Deal, day: date) -> tuple[Task, ...]:
    return tuple([replace(task, done=None) if task.done and task.done > day else task for task in deal.tasks])


def _lost_reason(known: Deal, deal: Deal, day: date) -> FieldValue | None:  # noqa: ARG001 - as the others
    history, changes = known.history, known.changes
    if history and (len(history) < len(deal.history) or _is_recorded("lost_reason", deal.changes[len(changes) :])):
        return _reason_then(history[-1], changes)
    return value_after(deal, "lost_reason", changes)


_FOUND: dict[str, Callable[[Deal, Deal, date], object]] = {
    "outline": _outline,
    "pipeline": lambda known, deal, _: _place(known, deal)[0],
    "stage": lambda known, deal, _: _place(known, deal)[1],
    **{name: _so_far(name) for name in ("history", "changes", "activities")},
    "tasks": _tasks,
    "lost_reason": _lost_reason,
}


def value_after(deal: Deal, name: str, changes: Sequence[Change]) -> FieldValue | None:
    """What the tracked field *name* was once *changes*, the first of the deal's, had been made."""
    records = sum(name in change.values for change in deal.changes)
    seen = [change.values[name] for change in changes if name in change.values]
    if len(seen) == records:
        # Never recorded, or all of it visible: what the file says now.
        return getattr(deal, name)  # type: ignore[no-any-return]  # a tracked field is a FieldValue
    value = seen[-1] if seen else None
    return _UNKNOWN.get(name) if value is None else value


def _reason_then(last: Entry, changes: Sequence[Change]) -> FieldValue:
    """Why it was lost when *last* and *changes* were the latest: a record since then, else the entry, else a record."""
    records = [change for change in changes if "lost_reason" in change.values]
    if records and (not last.lost_reason or not is_before(records[-1].at, last.at)):
        return records[-1].values["lost_reason"] or ""
    return last.lost_reason


def _is_recorded(name: str, changes: Sequence[Change]) -> bool:
    return any(name in change.values for change in changes)
