"""A deal written as a new file reads back as the same deal, for every reader of YAML."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipectl.model.deal import Activity, Change, Contact, Deal, Entry, Task, Waiver
from pipectl.model.moment import Moment, in_time_order
from pipectl.model.money import Money
from pipectl.model.pipeline import FORECASTS, FieldType, Outcome, Pipeline, Stage
from pipectl.model.workspace import Settings
from pipectl.store.deal_schema import DealSchema
from pipectl.store.emit import deal_text
from pipectl.store.load import read_deal
from pipectl.store.nodes import forbidden
from pipectl.store.quoting import scalar

ZONE = ZoneInfo("Europe/Amsterdam")
_STAGES = (
    Stage("lead", "Lead"),
    Stage("no", "A stage called no"),
    Stage("1e3", "A stage called like a number"),
    Stage("won", "Won", Outcome.WON),
    Stage("lost", "Lost", Outcome.LOST),
)
_OTHER = (Stage("lead", "Lead"), Stage("trial", "Trial"), *_STAGES[3:])
_OWN = (
    FieldType("segment", "choice", ("smb", "no", "12:30")),
    FieldType("seats", "integer"),
    FieldType("score", "decimal"),
    FieldType("mrr", "money"),
    FieldType("share", "percent"),
    FieldType("renewal", "date"),
    FieldType("remark", "text"),
    FieldType("y", "yes-no"),
)
SCHEMA = DealSchema(
    Settings("IDR", zone=ZONE, fields=_OWN),
    {"sales": Pipeline("sales", "Sales", _STAGES), "renewals": Pipeline("renewals", "Renewals", _OTHER)},
)

# Texts that one YAML reader or another takes for something else.
TRAPS = (
    "no", "NO", "y", "Off", "true", "null", "Null", "~", "1e3", "010", "0o14", "0x1F", "1_000", "12:30", "190:20:30",
    "1.5", ".5", ".inf", "-.INF", ".nan", "+1", "-1", "1.", "0b101", "1e-3", "685.230_15e+03", "2026-11-23",
    "2026-11-23 10:15", "2001-12-14t21:59:43.10-05:00", "- x", "-", "? x", "?", ": x", ":", "x:", "a: b", "a :b",
    "#x", "a #b", "a#b", "=", "<<", "'", "''", "'x'", '"', '"x"', "it's", 'say "hi"', "a'b\"c", "\\", "\\n", "a\\",
    "[a]", "a, b", "{a: b}", "a]", "}", "!x", "!!str x", "&a", "*a", "|", ">", "|-", "%TAG", "%", "@x", "`x`", ",",
    "a,b", "...", "---", "--- x", "<<<<<<< HEAD", "=======", "naïve", "Nový web", "渋谷", "emoji 🚀", "👩\u200d💻",
    "a\xa0b", "e\u0301", "a\u2003b", "a\u3000b", "\u200bx", "Rp1.200.000", "50%", "0.5", "x" * 2000,
    "word " * 300 + "end", "http://x.example/a#b", "a:b", "C:\\x", "$1", "//", "*", "a*",
)  # fmt: skip


def _is_writable(text: str) -> bool:
    return text == text.strip() and bool(text) and forbidden(text) is None and "\ufeff" not in text


_alphabet = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))
texts = st.one_of(
    st.sampled_from(TRAPS),
    st.text(_alphabet, min_size=1, max_size=30),
    st.text("-?:,[]{}#&*!|>'\"%@` ab01\\~=<.", max_size=8),
)
texts = texts.map(str.strip).filter(_is_writable)
# YAML wants a key within 1,024 characters of its line.
keys = texts.filter(lambda text: len(text) < 200)
notes = st.lists(st.one_of(texts, st.just(""), texts.map(lambda text: f"  {text}")), max_size=5).map("\n".join)
notes = notes.map(str.strip).filter(lambda text: not text or _is_writable(text.replace("\n", " ")))
days = st.dates(date(1950, 1, 1), date(2100, 1, 1))
amounts = st.decimals(0, 10**14, places=2).map(abs) | st.integers(0, 10**15 - 1).map(Decimal)
shares = st.decimals(0, 100, places=3).map(abs) | st.integers(0, 100).map(Decimal)
_instants = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - the zone is set below


def _moment(instant: datetime, minutes_ahead: int | None) -> Moment:
    if minutes_ahead is None:
        local = instant.replace(tzinfo=ZONE)
        return Moment(local.date(), local)
    shifted = instant.replace(tzinfo=timezone(timedelta(minutes=minutes_ahead)))
    return Moment(shifted.astimezone(ZONE).date(), shifted)


moments = days.map(Moment) | st.builds(_moment, _instants, st.none() | st.integers(-720, 840))


def _sometimes(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.just("") | values


# Made once and not in each draw: making and checking them took longer than drawing from them.
_STAGE_IDS = {name: st.sampled_from([stage.id for stage in made.stages]) for name, made in SCHEMA.pipelines.items()}
_MONEY = {code: amounts.map(lambda amount, code=code: Money(amount, code)) for code in ("IDR", "USD")}
_VALUES = {
    code: st.fixed_dictionaries(
        {},
        optional={
            "segment": st.sampled_from(_OWN[0].choices),
            "seats": st.integers(-(10**14), 10**14),
            "score": st.decimals(-(10**6), 10**6, places=3),
            "mrr": money,
            "share": shares,
            "renewal": days,
            "remark": texts,
            "y": st.booleans(),
            "undeclared": texts,
        },
    )
    for code, money in _MONEY.items()
}
_TEXT = _sometimes(texts)
_ENTRIES = {
    code: st.lists(
        st.sampled_from(("sales", "renewals")).flatmap(
            {
                name: st.builds(
                    Entry, moments, stages, st.just(name), _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, st.none() | money
                )
                for name, stages in _STAGE_IDS.items()
            }.__getitem__
        ),
        max_size=4,
    )
    for code, money in _MONEY.items()
}
_TRACKED = {
    "amount": st.none() | st.builds(Money, amounts, st.sampled_from(("IDR", "USD"))),
    "expected_close": st.none() | days,
    "owner": st.none() | texts,
    "probability": st.none() | shares,
    "forecast": st.none() | st.sampled_from(FORECASTS),
    "lost_reason": st.none() | texts,
}
_CHANGES = st.lists(st.builds(Change, moments, st.fixed_dictionaries({}, optional=_TRACKED)), max_size=3)
_TASKS = st.lists(
    st.builds(
        Task, texts, st.none() | days, st.none() | days, _TEXT, _TEXT, st.sampled_from(("", "2w", "1mo")),
        st.none() | days, st.booleans(),
    ),
    max_size=2,
)  # fmt: skip
_CONTACTS = st.lists(st.builds(Contact, texts, _TEXT, _TEXT, _TEXT), max_size=2)
_WAIVERS = st.lists(st.builds(Waiver, texts, st.none() | days, _TEXT), max_size=2)
_ACTIVITIES = st.lists(st.builds(Activity, moments, texts, _TEXT, _TEXT), max_size=2)


def _deals_of(currency: str, pipeline: str) -> st.SearchStrategy[Deal]:
    return st.builds(
        Deal,
        id=st.just("a"),
        path=st.just("deals/a.yaml"),
        title=texts,
        pipeline=st.just(pipeline),
        stage=_STAGE_IDS[pipeline],
        amount=st.none() | _MONEY[currency],
        currency=st.just(currency),
        expected_close=st.none() | days,
        owner=_TEXT,
        company=_TEXT,
        contacts=_CONTACTS.map(tuple),
        source=_TEXT,
        tags=st.lists(texts, max_size=3).map(tuple),
        fields=_VALUES[currency],
        created=st.none() | days,
        probability=st.none() | shares,
        forecast=_sometimes(st.sampled_from(FORECASTS)),
        lost_reason=_TEXT,
        competitor=_TEXT,
        snooze_until=st.none() | days,
        aliases=st.lists(texts, max_size=2).map(tuple),
        external_ids=st.dictionaries(keys, texts, max_size=3),
        waive=_WAIVERS.map(tuple),
        notes=notes,
        tasks=_TASKS.map(tuple),
        activities=_ACTIVITIES.map(in_time_order),
        changes=_CHANGES.map(in_time_order),
        history=_ENTRIES[currency].map(in_time_order),
    )


# Any deal that a file can hold.
deals = st.one_of([_deals_of(currency, pipeline) for currency in _MONEY for pipeline in _STAGE_IDS])


def _text(deal: Deal) -> str:
    return deal_text(deal, ZONE, percents={"share"})


def _read(deal: Deal) -> Deal | None:
    found, _ = read_deal((deal.path, _text(deal).encode()), SCHEMA)
    return found


def _instants_named(deal: Deal) -> list[datetime | None]:
    """What every moment comes to; datetimes of two zones are never equal in an hour that comes twice."""
    moments = [
        *(activity.at for activity in deal.activities),
        *(change.at for change in deal.changes),
        *(entry.at for entry in deal.history),
    ]
    return [moment.instant and moment.instant.astimezone(UTC) for moment in moments]


def _without_instants(deal: Deal) -> Deal:
    return replace(
        deal,
        activities=tuple(replace(item, at=Moment(item.at.day)) for item in deal.activities),
        changes=tuple(replace(item, at=Moment(item.at.day)) for item in deal.changes),
        history=tuple(replace(item, at=Moment(item.at.day)) for item in deal.history),
    )


@pytest.mark.no_cover
@given(deals)
def test_a_deal_reads_back_as_it_was(deal: Deal) -> None:
    found = _read(deal)
    assert found is not None
    assert _without_instants(found) == _without_instants(deal)
    assert _instants_named(found) == _instants_named(deal)


def _scalars(node: Any) -> Iterator[str]:  # the nodes of two libraries, alike in shape
    if isinstance(node.value, str):
        yield node.value
        return
    for item in node.value:
        for inner in item if isinstance(item, tuple) else (item,):
            yield from _scalars(inner)


def _base_scalars(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _base_scalars(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _base_scalars(item)


@pytest.mark.no_cover
@given(deals)
def test_readers_of_yaml_1_1_and_1_2_see_the_same_texts(deal: Deal) -> None:
    text = _text(deal)
    older = list(_base_scalars(yaml.load(text, yaml.BaseLoader)))  # noqa: S506 - this loader builds nothing but texts
    newer = list(_scalars(YAML(typ="safe", pure=True).compose(text)))
    assert older == newer


_TEXT_KEYS = ("title", "pipeline", "stage", "owner", "company", "source", "lost_reason", "competitor", "notes")


@pytest.mark.no_cover
@given(deals)
def test_a_plain_yaml_loader_takes_every_text_for_a_text(deal: Deal) -> None:
    loaded = yaml.safe_load(_text(deal))
    newer = YAML(typ="safe", pure=True).load(_text(deal))
    for key in _TEXT_KEYS:
        wanted = getattr(deal, key)
        assert (loaded.get(key) or "") == wanted
        assert (newer.get(key) or "") == wanted
    for key in ("tags", "aliases"):
        assert tuple(loaded.get(key, ())) == getattr(deal, key)
    assert loaded.get("external_ids", {}) == deal.external_ids
    assert [task["title"] for task in loaded["tasks"] or ()] == [task.title for task in deal.tasks]


@pytest.mark.parametrize("text", TRAPS)
@pytest.mark.parametrize("in_flow", [False, True])
def test_a_text_that_looks_like_something_else_stays_a_text(text: str, in_flow: bool) -> None:
    written = f"[{scalar(text, in_flow=True)}]" if in_flow else f"key: {scalar(text)}"
    for loaded in (yaml.safe_load(written), YAML(typ="safe", pure=True).load(written)):
        assert (loaded[0] if in_flow else loaded["key"]) == text


def test_what_needs_no_quotes_gets_none() -> None:
    assert scalar("Acme warehouse rollout") == "Acme warehouse rollout"
    assert scalar("O'Brien & Söhne (2nd)") == "O'Brien & Söhne (2nd)"


def _deal(**values: Any) -> Deal:
    return Deal(id="a", path="deals/a.yaml", title="Acme", pipeline="sales", stage="lead", currency="IDR", **values)


def test_a_deal_is_laid_out_so_that_edits_of_two_people_merge() -> None:
    deal = _deal(
        amount=Money(Decimal(800000000), "IDR"),
        owner="ani",
        history=(Entry(Moment(date(2026, 10, 3)), "lead", "sales", by="ani"),),
    )
    assert (
        _text(deal)
        == """\
