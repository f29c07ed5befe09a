"""What a mapping file says: how the columns of another system's table become the fields of deals."""

from collections.abc import Mapping
from datetime import tzinfo
from enum import StrEnum
from typing import TypeAlias

from pipectl.model.frozen import field, frozen
from pipectl.model.problem import Place

# Where a text comes from: columns, or templates such as `{account} {product}`; the first that is not empty counts.
Source: TypeAlias = tuple[str, ...]

# In place of a value: nobody has settled it yet.
UNSETTLED = "?"

# In place of a stage under `entered`: the one that deals of the row's pipeline begin in.
FIRST_STAGE = "*"


class Kind(StrEnum):
    """What a row of the table is: a deal, or a move of one into a stage."""

    CSV = "csv"
    EVENTS = "events"


class DateOrder(StrEnum):
    """How days are written in digits."""

    YEAR_FIRST = "year-first"
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


# In place of another system: the external ids are ids of deals, as in pipectl's own exports.
OWN_SYSTEM = "pipectl"

DEAL_COLUMNS = (
    "external_id", "title", "pipeline", "stage", "status", "amount", "currency", "expected_close", "owner", "company",
    "contact", "contact_email", "contact_phone", "source", "tags", "created", "stage_since", "closed", "probability",
    "forecast", "lost_reason", "competitor", "notes", "external_ids",
)  # fmt: skip
EVENT_COLUMNS = (
    "external_id", "title", "pipeline", "stage", "at", "by", "note", "forced", "won_amount", "amount", "currency",
    "expected_close", "owner", "company", "contact", "contact_email", "contact_phone", "source", "tags", "probability",
    "forecast", "lost_reason", "competitor", "notes", "external_ids",
)  # fmt: skip
COLUMNS: Mapping[Kind, tuple[str, ...]] = {Kind.CSV: DEAL_COLUMNS, Kind.EVENTS: EVENT_COLUMNS}
REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    Kind.CSV: ("external_id", "title", "stage"),
    Kind.EVENTS: ("external_id", "title", "stage", "at"),
}

ENCODINGS = (
    "utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso-8859-1", "iso-8859-2",
    "iso-8859-15", "mac-roman", "shift_jis", "gb18030", "big5", "euc-kr",
)  # fmt: skip
SEPARATORS: Mapping[str, str] = {",": ",", ";": ";", "|": "|", "tab": "\t"}
DECIMALS = (".", ",")
GROUPS = ("", ",", ".", " ", "'")


@frozen
class Dialect:
    """How the table's texts, numbers and days are written. The defaults take nothing that could be read in two ways.

    Attributes:
        group: the mark between thousands; "" where there is none.
        dates: the order of days in digits; one that begins with four digits of the year is read in any.
        two_digit_years: the first of the hundred years that they lie in; None: such years are refused.
        timezone: of times without an offset; None for the workspace's.
        skip_rows: rows above the header.
        sentinels: texts that stand for nothing.
    """

    encoding: str = "utf-8"
    separator: str = ","
    decimal: str = "."
    group: str = ""
    dates: DateOrder = DateOrder.YEAR_FIRST
    two_digit_years: int | None = None
    timezone: tzinfo | None = None
    skip_rows: int = 0
    sentinels: frozenset[str] = frozenset()


@frozen
class ImportMapping:
    """A mapping file, typed. Whether it fits a table and a workspace is not settled by it.

    Attributes:
        pipeline: the one of rows that name none; "" for the workspace's default.
        system: the key under `external_ids` by which a deal is known again; OWN_SYSTEM: by its own id.
        currency: of rows that name none; "" for the workspace's.
        columns: field of a deal or an event → where its text comes from.
        entered: stage, or FIRST_STAGE → where the day stands on which the deal entered it.
        fields: one of the business's own fields → where its text comes from.
        stages, statuses, pipelines, owners, lost_reasons: text of the table → what it is in the workspace; in
            *statuses* "" says that the stage tells more.
        places: key path → (line, column) in the file.
    """

    kind: Kind
    pipeline: str = ""
    system: str = "csv"
    currency: str = ""
    dialect: Dialect = Dialect()
    columns: Mapping[str, Source] = field(default_factory=dict)
    entered: Mapping[str, Source] = field(default_factory=dict)
    fields: Mapping[str, Source] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    lost_reasons: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    def place(self, key: str) -> Place:
        """Where *key*, such as `columns.title`, stands; the file's first line where it does not."""
        return Place(self.path, *self.places.get(key, (1, 1)))
