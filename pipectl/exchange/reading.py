"""One row being read: its cells by the names of fields; what can't be read is collected, column by column."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pipectl.exchange.binding import Binding, Picker, stage_called
from pipectl.exchange.cells import CellError, Cells
from pipectl.exchange.ids import is_id
from pipectl.exchange.own_fields import percent
from pipectl.exchange.people import People
from pipectl.exchange.sheet import Refusal, Row, one_line
from pipectl.model.frozen import frozen
from pipectl.model.mapping import OWN_SYSTEM
from pipectl.model.money import CURRENCY_CODE, Money
from pipectl.model.pipeline import FORECASTS, Pipeline, Stage
from pipectl.model.suggest import suggest

_T = TypeVar("_T")

# What a spreadsheet makes of a long number, its last digits lost for ever.
_CUT_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]+\Z")


@frozen
class Reader:
    """What every row of a table is read with."""

    binding: Binding
    cells: Cells
    people: People

    @classmethod
    def of(cls, binding: Binding) -> "Reader":
        """The reader of the table that *binding* is bound to."""
        settings = binding.workspace.settings
        return cls(binding, Cells(binding.mapping.dialect, settings.zone), People(binding, settings.team))


@dataclass(slots=True)
class Reading:
    """One row being read: what is wrong with it so far, and what is worth a note."""

    reader: Reader
    row: Row
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def binding(self) -> Binding:
        """The mapping, bound to the table and the workspace."""
        return self.reader.binding

    def text(self, name: str) -> str:
        """What the column of *name* says, on one line; "" where there is none."""
        picker = self.binding.pickers.get(name)
        return one_line(picker.text(self.row.cells)) if picker else ""

    def value(self, name: str, convert: Callable[[str], _T]) -> _T | None:
        """What the column of *name* says, converted; None where it is empty or, with a refusal, wrong."""
        picker = self.binding.pickers.get(name)
        text = one_line(picker.text(self.row.cells)) if picker else ""
        if picker is None or not text:
            return None
        try:
            return convert(text)
        except CellError as error:
            self.refuse(picker, f"'{short(text)}' {error}", error.hint)
            return None

    def refuse(self, picker: Picker | None, message: str, hint: str = "") -> None:
        """Record why the row is not taken."""
        self.refused.append(Refusal(self.row.number, picker.label if picker else "", message, hint))

    def needed(self, name: str) -> str:
        """What the column of *name* says; a refusal where that is nothing."""
        text = self.text(name)
        if not text:
            self.refuse(self.binding.pickers.get(name), f"is empty, and every row needs its {name}")
        return text

    def external_id(self) -> str:
        """By what the other system knows the deal."""
        text = self.needed("external_id")
        if _CUT_NUMBER.match(text):
            hint = "format the column as text in the spreadsheet and export again"
            self.refuse(self.binding.pickers["external_id"], f"'{text}' is an id that a spreadsheet has cut", hint)
        elif text and self.binding.mapping.system == OWN_SYSTEM and not is_id(text):
            hint = "another name than pipectl for `system:` in the mapping takes any text"
            self.refuse(self.binding.pickers["external_id"], f"'{short(text)}' is no id of a deal", hint)
        return text

    def pipeline(self) -> Pipeline | None:
        """The pipeline that the row names, or the mapping's."""
        name = self.text("pipeline")
        if not name:
            if self.binding.pipeline is None:
                self.refuse(self.binding.pickers.get("pipeline"), "is empty, and the mapping names no other")
            return self.binding.pipeline
        known = self.binding.workspace.pipelines
        named = {found.name.casefold(): found.id for found in known.values()}
        wanted = self.binding.known("pipelines", name) or named.get(name.casefold()) or name.casefold()
        if wanted not in known:
            hint = f"`pipelines:` in the mapping says which of {', '.join(known)} it is"
            self.refuse(self.binding.pickers["pipeline"], f"'{short(name)}' is no pipeline", hint)
        return known.get(wanted)

    def stage(self, pipeline: Pipeline) -> Stage | None:
        """The stage of *pipeline* that the row's status tells, or else its stage."""
        status = self.text("status")
        if status:
            told = self.binding.known("statuses", status)
            if told is None:
                hint = "`statuses:` in the mapping says what it is, `~` where the stage tells more"
                self.refuse(self.binding.pickers["status"], f"'{short(status)}' is no status of the mapping", hint)
                return None
            if told:
                return self._stage(pipeline, "status", told, status)
        text = self.needed("stage")
        return self._stage(pipeline, "stage", self.binding.known("stages", text) or text, text) if text else None

    def _stage(self, pipeline: Pipeline, name: str, wanted: str, text: str) -> Stage | None:
        found = stage_called(pipeline, wanted)
        if found is None:
            known = [stage.id for stage in pipeline.stages]
            near = suggest(wanted.casefold(), known)
            hint = f"did you mean {near}? " if near else ""
            hint += f'`stages:` in the mapping says what it is: "{short(text)}": {near or known[0]}'
            message = f"'{short(text)}' is no stage of {pipeline.id} ({', '.join(known)})"
            self.refuse(self.binding.pickers[name], message, hint)
        return found

    def currency(self) -> str:
        """The currency of the row's amounts."""
        default = self.binding.mapping.currency or self.binding.workspace.settings.currency
        return self.value("currency", _currency) or default

    def amount(self, name: str, currency: str) -> Money | None:
        """What the column of *name* says, as money."""
        found = self.value(name, lambda text: self.reader.cells.amount(text, currency))
        return None if found is None else Money(found, currency)

    def day(self, name: str) -> date | None:
        """What the column of *name* says, as a day."""
        return self.value(name, self.reader.cells.day)

    def percent(self, name: str) -> Decimal | None:
        """What the column of *name* says, 0 to 100."""
        return self.value(name, lambda text: percent(self.reader.cells, text))

    def forecast(self) -> str:
        """The forecast category; "" where there is none."""
        return self.value("forecast", _forecast) or ""


def _currency(text: str) -> str:
    if not CURRENCY_CODE.match(text.upper()):
        raise CellError("is no currency code", "three letters such as IDR or USD")
    return text.upper()


def _forecast(text: str) -> str:
    word = re.sub("[ -]+", "_", text.casefold())
    if word not in FORECASTS:
        raise CellError(f"is not one of {', '.join(FORECASTS)}")
    return word


def short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
