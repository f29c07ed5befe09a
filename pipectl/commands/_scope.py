"""What a command of numbers measures: the chosen deals in a period, and in the period before."""

from collections.abc import Mapping, Sequence
from functools import cache

from pipectl.commands._open import Opened, chosen, period, pipelines
from pipectl.context import Context
from pipectl.metrics.metric import Scope
from pipectl.metrics.past import Part, Past
from pipectl.metrics.targets import targets_of
from pipectl.model.facts import Facts
from pipectl.model.filter import Filter
from pipectl.model.frozen import replace
from pipectl.model.period import Period
from pipectl.model.pipeline import Pipeline
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Cell


def asked(context: Context, opened: Opened, words: Sequence[str], whole: Period | None = None) -> tuple[Scope, Filter]:
    """The deals that `-P` and the filter *words* keep, in *whole* or else the period of `-p`; and the filter."""
    facts, kept = chosen(context, opened, words)
    return scope_of(facts, whole or period(context, opened), context, kept), kept


def looking_back(context: Context, opened: Opened, words: Sequence[str], scope: Scope, kept: Filter) -> Past:
    """How to look back from parts of a period, at the deals that *words* kept then."""

    @cache
    def closed() -> Mapping[str, State]:
        # Of the past only open deals are looked at: a closed one is as it is known now.
        return {state.deal.path: state for state in scope.facts.states if state.closed is not None}

    def at(over: Period, whole: Period) -> Scope:
        then = Opened(opened.root, opened.workspace, min(over.last, opened.day), closed())
        facts, _ = chosen(context, then, words)
        return Scope(facts, whole, over, targets(whole), context.options.pipelines)

    def targets(whole: Period) -> tuple[Target, ...] | None:
        return _targets(scope.facts, whole, context, kept)

    return Past(at, targets)


def now_and_before(opened: Opened, scope: Scope, past: Past, earlier: Period | None) -> tuple[Part, Part | None]:
    """The period, as it stood at its end where it is over; and an *earlier* one the same way.

    A time before the first deal is no time to compare with: there is None then.
    """
    now = past.part(scope, scope.period, scope.whole)
    if earlier is None or scope.began is None or earlier.last < scope.began:
        return now, None
    calendar = opened.settings.calendar
    whole = calendar.containing(earlier.unit, earlier.first) if earlier.unit else earlier
    return now, replace(past.part(scope, earlier, whole), is_over=now.is_over)


def end_note(scope: Scope) -> tuple[str, ...]:
    """Which day the open deals are looked at, where that is not the day of the header."""
    over = scope.period.last < scope.facts.today
    return (f"open deals: as of {scope.period.last}, the end of the period",) if over else ()


def header_of(scope: Scope, kept: Filter) -> tuple[tuple[str, Cell], ...]:
    """What a report on *scope* speaks of."""
    said: tuple[tuple[str, Cell], ...] = (("period", scope.period.name), ("as of", scope.facts.today))
    return (*said, ("filter", kept.text)) if kept.text else said


def scope_of(facts: Facts, whole: Period, context: Context, kept: Filter) -> Scope:
    """The deals of *facts* and the period *whole*, held against the targets that fit the filter."""
    targets = _targets(facts, whole, context, kept)
    return Scope(facts, whole, past_of(whole, facts), targets, context.options.pipelines)


def past_of(whole: Period, facts: Facts) -> Period:
    """What of *whole* is over. Of a period that lies ahead nothing is, and it is called by its own name."""
    return whole.to_date(facts.today) if whole.first <= facts.today else whole


def _targets(facts: Facts, whole: Period, context: Context, kept: Filter) -> tuple[Target, ...] | None:
    """What these deals are held against; None where the filter asks for some that no target speaks of."""
    whose = held(facts, kept)
    if whose is None:
        return None
    owner, group = whose
    return targets_of(facts.settings.targets, whole, owner=owner, group=group, pipelines=context.options.pipelines)


def held(facts: Facts, kept: Filter) -> tuple[str, str] | None:
    """The (owner, group) whose deals a filter keeps, ("", "") for everybody's; None where it keeps other deals."""
    groups = {person.group for person in facts.settings.team.values() if person.group}
    whose = {"": ("", ""), **{f"owner:{owner}": (owner, "") for owner in facts.settings.team}}
    whose |= {f"group:{group}": ("", group) for group in groups}
    return whose.get(kept.text)


def earlier_scope(context: Context, opened: Opened, words: Sequence[str], earlier: Period | None) -> Scope | None:
    """The period before, as it stood when it ended."""
    if earlier is None:
        return None
    then = Opened(opened.root, opened.workspace, earlier.last)
    facts, kept = chosen(context, then, words)
    whole = opened.settings.calendar.containing(earlier.unit, earlier.first) if earlier.unit else earlier
    return Scope(facts, whole, earlier, _targets(facts, whole, context, kept))


def named_pipelines(context: Context, opened: Opened) -> tuple[Context, tuple[Pipeline, ...]]:
    """A context without `-P`, and the pipelines that it names.

    What goes on in a pipeline is also what its deals did there that have gone to another since, which `-P` leaves out.
    """
    wanted = pipelines(context, opened.workspace)
    named = tuple(pipeline for name, pipeline in opened.workspace.pipelines.items() if name in wanted)
    return replace(context, options=replace(context.options, pipelines=())), named


def undated_note(scope: Scope, pipelines: Sequence[Pipeline]) -> tuple[str, ...]:
    """How many deals of these pipelines have a history that does not lead to where they are, if any."""
    count = len({id(way.state) for one in pipelines for way in scope.journeys(one) if not way.state.dated})
    many = "s" if count > 1 else ""
    text = f"{count} deal{many} undated: counted as far as the history goes (pipectl check stage-history)"
    return (text,) if count else ()
