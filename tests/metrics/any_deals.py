"""Any deals at all, for laws: strategies, and what is known of their deals on a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import settings
from hypothesis import strategies as st

from pipectl.metrics.metric import Measure, Scope
from pipectl.metrics.targets import targets_of
from pipectl.model.deal import Activity, Change, Deal, Entry, Task
from pipectl.model.facts import Facts, gather
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.money import Money, total
from pipectl.model.period import Period
from pipectl.report import Cell
from tests.build import DAY, sound

WORKSPACE = sound(
    {
        "pipectl.yaml": """\
            version: 1
            currency: IDR
            timezone: Asia/Jakarta
            default_pipeline: sales
            rates: [{from: 2026-09-01, USD: 16000.5}, {from: 2026-10-15, USD: 16400.25}]
            targets:
              - {period: 2026-Q4, owner: ani, amount: 5000}
              - {period: 2026-Q4, owner: budi, amount: 3000}
            lost_reasons: [price, {id: duplicate, exclude_from_win_rate: true}]
            """,
        "pipelines/sales.yaml": """\
            stages:
              - {id: lead, probability: 10, max_days: 14}
              - {id: proposal, probability: 50, idle_days: 7}
              - {id: won, outcome: won}
              - {id: lost, outcome: lost}
            """,
        "pipelines/renewals.yaml": "stages: [{id: lead}, {id: won, outcome: won}, {id: lost, outcome: lost}]\n",
    }
)
ZONE = WORKSPACE.settings.zone
DAYS = st.dates(date(2026, 8, 1), date(2026, 12, 31))
MOMENTS = st.builds(Moment, DAYS)
OWNERS = st.sampled_from(["ani", "budi", ""])
PLACES = st.sampled_from(
    [(pipeline.id, stage.id) for pipeline in WORKSPACE.pipelines.values() for stage in pipeline.stages]
)
AMOUNTS = st.builds(Money, st.decimals(0, 10**12, places=2), st.sampled_from(["IDR", "USD", "EUR"])) | st.none()


# Made once and not in each draw: making and checking them takes longer than drawing from them.
_HISTORIES = st.lists(st.builds(lambda at, place: Entry(at, place[1], place[0]), MOMENTS, PLACES), max_size=5)
_SOME_DAYS = st.lists(DAYS, max_size=2)
_MAYBE = DAYS | st.none()
_IDS = st.from_regex("[a-z]{1,4}", fullmatch=True)
_LOST_REASONS = st.sampled_from(["", "price", "duplicate"])
_ACTIVITIES = st.lists(st.builds(Activity, MOMENTS, st.just("call")), max_size=2)
_TASKS = st.lists(st.builds(Task, st.just("Call"), due=_MAYBE), max_size=1)
_EITHER = st.booleans()


@st.composite
def _deals(draw: st.DrawFn) -> Deal:
    history = in_time_order(draw(_HISTORIES))
    behind = draw(_EITHER) or not history
    pipeline, stage = draw(PLACES) if behind else (history[-1].pipeline, history[-1].stage)
    owner = draw(OWNERS)
    days = sorted(draw(_SOME_DAYS))
    changes = tuple(Change(Moment(day), {"owner": draw(OWNERS), "expected_close": draw(_MAYBE)}) for day in days)
    return Deal(
        id=draw(_IDS),
        path="",
        title="Deal",
        pipeline=pipeline,
        stage=stage,
        amount=draw(AMOUNTS),
        currency="IDR",
        owner=owner,
        created=draw(_MAYBE),
        expected_close=draw(_MAYBE),
        lost_reason=draw(_LOST_REASONS),
        history=history,
        changes=changes,
        activities=in_time_order(draw(_ACTIVITIES)),
        tasks=tuple(draw(_TASKS)),
    )


WORKSPACES = st.lists(_deals(), max_size=6, unique_by=lambda deal: deal.id)
LAW = settings(max_examples=40)
PERIODS = st.tuples(DAYS, DAYS).map(lambda pair: Period.of_days(*sorted(pair)))


def facts_on(deals: Sequence[Deal], day: date = DAY) -> Facts:
    """What is known of *deals* at the end of *day*."""
    placed = tuple(replace(deal, path=f"deals/{deal.id}.yaml") for deal in deals)
    return gather(replace(WORKSPACE, deals=placed), day)


def scope_in(facts: Facts, period: Period) -> Scope:
    """The deals of *facts* in *period*, held against the targets of the whole team."""
    return Scope(facts, period, period.to_date(facts.today), targets_of(facts.settings.targets, period))


def ordered(measure: Measure) -> tuple[object, ...]:
    """*measure* with the deals behind it by their ids: they stand in the order of the files."""
    behind = [(part.role, sorted(state.deal.id for state in part.states)) for part in measure.behind]
    return measure.value, measure.detail, behind


def told(deal: Deal) -> Deal:
    """*deal* with nothing that was changed by hand after the last record of it."""
    now = deal.history[-1]
    last = {name: value for change in deal.changes for name, value in change.values.items()}
    values = {"owner": last.get("owner") or "", "expected_close": last.get("expected_close")} if last else {}
    return replace(deal, stage=now.stage, pipeline=now.pipeline, lost_reason="", **values)  # type: ignore[arg-type]  # as the fields are


def with_later_events(deal: Deal, place: tuple[str, str], owner: str) -> Deal:
    """*deal* a year on: moved, contacted, given to *owner*, pushed and worth something else."""
    at = Moment(date(2027, 12, 1))
    pipeline, stage = place
    values = {"owner": owner, "expected_close": date(2028, 1, 1)} if deal.changes else {}
    return replace(
        deal,
        stage=stage,
        pipeline=pipeline,
        owner=owner if values else deal.owner,
        expected_close=date(2028, 1, 1) if values else deal.expected_close,
        history=(*deal.history, Entry(at, stage, pipeline)),
        changes=(*deal.changes, Change(at, values)),  # type: ignore[arg-type]  # a date and a text are field values
        activities=(*deal.activities, Activity(at, "call")),
    )


def adds_up(cells: Sequence[Cell], whole: Cell, currency: str = "IDR") -> bool:
    """Whether the sums of the parts, unknown where none of a part's deals is priced, come to that of the whole."""
    found = total((cell for cell in cells if isinstance(cell, Money)), currency)
    return whole == found or (whole is None and None in cells and not found.amount)
