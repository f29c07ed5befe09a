"""`deals/**/<id>.yaml` becomes a Deal."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pipectl.model.deal import KEYS, Activity, Change, Contact, Deal, Entry, FieldValue, Task, Waiver
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.money import Money
from pipectl.model.pipeline import FORECASTS, Pipeline
from pipectl.model.problem import Place
from pipectl.model.suggest import suggest
from pipectl.store import nodes, typed
from pipectl.store.deal_schema import CHANGE_TYPES, DealSchema, interval, pipelines_of
from pipectl.store.fields import Fields, Problems, convert_scalar
from pipectl.store.find import PIPELINES
from pipectl.store.nodes import Tree
from pipectl.store.parse_settings import currency_code


def parse_deal(tree: Tree, deal_id: str, problems: Problems, schema: DealSchema) -> Deal | None:
    """The deal that *tree* describes; None, with problems, where it can't be counted."""
    if not isinstance(tree.root, nodes.Mapping):
        if not any(problem.unread for problem in tree.problems):
            hint = "a deal needs `title: …` and `stage: …`"
            problems.add("unreadable-file", "the file holds no deal", (1, 1), hint=hint)
        return None
    return _deal(Fields(tree.root, problems, "a deal"), deal_id, schema)


def _deal(fields: Fields, deal_id: str, schema: DealSchema) -> Deal | None:
    """The deal in *fields*; None, with problems, where it can't be counted."""
    fields.required("title", lambda: _write("title", fields))
    pipeline = _pipeline(fields, schema)
    stage = _stage(fields, pipeline)
    if pipeline is None or stage is None:
        # The rest is not read, but `stgae:` is still told from `stage:`.
        fields.asked.extend(KEYS)
        fields.done()
        return None
    deal = _Reading(fields, schema, pipeline, deal_id).deal(stage)
    fields.done()
    return None if any(problem.unread for problem in fields.problems.found) else deal


def _pipeline(fields: Fields, schema: DealSchema) -> Pipeline | None:
    name = fields.text("pipeline") or schema.default_pipeline
    known = ", ".join(schema.pipelines)
    if not name:
        fields.required("pipeline", f"name one of {known}, or set default_pipeline in pipectl.yaml")
        return None
    if name not in schema.pipelines:
        _unknown_pipeline(fields, name, schema, unread=True)
    return schema.pipelines.get(name)


def _unknown_pipeline(fields: Fields, name: str, schema: DealSchema, *, unread: bool) -> None:
    place = fields.at("pipeline")
    if name in schema.unread:
        path = f"{PIPELINES}/{name}.yaml"
        message, hint = f"pipeline '{name}' can't be read", f"mend {path}"
        fields.problems.add("unknown-pipeline", message, place, hint=hint, unread=unread, because=path)
        return
    near = suggest(name, schema.pipelines)
    hint = f"did you mean {near}?" if near else ""
    message = f"pipeline '{name}' is no pipeline of this workspace ({', '.join(schema.pipelines)})"
    fields.problems.add("unknown-pipeline", message, place, hint=hint, unread=unread)


def _write(key: str, fields: Fields) -> str:
    """How to mend a missing *key*: a stranger that looks like it may be it."""
    strangers = {name: at for name, (at, _) in fields.nodes.items() if name not in KEYS}
    near = suggest(key, strangers)
    return f"write {key}: … in place of '{near}' on line {strangers[near].line}" if near else f"write {key}: …"


def _stage(fields: Fields, pipeline: Pipeline | None) -> str | None:
    if not fields.required("stage", lambda: _write("stage", fields)):
        return None
    name = fields.text("stage")
    if pipeline is None or not name:
        return None
    stage = pipeline.stage(name)
    if stage is not None:
        return stage.id
    _unknown_stage(fields, name, pipeline, fields.at("stage"), unread=True, causes=_causes(fields, name, pipeline))
    return None


def _causes(fields: Fields, name: str, pipeline: Pipeline) -> str:
    """Why a deal is in a stage that is not there: its move, and the list of stages; "" where no move is written.

    A merge without a conflict makes such a deal: one takes the stage out, another moves the deal there.
    """
    history = fields.nodes["history"][1] if "history" in fields.nodes else None
    entries = (
        [item for item in history.items if isinstance(item, nodes.Mapping)]
        if isinstance(history, nodes.Sequence)
        else []
    )
    said = [
        (item, {key.text: node.text for key, node in item.entries if isinstance(node, nodes.Scalar)})
        for item in entries
    ]
    move = next(((item, texts) for item, texts in reversed(said) if texts.get("stage") == name), None)
    if move is None:
        return ""
    item, texts = move
    by = f" by {texts['by']}" if texts.get("by") else ""
    stages = Place(pipeline.path, pipeline.places.get("stages", (1, 1))[0])
    return (
        f"it was moved there on {texts.get('at', '?')}{by} (line {item.line})\n"
        f"edit the line `stage:`, or put the stage back into {stages}, or under `aliases:` of another there"
    )


