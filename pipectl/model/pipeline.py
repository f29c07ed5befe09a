"""A pipeline and its stages."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pipectl.model.frozen import field, frozen


class Outcome(StrEnum):
    """What being in a stage means for the deal."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Rule(StrEnum):
    """What a policy says of a move."""

    ALLOW = "allow"
    WARN = "warn"
    REFUSE = "refuse"


FORECASTS = ("omitted", "pipeline", "best_case", "commit")
FIELD_TYPES = ("text", "integer", "decimal", "money", "percent", "date", "choice", "yes-no")


@frozen
class EntryTask:
    """A task that a move into the stage adds, due that many days later."""

    title: str
    due_days: int | None


@frozen
class Stage:
    """One stage. Its id is for ever; its name is a label.

    Attributes:
        probability: of winning, percent; None where nobody said.
        max_days: stalled after this many days; None: learned, or the default.
        idle_days: idle after this many days without a contact; None: the default.
        requires: fields that a deal needs to be here or, for an open stage, beyond.
        since: the day that it was put in; a move of before passes by nothing.
        retired: no deal enters from this day on; history still reads.
    """

    id: str
    name: str
    outcome: Outcome = Outcome.OPEN
    probability: Decimal | None = None
    max_days: int | None = None
    idle_days: int | None = None
    aliases: tuple[str, ...] = ()
    forecast: str | None = None
    requires: tuple[str, ...] = ()
    guidance: str = ""
    on_enter: tuple[EntryTask, ...] = ()
    since: date | None = None
    retired: date | None = None

    @property
    def is_open(self) -> bool:
        """A deal in it is neither won nor lost."""
        return self.outcome is Outcome.OPEN

    def is_retired(self, on: date) -> bool:
        """Whether no deal enters it any more on day *on*."""
        return self.retired is not None and on >= self.retired

    def is_in_use(self, on: date) -> bool:
        """Whether it is there on day *on*, so that a move past it skips something."""
        return (self.since is None or on >= self.since) and not self.is_retired(on)


@frozen
class MovePolicy:
    """What kinds of move the pipeline allows; `create_in` is empty where a deal may begin anywhere."""

    skip: Rule = Rule.ALLOW
    back: Rule = Rule.ALLOW
    reopen: Rule = Rule.ALLOW
    create_in: tuple[str, ...] = ()


@frozen
class LostReason:
    """Why deals are lost; some, such as duplicates, say nothing about selling."""

    id: str
    exclude_from_win_rate: bool = False


@frozen
class FieldType:
    """One of the business's own fields."""

    id: str
    type: str
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@frozen
class Pipeline:
    """Stages in order, and the rules of moving between them.

    Attributes:
        places: key path → (line, column) in the pipeline's file, e.g. `stages.2` or `moves.skip`.
    """

    id: str
    name: str
    stages: tuple[Stage, ...]
    path: str = ""
    moves: MovePolicy = MovePolicy()
    lost_reasons: tuple[LostReason, ...] = ()
    fields: tuple[FieldType, ...] = ()
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)
    _known: dict[str, Stage] = field(init=False, repr=False, compare=False, default_factory=dict)
    _rank: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)
    _required: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _progress: dict[object, tuple[int, int]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the stages by id and by former id; an id wins over an alias."""
        for stage in self.stages:
            self._known.update(dict.fromkeys(stage.aliases, stage))
        for rank, stage in enumerate(self.stages):
            self._known[stage.id] = stage
            self._rank[stage.id] = rank
        for stage in self.stages:
            self._required[stage.id] = self._asked_in(stage)

    def stage(self, name: str) -> Stage | None:
        """The stage with this id or former id."""
        return self._known.get(name)

    def rank(self, stage_id: str) -> int:
        """Position in today's order, retired stages included; -1 for an unknown one."""
        return self._rank.get(stage_id, -1)

    def progress(self, path: Sequence[tuple[str, str]]) -> tuple[int, int]:
        """The furthest that *path*, the (pipeline, stage) of one stay or more, has come of late, and by which of them.

        That is since the creation, the last reopening or change of pipeline; a rank, -1 where none is known. A move
        back, and forward again to where it had been, is no progress.
        """
        known = self._progress.get(path)
        if known is None:
            known = self._progress[path] = self._furthest(path)
        return known

    def _furthest(self, path: Sequence[tuple[str, str]]) -> tuple[int, int]:
        reached, by, pipeline, was_open = -1, 0, "", True
        for place, (of, name) in enumerate(path):
            stage = self.stage(name) if of == self.id else None
            is_open = stage is None or stage.is_open
            if of != pipeline or (is_open and not was_open):
                reached, by = -1, place
            rank = self.rank(name) if stage is not None else -1
            if rank > reached:
                reached, by = rank, place
            pipeline, was_open = of, is_open
        return reached, by

    @property
    def open_stages(self) -> tuple[Stage, ...]:
        """In order, retired ones included."""
        return tuple(stage for stage in self.stages if stage.is_open)

    @property
    def won(self) -> Stage:
        """The one stage whose outcome is won."""
        return next(stage for stage in self.stages if stage.outcome is Outcome.WON)

    @property
    def is_dated(self) -> bool:
        """Whether a stage was put in or retired on some day, so that a move depends on its day."""
        return any(stage.since or stage.retired for stage in self.stages)

    def required(self, stage: Stage) -> tuple[str, ...]:
        """Every field that being in *stage* asks for: its own and, as far as it is open or won, those before it."""
        return self._required[stage.id] if self._known.get(stage.id) is stage else self._asked_in(stage)

    def _asked_in(self, stage: Stage) -> tuple[str, ...]:
        if stage.outcome is Outcome.LOST:
            return stage.requires
        wanted = [*self.stages[: max(self.rank(stage.id), 0)], stage]
        binding = (step for step in wanted if step is stage or (step.is_open and step.retired is None))
        found = (name for step in binding for name in step.requires)
        return tuple(dict.fromkeys(found))
