"""A pipeline's file becomes a pipeline, or is named with what is wrong with its stages."""

from datetime import date
from decimal import Decimal

import pytest

from pipectl.model.pipeline import EntryTask, FieldType, LostReason, MovePolicy, Outcome, Pipeline, Rule, Stage
from pipectl.store.load import UnusableError
from tests.build import findings, workspace_of

SALES = "pipelines/sales.yaml"
WHOLE = """\
name: New business
stages:
  - id: lead
    name: Lead
    probability: 5%
    max_days: 2w
    idle_days: 7
  - id: proposal
    aliases: [quote]
    max_days: auto
    forecast: best_case
    requires: [amount, fields.seats]
    guidance: Buyer has confirmed
    on_enter:
      - {task: Send the proposal, due: 2d}
      - {task: Call}
  - {id: trial, retired: 2026-06-30, requires: next_step}
  - {id: won, name: Won, outcome: won}
  - {id: lost, outcome: lost}
moves: {skip: allow, back: warn, reopen: refuse, create_in: quote}
lost_reasons: [price]
fields: {seats: {type: integer}}
"""


def _read(text: str) -> tuple[Pipeline, list[str]]:
    workspace = workspace_of({SALES: text})
    return workspace.pipelines["sales"], [line.removeprefix(f"{SALES}:") for line in findings(workspace)]


def test_a_whole_file() -> None:
    pipeline, problems = _read(WHOLE)
    assert problems == []
    assert pipeline == Pipeline(
        "sales",
        "New business",
        (
            Stage("lead", "Lead", probability=Decimal(5), max_days=14, idle_days=7),
            Stage(
                "proposal",
                "proposal",
                aliases=("quote",),
                forecast="best_case",
                requires=("amount", "fields.seats"),
                guidance="Buyer has confirmed",
                on_enter=(EntryTask("Send the proposal", 2), EntryTask("Call", None)),
            ),
            Stage("trial", "trial", retired=date(2026, 6, 30), requires=("next_step",)),
            Stage("won", "Won", Outcome.WON),
            Stage("lost", "lost", Outcome.LOST),
        ),
        SALES,
        MovePolicy(Rule.ALLOW, Rule.WARN, Rule.REFUSE, ("quote",)),
        (LostReason("price"),),
        (FieldType("seats", "integer"),),
    )
    assert pipeline.places["stages.1"] == (8, 5)
    assert pipeline.places["moves.back"] == (20, 22)


def test_what_a_file_leaves_out_is_allowed_and_unknown() -> None:
    pipeline, problems = _read("stages: [{id: lead}, {id: won, outcome: won}, {id: lost, outcome: lost}]\n")
    assert problems == []
    assert (pipeline.name, pipeline.moves) == ("sales", MovePolicy())
    assert pipeline.stages[0] == Stage("lead", "lead")


_ABOVE = "(move it above 'won', or give it an outcome)"
_WANTED = "list at least one open stage, one with outcome: won and one with outcome: lost"
END = "{id: won, outcome: won}, {id: lost, outcome: lost}"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["1:1 the file holds no pipeline (write name: and stages:) [unreadable-file]"]),
        ("- a\n", ["1:1 the file holds no pipeline (write name: and stages:) [unreadable-file]"]),
        ("name: X\n", [f"1:1 stages is missing ({_WANTED}) [missing-required]"]),
        ("stages: []\n", [f"1:9 stages is empty ({_WANTED}) [missing-required]"]),
        ("stages: [~]\n", [f"1:9 stages is empty ({_WANTED}) [missing-required]"]),
        (
            f"stages: [lead, {{id: proposal}}, {END}]\n",
            ["1:10 stages wants entries of `key: value`, not 'lead' (write - {id: …}) [wrong-type]"],
        ),
        (
            f"stages: [{{id: Lead}}, {{name: x}}, {END}]\n",
            [
                "1:15 id 'Lead' is not an id (write lead) [wrong-type]",
                "1:22 id is missing (an id such as `lead`) [missing-required]",
            ],
        ),
        (f"stages: [{END}]\n", ["1:9 no open stage (add one above the won stage) [missing-required]"]),
        (
            "stages: [{id: lead}]\n",
            [
                "1:9 no stage with outcome: won (add {id: won, outcome: won}) [missing-required]",
                "1:9 no stage with outcome: lost (add {id: lost, outcome: lost}) [missing-required]",
            ],
        ),
        (
            f"stages: [{{id: lead}}, {END}, {{id: w2, outcome: won}}]\n",
            ["1:74 'w2' is a second stage with outcome: won; a pipeline has one [wrong-type]"],
        ),
        (
            f"stages: [{{id: lead}}, {END}, {{id: late}}]\n",
            [
                f"1:74 open stage 'late' stands after a closed one {_ABOVE} [wrong-type]",
            ],
        ),
        (f"stages: [{{id: a}}, {{id: a}}, {END}]\n", ["1:19 two stages have the id 'a' [wrong-type]"]),
        (
            f"stages: [{{id: a}}, {{id: b, aliases: a}}, {END}]\n",
            ["1:19 'a' names two stages: a and b [wrong-type]"],
        ),
    ],
)
def test_without_sound_stages_there_is_no_pipeline(text: str, problems: list[str]) -> None:
    other = {"pipelines/renewals.yaml": f"stages: [{{id: due}}, {END}]\n"}
    workspace = workspace_of({SALES: text, **other, "deals/a.yaml": "title: A\nstage: lead\npipeline: sales\n"})
    assert [line.removeprefix(f"{SALES}:") for line in findings(workspace, path=SALES)] == problems
    assert all(problem.unread for problem in workspace.problems)
    assert list(workspace.pipelines) == ["renewals"]
    assert findings(workspace, path="deals/a.yaml") == [
        "deals/a.yaml:3:11 pipeline 'sales' can't be read (mend pipelines/sales.yaml) [unknown-pipeline]"
    ]


