"""A mapping file becomes an ImportMapping; what nobody has settled, and what is wrong, are problems.

A mapping of deals:

    from: csv                           # or events: a row a move
    encoding: cp1252                    # utf-8 unless given
    separator: ";"                      # , ; | tab
    decimal: ","
    group: "."                          # between thousands; nothing unless given
    dates: day-first                    # or month-first, year-first
    two_digit_years: 2000               # 26 is 2026; refused unless given
    timezone: UTC                       # of times without an offset; the workspace's unless given
    skip_rows: 2                        # above the header
    sentinels: ["-", "2050-01-01"]      # stand for nothing
    pipeline: new-business
    system: crm                         # deals are known again by external_ids.crm; pipectl: by their own ids
    currency: IDR
    columns:
      external_id: Id
      title: "{Customer} {Product}"     # a template
      stage: Stage
      status: Status                    # tells more than the stage where `statuses` says so
      closed: [Won time, Lost time]     # the first that is not empty
      entered: {"*": Created, proposal: Proposal date}    # "*": the stage that deals begin in
      fields: {segment: Segment}
    stages: {Angebot: proposal}         # likewise pipelines, owners, lost_reasons
    statuses: {Open: ~, Won: won}       # ~: see the stage

Every key may be left out but `from` and `columns`, and there the columns of the external id, the title, the stage and,
for events, the time (`at`).
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from pipectl.model.mapping import (
    COLUMNS,
    DECIMALS,
    ENCODINGS,
    GROUPS,
    REQUIRED,
    SEPARATORS,
    UNSETTLED,
    DateOrder,
    Dialect,
    ImportMapping,
    Kind,
    Source,
)
from pipectl.model.problem import Problem
from pipectl.store import typed
from pipectl.store.fields import Fields, Problems, convert_scalar, is_absent
from pipectl.store.nodes import Mapping, Node, Scalar, Sequence, read_tree
from pipectl.store.parse_settings import currency_code
from pipectl.store.typed import Wrong


def read_mapping(data: bytes, path: str) -> tuple[ImportMapping | None, tuple[Problem, ...]]:
    """The mapping that the bytes of a file hold, and every problem; None where it can't be used."""
    tree = read_tree(data, path)
    problems = Problems(path)
    if not isinstance(tree.root, Mapping):
        if not tree.problems:
            problems.add("unreadable-file", "the file holds no mapping", (1, 1), hint="--guess writes one")
        return None, (*tree.problems, *problems.found)
    unsettled = list(_unsettled(tree.root, ""))
    for name, node in unsettled:
        hint = "put the answer in place of the question mark; the comment beside it says what is in doubt"
        problems.add("unsettled", f"{name} is not settled", node, hint=hint)
    if unsettled:
        return None, (*tree.problems, *problems.found)
    mapping = _Reading(Fields(tree.root, problems, "a mapping"), problems).mapping()
    found = (*tree.problems, *problems.found)
    return (None if found else mapping), found


def _unsettled(node: Node, name: str) -> Iterator[tuple[str, Scalar]]:
    if isinstance(node, Scalar):
        if node.text.strip() == UNSETTLED:
            yield name, node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _unsettled(item, name)
    else:
        for key, value in node.entries:
            yield from _unsettled(value, f"{name}.{key.text}" if name else key.text)


