"""Pairs of edits that two people make at once to a new deal file, each a file of one git merge."""

import contextlib
import random
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from pipectl.model.deal import Activity, Change, Contact, Deal, Entry, Task
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.pipeline import EntryTask, FieldType, Outcome, Pipeline, Stage
from pipectl.model.plan import Step, add_activity, plan_move, set_fields
from pipectl.model.tasks import finish_task
from pipectl.model.workspace import Settings
from pipectl.store.changes import edited
from pipectl.store.create import verified_text
from pipectl.store.deal_schema import DealSchema
from pipectl.store.load import load_workspace, read_deal
from tests.commands.repository import committed, git

STAGES = (
    Stage("lead", "Lead"),
    Stage("qualified", "Qualified", on_enter=(EntryTask("Ask for the budget", 2), EntryTask("Say thanks", None))),
    Stage("proposal", "Proposal", on_enter=(EntryTask("Send the proposal", 2),)),
    Stage("won", "Won", Outcome.WON),
    Stage("lost", "Lost", Outcome.LOST),
)
SCHEMA = DealSchema(
    Settings("IDR", fields=(FieldType("segment", "choice", ("smb", "mid")), FieldType("seats", "integer"))),
    {"sales": Pipeline("sales", "Sales", STAGES)},
)
_STAY = ("lead", "qualified", "lead")
_BEGAN, _TODAY = date(2026, 10, 3), date(2026, 11, 23)

_T = TypeVar("_T")

KINDS = ("amount", "activity", "owner", "task-done")


class Pair(NamedTuple):
    """A file and what two people make of it, and the deal with both edits in it."""

    kind: str
    base: bytes
    ours: bytes
    theirs: bytes
    schema: DealSchema
    wanted: Deal


def pairs(count: int, templates: Sequence[tuple[bytes, DealSchema]], seed: int = 1) -> list[Pair]:
    """*count* pairs of an edit and a move, the kinds by turns, on files as `add`, `import` and `init` lay them out."""
    chance = random.Random(seed)  # noqa: S311 - nothing is to be kept secret
    makers = (_added, _imported)
    found = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        if templates and chance.random() < 0.2:
            base, schema = chance.choice(templates)
        else:
            base, schema = chance.choice(makers)(chance, with_task=kind == "task-done"), SCHEMA
        found.append(_pair(chance, kind, base, schema))
    return found


def _pair(chance: random.Random, kind: str, base: bytes, schema: DealSchema) -> Pair:
    before = _read(base, schema)
    one, other = _edit(chance, kind), _move(chance, schema.pipelines[before.pipeline])
    edit, move = one(before), other(before)
    mine, yours = edited(base, before, edit, schema), edited(base, before, move, schema)
    if chance.random() < 0.5:
        mine, yours = yours, mine
    return Pair(kind, base, mine, yours, schema, _union(before, edit, move))


def _union(before: Deal, edit: Deal, move: Deal) -> Deal:
    """The deal with both edits in it: no field is changed by both."""
    return replace(
        edit,
        stage=move.stage,
        lost_reason=move.lost_reason,
        competitor=move.competitor,
        history=move.history,
        tasks=(*edit.tasks, *move.tasks[len(before.tasks) :]),
    )


def _read(data: bytes, schema: DealSchema) -> Deal:
    found, problems = read_deal(("deals/a.yaml", data), schema)
    assert found is not None, problems
    return found


def _edit(chance: random.Random, kind: str) -> Callable[[Deal], Deal]:
    on = Moment(_TODAY + timedelta(days=chance.randrange(3)))
    if kind == "amount":
        amount = Decimal(chance.randrange(1, 10**9))
        return lambda deal: set_fields(deal, {"amount": Money(amount, deal.currency)}, on)
    if kind == "owner":
        owner = chance.choice(("sari", "dewi", "joko"))
        return lambda deal: set_fields(deal, {"owner": owner}, on)
    if kind == "task-done":
        place = chance.random()
        return lambda deal: finish_task(deal, int(place * len(deal.tasks)), on.day)
    activity = Activity(on, chance.choice(("call", "email")), "ani", chance.choice(("", "Asked for 10% off")))
    return lambda deal: add_activity(deal, activity)


