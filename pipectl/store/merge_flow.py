"""Lists and mappings in brackets and braces, put together from the texts of both sides."""

from collections.abc import Iterator

from pipectl.model.merge import Fields, Items, Plan, Taken
from pipectl.model.merge_values import Side
from pipectl.store.edit_refused import Refused
from pipectl.store.edit_spans import Span
from pipectl.store.merge_pick import pick

Spans = tuple[Span | None, Span | None, Span | None]
_COMMA = ", "


def flow_text(plan: Plan, spans: Spans) -> str:
    """The text that *plan*, with nothing left to settle, comes to; *spans* are the value on each side.

    Raises:
        Refused: the sides write it in ways that don't go together.
    """
    match plan:
        case Taken():
            return _taken(plan, spans)
        case Fields() | Items():
            parts = list(_fields(plan, spans) if isinstance(plan, Fields) else _items(plan, spans))
            model = next((span for span in spans[1:] if span and span.items), spans[1] or spans[2])
            if model is None or not model.flow:
                raise Refused("one side writes in lines what the other writes in brackets")
            return _around(model, parts)
    raise Refused("it is not settled")


def _taken(plan: Taken, spans: Spans) -> str:
    texts = [None if span is None else _text(span) for span in spans]
    base, ours, theirs = texts
    if ours is not None and theirs is not None and plan.side is Side.OURS:
        # Both say the same, or only theirs has stayed as it was.
        return (pick(base, ours, theirs) if _says_the_same(spans) else ours) or ours
    text = {Side.BASE: base, Side.OURS: ours, Side.THEIRS: theirs}[plan.side]
    if text is None:
        raise Refused("it is not there")
    return text


def _says_the_same(spans: Spans) -> bool:
    _, ours, theirs = spans
    return ours is not None and theirs is not None and ours.kind == theirs.kind == "scalar" and ours.text == theirs.text


def _fields(plan: Fields, spans: Spans) -> Iterator[str]:
    sides = [{key.text: (key, value) for key, value in span.entries} if span else {} for span in spans]
    for name, inner in plan.entries.items():
        pairs = [side.get(name) for side in sides]
        own = next(pair for pair in (pairs[1], pairs[2], pairs[0]) if pair)
        values = tuple(pair[1] if pair else None for pair in pairs)
        chosen = pairs[{Side.BASE: 0, Side.OURS: 1, Side.THEIRS: 2}[inner.side]] if isinstance(inner, Taken) else own
        key, value = chosen or own
        if value.is_nothing:
            yield value.source.text[key.outer : max(key.stop, value.stop)]
        else:
            head = value.source.text[key.outer : value.outer]
            yield head + flow_text(inner, values)  # type: ignore[arg-type]  # three they are


def _items(plan: Items, spans: Spans) -> Iterator[str]:
    for place, inner in plan.items:
        at = zip(spans, place, strict=True)
        values = tuple(None if span is None or number is None else span.items[number] for span, number in at)
        yield flow_text(inner, values)  # type: ignore[arg-type]  # three they are


def _text(span: Span) -> str:
    return span.source.text[span.outer : span.stop]


def _around(model: Span, parts: list[str]) -> str:
    """*parts* between the brackets of *model*, with its commas."""
    text = model.source.text
    step = 2 if model.kind == "mapping" else 1
    starts = [item.outer for item in model.items[::step]]
    stops = [max(item.stop for item in model.items[at : at + step]) for at in range(0, len(model.items), step)]
    if not starts:
        return text[model.start] + _COMMA.join(parts) + text[model.stop - 1]
    gaps = [text[stop:start] for stop, start in zip(stops, starts[1:], strict=False)]
    left, right = text[model.start : starts[0]], text[stops[-1] : model.stop]
    if any("#" in gap for gap in (left, right, *gaps)):
        raise Refused("comments stand inside of brackets")
    return left + (gaps[0] if gaps else _COMMA).join(parts) + right
