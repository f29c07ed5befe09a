"""Entries of a deal's lists as what a file says of them: key by key, in the order that people read them in."""

from collections.abc import Container
from datetime import tzinfo
from decimal import Decimal

from pipectl.model.deal import Activity, Change, Contact, Deal, Entry, FieldValue, Task, Waiver
from pipectl.model.money import Money
from pipectl.store.edit_scalars import Value
from pipectl.store.quoting import digits, moment_text, percent_text

Item = dict[str, str | Value]


def entry_item(entry: Entry, zone: tzinfo, *, named: bool) -> Item:
    """A line of history; *named*: with its pipeline."""
    item: Item = {"at": Value(moment_text(entry.at, zone), bare=True)}
    if named:
        item["pipeline"] = entry.pipeline
    item["stage"] = entry.stage
    item |= _texts(entry, "by", "note", "forced", "lost_reason", "competitor")
    if entry.amount is not None:
        item["amount"] = Value(digits(entry.amount.amount), bare=True)
    return item


def task_item(task: Task) -> Item:
    """A task."""
    item: Item = {"title": task.title}
    item |= {key: bare(day) for key in ("due", "done") if (day := getattr(task, key)) is not None}
    item |= _texts(task, "owner", "id", "every")
    if task.snoozed_until:
        item["snoozed_until"] = bare(task.snoozed_until)
    return {**item, "last_chance": Value("yes")} if task.last_chance else item


def activity_item(activity: Activity, zone: tzinfo) -> Item:
    """Something that happened."""
    at: Item = {"at": Value(moment_text(activity.at, zone), bare=True), "type": activity.type}
    return at | _texts(activity, "by", "note")


def change_item(change: Change, deal: Deal, zone: tzinfo) -> Item:
    """Values of tracked fields from a moment on."""
    item: Item = {"at": Value(moment_text(change.at, zone), bare=True)}
    for key, value in change.values.items():
        item[key] = Value("~", bare=True) if value is None else value_of(value, percent=key == "probability")
        if isinstance(value, Money) and value.currency != deal.currency:
            item["currency"] = value.currency
    return item


def waiver_item(waiver: Waiver) -> Item:
    """A check set aside."""
    item: Item = {"check": waiver.check}
    if waiver.until:
        item["until"] = bare(waiver.until)
    return item | _texts(waiver, "why")


def contact_item(contact: Contact) -> Item:
    """A person on the customer's side."""
    return _texts(contact, "name", "role", "email", "phone")


def value_of(value: FieldValue, *, percent: bool = False) -> Value:
    """A typed value as text."""
    match value:
        case bool():
            return Value("yes" if value else "no")
        case Money():
            return Value(digits(value.amount), bare=True)
        case Decimal():
            return Value(percent_text(value) if percent else digits(value), bare=True)
        case str():
            return Value(value)
        case _:
            return bare(value)


def own_fields(deal: Deal, percents: Container[str]) -> Item:
    """The business's own fields."""
    return {key: value_of(value, percent=key in percents) for key, value in deal.fields.items()}


def bare(value: object) -> Value:
    """A day or a number, which stands without quotes."""
    return Value(str(value), bare=True)


def _texts(thing: object, *keys: str) -> Item:
    return {key: text for key in keys if (text := getattr(thing, key))}
