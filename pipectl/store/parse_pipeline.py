"""`pipelines/<id>.yaml` becomes a Pipeline."""

import re

from pipectl.model.pipeline import (
    FIELD_TYPES,
    FORECASTS,
    EntryTask,
    FieldType,
    LostReason,
    MovePolicy,
    Outcome,
    Pipeline,
    Rule,
    Stage,
)
from pipectl.model.suggest import suggest
from pipectl.store import typed
from pipectl.store.fields import Fields, Problems, convert_scalar, is_absent
from pipectl.store.nodes import Mapping, Scalar, Sequence, Tree

REQUIRABLE = (
    "amount",
    "expected_close",
    "owner",
    "company",
    "contacts",
    "source",
    "lost_reason",
    "competitor",
    "next_step",
    "notes",
    "probability",
    "forecast",
    "tags",
)


def parse_pipeline(tree: Tree, pipeline_id: str, problems: Problems) -> Pipeline | None:
    """The pipeline that *tree* describes; None, with problems, where it can't be used."""
    if not isinstance(tree.root, Mapping):
        problems.add("unreadable-file", "the file holds no pipeline", (1, 1), hint="write name: and stages:")
        return None
    fields = Fields(tree.root, problems, "a pipeline")
    places: dict[str, tuple[int, int]] = {}
    stages = _stages(fields, places)
    pipeline = Pipeline(
        id=pipeline_id,
        name=fields.text("name") or pipeline_id,
        stages=stages,
        path=problems.path,
        moves=_moves(fields, places),
        lost_reasons=parse_lost_reasons(fields),
        fields=parse_field_types(fields),
        places=places,
    )
    fields.done()
    _name_unknown_beginnings(fields, pipeline)
    sound = bool(stages) and _refuse_bad_stages(fields, pipeline)
    # A wrong label or limit is named, and the pipeline still stands; wrong stages would place deals wrongly.
    return pipeline if sound else None


def _stages(fields: Fields, places: dict[str, tuple[int, int]]) -> tuple[Stage, ...]:
    wanted = "list at least one open stage, one with outcome: won and one with outcome: lost"
    if not fields.required("stages", wanted):
        return ()
    before = len(fields.problems.found)
    key = fields.nodes["stages"][0]
    places["stages"] = key.line, key.column
    listed = fields.mappings("stages")
    sound = len(fields.problems.found) == before
    if sound and not listed:
        fields.problems.add("missing-required", "stages is empty", fields.at("stages"), hint=wanted)
    stages = []
    for index, inner in enumerate(listed):
        places[f"stages.{index}"] = (inner.mapping.line, inner.mapping.column)
        if "retired" in inner.nodes:
            retired, _ = inner.nodes["retired"]
            places[f"stages.{index}.retired"] = retired.line, retired.column
        stages.append(_stage(inner))
        inner.done()
    # Without one of its stages a pipeline would place deals wrongly.
    known = tuple(stage for stage in stages if stage is not None)
    return known if sound and len(known) == len(stages) else ()


def _stage(fields: Fields) -> Stage | None:
    stage_id = fields.value("id", typed.ident) if fields.required("id", "an id such as `lead`") else None
    outcome = fields.value("outcome", typed.one_of(*Outcome)) or Outcome.OPEN
    max_days = fields.value("max_days", lambda text: None if text == "auto" else typed.limit_days(text))
    stage = Stage(
        id=stage_id or "",
        name=fields.text("name") or stage_id or "",
        outcome=Outcome(outcome),
        probability=fields.value("probability", typed.percent),
        max_days=max_days,
        idle_days=fields.value("idle_days", typed.limit_days),
        aliases=fields.texts("aliases"),
        forecast=fields.value("forecast", typed.one_of(*FORECASTS)),
        requires=_requires(fields),
        guidance=fields.text("guidance"),
        on_enter=tuple(_entry_task(inner) for inner in fields.mappings("on_enter")),
        since=fields.value("since", typed.day),
        retired=fields.value("retired", typed.day),
    )
    return stage if stage_id else None


def _requires(fields: Fields) -> tuple[str, ...]:
    found = []
    for name, node in fields.placed_texts("requires"):
        if name in REQUIRABLE or name.startswith("fields."):
            found.append(name)
            continue
        near = suggest(name, REQUIRABLE)
        hint = f"did you mean {near}?" if near else f"one of {', '.join(REQUIRABLE)}, fields.<id>"
        fields.problems.add("wrong-type", f"requires '{name}' is no field of a deal", node, hint=hint)
    return tuple(found)


def _entry_task(fields: Fields) -> EntryTask:
    fields.required("task", "the task's title")
    task = EntryTask(fields.text("task"), fields.value("due", typed.days))
    fields.done()
    return task


def _moves(fields: Fields, places: dict[str, tuple[int, int]]) -> MovePolicy:
    inner = fields.inner("moves")
    if inner is None:
        return MovePolicy()
    places.update({f"moves.{key.text}": (key.line, key.column) for key, _ in inner.mapping.entries})
    rules = {key: inner.value(key, typed.one_of(*Rule)) for key in ("skip", "back", "reopen")}
    policy = MovePolicy(
        **{key: Rule(rule) for key, rule in rules.items() if rule},
        create_in=inner.texts("create_in"),
    )
    inner.done()
    return policy


