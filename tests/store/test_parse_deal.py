"""A deal's file becomes a deal: every key, every problem, and what keeps the deal out of the totals."""

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.model.deal import Activity, Change, Contact, Deal, Entry, Task, Waiver
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from tests.build import deal_of, findings, workspace_of

SETTINGS = """\
version: 1
currency: IDR
timezone: Asia/Jakarta
fields:
  segment: {type: choice, choices: [smb, mid]}
  seats: {type: integer, min: 1, max: 100}
  ratio: {type: decimal, min: 0.5}
  mrr: {type: money}
  share: {type: percent}
  renewal: {type: date}
  pilot: {type: yes-no}
  note: {type: text}
"""
PIPELINE = """\
fields: {region: {type: text}}
stages:
  - {id: lead, name: First talk}
  - {id: proposal, aliases: [quote]}
  - {id: won, outcome: won}
  - {id: lost, outcome: lost}
"""
FILES = {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": PIPELINE}
ACME = "deals/2026/acme.yaml"


def _read(text: str, files: Mapping[str, str] = FILES) -> tuple[Deal | None, list[str]]:
    """The deal, if it counts, and what is wrong with its file, without the path."""
    workspace = workspace_of({**files, ACME: text})
    assert len(workspace.deals) + len(workspace.unread) == 1
    deal = workspace.deals[0] if workspace.deals else None
    return deal, [line.removeprefix(f"{ACME}:") for line in findings(workspace, path=ACME)]


WHOLE = """\
title: Acme warehouse rollout
pipeline: sales
stage: quote

amount: 800000000.50
currency: USD
expected_close: 2026-12-15
owner: ani

company: PT Acme Indonesia
contacts:
  - {name: Rina Hartati, role: champion, email: rina@acme.id, phone: "+62 811 000 111"}
source: referral
tags: [logistics, jakarta]
fields: {segment: smb, seats: 40, ratio: 0.75, mrr: 5, share: 30%, renewal: 2027-01-01, pilot: yes, note: 010,
         region: NO}
created: 2026-01-01
probability: 60%
forecast: commit
lost_reason: price
competitor: SAP
snooze_until: 2026-12-01
aliases: [acme-old]
external_ids: {hubspot: "0012"}
waive: [{check: overdue-close, until: 2026-12-31, why: legal review}]
notes: |
  Two
  lines

tasks:
  - {title: Send revised price, due: 2026-11-27, owner: ani, id: t1, every: 2w, snoozed_until: 2026-11-28}
  - {title: Last call, done: 2026-11-09, last_chance: yes}

activities:
  - at: 2026-11-20
    type: call
    by: ani
    note: Asked for 10% off, answer on Friday

changes:
  - {at: 2026-11-04, amount: 700, currency: IDR, expected_close: ~, owner: budi, probability: 50, forecast: pipeline}
  - {at: 2026-11-05, amount: 800, lost_reason: price}

history:
  - {at: 2026-10-03, stage: lead, by: ani}
  - {at: 2026-11-04, stage: quote, by: ani, note: RFP, forced: agreed}
  - {at: 2026-11-05, stage: lost, lost_reason: price, competitor: SAP, amount: 5}
"""


def test_a_whole_deal() -> None:
    deal, problems = _read(WHOLE)
    assert problems == []
    assert deal == Deal(
        id="acme",
        path=ACME,
        title="Acme warehouse rollout",
        pipeline="sales",
        stage="proposal",
        amount=Money(Decimal("800000000.50"), "USD"),
        currency="USD",
        expected_close=date(2026, 12, 15),
        owner="ani",
        company="PT Acme Indonesia",
        contacts=(Contact("Rina Hartati", "champion", "rina@acme.id", "+62 811 000 111"),),
        source="referral",
        tags=("logistics", "jakarta"),
        fields={
            "segment": "smb",
            "seats": 40,
            "ratio": Decimal("0.75"),
            "mrr": Money(Decimal(5), "USD"),
            "share": Decimal(30),
            "renewal": date(2027, 1, 1),
            "pilot": True,
            "note": "010",
            "region": "NO",
        },
        created=date(2026, 1, 1),
        probability=Decimal(60),
        forecast="commit",
        lost_reason="price",
        competitor="SAP",
        snooze_until=date(2026, 12, 1),
        aliases=("acme-old",),
        external_ids={"hubspot": "0012"},
        waive=(Waiver("overdue-close", date(2026, 12, 31), "legal review"),),
        notes="Two\nlines",
        tasks=(
            Task("Send revised price", date(2026, 11, 27), None, "ani", "t1", "2w", date(2026, 11, 28)),
            Task("Last call", None, date(2026, 11, 9), last_chance=True),
        ),
        activities=(Activity(Moment(date(2026, 11, 20)), "call", "ani", "Asked for 10% off, answer on Friday"),),
        changes=(
            Change(
                Moment(date(2026, 11, 4)),
                {
                    "amount": Money(Decimal(700), "IDR"),
                    "expected_close": None,
                    "owner": "budi",
                    "probability": Decimal(50),
                    "forecast": "pipeline",
                },
            ),
            Change(Moment(date(2026, 11, 5)), {"amount": Money(Decimal(800), "USD"), "lost_reason": "price"}),
        ),
        history=(
            Entry(Moment(date(2026, 10, 3)), "lead", "sales", "ani"),
            Entry(Moment(date(2026, 11, 4)), "proposal", "sales", "ani", "RFP", "agreed"),
            Entry(
                Moment(date(2026, 11, 5)),
                "lost",
                "sales",
                lost_reason="price",
                competitor="SAP",
                amount=Money(Decimal(5), "USD"),
            ),
        ),
    )


def test_two_lines_make_a_deal() -> None:
    deal, problems = _read("title: Acme rollout\nstage: lead\n")
    assert problems == []
    assert deal == Deal(id="acme", path=ACME, title="Acme rollout", pipeline="sales", stage="lead", currency="IDR")


_STAGES = "is no stage of sales (lead, proposal, won, lost)"
_QUOTE = "(quote the whole text, or put a space after # if it is a comment)"
_MOVE_UP = "(move the entry up, above the one of 2026-02-01)"
_PLAIN = "write digits such as 12000 or 12000.50; the currency stands under `currency`"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["1:1 the file holds no deal (a deal needs `title: …` and `stage: …`) [unreadable-file]"]),
        ("- a\n", ["1:1 the file holds no deal (a deal needs `title: …` and `stage: …`) [unreadable-file]"]),
        (
            "Acme #2 rollout\n",
            [
                f"1:6 YAML takes '#2 rollout' for a comment and reads only 'Acme' {_QUOTE} [hash-in-text]",
                "1:1 the file holds no deal (a deal needs `title: …` and `stage: …`) [unreadable-file]",
            ],
        ),
        ("title: A\n", ["1:1 stage is missing (write stage: …) [missing-required]"]),
        ("stage: lead\n", ["1:1 title is missing (write title: …) [missing-required]"]),
        ("title: ' '\nstage: lead\n", ["1:1 title is missing (write title: …) [missing-required]"]),
        ("title: A\nstage: ''\n", ["2:1 stage is missing (write stage: …) [missing-required]"]),
        ("title: A\nstage: prposal\n", [f"2:8 stage 'prposal' {_STAGES} (did you mean proposal?) [unknown-stage]"]),
        ("title: A\nstage: First talk\n", [f"2:8 stage 'First talk' {_STAGES} (did you mean lead?) [unknown-stage]"]),
        ("title: A\nstage: zzz\n", [f"2:8 stage 'zzz' {_STAGES} [unknown-stage]"]),
        ("title: A\nstage: [lead]\n", ["2:8 stage is a list; one value is wanted [wrong-type]"]),
        (
            "title: A\nstage: lead\npipeline: sale\n",
            ["3:11 pipeline 'sale' is no pipeline of this workspace (sales) (did you mean sales?) [unknown-pipeline]"],
        ),
        (
            "title: A\nstgae: lead\n",
            [
                "1:1 stage is missing (write stage: … in place of 'stgae' on line 2) [missing-required]",
                "2:1 'stgae' is no key of a deal (did you mean stage?) [unknown-key]",
            ],
        ),
        (
            "title: A\nstage: lead\nstage: won\n",
            ["3:1 key 'stage' stands twice: here and on line 2 (keep one of the two) [duplicate-key]"],
        ),
        ("title: A\nstage: lead\namount: x\n", [f"3:9 amount 'x' is not a plain amount ({_PLAIN}) [wrong-type]"]),
        (
            "title: A\nstage: lead\ntasks: [{title: A, done: 5}]\n",
            ["3:26 done '5' is not a date (write it as 2026-04-30) [wrong-type]"],
        ),
        (
            "title: A\nstage: lead\ntasks: [{title: A, every: 2x, last_chance: perhaps}]\n",
            [
                "3:27 every '2x' is not an interval (write 2w, 10d, 3mo or 1y) [wrong-type]",
                "3:44 last_chance 'perhaps' is not yes or no [wrong-type]",
            ],
        ),
        (
            "title: A\nstage: lead\ncontacts: [{role: x}]\nwaive: [{until: 2026-01-01}]\ntasks: [{due: 2026-01-01}]\n",
            [
                "3:12 name is missing (the contact's name) [missing-required]",
                "4:9 check is missing (the check that is waived) [missing-required]",
                "5:9 title is missing (what is to be done) [missing-required]",
            ],
        ),
        (
            "title: A\nstage: lead\nactivities: [{at: 2026-01-01}]\nhistory: [{stage: lead}, {at: 2026-01-01}]\n",
            [
                "3:14 type is missing (what it was: call, email, meeting …) [missing-required]",
                "4:11 at is missing (a date such as 2026-04-30) [missing-required]",
                "4:26 stage is missing (the stage that the deal moved to) [missing-required]",
            ],
        ),
        (
            "title: A\nstage: lead\nfields: {segment: big, seats: 0, ratio: 0.4, renewal: soon, pilot: x}\n",
            [
                "3:19 segment 'big' is not one of smb, mid [wrong-type]",
                "3:31 seats '0' is not at least 1 [wrong-type]",
                "3:41 ratio '0.4' is not at least 0.5 [wrong-type]",
                "3:55 renewal 'soon' is not a date (write it as 2026-04-30) [wrong-type]",
                "3:68 pilot 'x' is not yes or no [wrong-type]",
            ],
        ),
        ("title: A\nstage: lead\nfields: {seats: 101}\n", ["3:17 seats '101' is not at most 100 [wrong-type]"]),
        (
            "title: A\nstage: lead\nexternal_ids: {hubspot: [1]}\n",
            ["3:25 hubspot is a list; one value is wanted [wrong-type]"],
        ),
    ],
)
def test_a_deal_that_can_t_be_counted_is_named_with_all_that_is_wrong_in_it(text: str, problems: list[str]) -> None:
    assert _read(text) == (None, problems)


