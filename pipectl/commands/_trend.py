"""What has changed: every metric beside the period before and the year before, and what to watch."""

from collections.abc import Sequence
from datetime import date, timedelta

from pipectl.commands._open import Opened, chosen
from pipectl.commands._scope import asked, earlier_scope
from pipectl.context import Context
from pipectl.metrics.metric import Metric, Scope
from pipectl.metrics.trend import signals, verdict
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
    context: Context, opened: Opened, words: Sequence[str], scope: Scope, metrics: Sequence[Metric]
) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """The metrics of the period with what may be said of their change, and the signals; and which periods those are."""
    calendar = opened.settings.calendar
    began = scope.whole.first <= scope.facts.today
    before = calendar.before(scope.period) if began else None
    year = calendar.year_before(scope.period) if began else None
    scopes = earlier_scope(context, opened, words, before), earlier_scope(context, opened, words, year)
    rows = tuple(_row(metric, scope, *scopes) for metric in metrics)
    changes = Table("changes", _CHANGES, rows, hidden=_HIDDEN)
    start = _start(context, opened, words, scope) if began else None
    ahead = [
        asked(context, opened, words, calendar.shifted(Unit.QUARTER, opened.day, quarters))[0]
        for quarters in range(_AHEAD)
    ]
    found = signals(scope, scopes[0], start, ahead)
    lines = tuple(
        (signal.id, signal.title, _said(signal.verdict), signal.now, signal.before, signal.why) for signal in found
    )
    watch = Table("signals", _SIGNALS, lines, "To watch", hidden=frozenset({"signal"}), under=True)
    return (changes, watch), _notes(before, year)


def _row(metric: Metric, scope: Scope, before: Scope | None, year: Scope | None) -> tuple[Cell, ...]:
    now = metric.measure(scope)
    thens = [metric.measure(then) if then is not None else None for then in (before, year)]
    found = [verdict(metric.id, now, then) if then is not None else None for then in thens]
    sides = [(then.value if then else None, said.word if said else "") for then, said in zip(thens, found, strict=True)]
    counts = [said.then if said else None for said in found]
    n = next((said.now for said in found if said), None)
    return (metric.id, metric.title, now.value, *sides[0], *sides[1], n, *counts)


def _start(context: Context, opened: Opened, words: Sequence[str], scope: Scope) -> Scope | None:
    """The same choice as it stood at the end of the day before the period."""
    if scope.period.first == date.min:
        return None
    eve = scope.period.first - timedelta(days=1)
    facts, _ = chosen(context, Opened(opened.root, opened.workspace, eve), words)
    return Scope(facts, Period.one_day(eve), Period.one_day(eve))


def _said(word: str) -> Cell:
    return Marked(word, "overdue") if word in _BAD else word


def _notes(before: Period | None, year: Period | None) -> tuple[str, ...]:
    named = [f"{name}: {period.name}" for name, period in (("before", before), ("year before", year)) if period]
    return (
        *named,
        "up and down are called where a test says so; a metric without a test shows its figures alone",
    )
