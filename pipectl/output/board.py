"""The board: the stages of each pipeline with their deals, side by side where the window is wide enough."""

from collections.abc import Callable, Iterable

from pipectl.output import board_columns, board_list, prose, table
from pipectl.output.board_parts import DEALS, STAGES, Pipeline, pipelines
from pipectl.output.look import Look
from pipectl.output.safe import plain
from pipectl.report import Report

# Below this two columns of cards don't stand side by side.
_LEAST_WIDTH = 60


def render(report: Report, look: Look) -> str:
    """Cards in columns on a wide terminal, else a line a deal.

    A report whose tables lack columns that the drawing needs is shown as tables.
    """
    if not _is_board(report):
        return table.render(report, look)
    found = pipelines(report.tables[0], report.tables[1])
    above = prose.lines([prose.header(report, look)], look)
    below = prose.lines(prose.notes(report), look)
    empty = plain(report.tables[0].empty)
    if empty and not any(pipeline.deals for pipeline in found):
        return prose.paragraphs([above, prose.lines([empty], look), below])
    draw: Callable[[Iterable[Pipeline], Look], list[str]] = board_list.draw
    if look.width is not None and look.width >= _LEAST_WIDTH:
        draw = board_columns.draw
    return prose.paragraphs([above, *draw(found, look), below])


def _is_board(report: Report) -> bool:
    wanted = (DEALS, STAGES)
    return len(report.tables) == len(wanted) and all(
        keys <= {column.key for column in found.columns} for keys, found in zip(wanted, report.tables, strict=True)
    )
