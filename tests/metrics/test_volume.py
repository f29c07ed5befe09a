"""How much there is: the examples of the docstrings, and what sums leave out."""

from decimal import Decimal

from pipectl.metrics.volume import average_size, created_deals, open_amount, open_deals, probability, weighted, worth
from pipectl.model.money import Money
from tests.build import details, scope_of

SETTINGS = "version: 1\ncurrency: IDR\ntimezone: Asia/Jakarta\nrates: [{from: 2026-11-01, USD: 16000}]\n"


def _idr(amount: int) -> Money:
    return Money(Decimal(amount), "IDR")


def _open(*deals: str, **closed: str) -> dict[str, str]:
    """Open deals of October, each with the lines given; closed ones of November under their outcome."""
    files = {"pipectl.yaml": SETTINGS}
    for n, lines in enumerate(deals):
        files[f"deals/d{n}.yaml"] = (
            f"title: D\nstage: lead\n{lines}\nhistory: [{{at: 2026-10-0{n + 1}, stage: lead}}]\n"
        )
    for stage, lines in closed.items():
        moves = f"[{{at: 2026-09-30, stage: lead}}, {{at: 2026-11-01, stage: {stage}}}]"
        files[f"deals/{stage}.yaml"] = f"title: D\nstage: {stage}\n{lines}\nhistory: {moves}\n"
    return files


def test_of_five_deals_one_won_and_one_lost_three_are_open() -> None:
    scope = scope_of(_open("", "", "", won="", lost=""))
    assert (open_deals(scope).value, details(open_deals(scope))) == (3, {})


def test_undated_deals_count_and_are_named_beside() -> None:
    scope = scope_of({**_open(""), "deals/x.yaml": "title: X\nstage: proposal\n"})
    assert (open_deals(scope).value, details(open_deals(scope))) == (2, {"undated": 1})


def test_open_deals_of_ten_twenty_and_one_unpriced_are_worth_thirty() -> None:
    measure = open_amount(scope_of(_open("amount: 10", "amount: 20", "", won="amount: 500", lost="amount: 700")))
    assert measure.value == _idr(30)
    assert details(measure)["unpriced"] == 1


def test_amounts_in_another_currency_count_at_the_rate_of_the_day_and_without_one_they_are_named() -> None:
    measure = open_amount(scope_of(_open("amount: 10", "amount: 2\ncurrency: USD", "amount: 5\ncurrency: EUR")))
    assert measure.value == _idr(32010)
    assert details(measure)["without a rate"] == 1
    assert "unpriced" not in details(measure)


def test_the_weighted_amount_takes_the_deal_s_own_probability_else_that_of_its_stage() -> None:
    scope = scope_of(_open("amount: 1000", "amount: 1000\nprobability: 50", "probability: 90"))
    assert [probability(state) for state in scope.open] == [5, 50, 90]
    assert weighted(scope.open, "IDR") == _idr(550)
    assert details(open_amount(scope))["weighted"] == _idr(550)


def test_the_average_size_of_open_deals_of_ten_twenty_and_one_unpriced_is_fifteen() -> None:
    measure = average_size(scope_of(_open("amount: 10", "amount: 20", "", won="amount: 500")))
    assert (measure.value, details(measure)) == (_idr(15), {"won": _idr(500)})


def test_over_nothing_priced_there_is_no_average() -> None:
    measure = average_size(scope_of(_open("", "")))
    assert (measure.value, details(measure)) == (None, {"won": None})


def test_of_deals_that_begin_on_30_september_and_1_october_one_was_created_in_october() -> None:
    scope = scope_of(_open("", lost=""), "2026-10")
    assert (created_deals(scope).value, len(scope.facts.states)) == (1, 2)


def test_without_history_the_file_s_own_day_is_the_one_of_creation() -> None:
    files = {
        "deals/a.yaml": "title: A\nstage: lead\ncreated: 2026-10-01\namount: 7\n",
        "deals/b.yaml": "title: B\nstage: lead\ncreated: 2026-09-30\n",
        "deals/c.yaml": "title: C\nstage: lead\n",
    }
    measure = created_deals(scope_of(files))
    assert (measure.value, details(measure)) == (1, {"worth": _idr(7)})


def test_the_worth_of_nothing_is_nothing() -> None:
    assert worth([], "IDR") == _idr(0)
