"""A currency is the workspace's, or has a rate.

Without any rate an amount can't be added to the others: the deal is shown apart and in no sum.

Pass:

    title: Acme rollout
    stage: lead
    amount: 800000000
    currency: IDR

Fail:

    title: Acme rollout
    stage: lead
    amount: 50000
    currency: EUR

    deals/example.yaml:4:11: currency EUR has no rate into IDR

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    rates:
      - {from: 2026-01-01, USD: 16250}
    # deals/example.yaml
    title: Acme rollout
    stage: lead
    amount: 50000
    currency: USD
    changes:
      - {at: 2026-11-04, amount: 40000, currency: EUR}
      - {at: 2026-11-20, amount: 50000, currency: USD}

    deals/example.yaml:6:5: currency EUR has no rate into IDR

Mend: correct the currency, or add its rate to `rates:` in `pipectl.yaml`.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.deal import Deal
from pipectl.model.facts import Facts
from pipectl.model.money import Money
from pipectl.model.problem import Group, Place, Problem, Severity
from pipectl.model.suggest import suggest


def find(facts: Facts) -> Iterator[Problem]:
    """Currencies of deals, now or formerly, that nothing converts; each once a file."""
    base = facts.settings.currency
    known = sorted(facts.settings.rates.currencies)
    for deal in facts.workspace.deals:
        if deal.currency in known and not deal.outline.changed:
            continue
        strange: dict[str, Place] = {}
        for currency, where in _currencies(deal):
            if currency not in known and currency not in strange:
                strange[currency] = deal.place(where)
        for currency, place in strange.items():
            near = suggest(currency, known)
            rate = f"add its rate to `rates:` in pipectl.yaml: {currency}: …"
            hint = f"did you mean {near}? Else {rate}" if near else rate
            yield Problem("unknown-currency", f"currency {currency} has no rate into {base}", place, hint, deal=deal.id)


def _currencies(deal: Deal) -> Iterator[tuple[str, str]]:
    """Every currency that *deal* gives, and what the place is called."""
    yield deal.currency, "currency"
    for index, change in enumerate(deal.changes):
        amount = change.values.get("amount")
        if isinstance(amount, Money):
            yield amount.currency, f"changes.{index}"


CHECK = Check("unknown-currency", Group.FILES, Severity.ERROR, "a currency is the workspace's or has a rate", find)
