"""Which column is which field, by the names that other systems and people give them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipectl.exchange.binding import stage_called
from pipectl.model.mapping import COLUMNS, REQUIRED, UNSETTLED, Kind
from pipectl.model.pipeline import Pipeline

# English, Indonesian and Czech, as HubSpot, Pipedrive, Salesforce and our own exports have them; the surest first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "external_id": (
        "external id", "record id", "opportunity id", "deal id", "case id", "pipedrive system id", "system id",
        "id obchodu", "id deal", "id peluang", "id", "key", "kode",
    ),
    "title": (
        "title", "deal name", "dealname", "opportunity name", "potential name", "name", "nama deal",
        "nama peluang", "nama", "judul", "nazev obchodu", "nazev", "subject", "deal", "opportunity",
    ),
    "pipeline": ("pipeline", "deal pipeline", "sales pipeline"),
    "stage": (
        "stage", "deal stage", "stage name", "pipeline stage", "stage pipeline", "stagename", "tahap",
        "tahapan", "faze", "etapa",
    ),
    "status": ("status", "deal status", "stav"),
    "amount": (
        "amount", "deal amount", "value", "deal value", "close value", "nilai", "nominal", "jumlah", "harga",
        "hodnota", "castka", "cena",
    ),
    "currency": (
        "currency", "currency code", "deal currency code", "currency of value", "amount currency", "mata uang",
        "mena hodnoty", "mena",
    ),
    "expected_close": (
        "expected close", "expected close date", "expected closing", "close date", "closedate",
        "perkiraan tutup", "perkiraan closing", "target closing", "ocekavane datum uzavreni",
    ),
    "owner": (
        "owner", "deal owner", "opportunity owner", "owner name", "sales agent", "sales rep", "salesperson",
        "assigned to", "account executive", "sales", "nama sales", "tenaga penjual", "pemilik", "penanggung jawab",
        "pic", "vlastnik", "obchodnik",
        "owner id",
    ),
    "company": (
        "company", "company name", "associated company", "account", "account name", "organization",
        "organisation", "customer", "client", "perusahaan", "nama perusahaan", "pelanggan", "klien",
        "organizace", "firma", "spolecnost", "zakaznik",
    ),
    "contact": (
        "contact", "contact person", "contact name", "primary contact", "kontak", "nama kontak",
        "kontaktni osoba",
    ),
    "contact_email": ("contact email", "email", "e mail", "alamat email"),
    "contact_phone": ("contact phone", "phone", "phone number", "telepon", "no hp", "telefon"),
    "source": ("source", "lead source", "original source", "sumber", "zdroj"),
    "tags": ("tags", "tag", "labels", "label", "stitky", "stitek"),
    "created": (
        "created", "create date", "created date", "created at", "date created", "createdate", "add time",
        "tanggal dibuat", "tgl dibuat", "tanggal masuk", "tgl masuk", "dibuat", "vytvoreno", "datum vytvoreni",
    ),
    "stage_since": (
        "stage since", "entered", "date entered current stage", "last stage change", "last stage change date",
        "posledni zmena faze",
    ),
    "closed": (
        "closed", "closed date", "actual close date", "won time", "lost time", "closed on", "close date",
        "closedate", "tanggal tutup", "tanggal ditutup", "uzavreno dne", "datum vyhry", "datum prohry",
        "datum uzavreni",
    ),
    "probability": ("probability", "win probability", "probabilitas", "pravdepodobnost"),
    "forecast": ("forecast", "forecast category"),
    "lost_reason": (
        "lost reason", "closed lost reason", "loss reason", "alasan kalah", "alasan gagal", "duvod prohry",
    ),
    "competitor": ("competitor", "main competitor", "pesaing", "konkurent"),
    "notes": ("notes", "description", "catatan", "keterangan", "poznamka", "popis"),
    "at": (
        "at", "entered at", "moved at", "changed at", "timestamp", "date entered", "date", "time",
        "created date", "tanggal", "waktu", "datum", "fivetran start",
    ),
    "by": ("by", "moved by", "changed by", "user", "resource", "created by id", "oleh", "uzivatel"),
    "note": ("note",),
    "forced": ("forced",),
    "won_amount": ("won amount",),
    "external_ids": ("external ids",),
}  # fmt: skip

# Several columns may tell these together; each row fills one of them.
_TOGETHER = {"closed": frozenset({"won time", "lost time", "closed on", "datum vyhry", "datum prohry", "uzavreno dne"})}
_PREFIX = re.compile(r"(?:deal|deals|opportunity|obchod|property|potential) (?=.)")
_ENTERED = re.compile(r"(?:date )?entered (.+)|(.+?) (?:date|at|on|entered)|(?:tanggal|datum) (.+)")


_OWN_EXPORTS = (frozenset({"id", "path", "worth_currency"}), frozenset({"id", "forced", "won_amount"}))


def is_own_export(header: Sequence[str]) -> bool:
    """Whether pipectl wrote the table."""
    return any(names <= set(header) for names in _OWN_EXPORTS)


class Column(NamedTuple):
    """Where a field comes from, and what is to be said of it."""

    names: tuple[str, ...]
    why: str = ""


class Columns(NamedTuple):
    """What the header says.

    Attributes:
        entered: stage → its column.
        own: one of the business's own fields → its column.
        unused: columns that nothing is taken from.
    """

    columns: Mapping[str, Column]
    entered: Mapping[str, str]
    own: Mapping[str, str]
    unused: tuple[str, ...]

    def sources(self, names: Iterable[str]) -> tuple[str, ...]:
        """The columns that the fields *names* come from, none of them open."""
        found = [column for name in names if name in self.columns for column in self.columns[name].names]
        return tuple(dict.fromkeys(name for name in found if name != UNSETTLED))


def guess_columns(header: Sequence[str], kind: Kind, pipeline: Pipeline | None, own: Iterable[str]) -> Columns:
    """What each column of *header* is, by its name."""
    plain = {name: normal(name) for name in header if name and header.count(name) == 1}
    entered = _entered(plain, pipeline) if kind is Kind.CSV and pipeline else {}
    fields = {name: its for name in own if (its := _own(name, plain)) is not None}
    free = {name: text for name, text in plain.items() if name not in {*entered.values(), *fields.values()}}
    found = {name: column for name in COLUMNS[kind] if (column := _column(name, free)) is not None}
    _settle(found, kind)
    columns = {name: found[name] for name in COLUMNS[kind] if name in found}
    used = {name for column in columns.values() for name in column.names} | {*entered.values(), *fields.values()}
    return Columns(columns, entered, fields, tuple(name for name in header if name and name not in used))


def normal(name: str) -> str:
    """*name* in lower case, without accents and marks, its words parted by one blank."""
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    letters = unicodedata.normalize("NFKD", spread.casefold()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", " ", letters).strip()


def _column(field: str, free: Mapping[str, str]) -> Column | None:
    """The column with the surest name for *field*; the others are named beside it."""
    known = _NAMES[field]
    ranks = {}
    for name, text in free.items():
        spellings = [spelt for spelt in (text, _PREFIX.sub("", text, count=1)) if spelt in known]
        if spellings:
            ranks[name] = min(known.index(spelt) for spelt in spellings)
    ordered = sorted(ranks, key=ranks.__getitem__)
    together = [name for name in ordered if known[ranks[name]] in _TOGETHER.get(field, frozenset())]
    if together and ordered[0] in together:
        return Column(tuple(together), "the first that is not empty" if len(together) > 1 else "")
    if not ordered:
        return None
    others = f"or {', '.join(ordered[1:])}" if len(ordered) > 1 else ""
    return Column((ordered[0],), others)


def _settle(columns: dict[str, Column], kind: Kind) -> None:
    """Columns that tell two fields, and fields that have to have one."""
    if "stage" not in columns and "status" in columns:
        columns["stage"] = columns.pop("status")
    expected, closed = columns.get("expected_close"), columns.get("closed")
    if expected and closed and expected.names == closed.names:
        why = "of an open deal the day that is expected, of a closed one the day of the close"
        columns["expected_close"] = columns["closed"] = Column(expected.names, why)
    if "title" not in columns and "external_id" in columns:
        why = 'no column is named like a title; a template such as "{a} {b}" joins several'
        columns["title"] = Column(columns["external_id"].names, why)
    for name in REQUIRED[kind]:
        columns.setdefault(name, Column((UNSETTLED,), f"no column is named like {_WANTED[name]}"))


_WANTED = {
    "external_id": 'an id; name one that differs from deal to deal and stays, or a template such as "{a} {b}"',
    "title": 'a title; a template such as "{a} {b}" joins several',
    "stage": "a stage",
    "at": "the day of a move",
}


def _entered(plain: Mapping[str, str], pipeline: Pipeline) -> dict[str, str]:
    """Columns such as `Date entered Proposal`, `proposal_date`."""
    found: dict[str, str] = {}
    for name, text in plain.items():
        match = _ENTERED.fullmatch(text)
        words = next((group for group in match.groups() if group), "") if match else ""
        stage = next(
            (stage for stage in pipeline.stages if words and words in (normal(stage.id), normal(stage.name))), None
        )
        if stage is not None and stage_called(pipeline, stage.id) is stage:
            found.setdefault(stage.id, name)
    return found


def _own(field: str, plain: Mapping[str, str]) -> str | None:
    wanted = (normal(field), f"fields {normal(field)}")
    return next((name for name, text in plain.items() if text in wanted), None)
