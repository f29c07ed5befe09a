"""Public data sets, imported, against figures that were worked out without pipectl; to the last printed digit.

A reference says how it defines a number. Where pipectl defines it otherwise, the test says so and works the
reference's number out from what pipectl prints.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pytest

from pipectl.metrics.figures import mean, percentile
from pipectl.metrics.figures import median as middle
from pipectl.metrics.stays import stays_by_stage
from pipectl.model.state import states
from pipectl.store.load import load_workspace
from tests.real_data import (
    BPI_TODAY,
    MAVEN_TODAY,
    REVOPS_TODAY,
    bpi_workspace,
    data_folder,
    maven_workspace,
    revops_workspace,
    run,
)

pytestmark = pytest.mark.heavy

Json = Any  # a document is whatever json.loads makes of it


def _reference(name: str) -> Json:
    return json.loads((data_folder() / name).read_text(encoding="utf-8"))


class Answers:
    """What commands say of a workspace as of a day; each is run once."""

    def __init__(self, root: Path, day: str) -> None:
        self.root = root
        self.day = day
        self._known: dict[tuple[str, ...], Json] = {}

    def __call__(self, *words: str) -> Json:
        """The tables of one command, by their key."""
        if words not in self._known:
            status, out, err = run("-C", self.root, *words, "--as-of", self.day, "-f", "json", today=self.day)
            assert (status, err) == (0, "")
            self._known[words] = json.loads(out)["tables"]
        return self._known[words]

    def metrics(self, *words: str) -> dict[str, Json]:
        return {row["metric"]: row["value"] for row in self("stats", *words)["metrics"]}

    def beside(self, metric: str, *words: str) -> dict[str, Json]:
        (row,) = (row for row in self("stats", *words)["metrics"] if row["metric"] == metric)
        return {detail["label"]: detail["value"] for detail in row["detail"]}

    def groups(self, by: str, *words: str) -> dict[str, Json]:
        return {row[by]: row for row in self("stats", "--by", by, *words)["groups"]}


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    data_folder()
    return Answers(maven_workspace(tmp_path_factory.mktemp("maven")), MAVEN_TODAY)


@pytest.fixture(scope="module")
def bpi(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    data_folder()
    return Answers(bpi_workspace(tmp_path_factory.mktemp("bpi")), BPI_TODAY)


@pytest.fixture(scope="module")
def revops(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    data_folder()
    return Answers(revops_workspace(tmp_path_factory.mktemp("revops")), REVOPS_TODAY)


@pytest.fixture(scope="module")
def revops_figures() -> Json:
    return _reference("revops_challenge/reference.json")


@pytest.fixture(scope="module")
def maven_figures() -> Json:
    return _reference("maven_crm/reference.json")


@pytest.fixture(scope="module")
def bpi_figures() -> Json:
    return _reference("bpi2012/reference_dev.json")


ALL = ("-p", "all")


def _amount(money: Json) -> float | None:
    """To the four digits that the references print."""
    return None if money is None else float(round(Decimal(money["amount"]), 4))


def _group(row: Mapping[str, Json]) -> dict[str, Json]:
    """A row of `stats --by`, as the references have it."""
    return {
        "deals": row["deals"],
        "open": row["open"],
        "won": row["won"],
        "lost": row["lost"],
        "win_rate": row["win_rate"]["value"],
        "won_value": _amount(row["won_amount"]),
        "avg_won_value": _amount(row["average_won"]),
        "avg_cycle_days_won": row["cycle"],
        "median_cycle_days_won": row["median_cycle"],
    }


def _summary(values: list[float]) -> dict[str, float | int | None]:
    p90 = percentile(values, 0.9)
    return {
        "n": len(values),
        "mean": round(fmean(values), 6),
        "median": round(median(values), 6),
        "p90": None if p90 is None else round(p90, 6),
        "min": round(min(values), 6),
        "max": round(max(values), 6),
    }


def _velocity_of_references(answers: Answers) -> float:
    """They round the win rate to six places before they multiply; pipectl does not round."""
    rate = answers.beside("velocity", *ALL)["win rate"]
    exact = Decimal(rate["numerator"]) / Decimal(rate["denominator"])
    velocity = Decimal(answers.metrics(*ALL)["velocity"]["amount"])
    return float(round(velocity / exact * round(exact, 6), 4))


# Maven: 8,800 deals with two days each


def test_maven_deals_by_status(maven: Answers, maven_figures: Json) -> None:
    found = maven.metrics(*ALL)
    assert {"open": found["open-deals"], "won": found["won"], "lost": found["lost"]} == maven_figures["status_counts"]


def test_maven_won_value(maven: Answers, maven_figures: Json) -> None:
    won = maven_figures["value"]["won"]
    assert _amount(maven.metrics(*ALL)["won-amount"]) == won["total"]
    assert _amount(maven.beside("won-amount", *ALL)["average"]) == won["mean"]
    amounts = [float(row["worth"]["amount"]) for row in maven("list", "is:won")["deals"]]
    assert (len(amounts), median(amounts)) == (won["n_with_value"], won["median"])


def test_maven_win_rate(maven: Answers, maven_figures: Json) -> None:
    found = maven.metrics(*ALL)["win-rate"]
    assert (found["numerator"], found["denominator"], found["value"]) == (4238, 4238 + 2473, maven_figures["win_rate"])


def test_maven_cycles(maven: Answers, maven_figures: Json) -> None:
    won, lost = maven_figures["cycle_days"]["won"], maven_figures["cycle_days"]["lost"]
    beside = maven.beside("sales-cycle", *ALL)
    assert maven.metrics(*ALL)["sales-cycle"] == won["mean"]
    assert [beside[key] for key in ("median", "p90", "n", "lost")] == [
        won["median"],
        won["p90"],
        won["n"],
        lost["mean"],
    ]


def test_maven_velocity(maven: Answers, maven_figures: Json) -> None:
    assert _velocity_of_references(maven) == maven_figures["velocity_per_day"]["cycle_won"]


def test_maven_by_owner(maven: Answers, maven_figures: Json) -> None:
    expected = {name.lower().replace(" ", "-"): figures for name, figures in maven_figures["per_owner"].items()}
    assert {owner: _group(row) for owner, row in maven.groups("owner", *ALL).items()} == expected


def test_maven_reasons_by_owner(maven: Answers, maven_figures: Json) -> None:
    expected = {
        name.lower().replace(" ", "-"): [row[key] for key in ("won", "lost", "win_rate", "won_value")]
        for name, row in maven_figures["per_owner"].items()
    }
    rows = maven("reasons", "--by", "owner", *ALL)["owner"]
    assert {
        row["owner"]: [row["won"], row["lost"], row["win_rate"]["value"], _amount(row["won_amount"])] for row in rows
    } == expected


def test_maven_accounts_by_won_value(maven: Answers, maven_figures: Json) -> None:
    rows = maven("reasons", "--by", "company", *ALL)["company"]
    won = {row["company"]: _amount(row["won_amount"]) or 0.0 for row in rows if row["company"] != "(no company)"}
    top = dict(sorted(won.items(), key=lambda item: -item[1])[:10])
    assert list(top.items()) == list(maven_figures["top_accounts_by_won_value"].items())


def test_maven_has_no_activity_and_no_expected_close(maven: Answers) -> None:
    found = maven.metrics(*ALL)
    assert found["contacts-per-deal"] == {"numerator": 0, "denominator": 2089, "value": 0}
    assert (found["first-contact"], found["pushes"]) == (None, 0)


def test_maven_by_region(maven: Answers, maven_figures: Json) -> None:
    assert {name: _group(row) for name, row in maven.groups("group", *ALL).items()} == maven_figures["per_region"]


def test_maven_by_product(maven: Answers, maven_figures: Json) -> None:
    """The reference reads `GTXPro` as `GTX Pro`; a field of the business's own is what the table says."""
    expected = dict(maven_figures["per_product"])
    found = {name: _group(row) for name, row in maven.groups("fields.product", *ALL).items()}
    assert "GTXPro" in found
    expected["GTXPro"] = expected.pop("GTX Pro", expected.get("GTXPro"))
    assert found == expected