def test_all_problems_of_a_file_are_collected() -> None:
    text = """\
title: A
stage: lead
amount: 1.2.3
currency: idr
expected_close: 30/04/2026
owner: [ani]
tags: a, b
created: 2026-02-30
probability: 0.5
forecast: comit
snooze_until: soon
"""
    _, problems = _read(text)
    assert sorted(problems, key=lambda line: int(line.partition(":")[0])) == [
        f"3:9 amount '1.2.3' is not a plain amount ({_PLAIN}) [wrong-type]",
        "4:11 currency 'idr' is not a currency code (write IDR) [wrong-type]",
        "5:17 expected_close '30/04/2026' is not a date (write 2026-04-30) [wrong-type]",
        "6:8 owner is a list; one value is wanted [wrong-type]",
        "7:7 tags 'a, b' is one text, not a list (write tags: [a, b]) [wrong-type]",
        "8:10 created '2026-02-30' is not a day of the calendar (February 2026 has 28 days) [wrong-type]",
        "9:14 probability '0.5' is not a percentage (write 50%) [wrong-type]",
        "10:11 forecast 'comit' is not one of omitted, pipeline, best_case, commit (did you mean commit?) [wrong-type]",
        "11:15 snooze_until 'soon' is not a date (write it as 2026-04-30) [wrong-type]",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ownr: ani", "3:1 'ownr' is no key of a deal (did you mean owner?) [unknown-key]"),
        ("tasks: [{title: A, dua: 1}]", "3:20 'dua' is no key of tasks (did you mean due?) [unknown-key]"),
        (
            "fields: {segmnt: smb}",
            "3:10 'segmnt' is no field of this workspace (did you mean segment?) [unknown-field]",
        ),
        (
            "fields: {zzz: 1}",
            "3:10 'zzz' is no field of this workspace (describe it under `fields:` in pipectl.yaml) [unknown-field]",
        ),
        ("history: [{at: 2026-01-01, stage: tender}]", f"3:35 stage 'tender' {_STAGES} [unknown-stage]"),
        (
            "history: [{at: 2026-01-01, stage: a, pipeline: old}, {at: 2026-01-02, stage: b}]",
            "3:48 pipeline 'old' is no pipeline of this workspace (sales) [unknown-pipeline]",
        ),
        (
            "history: [{at: 2026-02-01, stage: proposal}, {at: 2026-01-01, stage: lead}]",
            f"3:46 history is not in time order: 2026-01-01 stands after 2026-02-01 {_MOVE_UP} [history-order]",
        ),
    ],
)
def test_what_leaves_the_deal_where_it_is_keeps_it_in_the_totals(line: str, problem: str) -> None:
    deal, problems = _read(f"title: A\nstage: lead\n{line}\n")
    assert problems == [problem]
    assert deal is not None


