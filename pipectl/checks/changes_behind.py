"""The last record of a tracked field in `changes:` is what the file says.

Tracked are amount with its currency, expected_close, owner, probability, forecast and lost_reason. A field that was
never recorded is free. Where file and last record differ, the file wins from now on, and the past keeps the record:
nobody can tell when the value changed.

Pass:

    title: Acme rollout
    stage: lead
    amount: 800000000
    owner: ani
    changes:
      - {at: 2026-11-04, amount: 800000000}

Fail:

    title: Acme rollout
    stage: lead
    amount: 750000000
    changes:
      - {at: 2026-11-04, amount: 800000000, expected_close: 2026-12-15}

    deals/example.yaml:3:9: amount is 750000000; the last record, of 2026-11-04, says 800000000
    deals/example.yaml:5:5: expected_close is empty; the last record, of 2026-11-04, says 2026-12-15

Mend: add a record with the day of the change, or write the recorded value back. `pipectl check --fix` adds it.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.deal import TRACKED, Deal, FieldValue
from pipectl.model.facts import Facts
from pipectl.model.money import Money
from pipectl.model.problem import Group, Problem, Severity


def find(facts: Facts) -> Iterator[Problem]:
    """Tracked fields whose last record the file contradicts."""
    for deal in facts.workspace.deals:
        for name in fields_behind(deal) if deal.outline.changed else ():
            yield _problem(deal, name)


def fields_behind(deal: Deal) -> Iterator[str]:
    """The tracked fields of *deal* whose last record says something else."""
    for name in TRACKED if deal.changes else ():
        records = _records(deal, name)
        if records and _filled(getattr(deal, name)) != _filled(deal.changes[records[-1]].values[name]):
            yield name


def _records(deal: Deal, name: str) -> list[int]:
    return [index for index, change in enumerate(deal.changes) if name in change.values]


def _problem(deal: Deal, name: str) -> Problem:
    records = _records(deal, name)
    last = deal.changes[records[-1]]
    now, recorded = _filled(getattr(deal, name)), _filled(last.values[name])
    with_currency = isinstance(now, Money) and isinstance(recorded, Money) and now.currency != recorded.currency
    found, wanted = _text(now, with_currency), _text(recorded, with_currency)
    message = f"{name} is {found}; the last record, of {last.at}, says {wanted}"
    value = f"{name}: {_text(now, with_currency=False) if now is not None else ''}".rstrip()
    if with_currency:
        value += f", currency: {deal.currency}"
    hint = f"add to `changes:` `- {{at: YYYY-MM-DD, {value}}}` with the day of the change"
    place = deal.place(name, f"changes.{records[-1]}")
    return Problem("changes-behind", message, place, hint, deal=deal.id)


def _filled(value: FieldValue | None) -> FieldValue | None:
    return None if value == "" else value


def _text(value: FieldValue | None, with_currency: bool) -> str:
    if value is None:
        return "empty"
    if isinstance(value, Money):
        return f"{value.amount:f}{f' {value.currency}' if with_currency else ''}"
    return str(value)


CHECK = Check("changes-behind", Group.FILES, Severity.WARNING, "the last record of a tracked field holds", find)
