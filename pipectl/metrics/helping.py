"""Who needs help first, and with what: a plain sum of reasons, each with its points, its figures and its deals."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipectl.metrics.contrast import told_apart
from pipectl.metrics.funnel import Cohort, cohort
from pipectl.metrics.metric import Scope
from pipectl.metrics.past import Part
from pipectl.metrics.slips import expected, slipped
from pipectl.metrics.targets import standing
from pipectl.metrics.team import Whole, contacts_of, held_by, is_quiet, is_thin, owners, stalled, whole_of
from pipectl.metrics.volume import apart, worth
from pipectl.model.frozen import frozen
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State
from pipectl.report import Cell, Labelled, Multiple

# What a reason adds at most; it is times a factor of 0..1.
WEIGHTS = {
    "stalled deals": Decimal(4),
    "thin coverage": Decimal(3),
    "low activity": Decimal(3),
    "slipped dates": Decimal(2),
    "losses in a stage": Decimal(2),
}
STANDS_OUT = Decimal(1)


@frozen
class Need:
    """One reason why a person needs help.

    Attributes:
        points: what it adds to the person's score.
        why: the figures, with their words.
        states: the very deals.
    """

    term: str
    points: Decimal
    why: tuple[Cell, ...]
    states: tuple[State, ...] = ()


@frozen
class Help:
    """What a person needs help with, the heaviest first; *score* is the sum of the points."""

    owner: str
    score: Decimal
    needs: tuple[Need, ...]


def help_needed(whole: Part) -> Sequence[Help]:
    """Everybody who has a reason to be helped, whoever needs it most first; people who have left are not among them.

    stalled deals: 4 points x their share of the open ones. thin coverage, while the period runs: 3 x what the weighted
    coverage lacks to 1. low activity: 3 x what the contacts per open deal lack to half of the team's. slipped dates:
    2 x the slip rate. losses in a stage: 2 where this person loses a larger share of the deals that leave a stage than
    all others do, by Newcombe's 90% interval and with 10 deals on either side. Points are rounded before they are
    added, so that what is printed adds up. Open deals are as they stood at the end of the period.
    """
    team = whole.scope.facts.settings.team
    found = []
    for name in owners(whole):
        if name and (name not in team or team[name].active):
            needs = [need for need in _needs(whole.once(held_by, name), whole) if need.points]
            needs.sort(key=lambda need: (-need.points, need.term))
            found.append(Help(name, sum((need.points for need in needs), Decimal(0)), tuple(needs)))
    return sorted((help_ for help_ in found if help_.needs), key=lambda help_: (-help_.score, help_.owner))


def _needs(part: Part, whole: Part) -> Iterator[Need]:
    yield from _stalled(part.end)
    yield from _coverage(part.scope)
    yield from _activity(part.end, whole.once(whole_of))
    yield from _slips(part.scope)
    yield from _losses(part.scope, whole.scope)


def _stalled(inner: Scope) -> Iterator[Need]:
    late, count = stalled(inner), len(inner.open)
    if late:
        yield _need("stalled deals", len(late) / count, (f"{len(late)} of {count} open", *_sum(late, inner)), late)


def _coverage(inner: Scope) -> Iterator[Need]:
    found = inner.once(standing)
    if found is None or not is_thin(inner):
        return
    times = float(found.weighted / found.gap)
    gap = Labelled("of the gap of", found.cell(found.gap))
    yield _need("thin coverage", 1 - times, (Labelled("weighted", Multiple(times)), gap), found.left)


def _activity(inner: Scope, whole: Whole) -> Iterator[Need]:
    own = contacts_of(inner)
    if is_quiet(inner, whole):
        lack = 1 - (own.value or 0) / ((whole.contacts.value or 1) / 2)
        why = Labelled("contacts per open deal", own, after=True), Labelled("team", whole.contacts)
        yield _need("low activity", lack, why, inner.open)


def _slips(inner: Scope) -> Iterator[Need]:
    late = slipped(inner)
    if late:
        count = len(inner.once(expected))
        why = f"{len(late)} of {count} expected", *_sum(late, inner)
        yield _need("slipped dates", len(late) / count, why, late)


def _losses(inner: Scope, scope: Scope) -> Iterator[Need]:
    """The one stage where the person's losses stand out most."""
    found: list[tuple[float, int, Need]] = []
    for pipeline in scope.facts.workspace.pipelines.values():
        for stage in pipeline.open_stages:
            own, all_ = cohort(inner, pipeline, stage), scope.once(cohort, pipeline, stage)
            gap, word = told_apart(_others(own, all_), _losing(own), ("more", "fewer"))
            if gap is not None and word == "more":
                found.append((-gap.value, len(found), _loss(pipeline, stage, own, all_)))
    if found:
        yield min(found)[2]


def _loss(pipeline: Pipeline, stage: Stage, own: Cohort, all_: Cohort) -> Need:
    (lost, count), (others_lost, others) = _losing(own), _others(own, all_)
    why = f"{lost} of {count} lost in {pipeline.id} {stage.id}", f"all others {others_lost} of {others}"
    return _need("losses in a stage", 1.0, why, own.lost)


def _sum(states: Sequence[State], scope: Scope) -> tuple[Cell, ...]:
    return Labelled("worth", worth(states, scope.currency)), *apart(states)


def _losing(found: Cohort) -> tuple[int, int]:
    return len(found.lost), len(found.lost) + len(found.advanced)


def _others(own: Cohort, all_: Cohort) -> tuple[int, int]:
    (lost, count), (all_lost, all_count) = _losing(own), _losing(all_)
    return all_lost - lost, all_count - count


def _need(term: str, factor: float, why: tuple[Cell, ...], states: tuple[State, ...]) -> Need:
    return Need(term, round(WEIGHTS[term] * Decimal(factor), 1), why, states)
