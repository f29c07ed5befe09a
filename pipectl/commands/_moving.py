"""Moving deals: what `move`, `win`, `lose` and `reopen` share."""

from collections.abc import Container, Sequence
from datetime import date

from pipectl.commands._change import (
    How,
    Outcome,
    asks_first,
    carry_out,
    coming_day,
    day_of,
    opened_for_writing,
    refuse_all,
    select,
)
from pipectl.commands._open import Opened, who
from pipectl.commands._values import read_reason, read_values
from pipectl.context import Context
from pipectl.errors import NegativeError, NoStageError, PipectlError, UsageError
from pipectl.model.clocks import Limits
from pipectl.model.deal import Deal, Task
from pipectl.model.frozen import frozen
from pipectl.model.lookup import find_stage
from pipectl.model.moment import Moment, days_between
from pipectl.model.moves import Breach
from pipectl.model.pipeline import Outcome as Kind
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.plan import MoveRefused, Plan, Step, plan_move
from pipectl.model.state import State, states
from pipectl.model.suggest import suggest
from pipectl.model.tasks import add_task
from pipectl.output.safe import plain

_FLAGS = {
    "lost_reason": "--reason …",
    "next_step": "`pipectl task add ID TITLE --due DATE` first",
    "contacts": "`pipectl edit ID` first",
}


@frozen
class Wish:
    """A move as it was asked for.

    Attributes:
        target: `STAGE` or `PIPELINE:STAGE`; None: the stage that *kind* names in the deal's own pipeline.
        kind: what the stage must be: won or lost; open for a reopening, to where the deal came from; None: any.
        revisit: a day to try again, for which a task is added.
    """

    target: str | None = None
    kind: Kind | None = None
    on: str | None = None
    note: str = ""
    values: Sequence[str] = ()
    force: bool = False
    reason: str | None = None
    competitor: str = ""
    revisit: str | None = None


def move(context: Context, ids: Sequence[str], where: str | None, wish: Wish, how: How) -> int:
    """Move the deals that are meant, all of them or none."""
    if wish.force and not wish.note:
        raise UsageError("--force wants a reason", hint="--force --note WHY; it is kept in the deal's history")
    hold = not asks_first(context, ids, where, how)
    with opened_for_writing(context, hold=hold, dry_run=how.dry_run, ids=ids) as opened:
        deals = select(context, opened, ids, where)
        one_pipeline = len({deal.pipeline for deal in deals}) == 1 or ":" in (wish.target or "")
        known = {state.deal.path: state for state in states(opened.workspace, opened.day)}
        outcomes: list[Outcome] = []
        refusals: list[PipectlError] = []
        told: set[str] = set()  # pipelines whose reasons for a loss are said
        for deal in deals:
            try:
                outcomes.append(_outcome(context, opened, deal, known.get(deal.path), wish))
            except MoveRefused as refused:
                refusals.append(NegativeError(f"{refused}:", details=_reasons(opened, refused, told)))
                told.add(refused.pipeline.id)
            except NegativeError as refused:
                refusals.append(refused)
            except NoStageError as missing:
                if one_pipeline:
                    raise
                hints = [f"  {missing.hint}"] if missing.hint else []
                refusals.append(NegativeError(f"deal/{deal.id}: {missing}", details=hints))
        refuse_all(refusals, len(deals), "moved")
        return carry_out(context, opened, outcomes, how)


def _outcome(context: Context, opened: Opened, deal: Deal, state: State | None, wish: Wish) -> Outcome:
    origin = opened.workspace.pipelines[deal.pipeline]
    day = day_of(opened, wish.on)
    pipeline, stage = _target(opened, deal, origin, wish, day)
    step = Step(
        pipeline=pipeline,
        stage=stage,
        on=Moment(day),
        by=who(opened, context),
        note="" if wish.force else wish.note,
        forced=wish.note if wish.force else "",
        lost_reason=read_reason(opened, pipeline.id, "--reason", wish.reason) if wish.reason else "",
        wants_reason=bool(opened.workspace.lost_reasons(pipeline.id)),
        competitor=wish.competitor,
        # Fields and reasons are those of the pipeline that the deal comes into.
        values=read_values(context, opened, deal.but(pipeline=pipeline.id), wish.values) if wish.values else None,
    )
    plan = plan_move(deal, origin, step)
    if wish.revisit is not None:
        task = Task("Revisit", coming_day(opened, "--revisit", wish.revisit), owner=deal.owner)
        plan = Plan(plan.before, add_task(plan.after, task), plan.warnings, (*plan.tasks, task))
    return Outcome(plan, tuple(_lines(plan, state, opened)), _sentence(plan))


def _target(opened: Opened, deal: Deal, origin: Pipeline, wish: Wish, day: date) -> tuple[Pipeline, Stage]:
    if wish.kind is Kind.OPEN:
        _refuse_open(deal, origin)
    if wish.target is None:
        return origin, _by_kind(deal, origin, wish.kind or Kind.OPEN)
    pipeline, stage = _named(opened, origin, wish.target, day)
    if wish.kind not in (None, stage.outcome):
        fitting = ", ".join(other.id for other in pipeline.stages if other.outcome is wish.kind)
        raise UsageError(
            f"--to {stage.id} is no {wish.kind} stage of {pipeline.id}", hint=f"{wish.kind} stages: {fitting}"
        )
    return pipeline, stage


