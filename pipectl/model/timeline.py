"""What happened to a deal, in one line of time."""

from pipectl.model.deal import Deal, Entry, FieldValue
from pipectl.model.frozen import frozen
from pipectl.model.moment import Moment, in_time_order


@frozen
class Event:
    """Something that happened.

    Attributes:
        kind: `move`, `change`, `activity` or `task`.
        what: the stage, the field, the activity's type, or `done`.
        text: what was noted of it, the value from then on, or the task's title; None for a field that was emptied.
        pipeline: the one that a stage belongs to; "" for anything else.
    """

    at: Moment
    kind: str
    what: str
    text: FieldValue | None
    by: str = ""
    pipeline: str = ""


def timeline(deal: Deal) -> tuple[Event, ...]:
    """Moves, recorded changes, activities and tasks done, the newest first.

    Within a day what has no hour stands after, that is above, what has one.
    """
    events = [Event(entry.at, "move", entry.stage, _said(entry), entry.by, entry.pipeline) for entry in deal.history]
    events += [
        Event(change.at, "change", name, value) for change in deal.changes for name, value in change.values.items()
    ]
    events += [Event(one.at, "activity", one.type, one.note, one.by) for one in deal.activities]
    events += [Event(Moment(task.done), "task", "done", task.title, task.owner) for task in deal.tasks if task.done]
    with_hour = [event for event in events if event.at.instant is not None]
    # After all with an hour, each takes the last hour of its day.
    without = [event for event in events if event.at.instant is None]
    return in_time_order((*in_time_order(with_hour), *without))[::-1]


def _said(entry: Entry) -> str:
    """`Chose the cheaper one; lost: price; to Rivalindo; forced: …`."""
    parts = (
        entry.note,
        entry.lost_reason and f"lost: {entry.lost_reason}",
        entry.competitor and f"to {entry.competitor}",
        entry.forced and f"forced: {entry.forced}",
    )
    return "; ".join(part for part in parts if part)
