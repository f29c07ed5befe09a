"""What has changed: every metric beside the period before and the year before, and what to watch."""

from collections.abc import Sequence
from datetime import date, timedelta

from pipectl.commands._open import Opened, chosen
from pipectl.commands._scope import now_and_before, past_of
from pipectl.context import Context
from pipectl.metrics.metric import Metric, Scope
from pipectl.metrics.past import Part, Past
from pipectl.metrics.trend import is_whole, signals, verdict
from pipectl.model.period import Period, Unit
from pipectl.report import Cell, Column, Marked, Table

_AHEAD = 3
# Words that ask for a look; a sign in front says so too, and colour only repeats it.
_BAD = {"thin", "down"}

_CHANGES = (
    Column("metric", "Id"),
    Column("name", "Metric"),
    Column("value", "Value", right=True),
    Column("before", "Before", right=True),
    Column("change", "Change"),
    Column("year_before", "Year before", right=True),
    Column("year_change", "Change"),
    Column("n", "n", right=True),
    Column("before_n", "n before", right=True),
    Column("year_n", "n a year before", right=True),
)
# How many deals stand on either side of a test; people see them in the values.
_HIDDEN = frozenset({"metric", "n", "before_n", "year_n"})
_SIGNALS = (
    Column("signal", "Id"),
    Column("name", "Signal"),
    Column("verdict", "Says"),
    Column("now", "Now", right=True),
    Column("before", "Before", right=True),
    Column("why", "Because"),
)


def trend_tables(
    context: Context, opened: Opened, words: Sequence[str], now: Part, past: Past, metrics: Sequence[Metric]
) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """The metrics of the period with what may be said of their change, and the signals; and which periods those are."""
    calendar, scope = opened.settings.calendar, now.scope
    began = scope.whole.first <= scope.facts.today
    periods = (calendar.before(scope.period), calendar.year_before(scope.period)) if began else (None, None)
    before, year = (now_and_before(opened, scope, past, period)[1] for period in periods)
    rows = tuple(_row(metric, now, before, year) for metric in metrics)
    changes = Table("changes", _CHANGES, rows, hidden=_HIDDEN)
    start = _start(context, opened, words, scope) if began else None
    quarters = [calendar.shifted(Unit.QUARTER, opened.day, ahead) for ahead in range(_AHEAD)]
    ahead = [scope.during(past_of(quarter, scope.facts), quarter, past.targets(quarter)) for quarter in quarters]
    found = signals(now, before, start, ahead)
    lines = tuple(
        (signal.id, signal.title, _said(signal.verdict), signal.now, signal.before, signal.why) for signal in found
    )
    watch = Table("signals", _SIGNALS, lines, "To watch", hidden=frozenset({"signal"}), under=True)
    return (changes, watch), _notes(before, year)


def _row(metric: Metric, now: Part, before: Part | None, year: Part | None) -> tuple[Cell, ...]:
    value = now.measure(metric)
    thens = [then.measure(metric) if then is not None else None for then in (before, year)]
    found = [
        verdict(metric.id, value, measure) if then is not None and measure is not None and is_whole(then) else None
        for then, measure in zip((before, year), thens, strict=True)
    ]
    sides = [(then.value if then else None, said.word if said else "") for then, said in zip(thens, found, strict=True)]
    counts = [said.then if said else None for said in found]
    n = next((said.now for said in found if said), None)
    return (metric.id, metric.title, value.value, *sides[0], *sides[1], n, *counts)


def _start(context: Context, opened: Opened, words: Sequence[str], scope: Scope) -> Scope | None:
    """The same choice as it stood at the end of the day before the period."""
    if scope.period.first == date.min:
        return None
    eve = scope.period.first - timedelta(days=1)
    facts, _ = chosen(context, Opened(opened.root, opened.workspace, eve), words)
    return Scope(facts, Period.one_day(eve), Period.one_day(eve))


def _said(word: str) -> Cell:
    return Marked(word, "below") if word in _BAD else word


def _notes(before: Part | None, year: Part | None) -> tuple[str, ...]:
    named = [
        f"{name}: {part.scope.period.name}"
        + ("" if is_whole(part) else ", in which the first deal began: no change is called")
        for name, part in (("before", before), ("year before", year))
        if part
    ]
    return (
        *named,
        "up and down are called where a test says so; a metric without a test shows its figures alone",
    )
