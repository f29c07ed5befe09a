"""From a planned pipeline to the bytes of its file: what differs becomes edits, and nothing else is touched.

The result is read back and must be exactly the planned pipeline; else it is refused and nothing is written.
"""

from collections.abc import Iterator, Sequence

from pipectl.model.pipeline import EntryTask, Outcome, Pipeline, Stage
from pipectl.store.edit import AddKey, Append, Data, Edit, Insert, Path, Refused, Remove, Set, Value, apply
from pipectl.store.edit_document import Document
from pipectl.store.edit_scalars import Look, flow
from pipectl.store.fields import Problems
from pipectl.store.items import Item, bare, value_of
from pipectl.store.nodes import read_tree
from pipectl.store.parse_pipeline import parse_pipeline

# The order in which a stage is written.
_KEYS = (
    *("id", "name", "aliases", "outcome", "since", "retired", "probability", "forecast"),
    *("max_days", "idle_days", "requires", "guidance", "on_enter"),
)
_LISTS = ("aliases", "requires")


def edited_pipeline(data: bytes, before: Pipeline, after: Pipeline) -> bytes:
    """*data*, the file of *before*, as the file of *after*.

    A stage of *after* is the one of *before* with its id, else the one whose id is its alias now.

    Raises:
        Refused: the text can't be changed for sure, or it would not read as *after*.
    """
    try:
        changed = apply(data, list(_edits(Document(data), before, after)))
    except Refused as refused:
        lines = refused.lines or list(_by_hand(before, after))
        raise Refused(refused.reason, line=refused.line, lines=lines, path=before.path) from None
    problems = Problems(before.path)
    read = parse_pipeline(read_tree(changed, before.path), before.id, problems)
    if read != after:
        reason = problems.found[0].message if read is None and problems.found else "it would read back otherwise"
        raise Refused(f"{before.path} was not changed: {reason}")
    return changed


def _by_hand(before: Pipeline, after: Pipeline) -> Iterator[str]:
    """What a person would do to the stages."""
    kept = _kept(before, after)
    yield from (f"take out {stage.id};" for place, stage in enumerate(before.stages) if place not in kept)
    same = {target for place, target in kept.items() if before.stages[place] == after.stages[target]}
    yield from (f"- {flow(_item(stage), Look())}" for place, stage in enumerate(after.stages) if place not in same)


def named_pipeline(data: bytes, path: str, name: str) -> bytes:
    """*data*, a pipeline's file, with another label.

    Raises:
        Refused: the text can't be changed for sure.
    """
    try:
        if Document(data).find(("name",)) is None:
            return apply(data, [AddKey((), "name", name, before=("stages",))])
        return apply(data, [Set(("name",), name)])
    except Refused as refused:
        raise Refused(refused.reason, line=refused.line, lines=refused.lines, path=path) from None


def with_default_pipeline(data: bytes, path: str, pipeline: str) -> bytes:
    """*data*, the file of the settings, naming the pipeline of deals that name none.

    Raises:
        Refused: the text can't be changed for sure.
    """
    beside = ("version", "name", "currency", "timezone", "fiscal_year_start")
    try:
        if Document(data).find(("default_pipeline",)) is None:
            return apply(data, [AddKey((), "default_pipeline", pipeline, after=beside)])
        return apply(data, [Set(("default_pipeline",), pipeline)])
    except Refused as refused:
        raise Refused(refused.reason, line=refused.line, lines=refused.lines, path=path) from None


def _edits(document: Document, before: Pipeline, after: Pipeline) -> Iterator[Edit]:
    kept = _kept(before, after)
    for place, stage in enumerate(before.stages):
        if place in kept:
            yield from _stage_edits(document, ("stages", place), stage, after.stages[kept[place]])
    yield from _text_list(document, ("moves",), "create_in", before.moves.create_in, after.moves.create_in)
    yield from (Remove(("stages", place)) for place in reversed(range(len(before.stages))) if place not in kept)
    known = set(kept.values())
    for place, stage in enumerate(after.stages):
        if place not in known:
            # Beside it stands one of its kind, whose style it takes.
            above = place > 0 and after.stages[place - 1].outcome is stage.outcome
            like = place - 1 if above or place == len(after.stages) - 1 else place
            yield Insert(("stages",), place, _item(stage), like)


