"""Laws of merging: what one side changed is there, nothing of either is lost, and the sides may change places."""

import contextlib
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from inspect import signature
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipectl.errors import NegativeError
from pipectl.model.deal import Deal, Entry
from pipectl.model.merge import Order, clashes, value_of
from pipectl.model.merge_deal import Choice, merge_deal
from pipectl.model.merge_values import Sides, Value, frozen, same
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.plan import Step, plan_move
from pipectl.model.tasks import finish_task, snooze_task
from pipectl.store.changes import edited
from pipectl.store.edit_refused import Refused
from pipectl.store.load import read_deal
from pipectl.store.merge import Merge, merge, said
from pipectl.store.typed import Wrong, moment_in
from tests.store.test_changes import _SCALARS as SCALARS
from tests.store.test_changes import _VARIANTS as VARIANTS
from tests.store.test_changes import _data, _money, _read
from tests.store.test_emit import SCHEMA, ZONE, days, deals

FEW, MANY = 6, 100
LISTS = ("contacts", "waive", "tasks", "activities", "changes", "history")


def order() -> Order:
    """Times read in the zone of the test's workspace."""
    read = moment_in(ZONE)

    def moment(text: str) -> Moment | None:
        try:
            return read(text)
        except Wrong:
            return None

    return Order(moment)


def merged(base: bytes, ours: bytes, theirs: bytes, choice: Choice | None = None) -> Merge:
    return merge(base, ours, theirs, lambda sides: merge_deal(sides, order(), choice))


# Made once and not in each draw: making and checking them takes longer than drawing from them.
_FORMS = st.sampled_from(tuple(VARIANTS))
_TAKEN = st.sets(st.sampled_from(SCALARS), max_size=3)
_DONE = st.sampled_from((finish_task, snooze_task))
_BLOCKS = st.sets(st.sampled_from(("tasks", "contacts", "waive")))
_RECORDS = st.sets(st.sampled_from(("activities", "changes")))
_MOVERS = st.sampled_from(("", "ani"))
_DAYS_ON = st.integers(0, 3)


@st.composite
def _after(draw: st.DrawFn, before: Deal) -> Deal:
    """What somebody makes of a deal: fields of another one, entries of it, tasks done or snoozed, a move."""
    other = _read(_data(draw(deals)))
    taken = draw(_TAKEN)
    values = {key: getattr(other, key) for key in taken}
    if "amount" in values and other.amount:
        values["amount"] = _money(other.amount, before.currency)
    if "fields" in values:
        values["fields"] = {key: _money(value, before.currency) for key, value in other.fields.items()}
    after = replace(before, **values)
    for place, task in enumerate(before.tasks):
        if task.is_open and draw(st.booleans()):
            after = draw(_DONE)(after, place, draw(days))
    for key in draw(_BLOCKS):
        after = replace(after, **{key: (*getattr(after, key), *getattr(other, key))})
    for key in draw(_RECORDS):
        after = replace(after, **{key: in_time_order((*getattr(after, key), *getattr(other, key)))})
    if draw(st.booleans()):
        last = after.history[-1].at.day if after.history else date(2026, 1, 1)
        pipeline = SCHEMA.pipelines[after.pipeline]
        stage = draw(st.sampled_from([stage for stage in pipeline.stages if stage.id != after.stage]))
        on = Moment(last + timedelta(days=draw(_DAYS_ON)))
        step = Step(pipeline, stage, on, by=draw(_MOVERS), lost_reason="price", forced="a test")
        with contextlib.suppress(NegativeError):  # a record of the other deal's may lie after that day
            after = plan_move(after, pipeline, step).after
    return after


class Three(NamedTuple):
    """A file and what two people make of it."""

    base: bytes
    ours: bytes
    theirs: bytes


@st.composite
def threes(draw: st.DrawFn) -> Three:
    """Three texts of one deal, in any form that a text can have."""
    deal = draw(deals)
    last = deal.history[-1].at if deal.history else Moment(date(2026, 1, 1))
    arrived = replace(deal, history=(*deal.history, Entry(last, deal.stage, deal.pipeline)))
    data = VARIANTS[draw(_FORMS)](_data(arrived))
    before = _read(data)
    try:
        ours, theirs = (edited(data, before, draw(_after(before)), SCHEMA) for _ in range(2))
    except Refused:
        assume(False)
    return Three(data, ours, theirs)


@settings(max_examples=FEW)
@given(threes())
def test_what_one_side_alone_has_changed_is_taken_byte_for_byte(three: Three) -> None:
    base, ours, theirs = three
    assert merged(base, ours, base).data == ours
    assert merged(base, base, theirs).data == theirs
    assert merged(base, ours, ours).data == ours