title: Acme
pipeline: sales
stage: lead

amount: 800000000

currency: IDR

owner: ani

tasks:

activities:

history:
  - {at: 2026-10-03, stage: lead, by: ani}
"""
    )


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2026, 11, 23, 10, 15, tzinfo=ZONE), "2026-11-23 10:15"),
        (datetime(2026, 11, 23, 10, 15, 7, tzinfo=ZONE), "2026-11-23 10:15:07"),
        (datetime(2026, 11, 23, 10, 15, 7, 256000, tzinfo=ZONE), "2026-11-23 10:15:07.256"),
        (datetime(2026, 11, 23, 10, 15, 7, 256001, tzinfo=ZONE), "2026-11-23 10:15:07.256001"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=ZONE), "2026-10-25 02:30"),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZONE), "2026-10-25 02:30+01:00"),
        (datetime(2026, 11, 23, 10, 15, tzinfo=UTC), "2026-11-23 10:15+00:00"),
    ],
)
def test_a_time_has_its_offset_only_where_it_needs_one(instant: datetime, written: str) -> None:
    deal = _deal(history=(Entry(Moment(instant.astimezone(ZONE).date(), instant), "lead", "sales"),))
    assert f"{{at: {written}, stage: lead}}" in _text(deal)


def test_a_transfer_names_the_pipelines_from_the_first_entry_on() -> None:
    names = ("sales", "renewals", "sales")
    history = tuple(Entry(Moment(date(2026, 1, n)), "lead", name) for n, name in enumerate(names, 1))
    lines = _text(_deal(history=history)).splitlines()[-3:]
    assert [line.partition("pipeline: ")[2].partition(",")[0] for line in lines] == list(names)


def test_half_a_percent_is_not_taken_for_a_half() -> None:
    deal = _deal(probability=Decimal("0.5"), fields={"share": Decimal("0.25"), "score": Decimal("0.25")})
    assert "probability: 0.5%" in _text(deal)
    assert "fields: {share: 0.25%, score: 0.25}" in _text(deal)
    assert _read(deal) == deal