def test_maven_by_quarter(maven: Answers, maven_figures: Json) -> None:
    rows = maven.groups("quarter", "-p", "2017")
    won = {
        name: {"count": row["won"], "value": _amount(row["won_amount"]), "avg": _amount(row["average_won"])}
        for name, row in rows.items()
    }
    assert won == maven_figures["won_per_quarter"]
    assert {name: row["win_rate"]["value"] for name, row in rows.items()} == maven_figures["win_rate_per_quarter"]


def test_maven_days_in_engaging(maven: Answers, maven_figures: Json) -> None:
    days = [row["days"] for row in maven("list", "stage:engaging")["deals"]]
    assert _summary(days) == maven_figures["engaging_age_days_at_as_of"]
    assert sum(day > 90 for day in days) == maven_figures["engaging_older_than_90_days"]
    cycle = maven_figures["cycle_days"]["won"]["mean"]
    assert sum(day > cycle for day in days) == maven_figures["engaging_older_than_mean_won_cycle"]


# BPI 2012: 6,552 loan applications with every move to the millisecond, as of the end of 14 March 2012


def test_bpi_deals_by_status_and_win_rate(bpi: Answers, bpi_figures: Json) -> None:
    found = bpi.metrics(*ALL)
    assert {"open": found["open-deals"], "won": found["won"], "lost": found["lost"]} == bpi_figures["status_counts"]
    assert found["win-rate"]["value"] == bpi_figures["win_rate"]
    assert found["created"] == bpi_figures["deals"]


