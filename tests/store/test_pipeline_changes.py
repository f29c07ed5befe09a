"""A planned pipeline becomes the bytes of its file, in every style that people write stages in."""

import difflib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pipectl.model.pipeline import EntryTask, Pipeline, Stage
from pipectl.model.stages import Reform, insert_stage, loosen, merge_stages, rename_stage, retire_stage
from pipectl.store.edit import Refused
from pipectl.store.fields import Problems
from pipectl.store.nodes import read_tree
from pipectl.store.parse_pipeline import parse_pipeline
from pipectl.store.pipeline_changes import edited_pipeline, named_pipeline, with_default_pipeline

PATH = "pipelines/sales.yaml"
DAY = date(2026, 11, 23)

BLOCK = """\
# Our stages
name: Sales

stages:
  # whoever has answered
  - id: lead
    name: "Lead"                    # quoted for no reason
    max_days: 14
  # knows what it costs
  - id: proposal
    name: Proposal
    aliases: [quote]                # its id until January
    requires: [amount, owner]
    on_enter:
      - {task: Send the proposal, due: 2d}
  - id: negotiation
    aliases:
      - haggle
    guidance: |
      Only price,
      or terms
  - {id: won, name: Won, outcome: won}
  - {id: lost, outcome: lost}

moves: {create_in: [lead, proposal], skip: warn}   # a tender begins later
"""
LINES = """\
stages:
- {id: lead, max_days: 14}
- {id: proposal, aliases: quote, requires: [amount, owner]}

- { id: negotiation, name: 'Talks' }
- {id: won, outcome: won}
- {id: lost, outcome: lost}
moves:
  create_in: lead
"""
FLOW = """\
name: Sales
stages: [{id: lead}, {id: proposal, aliases: [quote], requires: [amount]}, {id: negotiation},
         {id: won, outcome: won}, {id: lost, outcome: lost}]
"""
JSON = """\
{
  "name": "Sales",
  "stages": [
    {"id": "lead", "max_days": 14},
    {"id": "proposal", "requires": ["amount"]},
    {"id": "negotiation"},
    {"id": "won", "outcome": "won"},
    {"id": "lost", "outcome": "lost"}
  ]
}
"""
BELOW = """\
stages:
  -
    id: lead

  -
    id: proposal
    name: Proposal

  -
    id: negotiation

  -
    id: won
    outcome: won

  -
    id: lost
    outcome: lost
"""
TEXTS = {"block": BLOCK, "lines": LINES, "flow": FLOW, "json": JSON, "below": BELOW}
VARIANTS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "BOM": lambda data: b"\xef\xbb\xbf" + data,
    "no final newline": lambda data: data.rstrip(b"\n"),
}


def _stage(pipeline: Pipeline, name: str) -> Stage:
    found = pipeline.stage(name)
    assert found is not None
    return found


def _new(*, since: bool = True) -> Stage:
    return Stage(
        "demo", "Demo: on site", probability=Decimal(40), max_days=21, since=DAY if since else None, requires=("owner",)
    )


REFORMS: dict[str, Callable[[Pipeline], Reform]] = {
    "rename": lambda p: rename_stage(p, _stage(p, "proposal"), "offer"),
    "rename with a label": lambda p: rename_stage(p, _stage(p, "lead"), "inquiry", "First: inquiry"),
    "label alone": lambda p: rename_stage(p, _stage(p, "negotiation"), "negotiation", "Last talks"),
    "merge down": lambda p: merge_stages(p, [_stage(p, "proposal")], _stage(p, "negotiation")),
    "merge up": lambda p: merge_stages(p, [_stage(p, "negotiation")], _stage(p, "proposal")),
    "merge two": lambda p: merge_stages(p, [_stage(p, "lead"), _stage(p, "negotiation")], _stage(p, "proposal")),
    "merge and loosen": lambda p: loosen(
        merge_stages(p, [_stage(p, "lead")], _stage(p, "proposal")), "proposal", _stage(p, "proposal").requires
    ),
    "retire": lambda p: retire_stage(p, _stage(p, "lead"), DAY),
    "add first": lambda p: insert_stage(p, _new(), _stage(p, "lead"), above=True),
    "add between": lambda p: insert_stage(p, _new(), _stage(p, "lead")),
    "add last": lambda p: insert_stage(p, _new(since=False)),
    "add lost": lambda p: insert_stage(p, Stage("dropped", "dropped", outcome=_stage(p, "lost").outcome)),
    "add with tasks": lambda p: insert_stage(
        p, replace(_new(), on_enter=(EntryTask("Call: again", 2), EntryTask("Write", None)), guidance="Yes #1")
    ),
}