class _Reading:
    """One mapping file being read, key by key."""

    def __init__(self, fields: Fields, problems: Problems) -> None:
        self.fields = fields
        self.problems = problems
        self.places = {key.text: (value.line, value.column) for key, value in fields.mapping.entries}

    def mapping(self) -> ImportMapping | None:
        fields = self.fields
        fields.required("from", f"one of {', '.join(Kind)}")
        word = fields.value("from", typed.one_of(*Kind))
        if word is None:
            return None
        kind = Kind(word)
        columns, entered, own = self._columns(kind)
        mapping = ImportMapping(
            kind=kind,
            pipeline=fields.text("pipeline"),
            system=fields.value("system", _system) or "csv",
            currency=fields.value("currency", currency_code) or "",
            dialect=self._dialect(),
            columns=columns,
            entered=entered,
            fields=own,
            stages=self._table("stages"),
            statuses=self._table("statuses") if kind is Kind.CSV else {},
            pipelines=self._table("pipelines"),
            owners=self._table("owners"),
            lost_reasons=self._table("lost_reasons"),
            path=self.problems.path,
            places=self.places,
        )
        fields.done()
        return mapping

    def _dialect(self) -> Dialect:
        fields = self.fields
        encoding = fields.value("encoding", lambda text: typed.one_of(*ENCODINGS)(text.lower()))
        dialect = Dialect(
            encoding=encoding or "utf-8",
            separator=SEPARATORS[self._mark("separator", tuple(SEPARATORS), ",")],
            decimal=self._mark("decimal", DECIMALS, "."),
            group=self._mark("group", GROUPS, ""),
            dates=DateOrder(fields.value("dates", typed.one_of(*DateOrder)) or DateOrder.YEAR_FIRST),
            two_digit_years=fields.value("two_digit_years", _first_year),
            timezone=fields.value("timezone", _zone),
            skip_rows=fields.value("skip_rows", _count) or 0,
            sentinels=frozenset(fields.texts("sentinels")),
        )
        if dialect.decimal == dialect.group:
            self.problems.add("wrong-type", f"decimal and group are both '{dialect.group}'", fields.at("group"))
        return dialect

    def _mark(self, key: str, known: tuple[str, ...], default: str) -> str:
        """A mark, of which a blank may be one, so it is not trimmed."""
        node = self.fields.node(key)
        if node is None:
            return default
        text = node.text.replace("\t", "tab") if isinstance(node, Scalar) else ""
        if isinstance(node, Scalar) and text in known:
            return text
        words = ", ".join(f'"{mark}"' for mark in known)
        self.problems.add("wrong-type", f"{key} is not one of {words}", node)
        return default

    def _columns(self, kind: Kind) -> tuple[dict[str, Source], dict[str, Source], dict[str, Source]]:
        if not self.fields.required("columns", "field: column, one a line"):
            return {}, {}, {}
        inner = self.fields.inner("columns")
        if inner is None:
            return {}, {}, {}
        self.places |= {f"columns.{key.text}": (key.line, key.column) for key, _ in inner.mapping.entries}
        columns = {name: self._source(name, node) for name in COLUMNS[kind] if (node := inner.node(name)) is not None}
        entered = self._sources(inner, "entered") if kind is Kind.CSV else {}
        own = self._sources(inner, "fields")
        for name in REQUIRED[kind]:
            inner.required(name, f"name the column: {name}: …")
        inner.done()
        return columns, entered, own

    def _sources(self, fields: Fields, name: str) -> dict[str, Source]:
        outer = fields.inner(name)
        found = {}
        for key, node in outer.named() if outer else ():
            self.places[f"columns.{name}.{key.text}"] = (key.line, key.column)
            if not is_absent(node):
                found[key.text] = self._source(key.text, node)
        return found

    def _source(self, name: str, node: Node) -> Source:
        items = node.items if isinstance(node, Sequence) else (node,)
        texts = [convert_scalar(item, name, str, self.problems) for item in items]
        return tuple(text.strip() for text in texts if text and text.strip())

    def _table(self, name: str) -> dict[str, str]:
        outer = self.fields.inner(name)
        found = {}
        for key, node in outer.named() if outer else ():
            self.places[f"{name}.{key.text}"] = (node.line, node.column)
            value = "" if is_absent(node) else convert_scalar(node, key.text, str, self.problems)
            found[key.text.strip()] = (value or "").strip()
        return found


def _system(text: str) -> str:
    if not text or text != typed.slug(text):
        raise Wrong("a name for the system", f"write {typed.slug(text) or 'csv'}")
    return text


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        raise Wrong("a time zone", "write a name such as Asia/Jakarta or Europe/Amsterdam") from None


def _first_year(text: str) -> int:
    year = typed.integer(text)
    if not 1900 <= year <= 2099:
        raise Wrong("the first of the hundred years that two digits stand for", "2000 reads 26 as 2026")
    return year


def _count(text: str) -> int:
    count = typed.integer(text)
    if not 0 <= count <= 1000:
        raise Wrong("a number of rows from 0 to 1000")
    return count