def test_bpi_cycles_are_elapsed_time(bpi: Answers, bpi_figures: Json) -> None:
    won, lost = bpi_figures["cycle_days_exact"]["won"], bpi_figures["cycle_days_exact"]["lost"]
    beside = bpi.beside("sales-cycle", *ALL)
    assert bpi.metrics(*ALL)["sales-cycle"] == won["mean"]
    assert [beside[key] for key in ("median", "p90", "n", "lost")] == [
        won["median"],
        won["p90"],
        won["n"],
        lost["mean"],
    ]


def test_bpi_velocity(bpi: Answers, bpi_figures: Json) -> None:
    assert _velocity_of_references(bpi) == bpi_figures["velocity_per_day"]["exact"]


def test_bpi_stages(bpi: Answers, bpi_figures: Json) -> None:
    rows = bpi("board", "is:any")["stages"]
    found = {row["stage"]: (row["deals"], _amount(row["amount"])) for row in rows}
    assert found == {name: (row["count"], row["value"]) for name, row in bpi_figures["current_stage"].items()}


def test_bpi_by_owner(bpi: Answers, bpi_figures: Json) -> None:
    found = {owner: _group(row) for owner, row in bpi.groups("owner", *ALL).items()}
    assert {owner.removeprefix("(no owner)"): row for owner, row in found.items()} == bpi_figures["per_owner"]


def test_bpi_lost_reasons_and_where_they_died(bpi: Answers, bpi_figures: Json) -> None:
    for by, expected in (("reason", "lost_reasons"), ("stage", "lost_from_stage")):
        rows = bpi("reasons", "--by", by, *ALL)[by]
        assert {row[by]: row["lost"] for row in rows} == bpi_figures[expected]


def test_bpi_by_quarter(bpi: Answers, bpi_figures: Json) -> None:
    found = {
        name: {"count": row["won"], "value": _amount(row["won_amount"])}
        for name, row in bpi.groups("quarter", *ALL).items()
    }
    assert found == bpi_figures["won_per_quarter"]


def test_bpi_by_month(bpi: Answers, bpi_figures: Json) -> None:
    rows = bpi.groups("month", *ALL)
    closed = {
        name: {"won": row["won"], "lost": row["lost"], "won_value": _amount(row["won_amount"])}
        for name, row in rows.items()
    }
    assert closed == bpi_figures["closed_per_month"]
    created = {name: row["created"] for name, row in rows.items() if row["created"]}
    assert created == bpi_figures["created_per_month"]


def test_bpi_open_ages(bpi: Answers, bpi_figures: Json) -> None:
    """The reference's calendar days count to 15 March, which begins where our day ends."""
    rows = bpi("list")["deals"]
    for stage, figures in bpi_figures["open_deals_in_stage"].items():
        days = [row["days"] for row in rows if row["stage"] == stage]
        assert len(days) == figures["open"]
        if days:
            # Each of them is printed to six digits.
            assert _summary(days) == pytest.approx(figures["age_exact"], abs=2e-6)
    until = date(2012, 3, 15)
    ages = [float((until - date.fromisoformat(row["created"][:10])).days) for row in rows]
    assert _summary(ages) == bpi_figures["open_deal_total_age_calendar_days"]


