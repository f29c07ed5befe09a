"""What a change of a pipeline's stages would make of it: values in, a pipeline out, nothing written.

No change takes an id away from the history that names it: an id that goes becomes an alias of the stage that stands
for it from then on, and a stage that is retired stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from pipectl.errors import NegativeError
from pipectl.model.deal import Deal
from pipectl.model.frozen import field, frozen, replace
from pipectl.model.pipeline import Outcome, Pipeline, Stage


@frozen
class Reform:
    """A pipeline before and after.

    Attributes:
        names: former id → the id that stands for it from now on.
        notes: what else the change means, in words.
    """

    before: Pipeline
    after: Pipeline
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def carried(self, deal: Deal) -> Deal:
        """*deal* as it reads once the pipeline is changed: the same, under the ids of from now on."""
        home = self.before.id
        history = tuple(
            replace(entry, stage=self.names.get(entry.stage, entry.stage)) if entry.pipeline == home else entry
            for entry in deal.history
        )
        stage = self.names.get(deal.stage, deal.stage) if deal.pipeline == home else deal.stage
        return deal.but(stage=stage, history=history)


def rename_stage(pipeline: Pipeline, old: Stage, new: str, label: str = "") -> Reform:
    """*old* gets the id *new*, with its present id as an alias, or only another *label* where *new* is its id.

    Raises:
        NegativeError: another stage is or was called so.
    """
    _refuse_taken(pipeline, new, but=old)
    # A label that is the id, or was never given, goes with it.
    name = label or (new if old.name == old.id else old.name)
    aliases = tuple(name for name in (*old.aliases, old.id) if name != new)
    after = replace(old, id=new, name=name, aliases=aliases)
    if after == old:
        raise NegativeError(f"stage {old.id} of {pipeline.id} is called so already")
    names = {old.id: new} if new != old.id else {}
    notes = () if label or not names or name == new else (f"its label stays '{name}'; --name changes it",)
    stages = tuple(after if stage is old else stage for stage in pipeline.stages)
    return Reform(pipeline, _with(pipeline, stages, names), names, notes)


def merge_stages(pipeline: Pipeline, gone: Sequence[Stage], into: Stage) -> Reform:
    """The stages *gone* become *into*: their ids and aliases are its aliases, their rules are dropped.

    Raises:
        NegativeError: their outcomes differ, or *into* is retired and one of them is not.
    """
    for stage in gone:
        if stage is into:
            raise NegativeError(f"{stage.id} is one stage already, known as {', '.join((stage.id, *stage.aliases))}")
        if stage.outcome is not into.outcome:
            kinds = f"{stage.id} is {stage.outcome} and {into.id} is {into.outcome}"
            raise NegativeError(f"{kinds}: merged, deals would change their outcome")
        if into.retired is not None and stage.retired is None:
            raise NegativeError(f"{into.id} is retired since {into.retired}; nothing can be merged into it")
    names = {stage.id: into.id for stage in gone}
    aliases = dict.fromkeys((*into.aliases, *(name for stage in gone for name in (stage.id, *stage.aliases))))
    days = [stage.since for stage in (into, *gone)]
    # It is there since the first of them was.
    since = None if None in days else min(day for day in days if day is not None)
    after = replace(into, aliases=tuple(aliases), since=since)
    stages = tuple(after if stage is into else stage for stage in pipeline.stages if stage.id not in names)
    notes = (*(note for stage in gone for note in _dropped(stage)), *_apart(pipeline, gone, into))
    return Reform(pipeline, _with(pipeline, stages, names), names, notes)


def loosen(reform: Reform, stage_id: str, fields: Sequence[str]) -> Reform:
    """*reform* with the requirements *fields* moved from the stage to the open stage after it, else to the won one."""
    stages = list(reform.after.stages)
    place = reform.after.rank(stage_id)
    stage = stages[place]
    moved = [name for name in stage.requires if name in fields]
    stages[place] = replace(stage, requires=tuple(name for name in stage.requires if name not in moved))
    beyond = range(place + 1, len(stages)) if stage.is_open else ()
    follows = next((at for at in beyond if stages[at].retired is None and stages[at].outcome is not Outcome.LOST), None)
    where = "nowhere"
    if follows is not None:
        heir = stages[follows]
        stages[follows] = replace(heir, requires=tuple(dict.fromkeys((*heir.requires, *moved))))
        where = f"by {heir.id}"
    note = f"{', '.join(moved)}: no longer required by {stage_id} but {where}"
    return replace(reform, after=replace(reform.after, stages=tuple(stages)), notes=(*reform.notes, note))


def insert_stage(pipeline: Pipeline, new: Stage, beside: Stage | None = None, *, above: bool = False) -> Reform:
    """*new* stands after *beside*, or before it (*above*); without one it is the last of its kind.

    Raises:
        NegativeError: a stage is or was called so, or an open stage would stand after a closed one.
    """
    _refuse_taken(pipeline, new.id)
    count = len(pipeline.open_stages)
    place = count if new.is_open else len(pipeline.stages)
    if beside is not None:
        place = pipeline.rank(beside.id) + (0 if above else 1)
    if (place > count) if new.is_open else (place < count):
        kinds = "open stages stand before closed ones"
        raise NegativeError(
            f"{new.id} can't stand {'before' if above else 'after'} {beside.id if beside else ''}: {kinds}"
        )
    stages = (*pipeline.stages[:place], new, *pipeline.stages[place:])
    return Reform(pipeline, replace(pipeline, stages=stages), {}, tuple(_beginnings(pipeline, new, place)))


def last_passed(deals: Iterable[Deal], reform: Reform, stage_id: str) -> date | None:
    """The last day on which a deal went by the place where the new stage *stage_id* stands; None where none has."""
    pipeline = reform.after
    days = []
    for deal in deals:
        entries = [entry for entry in deal.history if entry.pipeline == pipeline.id]
        for before, entry in pairwise(entries):
            origin, to = pipeline.stage(before.stage), pipeline.stage(entry.stage)
            if origin is None or to is None or not origin.is_open or to.outcome is Outcome.LOST:
                continue
            if pipeline.rank(origin.id) < pipeline.rank(stage_id) < pipeline.rank(to.id):
                days.append(entry.at.day)
    return max(days, default=None)


def retire_stage(pipeline: Pipeline, stage: Stage, on: date) -> Reform:
    """No deal enters *stage* from *on*.

    Where deals could begin in no other stage of `create_in`, the open stage after it is added: its own name stays, as
    history began there.

    Raises:
        NegativeError: it is retired already, or the last of its kind.
    """
    if stage.retired is not None:
        raise NegativeError(f"stage {stage.id} of {pipeline.id} is retired since {stage.retired} already")
    others = [other for other in pipeline.stages if other.outcome is stage.outcome and other is not stage]
    left = [other for other in others if other.retired is None]
    if not left:
        raise NegativeError(f"{stage.id} is the last {stage.outcome} stage of {pipeline.id}; a pipeline needs one")
    after = replace(stage, retired=on)
    stages = tuple(after if other is stage else other for other in pipeline.stages)
    changed = replace(pipeline, stages=stages)
    begins = [found for name in pipeline.moves.create_in if (found := changed.stage(name)) is not None]
    if not begins or any(begin.retired is None for begin in begins):
        return Reform(pipeline, changed)
    rank = pipeline.rank(stage.id)
    heir = next((other for other in left if pipeline.rank(other.id) > rank), left[-1])
    moves = replace(pipeline.moves, create_in=(*pipeline.moves.create_in, heir.id))
    note = f"moves.create_in: deals begin in {heir.id} from then on"
    return Reform(pipeline, replace(changed, moves=moves), {}, (note,))


def _refuse_taken(pipeline: Pipeline, name: str, but: Stage | None = None) -> None:
    found = pipeline.stage(name)
    if found is None or found is but:
        return
    if found.id == name:
        raise NegativeError(f"there is a stage {name} in {pipeline.id} already")
    raise NegativeError(
        f"'{name}' is a former id of {found.id} in {pipeline.id}, and history names it so", hint="choose another id"
    )


def _with(pipeline: Pipeline, stages: tuple[Stage, ...], names: Mapping[str, str]) -> Pipeline:
    """*pipeline* with other *stages*, and everything in it that names one following *names*."""
    # A former id in `create_in` still reads; what names the stage by its present one follows.
    create_in = tuple(dict.fromkeys(names.get(name, name) for name in pipeline.moves.create_in))
    return replace(pipeline, stages=stages, moves=replace(pipeline.moves, create_in=create_in))


def _dropped(stage: Stage) -> list[str]:
    """What a stage that goes has said, and nothing says any more."""
    said = {
        "requires": ", ".join(stage.requires),
        "on_enter": ", ".join(task.title for task in stage.on_enter),
        "max_days": f"{stage.max_days}d" if stage.max_days is not None else "",
        "idle_days": f"{stage.idle_days}d" if stage.idle_days is not None else "",
        "probability": f"{stage.probability}%" if stage.probability is not None else "",
        "forecast": stage.forecast or "",
        "guidance": stage.guidance,
        "label": stage.name if stage.name != stage.id else "",
    }
    parts = [f"{key} {text}" for key, text in said.items() if text]
    return [f"dropped with {stage.id}: {'; '.join(parts)}"] if parts else []


def _apart(pipeline: Pipeline, gone: Sequence[Stage], into: Stage) -> list[str]:
    """Stages that stand between those that become one: who went through reads as having gone there and back."""
    ranks = sorted(pipeline.rank(stage.id) for stage in (*gone, into))
    between = pipeline.stages[ranks[0] : ranks[-1] + 1]
    names = [stage.id for stage in between if stage is not into and stage not in gone]
    if not names:
        return []
    verb = "stands" if len(names) == 1 else "stand"
    return [f"{', '.join(names)} {verb} between them: a deal that went through reads as having gone there and back"]


def _beginnings(pipeline: Pipeline, new: Stage, place: int) -> list[str]:
    if place or not pipeline.moves.create_in:
        return []
    return [f"moves.create_in: deals begin in {' or '.join(pipeline.moves.create_in)}, not in {new.id}"]