@settings(max_examples=FEW)
@given(threes())
def test_what_one_side_alone_has_changed_is_decided_so(three: Three) -> None:
    base, ours, theirs = (said(data) for data in three)
    for sides, wanted in ((Sides(base, ours, base), ours), (Sides(base, base, theirs), theirs)):
        plan = merge_deal(sides, order())
        assert (list(clashes(plan)), same(value_of(plan), wanted)) == ([], True)


def _loose(value: Value) -> Hashable:
    """A content without the order of its lists."""
    if isinstance(value, Mapping):
        return frozenset((key, _loose(inner)) for key, inner in value.items() if inner)
    if isinstance(value, tuple):
        return frozenset(Counter(map(_loose, value)).items())
    return value


@settings(max_examples=FEW)
@given(threes())
def test_the_sides_may_change_places(three: Three) -> None:
    base, ours, theirs = (said(data) for data in three)
    one, other = (merge_deal(sides, order()) for sides in (Sides(base, ours, theirs), Sides(base, theirs, ours)))
    assert len(list(clashes(one))) == len(list(clashes(other)))
    if not list(clashes(one)):
        assert _loose(value_of(one)) == _loose(value_of(other))


@settings(max_examples=FEW)
@given(threes(), st.sampled_from((None, *Choice)))
def test_no_entry_of_either_side_is_lost(three: Three, choice: Choice | None) -> None:
    base, ours, theirs = (said(data) for data in three)
    result = merged(*three, choice)
    if result.conflicts:
        return
    whole = said(result.data)
    for key in LISTS:
        left = _entries(whole, key)
        for side in (ours, theirs):
            # What both have added is one entry, with what only one of them says.
            new = Counter(_entries(side, key)) - Counter(_entries(base, key))
            gone = [entry for entry in new if not any(entry <= other for other in left)]
            if key == "tasks":
                # One that was done here may have been snoozed there.
                gone = [entry for entry in gone if _title(entry) not in map(_title, left)]
            if choice is not None:
                # A side was chosen for what two entries of one time say.
                gone = [entry for entry in gone if _titled(entry) not in map(_titled, left)]
            assert not gone, key


def _title(entry: frozenset[tuple[str, Hashable]]) -> Hashable:
    return dict(entry).get("title")


def _titled(entry: frozenset[tuple[str, Hashable]]) -> Hashable:
    """What an entry is known by."""
    said_of = dict(entry)
    return next(said_of[key] for key in ("at", "title", "name", "check") if key in said_of)


def _entries(value: Value, key: str) -> list[frozenset[tuple[str, Hashable]]]:
    assert isinstance(value, Mapping)
    entries = value.get(key) or ()
    return [frozenset((name, frozen(text)) for name, text in entry.items()) for entry in entries if entry]  # type: ignore[union-attr]  # they are mappings


@settings(max_examples=FEW)
@given(threes(), st.sampled_from((None, *Choice)))
def test_a_whole_result_is_a_deal_that_reads_without_a_new_problem(three: Three, choice: Choice | None) -> None:
    result = merged(*three, choice)
    if result.conflicts:
        assert b"<<<<<<< ours\n" in result.data.replace(b"\r\n", b"\n")
        return
    deal, problems = read_deal(("deals/a.yaml", result.data), SCHEMA)
    known = {problem.message for data in three[1:] for problem in read_deal(("deals/a.yaml", data), SCHEMA)[1]}
    assert deal is not None
    assert {problem.message for problem in problems} <= known


@settings(max_examples=FEW)
@given(threes())
def test_merging_once_more_changes_nothing(three: Three) -> None:
    result = merged(*three)
    if not result.conflicts:
        again = merged(three.base, result.data, three.theirs)
        assert (again.data, again.conflicts) == (result.data, ())


@settings(max_examples=FEW)
@given(threes(), st.sampled_from(tuple(Choice)))
def test_a_stage_that_was_settled_is_where_the_history_ends(three: Three, choice: Choice) -> None:
    result = merged(*three, choice)
    if not result.conflicts:
        deal, _ = read_deal(("deals/a.yaml", result.data), SCHEMA)
        assert deal is not None
        assert deal.history[-1].stage == deal.stage


LAWS = tuple(value for name, value in globals().items() if name.startswith("test_"))


@pytest.mark.heavy
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_holds_for_many_deals(law: Any) -> None:  # hypothesis gives its functions no type
    known = {"three": threes(), "choice": st.sampled_from((None, *Choice))}
    bare = law.hypothesis.inner_test
    wanted = {name: known[name] for name in signature(bare).parameters}
    settings(max_examples=MANY)(given(**wanted)(bare))()
