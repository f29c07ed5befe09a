"""The board as people draw it: stages across, deals as cards under them."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import TypeAlias

from pipectl.output.board_parts import Card, Pipeline, Stage, counted, heading
from pipectl.output.fit import cut, pad, wrap
from pipectl.output.look import Look
from pipectl.output.numbers import human, money_short
from pipectl.output.signs import legend, sign, style
from pipectl.report import Days

_GAP = 2
_LEAST_COLUMN = 18
# Wider ones only draw the eye away from the next.
_MOST_COLUMN = 38
_MOST_CARDS = 12

# What it says, and the same with colour.
_Line: TypeAlias = tuple[str, str]


def draw(pipelines: Iterable[Pipeline], look: Look) -> list[str]:
    """A paragraph for each pipeline's name and each band of its stages, and one for what the signs mean."""
    chosen = tuple(pipelines)
    texts = [
        text
        for pipeline in chosen
        for text in ("\n".join(heading(pipeline.name, pipeline.stages, look)), *_bands(pipeline, look))
    ]
    used = (word for pipeline in chosen for stage in pipeline.stages for card in _shown(stage) for word in card.signs)
    return [*texts, "\n".join(wrap(legend(used, look), look.width))]


def _bands(pipeline: Pipeline, look: Look) -> list[str]:
    """The stages in as few rows of columns as the window allows, evenly filled."""
    window = look.width or 0
    most = max(1, (window + _GAP) // (_LEAST_COLUMN + _GAP))
    bands = -(-len(pipeline.stages) // most)
    each = -(-len(pipeline.stages) // bands)
    room = min(_MOST_COLUMN, (window + _GAP) // each - _GAP)
    starts = range(0, len(pipeline.stages), each)
    return [_band(pipeline.stages[start : start + each], room, look) for start in starts]


def _band(stages: tuple[Stage, ...], room: int, look: Look) -> str:
    columns = [[*_header(stage, room, look), *_cards(stage, room, look)] for stage in stages]
    rows = zip_longest(*columns, fillvalue=("", ""))
    gap = " " * _GAP
    return "\n".join(gap.join(pad(text, room, painted=painted) for text, painted in row).rstrip() for row in rows)


def _header(stage: Stage, room: int, look: Look) -> list[_Line]:
    """The name; count and amount; the weighted amount; a rule."""
    name = cut(stage.name, room, look.ellipsis)
    amount = money_short(stage.amount, look) if stage.deals and stage.amount else ""
    facts = look.dot.join(text for text in (counted(stage.deals) if stage.deals else "no deals", amount) if text)
    weighted = f"weighted {money_short(stage.weighted, look)}" if stage.deals and stage.weighted else ""
    rule = look.pick("─", "-") * room
    lines = [(name, look.paint(name, "bold")), *(_same(cut(text, room, look.ellipsis)) for text in (facts, weighted))]
    return [*lines, _same(rule)]


def _cards(stage: Stage, room: int, look: Look) -> list[_Line]:
    shown = _shown(stage)
    lines = [line for card in shown for line in _card(card, room, look)]
    more = max(stage.deals, len(stage.cards)) - len(shown)
    return [*lines, _same(f"+{more} more")] if more else lines


def _card(card: Card, room: int, look: Look) -> list[_Line]:
    """The title; under it amount, days in the stage and signs, of which the signs are never cut."""
    signs = "".join(sign(word, look) for word in card.signs)
    painted = "".join(look.paint(sign(word, look), style(word)) for word in card.signs)
    facts = look.dot.join((money_short(card.amount, look), _age(card, look)))
    left = room - 2 - (len(signs) + 1 if signs else 0)
    facts = "  " + cut(facts, left, look.ellipsis) + (" " if signs else "")
    return [_same(cut(card.title or card.id, room, look.ellipsis)), (facts + signs, facts + painted)]


def _age(card: Card, look: Look) -> str:
    """Whole days: the card has no room for hours."""
    return human(Days(round(card.days.days)) if card.days else None, look)


def _shown(stage: Stage) -> tuple[Card, ...]:
    return stage.cards[:_MOST_CARDS]


def _same(text: str) -> _Line:
    return text, text
