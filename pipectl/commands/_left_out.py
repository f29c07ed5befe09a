"""What the figures of a period can't hold: closes that nobody dated, closes without an amount, amounts without a rate.

Every command of numbers says it in the same words, so that a count and a sum that don't go together explain themselves.
"""

from collections.abc import Iterable, Iterator

from pipectl.commands._rateless import named, rateless_notes
from pipectl.metrics.metric import Scope
from pipectl.model.state import State


def left_out(scope: Scope, beside: Iterable[State] | None = None) -> tuple[str, ...]:
    """A sentence for each kind of deal that stands in no figure of the period of *scope*; none where there is none.

    *beside*: deals that are summed beside those closed in the period; the open ones unless they are given.
    """
    closed = (*scope.won, *scope.lost)
    summed = (*(scope.open if beside is None else beside), *closed)
    return (*_undated(scope), *_unpriced(scope), *rateless_notes(summed))


def _undated(scope: Scope) -> Iterator[str]:
    """`+1 closed, date unknown, in no period: acme (pipectl check stage-history)`."""
    found = [state for state in scope.facts.states if not state.is_open and state.closed is None]
    if found:
        yield f"+{len(found)} closed, date unknown, in no period: {named(found)} (pipectl check stage-history)"


def _unpriced(scope: Scope) -> Iterator[str]:
    """`1 won and 2 lost unpriced, in no amount: acme, beta, gamma`."""
    won, lost = ([state for state in states if state.amount is None] for states in (scope.won, scope.lost))
    counts = [f"{len(states)} {word}" for states, word in ((won, "won"), (lost, "lost")) if states]
    if counts:
        yield f"{' and '.join(counts)} unpriced, in no amount: {named((*won, *lost))}"
