"""The business's own fields in filters: `fields.segment:smb`, `fields.seats:40..`, typed as they are declared."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pipectl.errors import UsageError
from pipectl.model.facts import Facts
from pipectl.model.filter_values import (
    Condition,
    Key,
    fold,
    in_days,
    in_range,
    is_text,
    parse_number,
    plain,
    unknown,
)
from pipectl.model.inputs import parse_amount, parse_percent
from pipectl.model.money import Money
from pipectl.model.pipeline import FieldType
from pipectl.model.state import State

_YES = frozenset({"yes", "true", "on", "y", "1"})
_NO = frozenset({"no", "false", "off", "n", "0"})
_UNORDERED = frozenset({"text", "choice", "yes-no"})
_DECIMALS = frozenset({"decimal", "money", "percent"})


def own_fields(facts: Facts) -> tuple[FieldType, ...]:
    """Every field that is declared, for all pipelines or one."""
    pipelines = facts.workspace.pipelines.values()
    return (*facts.settings.fields, *(kind for pipeline in pipelines for kind in pipeline.fields))


def own_field(name: str, facts: Facts) -> tuple[str, Mapping[str, FieldType]]:
    """The id of the business's own field *name*, and pipeline → its type there.

    Raises:
        UsageError: no pipeline has such a field.
    """
    known = {kind.id.lower(): kind.id for kind in own_fields(facts)}
    field_id = known.get(name.lower())
    if field_id is None:
        refusal = unknown(name, "no field of this workspace", known.values())
        hint = refusal.hint or (None if known else "describe it under `fields:` in pipectl.yaml")
        raise UsageError(str(refusal), hint=hint)
    types = {pipeline: facts.workspace.fields(pipeline).get(field_id) for pipeline in facts.workspace.pipelines}
    return field_id, {pipeline: kind for pipeline, kind in types.items() if kind is not None}


def own_field_key(name: str, facts: Facts) -> tuple[str, Key]:
    """The business's own field *name*, spelt as it is declared, as a key.

    Raises:
        UsageError: there is no such field.
    """
    field_id, types = own_field(name, facts)
    kinds = {kind.type for kind in types.values()}
    ranges = not kinds <= _UNORDERED
    key = Key("", lambda text, of: _own_field(text, of, field_id, types), ranges, bool(kinds & _DECIMALS))
    return f"fields.{field_id}", key


def _own_field(text: str, facts: Facts, field_id: str, types: Mapping[str, FieldType]) -> Condition:
    """A field that has several types takes a value that one of them takes, in the pipelines where it is of that."""
    conditions, refusal = {}, None
    for pipeline, kind in types.items():
        try:
            conditions[pipeline] = _field_value(text, facts, kind)
        except UsageError as error:
            refusal = refusal or error
    if refusal is not None and not conditions:
        raise refusal

    def test(state: State) -> bool:
        condition = conditions.get(state.pipeline.id)
        return condition is not None and state.deal.fields.get(field_id) is not None and condition.test(state)

    return Condition(next(iter(conditions.values())).text, test)


def _field_value(text: str, facts: Facts, kind: FieldType) -> Condition:
    if kind.type in _UNORDERED:
        return _one_value(text, kind)

    def number(state: State) -> Decimal | None:
        found = state.deal.fields.get(kind.id)
        return Decimal(found) if isinstance(found, int | Decimal) else None

    def money(state: State) -> Decimal | None:
        found = state.deal.fields.get(kind.id)
        day = (state.closed or state.as_of).day
        worth = facts.settings.rates.convert(found, day) if isinstance(found, Money) else None
        return worth.amount if worth else None

    def day(state: State) -> date | None:
        found = state.deal.fields.get(kind.id)
        return found if isinstance(found, date) else None

    match kind.type:
        case "date":
            return in_days(text, facts, day, "future")
        case "money":
            return in_range(text, parse_amount, money, plain)
        case "percent":
            return in_range(text, parse_percent, number, plain)
        case _:
            return in_range(text, parse_number, number, plain)


def _one_value(text: str, kind: FieldType) -> Condition:
    if kind.type == "yes-no":
        if text.lower() not in _YES | _NO:
            raise UsageError(f"{text!r} is neither yes nor no")
        wanted = text.lower() in _YES
        return Condition("yes" if wanted else "no", lambda state: state.deal.fields.get(kind.id) is wanted)
    if kind.type == "choice" and fold(text) not in {fold(choice) for choice in kind.choices}:
        raise unknown(text, f"no choice of {kind.id}", kind.choices)
    return is_text(text, lambda state: (str(state.deal.fields.get(kind.id)),))
