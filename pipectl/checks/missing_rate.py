"""An amount in another currency has a rate on its day: the day of the close, or today while the deal is open.

Without one the amount is in no total. A rate holds from its day on until the next, so time never takes one away: what
is missing was left out of `pipectl.yaml`, which is why this belongs to the files. A currency without any rate is the
matter of unknown-currency.

Pass:

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

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    rates:
      - {from: 2026-07-01, USD: 16400}
    # deals/example.yaml
    title: Acme rollout
    stage: won
    amount: 50000
    currency: USD
    history:
      - {at: 2026-03-02, stage: lead}
      - {at: 2026-05-11, stage: won}

    deals/example.yaml:3:9: 50000 USD has no rate into IDR on 2026-05-11, the day of its close

Mend: add the rate of that day, or of an earlier one, to `rates:` in `pipectl.yaml`.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Problem, Severity
from pipectl.model.state import State


def find(facts: Facts) -> Iterator[Problem]:
    """Amounts that no rate converts, in currencies that have rates on other days."""
    rates = facts.settings.rates
    others = rates.currencies - {rates.base}
    for state in facts.states:
        if state.amount is not None and state.amount.currency in others and state.rate_missing:
            day = (state.closed or state.as_of).day
            hint = f"add to `rates:` in pipectl.yaml `- {{from: {day}, {state.amount.currency}: …}}`, or an earlier day"
            place = state.deal.place("amount", "stage")
            yield Problem("missing-rate", _message(state, facts.settings.currency), place, hint, deal=state.deal.id)


def _message(state: State, base: str) -> str:
    amount = f"{state.amount.amount:f} {state.amount.currency}" if state.amount else ""
    when = f"{state.closed.day}, the day of its close" if state.closed else f"{state.as_of.day}"
    return f"{amount} has no rate into {base} on {when}"


CHECK = Check("missing-rate", Group.FILES, Severity.ERROR, "an amount in another currency has a rate on its day", find)
