"""`pipectl flow` and `changes`: which days and deals, the same figures in every format, no leak of the future."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.errors import NegativeError
from pipectl.metrics.flow import End, flow
from pipectl.metrics.happenings import happenings
from pipectl.model.deal import Activity, Deal
from pipectl.model.facts import Facts, gather
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.period import Period
from pipectl.model.plan import Step, add_activity, plan_move, set_fields
from pipectl.model.workspace import Workspace
from pipectl.output.numbers import human
from pipectl.store.load import load_workspace
from tests.conftest import MakeWorkspace, Run
from tests.harness import SETTINGS, run_pipectl
from tests.metrics.test_flow import EXAMPLE
from tests.output.samples import PIPED, RUPIAH

SAMPLE = Path(__file__).parents[2] / "examples" / "contoh-jaya"


def _json(*words: str, cwd: Path = SAMPLE) -> Any:
    result = run_pipectl(*words, "-f", "json", cwd=cwd)
    assert (result.status, result.err) == (0, "")
    return json.loads(result.out)


def _lines(document: Any) -> dict[str, tuple[int, str]]:
    rows = document["tables"]["flow"]
    return {row["line"]: (row["deals"], row["amount"]["amount"]) for row in rows if row["deals"]}


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ((), "2026-09-30", "2026-11-23"),
        (("2026-Q3",), "2026-06-30", "2026-09-30"),
        (("-p", "2026-Q3"), "2026-06-30", "2026-09-30"),
        (("2026-Q3..2026-10",), "2026-09-30", "2026-10-31"),
        (("2026-10-05..2026-10-09",), "2026-10-05", "2026-10-09"),
        (("2026-10-05..",), "2026-10-05", "2026-11-23"),
        (("2026-10-05..2026-12-31",), "2026-10-05", "2026-11-23"),
        (("--since", "1w"), "2026-11-16", "2026-11-23"),
        (("--since", "2026-11-16"), "2026-11-15", "2026-11-23"),
        (("--since", "mon", "--as-of", "2026-11-12"), "2026-11-08", "2026-11-12"),
        (("2w", "owner:sari"), "2026-11-09", "2026-11-23"),
        (("all",), "2025-09-07", "2026-11-23"),
    ],
)
def test_the_days_that_are_compared(words: tuple[str, ...], start: str, end: str) -> None:
    document = _json("flow", *words)
    assert (document["from_the_end_of"], document["to_the_end_of"]) == (start, end)


def test_the_ends_are_what_list_says_on_those_days() -> None:
    lines = _lines(_json("flow", "2026-10-31..2026-11-20", "owner:sari"))
    for end, day in (("start", "2026-10-31"), ("end", "2026-11-20")):
        then = _json("list", "owner:sari", "--as-of", day)["totals"]["deals"]
        assert lines[end] == (then["id"]["value"], then["amount"]["amount"])


def test_pipelines_and_groups_are_taken_from_each_end() -> None:
    whole, parts = _json("flow", "2026"), _json("flow", "2026", "--by", "owner")
    for end in ("start", "end"):
        rows = [row for row in parts["tables"]["flow"] if row["line"] == end]
        deals, amount = _lines(whole)[end]
        assert sum(row["deals"] for row in rows) == deals
        assert sum(int(row["amount"]["amount"]) for row in rows) == int(amount)
    only = _json("flow", "2026", "-P", "renewals")
    assert {row["pipeline"] for row in only["tables"]["deals"]} == {"renewals"}


def test_the_deals_make_up_their_lines() -> None:
    document = _json("flow", "2026")
    for row in document["tables"]["flow"][1:-1]:
        deals = [deal for deal in document["tables"]["deals"] if deal["line"] == row["line"]]
        assert len(deals) == row["deals"]
        assert sum(int(deal["amount"]["amount"]) for deal in deals if deal["amount"]) == int(row["amount"]["amount"])


FOREIGN = {
    "pipectl.yaml": SETTINGS
    + 'display: {group: ".", decimal: ",", decimals: 1, symbol: "Rp "}\nrates: [{from: 2026-01-01, USD: 16000.25}]\n',
    "deals/acme.yaml": """\
        title: Acme
        stage: lead
        amount: 10.5
        currency: USD
        history: [{at: 2026-11-20, stage: lead}]
        """,
    "deals/beta.yaml": """\
        title: Beta
        stage: lead
        amount: 12000.50
        currency: EUR
        history: [{at: 2026-11-20, stage: lead}]
        """,
}


def test_a_missing_rate_is_named_with_its_deals_and_their_amounts_stand_apart(
    pipectl: Run, workspace: MakeWorkspace
) -> None:
    root = workspace(FOREIGN)
    result = pipectl("flow", "--since", "1w", cwd=root)
    assert "no rate for EUR, in no sum: beta" in result.out
    assert "without a rate, in no sum:\n  end  beta  Beta  EUR 12.000,5\n" in result.out
    assert re.search(r"created +\+2 +\+Rp 168\.002,6 ", result.out)
    assert "amounts are rounded to 1 decimal," in result.out
    assert _lines(_json("flow", "--since", "1w", cwd=root))["end"] == (2, "168002.625")
    told = pipectl("changes", cwd=root).out
    assert "no rate for EUR, in no sum: beta" in told
    assert "New  2 deals · Rp 168.002,6 · 1 without a rate" in told


def test_a_close_without_a_date_is_named_and_stands_in_no_line(pipectl: Run, workspace: MakeWorkspace) -> None:
    deal = "title: Acme\nstage: won\namount: 5\nhistory: [{at: 2026-09-01, stage: lead}]\n"
    result = pipectl("flow", cwd=workspace({"deals/acme.yaml": deal}))
    assert "1 deal closed, date unknown, in no line: acme (pipectl check stage-history)" in result.out


def test_a_file_that_cannot_be_read_is_named_and_the_status_says_so(pipectl: Run, workspace: MakeWorkspace) -> None:
    root = workspace({"deals/acme.yaml": "title: [\n", "deals/beta.yaml": "title: Beta\nstage: lead\n"})
    for command in ("flow", "changes"):
        result = pipectl(command, cwd=root)
        assert result.status == 2
        assert "1 deal file was not read and stands in no total" in result.err


# The same figures in every format.

REPORTS = (
    ("flow", "2026-10-01..2026-11-20"),
    ("flow", "-p", "2026-Q1", "--by", "owner"),
    ("flow", "--since", "2mo", "--deals", "owner:sari"),
    ("changes", "--since", "2mo"),
)
_TOLD = ("before", "after")
LOOK = replace(PIPED, money=RUPIAH)


def _cells(row: dict[str, Any]) -> dict[str, str]:
    """The amounts and counts of a row of JSON as people see them."""
    return {
        key: human(Money(Decimal(value["amount"]), value["currency"]), LOOK)
        if isinstance(value, dict)
        else human(value, LOOK)
        for key, value in row.items()
        # Percentages are numbers in JSON; among the values of changed fields they are no count.
        if isinstance(value, dict) or (isinstance(value, int) and not isinstance(value, bool) and key not in _TOLD)
    }


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_every_format_has_the_same_figures(words: tuple[str, ...]) -> None:
    document = _json(*words)
    tables = list(document["tables"].items())
    texts = {name: run_pipectl(*words, "-f", name, cwd=SAMPLE).out for name in ("csv", "md", "html", "psql")}
    key, rows = tables[0]
    listed = list(csv.DictReader(io.StringIO(texts["csv"])))
    assert len(listed) == len(rows)
    for line, row in zip(listed, rows, strict=True):
        for name, value in row.items():
            if isinstance(value, dict):
                assert (line[name], line[f"{name}_currency"]) == (value["amount"], value["currency"]), key
            elif isinstance(value, int) and not isinstance(value, bool):
                assert line[name] == str(value)
    drawn = {
        "md": [line.strip("| ").split(" | ") for line in texts["md"].splitlines() if line.startswith("| ")],
        "html": [
            [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", line)]
            for line in texts["html"].splitlines()
            if line.startswith("<tr><td")
        ],
        "psql": [[cell.strip() for cell in line.strip("| ").split("|")] for line in texts["psql"].splitlines()],
    }
    for _, rows in tables:
        for row in rows:
            named = [row[name] for name in ("id", "name", "line", "kind") if row.get(name)]
            wanted = set(_cells(row).values())
            for format_name, lines in drawn.items():
                assert any(named[0] in line and wanted <= set(line) for line in lines), (format_name, named, wanted)


def test_the_drawing_has_the_figures_of_the_table() -> None:
    for words in REPORTS[:3]:
        text = run_pipectl(*words, cwd=SAMPLE).out
        for row in _json(*words)["tables"]["flow"]:
            if row["deals"]:
                amount = _cells(row)["amount"]
                assert re.search(rf"^{re.escape(row['name'])} +\S+ +\+?{re.escape(amount)}(  .*)?$", text, re.MULTILINE)
    text = run_pipectl(*REPORTS[3], cwd=SAMPLE).out
    for row in _json(*REPORTS[3])["tables"]["kinds"]:
        assert re.search(rf"^{row['name']}  {row['deals']} deals?", text, re.MULTILINE)
        if row["amount"]:
            assert f"· {_cells(row)['amount']}" in text


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_a_line_fits_the_window_and_ascii_draws_with_ascii(columns: int) -> None:
    for words in REPORTS:
        lines = run_pipectl(*words, cwd=SAMPLE, columns=columns).out.splitlines()
        assert max(map(len, lines)) <= columns
        plain = run_pipectl("--ascii", *words, "owner:sari", cwd=SAMPLE, columns=columns).out
        assert plain.isascii()
        assert words[0] == "changes" or columns < 80 or "#" in plain


@pytest.mark.parametrize("columns", [40, 50, 60, 70, 77, 80, 100])
@pytest.mark.parametrize("words", [("flow", "--deals"), ("flow", "2026-Q3", "--deals"), ("changes", "--since", "2mo")])
def test_no_day_and_no_amount_is_cut(words: tuple[str, ...], columns: int) -> None:
    page = run_pipectl(*words, cwd=SAMPLE, columns=columns).out
    # The end of an id may be digits; they stand behind a hyphen.
    assert re.findall(r"(?<![-\d])\d[\d.,-]*…", page) == []
    rows = json.loads(run_pipectl(*words, "-f", "json", cwd=SAMPLE).out)["tables"]
    days = Counter(row["on"] for row in rows.get("events", ()) if row["kind"] not in ("contact", "note", "task"))
    shown = Counter(re.findall(r"\d{4}-\d\d-\d\d", page))
    assert {day: count for day, count in days.items() if shown[day] < count} == {}
    text = " ".join(page.split())
    amounts = re.findall(r"\d+(?:\.\d{3})+", run_pipectl(*words, cwd=SAMPLE).out)
    short = re.compile(r"\d[\d,]*(?:k|mn|bn)\b")
    assert len(re.findall(r"\d+(?:\.\d{3})+", text)) + len(short.findall(text)) == len(amounts)


@pytest.mark.parametrize("words", [("flow", "--deals"), ("changes", "--since", "2mo")])
def test_no_digit_stands_before_an_ellipsis_in_any_window(words: tuple[str, ...]) -> None:
    for columns in range(36, 120):
        page = run_pipectl(*words, cwd=SAMPLE, columns=columns).out
        # Behind a whole day and its comma the rest of a note may be left out.
        assert re.findall(r"(?<![-\d])(?!\d{4}-\d\d-\d\d,…)\d[\d.,-]*…", page) == [], columns


@pytest.mark.parametrize("columns", [72, 80, 140])
def test_a_bar_gives_way_to_the_number_of_deals_without_an_amount(columns: int) -> None:
    lines = run_pipectl("flow", cwd=SAMPLE, columns=columns).out.splitlines()
    assert [line.split()[-2:] for line in lines if "unp" in line and line[0] != " "] == [
        ["6", "unpriced"],
        ["1", "unpriced"],
        ["1", "unpriced"],
    ]


def test_a_gain_a_loss_and_a_sum_are_told_by_more_than_colour() -> None:
    text = run_pipectl("flow", "--ascii", cwd=SAMPLE).out
    for name, sign, fill in (("created", r"\+10", r"\++"), ("won", "-4", "-+"), ("end of 2026-11-23", "26", "#+")):
        assert re.search(rf"^{name} +{sign} +\S+ \S+ +{fill}(  .*)?$", text, re.MULTILINE), name


# As of a day, no later event changes a byte.

AS_OF = date(2026, 10, 15)
WORKSPACE = load_workspace(SAMPLE, frozenset())
KINDS = ("move", "set", "log", "task", "create")
EVENTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 999), st.integers(1, 60), st.integers(0, 999)), max_size=12
)


def _after(deal: Deal, kind: str, day: date, number: int) -> Deal:
    """*deal* after an event on *day*, as a command would write it; as it was where the event is refused."""
    pipeline = WORKSPACE.pipelines[deal.pipeline]
    if any(known > day for known in (*(e.at.day for e in deal.history), *(c.at.day for c in deal.changes))):
        return deal
    try:
        if kind == "move":
            stage = pipeline.stages[number % len(pipeline.stages)]
            step = Step(pipeline, stage, Moment(day), lost_reason="price", forced="a law")
            moved = deal if stage.id == deal.stage else plan_move(deal, pipeline, step).after
            # A task says of no day when it was made, so one that comes with a stage is seen at every time.
            return replace(moved, tasks=deal.tasks)
        if kind == "set":
            amount, owner = Money(Decimal(number), deal.currency), ("bayu", "sari")[number % 2]
            close = day + timedelta(days=number)
            values = ({"amount": amount}, {"owner": owner, "expected_close": close}, {"forecast": "commit"})
            return set_fields(deal, values[number % 3], Moment(day))
    except NegativeError:
        return deal
    if kind == "log":
        return add_activity(deal, Activity(Moment(day), "call", "sari", "later"))
    return replace(deal, tasks=tuple(replace(task, done=day) if task.is_open else task for task in deal.tasks))


def _happened(events: list[tuple[str, int, int, int]]) -> Workspace:
    deals = list(WORKSPACE.deals)
    for kind, which, later, number in events:
        day = AS_OF + timedelta(days=later)
        if kind == "create":
            stage = WORKSPACE.pipelines["new-business"].stages[0].id
            new = Deal(id=f"n{number}", path=f"deals/n{number}.yaml", title="New", pipeline="new-business", stage=stage)
            deals.append(replace(new, created=day))
        else:
            deals[which % len(deals)] = _after(deals[which % len(deals)], kind, day, number)
    return replace(WORKSPACE, deals=tuple(deals))


def _seen(workspace: Workspace) -> list[object]:
    """All that the reports say of the days until AS_OF."""
    first = date(2026, 8, 1)
    before, now = (gather(workspace, day) for day in (first, AS_OF))
    moved = flow(End(before), End(now))
    return [
        [(one.line, one.pair.latest.deal.id, one.worth, one.why) for one in moved.movements],
        [[state.deal.id for state in side] for side in (moved.start, moved.end)],
        [pair.latest.deal.id for pair in moved.between],
        _events(now, Period.of_days(first, AS_OF + timedelta(days=1))),
    ]


def _events(facts: Facts, period: Period) -> list[object]:
    found = happenings(facts, period)
    return [(e.kind, e.at, e.state.deal.id, e.before, e.after, e.by, e.note, e.worth, e.stands) for e in found]


THEN = _seen(WORKSPACE)


@settings(max_examples=40)
@given(EVENTS)
def test_no_event_after_the_day_changes_what_is_told_of_it(events: list[tuple[str, int, int, int]]) -> None:
    # What the sample itself has after the day is a later event too; hypothesis adds to it.
    assert _seen(_happened(events)) == THEN


def test_the_worked_example_of_the_page_is_what_the_program_says(pipectl: Run, workspace: MakeWorkspace) -> None:
    page = (SAMPLE.parents[1] / "docs" / "flow.md").read_text(encoding="utf-8")
    root = workspace(EXAMPLE)
    shown = re.findall(r"```\n\$ pipectl (.*?)\n(.*?)```", page, re.DOTALL)
    assert [words.split()[0] for words, _ in shown] == ["flow", "changes"]
    for words, text in shown:
        assert pipectl(*words.split(), cwd=root).out == text


@pytest.mark.parametrize(
    ("words", "wide", "narrow"),
    [
        (("flow",), "unpriced → Rp 2.350.000.000, bayu", "unpriced → 2,35bn, bayu"),
        (("flow",), "Rp 450.000.000 → Rp 420.000.000, sari", "450mn → 420mn, sari"),
        (("changes", "--since", "2mo"), "Rp 430.000.000 → Rp 410.000.000  2026-11-10", "430mn → 410mn  2026-11-10"),
    ],
)
def test_no_amount_is_cut_in_its_digits(words: tuple[str, ...], wide: str, narrow: str) -> None:
    assert wide in run_pipectl(*words, cwd=SAMPLE, columns=120).out
    page = run_pipectl(*words, cwd=SAMPLE, columns=80).out
    assert narrow in page
    assert wide not in page
    assert wide in run_pipectl(*words, cwd=SAMPLE).out


def test_a_word_that_only_begins_like_a_day_is_looked_for_in_the_deals(pipectl: Run) -> None:
    found = pipectl("flow", "2026-Q4", "2027-renewal", cwd=SAMPLE)
    assert (found.status, "2027-renewal" in found.out) == (0, True)