def test_a_wrong_date_in_history_is_no_disorder() -> None:
    _, problems = _read("title: A\nstage: lead\nhistory: [{at: 2026-01-01, stage: lead}, {at: soon, stage: lead}]\n")
    assert problems == [
        "3:47 at 'soon' is not a date or a date and time (write it as 2026-04-30 or 2026-04-30 14:05) [wrong-type]"
    ]


def test_an_unknown_field_keeps_its_text_and_an_empty_one_is_none() -> None:
    deal, _ = _read("title: A\nstage: lead\nfields: {zzz: ' 5 ', yyy: [1], seats: ~, note: }\n")
    assert deal is not None
    assert deal.fields == {"zzz": "5"}


def test_stages_of_history_are_known_by_their_former_ids_and_unknown_ones_stay_as_written() -> None:
    deal, _ = _read(
        "title: A\nstage: lead\nhistory: [{at: 2026-01-01, stage: quote}, {at: 2026-01-02, stage: tender}]\n"
    )
    assert deal is not None
    assert [entry.stage for entry in deal.history] == ["proposal", "tender"]


TWO = {
    **FILES,
    "pipelines/renewals.yaml": "stages: [{id: due}, {id: won, outcome: won}, {id: lost, outcome: lost}]\n",
}


def test_where_there_are_two_pipelines_a_deal_names_its_own() -> None:
    hint = "(name one of renewals, sales, or set default_pipeline in pipectl.yaml)"
    assert _read("title: A\nstage: due\n", TWO) == (None, [f"1:1 pipeline is missing {hint} [missing-required]"])
    assert _read("title: A\nstage: due\npipeline: ''\n", TWO)[0] is None
    deal, problems = _read("title: A\nstage: due\npipeline: renewals\n", TWO)
    assert problems == []
    assert deal is not None


