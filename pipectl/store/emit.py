"""A Deal becomes the text of a new file, in the layout that lets two people's edits merge.

A blank line stands between the fields that change most, between the lists and between the tasks, of which one may be
done while another is added. `owner`, `tasks`, `activities` and `history` stand there even when empty: two new keys at
one place would be a conflict for git, such as the activities of one person and the tasks that come with a move by
another.
"""

from collections.abc import Container, Iterable, Iterator
from datetime import tzinfo

from pipectl.model.deal import Deal
from pipectl.store import items
from pipectl.store.edit_scalars import Data, Look, Value, flow, written
from pipectl.store.layout import DEAL
from pipectl.store.quoting import UNPRINTABLE, digits, percent_text, scalar

# How a new file is written: no neighbour says otherwise.
_LOOK = Look()


def deal_text(deal: Deal, zone: tzinfo, *, stage_pipelines: bool = False, percents: Container[str] = ()) -> str:
    """The file of *deal*.

    *stage_pipelines*: history names the pipeline of its first entry; it always does where the deal was transferred.
    *percents*: the business's own fields that are percentages.
    """
    lines = dict(_lines(deal, zone, percents, stage_pipelines=stage_pipelines))
    groups = ("".join(lines.get(key, "") for key in group) for group in DEAL)
    return "\n".join(group for group in groups if group)


def _lines(deal: Deal, zone: tzinfo, percents: Container[str], *, stage_pipelines: bool) -> Iterator[tuple[str, str]]:
    """The lines of each key; none for what the deal has not."""
    scalars = {
        "amount": digits(deal.amount.amount) if deal.amount else "",
        "currency": deal.currency,
        "expected_close": deal.expected_close.isoformat() if deal.expected_close else "",
        "tags": _flow(list(deal.tags)),
        "fields": _flow(items.own_fields(deal, percents)),
        "created": deal.created.isoformat() if deal.created else "",
        "probability": percent_text(deal.probability) if deal.probability is not None else "",
        "snooze_until": deal.snooze_until.isoformat() if deal.snooze_until else "",
        "aliases": _flow(list(deal.aliases)),
        "external_ids": _flow({key: _external(text) for key, text in deal.external_ids.items()}),
    }
    for key in ("title", "pipeline", "stage", "owner", "company", "source", "forecast", "lost_reason", "competitor"):
        scalars[key] = _text(getattr(deal, key))
    for key, text in scalars.items():
        yield key, f"{key}: {text}\n" if text else "owner:\n" if key == "owner" else ""
    yield "notes", _notes(deal.notes) if deal.notes else ""
    yield "contacts", _items("contacts", (flow(items.contact_item(person), _LOOK) for person in deal.contacts))
    yield "waive", _items("waive", (flow(items.waiver_item(waiver), _LOOK) for waiver in deal.waive))
    yield "tasks", _list("tasks", (flow(items.task_item(task), _LOOK) for task in deal.tasks), gap="\n")
    yield "activities", _list("activities", (_block(items.activity_item(one, zone)) for one in deal.activities))
    yield "changes", _items("changes", (flow(items.change_item(one, deal, zone), _LOOK) for one in deal.changes))
    entries = _entries(deal, zone, name_pipelines=stage_pipelines)
    yield "history", _list("history", (flow(entry, _LOOK) for entry in entries))


def _external(text: str) -> Data:
    """An id of digits alone needs quotes, and the others get them too, so that a list of ids looks alike."""
    return Value(f'"{text}"', bare=True) if text.isalnum() else text


def _entries(deal: Deal, zone: tzinfo, *, name_pipelines: bool) -> Iterator[items.Item]:
    transferred = any(entry.pipeline != deal.pipeline for entry in deal.history)
    current = "" if name_pipelines or transferred else deal.pipeline
    for entry in deal.history:
        yield items.entry_item(entry, zone, named=entry.pipeline != current)
        current = entry.pipeline


def _notes(text: str) -> str:
    lines = text.split("\n")
    # A block can't begin with a blank, and can't hold what only an escape can write.
    if lines[0][:1] in ("", " ") or any(UNPRINTABLE.search(line) for line in lines):
        return f"notes: {scalar(text)}\n"
    return "notes: |-\n" + "".join(f"  {line}\n" if line else "\n" for line in lines)


def _text(text: str) -> str:
    return scalar(text) if text else ""


def _flow(data: Data) -> str:
    return flow(data, _LOOK) if data else ""


def _block(item: items.Item) -> str:
    return "\n    ".join(f"{key}: {written(value, _LOOK)}" for key, value in item.items())


def _items(key: str, lines: Iterable[str]) -> str:
    text = "".join(f"  - {line}\n" for line in lines)
    return f"{key}:\n{text}" if text else ""


def _list(key: str, lines: Iterable[str], gap: str = "") -> str:
    """A list that keeps its place where it is empty; *gap* stands between its items."""
    return f"{key}:\n" + gap.join(f"  - {line}\n" for line in lines)