def test_without_any_pipeline_nothing_can_be_said() -> None:
    with pytest.raises(UnusableError, match=r"no pipeline can be read: pipelines/sales\.yaml:1:9: no open stage"):
        _read(f"stages: [{END}]\n")


_DAYS = "(write 14, 14d or 2w)"


@pytest.mark.parametrize(
    ("stage", "problem"),
    [
        ("probability: 0.5", "1:34 probability '0.5' is not a percentage (write 50%) [wrong-type]"),
        ("max_days: soon", f"1:31 max_days 'soon' is not a number of days {_DAYS} [wrong-type]"),
        (
            "max_days: 0",
            "1:31 max_days '0' is not a number of days from 1 on (leave it out for no limit of its own) [wrong-type]",
        ),
        ("idle_days: 2mo", f"1:32 idle_days '2mo' is not a number of days {_DAYS} [wrong-type]"),
        (
            "forecast: x",
            "1:31 forecast 'x' is not one of omitted, pipeline, best_case, commit [wrong-type]",
        ),
        ("requires: [amnt]", "1:32 requires 'amnt' is no field of a deal (did you mean amount?) [wrong-type]"),
        ("retired: soon", "1:30 retired 'soon' is not a date (write it as 2026-04-30) [wrong-type]"),
        ("on_enter: [{due: 2d}]", "1:32 task is missing (the task's title) [missing-required]"),
        (
            "on_enter: [Call]",
            "1:32 on_enter wants entries of `key: value`, not 'Call' (write - {task: …}) [wrong-type]",
        ),
        ("on_entr: []", "1:21 'on_entr' is no key of stages (did you mean on_enter?) [unknown-key]"),
    ],
)
def test_a_wrong_label_or_limit_is_named_and_the_pipeline_stands(stage: str, problem: str) -> None:
    pipeline, problems = _read(f"stages: [{{id: lead, {stage}}}, {END}]\n")
    assert problems == [problem]
    assert [found.id for found in pipeline.stages] == ["lead", "won", "lost"]


@pytest.mark.parametrize(
    ("moves", "problem"),
    [
        ("{skip: no}", "2:15 skip 'no' is not one of allow, warn, refuse [wrong-type]"),
        ("{skp: warn}", "2:9 'skp' is no key of moves (did you mean skip?) [unknown-key]"),
        ("{create_in: [lead, zzz]}", "2:9 create_in 'zzz' is no stage (lead, won, lost) [unknown-stage]"),
        ("[skip]", "2:8 moves is a list; `key: value` lines are wanted [wrong-type]"),
    ],
)
def test_a_wrong_rule_is_named_and_the_pipeline_stands(moves: str, problem: str) -> None:
    assert _read(f"stages: [{{id: lead}}, {END}]\nmoves: {moves}\n")[1] == [problem]


def test_a_pipeline_s_own_reasons_stand_in_for_those_of_the_workspace_and_its_fields_beside_them() -> None:
    settings = "version: 1\ncurrency: IDR\nlost_reasons: [timing]\nfields: {segment: {type: text}}\n"
    workspace = workspace_of({"pipectl.yaml": settings, SALES: WHOLE})
    assert [reason.id for reason in workspace.lost_reasons("sales")] == ["price"]
    assert [reason.id for reason in workspace.lost_reasons("other")] == ["timing"]
    assert list(workspace.fields("sales")) == ["segment", "seats"]
    assert list(workspace.fields("other")) == ["segment"]
