"""`pipectl targets`."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated

from pipectl.arguments import Argument
from pipectl.commands._aim import spoken_of
from pipectl.commands._left_out import left_out
from pipectl.commands._open import READING, chosen, open_workspace, period
from pipectl.commands._rateless import named
from pipectl.commands._scope import held, past_of
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.metrics.metric import Scope
from pipectl.metrics.targets import Aim, Standing, standing, targets_of
from pipectl.model.facts import Facts, only
from pipectl.model.frozen import frozen, replace
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Bar, Cell, Column, Ratio, Report, Table

OPTIONS = READING | {"period"}

_COLUMNS = (
    Column("whose", "Target of"),
    Column("aim", "In"),
    Column("owner", "Owner"),
    Column("group", "Group"),
    Column("pipeline", "Pipeline"),
    Column("target", "Target", right=True, holds="money"),
    Column("reached", "Reached", right=True, holds="money"),
    Column("attainment", "Attainment", right=True, holds="ratio"),
    Column("bar", "Bar"),
    Column("pace", "Pace", right=True, holds="ratio"),
    Column("due", "Due by now", right=True, holds="money"),
    Column("standing", "Standing"),
    Column("gap", "Gap", right=True, holds="money"),
    Column("open", "Open for the rest", right=True, holds="money"),
    Column("coverage", "Coverage", right=True),
    Column("weighted", "Weighted", right=True, holds="money"),
    Column("weighted_coverage", "Weighted cov.", right=True),
)
_HIDDEN = frozenset({"owner", "group", "pipeline", "pace", "due", "open", "weighted"})


@frozen
class _Whose:
    """Whom a target is set for: a person, a group, or the whole team; for one pipeline, or for all.

    Attributes:
        sum_of: `owners` or `pipelines` where the whole team has no target of its own, and theirs are summed.
    """

    owner: str = ""
    group: str = ""
    pipeline: str = ""
    sum_of: str = ""

    @property
    def name(self) -> str:
        """`sari`, `group surabaya`, `whole team`; with a pipeline `sari, renewals`, or it alone for the whole team.

        `sum of the owners`, where the whole team has no target of its own.
        """
        summed = f"sum of the {self.sum_of}" if self.sum_of else ""
        who = self.owner or (f"group {self.group}" if self.group else summed)
        return ", ".join(part for part in (who, self.pipeline) if part) or "whole team"

    @property
    def is_everybody(self) -> bool:
        """Neither a person's nor a group's."""
        return not self.owner and not self.group


@frozen
class _Line:
    """Where a target stands, and with what deals it was measured."""

    whose: _Whose
    scope: Scope
    standing: Standing


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Whose: owner:x, group:x.")] = None,
) -> int:
    """Show how far the targets of a period are reached: team, groups, owners, pipelines.

    The period is the current fiscal quarter unless -p names a year, half, quarter or month. A period has its own
    targets, else those of shorter ones that fill it. Targets ask for an amount, or for a number of deals won, of
    deals created or of contacts. `pipectl explain attainment`, pace, gap, coverage and weighted-coverage say what
    the numbers mean.

    Examples:

      pipectl targets
      pipectl targets owner:sari
      pipectl targets -p 2026
    """
    return answer(context, words or [])


def answer(context: Context, words: Sequence[str]) -> int:
    """Print the targets of the period that fit the filter *words*."""
    opened = open_workspace(context)
    facts, kept = chosen(context, opened, words)
    whole, chosen_for = period(context, opened), held(facts, kept)
    found = [] if chosen_for is None else list(_standings(facts, whole, chosen_for, context.options.pipelines))
    header: list[tuple[str, Cell]] = [("period", whole.name), ("as of", facts.today), *_time_gone(whole, facts)]
    if kept.text:
        header.append(("filter", kept.text))
    empty = _why_none(facts, whole) if chosen_for is not None else "no target speaks of the deals that the filter keeps"
    hint = "targets are set for the team, groups, owners and pipelines: try owner:x, group:x or -P"
    unset = _unset(facts, found, whole) if not kept.text and not context.options.pipelines else ()
    notes = (hint,) if chosen_for is None else (*unset, *_limits(found), *_uncounted(facts, found, whole))
    table = Table(
        "targets", _COLUMNS, tuple(_row(line.whose, line.standing) for line in found), hidden=_HIDDEN, empty=empty
    )
    return show(context, Report("targets", (table,), tuple(header), notes, shape="targets"), opened.workspace)


def _time_gone(whole: Period, facts: Facts) -> Iterator[tuple[str, Cell]]:
    if not whole.is_open:
        yield "pace", Ratio(whole.elapsed_days(facts.today), whole.days)


def _standings(facts: Facts, whole: Period, chosen_for: tuple[str, str], pipelines: tuple[str, ...]) -> Iterator[_Line]:
    """What is set for *whole*, each with where it stands: the team, groups, owners, and for each its pipelines."""
    past, known = past_of(whole, facts), facts.settings.targets
    for whose in _everybody(facts, chosen_for, pipelines or tuple(facts.workspace.pipelines)):
        deals = only(facts, _deals(facts, whose))
        named = (whose.pipeline,) if whose.pipeline else pipelines
        for aim in Aim:
            targets = targets_of(known, whole, owner=whose.owner, group=whose.group, pipelines=named, aim=aim)
            scope = Scope(deals, whole, past, targets, named)
            if not _stands_elsewhere(whose, targets) and (found := scope.once(standing)):
                yield _Line(replace(whose, sum_of=_sum_of(whose, targets)), scope, found)


def _stands_elsewhere(whose: _Whose, targets: Sequence[Target]) -> bool:
    """Whether *targets* are those of one pipeline or one owner alone, whose line says the same."""
    pipelines, owners = {target.pipeline for target in targets}, {target.owner for target in targets}
    of_one_pipeline = not whose.pipeline and len(pipelines) == 1 and "" not in pipelines
    return of_one_pipeline or (whose.is_everybody and len(owners) == 1 and "" not in owners)


def _sum_of(whose: _Whose, targets: Sequence[Target]) -> str:
    """What the whole team's figure is the sum of; "" where it has a target of its own, and for anybody else."""
    if not whose.is_everybody:
        return ""
    if any(target.owner for target in targets):
        return "owners"
    return "pipelines" if not whose.pipeline and any(target.pipeline for target in targets) else ""


