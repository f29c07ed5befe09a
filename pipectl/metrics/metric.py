"""What a metric is, and what it is measured on."""

from collections.abc import Callable
from dataclasses import dataclass

from pipectl.model.facts import Facts
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Cell, Labelled


@dataclass(frozen=True, slots=True)
class Scope:
    """Deals, and the period that is reported on.

    Attributes:
        whole: the period that was asked for, which may lie ahead in part.
        period: what of it is over.
        targets: those that these deals are held against; None where a filter makes every target unfit.
        pipelines: the ones that were asked for; none: all of them.
    """

    facts: Facts
    whole: Period
    period: Period
    targets: tuple[Target, ...] | None = ()
    pipelines: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return self.facts.settings.currency

    def open(self) -> list[State]:
        """Deals that are open at the end of the day."""
        return [state for state in self.facts.states if state.is_open]

    def won(self) -> list[State]:
        """Deals whose last close lies in the period and that are won."""
        return [state for state in self.facts.states if state.is_won and self._closed(state)]

    def lost(self) -> list[State]:
        """Deals whose last close lies in the period and that are lost."""
        return [state for state in self.facts.states if state.is_lost and self._closed(state)]

    def created(self) -> list[State]:
        """Deals created in the period."""
        return [state for state in self.facts.states if state.created is not None and state.created.day in self.period]

    def _closed(self, state: State) -> bool:
        return state.closed is not None and state.closed.day in self.period


@dataclass(frozen=True, slots=True)
class Measure:
    """What a metric has come to.

    Attributes:
        value: None where there is nothing to measure.
        detail: the figures that belong beside it.
    """

    value: Cell
    detail: tuple[Labelled, ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A named number. The docstring of *measure* is its page: formula, unit, edge rules, worked example.

    Attributes:
        id: lower case with hyphens; public.
    """

    id: str
    title: str
    measure: Callable[[Scope], Measure]
