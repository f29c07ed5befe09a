"""What a metric is, and what it is measured on."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar, cast

from pipectl.metrics.journey import Journey, journeys
from pipectl.model.facts import Facts, only
from pipectl.model.frozen import frozen, replace
from pipectl.model.period import Period
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Cell, Labelled

_T = TypeVar("_T")
_P = ParamSpec("_P")
_Of = TypeVar("_Of")


def once(
    found: dict[object, object], find: Callable[Concatenate[_Of, _P], _T], of: _Of, *args: _P.args, **kwargs: _P.kwargs
) -> _T:
    """What *find* says *of* something, kept among what was *found* of it."""
    key = find, args, tuple(kwargs.items())
    if key not in found:
        found[key] = find(of, *args, **kwargs)
    return cast(_T, found[key])


# No slots: the parts are found once and kept.
@frozen(slots=False)
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

    @property
    def open(self) -> tuple[State, ...]:
        """Deals that are open at the end of the day."""
        return self.always(_open)

    @cached_property
    def won(self) -> tuple[State, ...]:
        """Deals whose last close lies in the period and that are won."""
        return self.period.of(self.always(_won))

    @cached_property
    def lost(self) -> tuple[State, ...]:
        """Deals whose last close lies in the period and that are lost."""
        return self.period.of(self.always(_lost))

    @cached_property
    def counted_lost(self) -> tuple[State, ...]:
        """The lost of the period without those whose reason says nothing about selling, such as duplicates."""
        return self.counting(self.lost)

    @cached_property
    def created(self) -> tuple[State, ...]:
        """Deals created in the period."""
        return self.period.of(self.always(_born))

    @property
    def began(self) -> date | None:
        """The day on which the first of the deals was created, in the period or before; None where none has one."""
        return self.always(_began)

    def journeys(self, pipeline: Pipeline) -> Sequence[Journey]:
        """The way through *pipeline* of each deal that has ever been there."""
        return self.always(_journeys, pipeline)

    def of(self, states: Iterable[State]) -> "Scope":
        """The same period of fewer deals, held against no target."""
        return replace(self, facts=only(self.facts, states), targets=())

    def during(self, period: Period, whole: Period | None = None, targets: tuple[Target, ...] | None = ()) -> "Scope":
        """The same deals in another period, that is over of *whole*."""
        inner = replace(self, period=period, whole=whole or period, targets=targets)
        vars(inner)["_known"] = self._known
        return inner

    def once(self, find: Callable[Concatenate["Scope", _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What *find* says of this scope, which is the same for every metric that asks: it is found once."""
        return once(self._found, find, self, *args, **kwargs)

    @cached_property
    def _found(self) -> dict[object, object]:
        return {}

    def always(self, find: Callable[Concatenate["Scope", _P], _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What *find* says of the deals, where it is the same in every period: found once for all of them."""
        return once(self._known, find, self, *args, **kwargs)

    @cached_property
    def _known(self) -> dict[object, object]:
        # Shared with the scopes of the same deals in other periods.
        return {}

    def counting(self, states: Iterable[State]) -> tuple[State, ...]:
        """*states* without the losses that say nothing about selling."""
        left_out = self.always(_not_counted)
        if not left_out:
            return tuple(states)
        return tuple(
            [each for each in states if not (each.is_lost and (each.pipeline.id, each.lost_reason) in left_out)]
        )

    def is_win(self, state: State) -> bool:
        """Whether it is one of the *won*."""
        return state.is_won and state.closed is not None and state.closed.day in self.period


def _open(scope: Scope) -> tuple[State, ...]:
    return tuple([state for state in scope.facts.states if state.is_open])


def _won(scope: Scope) -> Sequence[tuple[date, State]]:
    return [(state.closed.day, state) for state in scope.facts.states if state.is_won and state.closed is not None]


def _lost(scope: Scope) -> Sequence[tuple[date, State]]:
    return [(state.closed.day, state) for state in scope.facts.states if state.is_lost and state.closed is not None]


def _born(scope: Scope) -> Sequence[tuple[date, State]]:
    return [(state.created.day, state) for state in scope.facts.states if state.created is not None]


def _began(scope: Scope) -> date | None:
    return min([day for day, _ in scope.always(_born)], default=None)


def _journeys(scope: Scope, pipeline: Pipeline) -> Sequence[Journey]:
    return journeys(scope.facts.states, pipeline)


def _not_counted(scope: Scope) -> frozenset[tuple[str, str]]:
    """(pipeline, reason) of the losses that do not count in the win rate."""
    workspace = scope.facts.workspace
    pipelines = {state.pipeline.id for state in scope.facts.states}
    return frozenset((name, reason) for name in pipelines for reason in workspace.not_counted(name))


@frozen
class Behind:
    """Deals that stand behind a number, and as what: `won`, `lost`, `open`."""

    role: str
    states: tuple[State, ...]


@frozen
class Measure:
    """What a metric has come to.

    Attributes:
        value: None where there is nothing to measure.
        detail: the figures that belong beside it.
        behind: the very deals that it was measured on, by their part in it.
    """

    value: Cell
    detail: tuple[Labelled, ...] = ()
    behind: tuple[Behind, ...] = ()


@frozen
class Metric:
    """A named number. The docstring of *measure* is its page: formula, unit, edge rules, worked example.

    Attributes:
        id: lower case with hyphens; public.
        moment: it speaks of the end of the day too, not of what happened in the period alone, so that over time it is
            taken at the end of each part.
        ahead: it speaks of what is left of the period, so that of one that is over there is nothing to say.
        written: the page of one that has no docstring, being defined in the workspace.
    """

    id: str
    title: str
    measure: Callable[[Scope], Measure]
    moment: bool = False
    ahead: bool = False
    written: str = ""

    @property
    def page(self) -> str:
        """Its manual page."""
        return self.written or _page_of(self.measure)


@frozen
class StageMetric:
    """A named number of each stage of a pipeline; its page is the docstring of *measure*, as a metric's."""

    id: str
    title: str
    measure: Callable[[Scope, Pipeline, Stage], Measure]

    @property
    def page(self) -> str:
        """Its manual page."""
        return _page_of(self.measure)


def _page_of(measure: Callable[..., object]) -> str:
    # Few commands show a page, and `inspect` takes a third as long to import as Python to start.
    from inspect import getdoc  # noqa: PLC0415

    return getdoc(measure) or ""