def _everybody(facts: Facts, chosen_for: tuple[str, str], pipelines: tuple[str, ...]) -> Sequence[_Whose]:
    """All who may have a target: the team, its groups, its members, each over all pipelines and for each."""
    targets = [target for target in facts.settings.targets if _may_see(target, chosen_for, facts)]
    team, owners = facts.settings.team, dict.fromkeys(target.owner for target in targets if target.owner)
    all_of = [_Whose()] if chosen_for == ("", "") else []
    all_of += [_Whose(group=group) for group in dict.fromkeys(target.group for target in targets if target.group)]
    all_of += [
        _Whose(owner=owner) for owner in (*(o for o in team if o in owners), *(o for o in owners if o not in team))
    ]
    return [_Whose(who.owner, who.group, name) for who in all_of for name in ("", *pipelines)]


def _may_see(target: Target, chosen_for: tuple[str, str], facts: Facts) -> bool:
    """Whether a target is of those that the filter chose; a group's members stand with it."""
    owner, group = chosen_for
    if owner:
        return target.owner == owner
    if group:
        member = facts.settings.team.get(target.owner)
        return target.group == group or (member is not None and member.group == group)
    return True


def _deals(facts: Facts, whose: _Whose) -> list[State]:
    team = facts.settings.team
    return [
        state
        for state in facts.states
        if (not whose.owner or state.owner == whose.owner)
        and (not whose.group or (state.owner in team and team[state.owner].group == whose.group))
        and (not whose.pipeline or state.pipeline.id == whose.pipeline)
    ]


def _row(whose: _Whose, found: Standing) -> tuple[Cell, ...]:
    return (
        whose.name,
        found.aim.value,
        whose.owner,
        whose.group,
        whose.pipeline,
        found.cell(found.asked),
        found.cell(found.reached),
        found.attainment,
        Bar(float(found.reached / found.asked)),
        found.pace,
        found.cell(found.due),
        found.words,
        found.cell(found.gap),
        found.cell(found.expected) if found.helps else None,
        found.times(found.expected),
        found.cell(found.weighted) if found.helps else None,
        found.times(found.weighted),
    )


def _why_none(facts: Facts, whole: Period) -> str:
    """That nothing is set for the period, and for which periods something is."""
    names = sorted({(target.period.first, target.period.name) for target in facts.settings.targets})
    if not names:
        return "no target is set (targets: in pipectl.yaml)"
    return f"no target is set for {whole.name}; there are targets for {', '.join(name for _, name in names)}"


def _unset(facts: Facts, found: Sequence[_Line], whole: Period) -> Iterator[str]:
    """Of whom no target speaks, where some are set."""
    if not found:
        return
    team, held = facts.settings.team, [line.whose for line in found]
    active = [person.id for person in team.values() if person.active]
    yield from _without("owner", active, {whose.owner for whose in held}, whole)
    yield from _without("group", [team[name].group for name in active], {whose.group for whose in held}, whole)
    pipelines = facts.workspace.pipelines if len(facts.workspace.pipelines) > 1 else ()
    yield from _without("pipeline", pipelines, {whose.pipeline for whose in held}, whole)


def _limits(found: Sequence[_Line]) -> Iterator[str]:
    """Whose deals alone count in a line that is a sum."""
    said = dict.fromkeys((line.whose.name, spoken_of(line.scope)) for line in found)
    yield from (f"{name}: {words}" for name, words in said if words)


def _uncounted(facts: Facts, found: Sequence[_Line], whole: Period) -> Iterator[str]:
    """Which deals stand in nobody's line, or in no amount."""
    if not found:
        return
    left = [state for line in found for state in line.standing.left]
    nobody = [state for line in found for state in (*line.standing.by, *line.standing.left) if not state.owner]
    if nobody and any(line.whose.owner for line in found):
        yield f"without an owner, in nobody's line: {named(nobody)}"
    if unpriced := [state for state in left if state.amount is None]:
        yield f"open without an amount, in no sum: {named(unpriced)}"
    yield from left_out(Scope(facts, whole, past_of(whole, facts)), beside=left)


def _without(kind: str, names: Iterable[str], spoken_for: AbstractSet[str], whole: Period) -> Iterator[str]:
    """Which owners, groups or pipelines have no target of their own."""
    missing = [name for name in dict.fromkeys(names) if name and name not in spoken_for]
    if missing:
        yield f"no target of {whole.name} for {kind} {', '.join(missing)}"