def test_bpi_time_in_stage(bpi: Answers, bpi_figures: Json) -> None:
    workspace = load_workspace(bpi.root, frozenset())
    found = stays_by_stage(states(workspace, date.fromisoformat(bpi.day)))
    for stage, figures in bpi_figures["time_in_stage_days_completed_visits_exact"].items():
        stays = found["loans", stage]
        whole = [mean(stays.completed), middle(stays.completed), percentile(stays.completed, 0.9)]
        assert len(stays.completed) == figures["n"]
        assert [round(figure or 0, 6) for figure in whole] == [figures[key] for key in ("mean", "median", "p90")]
        assert len(stays.lasting) == bpi_figures["open_deals_in_stage"][stage]["open"]


# The stages of both sets of events, and of Maven's


def _steps(answers: Answers, *words: str) -> dict[str, Json]:
    return {row["stage"]: row for row in answers("funnel", *ALL, *words)["stages"]}


def _cycle(answers: Answers) -> dict[str, Json]:
    return {row["stage"]: row for row in answers("cycle", *ALL)["stages"]}


def _shares(ratio: Json) -> tuple[int, int, float | None]:
    return ratio["numerator"], ratio["denominator"], ratio["value"]


def _assert_conversions_are(answers: Answers, figures: Json) -> None:
    """The references' rates: of deals that were in both stages, and of those as far as the one or further.

    No deal jumps over a stage that it was never in, and none is created beyond the first: the two, ours and `--direct`
    are the same.
    """
    for words in ((), ("--direct",)):
        rows = _steps(answers, *words)
        assert len(rows) == len(figures["conversion_stage_to_next"])
        for step in figures["conversion_stage_to_next"]:
            rate = _shares(rows[step["from"]]["rate"])
            assert rate == (step["also_entered_next"], step["entered"], step["rate"])
            assert rate == (step["reached_at_least_to"], step["reached_at_least_from"], step["rate_at_least"])
    for stage, to_won in figures["stage_to_won"].items():
        row = rows[stage]
        assert (row["entered"], row["won"]) == (to_won["entered"], to_won["won"])
        assert _shares(row["to_won"]) == (to_won["won"], to_won["closed"], to_won["rate_closed_only"])
        assert row["entered"] == figures["reached"][stage]


def _assert_closed_only_follows_from_ours(answers: Answers, figures: Json) -> None:
    """The references leave every deal that is open now out of both sides; the resolved rate keeps those that advanced.

    So theirs is the resolved rate of the deals that are closed now.
    """
    rows = _steps(answers, "is:won,lost")
    for step in figures["conversion_stage_to_next"]:
        resolved = rows[step["from"]]["resolved"]
        assert (resolved["denominator"], resolved["value"]) == (step["entered_closed_only"], step["rate_closed_only"])


def _assert_times_are(answers: Answers, figures: Json) -> None:
    rows = _cycle(answers)
    visits = figures["time_in_stage_days_completed_visits_exact"]
    deals = figures["time_in_stage_days_summed_per_deal_completed_visits_exact"]
    assert set(rows) == set(visits)
    for stage, row in rows.items():
        found = {"n": row["visits"], **{key: row[key] for key in ("mean", "median", "p90")}}
        assert found == {key: visits[stage][key] for key in found}
        found = {"n": row["deals"], **{key: row[f"deal_{key}"] for key in ("mean", "median", "p90")}}
        assert found == {key: deals[stage][key] for key in found}
        assert row["open"] == figures["open_deals_in_stage"][stage]["open"]
        assert row["lost"] == figures["lost_from_stage"][stage]


def test_bpi_conversion(bpi: Answers, bpi_figures: Json) -> None:
    _assert_conversions_are(bpi, bpi_figures)
    _assert_closed_only_follows_from_ours(bpi, bpi_figures)


