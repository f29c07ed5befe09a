"""A planned deal becomes the bytes of its file: they read back as the plan, and nothing else has changed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.model.deal import Activity, Change, Deal, Entry, FieldValue, Task
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.money import Money
from pipectl.model.tasks import finish_task, snooze_task
from pipectl.store.changes import edited
from pipectl.store.edit_refused import Refused
from pipectl.store.emit import deal_text
from pipectl.store.layout import DEAL, STRANGERS
from pipectl.store.load import read_deal
from tests.store.test_emit import SCHEMA, ZONE, days, deals

KEYS = tuple(key for group in DEAL for key in group if key != STRANGERS)
LISTS = ("contacts", "waive", "activities", "changes", "history")
_SCALARS = (
    *("title", "amount", "expected_close", "owner", "company", "source", "created", "probability", "forecast"),
    *("lost_reason", "competitor", "snooze_until", "notes", "tags", "aliases", "external_ids", "fields"),
)
_VARIANTS: Mapping[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "BOM": lambda data: b"\xef\xbb\xbf" + data,
    "no final newline": lambda data: data.rstrip(b"\n"),
    "blank lines at the end": lambda data: data + b"\n\n",
    "a comment at the end": lambda data: data + b"# the end\n",
}


def _read(data: bytes) -> Deal:
    found, _ = read_deal(("deals/a.yaml", data), SCHEMA)
    assert found is not None
    return found


def _data(deal: Deal) -> bytes:
    return deal_text(deal, ZONE, percents={"share"}).encode()


def _money(value: FieldValue, currency: str) -> FieldValue:
    return Money(value.amount, currency) if isinstance(value, Money) else value


_KINDS = st.sampled_from(tuple(_VARIANTS))
_TAKEN = st.sets(st.sampled_from(_SCALARS), max_size=5)
_GROWN = st.sets(st.sampled_from(("tasks", "contacts", "waive", "activities", "changes", "history")))
_DONE = st.sampled_from((finish_task, snooze_task))


@st.composite
def changes(draw: st.DrawFn) -> tuple[bytes, Deal, Deal]:
    """A file, the deal in it, and a deal that takes some of its fields and entries from another."""
    kind = draw(_KINDS)
    data = _VARIANTS[kind](_data(draw(deals)))
    before, other = _read(data), _read(_data(draw(deals)))
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
    grown = draw(_GROWN)
    if "tasks" in grown:
        after = replace(after, tasks=(*after.tasks, *other.tasks))
    for key in grown & {"contacts", "waive"}:
        after = replace(after, **{key: (*getattr(before, key), *getattr(other, key))})
    for key in grown & {"activities", "changes"}:
        after = replace(after, **{key: in_time_order((*getattr(before, key), *getattr(other, key)))})
    if "history" in grown:
        last = before.history[-1] if before.history else Entry(Moment(date(2026, 1, 1)), before.stage, before.pipeline)
        entry = replace(last, at=Moment(last.at.day + timedelta(days=1)), note="Moved on", amount=None)
        after = replace(after, history=(*before.history, entry))
    return data, before, after


def _blocks(data: bytes) -> dict[str, str]:
    """The lines of each key of the deal, without the blank and comment lines below them."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    parts = re.split(r"^(?=[a-z_]+:)", text, flags=re.MULTILINE)
    return {part.partition(":")[0]: part.removesuffix("# the end\n").rstrip("\n") for part in parts if part.strip()}


@given(changes())
def test_the_file_reads_back_as_planned_and_every_other_line_stays(change: tuple[bytes, Deal, Deal]) -> None:
    data, before, after = change
    result = edited(data, before, after, SCHEMA)
    assert _read(result) == after
    old, new = _blocks(data), _blocks(result)
    placed = {key for key in old if getattr(before, key) in ("", ())}
    assert set(new) - placed == {key for key in KEYS if getattr(after, key) not in (None, "", (), {})} - placed
    for key in old:
        if getattr(before, key) == getattr(after, key):
            assert new[key] == old[key], key
        elif key in LISTS:
            assert new[key].startswith(old[key] + "\n"), key
    lines = old["tasks"].splitlines()[1::2]
    for place, line in enumerate(lines):
        now = new["tasks"].splitlines()[1::2][place]
        assert now == line if before.tasks[place] == after.tasks[place] else now.startswith(line[:10])
    # Line ends, byte order mark and what stands at the end are the author's.
    assert result.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert result.count(b"\r\n") == (result.count(b"\n") if b"\r\n" in data else 0)
    assert result.endswith(b"# the end\n") == data.endswith(b"# the end\n")