def parse_lost_reasons(fields: Fields) -> tuple[LostReason, ...]:
    """`lost_reasons:`: ids, or `{id: …, exclude_from_win_rate: true}`."""
    node = fields.node("lost_reasons")
    if node is None:
        return ()
    if isinstance(node, Scalar):
        return tuple(LostReason(text) for text in fields.texts("lost_reasons"))
    found = []
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            inner = Fields(item, fields.problems, "lost_reasons")
            excluded = inner.value("exclude_from_win_rate", typed.flag) or False
            if inner.required("id", "the reason's id"):
                found.append(LostReason(inner.text("id"), excluded))
            inner.done()
        elif not is_absent(item) and (text := convert_scalar(item, "lost_reasons", str, fields.problems)):
            found.append(LostReason(text))
    if isinstance(node, Mapping):
        fields.problems.add("wrong-type", "lost_reasons is a mapping; a list is wanted", node)
    return tuple(found)


def parse_field_types(fields: Fields) -> tuple[FieldType, ...]:
    """`fields:`: the business's own fields and their types."""
    outer = fields.inner("fields")
    if outer is None:
        return ()
    found = []
    for key, node in outer.named():
        if not isinstance(node, Mapping):
            hint = f"write {key.text}: {{type: text}}"
            outer.problems.add("wrong-type", f"field {key.text} has no type", node, hint=hint)
            continue
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", key.text):
            outer.problems.add(
                "wrong-type", f"'{key.text}' can't name a field", key, hint="use letters, digits, _ and -"
            )
            continue
        inner = Fields(node, fields.problems, f"field {key.text}")
        inner.required("type", f"one of {', '.join(FIELD_TYPES)}")
        kind = inner.value("type", typed.one_of(*FIELD_TYPES))
        choices, low, high = inner.texts("choices"), inner.value("min", typed.number), inner.value("max", typed.number)
        if kind == "choice" and not choices:
            inner.required("choices", "list them: choices: [a, b]")
        if kind:
            found.append(FieldType(key.text, kind, choices, low, high))
        inner.done()
    return tuple(found)


def _name_unknown_beginnings(fields: Fields, pipeline: Pipeline) -> None:
    known = [stage.id for stage in pipeline.stages]
    for name in pipeline.moves.create_in:
        if pipeline.stage(name) is None:
            near = suggest(name, known)
            hint = f"did you mean {near}?" if near else ""
            message = f"create_in '{name}' is no stage ({', '.join(known)})"
            at = pipeline.places.get("moves.create_in", fields.at("moves"))
            fields.problems.add("unknown-stage", message, at, hint=hint)


def _refuse_bad_stages(fields: Fields, pipeline: Pipeline) -> bool:
    """Whether the stages make a pipeline: ids used once, open ones first, exactly one won, at least one lost."""
    before = len(fields.problems.found)
    _refuse_shared_names(fields, pipeline)
    _refuse_bad_outcomes(fields, pipeline)
    return len(fields.problems.found) == before


def _refuse_shared_names(fields: Fields, pipeline: Pipeline) -> None:
    names: dict[str, str] = {}
    for index, stage in enumerate(pipeline.stages):
        for name in (stage.id, *stage.aliases):
            if name in names:
                message = f"'{name}' names two stages: {names[name]} and {stage.id}"
                if stage.id == names[name]:
                    message = f"two stages have the id '{name}'"
                fields.problems.add("wrong-type", message, pipeline.places[f"stages.{index}"])
            names[name] = stage.id


def _refuse_bad_outcomes(fields: Fields, pipeline: Pipeline) -> None:
    at = fields.at("stages")
    outcomes = [stage.outcome for stage in pipeline.stages]
    won = [index for index, outcome in enumerate(outcomes) if outcome is Outcome.WON]
    if Outcome.OPEN not in outcomes:
        fields.problems.add("missing-required", "no open stage", at, hint="add one above the won stage")
    if not won:
        fields.problems.add("missing-required", "no stage with outcome: won", at, hint="add {id: won, outcome: won}")
    for index in won[1:]:
        message = f"'{pipeline.stages[index].id}' is a second stage with outcome: won; a pipeline has one"
        fields.problems.add("wrong-type", message, pipeline.places[f"stages.{index}"])
    if Outcome.LOST not in outcomes:
        fields.problems.add("missing-required", "no stage with outcome: lost", at, hint="add {id: lost, outcome: lost}")
    closed = next((index for index, outcome in enumerate(outcomes) if outcome is not Outcome.OPEN), len(outcomes))
    for index, stage in enumerate(pipeline.stages):
        if stage.is_open and index > closed:
            message = f"open stage '{stage.id}' stands after a closed one"
            hint = f"move it above '{pipeline.stages[closed].id}', or give it an outcome"
            fields.problems.add("wrong-type", message, pipeline.places[f"stages.{index}"], hint=hint)
