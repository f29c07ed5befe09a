"""A deal as it was known at the end of a day: nothing that happened later leaks in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipectl.model.deal import TRACKED, Change, Deal, Entry, FieldValue
from pipectl.model.moment import is_before

_UNKNOWN: dict[str, FieldValue | None] = {"owner": "", "forecast": "", "lost_reason": ""}


def as_known_on(deal: Deal, day: date) -> Deal | None:
    """*deal* without what lies after *day*; None if it was created later.

    Stage and tracked fields go back to what they were. Fields that nobody tracks show today's value, and so does a
    tracked field that was never recorded; one that was recorded is unknown before its first record. Where the stage
    was changed by hand after the last entry of the history, that stage is taken while the whole history is visible.
    """
    outline = deal.outline
    if outline.visits:
        if outline.visits[0].since.day > day:
            return None
    elif deal.created is not None and deal.created > day:
        return None
    if outline.last is None or outline.last <= day:
        return deal
    history = tuple(entry for entry in deal.history if entry.at.day <= day)
    changes = tuple(change for change in deal.changes if change.at.day <= day) if outline.changed else ()
    past = {name: value_after(deal, name, changes) for name in TRACKED} if outline.changed else {}
    if len(history) < len(deal.history):
        past |= {"stage": history[-1].stage, "pipeline": history[-1].pipeline}
    if history and (len(history) < len(deal.history) or _is_recorded("lost_reason", deal.changes[len(changes) :])):
        past["lost_reason"] = _reason_then(history[-1], changes)
    return deal.but(
        **past,
        history=history,
        changes=changes,
        activities=tuple(activity for activity in deal.activities if activity.at.day <= day),
        tasks=tuple(replace(task, done=None) if task.done and task.done > day else task for task in deal.tasks),
    )


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