def test_bpi_days_in_each_stage_per_visit_and_per_deal(bpi: Answers, bpi_figures: Json) -> None:
    _assert_times_are(bpi, bpi_figures)


def test_bpi_moves_back(bpi: Answers, bpi_figures: Json) -> None:
    """The reference counts moves and deals; a row counts deals. All of them go one stage back."""
    back = {stage: row["back"] for stage, row in _steps(bpi).items()}
    assert back["offer_returned"] == bpi_figures["deals_with_backward_move"]
    assert sum(back.values()) == back["offer_returned"]


def test_bpi_bottleneck(bpi: Answers) -> None:
    found = {row["finding"]: (row["verdict"], row["answer"]) for row in bpi("cycle", *ALL)["findings"]}
    assert found == {
        "bottleneck by value": ("tie", "tie: offer_sent, preaccepted"),
        "bottleneck by days": ("named", "offer_sent"),
        "best stage": ("named", "accepted"),
    }


def test_revops_outcome(revops: Answers, revops_figures: Json) -> None:
    found = revops.metrics(*ALL)
    assert {"open": found["open-deals"], "won": found["won"], "lost": found["lost"]} == revops_figures["status_counts"]
    assert found["win-rate"]["value"] == revops_figures["win_rate"]
    assert found["win-rate-by-amount"]["value"] == revops_figures["win_rate_value"]
    won, lost = revops_figures["cycle_days_exact"]["won"], revops_figures["cycle_days_exact"]["lost"]
    beside = revops.beside("sales-cycle", *ALL)
    assert found["sales-cycle"] == won["mean"]
    assert [beside[key] for key in ("median", "p90", "n", "lost")] == [
        won["median"],
        won["p90"],
        won["n"],
        lost["mean"],
    ]
    assert _amount(found["won-amount"]) == revops_figures["value"]["won"]["total"]
    closed = {
        name: {"won": row["won"], "lost": row["lost"], "won_value": _amount(row["won_amount"])}
        for name, row in revops.groups("month", *ALL).items()
        if row["won"] or row["lost"]
    }
    assert closed == revops_figures["closed_per_month"]


def test_revops_conversion(revops: Answers, revops_figures: Json) -> None:
    _assert_conversions_are(revops, revops_figures)
    _assert_closed_only_follows_from_ours(revops, revops_figures)


def test_revops_days_in_each_stage_per_visit_and_per_deal(revops: Answers, revops_figures: Json) -> None:
    _assert_times_are(revops, revops_figures)


def test_maven_stages(maven: Answers, maven_figures: Json) -> None:
    """The table has one open stage with dates; a deal in prospecting has none, and is in no cohort."""
    rows, days = _steps(maven), _cycle(maven)
    won, lost, open_now = (maven_figures["deal_stage"][name] for name in ("Won", "Lost", "Engaging"))
    assert rows["prospecting"]["entered"] == 0
    assert _shares(rows["engaging"]["rate"])[:2] == (won, won + lost + open_now)
    assert _shares(rows["engaging"]["to_won"]) == (won, won + lost, maven_figures["win_rate"])
    closed = maven_figures["cycle_days"]["closed"]
    found = {"n": days["engaging"]["visits"], **{key: days["engaging"][key] for key in ("mean", "median", "p90")}}
    assert found == {key: closed[key] for key in found}
    assert days["engaging"]["open"] == open_now


def test_revops_where_deals_died_and_the_sizes_that_were_won(revops: Answers, revops_figures: Json) -> None:
    """The reference parts the won at 250,000, where no step of 1, 2, 5 lies: our next edges are 200,000 and 500,000."""
    died = {row["stage"]: row["lost"] for row in revops("reasons", "--by", "stage", *ALL)["stage"]}
    assert died == {stage: lost for stage, lost in revops_figures["lost_from_stage"].items() if lost}
    bands = revops_figures["published_questions"]["4_won_in_band"]
    won = {row["size"]: row["won"] for row in revops("reasons", "--by", "size", *ALL)["size"] if row["won"]}
    assert won["50k..100k"] == bands["50K-100K"]
    assert won["100k..200k"] + won["200k..500k"] == bands["100K-250K"] + bands["250K-500K"]
    assert sum(won.values()) == sum(bands.values())
