"""A row of a breakdown is held against a target only where the target speaks of the same deals."""

from dataclasses import replace

from pipectl.metrics.breakdown import breakdown
from pipectl.metrics.metric import Scope
from pipectl.metrics.past import Part
from pipectl.report import Cell, Ratio
from tests.build import looking_back, scope_of

FILES = {
    "pipectl.yaml": """\
        version: 1
        currency: IDR
        default_pipeline: sales
        team: {ani: {name: Ani}}
        targets:
          - {period: 2026-Q4, owner: ani, amount: 500}
        """,
    "deals/a.yaml": """\
        title: A
        stage: won
        owner: ani
        amount: 200
        history: [{at: 2026-10-01, stage: lead}, {at: 2026-11-10, stage: won}]
        """,
}
SCOPE = scope_of(FILES)


def _attainment(scope: Scope) -> Cell:
    table = breakdown(Part("", scope), "owner", looking_back(scope))
    return table.rows[0][table.index("attainment")]


def test_all_deals_of_an_owner_are_held_against_the_target() -> None:
    assert _attainment(SCOPE) == Ratio(200, 500)


def test_some_deals_of_an_owner_are_held_against_nothing() -> None:
    assert _attainment(replace(SCOPE, targets=None)) is None


def test_the_deals_of_a_pipeline_are_held_against_targets_of_that_pipeline_alone() -> None:
    assert _attainment(replace(SCOPE, pipelines=("sales",))) is None