def _read(data: bytes) -> Pipeline:
    problems = Problems(PATH)
    pipeline = parse_pipeline(read_tree(data, PATH), "sales", problems)
    assert pipeline is not None, problems.found
    return pipeline


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("reform", REFORMS)
@pytest.mark.parametrize("style", TEXTS)
def test_the_file_reads_as_planned_and_every_other_line_stays(style: str, reform: str, variant: str) -> None:
    data = VARIANTS[variant](TEXTS[style].encode())
    before = _read(data)
    planned = REFORMS[reform](before)
    changed = edited_pipeline(data, before, planned.after)
    assert _read(changed) == planned.after
    old, new = data.decode().splitlines(keepends=True), changed.decode().splitlines(keepends=True)
    kinds = [line[:1] for line in difflib.ndiff(old, new)]
    if reform.startswith("add") and style in ("block", "lines", "below"):
        # Only a last line without a break may change by what follows it.
        assert kinds.count("-") == 0
    if variant == "CRLF":
        assert changed.count(b"\n") == changed.count(b"\r\n")
    comments = [part for line in TEXTS[style].splitlines() if "#" in line for part in [line.partition("#")[2]]]
    gone = {"its id until January", "quoted for no reason"} if reform.startswith("merge") else set[str]()
    assert all(comment in changed.decode() for comment in comments if comment.strip() not in gone)


def test_a_comment_above_a_stage_stays_with_it() -> None:
    before = _read(BLOCK.encode())
    above = edited_pipeline(BLOCK.encode(), before, REFORMS["add first"](before).after).decode()
    assert "    requires: [owner]\n  # whoever has answered\n  - id: lead\n" in above
    between = edited_pipeline(BLOCK.encode(), before, REFORMS["add between"](before).after).decode()
    assert "    requires: [owner]\n  # knows what it costs\n  - id: proposal\n" in between


def test_a_new_stage_looks_like_the_one_beside_it() -> None:
    before = _read(LINES.encode())
    changed = edited_pipeline(LINES.encode(), before, REFORMS["add between"](before).after).decode()
    line = '- {id: demo, name: "Demo: on site", since: 2026-11-23, probability: 40, max_days: 21, requires: [owner]}\n'
    assert f"- {{id: lead, max_days: 14}}\n{line}" in changed


def test_a_stage_that_is_shared_is_refused_with_the_line_to_write() -> None:
    text = FLOW.replace("{id: lead}", "&a {id: lead}").replace("{id: negotiation}", "{id: negotiation, guidance: *b}")
    text = text.replace("id: proposal", "guidance: &b Text, id: proposal").replace("{id: lost", "{id: lost, name: Lost")
    data = text.encode()
    before = _read(data)
    with pytest.raises(Refused, match="&b is used again") as refused:
        edited_pipeline(data, before, REFORMS["merge down"](before).after)
    assert refused.value.path == PATH


def test_a_pipeline_gets_its_label() -> None:
    assert (
        named_pipeline(b"# x\nname: 'Sales'  # y\nstages: []\n", PATH, "Bids")
        == b"# x\nname: 'Bids'  # y\nstages: []\n"
    )
    assert named_pipeline(b"stages: []\n", PATH, "Bids") == b"name: Bids\nstages: []\n"


def test_the_default_pipeline_stands_with_the_other_facts_of_the_workspace() -> None:
    text = b"version: 1\ncurrency: IDR\n\nteam:\n  ani: {}\n"
    assert with_default_pipeline(text, "pipectl.yaml", "sales") == (
        b"version: 1\ncurrency: IDR\ndefault_pipeline: sales\n\nteam:\n  ani: {}\n"
    )
    assert with_default_pipeline(b"default_pipeline: x\n", "pipectl.yaml", "sales") == b"default_pipeline: sales\n"
