"""`pipectl stats`: a number is the same on every page, whatever part of time it is asked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import SETTINGS, run_pipectl

SAMPLE = Path(__file__).parents[2] / "examples" / "contoh-jaya"
MOMENTS = "velocity,win-rate-with-stale,contacts-per-deal,open-amount,open-deals"
TARGETS = "attainment,coverage,gap,pace,deals-needed"


def _document(*words: str, cwd: Path = SAMPLE) -> Any:
    result = run_pipectl("stats", *words, "-f", "json", cwd=cwd)
    assert result.status == 0, result.err
    return json.loads(result.out)


def _page(*words: str, key: str = "value", cwd: Path = SAMPLE) -> dict[str, Any]:
    return {row["metric"]: row[key] for row in _document(*words, cwd=cwd)["tables"]["metrics"]}


def _groups(*words: str, cwd: Path = SAMPLE) -> dict[str, dict[str, Any]]:
    rows = _document(*words, cwd=cwd)["tables"]["groups"]
    return {str(next(iter(row.values()))): row for row in rows}


@pytest.mark.parametrize("period", ["2026-Q2", "2026-Q3", "2026-Q4"])
@pytest.mark.parametrize("metrics", [MOMENTS, TARGETS, "won,won-amount,lost,win-rate,created,sales-cycle"])
def test_a_quarter_has_the_same_numbers_alone_and_among_the_quarters(period: str, metrics: str) -> None:
    alone = _page("-p", period, "--metric", metrics)
    among = _groups("-Q", "--metric", metrics)[period]
    assert {name: among[name] for name in alone} == alone


def test_the_period_before_has_the_numbers_that_it_has_alone() -> None:
    beside = _page("-p", "2026-Q3", key="before")
    alone = _page("-p", "2026-Q2")
    assert {name: value for name, value in beside.items() if value != alone[name]} == {}


def test_the_part_that_is_not_over_is_held_against_its_whole_target(workspace: MakeWorkspace) -> None:
    targets = (
        "targets: [{period: 2026-10, amount: 100}, {period: 2026-11, amount: 100}, {period: 2026-12, amount: 100}]\n"
    )
    deal = "title: D\nstage: won\namount: 50\nhistory: [{at: 2026-10-01, stage: lead}, {at: 2026-11-05, stage: won}]\n"
    root = workspace({"pipectl.yaml": SETTINGS + targets, "deals/d.yaml": deal})
    november = _groups("-p", "2026-Q4", "--by", "month", "--metric", "attainment", cwd=root)["2026-11"]
    assert (november["attainment"]["numerator"], november["attainment"]["denominator"]) == ("50", "100")


def test_open_deals_of_a_period_that_is_over_are_those_of_its_end(workspace: MakeWorkspace) -> None:
    root = workspace(
        {
            "deals/then.yaml": """\
                title: T
                stage: lost
                owner: ani
                history: [{at: 2026-08-01, stage: lead}, {at: 2026-10-05, stage: lost}]
                """,
            "deals/now.yaml": "title: N\nstage: lead\nowner: budi\nhistory: [{at: 2026-11-01, stage: lead}]\n",
        }
    )
    assert _page("-p", "2026-Q3", "--metric", "open-deals", cwd=root) == {"open-deals": 1}
    by_owner = _groups("-p", "2026-Q3", "--by", "owner", cwd=root)
    assert {name: row["open"] for name, row in by_owner.items()} == {"ani": 1, "budi": 0}
    listed = run_pipectl("explain", "open-deals", "--deals", "-p", "2026-Q3", "--ids", cwd=root)
    assert listed.out == "then\n"


def test_a_time_before_the_first_deal_is_compared_with_nothing(workspace: MakeWorkspace) -> None:
    deal = "title: D\nstage: won\nhistory: [{at: 2026-08-01, stage: lead}, {at: 2026-11-05, stage: won}]\n"
    root = workspace({f"deals/d{number}.yaml": deal for number in range(3)})
    document = _document("--trend", cwd=root)
    changes = {row["metric"]: row for row in document["tables"]["changes"]}
    # The first deal began in the quarter before, and a year before there was none.
    assert (changes["won"]["before"], changes["won"]["change"]) == (0, "")
    assert (changes["won"]["year_before"], changes["won"]["year_change"]) == (None, "")
    assert not any(row["signal"] in ("won-value", "new-deals") for row in document["tables"]["signals"])


def test_what_no_sum_holds_is_named_whatever_the_table(workspace: MakeWorkspace) -> None:
    won = "stage: won\nhistory: [{at: 2026-10-01, stage: lead}, {at: 2026-10-05, stage: won}]\n"
    root = workspace(
        {
            "deals/dollars.yaml": f"title: D\ncurrency: USD\namount: 88\n{won}",
            "deals/free.yaml": f"title: F\n{won}",
            "deals/undated.yaml": "title: U\nstage: won\n",
            "deals/old.yaml": "title: O\nstage: lead\namount: 5\n",
        }
    )
    for words in ((), ("--by", "owner"), ("-M",), ("--trend",)):
        notes = " ".join(_document(*words, cwd=root)["notes"])
        assert "no rate for USD, in no sum: dollars" in notes
        assert "1 won unpriced, in no amount: free" in notes
        assert "+1 closed, date unknown, in no period: undated" in notes
        assert ("says of no day when it began" in notes) == ("-M" in words)


def test_what_was_not_read_is_counted_in_what_is_kept(workspace: MakeWorkspace, tmp_path: Path) -> None:
    root = workspace({"deals/broken.yaml": "title: [\n", "deals/sound.yaml": "title: S\nstage: lead\n"})
    document = json.loads(run_pipectl("stats", "-f", "json", cwd=root).out)
    assert document["unread"] == 1
    for name in ("out.md", "out.html"):
        run_pipectl("stats", "-o", str(tmp_path / name), cwd=root)
        assert "1 deal file was not read and stands in no total" in (tmp_path / name).read_text("utf-8")


def test_a_forecast_is_a_metric_too_and_a_number_of_stages_is_none() -> None:
    assert _page("--metric", "commit-amount")["commit-amount"]["currency"] == "IDR"
    refused = run_pipectl("stats", "--metric", "conversion", cwd=SAMPLE)
    assert refused.err == (
        "pipectl: conversion is a number of each stage\n  `pipectl funnel` and `pipectl cycle` show those\n"
    )


def test_a_deal_reopened_since_has_left_every_number_of_a_period_that_is_over(workspace: MakeWorkspace) -> None:
    settings = "targets: [{period: 2026-Q2, amount: 1000}]\nmetrics: {mine: {measure: win_rate, where: 'is:any'}}\n"
    history = "history: [{at: 2026-04-01, stage: lead}, {at: 2026-05-01, stage:"
    reopened = "{at: 2026-07-10, stage: lead}"
    root = workspace(
        {
            "pipectl.yaml": SETTINGS + settings,
            "deals/acme.yaml": f"title: A\nstage: lead\namount: 400\n{history} won}}, {reopened}]\n",
            "deals/bolt.yaml": f"title: B\nstage: lost\namount: 300\n{history} lost}}]\n",
            "deals/cara.yaml": """\
                title: C
                stage: lead
                amount: 300
                expected_close: 2026-06-30
                history: [{at: 2026-04-01, stage: lead}]
                """,
        }
    )
    rows = {row["metric"]: row for row in _document("-p", "2026-Q2", cwd=root)["tables"]["metrics"]}

    def share(metric: str) -> tuple[object, object]:
        return rows[metric]["value"]["numerator"], rows[metric]["value"]["denominator"]

    assert (rows["won"]["value"], share("win-rate"), share("mine")) == (0, (0, 1), (0, 1))
    # Cara stood still at the end of June.
    assert share("win-rate-with-stale") == (0, 2)
    assert rows["velocity"]["value"] is None
    beside = {metric: {part["label"]: part["value"] for part in rows[metric]["detail"]} for metric in rows}
    assert beside["average-size"]["won"] is None
    assert (rows["gap"]["value"]["amount"], beside["pace"]["missed by"]["amount"]) == ("1000", "1000")
    assert rows["open-deals"]["value"] == 1


AHEAD = "coverage,weighted-coverage,deals-needed,win-in-time"


def test_a_period_that_is_over_has_nothing_left_to_cover_on_any_page() -> None:
    nothing: dict[str, None] = dict.fromkeys(AHEAD.split(","))
    over = ("-p", "2026-Q3", "--metric", AHEAD)
    assert _page(*over) == _page(*over, key="before") == nothing
    owners = _groups(*over, "--by", "owner")
    months = _groups("-p", "2026", "--by", "month", "--metric", AHEAD)
    for row in (*owners.values(), *(months[f"2026-{month:02}"] for month in range(1, 11))):
        assert {name: row[name] for name in nothing} == nothing
    assert months["2026-11"]["win-in-time"] is not None
    for words in (("owner", "month"), ("month", "owner")):
        by = [part for word in words for part in ("--by", word)]
        cells = _document(*over[:2], *by, "--metric", "win-in-time")["tables"]["win-in-time"]
        assert {value for row in cells for key, value in row.items() if key not in (words[0], "trend")} == {None}
    header = json.loads(run_pipectl("explain", "coverage", "--deals", *over[:2], "-f", "json", cwd=SAMPLE).out)
    assert header["value"] is None


def test_the_same_day_of_the_period_before_keeps_the_coverage_that_it_had() -> None:
    running = _page("-p", "2026-Q4", "--metric", AHEAD, key="before")
    then = run_pipectl("stats", "--as-of", "2026-08-23", "--metric", AHEAD, "-f", "json", cwd=SAMPLE).out
    known = {row["metric"]: row["value"] for row in json.loads(then)["tables"]["metrics"]}
    assert running["win-in-time"] == known["win-in-time"]
    assert running["coverage"] == known["coverage"] is not None


def test_nothing_is_expected_any_more_in_a_period_that_is_over(workspace: MakeWorkspace) -> None:
    deal = "title: D\nstage: lead\namount: 50\nexpected_close: 2026-09-30\nhistory: [{at: 2026-09-01, stage: lead}]\n"
    root = workspace({"deals/d.yaml": deal})
    forecast = run_pipectl("forecast", "-p", "2026-09", "-f", "json", cwd=root).out
    whole = json.loads(forecast)["tables"]["forecast"][0]
    found = _page("-p", "2026-09", "--metric", "expected-amount,weighted-amount,commit-amount", cwd=root)
    wanted = {"expected-amount": "amount", "weighted-amount": "weighted", "commit-amount": "commit"}
    assert found == {metric: whole[column] for metric, column in wanted.items()}
    assert found["expected-amount"]["amount"] == "0"
