"""What was true at the end of a day: nothing that happened later leaks into it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.model.as_known import as_known_on
from pipectl.model.deal import TRACKED, Activity, Change, Deal, Entry, FieldValue, Task
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.plan import Step, add_activity, plan_move, set_fields
from tests.build import deal_of, sound
from tests.harness import SALES, SETTINGS, run_pipectl, write_files

ACME = """\
title: Acme
stage: proposal
amount: 800
expected_close: 2026-12-15
owner: budi
company: PT Acme
tasks:
  - {title: Call, due: 2026-10-20, done: 2026-10-21}
  - {title: Write, due: 2026-11-20}
activities:
  - {at: 2026-10-05, type: call}
  - {at: 2026-11-02, type: call}
changes:
  - {at: 2026-10-03, amount: 500, owner: ani}
  - {at: 2026-10-20, amount: 700}
  - {at: 2026-11-04, amount: 800, owner: budi}
history:
  - {at: 2026-10-01, stage: lead}
  - {at: 2026-11-03, stage: proposal}
"""


def _on(text: str, day: str) -> Deal:
    deal = as_known_on(deal_of(text), date.fromisoformat(day))
    assert deal is not None
    return deal


@pytest.mark.parametrize(
    ("day", "stage", "amount", "owner", "close"),
    [
        ("2026-10-01", "lead", None, "", "2026-12-15"),
        ("2026-10-02", "lead", None, "", "2026-12-15"),
        ("2026-10-03", "lead", 500, "ani", "2026-12-15"),
        ("2026-10-20", "lead", 700, "ani", "2026-12-15"),
        ("2026-11-03", "proposal", 700, "ani", "2026-12-15"),
        ("2026-11-04", "proposal", 800, "budi", "2026-12-15"),
        ("2027-11-04", "proposal", 800, "budi", "2026-12-15"),
    ],
)
def test_stage_and_tracked_fields_are_what_they_were(
    day: str, stage: str, amount: int | None, owner: str, close: str
) -> None:
    deal = _on(ACME, day)
    assert (deal.stage, deal.owner, str(deal.expected_close)) == (stage, owner, close)
    assert deal.amount == (None if amount is None else Money(Decimal(amount), "IDR"))


def test_a_field_that_nobody_tracks_shows_what_it_is_today() -> None:
    assert _on(ACME, "2026-10-01").company == "PT Acme"


def test_a_recorded_field_is_unknown_before_its_first_record_and_a_record_may_empty_it() -> None:
    text = """\
title: Acme
stage: lead
probability: 40
forecast: commit
changes:
  - {at: 2026-10-05, probability: 30, forecast: pipeline, expected_close: 2026-12-01}
  - {at: 2026-10-10, probability: 40, forecast: commit, expected_close: ~}
history:
  - {at: 2026-10-01, stage: lead}
"""
    found = [_on(text, f"2026-10-{day}") for day in ("04", "05", "10")]
    assert [deal.probability for deal in found] == [None, 30, 40]
    assert [deal.forecast for deal in found] == ["", "pipeline", "commit"]
    assert [deal.expected_close for deal in found] == [None, date(2026, 12, 1), None]


def test_a_recorded_amount_keeps_the_currency_of_its_record() -> None:
    text = """\
title: Acme
stage: lead
amount: 9000
currency: IDR
changes:
  - {at: 2026-10-05, amount: 2, currency: USD}
  - {at: 2026-10-09, amount: 9000}
history:
  - {at: 2026-10-01, stage: lead}
