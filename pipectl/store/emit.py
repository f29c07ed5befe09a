"""A Deal becomes the text of a new file, in the layout that lets two people's edits merge.

A blank line stands between the fields that change most and between the lists.
"""

from collections.abc import Container, Iterable, Iterator
from datetime import tzinfo

from pipectl.model.deal import Deal
from pipectl.store import items
from pipectl.store.edit_scalars import Data, Look, Value, flow, written
from pipectl.store.quoting import UNPRINTABLE, digits, percent_text, scalar

# How a new file is written: no neighbour says otherwise.
_LOOK = Look()


def deal_text(deal: Deal, zone: tzinfo, *, stage_pipelines: bool = False, percents: Container[str] = ()) -> str:
    """The file of *deal*.

    *stage_pipelines*: history names the pipeline of its first entry; it always does where the deal was transferred.
    *percents*: the business's own fields that are percentages.
    """
    groups = [
        [("title", scalar(deal.title)), ("pipeline", scalar(deal.pipeline)), ("stage", scalar(deal.stage))],
        [("amount", digits(deal.amount.amount) if deal.amount else "")],
        [("currency", deal.currency)],
        [("expected_close", deal.expected_close.isoformat() if deal.expected_close else "")],
        [("owner", _text(deal.owner))],
        list(_rest(deal, percents)),
    ]
    blocks = ["".join(f"{key}: {value}\n" for key, value in group if value) for group in groups]
    blocks[-1] += _items("contacts", (flow(items.contact_item(person), _LOOK) for person in deal.contacts))
    if deal.notes:
        blocks.append(_notes(deal.notes))
    blocks += [
        _items("waive", (flow(items.waiver_item(waiver), _LOOK) for waiver in deal.waive)),
        _items("tasks", (flow(items.task_item(task), _LOOK) for task in deal.tasks)),
        _items("activities", (_block(items.activity_item(activity, zone)) for activity in deal.activities)),
        _items("changes", (flow(items.change_item(change, deal, zone), _LOOK) for change in deal.changes)),
        _items("history", (flow(entry, _LOOK) for entry in _entries(deal, zone, name_pipelines=stage_pipelines))),
    ]
    return "\n".join(block for block in blocks if block)


def _rest(deal: Deal, percents: Container[str]) -> Iterator[tuple[str, str]]:
    for key in ("company", "source"):
        yield key, _text(getattr(deal, key))
    yield "tags", _flow(list(deal.tags))
    yield "fields", _flow(items.own_fields(deal, percents))
    yield "created", deal.created.isoformat() if deal.created else ""
    yield "probability", percent_text(deal.probability) if deal.probability is not None else ""
    for key in ("forecast", "lost_reason", "competitor"):
        yield key, _text(getattr(deal, key))
    yield "snooze_until", deal.snooze_until.isoformat() if deal.snooze_until else ""
    yield "aliases", _flow(list(deal.aliases))
    # An id of digits alone needs quotes, and the others get them too, so that a list of ids looks alike.
    own = {key: Value(f'"{text}"', bare=True) if text.isalnum() else text for key, text in deal.external_ids.items()}
    yield "external_ids", _flow(own)


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
