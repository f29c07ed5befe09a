"""A pipeline: its stages by id and by former id, their order, and what being in one requires."""

from datetime import date

import pytest

from pipectl.model.pipeline import Outcome, Pipeline, Stage

SALES = Pipeline(
    "sales",
    "Sales",
    (
        Stage("lead", "Lead", requires=("owner",)),
        Stage("demo", "Demo", requires=("company",), retired=date(2026, 6, 30)),
        Stage("proposal", "Proposal", aliases=("quote", "demo"), requires=("amount", "owner")),
        Stage("won", "Won", Outcome.WON, requires=("contacts",)),
        Stage("lost", "Lost", Outcome.LOST, requires=("lost_reason",)),
        Stage("duplicate", "Duplicate", Outcome.LOST),
    ),
)


@pytest.mark.parametrize(
    ("name", "stage"), [("lead", "lead"), ("quote", "proposal"), ("demo", "demo"), ("Lead", None), ("", None)]
)
def test_a_stage_is_known_by_its_id_and_its_former_ids_and_an_id_goes_first(name: str, stage: str | None) -> None:
    found = SALES.stage(name)
    assert (found.id if found else None) == stage


def test_retired_stages_keep_their_place() -> None:
    assert [SALES.rank(stage.id) for stage in SALES.stages] == [0, 1, 2, 3, 4, 5]
    assert [stage.id for stage in SALES.open_stages] == ["lead", "demo", "proposal"]
    assert SALES.rank("tender") == -1


def test_one_stage_is_the_won_one() -> None:
    assert SALES.won.id == "won"
    assert [stage.is_open for stage in SALES.stages] == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("stage", "required"),
    [
        ("lead", ("owner",)),
        ("demo", ("owner", "company")),
        ("proposal", ("owner", "amount")),
        ("won", ("owner", "amount", "contacts")),
        ("lost", ("lost_reason",)),
        ("duplicate", ()),
    ],
)
def test_requirements_add_up_through_open_stages_and_a_loss_has_its_own_alone(
    stage: str, required: tuple[str, ...]
) -> None:
    found = SALES.stage(stage)
    assert found is not None
    assert SALES.required(found) == required


def test_a_stage_that_the_pipeline_has_no_more_requires_what_it_says_itself() -> None:
    assert SALES.required(Stage("tender", "Tender", requires=("source",))) == ("source",)


def test_a_stage_is_retired_from_its_day_on() -> None:
    demo = SALES.stages[1]
    assert [demo.is_retired(date(2026, 6, day)) for day in (29, 30)] == [False, True]
    assert not SALES.stages[0].is_retired(date.max)
