"""The board without columns: a stage a block, a deal a line, for narrow windows, pipes and files."""

from collections.abc import Iterable

from pipectl.model.frozen import frozen
from pipectl.output.board_parts import Card, Pipeline, Stage, heading
from pipectl.output.fit import cut, pad, width, wrap
from pipectl.output.look import Look
from pipectl.output.numbers import human, money_short
from pipectl.output.signs import style

_INDENT = "  "
_GAP = "  "
# A title shorter than this says nothing; the id says enough.
_LEAST_TITLE = 8


@frozen
class _Widths:
    """Cells of each part of a line; a title of 0 is left out."""

    id: int
    title: int
    amount: int
    days: int


def draw(pipelines: Iterable[Pipeline], look: Look) -> list[str]:
    """A paragraph for the name of each pipeline and for each of its stages."""
    return [text for pipeline in pipelines for text in _pipeline(pipeline, look)]


def _pipeline(pipeline: Pipeline, look: Look) -> list[str]:
    widths = _widths([card for stage in pipeline.stages for card in stage.cards], look)
    above = [*heading(pipeline.name, pipeline.stages, look), look.pick("─", "-") * width(pipeline.name)]
    return ["\n".join(above), *(_stage(stage, widths, look) for stage in pipeline.stages)]


def _stage(stage: Stage, widths: _Widths, look: Look) -> str:
    lines = heading(stage.name, (stage,), look)
    lines += [line for card in stage.cards for line in _lines(card, widths, look)]
    if (more := stage.deals - len(stage.cards)) > 0:
        lines.append(f"{_INDENT}+{more} more")
    return "\n".join(lines)


def _lines(card: Card, widths: _Widths, look: Look) -> list[str]:
    """The deal on one line; its signs go on a second one before any of them is cut."""
    parts = [
        pad(card.id, widths.id),
        *([pad(cut(card.title, widths.title, look.ellipsis), widths.title)] if widths.title else []),
        pad(_amount(card, look), widths.amount, right=True),
        pad(human(card.days, look), widths.days, right=True),
    ]
    facts = _INDENT + _GAP.join(parts)
    signs = ", ".join(card.signs)
    room = look.width or width(facts) + len(_GAP) + width(signs)
    facts = cut(facts, room, look.ellipsis)
    if not signs:
        return [facts]
    gravest = style(card.signs[0])
    if width(facts) + len(_GAP) + width(signs) <= room:
        return [facts + _GAP + look.paint(signs, gravest)]
    below = wrap(signs, room - 2 * len(_INDENT))
    return [facts, *(2 * _INDENT + look.paint(line, gravest) for line in below)]


def _widths(cards: list[Card], look: Look) -> _Widths:
    """Parts of equal width over all lines, the title in what room is left."""
    ids, amounts, days, titles, signs = (
        max(map(width, texts), default=0)
        for texts in (
            [card.id for card in cards],
            [_amount(card, look) for card in cards],
            [human(card.days, look) for card in cards],
            [card.title for card in cards],
            [", ".join(card.signs) for card in cards],
        )
    )
    if look.width is None:
        return _Widths(ids, titles, amounts, days)
    room = look.width - len(_INDENT) - ids - amounts - days - signs - 4 * len(_GAP)
    return _Widths(ids, min(titles, room) if room >= _LEAST_TITLE else 0, amounts, days)


def _amount(card: Card, look: Look) -> str:
    return human(card.amount, look) if look.width is None else money_short(card.amount, look)