"""
    assert _on(text, "2026-10-05").amount == Money(Decimal(2), "USD")
    assert _on(text, "2026-10-09").amount == Money(Decimal(9000), "IDR")


def test_where_the_file_disagrees_with_the_last_record_the_file_wins_from_now_on() -> None:
    text = ACME.replace("amount: 800\n", "amount: 900\n", 1)
    assert _on(text, "2026-11-23").amount == Money(Decimal(900), "IDR")
    assert _on(text, "2026-11-03").amount == Money(Decimal(700), "IDR")


def test_a_stage_that_a_person_wrote_is_taken_while_the_whole_history_is_visible() -> None:
    text = ACME.replace("stage: proposal\n", "stage: negotiation\n", 1)
    assert _on(text, "2026-11-03").stage == "negotiation"
    assert _on(text, "2026-11-02").stage == "lead"


def test_tasks_done_later_were_open_and_activities_of_later_are_gone() -> None:
    deal = _on(ACME, "2026-10-20")
    assert [task.done for task in deal.tasks] == [None, None]
    assert [str(activity.at) for activity in deal.activities] == ["2026-10-05"]
    assert _on(ACME, "2026-10-21").tasks[0].done == date(2026, 10, 21)


def test_a_deal_does_not_exist_before_its_creation() -> None:
    assert as_known_on(deal_of(ACME), date(2026, 9, 30)) is None
    created = deal_of("title: Acme\nstage: lead\ncreated: 2026-10-02")
    assert as_known_on(created, date(2026, 10, 1)) is None
    assert as_known_on(created, date(2026, 10, 2)) == created


def test_what_happened_in_the_evening_had_happened_at_the_end_of_the_day() -> None:
    text = "title: Acme\nstage: won\nhistory: [{at: 2026-10-01, stage: lead}, {at: 2026-10-02 23:59, stage: won}]"
    assert [_on(text, f"2026-10-0{day}").stage for day in (1, 2)] == ["lead", "won"]


REOPENED = """\
title: Acme
stage: proposal
history:
  - {at: 2026-10-01, stage: lead}
  - {at: 2026-10-05, stage: lost, lost_reason: price}
  - {at: 2026-10-09, stage: lead}
  - {at: 2026-10-20, stage: lost, lost_reason: timing}
  - {at: 2026-11-01, stage: proposal}
