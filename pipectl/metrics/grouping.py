"""Groups of deals by a field: which one a deal is in, and the order that groups are shown in."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from pipectl.errors import UsageError
from pipectl.metrics.metric import Scope
from pipectl.model.frozen import frozen
from pipectl.model.period import Unit
from pipectl.model.state import State
from pipectl.model.suggest import suggest

_NONE = ""

UNITS = {unit.value: unit for unit in Unit}
_TITLES = {"lost_reason": "Lost reason", "last_stage": "Last open stage"}
_BAND_UNITS = ((12, "tn"), (9, "bn"), (6, "mn"), (3, "k"))


@frozen
class Grouping:
    """A way to part deals.

    Attributes:
        of: the group of a deal; "" for one without a value.
        rank: what groups are sorted by.
    """

    by: str
    of: Callable[[State], str]
    rank: Callable[[str], tuple[object, ...]]

    @property
    def title(self) -> str:
        """What a column of its groups is called."""
        return _TITLES.get(self.by, self.by.capitalize())

    def label(self, name: str) -> str:
        """What the group *name* is called; `(no owner)` for the one without a value."""
        return label_of(self.by, name)

    def parts(self, states: Iterable[State]) -> Sequence[tuple[str, tuple[State, ...]]]:
        """The groups of *states* by name, in order, those without a value last."""
        found: dict[str, list[State]] = {}
        for state in states:
            found.setdefault(self.of(state), []).append(state)
        return [(name, tuple(found[name])) for name in sorted(found, key=self.rank)]


def label_of(by: str, name: str) -> str:
    """What the group *name* by the field *by* is called."""
    return name or f"(no {by})"


def grouping(scope: Scope, by: str, also: Sequence[str] = ()) -> Grouping:
    """The groups by the field *by*; *also*: what else could have been said in its place.

    Raises:
        UsageError: there is no such field; units of time are none, since they part what happened and no deals.
    """
    if by in ("stage", "last_stage"):
        return Grouping(by, FIELDS[by], rank_of_stage(scope))
    if by == "size":
        return Grouping(by, FIELDS[by], _rank_of_size)
    return Grouping(by, _value(scope, by, also), lambda name: (not name, name.casefold(), name))


def last_open_stage(state: State) -> str:
    """The last open stage that the deal was in: where it is, or for a closed one where it was closed from.

    Returns:
        The stage's id; "" where the history does not tell, such as for a deal that began closed.
    """
    if state.is_open:
        return state.stage.id
    if not state.dated:
        return _NONE
    for visit in reversed(state.visits):
        stage = state.pipeline.stage(visit.stage) if visit.pipeline == state.pipeline.id else None
        if visit.pipeline != state.pipeline.id or stage is None or stage.is_open:
            return visit.stage
    return _NONE


def size_band(state: State) -> str:
    """The step of 1, 2, 5, 10, 20 … that the worth of the deal lies on: `100mn..200mn` holds 100 million and not 200.

    Fixed steps, not quantiles of the deals there are: a band means the same in every period and under every filter,
    no deal changes its band when another one closes, and the edges can be typed into a filter.

    Returns:
        "" for a deal without an amount, or whose currency has no rate; `0` for one that is worth nothing.
    """
    if state.worth is None:
        return _NONE
    amount = state.worth.amount
    if amount <= 0:
        return "0" if amount == 0 else "below 0"
    if amount < 1:
        return "0..1"
    power = amount.adjusted()
    step = max(step for step in (1, 2, 5) if amount.scaleb(-power) >= step)
    above, high = (1, power + 1) if step == 5 else ({1: 2, 2: 5}[step], power)
    return f"{_edge(step, power)}..{_edge(above, high)}"


def _edge(step: int, power: int) -> str:
    zeros, unit = next(((zeros, unit) for zeros, unit in _BAND_UNITS if power >= zeros), (0, ""))
    return f"{step * 10 ** (power - zeros)}{unit}"


def _rank_of_size(name: str) -> tuple[object, ...]:
    low = name.partition("..")[0]
    if not low or low == "below 0":
        return (not low, Decimal(-1))
    zeros = next((zeros for zeros, unit in _BAND_UNITS if low.endswith(unit)), 0)
    number = Decimal(low.rstrip("tnbmk")).scaleb(zeros)
    # What is worth nothing stands before the fractions.
    return (False, number, ".." in name)


def rank_of_stage(scope: Scope) -> Callable[[str], tuple[object, ...]]:
    """Stages as their pipelines have them; pipelines share the ids of their closed stages, which come last."""
    stages = [stage for pipeline in scope.facts.workspace.pipelines.values() for stage in pipeline.stages]
    order = dict.fromkeys(stage.id for stage in sorted(stages, key=lambda stage: not stage.is_open))
    ranks = {name: rank for rank, name in enumerate(order)}
    return lambda name: (not name, ranks.get(name, len(ranks)), name)


def _value(scope: Scope, by: str, also: Sequence[str]) -> Callable[[State], str]:
    settings = scope.facts.settings
    if by == "group":
        return lambda state: settings.team[state.owner].group if state.owner in settings.team else _NONE
    if by == "manager":
        return lambda state: settings.team[state.owner].manager if state.owner in settings.team else _NONE
    if by in FIELDS:
        return FIELDS[by]
    own = {name for pipeline in scope.facts.workspace.pipelines for name in scope.facts.workspace.fields(pipeline)}
    if by.startswith("fields.") and by.removeprefix("fields.") in own:
        name = by.removeprefix("fields.")
        return lambda state: _word(state.deal.fields.get(name))
    known = [*FIELDS, "group", "manager", *also, *(f"fields.{name}" for name in sorted(own))]
    raise unknown_field(by, list(dict.fromkeys(known)))


def unknown_field(by: str, known: Sequence[str]) -> UsageError:
    """That nothing can be grouped by *by*, with what was meant."""
    near = suggest(by, known)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
    return UsageError(f"no field '{by}' to group by", hint=hint)


def _word(value: object) -> str:
    if value is None:
        return _NONE
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(getattr(value, "amount", value))


FIELDS: dict[str, Callable[[State], str]] = {
    "owner": lambda state: state.owner,
    "stage": lambda state: state.stage.id,
    "pipeline": lambda state: state.pipeline.id,
    "source": lambda state: state.deal.source,
    "company": lambda state: state.deal.company,
    "currency": lambda state: state.deal.currency,
    "lost_reason": lambda state: state.lost_reason,
    "competitor": lambda state: state.competitor,
    "forecast": lambda state: state.deal.forecast or state.stage.forecast or "",
    "size": size_band,
    "last_stage": last_open_stage,
}
