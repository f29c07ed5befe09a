"""Looking back: what happened in a stretch of time, as it is known today, and how things stood at its end."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Concatenate, ParamSpec, TypeVar

from pipectl.metrics.metric import Measure, Metric, Scope, once
from pipectl.model.facts import only
from pipectl.model.frozen import frozen, replace
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.workspace import Target

_T = TypeVar("_T")
_P = ParamSpec("_P")


@frozen
class Past:
    """How to look back: to the same choice of deals then, and to what they are held against.

    Attributes:
        at: from what is over of a period, and the whole of it, to the deals as they stood at its end.
        targets: those of a whole period; None where a filter makes every target unfit.
    """

    at: Callable[[Period, Period], Scope]
    targets: Callable[[Period], tuple[Target, ...] | None]

    def part(self, scope: Scope, over: Period, whole: Period, label: str = "") -> "Part":
        """The deals of *scope* in another period, of which *over* is over."""
        inner = scope.during(over, whole, self.targets(whole))
        ended = over.last < scope.facts.today
        find_end = (lambda: _as_known(self.at(over, whole), inner)) if ended else None
        return Part(label or over.name, inner, find_end, is_over=ended)


def _as_known(end: Scope, now: Scope) -> Scope:
    """The deals that were open at the *end*, with those closed by then as they are known *now*.

    A deal reopened since is neither: it has left the numbers of the period, on whichever page they stand. Of the closed
    deals of the *end* none is taken: they may be the states of a later day (`states`, *settled*).
    """
    opened = [(state.deal.name_order, state) for state in end.facts.states if state.is_open]
    closed = [(name, state) for name, day, state in now.always(_closed) if day < end.period.until]
    ordered = sorted((*opened, *closed), key=itemgetter(0))
    return replace(end, facts=only(end.facts, [state for _, state in ordered]))


def _closed(scope: Scope) -> Sequence[tuple[tuple[str, str], date, State]]:
    """The closed deals, each with what it stands in order by and the day of its close."""
    closed = [(state, state.closed.day) for state in scope.facts.states if state.closed is not None]
    return [(state.deal.name_order, day, state) for state, day in closed]


# No slots: how it stood at its end is found only where a number asks for it, and once.
@frozen(slots=False)
class Part:
    """One group of deals, or one stretch of time: what happened in it, and how it stood at its end.

    Attributes:
        find_end: how it stood at its end; None where that is today.
        is_over: nothing is left of the period. An earlier one that stands beside a running one is looked at as of the
            same day of it, on which it was running too.
    """

    label: str
    scope: Scope
    find_end: Callable[[], Scope] | None = None
    is_over: bool = False

    @cached_property
    def end(self) -> Scope:
        """How it stood at its end."""
        return self.find_end() if self.find_end else self.scope

    def once(self, find: Callable[Concatenate["Part", _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What *find* says of it, found once, as of a scope."""
        return once(self._found, find, self, *args, **kwargs)

    @cached_property
    def _found(self) -> dict[object, object]:
        return {}

    def measure(self, metric: Metric) -> Measure:
        """What *metric* comes to: at the end where it speaks of a moment, else over the time.

        At the end of a period its last day is still left of it, which is none any more where the period is over.
        """
        at_end = metric.moment and not (metric.ahead and self.is_over)
        return metric.measure(self.end if at_end else self.scope)