def _refuse_open(deal: Deal, pipeline: Pipeline) -> None:
    current = pipeline.stage(deal.stage)
    if current is not None and current.is_open:
        raise NegativeError(f"deal/{deal.id} is open already, in {current.id}")


def _named(opened: Opened, origin: Pipeline, target: str, day: date) -> tuple[Pipeline, Stage]:
    """The stage that `STAGE`, in the deal's own pipeline *origin*, or `PIPELINE:STAGE` names on *day*."""
    name, colon, stage_name = target.rpartition(":")
    pipeline = origin
    if colon:
        found = opened.workspace.pipelines.get(name)
        if found is None:
            near = suggest(name, opened.workspace.pipelines)
            known = ", ".join(opened.workspace.pipelines)
            raise UsageError(f"no pipeline '{name}'", hint=f"did you mean {near}?" if near else f"there are {known}")
        pipeline = found
    return pipeline, _closing(pipeline, stage_name, day) or find_stage(pipeline, stage_name)


def _closing(pipeline: Pipeline, name: str, day: date) -> Stage | None:
    """The stage that `won` or `lost` means where none is called so: the only one in use with this outcome."""
    if pipeline.stage(name) is not None or name not in (Kind.WON, Kind.LOST):
        return None
    fitting = [stage for stage in pipeline.stages if stage.outcome == name and not stage.is_retired(day)]
    if len(fitting) > 1:
        stages = ", ".join(stage.id for stage in fitting)
        raise NoStageError(f"no stage '{name}' in {pipeline.id}", hint=f"{name} stages: {stages}")
    return fitting[0] if fitting else None


def _by_kind(deal: Deal, pipeline: Pipeline, kind: Kind) -> Stage:
    if kind is Kind.WON:
        return pipeline.won
    if kind is Kind.LOST:
        return next(stage for stage in pipeline.stages if stage.outcome is Kind.LOST)
    # Back to the open stage that it was closed from; the first one where nobody wrote that.
    past = [pipeline.stage(entry.stage) for entry in deal.history if entry.pipeline == pipeline.id]
    lately = [stage for stage in past if stage is not None and stage.is_open and stage.retired is None]
    lately = lately or [stage for stage in reversed(pipeline.open_stages) if stage.retired is None]
    if not lately:
        raise NegativeError(f"deal/{deal.id} can't be reopened: every open stage of {pipeline.id} is retired")
    return lately[-1]


def _lines(plan: Plan, state: State | None, opened: Opened) -> list[str]:
    """`deal/acme  proposal → negotiation   (19 days in proposal, limit 14)`, then what follows."""
    before, after = plan.before, plan.after
    transfer = before.pipeline != after.pipeline
    source = f"{before.pipeline}:{before.stage}" if transfer else before.stage
    target = f"{after.pipeline}:{after.stage}" if transfer else after.stage
    stay = ""
    if state is not None and state.is_open and state.entered is not None:
        limit = Limits().stalled_limit(state)
        count = int(days_between(state.entered, after.history[-1].at))
        stay = f"   ({count} day{'' if count == 1 else 's'} in {state.stage.id}, limit {int(limit.days)})"
    lines = [f"deal/{before.id}  {source} → {target}{stay}"]
    lines += [f"note: {breach.message}{_says(breach, opened, after.pipeline)}" for breach in plan.warnings]
    for task in plan.tasks:
        lines.append(f"task added: {plain(task.title)}" + (f", due {task.due}" if task.due else ""))
    return lines


def _sentence(plan: Plan) -> str:
    before, after = plan.before, plan.after
    source = before.stage if before.pipeline == after.pipeline else f"{before.pipeline}:{before.stage}"
    target = after.stage if before.pipeline == after.pipeline else f"{after.pipeline}:{after.stage}"
    reason = f" ({after.history[-1].lost_reason})" if after.history[-1].lost_reason else ""
    return f"{before.id}: {source} to {target}{reason}"


def _says(breach: Breach, opened: Opened, pipeline_id: str) -> str:
    """Where the pipeline's file says so: `   pipelines/sales.yaml:21 says moves.skip: refuse`."""
    if not breach.policy:
        return ""
    pipeline = opened.workspace.pipelines[pipeline_id]
    line = pipeline.places.get(breach.policy, (0, 0))[0]
    return f"   {pipeline.path}{f':{line}' if line else ''} says {breach.says}"


def _flag(field: str, opened: Opened, pipeline: str, told: Container[str]) -> str:
    """What meets the rule that wants *field*; which reasons there are is said once for all deals of a pipeline."""
    flag = _FLAGS.get(field, f"--set {field}=…")
    wants_reason = field == "lost_reason" and pipeline not in told
    reasons = opened.workspace.lost_reasons(pipeline) if wants_reason else ()
    return f"{flag}   ({', '.join(reason.id for reason in reasons)})" if reasons else flag


def _reasons(opened: Opened, refused: MoveRefused, told: Container[str]) -> list[str]:
    """Every rule at once, each with the flag that meets it."""
    rows = []
    for breach in refused.breaches:
        if breach.field:
            rows.append((breach.message, _flag(breach.field, opened, refused.pipeline.id, told)))
        else:
            says = _says(breach, opened, refused.pipeline.id).strip()
            rows.append((breach.message, f"{says}   (--force --note WHY)"))
    wide = max(len(message) for message, _ in rows)
    return [f"  {message:<{wide}}   {flag}" for message, flag in rows]