def test_or_the_workspace_has_a_default() -> None:
    files = {**TWO, "pipectl.yaml": f"{SETTINGS}default_pipeline: renewals\n"}
    deal, _ = _read("title: A\nstage: due\n", files)
    assert deal is not None
    assert deal.pipeline == "renewals"


TRANSFER = "{at: 2026-01-03, stage: due, pipeline: renewals}"


@pytest.mark.parametrize(
    ("history", "pipelines"),
    [
        ("{at: 2026-01-01, stage: due}, {at: 2026-01-02, stage: won}", "renewals renewals"),
        ("{at: 2026-01-01, stage: lead, pipeline: sales}, {at: 2026-01-02, stage: won}", "sales sales"),
        ("{at: 2026-01-01, stage: lead}, {at: 2026-01-02, stage: due, pipeline: renewals}", "sales renewals"),
        (
            f"{TRANSFER}, {{at: 2026-01-01, stage: lead}}, {{at: 2026-01-04, stage: won}}",
            "sales renewals renewals",
        ),
    ],
    ids=["none named", "the first named", "a transfer", "a transfer written first"],
)
def test_an_entry_belongs_to_the_pipeline_named_last_before_it(history: str, pipelines: str) -> None:
    deal, _ = _read(f"title: A\npipeline: renewals\nstage: won\nhistory: [{history}]\n", TWO)
    assert deal is not None
    assert " ".join(entry.pipeline for entry in deal.history) == pipelines


