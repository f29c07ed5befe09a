"""What a pipeline's rules say of a move, the same for a move that is asked for and for one that history tells of."""

from collections.abc import Iterator
from datetime import date

from pipectl.model.as_known import value_after
from pipectl.model.deal import TRACKED, Deal
from pipectl.model.frozen import frozen
from pipectl.model.pipeline import Outcome, Pipeline, Rule, Stage


@frozen
class Breach:
    """A rule that a move breaks.

    Attributes:
        rule: how grave: `warn` or `refuse`.
        message: what is wrong, without the deal.
        policy: the key of the pipeline's file that says so, such as `moves.skip`; "" for a required field.
        field: the required field that is missing, or "".
        says: what stands there, such as `moves.skip: refuse`.
    """

    rule: Rule
    message: str
    policy: str = ""
    field: str = ""
    says: str = ""


def policy_breaches(pipeline: Pipeline, origin: Stage | None, to: Stage, on: date) -> Iterator[Breach]:
    """What `moves`, and retirement, say of a move from *origin* (None: the deal begins here) to *to* on a day."""
    policy = pipeline.moves
    if to.is_retired(on):
        place = f"stages.{pipeline.rank(to.id)}.retired"
        message = f"stage {to.id} is retired since {to.retired}"
        yield Breach(Rule.REFUSE, message, place, says=f"retired: {to.retired}")
    if origin is None:
        if policy.create_in and to.is_open and not any(pipeline.stage(name) is to for name in policy.create_in):
            message = f"a deal begins in {' or '.join(policy.create_in)}, not in {to.id}"
            says = f"moves.create_in: [{', '.join(policy.create_in)}]"
            yield Breach(Rule.REFUSE, message, "moves.create_in", says=says)
        return
    if not origin.is_open and to.is_open and policy.reopen is not Rule.ALLOW:
        yield _against("reopen", policy.reopen, f"{origin.id} was reopened to {to.id}")
    if not origin.is_open:
        return
    if to.is_open and pipeline.rank(to.id) < pipeline.rank(origin.id) and policy.back is not Rule.ALLOW:
        yield _against("back", policy.back, f"moved back from {origin.id} to {to.id}")
    skipped = skipped_stages(pipeline, origin, to, on)
    if skipped and policy.skip is not Rule.ALLOW:
        names = ", ".join(stage.id for stage in skipped)
        verb = "stage" if len(skipped) == 1 else "stages"
        yield _against("skip", policy.skip, f"{verb} {names} {'was' if len(skipped) == 1 else 'were'} skipped")


def _against(key: str, rule: Rule, message: str) -> Breach:
    return Breach(rule, message, f"moves.{key}", says=f"moves.{key}: {rule}")


def skipped_stages(pipeline: Pipeline, origin: Stage, to: Stage, on: date) -> tuple[Stage, ...]:
    """Open stages between the two that a forward move passes by; a deal that is lost skips nothing."""
    if to.outcome is Outcome.LOST:
        return ()
    between = pipeline.stages[pipeline.rank(origin.id) + 1 : pipeline.rank(to.id)]
    return tuple(stage for stage in between if stage.is_open and stage.is_in_use(on))


def missing_fields(deal: Deal, pipeline: Pipeline, stage: Stage, on: date | None = None) -> tuple[str, ...]:
    """Fields that being in *stage* requires and the deal has not, today or, for tracked fields, on day *on*.

    A next step is asked of open stages alone: nothing is left to do for a deal that is won.
    """
    wanted = pipeline.required(stage)
    if not wanted:
        return ()
    is_open = stage.is_open
    return tuple([name for name in wanted if (is_open or name != "next_step") and not has_field(deal, name, on)])


def has_field(deal: Deal, name: str, on: date | None = None) -> bool:
    """Whether *deal* has what is required as *name*, today or, for tracked fields, on day *on*."""
    if name == "next_step":
        return deal.next_task is not None
    if name.startswith("fields."):
        return deal.fields.get(name.removeprefix("fields.")) is not None
    if on is not None and name in TRACKED:
        known = [change for change in deal.changes if change.at.day <= on]
        return value_after(deal, name, known) not in (None, "")
    value: object = getattr(deal, name)
    # Told by its type: most values are amounts, whose comparing with others takes longer than all else here.
    return bool(value) if isinstance(value, str | tuple) else value is not None