def _unknown_stage(
    fields: Fields,
    name: str,
    pipeline: Pipeline,
    at: tuple[int, int],
    *,
    unread: bool,
    causes: str = "",
    count: int = 1,
) -> None:
    known = [stage.id for stage in pipeline.stages]
    labels = {stage.name.casefold(): stage.id for stage in pipeline.stages}
    near = labels.get(name.casefold()) or suggest(name, known)
    hint = f"did you mean {near}?" if near else ""
    often = f", in {count} entries of its history" if count > 1 else ""
    message = f"stage '{name}' is no stage of {pipeline.id} ({', '.join(known)}){often}"
    fields.problems.add("unknown-stage", message, at, hint=" ".join(filter(None, (hint, causes))), unread=unread)


class _Placed(NamedTuple):
    """Something with a time, not yet taken apart."""

    at: Moment
    fields: Fields


class _Reading:
    """One deal file being read, key by key."""

    def __init__(self, fields: Fields, schema: DealSchema, pipeline: Pipeline, deal_id: str) -> None:
        self.fields = fields
        self.schema = schema
        self.pipeline = pipeline
        self.deal_id = deal_id
        self.moment = typed.moment_in(schema.settings.zone)
        self.currency = fields.value("currency", currency_code) or schema.settings.currency
        self.places = fields.value_places()
        # The entries of history whose stage is none of the pipeline, by both.
        self.strangers: dict[tuple[str, str], list[Fields]] = {}

    def deal(self, stage: str) -> Deal:
        """The deal; problems stand beside."""
        fields = self.fields
        amount = fields.value("amount", typed.money)
        return Deal(
            id=self.deal_id,
            path=fields.problems.path,
            title=fields.text("title"),
            pipeline=self.pipeline.id,
            stage=stage,
            amount=None if amount is None else Money(amount, self.currency),
            currency=self.currency,
            expected_close=fields.value("expected_close", typed.day),
            owner=fields.text("owner"),
            company=fields.text("company"),
            contacts=tuple(self._contact(inner) for inner in fields.mappings("contacts")),
            source=fields.text("source"),
            tags=fields.texts("tags"),
            fields=self._own_fields(),
            created=fields.value("created", typed.day),
            probability=fields.value("probability", typed.percent),
            forecast=fields.value("forecast", typed.one_of(*FORECASTS)) or "",
            lost_reason=fields.text("lost_reason"),
            competitor=fields.text("competitor"),
            snooze_until=fields.value("snooze_until", typed.day),
            aliases=fields.texts("aliases"),
            external_ids=self._external_ids(),
            waive=tuple(self._waiver(inner) for inner in fields.mappings("waive")),
            notes=fields.text("notes"),
            tasks=tuple(self._task(index, inner) for index, inner in enumerate(fields.mappings("tasks"))),
            activities=tuple(self._activity(*item) for item in self._in_order("activities")),
            changes=tuple(self._change(*item) for item in self._in_order("changes")),
            history=self._history(),
            places=self.places,
        )

    def _contact(self, fields: Fields) -> Contact:
        fields.required("name", "the contact's name")
        contact = Contact(fields.text("name"), fields.text("role"), fields.text("email"), fields.text("phone"))
        fields.done()
        return contact

    def _waiver(self, fields: Fields) -> Waiver:
        fields.required("check", "the check that is waived")
        waiver = Waiver(fields.text("check"), fields.value("until", typed.day), fields.text("why"))
        self.places[f"waive.{waiver.check}"] = fields.place
        fields.done()
        return waiver

    def _task(self, index: int, fields: Fields) -> Task:
        self.places[f"tasks.{index}"] = fields.place
        fields.required("title", "what is to be done")
        task = Task(
            title=fields.text("title"),
            due=fields.value("due", typed.day),
            done=fields.value("done", typed.day),
            owner=fields.text("owner"),
            id=fields.text("id"),
            every=fields.value("every", interval) or "",
            snoozed_until=fields.value("snoozed_until", typed.day),
            last_chance=fields.value("last_chance", typed.flag) or False,
        )
        fields.done()
        return task

    def _external_ids(self) -> dict[str, str]:
        outer = self.fields.inner("external_ids")
        pairs = outer.named() if outer else ()
        problems = self.fields.problems
        return {key.text: convert_scalar(node, key.text, str, problems) or "" for key, node in pairs}

    def _own_fields(self) -> dict[str, FieldValue]:
        outer = self.fields.inner("fields")
        if outer is None:
            return {}
        converters = self.schema.converters(self.pipeline.id, self.currency)
        found: dict[str, FieldValue] = {}
        for key, place in outer.named_places():
            self.places[f"fields.{key}"] = place
            convert = converters.get(key)
            if convert is None:
                near = suggest(key, converters)
                hint = f"did you mean {near}?" if near else "describe it under `fields:` in pipectl.yaml"
                message = f"'{key}' is no field of this workspace"
                self.fields.problems.add("unknown-field", message, place, hint=hint, unread=False)
            value = outer.value(key, convert) if convert else outer.any_text(key)
            if value is not None:
                found[key] = value
        return found

    def _activity(self, at: Moment, fields: Fields) -> Activity:
        fields.required("type", "what it was: call, email, meeting …")
        activity = Activity(at, fields.text("type"), fields.text("by"), fields.text("note"))
        fields.done()
        return activity

    def _change(self, at: Moment, fields: Fields) -> Change:
        values: dict[str, FieldValue | None] = {}
        currency = fields.value("currency", currency_code) or self.currency
        for name, convert in CHANGE_TYPES.items():
            if fields.has(name):
                values[name] = fields.value(name, convert)
        fields.asked.extend(CHANGE_TYPES)
        amount = values.get("amount")
        if isinstance(amount, Decimal):
            values["amount"] = Money(amount, currency)
        fields.done()
        return Change(at, values)

    def _history(self) -> tuple[Entry, ...]:
        moves = self._in_order("history")
        names = [(inner.text("pipeline"), inner.text("stage")) for _, inner in moves]
        pipelines = pipelines_of(names, self.pipeline, self.schema)
        entries = tuple(self._entry(*move, pipeline_id) for move, pipeline_id in zip(moves, pipelines, strict=True))
        for (pipeline_id, name), found in self.strangers.items():
            pipeline = self.schema.pipelines[pipeline_id]
            first = found[0]
            _unknown_stage(first, name, pipeline, first.at("stage"), unread=False, count=len(found))
        return entries

    def _entry(self, at: Moment, fields: Fields, pipeline_id: str) -> Entry:
        fields.required("stage", "the stage that the deal moved to")
        amount = fields.value("amount", typed.money)
        entry = Entry(
            at=at,
            stage=self._entry_stage(fields, pipeline_id),
            pipeline=pipeline_id,
            by=fields.text("by"),
            note=fields.text("note"),
            forced=fields.text("forced"),
            lost_reason=fields.text("lost_reason"),
            competitor=fields.text("competitor"),
            amount=None if amount is None else Money(amount, self.currency),
        )
        fields.done()
        return entry

    def _entry_stage(self, fields: Fields, pipeline_id: str) -> str:
        name = fields.text("stage")
        pipeline = self.schema.pipelines.get(pipeline_id)
        if pipeline is None:
            # The entries after it inherit the pipeline; one line says it.
            if fields.text("pipeline"):
                _unknown_pipeline(fields, pipeline_id, self.schema, unread=False)
            return name
        stage = pipeline.stage(name)
        if stage is None and name:
            self.strangers.setdefault((pipeline_id, name), []).append(fields)
        return stage.id if stage else name

    def _at(self, fields: Fields) -> Moment:
        fields.required("at", "a date such as 2026-04-30")
        # A missing or wrong date is a problem that keeps the deal out; the value is never looked at.
        return fields.value("at", self.moment) or Moment(_NO_DAY)

    def _in_order(self, key: str) -> tuple[_Placed, ...]:
        """The entries of a list by time."""
        written = tuple(_Placed(self._at(inner), inner) for inner in self.fields.mappings(key))
        ordered = in_time_order(written)
        for index, item in enumerate(ordered):
            self.places[f"{key}.{index}"] = item.fields.place
        if key == "history" and ordered != written and all(item.at.day != _NO_DAY for item in written):
            first, late = next(pair for pair in zip(written, ordered, strict=True) if pair[0] is not pair[1])
            message = f"history is not in time order: {late.at} stands after {first.at}"
            hint = f"move the entry up, above the one of {first.at}"
            self.fields.problems.add("history-order", message, late.fields.place, hint=hint, unread=False)
        return ordered


_NO_DAY = date.min
