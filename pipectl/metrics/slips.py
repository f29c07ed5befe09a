"""Whether deals close when they were expected to: what slipped out of a period, and how often dates were pushed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from pipectl.metrics.figures import median
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.metrics.outcome import share
from pipectl.metrics.volume import worth
from pipectl.model.as_known import value_after
from pipectl.model.deal import Deal
from pipectl.model.moment import is_before
from pipectl.model.pipeline import Pipeline
from pipectl.model.state import State
from pipectl.report import Days, Labelled


def expected(scope: Scope) -> tuple[State, ...]:
    """Deals that when the period began were open and expected in the part of it that is over, as they stand now."""
    period = scope.period
    if period.first == date.min or period.first > scope.facts.today:
        return ()
    eve = period.first - timedelta(days=1)
    pipelines = scope.facts.workspace.pipelines
    # Most had not begun by then, or had ended for good.
    those = [
        state
        for state in scope.facts.states
        if (state.closed is None or state.closed.day > eve) and (state.created is None or state.created.day <= eve)
    ]
    return tuple(
        [state for state in those if _was_open(state, eve, pipelines) and _expected_then(state.deal, eve) in period]
    )


def slipped(scope: Scope) -> tuple[State, ...]:
    """Those of the *expected* that were not closed in the period."""
    closed = {state.deal.path for state in (*scope.won, *scope.lost)}
    return tuple(state for state in scope.once(expected) if state.deal.path not in closed)


def slip_rate(scope: Scope) -> Measure:
    """Share of the deals expected in the period when it began that were not closed in it, won or lost.

    Expected: open at the end of the day before the period, with an expected close, as it was known then, inside the
    period; of a running period only in the days that are over. What came in or was pulled in later is not part of it.
    A deal closed and reopened since is not closed. n/a for a period without a beginning, and for one ahead. Beside it
    what the slipped are worth and how many of the others were won. Deals count for the owner that they have now.

    Formula: count(expected and not closed in the period) / count(expected)
    Unit: share, 0..1
    Example: on 30 September four deals are expected in October; one is won, one lost, one pushed to December, and one
        still stands in its stage on 31 October: 2 / 4 = 50%.
    Elsewhere: push-out rates divide the deals pushed in a period by those closed in it, which is no share of anything
        and misses deals that nobody even pushed; forecast boards count as slipped only a date that was moved, and
        look at today's date instead of the one that stood when the period began.
    """
    whole, late = scope.once(expected), slipped(scope)
    left = {state.deal.path for state in late}
    kept = tuple(state for state in whole if state.deal.path not in left)
    won = sum(state.is_won for state in kept)
    detail = (
        Labelled("slipped", worth(late, scope.currency)),
        Labelled("won", won, after=True),
        Labelled("lost", len(kept) - won, after=True),
    )
    return Measure(share(len(late), len(whole)), detail, (Behind("slipped", late), Behind("closed", kept)))


def pushes(scope: Scope) -> Measure:
    """Number of times in the period that an expected close was moved to a later day.

    Each record in `changes` whose date is later than the last one known before it. A first date is no push, nor is an
    earlier one; a date that was emptied and set again is held against the one before. Changes after a deal's close do
    not count, and a date that was changed in the file without a record can't.

    Formula: count(changes of the expected close to a later day, made in the period)
    Unit: pushes
    Example: 15 Oct moved to 30 Nov, to 20 Nov and to 31 Dec: 2 pushes of one deal, of 46 and 41 days: median 43.5.
    Elsewhere: a push count often counts only moves into a later month, or every change of the date, earlier ones and
        corrections too.
    """
    found = [(state, tuple(pushed_days(state, scope))) for state in scope.always(_changed)]
    pushed = tuple(state for state, days in found if days)
    days = [float(each) for _, moves in found for each in moves]
    middle = median(days)
    detail = (
        Labelled("deals", len(pushed), after=True),
        Labelled("median", None if middle is None else Days(middle)),
    )
    return Measure(len(days), detail, (Behind("pushed", pushed),))


def _changed(scope: Scope) -> Sequence[State]:
    return [state for state in scope.facts.states if state.deal.outline.changed]


def pushed_days(state: State, scope: Scope) -> Iterator[int]:
    """By how many days each push of the deal in the period moved its expected close."""
    known: date | None = None
    for change in state.deal.changes:
        value = change.values.get("expected_close")
        if not isinstance(value, date):
            continue
        over = state.closed is not None and is_before(state.closed, change.at)
        if known is not None and value > known and change.at.day in scope.period and not over:
            yield (value - known).days
        known = value


def _was_open(state: State, eve: date, pipelines: Mapping[str, Pipeline]) -> bool:
    """Whether a deal that had begun was open at the end of *eve*."""
    path, times = state.deal.outline.path, state.deal.outline.times
    count = sum([at.day <= eve for at in times])
    # A deal that was moved by hand after the last entry is where it is now from that entry on, be it one of a stay.
    if count == len(times) and (state.dated or not times or state.deal.history[-1].at.day <= eve):
        return state.is_open
    pipeline_id, stage_id = path[count - 1]
    pipeline = pipelines.get(pipeline_id)
    stage = pipeline.stage(stage_id) if pipeline else None
    return stage is None or stage.is_open


def _expected_then(deal: Deal, eve: date) -> date:
    """The expected close as it was known at the end of *eve*; the end of time where none was."""
    if not deal.outline.changed:
        return deal.expected_close or date.max
    known = [change for change in deal.changes if change.at.day <= eve]
    close = value_after(deal, "expected_close", known)
    return close if isinstance(close, date) else date.max


SLIP_RATE = Metric("slip-rate", "Slip rate", slip_rate)
PUSHES = Metric("pushes", "Pushes", pushes)