def _move(chance: random.Random, pipeline: Pipeline) -> Callable[[Deal], Deal]:
    stage = chance.choice(pipeline.stages[1:])
    lost = stage.outcome is Outcome.LOST
    step = Step(
        pipeline,
        stage,
        Moment(_TODAY + timedelta(days=3)),
        by=chance.choice(("", "budi")),
        note=chance.choice(("", "RFP received")),
        lost_reason="price" if lost else "",
        competitor=chance.choice(("", "Rival")) if lost else "",
        forced="a test",
    )
    return lambda deal: plan_move(deal, pipeline, step).after


def _some(chance: random.Random, value: _T, other: _T) -> _T:
    return value if chance.random() < 0.5 else other


def _added(chance: random.Random, *, with_task: bool) -> bytes:
    """A file as `add` writes it, with more or fewer of its options."""
    some = partial(_some, chance)
    tasks = (Task("Call back", some(_TODAY, None), owner=some("ani", "")),)
    return _text(
        Deal(
            id="a",
            path="deals/a.yaml",
            title="Acme",
            pipeline="sales",
            stage="lead",
            amount=some(Money(Decimal(90), "IDR"), None),
            currency="IDR",
            expected_close=some(_TODAY, None),
            owner=some("ani", ""),
            company=some("PT Acme", ""),
            source=some("referral", ""),
            tags=some(("demo",), ()),
            tasks=tasks if with_task else some(tasks, ()),
            history=(Entry(Moment(_BEGAN), "lead", "sales", by=some("ani", "")),),
        )
    )


def _imported(chance: random.Random, *, with_task: bool) -> bytes:
    """A file as `import` writes it: from nothing but a title and a stage to years of history."""
    some = partial(_some, chance)
    days = [_BEGAN - timedelta(days=back) for back in (300, 200, 0)]
    money = [Money(Decimal(amount), "IDR") for amount in (70, 90)]
    changes = tuple(
        Change(Moment(day), {"amount": amount, "owner": "ani"}) for day, amount in zip(days[:2], money, strict=True)
    )
    tracked = some(changes, ())
    moves = tuple(Entry(Moment(day), stage, "sales") for day, stage in zip(days, _STAY, strict=True))
    deal = _read(_added(chance, with_task=with_task), SCHEMA)
    return _text(
        replace(
            deal,
            amount=money[1] if tracked else deal.amount,
            owner="ani" if tracked else deal.owner,
            contacts=some((Contact("Rina", email="rina@acme.example"),), ()),
            fields=some({"segment": "mid", "seats": 40}, {}),
            created=some(days[0], None),
            external_ids=some({"hubspot": "1234567890"}, {}),
            notes=some("Two lines\nof notes", ""),
            tasks=(*deal.tasks, *some((Task("Send the price list", _TODAY, every="2w"),), ())),
            activities=some(
                (Activity(Moment(days[1]), "call", note="First talk"), Activity(Moment(days[2]), "email")), ()
            ),
            changes=tracked,
            history=some(moves, ()),
        )
    )


def _text(deal: Deal) -> bytes:
    return verified_text(deal, SCHEMA).encode()


def example_deals(folders: Sequence[Path]) -> list[tuple[bytes, DealSchema]]:
    """The deal files in the workspaces at *folders*, each with what it is read against."""
    found = []
    for folder in folders:
        workspace = load_workspace(folder, frozenset())
        schema = DealSchema(workspace.settings, dict(workspace.pipelines))
        found += [((folder / deal.path).read_bytes(), schema) for deal in workspace.deals]
    return found


def merged_by_git(folder: Path, found: Sequence[Pair]) -> list[bytes | None]:
    """What git makes of each pair, in one real merge of a repository at *folder*; None for a conflict."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for branch, side in (("main", "base"), ("theirs", "theirs"), ("ours", "ours")):
        git(folder, "checkout", "-q", *(("-B", branch) if side == "base" else ("-B", branch, "main")))
        for number, pair in enumerate(found):
            (folder / f"{number}.yaml").write_bytes(getattr(pair, side))
        committed(folder, on="2026-11-01")
    with contextlib.suppress(subprocess.CalledProcessError):  # status 1 where there are conflicts
        git(folder, "merge", "-q", "-m", "Both", "theirs")
    unmerged = set(git(folder, "diff", "--name-only", "--diff-filter=U").split())
    names = [f"{number}.yaml" for number in range(len(found))]
    return [None if name in unmerged else (folder / name).read_bytes() for name in names]