def _kept(before: Pipeline, after: Pipeline) -> dict[int, int]:
    """Place before → place after, of the stages that stay, be it under another id."""
    old = {stage.id for stage in before.stages}
    renamed = {
        alias: place for place, stage in enumerate(after.stages) if stage.id not in old for alias in stage.aliases
    }
    found = {}
    for place, stage in enumerate(before.stages):
        same = after.rank(stage.id)
        target = same if same >= 0 else renamed.get(stage.id)
        if target is not None:
            found[place] = target
    return found


def _stage_edits(document: Document, path: Path, before: Stage, after: Stage) -> Iterator[Edit]:
    old, new = _item(before), _item(after)
    for key in _KEYS:
        if key in _LISTS:
            yield from _text_list(document, path, key, getattr(before, key), getattr(after, key))
        elif key == "name":
            yield from _label(document, path, after)
        elif old.get(key) != new.get(key):
            yield from _scalar(document, path, key, new.get(key))


def _label(document: Document, path: Path, after: Stage) -> Iterator[Edit]:
    written = document.find((*path, "name"))
    if written is None or written.is_null:
        if after.name != after.id:
            yield from _scalar(document, path, "name", after.name)
    elif written.text.strip() != after.name:
        yield Set((*path, "name"), after.name)


def _scalar(document: Document, path: Path, key: str, value: "Data | None") -> Iterator[Edit]:
    there = document.find((*path, key)) is not None
    if value is None:
        yield from [Remove((*path, key))] if there else []
    elif not there:
        yield _new_key(path, key, value)
    elif isinstance(value, str | Value):
        yield Set((*path, key), value)
    else:
        yield Remove((*path, key))
        yield _new_key(path, key, value)


def _new_key(path: Path, key: str, value: Data) -> AddKey:
    at = _KEYS.index(key) if key in _KEYS else 0
    return AddKey(path, key, value, after=_KEYS[:at], before=_KEYS[at + 1 :])


def _text_list(document: Document, path: Path, key: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    if tuple(old) == tuple(new):
        return
    span = document.find((*path, key))
    texts = [item.text.strip() for item in span.items] if span is not None and span.kind == "list" else None
    if span is None:
        yield _new_key(path, key, list(new))
    elif not new:
        yield Remove((*path, key))
    elif texts is None or texts != list(old) or not texts:
        # One text in the place of a list, which nothing can be put beside.
        yield Remove((*path, key))
        yield _new_key(path, key, list(new))
    else:
        yield from _list_edits((*path, key), texts, list(new))


def _list_edits(path: Path, old: list[str], new: list[str]) -> Iterator[Edit]:
    if len(old) == len(new):
        yield from (Set((*path, place), text) for place, text in enumerate(new) if old[place] != text)
        return
    stay = [text for text in old if text in new]
    if new[: len(stay)] != stay:
        stay = []
    # What replaces the whole list is put in before the rest is taken out, so that it is never empty.
    yield from (Append(path, text) for text in new[len(stay) :])
    yield from (Remove((*path, place)) for place in reversed(range(len(old))) if not (stay and old[place] in stay))


def _item(stage: Stage) -> dict[str, Data]:
    """A stage as its file says it, key by key."""
    item: dict[str, Data] = {"id": stage.id}
    if stage.name != stage.id:
        item["name"] = stage.name
    if stage.aliases:
        item["aliases"] = list(stage.aliases)
    if stage.outcome is not Outcome.OPEN:
        item["outcome"] = stage.outcome.value
    item |= {key: bare(day) for key in ("since", "retired") if (day := getattr(stage, key)) is not None}
    if stage.probability is not None:
        item["probability"] = value_of(stage.probability, percent=True)
    if stage.forecast:
        item["forecast"] = stage.forecast
    item |= {key: bare(days) for key in ("max_days", "idle_days") if (days := getattr(stage, key)) is not None}
    if stage.requires:
        item["requires"] = list(stage.requires)
    if stage.guidance:
        item["guidance"] = stage.guidance
    if stage.on_enter:
        item["on_enter"] = [_entry_task(task) for task in stage.on_enter]
    return item


def _entry_task(task: EntryTask) -> Item:
    return {"task": task.title} | ({"due": Value(f"{task.due_days}d")} if task.due_days is not None else {})
