"""`pipectl export`."""

from collections.abc import Sequence
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._open import chosen, open_workspace
from pipectl.commands._show import format_of, ordered, show, warn_of_unread, write
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.exchange.records import SCHEMA, Record, deal_record, deals_table, events_table
from pipectl.model.facts import Facts
from pipectl.model.frozen import replace
from pipectl.model.state import State
from pipectl.output.structured import dumped
from pipectl.report import Report

OPTIONS = frozenset({"pipelines", "as_of", "rev", "format", "output", "fields", "sort", "limit"})
HELP = {"format": "csv, json or ndjson."}
_FORMATS = ("csv", "json", "ndjson")


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    events: Annotated[bool, Option("--events", help="A row a move, in place of a row a deal.")] = False,
) -> int:
    """Export deals as CSV, JSON or NDJSON.

    All deals unless FILTER says which. CSV, unless -f or the name of -o asks for another, has a row a deal; JSON and
    NDJSON have contacts, tasks, activities, changes and history in it too. What --events writes is read back by
    `pipectl import --from events`.

    Examples:

      pipectl export > deals.csv
      pipectl export is:won closed:2026-Q4 -f ndjson
      pipectl export --events > moves.csv
    """
    kind = _format(context)
    opened = open_workspace(context)
    facts, _ = chosen(context, opened, words or [])
    if kind == "csv" or events or context.options.fields == "?":
        table = events_table(facts) if events else deals_table(facts)
        context = replace(context, options=replace(context.options, format=kind))
        return show(context, Report("export", (table,), (("as of", facts.today),)), opened.workspace)
    write(context, _records(context, facts, kind))
    return warn_of_unread(context, opened.workspace)


def _format(context: Context) -> str:
    options = context.options
    wanted = options.format or (format_of(options.output, "csv") if options.output else "csv")
    if wanted not in _FORMATS:
        raise UsageError(
            f"export writes {', '.join(_FORMATS)}, not {wanted}", hint="`pipectl list` has the other formats"
        )
    return wanted


def _records(context: Context, facts: Facts, kind: str) -> str:
    """Whole records, in the order and number that the options ask of the rows."""
    # One at a time: a record takes more than twice the memory of its line.
    records = (_picked(deal_record(state, facts), context.options.fields) for state in _ordered(context, facts))
    if kind == "ndjson":
        return "".join(map(dumped, records))
    document: dict[str, Record] = {
        "schema": SCHEMA,
        "command": "export",
        "as_of": facts.today.isoformat(),
        "deals": list(records),
    }
    return dumped(document, indent=2)


def _ordered(context: Context, facts: Facts) -> Sequence[State]:
    if not context.options.sort and context.options.limit is None:
        return facts.states
    table = deals_table(facts)
    states = {state.deal.path: state for state in facts.states}
    return [states[str(row[table.index("path")])] for row in ordered(context, table).rows]


def _picked(record: dict[str, Record], fields: str | None) -> dict[str, Record]:
    """Only the *fields* that the options name; `fields.<id>` is one of the business's own."""
    if not fields:
        return record
    names = [name.strip() for name in fields.split(",") if name.strip()]
    own = record["fields"]
    flat = {**record, **{f"fields.{name}": value for name, value in own.items()}} if isinstance(own, dict) else record
    unknown = next((name for name in names if name not in record and not name.startswith("fields.")), None)
    if unknown:
        raise UsageError(f"no field '{unknown}'", hint=f"there are {', '.join(record)}")
    return {name: flat.get(name) for name in names}
