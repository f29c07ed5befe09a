"""The deals that a change of a pipeline moves: each by a step of its own, or the reasons why not."""

from collections.abc import Sequence
from datetime import date

from pipectl.commands._change import Outcome, refuse_all
from pipectl.commands._open import Opened, who
from pipectl.context import Context
from pipectl.errors import NegativeError, PipectlError
from pipectl.model.deal import Deal
from pipectl.model.frozen import replace
from pipectl.model.moment import Moment
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.plan import MoveRefused, Plan, Step, plan_move
from pipectl.model.stages import Reform

_EDITED = frozenset({"contacts", "next_step"})


def moves_of(
    context: Context, opened: Opened, reform: Reform, deals: Sequence[Deal], to: Stage, day: date, why: str
) -> tuple[Outcome, ...]:
    """*deals* moved to *to* with an entry that says *why*; all of them, or the reasons why not."""
    by, found = who(opened, context), []
    refusals: list[PipectlError] = []
    # Nobody has brought the deals further, so the tasks of entering the stage are not asked for.
    target = replace(to, on_enter=())
    for deal in deals:
        step = Step(reform.after, target, Moment(day), by, note=why)
        try:
            plan = _plan(deal, reform.after, step, why)
        except MoveRefused as refused:
            refusals.append(NegativeError(f"{refused}:", details=_unmet(deal, refused)))
        except NegativeError as refused:
            refusals.append(refused)
        else:
            line = f"deal/{deal.id}  {deal.stage} → {to.id}"
            found.append(Outcome(plan, (line,), f"{deal.id}: {deal.stage} to {to.id}"))
    refuse_all(refusals, len(deals), "moved")
    return tuple(found)


def _unmet(deal: Deal, refused: MoveRefused) -> list[str]:
    """What is missing, with the command that fills it in; a rule that no change of the process overrides."""
    rows = []
    for breach in refused.breaches:
        way = f"   pipectl {'edit' if breach.field in _EDITED else 'set'} {deal.id}" if breach.field else ""
        value = f" {breach.field}=…" if breach.field and breach.field not in _EDITED else ""
        rows.append(f"  {breach.message}{way}{value}")
    return rows


def _plan(deal: Deal, pipeline: Pipeline, step: Step, why: str) -> Plan:
    """The move, in which a change of the process may go back, or past a stage; what is missing it can't make up for."""
    try:
        return plan_move(deal, pipeline, step)
    except MoveRefused as refused:
        if any(breach.field or not breach.policy.startswith("moves.") for breach in refused.breaches):
            raise
        return plan_move(deal, pipeline, replace(step, note="", forced=why))
