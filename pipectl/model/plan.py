"""What a change would make of a deal: values in, a deal out, nothing written.

A plan is the deal as it will be. What stands differently in the file is found by comparing the two, so that there is
one way from a plan to the bytes of a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from pipectl.errors import NegativeError
from pipectl.model.deal import TRACKED, Activity, Change, Deal, Entry, FieldValue, Task
from pipectl.model.frozen import frozen
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.money import Money
from pipectl.model.moves import Breach, missing_fields, policy_breaches
from pipectl.model.pipeline import Outcome, Pipeline, Rule, Stage


class MoveRefused(NegativeError):  # noqa: N818 - a verdict on a move
    """A rule of the pipeline forbids the move.

    Attributes:
        pipeline: whose rules they are.
        breaches: every one at once.
    """

    def __init__(self, deal: Deal, pipeline: Pipeline, to: Stage, breaches: Sequence[Breach]) -> None:
        super().__init__(f"deal/{deal.id} can't enter {to.id}")
        self.pipeline = pipeline
        self.breaches = tuple(breaches)


@frozen
class Plan:
    """A deal before and after.

    Attributes:
        warnings: rules that warn and don't forbid.
        tasks: what entering the stage adds.
    """

    before: Deal
    after: Deal
    warnings: tuple[Breach, ...] = ()
    tasks: tuple[Task, ...] = ()


@frozen
class Step:
    """A move that somebody asks for.

    Attributes:
        on: the day, or the moment, that it happened.
        values: fields to set with it.
        forced: why a rule is overridden; "" where none is.
        wants_reason: a loss must say why, since the business keeps a list of reasons.
    """

    pipeline: Pipeline
    stage: Stage
    on: Moment
    by: str = ""
    note: str = ""
    forced: str = ""
    lost_reason: str = ""
    competitor: str = ""
    wants_reason: bool = False
    values: Mapping[str, FieldValue | tuple[str, ...] | None] | None = None


def plan_move(deal: Deal, origin: Pipeline, step: Step) -> Plan:
    """Plan moving *deal*, now in a stage of *origin*; nothing is written.

    Raises:
        MoveRefused: a rule forbids it and nobody forces it; it names every rule.
        NegativeError: the deal is there already, or the day lies before its last move.
    """
    to, transfer = step.stage, step.pipeline.id != origin.id
    if deal.stage == to.id and not transfer:
        raise NegativeError(f"deal/{deal.id} is in {to.id} already")
    if deal.history and step.on.day < deal.history[-1].at.day:
        last = deal.history[-1]
        raise NegativeError(f"deal/{deal.id} came into {last.stage} on {last.at}; {step.on} lies before that")
    changed = set_fields(deal, step.values or {}, step.on) if step.values else deal
    changed = _with_outcome(changed, step)
    current = None if transfer else origin.stage(deal.stage)
    breaches = list(policy_breaches(step.pipeline, current, to, step.on.day))
    missing = missing_fields(_as_entering(changed, step), step.pipeline, to)
    if step.wants_reason and to.outcome is Outcome.LOST and not step.lost_reason:
        missing = tuple(dict.fromkeys((*missing, "lost_reason")))
    breaches += [Breach(Rule.REFUSE, f"{name} is missing", field=name) for name in missing]
    refused = [breach for breach in breaches if breach.rule is Rule.REFUSE]
    if refused and not step.forced:
        raise MoveRefused(deal, step.pipeline, to, refused)
    tasks = _entry_tasks(changed, step)
    entry = Entry(
        at=step.on,
        stage=to.id,
        pipeline=step.pipeline.id,
        by=step.by,
        # A reason that no rule asked for is a note all the same.
        note=step.note if refused else step.note or step.forced,
        forced=step.forced if refused else "",
        lost_reason=step.lost_reason if to.outcome is Outcome.LOST else "",
        competitor=step.competitor if not to.is_open else "",
        amount=changed.amount if to.outcome is Outcome.WON else None,
    )
    after = changed.but(
        stage=to.id,
        pipeline=step.pipeline.id,
        history=(*changed.history, entry),
        tasks=(*changed.tasks, *tasks),
    )
    return Plan(deal, after, tuple(breach for breach in breaches if breach.rule is Rule.WARN), tasks)


def set_fields(deal: Deal, values: Mapping[str, FieldValue | tuple[str, ...] | None], on: Moment) -> Deal:
    """*deal* with *values*; what is tracked is recorded from *on*.

    The first record of a field would make its past unknown, so the value that it had until now is recorded with it,
    from the day that the deal was created. A new currency is that of every amount of the deal from then on, whatever
    the numbers; amounts recorded before keep theirs.

    Raises:
        NegativeError: a record on that day would not be the last word, or an amount won would change its currency.
    """
    values = _in_currency(deal, values)
    own = {name.removeprefix("fields."): value for name, value in values.items() if name.startswith("fields.")}
    fields = {name: value for name, value in {**deal.fields, **own}.items() if value is not None}
    plain = {name: value for name, value in values.items() if not name.startswith("fields.")}
    tracked = {
        name: value
        for name, value in plain.items()
        if name in TRACKED and not isinstance(value, tuple) and value != _value(deal, name)
    }
    _refuse_too_early(deal, tracked, on)
    first = {name: _value(deal, name) for name in tracked if not any(name in change.values for change in deal.changes)}
    known = {name: value for name, value in first.items() if value is not None}
    records = [Change(_beginning(deal, on), known)] if known and _beginning(deal, on).day < on.day else []
    records += [Change(on, tracked)] if tracked else []
    blank = {
        name: "" if value is None and isinstance(getattr(deal, name), str) else value for name, value in plain.items()
    }
    changes = in_time_order((*deal.changes, *records))
    return deal.but(**blank, fields=fields, changes=changes)


def add_activity(deal: Deal, activity: Activity) -> Deal:
    """*deal* with one more thing that happened, at its place in time."""
    return deal.but(activities=in_time_order((*deal.activities, activity)))


def _in_currency(
    deal: Deal, values: Mapping[str, FieldValue | tuple[str, ...] | None]
) -> Mapping[str, FieldValue | tuple[str, ...] | None]:
    """*values* with every amount in the currency that the deal will have."""
    currency = values.get("currency") or deal.currency
    if not isinstance(currency, str) or currency == deal.currency:
        return values
    won = next((entry.amount for entry in deal.history if entry.amount is not None), None)
    if won is not None:
        raise NegativeError(f"deal/{deal.id} was won for an amount in {won.currency}; its currency can't change")
    now = {"amount": deal.amount, **{f"fields.{name}": value for name, value in deal.fields.items()}}
    amounts = {name: value for name, value in {**now, **values}.items() if isinstance(value, Money)}
    return {**values, **{name: Money(money.amount, currency) for name, money in amounts.items()}}


def _refuse_too_early(deal: Deal, tracked: Iterable[str], on: Moment) -> None:
    """A record is the value from its day on, so none may stand after it."""
    began = _beginning(deal, on)
    if on.day < began.day and tracked:
        raise NegativeError(f"deal/{deal.id} began on {began}; {on} lies before that")
    for name in tracked:
        last = next((change for change in reversed(deal.changes) if name in change.values), None)
        if last is not None and on.day < last.at.day:
            raise NegativeError(f"{name} of deal/{deal.id} was set on {last.at}; {on} lies before that")


def _value(deal: Deal, name: str) -> FieldValue | None:
    """What the file says of a tracked field; None where it says nothing."""
    value: FieldValue | None = getattr(deal, name)
    return None if value == "" else value


def _beginning(deal: Deal, on: Moment) -> Moment:
    if deal.history:
        return Moment(deal.history[0].at.day)
    return Moment(deal.created) if deal.created else on


def _with_outcome(deal: Deal, step: Step) -> Deal:
    """The deal's own word on why it closed: written by a loss, taken off by a reopening."""
    reason = (step.lost_reason or deal.lost_reason) if step.stage.outcome is Outcome.LOST else ""
    if any("lost_reason" in change.values for change in deal.changes):
        # What was recorded once is read from its records from then on.
        deal = set_fields(deal, {"lost_reason": reason or None}, step.on)
    return deal.but(lost_reason=reason, competitor=step.competitor or deal.competitor)


def _as_entering(deal: Deal, step: Step) -> Deal:
    """The deal with the tasks that the stage itself adds: they are a next step."""
    return deal.but(tasks=(*deal.tasks, *_entry_tasks(deal, step)))


def _entry_tasks(deal: Deal, step: Step) -> tuple[Task, ...]:
    """Tasks of `on_enter`, unless one with the same title waits already."""
    waiting = {task.title for task in deal.tasks if task.is_open}
    return tuple(
        Task(
            title=task.title,
            due=None if task.due_days is None else step.on.day + timedelta(days=task.due_days),
            owner=deal.owner,
        )
        for task in step.stage.on_enter
        if task.title not in waiting
    )
