"""What the examples on the checks' pages leave out."""

import pytest

from pipectl.checks.idle import find as find_idle
from pipectl.model.clocks import Clocks
from pipectl.model.facts import Facts
from tests.checks.examples import facts_of, lines


def _two(first: str, second: str) -> list[str]:
    return lines("possible-duplicate", {"deals/example.yaml": f"stage: lead\n{first}", "deals/other.yaml": second})


@pytest.mark.parametrize(
    ("title", "company", "likeness"),
    [
        ("Acme rollout", "Acme", "same company, similar titles"),
        ("ROLLOUT, Acmé", "PT Acme", "same company, similar titles"),
        ("Rollout of the warehouse", "P.T. Acme (Persero), Tbk", "same company, similar titles"),
        ("Acme", "Acme GmbH & Co. KG", "same company, similar titles"),
        ("Rollout phase 2", "Acme", None),
        ("Rollout 2027", "Acme", None),
        ("Support", "Acme", None),
        ("Acme rollout", "Acme Foods", None),
        ("Acme rollout", "''", None),
    ],
)
def test_similar_titles_of_one_company_may_be_one_deal(title: str, company: str, likeness: str | None) -> None:
    found = _two("title: Rollout\ncompany: Acme Ltd", f"title: {title!r}\nstage: qualified\ncompany: {company}")
    assert found == (
        [f"deals/other.yaml:1:8: may be the same as deals/example.yaml 'Rollout': {likeness}"] if likeness else []
    )


@pytest.mark.parametrize(
    "other",
    [
        "title: Rollout\nstage: won\ncompany: Acme",
        "title: Tender\nstage: lead\ncompany: Acme\namount: 500\nowner: ani",
        "title: Tender\nstage: lead\ncompany: Acme\namount: 500\ncurrency: USD\nowner: budi",
    ],
    ids=["closed", "the same owner", "another currency"],
)
def test_what_is_no_duplicate(other: str) -> None:
    assert _two("title: Rollout\ncompany: Acme\namount: 500\nowner: ani", other) == []


def test_of_three_alike_the_two_later_ones_name_the_first() -> None:
    deal = "title: Rollout\nstage: lead\ncompany: Acme\nhistory: [{{at: 2026-11-0{}, stage: lead}}]\n"
    files = {f"deals/{name}.yaml": deal.format(day) for name, day in (("a", 3), ("b", 1), ("c", 2))}
    message = "may be the same as deals/b.yaml 'Rollout': same company, similar titles"
    assert lines("possible-duplicate", files) == [f"deals/a.yaml:1:8: {message}", f"deals/c.yaml:1:8: {message}"]


def test_a_name_with_very_many_deals_is_taken_for_a_placeholder() -> None:
    deal = "title: Rollout\nstage: lead\ncompany: Unknown\n"
    assert len(lines("possible-duplicate", {f"deals/d{n}.yaml": deal for n in range(30)})) == 29
    assert lines("possible-duplicate", {f"deals/d{n}.yaml": deal for n in range(31)}) == []


def test_an_amount_of_the_close_is_judged_and_shown_where_it_stands() -> None:
    files = {f"deals/d{n}.yaml": f"title: D{n}\nstage: lead\namount: {n}000\n" for n in range(1, 5)}
    files["deals/example.yaml"] = (
        "title: Acme\nstage: won\namount: 3000\nhistory:\n"
        "  - {at: 2026-10-01, stage: lead}\n  - {at: 2026-11-01, stage: won, amount: 900000}\n"
    )
    assert lines("amount-outlier", files) == [
        "deals/example.yaml:6:5: amount 900000 IDR is 300 times the median of sales, 3000 IDR"
    ]
    del files["deals/d1.yaml"]
    assert lines("amount-outlier", files) == []


def test_a_hundred_times_the_median_is_no_outlier_yet_and_zero_is_no_price() -> None:
    files = {f"deals/d{n}.yaml": f"title: D{n}\nstage: lead\namount: {n and 1000}\n" for n in range(5)}
    files["deals/example.yaml"] = "title: Acme\nstage: lead\namount: 100000\n"
    assert lines("amount-outlier", files) == []


def test_what_is_over_a_limit_by_less_than_a_day_says_more_than() -> None:
    deal = "title: Acme\nstage: lead\nhistory:\n  - {at: 2026-10-24 12:00, stage: lead}\n"
    assert lines("stalled", {"deals/example.yaml": deal}) == [
        "deals/example.yaml:2:8: no progress since 2026-10-24, more than 30 days; the limit of lead is 30 (default)"
    ]


@pytest.mark.parametrize(
    "check", ["stalled", "idle", "overdue-task", "missing-next-step", "unpriced", "inactive-owner"]
)
def test_a_closed_deal_is_let_rest(check: str) -> None:
    deal = (
        "title: Acme\nstage: lost\nlost_reason: price\ntasks:\n  - {title: Call, due: 2026-01-05}\n"
        "history:\n  - {at: 2026-01-01, stage: lead}\n  - {at: 2026-02-01, stage: lost}\n"
    )
    assert lines(check, {"deals/example.yaml": deal}) == []


def test_a_stage_that_requires_an_amount_leaves_the_matter_to_missing_required() -> None:
    files = {"deals/example.yaml": "title: Acme\nstage: negotiation\n"}
    assert lines("unpriced", files) == []
    assert lines("missing-required", files) == ["deals/example.yaml:2:8: stage negotiation requires amount"]


def test_a_currency_without_any_rate_is_the_matter_of_unknown_currency() -> None:
    files = {"deals/example.yaml": "title: Acme\nstage: lead\namount: 5\ncurrency: EUR\n"}
    assert lines("missing-rate", files) == []
    assert len(lines("unknown-currency", files)) == 1


def test_an_open_deal_before_the_first_rate_says_the_day_of_the_run() -> None:
    files = {
        "pipectl.yaml": "version: 1\ncurrency: IDR\nrates:\n  - {from: 2026-12-01, USD: 16400}\n",
        "deals/example.yaml": "title: Acme\nstage: lead\namount: 5\ncurrency: USD\n",
    }
    assert lines("missing-rate", files) == ["deals/example.yaml:3:9: 5 USD has no rate into IDR on 2026-11-23"]


def test_a_suspended_clock_is_silent() -> None:
    facts = facts_of({"deals/example.yaml": "title: Acme\nstage: lead\n"})
    silent = Facts(facts.workspace, facts.as_of, facts.states, dict.fromkeys(facts.clocks, Clocks(suspended="snoozed")))
    assert list(find_idle(silent)) == []
