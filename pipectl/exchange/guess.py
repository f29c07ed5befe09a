"""A mapping file for a table, with every doubt beside it as a comment.

All rows are looked at. What no row decides is left as a question mark, which an import refuses, so that a person
settles it: a date or a number that can be read in two ways is never guessed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from pipectl.exchange import guess_tables as tables
from pipectl.exchange import guess_values as values
from pipectl.exchange.binding import first_stage
from pipectl.exchange.guess_columns import Column, Columns, guess_columns, is_own_export
from pipectl.exchange.guess_dialect import Answer, Shape, guess_shape
from pipectl.exchange.guess_tables import Stranger, quoted
from pipectl.exchange.guess_values import Cell
from pipectl.exchange.sheet import Sheet, clean, one_line, read_sheet, without_footer
from pipectl.model.mapping import FIRST_STAGE, OWN_SYSTEM, UNSETTLED, Dialect, Kind
from pipectl.model.pipeline import Pipeline
from pipectl.model.workspace import Workspace

_DAYS = ("expected_close", "created", "stage_since", "closed", "at")
_AMOUNTS = ("amount", "won_amount")
_FREE_TEXTS = ("external_id", "title", "note", "notes", "forced")
_NUMBER_FIELDS = frozenset({"integer", "decimal", "money", "percent"})


class Guess(NamedTuple):
    """A mapping file to confirm.

    Attributes:
        open_lines: the lines that a person has to settle.
        strangers: people of the table who are not in the team.
    """

    text: str
    rows: int
    open_lines: tuple[int, ...]
    strangers: tuple[Stranger, ...]


def guess_mapping(
    data: bytes, name: str, kind: Kind, workspace: Workspace, pipeline: str = "", unguard: Callable[[str], str] = str
) -> Guess:
    """A mapping of the table *data* from the file called *name*. *pipeline*: where its deals go; "" to find out.

    Raises:
        UnreadableError: *data* is no table in any way that is known here.
    """
    shape = guess_shape(data)
    skip = int(shape.skip_rows.value)
    dialect = Dialect(encoding=shape.used_encoding, separator=shape.used_separator, skip_rows=skip)
    sheet = read_sheet(data, dialect, unguard)
    return _Guessing(sheet, shape, kind, workspace, pipeline).guess(name)


class _Guessing:
    """One table being looked at."""

    def __init__(self, sheet: Sheet, shape: Shape, kind: Kind, workspace: Workspace, pipeline: str) -> None:
        self.shape = shape
        self.kind = kind
        self.workspace = workspace
        self.pipeline = workspace.pipelines.get(pipeline or _default(workspace))
        own = self.workspace.fields(self.pipeline.id) if self.pipeline else {}
        self.columns: Columns = guess_columns(sheet.header, kind, self.pipeline, own)
        self.own = {name: own[name] for name in self.columns.own}
        self.sheet = self._without_footer(sheet)
        self.nothing = self._sentinels()

    def _without_footer(self, sheet: Sheet) -> Sheet:
        ids, stages = (
            [sheet.header.index(name) for name in self.columns.sources(names)]
            for names in (("external_id",), ("stage", "status"))
        )
        return without_footer(sheet, ids, stages)

    def cells(self, *fields: str) -> list[Cell]:
        """The cells of *fields* that say something, column by column."""
        return self._of(self.columns.sources(fields))

    def _of(self, names: Iterable[str]) -> list[Cell]:
        places = [self.sheet.header.index(name) for name in names]
        nothing = getattr(self, "nothing", {})
        return [
            Cell(row.number, text)
            for place in places
            for row in self.sheet.rows
            if (text := one_line(row.cells[place])) and text not in nothing
        ]

    def _own_columns(self, kinds: Iterable[str]) -> list[str]:
        return [self.columns.own[name] for name, kind in self.own.items() if kind.type in kinds]

    def _days(self) -> list[Cell]:
        names = (*self.columns.sources(_DAYS), *self.columns.entered.values(), *self._own_columns(("date",)))
        return self._of(dict.fromkeys(names))

    def _sentinels(self) -> dict[str, int]:
        if is_own_export(self.sheet.header):
            # It writes nothing where there is nothing.
            return {}
        told = self.columns.sources(name for name in self.columns.columns if name not in _FREE_TEXTS)
        cells = self._of(dict.fromkeys((*told, *self.columns.entered.values(), *self.columns.own.values())))
        names = {cell.text for cell in self.cells("external_id", "title")}
        found = values.sentinels(self._days(), cells)
        return {text: row for text, row in found.items() if text not in names}

    def guess(self, name: str) -> Guess:
        owners, strangers = tables.people([*self.cells("owner"), *self.cells("by")], self.workspace.settings.team)
        parts = [
            self._heading(name),
            *self._dialect(),
            *self._destination(),
            *self._columns(),
            *self._tables(owners),
            *_team(strangers),
        ]
        text = "\n".join(parts) + "\n"
        lines = text.splitlines()
        waiting = tuple(number for number, line in enumerate(lines, 1) if line.partition("  #")[0].endswith('"?"'))
        return Guess(text, self.sheet.read, waiting, strangers)

    def _heading(self, name: str) -> str:
        return (
            f"# How {_comment(name)} becomes deals, guessed from its {self.sheet.read} rows. Confirm every line: a\n"
            '# comment says what decided it. Put an answer in place of each "?"; an import refuses them.\n'
        )

    def _dialect(self) -> Iterator[str]:
        shape, days = self.shape, self._days()
        marks = values.numbers([*self.cells(*_AMOUNTS), *self._of(self._own_columns(_NUMBER_FIELDS))])
        yield f"from: {self.kind}"
        yield _line("encoding", shape.encoding)
        yield _line("separator", shape.separator, always=True)
        if shape.skip_rows.value != "0":
            yield _line("skip_rows", shape.skip_rows)
        yield _line("decimal", marks.decimal, always=True)
        yield _line("group", marks.group, always=True)
        yield _line("dates", values.date_order(days))
        if (years := values.two_digit_years(days)) is not None:
            yield _line("two_digit_years", years)
        if self.nothing:
            seen = ", ".join(f"row {row}" for row in list(self.nothing.values())[:3])
            yield f"sentinels: [{', '.join(_always(text) for text in self.nothing)}]  # stand for nothing: {seen}"

    def _destination(self) -> Iterator[str]:
        known = self.workspace.pipelines
        if "pipeline" not in self.columns.columns:
            answer = Answer(self.pipeline.id) if self.pipeline else Answer(UNSETTLED, f"one of {', '.join(known)}")
            yield _line("pipeline", answer)
        if is_own_export(self.sheet.header):
            yield f"system: {OWN_SYSTEM}  # its own export, by the header: deals keep their ids"
        else:
            yield "system: csv  # the key under external_ids by which deals are known again; name it after the system"
        if "currency" not in self.columns.columns:
            yield _line("currency", values.currency(self.cells(*_AMOUNTS), self.workspace.settings.currency))

    def _columns(self) -> Iterator[str]:
        yield "\ncolumns:"
        columns, entered = dict(self.columns.columns), dict(self.columns.entered)
        begins = first_stage(self.pipeline).id if self.pipeline else ""
        created = columns.get("created")
        why = "the day on which a deal entered the stage"
        if created and self.kind is Kind.CSV and begins not in entered:
            # Without an entry of its own a closed deal has no beginning, and no cycle can be told.
            del columns["created"]
            entered[FIRST_STAGE] = created.names[0]
            why = f'"*": taken to begin in {begins or "their first stage"}; if not, write created: instead'
        for field, column in columns.items():
            yield f"  {field}: {_source(column)}{_why(column.why)}"
        if entered:
            yield f"  entered: {{{_pairs(entered)}}}{_why(why)}"
        if self.columns.own:
            yield f"  fields: {{{_pairs(self.columns.own)}}}"
        yield from self._unused(begins or "stage")

    def _unused(self, stage: str) -> Iterator[str]:
        """Comments on the columns that nothing is taken from."""
        unused = self.columns.unused
        dated = [name for name in unused if self._has_days(name)] if self.kind is Kind.CSV else []
        if dated:
            yield f"  # days stand in {_comment(', '.join(dated))}; one on which a deal entered a stage is taken by"
            yield f"  # entered: {{{stage}: {_always(_comment(dated[0]))}}}"
        if unused:
            yield f"  # not taken: {_comment(', '.join(unused))}"

    def _has_days(self, name: str) -> bool:
        cells = self._of([name]) if self.sheet.header.count(name) == 1 else []
        return bool(cells) and all(values.begins_with_day(cell.text) for cell in cells)

    def _tables(self, owners: tables.Table) -> Iterator[str]:
        pipelines: tuple[Pipeline, ...] = tuple(self.workspace.pipelines.values())
        own = (self.pipeline,) if self.pipeline and "pipeline" not in self.columns.columns else pipelines
        reasons = [reason.id for pipeline in own for reason in self.workspace.lost_reasons(pipeline.id)]
        yield from _table("stages", tables.stages(self.cells("stage"), own))
        if self.cells("status"):
            yield from _table("statuses", tables.statuses(self.cells("status"), own))
        if self.cells("pipeline"):
            yield from _table("pipelines", tables.pipelines(self.cells("pipeline"), self.workspace.pipelines))
        yield from _table("lost_reasons", tables.reasons(self.cells("lost_reason"), tuple(dict.fromkeys(reasons))))
        yield from _table("owners", owners)


def _default(workspace: Workspace) -> str:
    named = workspace.settings.default_pipeline
    return named or (next(iter(workspace.pipelines)) if len(workspace.pipelines) == 1 else "")


def _team(strangers: Iterable[Stranger]) -> Iterator[str]:
    lines = [f"#   {_comment(tables.line(stranger))}" for stranger in strangers]
    if lines:
        yield "\n# People who are not in the team; lines for pipectl.yaml:\n# team:"
        yield from lines


def _table(name: str, answers: Mapping[str, Answer]) -> Iterator[str]:
    if answers:
        yield f"\n{name}:"
        for text, answer in answers.items():
            yield f"  {_always(text)}: {_value(answer)}{_why(answer.why)}"


def _line(key: str, answer: Answer, *, always: bool = False) -> str:
    return f"{key}: {_always(answer.value) if always else _value(answer)}{_why(answer.why)}"


def _value(answer: Answer) -> str:
    return answer.value if answer.value == "~" else quoted(answer.value)


def _source(column: Column) -> str:
    names = [quoted(name) for name in column.names]
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _pairs(sources: Mapping[str, str]) -> str:
    return ", ".join(f"{quoted(key)}: {_always(name)}" for key, name in sources.items())


def _always(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _why(text: str) -> str:
    return f"  # {_comment(text)}" if text else ""


def _comment(text: str) -> str:
    return one_line(clean(text))
