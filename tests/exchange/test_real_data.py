"""Imports of public data sets, against figures that were reckoned without pipectl."""

import json
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pipectl.model.deal import Deal
from pipectl.store.create import FULL
from pipectl.store.load import load_workspace
from tests.real_data import (
    BPI_TODAY,
    MAVEN_TODAY,
    bpi_table,
    bpi_workspace,
    data_folder,
    maven_table,
    maven_workspace,
    run,
)

pytestmark = pytest.mark.heavy

# Of the processor; three times what it takes on a small machine.
_MAVEN_SECONDS = 15


def _load(root: Path) -> tuple[Deal, ...]:
    found = load_workspace(root, frozenset())
    assert found.problems == ()
    return found.deals


def _status(deal: Deal) -> str:
    return deal.stage if deal.stage in ("won", "lost") else "open"


def _largest_folder(root: Path) -> int:
    return max(Counter(path.parent for path in (root / "deals").rglob("*.yaml")).values())


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_folder()
    began = time.process_time()
    root = maven_workspace(tmp_path_factory.mktemp("maven"))
    assert time.process_time() - began < _MAVEN_SECONDS
    return root


@pytest.fixture(scope="module")
def bpi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_folder()
    return bpi_workspace(tmp_path_factory.mktemp("bpi"))


@pytest.fixture(scope="module")
def maven_deals(maven: Path) -> tuple[Deal, ...]:
    return _load(maven)


@pytest.fixture(scope="module")
def bpi_deals(bpi: Path) -> tuple[Deal, ...]:
    return _load(bpi)


def test_maven_deals_are_counted_as_the_reference_counts_them(maven_deals: tuple[Deal, ...]) -> None:
    deals = maven_deals
    reference = json.loads((data_folder() / "maven_crm" / "reference.json").read_text())
    assert len(deals) == reference["deals"]
    assert Counter(map(_status, deals)) == reference["status_counts"]
    assert Counter(deal.stage.title() for deal in deals) == reference["deal_stage"]
    won = sum((deal.amount.amount for deal in deals if deal.stage == "won" and deal.amount), Decimal(0))
    assert won == Decimal(str(reference["value"]["won"]["total"]))
    assert sum(deal.amount is not None for deal in deals) == reference["value"]["all"]["n_with_value"]
    owners = {name.lower().replace(" ", "-"): figures["deals"] for name, figures in reference["per_owner"].items()}
    assert Counter(deal.owner for deal in deals) == owners


def test_maven_cycles_are_the_reference_s(maven_deals: tuple[Deal, ...]) -> None:
    reference = json.loads((data_folder() / "maven_crm" / "reference.json").read_text())
    cycles = [(deal.history[-1].at.day - deal.history[0].at.day).days for deal in maven_deals if deal.stage == "won"]
    assert round(sum(cycles) / len(cycles), 6) == reference["cycle_days"]["won"]["mean"]


def test_maven_deals_without_a_date_have_no_history(maven_deals: tuple[Deal, ...]) -> None:
    deals = maven_deals
    assert {deal.stage for deal in deals if not deal.history} == {"prospecting"}
    assert all(not deal.history for deal in deals if deal.stage == "prospecting")


def test_no_folder_holds_more_than_git_walks_fast(maven: Path, bpi: Path) -> None:
    assert max(_largest_folder(maven), _largest_folder(bpi)) <= FULL


def _again(root: Path, table: Path, kind: str, mapping: str, today: str) -> dict[str, int]:
    words = ("-C", root, "import", table, "--from", kind, "--mapping", root / mapping, "-f", "json")
    status, out, err = run(*words, today=today)
    assert status == 0, err
    found: dict[str, int] = json.loads(out)
    return found


def test_a_second_import_of_maven_changes_nothing(maven: Path) -> None:
    found = _again(maven, maven_table(), "csv", "maven.mapping.yaml", MAVEN_TODAY)
    assert [found[key] for key in ("rows", "new", "changed", "unchanged", "refused")] == [8800, 0, 0, 8800, 0]


def test_a_second_import_of_bpi_changes_nothing(bpi: Path) -> None:
    found = _again(bpi, bpi_table(), "events", "bpi.mapping.yaml", BPI_TODAY)
    assert [found[key] for key in ("rows", "new", "changed", "unchanged", "refused")] == [23434, 0, 0, 6552, 0]


def test_bpi_histories_are_the_reference_s(bpi_deals: tuple[Deal, ...]) -> None:
    deals = bpi_deals
    reference = json.loads((data_folder() / "bpi2012" / "reference_dev.json").read_text())
    assert len(deals) == reference["deals"]
    assert sum(len(deal.history) for deal in deals) == reference["events"]
    assert Counter(map(_status, deals)) == reference["status_counts"]
    assert Counter(deal.lost_reason for deal in deals if deal.stage == "lost") == reference["lost_reasons"]
    moves = Counter(
        f"{before.stage} -> {after.stage}"
        for deal in deals
        for before, after in zip(deal.history, deal.history[1:], strict=False)
    )
    assert moves == reference["transitions"]
    won = sum((deal.amount.amount for deal in deals if deal.stage == "won" and deal.amount), Decimal(0))
    assert won == Decimal(str(reference["value"]["won"]["total"]))


def test_bpi_times_are_kept_to_the_millisecond_across_a_change_of_clocks(bpi_deals: tuple[Deal, ...]) -> None:
    reference = json.loads((data_folder() / "bpi2012" / "reference_dev.json").read_text())
    cycles = []
    for deal in bpi_deals:
        first, last = deal.history[0].at.instant, deal.history[-1].at.instant
        if deal.stage == "won" and first and last:
            # Datetimes of one zone are subtracted by the clock on the wall.
            cycles.append((last.timestamp() - first.timestamp()) / 86_400)
    assert round(sum(cycles) / len(cycles), 6) == reference["cycle_days_exact"]["won"]["mean"]


SAMPLES = {
    "pipedrive_simplecrm/deals_en.csv": "csv",
    "pipedrive_simplecrm/deals_cs.csv": "csv",
    "salesforce_dev_org/Opportunity.csv": "csv",
    "salesforce_dev_org/OpportunityHistory.csv": "events",
    "salesforce_fivetran/sf_opportunity_data.csv": "csv",
    "hubspot_fivetran/deal_data.csv": "csv",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_another_system_gets_a_mapping_to_settle(name: str, maven: Path, tmp_path: Path) -> None:
    table, mapping = data_folder() / "export_samples" / name, tmp_path / "guess.yaml"
    words = ("-C", maven, "import", table, "--from", SAMPLES[name], "--mapping", mapping)
    assert run(*words, "--guess", today=MAVEN_TODAY)[0] == 0
    status, _, err = run(*words, today=MAVEN_TODAY)
    assert (status, "is not settled" in err) == (2, True)