def test_everything_that_a_report_points_at_has_its_place() -> None:
    deal, _ = _read(
        """\
title: A
stage: lead
fields: {seats: 5}
waive: [{check: idle}]
tasks:
  - {title: Call}
activities:
  - {at: 2026-01-02, type: call}
  - {at: 2026-01-01, type: call}
changes:
  - {at: 2026-01-01, amount: 5}
history:
  - {at: 2026-01-01, stage: lead}
"""
    )
    assert deal is not None
    places = {key: str(deal.place(key)).removeprefix(f"{ACME}:") for key in deal.places}
    assert places == {
        "title": "1:8",
        "stage": "2:8",
        "fields": "3:9",
        "fields.seats": "3:10",
        "waive": "4:8",
        "waive.idle": "4:9",
        "tasks": "6:3",
        "tasks.0": "6:5",
        "activities": "8:3",
        "activities.0": "9:5",
        "activities.1": "8:5",
        "changes": "11:3",
        "changes.0": "11:5",
        "history": "13:3",
        "history.0": "13:5",
    }
    assert str(deal.place("amount", "stage")) == f"{ACME}:2:8"
    assert str(deal.place("amount")) == f"{ACME}:1:1"


@pytest.mark.parametrize(
    ("tasks", "title"),
    [
        ("{title: B, due: 2026-01-02}, {title: A, due: 2026-01-01}", "A"),
        ("{title: A, due: 2026-01-01, done: 2026-01-01}, {title: B}", "B"),
        ("{title: A}, {title: B, due: 2026-01-02}", "B"),
        ("{title: A, due: 2026-01-01, snoozed_until: 2026-02-01}, {title: B, due: 2026-01-02}", "B"),
        ("{title: A, snoozed_until: 2026-01-01}, {title: B, due: 2026-01-02}", "A"),
        ("{title: A, due: 2026-01-01}, {title: B, due: 2026-01-01}", "A"),
        ("", None),
    ],
)
def test_the_next_step_is_the_earliest_task_not_done(tasks: str, title: str | None) -> None:
    task = deal_of(f"title: A\nstage: lead\ntasks: [{tasks}]\n").next_task
    assert (task.title if task else None) == title


def _keys(text: str) -> list[str]:
    """The top-level keys of *text*, each with its lines."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith(" ") and found:
            found[-1] += line
        elif line.strip():
            found.append(line)
    return found


@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_no_deal(shuffle: random.Random) -> None:
    keys = _keys(WHOLE)
    shuffle.shuffle(keys)
    assert _read("".join(keys)) == _read(WHOLE)


@given(st.permutations(range(3)), st.permutations(range(2)))
def test_history_and_changes_are_read_by_time(moves: list[int], records: list[int]) -> None:
    head, history = WHOLE.split("history:\n")
    head, changes = head.split("changes:\n")
    entries, recorded = history.splitlines(), changes.strip("\n").splitlines()
    lines = ["changes:", *(recorded[n] for n in records), "history:", *(entries[n] for n in moves)]
    deal, _ = _read(head + "\n".join(lines) + "\n")
    assert deal == _read(WHOLE)[0]
