"""Deals that stand in no sum because a rate is missing, named by currency."""

from collections.abc import Iterable, Iterator

from pipectl.model.state import State

_NAMED = 8


def rateless_notes(states: Iterable[State]) -> Iterator[str]:
    """`no rate for EUR, in no sum: acme, beta`: a sentence a currency."""
    found: dict[str, dict[str, None]] = {}
    for state in states:
        if state.rate_missing and state.amount is not None:
            found.setdefault(state.amount.currency, {})[state.deal.id] = None
    for currency, ids in sorted(found.items()):
        names = sorted(ids)
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"no rate for {currency}, in no sum: {', '.join(names[:_NAMED])}{more}"
