"""Changes of a pipeline's stages, planned."""

from datetime import date
from decimal import Decimal

import pytest

from pipectl.errors import NegativeError
from pipectl.model.deal import Deal
from pipectl.model.moves import policy_breaches
from pipectl.model.pipeline import MovePolicy, Outcome, Pipeline, Rule, Stage
from pipectl.model.stages import insert_stage, loosen, merge_stages, rename_stage, retire_stage
from tests.build import deal_of

DAY = date(2026, 11, 23)
LEAD = Stage("lead", "Lead")
QUALIFIED = Stage("qualified", "Qualified", aliases=("mql",), requires=("owner",), max_days=14)
PROPOSAL = Stage("proposal", "Proposal", probability=Decimal(50), requires=("amount",))
WON = Stage("won", "Won", outcome=Outcome.WON)
LOST = Stage("lost", "Lost", outcome=Outcome.LOST)
SALES = Pipeline("sales", "Sales", (LEAD, QUALIFIED, PROPOSAL, WON, LOST), moves=MovePolicy(create_in=("lead", "mql")))


def _ids(pipeline: Pipeline) -> list[str]:
    return [stage.id for stage in pipeline.stages]


def _deal() -> Deal:
    return deal_of(
        """\
        title: Acme
        stage: proposal
        amount: 1
        history:
          - {at: 2026-10-01, stage: lead}
          - {at: 2026-10-02, stage: qualified}
          - {at: 2026-10-03, stage: proposal}
        """
    )


def test_a_renamed_stage_keeps_its_place_and_its_id_as_an_alias() -> None:
    reform = rename_stage(SALES, LEAD, "inquiry")
    assert _ids(reform.after) == ["inquiry", "qualified", "proposal", "won", "lost"]
    assert reform.after.stages[0].aliases == ("lead",)
    assert reform.after.moves.create_in == ("inquiry", "mql")
    assert reform.notes == ("its label stays 'Lead'; --name changes it",)


def test_a_label_that_is_the_id_goes_with_it() -> None:
    bare = Pipeline("sales", "Sales", (Stage("lead", "lead"), WON, LOST))
    assert rename_stage(bare, bare.stages[0], "inquiry").after.stages[0].name == "inquiry"


def test_a_stage_can_be_renamed_back() -> None:
    there = rename_stage(SALES, LEAD, "inquiry").after
    assert rename_stage(there, there.stages[0], "lead").after.stages[0].aliases == ("inquiry",)


def test_a_former_id_of_another_stage_is_not_taken() -> None:
    with pytest.raises(NegativeError, match="'mql' is a former id of qualified in sales, and history names it so"):
        rename_stage(SALES, LEAD, "mql")
    with pytest.raises(NegativeError, match="there is a stage proposal in sales already"):
        insert_stage(SALES, Stage("proposal", "Proposal"))


def test_a_deal_is_carried_along_with_every_entry() -> None:
    reform = merge_stages(SALES, [QUALIFIED], PROPOSAL)
    carried = reform.carried(_deal())
    assert [entry.stage for entry in carried.history] == ["lead", "proposal", "proposal"]
    assert [entry.at for entry in carried.history] == [entry.at for entry in _deal().history]


def test_a_merge_takes_over_id_and_aliases_and_says_what_is_dropped() -> None:
    reform = merge_stages(SALES, [QUALIFIED], PROPOSAL)
    assert reform.after.stages[1] == Stage(
        "proposal", "Proposal", probability=Decimal(50), requires=("amount",), aliases=("qualified", "mql")
    )
    assert reform.notes == ("dropped with qualified: requires owner; max_days 14d; label Qualified",)


def test_a_merge_across_another_stage_says_what_that_makes_of_history() -> None:
    assert "qualified stands between them" in merge_stages(SALES, [LEAD], PROPOSAL).notes[-1]


def test_outcomes_are_never_merged() -> None:
    with pytest.raises(NegativeError, match="proposal is open and won is won"):
        merge_stages(SALES, [PROPOSAL], WON)


def test_a_merged_stage_is_there_since_the_first_of_them_was() -> None:
    new, old = Stage("a", "a", since=DAY), Stage("b", "b", since=date(2026, 1, 1))
    pipeline = Pipeline("p", "P", (new, old, LEAD, WON, LOST))
    assert merge_stages(pipeline, [old], new).after.stages[0].since == date(2026, 1, 1)
    assert merge_stages(pipeline, [LEAD], new).after.stages[0].since is None


def test_what_is_loosened_is_required_from_the_next_stage_on() -> None:
    reform = loosen(merge_stages(SALES, [LEAD], QUALIFIED), "qualified", ["owner"])
    assert reform.after.stages[0].requires == ()
    assert reform.after.stages[1].requires == ("amount", "owner")
    last = loosen(merge_stages(SALES, [QUALIFIED], PROPOSAL), "proposal", ["amount"])
    assert last.after.won.requires == ("amount",)


def test_open_stages_stand_before_closed_ones() -> None:
    new, drop = Stage("demo", "Demo"), Stage("drop", "Drop", outcome=Outcome.LOST)
    assert _ids(insert_stage(SALES, new).after)[3] == "demo"
    assert _ids(insert_stage(SALES, new, LEAD, above=True).after)[0] == "demo"
    assert _ids(insert_stage(SALES, new, WON, above=True).after)[3] == "demo"
    assert _ids(insert_stage(SALES, drop).after)[-1] == "drop"
    for stage, beside, above in ((new, WON, False), (new, LOST, True), (drop, LEAD, False)):
        with pytest.raises(NegativeError, match="open stages stand before closed ones"):
            insert_stage(SALES, stage, beside, above=above)


def test_a_move_of_before_a_stage_was_put_in_skipped_nothing() -> None:
    strict = Pipeline("sales", "Sales", SALES.stages, moves=MovePolicy(skip=Rule.REFUSE))
    pipeline = insert_stage(strict, Stage("demo", "Demo", since=DAY), LEAD).after
    assert list(policy_breaches(pipeline, LEAD, QUALIFIED, date(2026, 11, 22))) == []
    (breach,) = policy_breaches(pipeline, LEAD, QUALIFIED, DAY)
    assert breach.message == "stage demo was skipped"


def test_the_last_stage_of_its_kind_is_not_retired() -> None:
    for stage in (WON, LOST):
        with pytest.raises(NegativeError, match=f"{stage.id} is the last {stage.outcome} stage of sales"):
            retire_stage(SALES, stage, DAY)
    alone = Pipeline("p", "P", (LEAD, Stage("trial", "Trial", retired=DAY), WON, LOST))
    with pytest.raises(NegativeError, match="lead is the last open stage"):
        retire_stage(alone, LEAD, DAY)
    with pytest.raises(NegativeError, match="is retired since 2026-11-23 already"):
        retire_stage(alone, alone.stages[1], DAY)


def test_deals_can_begin_somewhere_once_the_first_stage_is_retired() -> None:
    only = Pipeline("p", "P", SALES.stages, moves=MovePolicy(create_in=("lead",)))
    reform = retire_stage(only, LEAD, DAY)
    # The retired one stays there, as the history of old deals begins in it.
    assert reform.after.moves.create_in == ("lead", "qualified")
    assert retire_stage(SALES, LEAD, DAY).after.moves.create_in == ("lead", "mql")
