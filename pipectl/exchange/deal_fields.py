"""One row's cells become the fields of a deal."""

import re
from datetime import date

from pipectl.exchange.cells import CellError
from pipectl.exchange.own_fields import own_value
from pipectl.exchange.reading import Reading, short
from pipectl.model.deal import Contact, Deal, FieldValue
from pipectl.model.mapping import OWN_SYSTEM
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.suggest import suggest


def deal_of(reading: Reading, pipeline: Pipeline, stage: Stage) -> Deal:
    """The deal of one row, without id, path and history; not for use where the reading has refusals."""
    currency = reading.currency()
    return Deal(
        id="",
        path="",
        title=reading.needed("title"),
        pipeline=pipeline.id,
        stage=stage.id,
        amount=reading.amount("amount", currency),
        currency=currency,
        expected_close=_expected_close(reading, stage),
        owner=reading.value("owner", reading.reader.people.find) or "",
        company=reading.text("company"),
        contacts=_contacts(reading),
        source=reading.text("source"),
        tags=_tags(reading.text("tags")),
        fields=_own_fields(reading, pipeline, currency),
        created=reading.day("created"),
        probability=reading.percent("probability"),
        forecast=reading.forecast(),
        lost_reason=_lost_reason(reading, pipeline),
        competitor=reading.text("competitor"),
        external_ids=_external_ids(reading),
        notes=_notes(reading),
    )


def _external_ids(reading: Reading) -> dict[str, str]:
    """What other systems call the deal: `hubspot:123; csv:9`, and the id of the row unless it is our own."""
    pairs = (part.strip().partition(":") for part in reading.text("external_ids").split(";"))
    found = {system: name for system, _, name in pairs if system and name}
    name, system = reading.external_id(), reading.binding.mapping.system
    return found if system == OWN_SYSTEM else {**found, system: name}


def _lost_reason(reading: Reading, pipeline: Pipeline) -> str:
    return reading.value("lost_reason", lambda text: _known_reason(reading, pipeline, text)) or ""


def _known_reason(reading: Reading, pipeline: Pipeline, text: str) -> str:
    """The reason that the workspace has for *text*; any where it defines none."""
    told = reading.binding.known("lost_reasons", text)
    known = [reason.id for reason in reading.binding.workspace.lost_reasons(pipeline.id)]
    wanted = text if told is None else told
    if not known or wanted in known or not wanted:
        return wanted
    found = next((reason for reason in known if reason.casefold() == wanted.casefold()), None)
    if found is None:
        near = suggest(wanted.casefold(), known)
        hint = f"did you mean {near}? " if near else ""
        hint += f'`lost_reasons:` in the mapping says what it is: "{short(text)}": {near or known[0]}'
        raise CellError(f"is not one of {', '.join(known)}", hint)
    return found


def _expected_close(reading: Reading, stage: Stage) -> date | None:
    """The day that the deal is expected to close; of a closed one, not where the column says when it did close."""
    columns = reading.binding.mapping.columns
    if not stage.is_open and columns.get("expected_close") == columns.get("closed"):
        return None
    return reading.day("expected_close")


def _own_fields(reading: Reading, pipeline: Pipeline, currency: str) -> dict[str, FieldValue]:
    found = {name: _own_field(reading, pipeline, name, currency) for name in reading.binding.mapping.fields}
    return {name: value for name, value in found.items() if value is not None}


def _own_field(reading: Reading, pipeline: Pipeline, name: str, currency: str) -> FieldValue | None:
    kind = reading.binding.workspace.fields(pipeline.id).get(name)
    if kind is not None:
        return reading.value(f"fields.{name}", lambda text: own_value(kind, text, reading.reader.cells, currency))
    if reading.text(f"fields.{name}"):
        reading.refuse(reading.binding.pickers[f"fields.{name}"], f"{pipeline.id} has no field '{name}'")
    return None


def _contacts(reading: Reading) -> tuple[Contact, ...]:
    name, email, phone = (reading.text(key) for key in ("contact", "contact_email", "contact_phone"))
    known = name or email or phone
    return (Contact(known, email=email, phone=phone),) if known else ()


def _notes(reading: Reading) -> str:
    picker = reading.binding.pickers.get("notes")
    text = picker.text(reading.row.cells) if picker else ""
    return "\n".join(line.rstrip() for line in text.replace("\t", " ").split("\n")).strip()


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in re.split("[,;]", text) if tag.strip()))
