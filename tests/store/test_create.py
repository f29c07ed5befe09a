"""Where new deal files go, and that writing them replaces nothing."""

from collections import Counter
from datetime import date
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.errors import NegativeError, PipectlError
from pipectl.model.deal import Deal
from pipectl.model.pipeline import Outcome, Pipeline, Stage
from pipectl.model.workspace import Settings
from pipectl.store.create import FULL, create_files, folders_for, verified_text
from pipectl.store.deal_schema import DealSchema

_DAY = date(2026, 3, 14)

runs = st.lists(
    st.tuples(st.none() | st.dates(date(2024, 12, 1), date(2026, 2, 1)), st.integers(1, 400)), min_size=1, max_size=12
)
there = st.dictionaries(
    st.sampled_from(("deals", "deals/2025", "deals/2025/01", "deals/2025/01-2", "deals/undated", "deals/acme")),
    st.integers(0, FULL),
)


@given(runs, there)
def test_no_folder_holds_more_than_250_whatever_the_days(
    batches: list[tuple[date | None, int]], before: dict[str, int]
) -> None:
    days = [day for day, count in batches for _ in range(count)]
    taken = [f"{folder}/old-{n}.yaml" for folder, count in before.items() for n in range(count)]
    folders = folders_for(days, taken)
    assert len(folders) == len(days)
    held = Counter(str(PurePosixPath(path).parent) for path in taken) + Counter(folders)
    assert max(held.values()) <= FULL


@given(runs)
def test_days_in_another_order_fill_the_same_folders(batches: list[tuple[date | None, int]]) -> None:
    days = [day for day, count in batches for _ in range(count)]
    assert Counter(folders_for(days, [])) == Counter(folders_for(days[::-1], []))


def test_a_few_deals_stay_together() -> None:
    assert folders_for([_DAY, None], ["deals/acme.yaml"]) == ["deals", "deals"]


def test_folders_of_the_user_s_own_do_not_matter() -> None:
    assert folders_for([_DAY], ["deals/jakarta/acme.yaml"]) == ["deals"]


def test_a_workspace_with_folders_by_year_keeps_to_them() -> None:
    assert folders_for([_DAY, None], ["deals/2025/acme.yaml"]) == ["deals/2026", "deals/undated"]


def test_a_year_that_does_not_fit_is_parted_by_month_and_a_month_by_number() -> None:
    folders = folders_for([_DAY] * 251, [])
    assert Counter(folders) == {"deals/2026/03": 250, "deals/2026/03-2": 1}


def test_new_files_are_written(tmp_path: Path) -> None:
    create_files(tmp_path, {"deals/2026/a.yaml": "title: A\n", "deals/b.yaml": "title: é\n"})
    assert (tmp_path / "deals/2026/a.yaml").read_bytes() == b"title: A\n"
    assert (tmp_path / "deals/b.yaml").read_bytes() == "title: é\n".encode()


def test_a_file_that_is_there_stays_and_nothing_else_is_written(tmp_path: Path) -> None:
    (tmp_path / "deals").mkdir()
    (tmp_path / "deals/b.yaml").write_text("mine\n")
    with pytest.raises(NegativeError, match=r"b\.yaml exists already"):
        create_files(tmp_path, {"deals/2026/a.yaml": "title: A\n", "deals/b.yaml": "title: B\n"})
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == ["deals", "deals/b.yaml"]
    assert (tmp_path / "deals/b.yaml").read_text() == "mine\n"


def test_an_interruption_takes_back_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        create_files(tmp_path, {"deals/2026/a.yaml": "title: A\n"})
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_behind_a_link(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    (root / "deals").mkdir(parents=True)
    (root / "deals/2026").symlink_to(outside)
    with pytest.raises(NegativeError, match="deals/2026 is a link"):
        create_files(root, {"deals/2026/a.yaml": "title: A\n"})
    assert list(outside.iterdir()) == []


_PIPELINE = Pipeline(
    "sales", "Sales", (Stage("lead", "Lead"), Stage("won", "Won", Outcome.WON), Stage("lost", "Lost", Outcome.LOST))
)
_SCHEMA = DealSchema(Settings("IDR"), {"sales": _PIPELINE})


def test_a_deal_that_would_not_read_back_is_not_written() -> None:
    deal = Deal(id="a", path="deals/a.yaml", title="bell \x07", pipeline="sales", stage="lead", currency="IDR")
    with pytest.raises(PipectlError, match=r"deals/a.yaml can't be written: control character U\+0007"):
        verified_text(deal, _SCHEMA)


def test_a_deal_that_reads_back_gives_its_text() -> None:
    deal = Deal(id="a", path="deals/a.yaml", title="Acme", pipeline="sales", stage="lead", currency="IDR")
    assert (
        verified_text(deal, _SCHEMA)
        == "title: Acme\npipeline: sales\nstage: lead\n\ncurrency: IDR\n\nowner:\n\ntasks:\n\nactivities:\n\nhistory:\n"
    )
