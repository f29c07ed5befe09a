"""How a text becomes a value of its field's type: every form that is taken, and what is said of every other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.model.moment import Moment
from pipectl.store import typed
from pipectl.store.fields import Fields, Problems
from pipectl.store.nodes import Mapping, read_tree
from pipectl.store.typed import Wrong

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_DIGITS = "write digits such as 12000 or 12000.50; the currency stands under `currency`"


def _refusal(convert: Callable[[str], object], text: str) -> tuple[str, str]:
    """What was wanted, and the hint."""
    with pytest.raises(Wrong) as caught:
        convert(text)
    return caught.value.wanted, caught.value.hint


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0"),
        ("010", "10"),
        ("120000000", "120000000"),
        ("12000.50", "12000.50"),
        ("1_500_000", "1500000"),
        ("1_500_000.25", "1500000.25"),
        ("999999999999999", "999999999999999"),
        ("0.000001", "0.000001"),
    ],
)
def test_money_is_plain_digits_exactly_as_written(text: str, amount: str) -> None:
    assert str(typed.money(text)) == str(Decimal(amount))


@pytest.mark.parametrize(
    ("text", "wanted", "hint"),
    [
        ("-5", "an amount of 0 or more", ""),
        ("1000000000000000", "an amount of at most 15 digits and 6 decimals", ""),
        ("1.0000001", "an amount of at most 15 digits and 6 decimals", ""),
        ("1.200.000", "a plain amount", "write 1200000 if that is meant: no grouping, a dot for decimals"),
        ("1,200,000", "a plain amount", "write 1200000 if that is meant: no grouping, a dot for decimals"),
        ("1,200", "a plain amount", "write 1200 if that is meant: no grouping, a dot for decimals"),
        ("1.200.000,50", "a plain amount", "write 1200000.50 if that is meant: no grouping, a dot for decimals"),
        ("1,234.56", "a plain amount", "write 1234.56 if that is meant: no grouping, a dot for decimals"),
        ("Rp 5.000.000", "a plain amount", "write 5000000 if that is meant: no grouping, a dot for decimals"),
        ("12000,50", "a plain amount", "write 12000.50"),
        ("12_00", "a plain amount", "write 1200"),
        ("50jt", "a plain amount", "write 50000000"),
        ("IDR 50jt", "a plain amount", "write 50000000, and currency: IDR"),
        ("$5", "a plain amount", "write 5"),
        ("5m", "a plain amount", _DIGITS),
        ("1e3", "a plain amount", _DIGITS),
        ("+5", "a plain amount", _DIGITS),
        (".5", "a plain amount", _DIGITS),
        ("5.", "a plain amount", _DIGITS),
        ("1 000", "a plain amount", _DIGITS),
        ("NaN", "a plain amount", _DIGITS),
        ("٣", "a plain amount", _DIGITS),
        ("", "a plain amount", _DIGITS),
    ],
)
def test_other_amounts_are_refused_with_the_one_that_is_meant(text: str, wanted: str, hint: str) -> None:
    assert _refusal(typed.money, text) == (wanted, hint)


@given(st.decimals(0, 10**15 - 1, places=4))
def test_an_amount_reads_as_the_number_that_it_is(amount: Decimal) -> None:
    assert typed.money(f"{amount:f}") == amount


@given(st.text(max_size=12))
def test_no_text_is_an_amount_that_python_does_not_read_alike(text: str) -> None:
    try:
        amount = typed.money(text)
    except Wrong:
        return
    assert amount == Decimal(text) >= 0


def test_a_date_is_a_day_of_the_calendar() -> None:
    assert typed.day("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "wanted", "hint"),
    [
        ("2026-02-30", "a day of the calendar", "February 2026 has 28 days"),
        ("2026-13-01", "a day of the calendar", ""),
        ("0000-01-01", "a day of the calendar", ""),
        ("2026-4-30", "a date", "write 2026-04-30"),
        ("20260430", "a date", "write 2026-04-30"),
        ("30/04/2026", "a date", "write 2026-04-30"),
        ("03/04/2026", "a date", "write 2026-04-03 or 2026-03-04"),
        ("30 Apr 2026", "a date", "write 2026-04-30"),
        ("2026-04-30 14:05", "a date", "write 2026-04-30"),
        ("tomorrow", "a date", "write it as 2026-04-30"),
        ("2026-04", "a date", "write it as 2026-04-30"),
        ("", "a date", "write it as 2026-04-30"),
    ],
)
def test_other_dates_are_refused_with_the_one_that_is_meant(text: str, wanted: str, hint: str) -> None:
    assert _refusal(typed.day, text) == (wanted, hint)


moment = typed.moment_in(AMSTERDAM)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-04-30 14:05", "2026-04-30T12:05:00+00:00"),
        ("2026-04-30T14:05", "2026-04-30T12:05:00+00:00"),
        ("2026-04-30t14:05:06", "2026-04-30T12:05:06+00:00"),
        ("2026-04-30  14:05:00.25", "2026-04-30T12:05:00.250000+00:00"),
        ("2026-04-30 14:05:59.123456789", "2026-04-30T12:05:59.123456+00:00"),
        ("2026-04-30T14:05:00.256+07:00", "2026-04-30T07:05:00.256000+00:00"),
        ("2026-04-30T14:05Z", "2026-04-30T14:05:00+00:00"),
        ("2026-04-30 14:05 z", "2026-04-30T14:05:00+00:00"),
        ("2026-04-30 14:05+0700", "2026-04-30T07:05:00+00:00"),
        ("2026-04-30 14:05 -09", "2026-04-30T23:05:00+00:00"),
        ("2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25T02:30+02:00", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_a_moment_is_the_workspace_s_time_unless_an_offset_says_otherwise(text: str, instant: str) -> None:
    found = moment(text).instant
    assert found is not None
    assert found.astimezone(UTC).isoformat() == instant


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-04-30", "30"), ("2026-04-30 23:30", "30"), ("2026-04-30T23:30Z", "01"), ("2026-05-01T00:30+09:00", "30")],
)
def test_the_day_of_a_moment_is_that_of_the_workspace_and_so_is_its_hour(text: str, day: str) -> None:
    found = moment(text)
    assert f"{found.day:%d}" == day
    assert found.instant is None or found.instant.date() == found.day


@pytest.mark.parametrize(
    ("text", "wanted", "hint"),
    [
        ("2026-02-30 10:00", "a day of the calendar", "February 2026 has 28 days"),
        ("2026-02-30", "a day of the calendar", "February 2026 has 28 days"),
        ("2026-04-30 24:00", "a time of the day", "write it as 2026-04-30 14:05"),
        ("2026-04-30 14:60", "a time of the day", "write it as 2026-04-30 14:05"),
        ("2026-04-30 14:05+25:00", "a time of the day", "write it as 2026-04-30 14:05"),
        ("9999-12-31T23:59-10:00", "a time of the day", "write it as 2026-04-30 14:05"),
        ("0001-01-01T00:00+10:00", "a time of the day", "write it as 2026-04-30 14:05"),
        ("2026-04-30 14:05+07:75", "a date or a date and time", "write it as 2026-04-30 or 2026-04-30 14:05"),
        ("2026-04-30TT14:05", "a date or a date and time", "write it as 2026-04-30 or 2026-04-30 14:05"),
        ("2026-04-30 14", "a date or a date and time", "write it as 2026-04-30 or 2026-04-30 14:05"),
        ("2026-04-30 2:05 PM", "a date or a date and time", "write it as 2026-04-30 or 2026-04-30 14:05"),
        ("14:05", "a date or a date and time", "write it as 2026-04-30 or 2026-04-30 14:05"),
        ("", "a date or a date and time", "write it as 2026-04-30 or 2026-04-30 14:05"),
    ],
)
def test_other_moments_are_refused(text: str, wanted: str, hint: str) -> None:
    assert _refusal(moment, text) == (wanted, hint)


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.times(), OFFSETS)
def test_a_moment_with_an_offset_is_the_same_instant_in_every_workspace(
    day: date, time: object, zone: timezone
) -> None:
    instant = datetime.combine(day, time, zone)  # type: ignore[arg-type]  # a strategy of times
    for here in (AMSTERDAM, ZoneInfo("Asia/Jakarta"), UTC):
        found = typed.moment_in(here)(instant.isoformat())
        assert found.instant is not None
        assert found.instant.astimezone(UTC) == instant.astimezone(UTC)
        assert found == Moment(instant.astimezone(here).date(), found.instant)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("60", "60"),
        ("60%", "60"),
        ("60 %", "60"),
        ("12.5", "12.5"),
        ("0", "0"),
        ("100", "100"),
        ("0.5%", "0.5"),
        ("1", "1"),
    ],
)
def test_a_percentage_goes_from_0_to_100(text: str, percent: str) -> None:
    assert typed.percent(text) == Decimal(percent)


@pytest.mark.parametrize(
    ("text", "wanted", "hint"),
    [
        ("0.5", "a percentage", "write 50%"),
        ("0.05", "a percentage", "write 5%"),
        ("0.125", "a percentage", "write 12.5%"),
        ("100.01", "a percentage from 0 to 100", ""),
        ("-5", "a percentage from 0 to 100", ""),
        ("1/2", "a percentage", "write 60 or 60%"),
        ("60.", "a percentage", "write 60 or 60%"),
        ("", "a percentage", "write 60 or 60%"),
    ],
)
def test_other_percentages_are_refused_and_a_fraction_with_what_it_may_mean(text: str, wanted: str, hint: str) -> None:
    assert _refusal(typed.percent, text) == (wanted, hint)


@pytest.mark.parametrize(("text", "count"), [("14", 14), ("14d", 14), ("2w", 14), ("0", 0)])
def test_days_are_a_number_alone_or_with_d_or_w(text: str, count: int) -> None:
    assert typed.days(text) == count


@pytest.mark.parametrize("text", ["2mo", "-1", "1.5", "2 w", "100000", "W", ""])
def test_other_days_are_refused(text: str) -> None:
    assert _refusal(typed.days, text) == ("a number of days", "write 14, 14d or 2w")


@pytest.mark.parametrize(("text", "number"), [("40", 40), ("-3", -3), ("1_000", 1000), ("010", 10)])
def test_whole_numbers(text: str, number: int) -> None:
    assert typed.integer(text) == number


@pytest.mark.parametrize("text", ["1.5", "1e3", "", "_", "_1", "1_", "1__0", "--1", "0x10"])
def test_what_is_no_whole_number(text: str) -> None:
    assert _refusal(typed.integer, text) == ("a whole number", "")


@pytest.mark.parametrize(("text", "number"), [("1.5", "1.5"), ("-1.5", "-1.5"), ("1_000.25", "1000.25")])
def test_decimal_numbers(text: str, number: str) -> None:
    assert typed.number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,5", "1.", ".5", "1e3", "", "1__0", "inf"])
def test_what_is_no_decimal_number(text: str) -> None:
    assert _refusal(typed.number, text) == ("a number", "write digits with a dot for decimals")


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("yes", True),
        ("TRUE", True),
        ("on", True),
        ("y", True),
        ("1", True),
        ("No", False),
        ("false", False),
        ("off", False),
    ],
)
def test_yes_and_no_have_many_spellings(text: str, flag: bool) -> None:
    assert typed.flag(text) is flag


@pytest.mark.parametrize("text", ["maybe", "ja", "2", ""])
def test_what_is_neither_yes_nor_no(text: str) -> None:
    assert _refusal(typed.flag, text) == ("yes or no", "")


@pytest.mark.parametrize("text", ["acme", "2026", "a.b_c-1", "a" * 80])
def test_ids(text: str) -> None:
    assert typed.ident(text) == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("PT Acme", "write pt-acme"),
        ("-a", "write a"),
        ("a" * 81, f"write {'a' * 80}"),
        ("日本", "use a-z, 0-9, dot, underscore, dash"),
        ("", "use a-z, 0-9, dot, underscore, dash"),
    ],
)
def test_what_is_no_id_is_refused_with_the_nearest(text: str, hint: str) -> None:
    assert _refusal(typed.ident, text) == ("an id", hint)


@given(st.text(max_size=100))
def test_the_nearest_id_is_one(text: str) -> None:
    near = typed.slug(text)
    assert near == "" or typed.ident(near) == near


def test_of_choices_the_nearest_is_named() -> None:
    choice = typed.one_of("commit", "pipeline")
    assert choice("commit") == "commit"
    assert _refusal(choice, "comit") == ("one of commit, pipeline", "did you mean commit?")
    assert _refusal(choice, "x") == ("one of commit, pipeline", "")


# Fields: the keys of a mapping


def _fields(text: str) -> Fields:
    tree = read_tree(text.encode(), "deals/acme.yaml")
    assert isinstance(tree.root, Mapping)
    return Fields(tree.root, Problems("deals/acme.yaml"), "a deal")


def _problems(fields: Fields) -> list[str]:
    return [
        f"{problem.place.line}:{problem.place.column} {problem.message}"
        + (f" ({problem.hint})" if problem.hint else "")
        for problem in fields.problems.found
    ]


@pytest.mark.parametrize("absent", ["", "~", "null", "Null", "NULL"])
def test_an_absent_value_is_none_and_its_quoted_text_is_not(absent: str) -> None:
    fields = _fields(f"a: {absent}\nb: '{absent}'\n")
    assert (fields.value("a", str), fields.text("a"), fields.texts("a")) == (None, "", ())
    assert (fields.mappings("a"), fields.inner("a")) == ((), None)
    assert fields.value("b", str) == absent


def test_a_key_that_is_not_there_is_absent() -> None:
    fields = _fields("a: 1\n")
    assert (fields.value("b", str), fields.text("b"), fields.texts("b"), fields.mappings("b")) == (None, "", (), ())


def test_text_is_trimmed_and_never_anything_else() -> None:
    fields = _fields("a: ' x '\nb: no\nc: 1e3\nd: 010\ne: 12:30\nf: |\n  two\n  lines\n")
    assert [fields.text(key) for key in "abcdef"] == ["x", "no", "1e3", "010", "12:30", "two\nlines"]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("a: [x, y]", ("x", "y")),
        ("a: x", ("x",)),
        ("a: 'x, y'", ("x, y",)),
        ("a: [x, ~, '', y]", ("x", "y")),
        ("a: ''", ()),
        ("a: []", ()),
        ("a:\n  - ' x '\n  - no", ("x", "no")),
    ],
)
def test_a_list_of_texts_may_be_one_text(text: str, texts: tuple[str, ...]) -> None:
    fields = _fields(f"{text}\n")
    assert (fields.texts("a"), _problems(fields)) == (texts, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: x, y", "1:4 a 'x, y' is one text, not a list (write a: [x, y])"),
        ("a: {x: y}", "1:4 a is a mapping; a list is wanted (write a: [a, b])"),
        ("a: [x, [y]]", "1:8 a is a list; one value is wanted"),
    ],
)
def test_what_is_no_list_of_texts(text: str, problem: str) -> None:
    fields = _fields(f"{text}\n")
    fields.texts("a")
    assert _problems(fields) == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("amount: [1]", "1:9 amount is a list; one value is wanted"),
        ("amount: {a: 1}", "1:9 amount is a mapping; one value is wanted"),
        ("amount: '1,5'", "1:9 amount '1,5' is not a plain amount (write 1.5)"),
        (f"amount: {'x' * 70}", f"1:9 amount '{'x' * 59}…' is not a plain amount ({_DIGITS})"),
    ],
)
def test_a_value_of_another_type_is_a_problem_where_it_stands(text: str, problem: str) -> None:
    fields = _fields(f"{text}\n")
    assert fields.value("amount", typed.money) is None
    assert _problems(fields) == [problem]


def test_entries_that_are_no_mappings_are_named_and_the_others_read() -> None:
    fields = _fields("tasks: [{title: A}, Call, ~, [x], {title: B}]\n")
    assert [inner.text("title") for inner in fields.mappings("tasks")] == ["A", "B"]
    assert _problems(fields) == [
        "1:21 tasks wants entries of `key: value`, not 'Call' (write - {title: …})",
        "1:30 tasks wants entries of `key: value`, not a list (write - {title: …})",
    ]


def test_one_mapping_stands_for_a_list_of_one() -> None:
    assert [inner.text("title") for inner in _fields("tasks: {title: A}\n").mappings("tasks")] == ["A"]


def test_a_mapping_is_asked_for_and_something_else_is_there() -> None:
    fields = _fields("fields: 5\nmoves: [a]\n")
    assert (fields.inner("fields"), fields.inner("moves")) == (None, None)
    assert _problems(fields) == [
        "1:9 fields is text; `key: value` lines are wanted",
        "2:8 moves is a list; `key: value` lines are wanted",
    ]


@pytest.mark.parametrize(
    ("text", "place"), [("a: 1", "1:1"), ("a: 1\ntitle:", "2:1"), ("a: 1\ntitle: ''", "2:1"), ("title: ~", "1:1")]
)
def test_what_is_required_may_be_neither_absent_nor_blank(text: str, place: str) -> None:
    fields = _fields(f"{text}\n")
    assert fields.required("title", "write title: …") is False
    assert _problems(fields) == [f"{place} title is missing (write title: …)"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tilte: x", "1:1 'tilte' is no key of a deal (did you mean title?)"),
        (
            "zzz: x",
            "1:1 'zzz' is no key of a deal (a field of your own goes under `fields:`; known here: title, amount)",
        ),
        ("{title: 10% off, answer}", "1:18 'answer' is no key of a deal (quote the text: a comma ends it inside { })"),
    ],
)
def test_a_key_that_nobody_asks_for_is_named_and_keeps_nothing_out(text: str, problem: str) -> None:
    fields = _fields(f"{text}\n")
    fields.text("title")
    fields.text("amount")
    fields.done()
    assert _problems(fields) == [problem]
    assert not any(found.unread for found in fields.problems.found)