"""


@pytest.mark.parametrize(
    ("day", "changes", "reason"),
    [
        ("01", "", ""),
        ("05", "", "price"),
        ("09", "", ""),
        ("20", "", "timing"),
        ("25", "{at: 2026-10-24, lost_reason: competitor}, {at: 2026-11-01, lost_reason: ~}", "competitor"),
        ("23", "{at: 2026-10-24, lost_reason: competitor}, {at: 2026-11-01, lost_reason: ~}", "timing"),
        ("05", "{at: 2026-10-24, lost_reason: competitor}, {at: 2026-11-01, lost_reason: ~}", "price"),
    ],
)
def test_the_reason_of_a_former_loss_comes_from_its_close_or_a_record_since(
    day: str, changes: str, reason: str
) -> None:
    assert _on(f"{REOPENED}changes: [{changes}]\n", f"2026-10-{day}").lost_reason == reason


# The law, on deals that agree with their own history: the file says what the last record and the last entry say.

STAGES = ("lead", "qualified", "proposal", "negotiation", "won", "lost")
LAST = date(2026, 11, 30)
DAYS = st.dates(date(2026, 10, 1), LAST)
REASONS = st.sampled_from(["price", "timing"])
TASKS = st.lists(st.builds(Task, st.just("Call"), due=DAYS | st.none(), done=DAYS | st.none()), max_size=3)
MONEY = st.integers(0, 900).map(lambda amount: Money(Decimal(amount), "IDR"))
VALUES: dict[str, st.SearchStrategy[FieldValue | None]] = {
    "amount": MONEY | st.none(),
    "expected_close": DAYS | st.none(),
    "owner": st.sampled_from(["ani", "budi", ""]),
    "probability": st.integers(0, 100).map(Decimal) | st.none(),
    "forecast": st.sampled_from(["commit", "pipeline", ""]),
    "lost_reason": st.sampled_from(["price", ""]),
}


def _entry(day: date, stage: str, reason: str) -> Entry:
    return Entry(Moment(day), stage, "sales", lost_reason=reason if stage == "lost" else "")


# Made once and not in each draw: making and checking them takes longer than drawing from them.
_DATED = st.lists(DAYS, min_size=1, max_size=5)
_SOME_DAYS = st.lists(DAYS, max_size=3)
_STAGE = st.sampled_from(STAGES)
_NAMES = st.sets(st.sampled_from([name for name in TRACKED if name != "lost_reason"]))
_FOLLOWING = {
    LAST - timedelta(days=back): st.lists(st.dates(LAST - timedelta(days=back), LAST), max_size=3) for back in range(61)
}
_EVENTS = st.sampled_from(["move", "activity", "task", "change"])
_AHEAD = st.integers(1, 40)


@st.composite
def _deals(draw: st.DrawFn) -> Deal:
    """A deal as commands write it: every tracked field either never recorded or recorded from the beginning."""
    days = sorted(draw(_DATED))
    history = tuple(_entry(day, draw(_STAGE), draw(REASONS)) for day in days)
    tracked = draw(_NAMES)
    first = {name: draw(VALUES[name]) for name in sorted(tracked)}
    changes = [Change(history[0].at, first)] if first else []
    for day in sorted(draw(_FOLLOWING[days[0]])) if first else []:
        name = draw(st.sampled_from(sorted(tracked)))
        changes.append(Change(Moment(day), {name: draw(VALUES[name])}))
    free = {name: draw(VALUES[name]) for name in TRACKED if name not in tracked and name != "lost_reason"}
    last = {name: value for change in changes for name, value in change.values.items()}
    deal = Deal(
        id="acme",
        path="deals/acme.yaml",
        title="Acme",
        pipeline="sales",
        stage=history[-1].stage,
        history=history,
        changes=tuple(changes),
        lost_reason=history[-1].lost_reason,
        tasks=tuple(draw(TASKS)),
        activities=tuple(Activity(Moment(day), "call") for day in sorted(draw(_SOME_DAYS))),
    )
    return replace(deal, **{**free, **last})


def _later(draw: st.DrawFn, deal: Deal, day: date) -> Deal:
    """*deal* after one more event, later than anything in it and than *day*."""
    known = [deal.history[-1].at.day, day, *(change.at.day for change in deal.changes)]
    at = max(known) + timedelta(days=draw(_AHEAD))
    recorded = sorted({name for change in deal.changes for name in change.values})
    match draw(_EVENTS):
        case "move":
            entry = _entry(at, draw(_STAGE), draw(REASONS))
            return replace(deal, stage=entry.stage, lost_reason=entry.lost_reason, history=(*deal.history, entry))
        case "activity":
            return replace(deal, activities=(*deal.activities, Activity(Moment(at), "call")))
        case "task" if any(task.is_open for task in deal.tasks):
            place = draw(st.sampled_from([n for n, task in enumerate(deal.tasks) if task.is_open]))
            done = replace(deal.tasks[place], done=at)
            return replace(deal, tasks=(*deal.tasks[:place], done, *deal.tasks[place + 1 :]))
        case "change" if recorded:
            name = draw(st.sampled_from(recorded))
            value = draw(VALUES[name])
            return replace(deal, **{name: value}, changes=(*deal.changes, Change(Moment(at), {name: value})))
    return deal


@given(st.data(), _deals(), DAYS)
def test_no_later_event_changes_a_deal_as_it_was_known(data: st.DataObject, deal: Deal, day: date) -> None:
    then = as_known_on(deal, day)
    for _ in range(3):
        deal = data.draw(st.composite(_later)(deal, day))
        assert as_known_on(deal, day) == then


@given(_deals(), DAYS, DAYS)
def test_what_was_known_on_a_day_holds_all_that_was_known_before(deal: Deal, one: date, two: date) -> None:
    day, later = sorted((one, two))
    then = as_known_on(deal, later)
    assert (as_known_on(then, day) if then else None) == as_known_on(deal, day)


@given(_deals())
def test_at_the_end_everything_is_known(deal: Deal) -> None:
    assert as_known_on(deal, LAST) == deal
    assert as_known_on(deal, deal.history[0].at.day - timedelta(days=1)) is None


# The same law of deals that commands have made, one after another.

COMMANDS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from(["move", "set", "log"]),
        st.sampled_from(STAGES),
        st.sampled_from(["amount", "owner", "lost_reason"]),
        st.sampled_from(["price", "timing"]),
    ),
    max_size=8,
)


def _seen(deal: Deal, day: date) -> Deal | None:
    """What reports see of *deal* on a day: not its records, and why it was lost only while it is."""
    known = as_known_on(deal, day)
    return known and replace(known, changes=(), lost_reason=known.lost_reason if known.stage == "lost" else "")


@given(COMMANDS)
def test_no_command_changes_what_was_known_before_it(commands: list[tuple[int, str, str, str, str]]) -> None:
    sales = sound({}).pipelines["sales"]
    deal = deal_of("title: Acme\nstage: lead\namount: 5\nowner: ani\nhistory: [{at: 2026-10-01, stage: lead}]\n")
    day, known = date(2026, 10, 1), dict[date, Deal | None]()
    for later, command, stage, name, text in commands:
        known |= {day + timedelta(days=n): _seen(deal, day + timedelta(days=n)) for n in range(later)}
        day += timedelta(days=later)
        to = sales.stage(stage)
        assert to is not None
        if command == "set":
            deal = set_fields(deal, {name: Money(Decimal(day.day), "IDR") if name == "amount" else text}, Moment(day))
        elif command == "log":
            deal = add_activity(deal, Activity(Moment(day), "call"))
        elif stage != deal.stage:
            deal = plan_move(deal, sales, Step(sales, to, Moment(day), lost_reason=text, forced="a law")).after
        assert {then: _seen(deal, then) for then in known} == known


def test_a_reason_that_was_recorded_once_is_recorded_when_a_reopening_takes_it_off() -> None:
    sales = sound({}).pipelines["sales"]
    entry = "{at: 2026-10-05, stage: lost, lost_reason: price}"
    lost = deal_of(f"title: A\nstage: lost\nlost_reason: price\nhistory: [{{at: 2026-10-01, stage: lead}}, {entry}]\n")
    corrected = set_fields(lost, {"lost_reason": "timing"}, Moment(date(2026, 10, 8)))
    reopened = plan_move(corrected, sales, Step(sales, sales.stages[0], Moment(date(2026, 10, 20)))).after
    assert reopened.changes[-1] == Change(Moment(date(2026, 10, 20)), {"lost_reason": None})
    found = [as_known_on(reopened, date(2026, 10, day)) for day in (7, 8, 19, 20)]
    assert [deal and deal.lost_reason for deal in found] == ["price", "timing", "timing", ""]


# The same law of whole reports. Each event is the lines that it adds to a file, and the values that it changes in it.

FILES = {
    "pipectl.yaml": f"{SETTINGS}targets:\n  - {{period: 2026-Q4, owner: ani, amount: 5000}}\n",
    "pipelines/sales.yaml": SALES,
}
DEAL = """\
title: Deal {n}
stage: {stage}
amount: {amount}
owner: {owner}
expected_close: {close}
{reason}tasks:
  - {{title: Call, due: 2026-10-1{n}{done}}}
