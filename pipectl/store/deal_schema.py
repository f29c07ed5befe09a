"""What the files of deals are read against, by whichever reader."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from pipectl.model.deal import FieldValue
from pipectl.model.frozen import field, frozen
from pipectl.model.money import Money
from pipectl.model.pipeline import FORECASTS, FieldType, Pipeline
from pipectl.model.workspace import Settings, Workspace
from pipectl.store import typed
from pipectl.store.typed import Wrong

Convert: TypeAlias = Callable[[str], FieldValue]


@frozen
class DealSchema:
    """What a deal file is read against: the pipelines, the settings, the default pipeline.

    Attributes:
        unread: pipelines that have a file which can't be used.
        kept: (pipeline, currency) → what the quick reader has made of these rules.
    """

    settings: Settings
    pipelines: dict[str, Pipeline]
    unread: frozenset[str] = frozenset()
    kept: dict[tuple[str, str], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def default_pipeline(self) -> str:
        """The pipeline of a deal that names none; "" where it has to."""
        if self.settings.default_pipeline:
            return self.settings.default_pipeline
        return next(iter(self.pipelines)) if len(self.pipelines) == 1 and not self.unread else ""

    def field_types(self, pipeline: str) -> dict[str, FieldType]:
        """The business's own fields of a deal in *pipeline*."""
        return dict(Workspace(self.settings, self.pipelines, ()).fields(pipeline))

    def converters(self, pipeline: str, currency: str) -> Mapping[str, Convert]:
        """What reads the business's own fields of a deal in *pipeline* whose amounts are in *currency*."""
        return {name: _converter(kind, currency) for name, kind in self.field_types(pipeline).items()}


def _converter(kind: FieldType, currency: str) -> Convert:
    def bounded(convert: Callable[[str], int | Decimal]) -> Convert:
        def checked(text: str) -> FieldValue:
            value = convert(text)
            if kind.minimum is not None and value < kind.minimum:
                raise Wrong(f"at least {kind.minimum}")
            if kind.maximum is not None and value > kind.maximum:
                raise Wrong(f"at most {kind.maximum}")
            return value

        return checked

    converters: dict[str, Convert] = {
        "text": str,
        "integer": bounded(typed.integer),
        "decimal": bounded(typed.number),
        "money": lambda text: Money(typed.money(text), currency),
        "percent": typed.percent,
        "date": typed.day,
        "choice": typed.one_of(*kind.choices),
        "yes-no": typed.flag,
    }
    return converters[kind.type]


def pipelines_of(moves: Sequence[tuple[str, str]], pipeline: Pipeline, schema: DealSchema) -> list[str]:
    """The pipeline of each of *moves*, (pipeline or "", stage) by time, of a deal that is now in *pipeline*.

    It is the last one named, or before the first named one that has the stages.
    """
    first = next((index for index, (name, _) in enumerate(moves) if name), None)
    if first is None:
        return [pipeline.id] * len(moves)
    before = {stage for _, stage in moves[:first]}
    fits = (
        other.id
        for other in schema.pipelines.values()
        if other.id != moves[first][0] and all(other.stage(stage) for stage in before)
    )
    current = next(fits, pipeline.id) if first else moves[0][0]
    found = []
    for name, _ in moves:
        current = name or current
        found.append(current)
    return found


CHANGE_TYPES: dict[str, Callable[[str], FieldValue]] = {
    "amount": typed.money,
    "expected_close": typed.day,
    "owner": str,
    "probability": typed.percent,
    "forecast": typed.one_of(*FORECASTS),
    "lost_reason": str,
}


def interval(text: str) -> str:
    """How often a task comes back: `2w`."""
    if typed.INTERVAL.match(text):
        return text
    raise Wrong("an interval", "write 2w, 10d, 3mo or 1y")
