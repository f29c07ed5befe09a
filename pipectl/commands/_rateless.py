"""Deals that stand in no sum because a rate is missing, named by currency."""

from collections.abc import Iterable, Iterator

from pipectl.model.state import State

_NAMED = 8


def rateless_notes(states: Iterable[State]) -> Iterator[str]:
    """`no rate for EUR, in no sum: acme, beta`: a sentence a currency."""
    found: dict[str, list[State]] = {}
    for state in states:
        if state.rate_missing and state.amount is not None:
            found.setdefault(state.amount.currency, []).append(state)
    for currency, its in sorted(found.items()):
        yield f"no rate for {currency}, in no sum: {named(its)}"


def named(states: Iterable[State]) -> str:
    """The ids of *states* in order, each once, the first eight of them: `acme, beta and 3 more`."""
    names = sorted({state.deal.id for state in states})
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
