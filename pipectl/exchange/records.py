"""Deals as records for other programs: flat rows, whole records with everything nested, and one row a move.

The columns and keys are public: they keep their names, and new ones come at the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from pipectl.model.as_known import value_after
from pipectl.model.deal import Activity, Change, Contact, Deal, Entry, FieldValue, Task, Waiver
from pipectl.model.facts import Facts
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.state import State
from pipectl.report import Cell, Column, Days, Percent, Table

Record: TypeAlias = bool | int | float | str | list["Record"] | dict[str, "Record"] | None

SCHEMA = 1

_DEAL_COLUMNS = (
    "id", "path", "title", "pipeline", "stage", "outcome", "amount", "currency", "worth", "worth_currency",
    "expected_close", "owner", "company", "source", "tags", "created", "entered", "closed", "days_in_stage", "age",
    "next_step", "next_due", "lost_reason", "competitor", "probability", "forecast", "external_ids",
)  # fmt: skip
_EVENT_COLUMNS = (
    "id", "title", "pipeline", "stage", "at", "by", "note", "forced", "lost_reason", "competitor", "won_amount",
    "amount", "currency", "owner", "company", "external_ids",
)  # fmt: skip


def deals_table(facts: Facts) -> Table:
    """A row for every deal of *facts*, the business's own fields in columns `fields.<id>` at the end."""
    own = own_fields(facts)
    columns = (*_DEAL_COLUMNS, *(f"fields.{name}" for name in own))
    rows = tuple((*_deal_row(state, facts), *_own_row(state.deal, own)) for state in facts.states)
    return Table("deals", tuple(Column(name, name) for name in columns), rows, ids="id", empty="no deal fits")


def own_fields(facts: Facts) -> tuple[str, ...]:
    """Every own field that the workspace describes, whether a deal has it or not, and those that deals have beside."""
    workspace = facts.workspace
    described = [name for pipeline in workspace.pipelines for name in workspace.fields(pipeline)]
    written = sorted({name for state in facts.states for name in state.deal.fields})
    return tuple(dict.fromkeys([*described, *written]))


def _deal_row(state: State, facts: Facts) -> tuple[Cell, ...]:
    deal, task = state.deal, state.deal.next_task if state.is_open else None
    days, age = state.days_in_stage, state.age_days
    return (
        deal.id,
        deal.path,
        deal.title,
        deal.pipeline,
        deal.stage,
        state.stage.outcome.value,
        state.amount.amount if state.amount else None,
        state.amount.currency if state.amount else deal.currency,
        state.worth.amount if state.worth else None,
        facts.settings.currency,
        deal.expected_close,
        state.owner,
        deal.company,
        deal.source,
        deal.tags,
        state.created,
        state.entered,
        state.closed,
        None if days is None else Days(days),
        None if age is None else Days(age),
        task.title if task else "",
        task.comes_up if task else None,
        deal.lost_reason,
        deal.competitor,
        None if deal.probability is None else Percent(deal.probability),
        deal.forecast,
        _external_ids(deal),
    )


def _external_ids(deal: Deal) -> tuple[str, ...]:
    return tuple(f"{system}:{name}" for system, name in deal.external_ids.items())


def _own_row(deal: Deal, names: Sequence[str]) -> Iterator[Cell]:
    for name in names:
        value = deal.fields.get(name)
        yield value.amount if isinstance(value, Money) else value


def events_table(facts: Facts) -> Table:
    """A row for every move of every deal of *facts*: `amount` and `owner` as they were then."""
    rows = tuple(_event_row(state.deal, entry) for state in facts.states for entry in state.deal.history)
    return Table(
        "events", tuple(Column(name, name) for name in _EVENT_COLUMNS), rows, ids="id", empty="no deal has moved"
    )


