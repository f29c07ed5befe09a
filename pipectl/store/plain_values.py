"""The values of a plain deal file, packed one by one: what the schema's typed getters would give, or nothing.

Values become what a record holds and no more, since most of them are never looked at; and what a text has become is
kept, since most texts stand in many files.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias, TypeVar

from pipectl.model.pipeline import FORECASTS
from pipectl.store import typed
from pipectl.store.parse_settings import currency_code
from pipectl.store.plain_brackets import Plain, PlainList, PlainMapping, Quoted
from pipectl.store.records import Packed
from pipectl.store.typed import ABSENT, Wrong

_T = TypeVar("_T")
Read: TypeAlias = Callable[[Plain], Packed]
# How many readings of one kind of value are kept: a bound on memory.
KEPT = 1 << 14


class FindingError(Exception):
    """The file has something wrong, or something that only the full reader can tell."""


def text_of(value: Plain) -> str:
    """Trimmed text; "" where there is none."""
    if type(value) is str:
        return "" if value in ABSENT else value
    if type(value) is Quoted:
        return value.strip()
    raise FindingError


class Reader(NamedTuple):
    """What reads one value, and what it has made of texts before, so that it need not be asked about most."""

    read: Read
    kept: dict[Plain, Packed]


def scalar(
    convert: Callable[[str], _T], pack: Callable[[_T], Packed] = lambda value: value, empty: Packed = None
) -> Reader:
    """What reads one value; *empty* stands for an absent one."""
    kept: dict[Plain, Packed] = {}

    def read(value: Plain) -> Packed:
        if type(value) is Quoted:
            text = value.strip()
        elif type(value) is not str:
            raise FindingError
        elif value in ABSENT:
            return empty
        else:
            text = value
        found = kept.get(text)
        if found is None:
            try:
                found = pack(convert(text))
            except Wrong:
                raise FindingError from None
            # In quotes such a text is a word, and without them it is none.
            if len(kept) < KEPT and text not in ABSENT:
                kept[text] = found
        return found

    return Reader(read, kept)


def mapping_of(value: Plain) -> Mapping[str, Plain]:
    """A mapping; nothing is an empty one."""
    if type(value) is PlainMapping:
        return value
    if type(value) is str and value in ABSENT:
        return {}
    raise FindingError


def mappings_of(value: Plain) -> list[Mapping[str, Plain]]:
    """A list of mappings, or one for a list of one, without those that are nothing."""
    return [found for item in (value if type(value) is PlainList else (value,)) if (found := mapping_of(item))]


def _texts(value: Plain) -> tuple[str, ...]:
    """A list of texts, or one for a list of one."""
    if type(value) is PlainList:
        found = []
        for item in value:
            if not isinstance(item, str):
                raise FindingError
            if (text := item.strip()) and not (type(item) is str and item in ABSENT):
                found.append(text)
        return tuple(found)
    if type(value) is str and "," in value:
        raise FindingError
    text = text_of(value)
    return (text,) if text else ()


def _external_ids(value: Plain) -> dict[str, str]:
    texts = mapping_of(value)
    if not all(isinstance(text, str) for text in texts.values()):
        raise FindingError
    return {key: str(text).strip() for key, text in texts.items()}


prose = Reader(text_of, {})  # most of it is written once
word = scalar(str, empty="")
currency = scalar(currency_code, empty="")
day = scalar(typed.day, str)
texts = Reader(_texts, {})
# What reads the fields that are alike in every pipeline and currency, and are no lists of mappings.
FIELDS: dict[str, Reader] = {
    **dict.fromkeys(("title", "notes"), prose),
    **dict.fromkeys(("stage", "pipeline", "owner", "company", "source", "lost_reason", "competitor"), word),
    **dict.fromkeys(("expected_close", "created", "snooze_until"), day),
    **dict.fromkeys(("tags", "aliases"), texts),
    "currency": currency,
    "probability": scalar(typed.percent, str),
    "forecast": scalar(typed.one_of(*FORECASTS), empty=""),
    "external_ids": Reader(_external_ids, {}),
}
