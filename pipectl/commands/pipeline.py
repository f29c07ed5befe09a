"""`pipectl pipeline`."""

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, bytes_of, opened_for_writing
from pipectl.commands._open import Opened
from pipectl.commands._reform import Planned, Told, carry_out_planned, plan_changes
from pipectl.commands._reform_page import outcome_line, page, unread_notes
from pipectl.commands._shipped import shipped
from pipectl.commands._show import look
from pipectl.commands._values import read_line
from pipectl.commands.init import Language, Template
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.metrics.stages import pipeline_deals
from pipectl.model.pipeline import Pipeline
from pipectl.model.suggest import suggest
from pipectl.output.look import Look
from pipectl.report import Column, Table
from pipectl.store.deal_schema import DealSchema
from pipectl.store.find import PIPELINES, SETTINGS
from pipectl.store.pipeline_changes import named_pipeline, with_default_pipeline
from pipectl.store.typed import ID, slug
from pipectl.store.write import Change

OPTIONS: frozenset[str] = frozenset()

_COLUMNS = (
    Column("pipeline", "Pipeline"),
    Column("name", "Name"),
    Column("deals", "Deals", right=True),
    Column("open", "Open", right=True),
    Column("won", "Won", right=True),
    Column("lost", "Lost", right=True),
)


class Action(StrEnum):
    """How a pipeline comes about."""

    ADD = "add"
    COPY = "copy"


# The options that each action takes and the other does not.
VERBS = {str(Action.ADD): frozenset({"template", "lang"}), str(Action.COPY): frozenset[str]()}


def run(
    context: Context,
    action: Annotated[Action, Argument(metavar="ACTION", help="add ID; copy FROM NEW.")],
    words: Annotated[list[str], Argument(metavar="[FROM] ID", help="As the action wants.")],
    name: Annotated[str | None, Option(metavar="LABEL", help="What people call it.")] = None,
    template: Annotated[
        Template | None,
        Option(metavar="KIND", help="add: whose stages it has: b2b, saas, services; else minimal."),
    ] = None,
    lang: Annotated[Language | None, Option(metavar="LANG", help="add: of labels and comments: en or id.")] = None,
    dry_run: Annotated[
        bool, Option("--dry-run", "-n", help="Show what would become of it, with the diff; write nothing.")
    ] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Add a pipeline, or copy one with its stages and rules.

    copy: the new one has the stages and rules of FROM, comments and all.

    add: it has the stages of a template.

    A new pipeline has no deals; `pipectl move ID PIPELINE:STAGE` brings some. With the second pipeline of a workspace,
    a deal that names none could belong to either: pipectl.yaml then gets a `default_pipeline`, the one that there was.

    Examples:

      pipectl pipeline add partners --template services --name "Partner deals"
      pipectl pipeline copy new-business tenders --dry-run
    """
    _refuse_words(action, words, adds=template is not None or lang is not None)
    how = How(f"pipeline {action} {' '.join(words)}", dry_run, commit, message)
    with opened_for_writing(context, dry_run=dry_run) as opened:
        new = words[-1]
        path = _free_path(opened, new)
        label = read_line("label", name or "") or new.replace("-", " ").replace("_", " ").capitalize()
        if action is Action.COPY:
            origin = _find(opened, words[0])
            data, source = bytes_of(opened.root, origin.path), f"a copy of {origin.id}"
        else:
            data, source = _from_template(template or Template.MINIMAL, lang or Language.ENGLISH, new)
        changes = {path: Change(None, named_pipeline(data, path, label)), **_default(opened)}
        planned = plan_changes(opened, changes, {deal.path: deal for deal in opened.workspace.deals})
        made = planned.after.workspace.pipelines.get(new)
        if made is None:
            raise NegativeError(f"{path} would not read as a pipeline; nothing was written")
        style = look(context, opened.settings)
        done = f"pipeline {new} added, {source}"
        lines = (done, *_settled(opened, planned), ", ".join(changes))
        return carry_out_planned(
            context, opened, planned, Told(_page(opened, planned, made, source, style), lines), how
        )


def _refuse_words(action: Action, words: Sequence[str], *, adds: bool) -> None:
    wanted = 2 if action is Action.COPY else 1
    if len(words) != wanted:
        usage = "pipeline copy FROM NEW" if action is Action.COPY else "pipeline add ID"
        raise UsageError(f"`pipeline {action}` wants other words than '{' '.join(words)}'", hint=f"pipectl {usage}")
    if action is Action.COPY and adds:
        raise UsageError(
            "a copy has the stages and the labels of its original", hint="--template and --lang are for `pipeline add`"
        )


def _free_path(opened: Opened, new: str) -> str:
    if not ID.match(new):
        hint = f"write {slug(new) or 'letters and digits'}; --name is what people call it"
        raise UsageError(f"'{new}' is no id", hint=hint)
    path = f"{PIPELINES}/{new}.yaml"
    if new in opened.workspace.pipelines or os.path.lexists(opened.root / path):
        raise NegativeError(f"there is a pipeline {new} already: {path}")
    return path


def _find(opened: Opened, name: str) -> Pipeline:
    known = opened.workspace.pipelines
    if name not in known:
        near = suggest(name, known)
        raise UsageError(
            f"no pipeline '{name}'", hint=f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        )
    return known[name]


def _from_template(template: Template, lang: Language, new: str) -> tuple[bytes, str]:
    """The file of a pipeline of the template: of several the one that is called so too, else the first."""
    texts = dict(shipped("templates", template.value, lang.value, PIPELINES))
    names = sorted(texts, key=lambda path: (PurePosixPath(path).stem != new, path))
    return texts[names[0]].encode(), f"with the stages of the template {template}"


def _default(opened: Opened) -> dict[str, Change]:
    """pipectl.yaml with the pipeline that deals without one have been in, where a second one makes that a question."""
    known = opened.workspace.pipelines
    default = DealSchema(opened.settings, dict(known)).default_pipeline
    if opened.settings.default_pipeline or not default:
        return {}
    old = bytes_of(opened.root, SETTINGS)
    return {SETTINGS: Change(old, with_default_pipeline(old, SETTINGS, default))}


def _settled(opened: Opened, planned: Planned) -> tuple[str, ...]:
    if SETTINGS not in planned.changes:
        return ()
    default = planned.after.settings.default_pipeline
    unnamed = sum("pipeline" not in deal.places for deal in opened.workspace.deals)
    count = "1 deal without `pipeline:` is" if unnamed == 1 else f"{unnamed} deals without `pipeline:` are"
    return (f"default_pipeline: {default}, where {count} already",)


def _page(opened: Opened, planned: Planned, made: Pipeline, source: str, style: Look) -> str:
    stages = ", ".join(stage.id for stage in made.stages)
    notes = (*_settled(opened, planned), *unread_notes(planned))
    said = [f"a new pipeline {made.id} ('{made.name}'), {source}: {stages}", *(f"note: {note}" for note in notes)]
    ending = [outcome_line(planned, pipeline, style) for pipeline in opened.workspace.pipelines.values()]
    return page(said, Table("pipelines", _COLUMNS, tuple(_rows(planned))), ending, style)


def _rows(planned: Planned) -> Sequence[tuple[str, str, int, int, int, int]]:
    return [
        (pipeline.id, pipeline.name, *pipeline_deals(planned.after, pipeline))
        for pipeline in planned.after.workspace.pipelines.values()
    ]