@pytest.mark.no_cover
@given(deals)
def test_nothing_planned_is_nothing_changed(deal: Deal) -> None:
    data = _data(deal)
    before = _read(data)
    assert edited(data, before, before, SCHEMA) == data


SHORT = b"title: Acme\npipeline: sales\nstage: lead\n"


def _from(data: bytes, **values: object) -> str:
    before = _read(data)
    return edited(data, before, replace(before, **values), SCHEMA).decode()  # type: ignore[arg-type]  # typed by the test


def test_new_keys_of_a_group_stand_together_and_apart_from_others() -> None:
    assert _from(SHORT + b"\nowner: ani\n", source="web", company="PT Acme", expected_close=date(2026, 12, 1)) == (
        "title: Acme\npipeline: sales\nstage: lead\n\nexpected_close: 2026-12-01\n\nowner: ani\n\n"
        "company: PT Acme\nsource: web\n"
    )


def test_a_new_key_stands_beside_its_own_group_not_below_another() -> None:
    assert _from(SHORT + b"\nowner: ani\n\ntags: [gov]\n", company="PT Acme").endswith(
        "owner: ani\n\ncompany: PT Acme\ntags: [gov]\n"
    )


def test_one_text_in_place_of_a_list_becomes_a_list() -> None:
    assert _from(SHORT + b"tags: gov\n", tags=("gov", "new")) == SHORT.decode() + "\ntags: [gov, new]\n"


def test_recorded_amounts_say_their_currency_once_the_deal_has_another() -> None:
    data = SHORT + (
        b"amount: 1\ncurrency: IDR\nchanges:\n  - {at: 2026-02-01, amount: 2}\n  - {at: 2026-01-01, amount: 1}\n"
        b"  - {at: 2026-03-01, amount: 3, currency: USD}\n  - {at: 2026-04-01, owner: ani}\n"
    )
    before = _read(data)
    assert before.amount is not None
    after = replace(before, amount=Money(before.amount.amount, "USD"), currency="USD")
    assert edited(data, before, after, SCHEMA).decode().partition("changes:\n")[2].splitlines() == [
        "  - {at: 2026-02-01, amount: 2, currency: IDR}",
        "  - {at: 2026-01-01, amount: 1, currency: IDR}",
        "  - {at: 2026-03-01, amount: 3, currency: USD}",
        "  - {at: 2026-04-01, owner: ani}",
    ]


def test_entries_are_appended_in_the_style_of_the_list() -> None:
    data = SHORT + b"activities:\n- at: 2026-01-01\n  type: call\n\n- at: 2026-01-02\n  type: call\n"
    before = _read(data)
    added = Activity(Moment(date(2026, 1, 3)), "email", note="a: b")
    result = edited(data, before, replace(before, activities=(*before.activities, added)), SCHEMA)
    assert result == data + b'\n- at: 2026-01-03\n  type: email\n  note: "a: b"\n'


def test_what_can_t_be_changed_safely_is_refused_with_the_place_and_the_lines_to_put_in() -> None:
    data = SHORT + b"tasks: {title: Call}\n"
    before = _read(data)
    with pytest.raises(Refused) as refused:
        edited(data, before, replace(before, tasks=(*before.tasks, Task("Mail"))), SCHEMA)
    assert str(refused.value) == "deals/a.yaml:4: 'tasks' is no list"
    assert refused.value.hint == "by hand, at line 4: - {title: Mail}"


def test_a_plan_that_would_read_back_as_another_deal_is_refused() -> None:
    before = _read(SHORT)
    with pytest.raises(Refused, match=r"deals/a.yaml:1: control character U\+0007"):
        edited(SHORT, before, replace(before, title="bell \x07"), SCHEMA)


def test_records_out_of_time_order_are_refused_rather_than_written() -> None:
    data = SHORT + b"changes:\n  - {at: 2026-02-01, owner: ani}\n"
    before = _read(data)
    early = Change(Moment(date(2026, 1, 1)), {"owner": "budi"})
    with pytest.raises(Refused, match="it would read back as another deal"):
        edited(data, before, replace(before, changes=(*before.changes, early)), SCHEMA)