def _event_row(deal: Deal, entry: Entry) -> tuple[Cell, ...]:
    known = [change for change in deal.changes if change.at.day <= entry.at.day]
    amount = value_after(deal, "amount", known)
    return (
        deal.id,
        deal.title,
        entry.pipeline,
        entry.stage,
        entry.at,
        entry.by,
        entry.note,
        entry.forced,
        entry.lost_reason,
        entry.competitor,
        entry.amount.amount if entry.amount else None,
        amount.amount if isinstance(amount, Money) else None,
        amount.currency if isinstance(amount, Money) else deal.currency,
        str(value_after(deal, "owner", known) or ""),
        deal.company,
        _external_ids(deal),
    )


def deal_record(state: State, facts: Facts) -> dict[str, Record]:
    """Everything that is known of one deal, lists nested; unknown is null, money is a text beside its currency."""
    deal, task = state.deal, state.deal.next_task if state.is_open else None
    return {
        "id": deal.id,
        "path": deal.path,
        "title": deal.title,
        "pipeline": deal.pipeline,
        "stage": deal.stage,
        "outcome": state.stage.outcome.value,
        "amount": _value(state.amount),
        "currency": deal.currency,
        "worth": _value(state.worth),
        "worth_currency": facts.settings.currency,
        "expected_close": _value(deal.expected_close),
        "owner": state.owner,
        "company": deal.company,
        "source": deal.source,
        "tags": list(deal.tags),
        "created": _value(state.created),
        "entered": _value(state.entered),
        "closed": _value(state.closed),
        "days_in_stage": _days(state.days_in_stage),
        "age": _days(state.age_days),
        "next_step": task.title if task else "",
        "next_due": _value(task.comes_up) if task else None,
        "lost_reason": deal.lost_reason,
        "competitor": deal.competitor,
        "probability": _value(deal.probability),
        "forecast": deal.forecast,
        "external_ids": dict(deal.external_ids),
        "fields": {name: _value(value) for name, value in deal.fields.items()},
        "snooze_until": _value(deal.snooze_until),
        "aliases": list(deal.aliases),
        "notes": deal.notes,
        "contacts": [_contact(person) for person in deal.contacts],
        "waive": [_waiver(waiver) for waiver in deal.waive],
        "tasks": [_task(task) for task in deal.tasks],
        "activities": [_activity(activity) for activity in deal.activities],
        "changes": [_change(change) for change in deal.changes],
        "history": [_entry(entry) for entry in deal.history],
    }


def _value(value: FieldValue | Moment | None) -> Record:
    # Most values are unknown or a text.
    if value is None or type(value) is str:
        return value
    match value:
        case Money():
            return {"amount": f"{value.amount:f}", "currency": value.currency}
        case Decimal():
            return f"{value:f}"
        case Moment():
            return value.day.isoformat() if value.instant is None else value.instant.isoformat()
        case date():
            return value.isoformat()
        case _:
            return value


def _days(days: float | None) -> float | None:
    return None if days is None else int(days) if days == int(days) else round(days, 6)


def _contact(person: Contact) -> Record:
    return {"name": person.name, "role": person.role, "email": person.email, "phone": person.phone}


def _waiver(waiver: Waiver) -> Record:
    return {"check": waiver.check, "until": _value(waiver.until), "why": waiver.why}


def _task(task: Task) -> Record:
    return {
        "title": task.title,
        "due": _value(task.due),
        "done": _value(task.done),
        "owner": task.owner,
        "id": task.id,
        "every": task.every,
        "snoozed_until": _value(task.snoozed_until),
        "last_chance": task.last_chance,
    }


def _activity(activity: Activity) -> Record:
    return {"at": _value(activity.at), "type": activity.type, "by": activity.by, "note": activity.note}


def _change(change: Change) -> Record:
    values: Mapping[str, Record] = {name: _value(value) for name, value in change.values.items()}
    return {"at": _value(change.at), **values}


def _entry(entry: Entry) -> Record:
    return {
        "at": _value(entry.at),
        "stage": entry.stage,
        "pipeline": entry.pipeline,
        "by": entry.by,
        "note": entry.note,
        "forced": entry.forced,
        "lost_reason": entry.lost_reason,
        "competitor": entry.competitor,
        "amount": _value(entry.amount),
    }