activities:
  - {{at: 2026-10-0{n}, type: call}}
{activity}changes:
  - {{at: 2026-09-0{n}, amount: {first}, owner: ani, expected_close: 2026-11-30}}
{change}history:
  - {{at: 2026-09-0{n}, stage: lead}}
  - {{at: 2026-09-2{n}, stage: {past}}}
{move}"""
PAST = ("lead", "proposal", "won", "lost")
EVENTS = ("move", "close", "change", "contact", "done")


def _file(n: int, past: str, events: frozenset[str]) -> str:
    """Deal *n*, in stage *past* since September, after *events* of November."""
    stage, reason, move = past, "lost_reason: price\n" if past == "lost" else "", ""
    if past == "lost":
        past = "lost, lost_reason: price"
    if "move" in events:
        stage, reason, move = "negotiation", "", "  - {at: 2026-11-05, stage: negotiation}\n"
    if "close" in events:
        stage, reason = "lost", "lost_reason: timing\n"
        move += "  - {at: 2026-11-06 10:00, stage: lost, lost_reason: timing}\n"
    changed = "change" in events
    return DEAL.format(
        n=n,
        stage=stage,
        past=past,
        reason=reason,
        move=move,
        first=n * 1000,
        amount=9 if changed else n * 1000,
        owner="budi" if changed else "ani",
        close="2027-01-31" if changed else "2026-11-30",
        change="  - {at: 2026-11-07, amount: 9, owner: budi, expected_close: 2027-01-31}\n" if changed else "",
        activity="  - {at: 2026-11-08, type: call}\n" if "contact" in events else "",
        done=", done: 2026-11-09" if "done" in events else "",
    )


REPORTS = (
    ("list", "is:any"),
    ("stats",),
    ("stats", "--by", "owner"),
    ("stats", "--by", "month", "-p", "2026"),
    ("stale",),
    ("stale", "--rule", "mean"),
    ("board", "is:any"),
    ("next", "--all"),
    ("targets",),
    ("plan", "--target", "5000"),
    ("forecast", "is:any"),
    ("forecast", "--by", "owner", "--deals", "is:any"),
    ("flow",),
    ("flow", "-p", "2026-09", "--by", "owner"),
    ("flow", "2026-09-15..", "owner:ani", "close:2026-Q4", "--deals"),
    ("changes", "--since", "2mo"),
    ("changes", "-p", "2026-10", "owner:ani"),
)


def _assert_no_leak(folder: Path, pasts: list[str], events: list[frozenset[str]]) -> None:
    def reports(happened: list[frozenset[str]]) -> list[str]:
        deals = {
            f"deals/d{n}.yaml": _file(n, past, told)
            for n, (past, told) in enumerate(zip(pasts, happened, strict=True), 1)
        }
        write_files(folder, {**FILES, **deals})
        results = [run_pipectl(*words, "--as-of", "2026-10-31", "-f", "json", cwd=folder) for words in REPORTS]
        assert [(result.status, result.err) for result in results] == [(0, "")] * len(REPORTS)
        return [result.out for result in results]

    assert reports(events) == reports([frozenset()] * len(pasts))


def test_no_report_as_of_a_day_changes_with_what_happens_later(tmp_path: Path) -> None:
    everything = frozenset(EVENTS)
    _assert_no_leak(
        tmp_path, [*PAST, "qualified"], [everything, everything, frozenset({"move"}), everything, everything]
    )


@pytest.mark.heavy
@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(PAST), st.frozensets(st.sampled_from(EVENTS))), min_size=1, max_size=5))
def test_no_report_leaks_whatever_happens_later(
    tmp_path_factory: pytest.TempPathFactory, deals: list[tuple[str, frozenset[str]]]
) -> None:
    _assert_no_leak(tmp_path_factory.mktemp("leak"), [past for past, _ in deals], [events for _, events in deals])


def test_the_reports_of_the_law_speak_of_something(tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "deals/d1.yaml": _file(1, "proposal", frozenset(EVENTS))})
    result = run_pipectl("list", "--as-of", "2026-10-31", "-f", "json", cwd=tmp_path)
    (row,) = json.loads(result.out)["tables"]["deals"]
    found = [row["stage"], row["amount"]["amount"], row["owner"], row["close"]]
    assert found == ["proposal", "1000", "ani", "2026-11-30"]
