"""How a table is written, decided by its own rows: the encoding, the separator, where the header stands."""

from collections import Counter
from typing import NamedTuple

from pipectl.errors import UnreadableError
from pipectl.exchange.sheet import SEPARATOR_LINE, split
from pipectl.model.mapping import SEPARATORS, UNSETTLED

_WESTERN, _CENTRAL = "cp1252", "cp1250"
_NEAR = 12


class Answer(NamedTuple):
    """A value for the mapping, or a question mark, and what decided it or leaves it open."""

    value: str
    why: str = ""


class Shape(NamedTuple):
    """How the table is written; *text* is read by the likeliest answers where one is open."""

    encoding: Answer
    separator: Answer
    skip_rows: Answer
    text: str
    used_encoding: str
    used_separator: str


def guess_shape(data: bytes) -> Shape:
    """How *data* is written.

    Raises:
        UnreadableError: it is no table in any way that is known here.
    """
    encoding, used = _encoding(data)
    text = data.decode("utf-8-sig" if used == "utf-8" else used)
    separator, mark = _separator(text)
    return Shape(encoding, separator, _skip_rows(text, mark), text, used, mark)


def _encoding(data: bytes) -> tuple[Answer, str]:
    """The answer, and the encoding to go on with."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Answer("utf-16", "the byte order mark says so"), "utf-16"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _one_byte(data, error.start)
    if data.startswith(b"\xef\xbb\xbf"):
        return Answer("utf-8", "the byte order mark says so"), "utf-8"
    if text.isascii():
        return Answer("utf-8", "nothing beyond ASCII, which all encodings write alike"), "utf-8"
    place = next(place for place, character in enumerate(text) if not character.isascii())
    return Answer("utf-8", f"row {_line(text, place)}: '{_near(text, place)}'"), "utf-8"


def _one_byte(data: bytes, start: int) -> tuple[Answer, str]:
    """Between the Windows encodings of Western and Central Europe only the reader's eye decides."""
    readings = {}
    for name in (_WESTERN, _CENTRAL):
        try:
            readings[name] = data.decode(name)
        except UnicodeDecodeError:
            continue
    if not readings:
        row = data.count(b"\n", 0, start) + 1
        hint = "save it as UTF-8, or name its encoding in a mapping written by hand"
        raise UnreadableError(f"row {row}: byte 0x{data[start]:02x} is neither UTF-8 nor cp1252", hint=hint)
    first = next(iter(readings))
    western, central = readings.get(_WESTERN), readings.get(_CENTRAL)
    if western is None or central is None:
        text = readings[first]
        return Answer(first, f"row {_line(text, start)}: '{_near(text, start)}' is no UTF-8"), first
    differing = next(
        (place for place, pair in enumerate(zip(western, central, strict=True)) if pair[0] != pair[1]), None
    )
    if differing is None:
        why = f"row {_line(western, start)}: '{_near(western, start)}' is no UTF-8"
        return Answer(_WESTERN, why), _WESTERN
    row, seen = _line(western, differing), (_near(western, differing), _near(central, differing))
    why = f"row {row}: '{seen[0]}' as {_WESTERN}, '{seen[1]}' as {_CENTRAL}; write the one that reads right"
    return Answer(UNSETTLED, why), _WESTERN


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _near(text: str, place: int) -> str:
    """The word that stands at *place*."""
    start = max((text.rfind(mark, 0, place) for mark in ',;\t|"\n '), default=-1) + 1
    end = min((found for mark in ',;\t|"\r\n ' if (found := text.find(mark, place)) >= 0), default=len(text))
    return text[max(start, place - _NEAR) : min(end, place + _NEAR)]


def _separator(text: str) -> tuple[Answer, str]:
    """The answer, and the mark to go on with."""
    first = text.partition("\n")[0].strip()
    if (found := SEPARATOR_LINE.match(first)) and found[1] in SEPARATORS.values():
        return Answer(_name(found[1]), f"row 1 says {first}"), found[1]
    widths = {mark: _widths(text, mark) for mark in SEPARATORS.values()}
    shares = {mark: _share(found) for mark, found in widths.items() if found and max(found) > 1}
    if not shares:
        hint = "it may have one column only; name a separator in a mapping written by hand"
        raise UnreadableError("no row has a separator: neither , nor ; nor | nor a tab", hint=hint)
    ranked = sorted(shares, key=lambda mark: (shares[mark], _mode(widths[mark])), reverse=True)
    best = ranked[0]
    rows, width = sum(widths[best].values()), _mode(widths[best])
    even = [mark for mark in ranked if shares[mark] == shares[best]]
    if len(even) > 1:
        marks = " and ".join(f"{_name(mark)} ({_mode(widths[mark])} columns)" for mark in even)
        return Answer(UNSETTLED, f"{marks} part all rows alike"), best
    count = widths[best][width]
    share = f"all {rows} rows" if count == rows else f"{count} of {rows} rows"
    return Answer(_name(best), f"it parts {share} into {width} cells"), best


def _widths(text: str, mark: str) -> Counter[int]:
    try:
        rows = split(text, mark)
    except UnreadableError:
        return Counter()
    return Counter(len(row) for row in rows if any(cell.strip() for cell in row))


def _mode(widths: Counter[int]) -> int:
    return max((width for width in widths if width > 1), key=lambda width: (widths[width], width))


def _share(widths: Counter[int]) -> float:
    """The share of rows with the usual number of cells."""
    return widths[_mode(widths)] / sum(widths.values())


def _name(mark: str) -> str:
    return next(name for name, found in SEPARATORS.items() if found == mark)


def _skip_rows(text: str, mark: str) -> Answer:
    """How many rows stand above the first that fills the usual number of columns."""
    rows = split(text, mark)
    width = _mode(_widths(text, mark))
    start = 1 if SEPARATOR_LINE.match(text.partition("\n")[0].strip()) else 0
    header = next(
        (
            place
            for place, row in enumerate(rows[start:])
            if len([cell for cell in row if cell.strip()]) >= width * 2 / 3
        ),
        0,
    )
    if not header:
        return Answer("0")
    return Answer(str(header), f"row {start + header + 1} is the first that fills the columns")
