"""The pages of reference that are made from docstrings: `python docs/generate.py` rewrites them, a test compares."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from pipectl import full_parser, shared_options
from pipectl.checks.check import Check
from pipectl.checks.registry import CHECKS
from pipectl.commands import COMMANDS, Entry
from pipectl.metrics.metric import Metric, StageMetric
from pipectl.metrics.registry import FORECAST_METRICS, METRICS, STAGE_METRICS
from pipectl.model.problem import Group
from pipectl.store import parse_mapping

_DOCS = Path(__file__).parent
_EXAMPLE_WORKSPACE = _DOCS.parent / "tests" / "checks" / "workspace"

_GROUPS = {
    Group.FILES: "What a file says, whatever the day.",
    Group.HYGIENE: "What the calendar makes true: a deal that nobody touched begins to fail them.",
}


def checks_page() -> str:
    """`checks.md`: a table of all checks, then the manual page of each."""
    return "\n\n".join((_CHECKS_INTRODUCTION, *_example_workspace(), *_check_sections())) + "\n"


_CHECKS_INTRODUCTION = """\
<!-- Made by docs/generate.py from the docstrings in pipectl/checks; change those. -->

# Checks

`pipectl check` runs them all, `pipectl check NAME…` some. Each has a severity: `error`, `warning`, `info` or `off`.
`checks:` in `pipectl.yaml` changes it for the workspace, and `waive:` in a deal silences a check there for a while:

    checks: {overdue-close: error, possible-duplicate: off}

    waive: [{check: overdue-close, until: 2026-12-31, why: legal review}]

Every page shows what passes and what fails; a Fail ends with what the check says. In the examples today is 2026-11-23,
a block is the file `deals/example.yaml` unless a `#` line, which is no part of it, names another, `<TAB>` stands for a
tab, and the rest of the workspace is this:"""


def _example_workspace() -> Iterator[str]:
    paths = sorted(_EXAMPLE_WORKSPACE.rglob("*.yaml"))
    files = (f"# {path.relative_to(_EXAMPLE_WORKSPACE).as_posix()}\n{path.read_text('utf-8')}" for path in paths)
    yield _code("\n".join(files))


def _check_sections() -> Iterator[str]:
    for group, meaning in _GROUPS.items():
        members = [check for check in CHECKS if check.group is group]
        yield f"## {group}"
        yield meaning
        yield _table(("check", "severity", "wants that"), (_check_row(check) for check in members))
        for check in members:
            page = import_module(f"pipectl.checks.{check.id.replace('-', '_')}").__doc__ or ""
            yield f"### {check.id}\n\nGroup {check.group}, {check.severity}.\n\n{page.strip()}"


def _check_row(check: Check) -> tuple[str, str, str]:
    return f"[{check.id}](#{check.id})", check.severity, check.summary


def _code(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip().split("\n"))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def import_page() -> str:
    """`import.md`: how a table comes in, and the mapping file that says what its columns mean."""
    rest = (parse_mapping.__doc__ or "").strip().partition("A mapping of deals:\n\n")[2]
    return f"{_IMPORT_INTRODUCTION}\n\n{rest}\n"


_IMPORT_INTRODUCTION = """\
<!-- Made by docs/generate.py from the docstring of pipectl/store/parse_mapping.py; change that. -->

# Import

A table becomes deals in two steps. The first writes a mapping file and imports nothing:

    pipectl import deals.csv --from csv --guess

It looks at every row and says beside each answer which row decided it: the encoding, the separator, the decimal mark,
whether 03/04 is a day of March or of April. What no row decides stays a question mark, and the import refuses to run
until somebody has settled it. A date or a number is never guessed. The second step reads the table by that file:

    pipectl import deals.csv --from csv --dry-run
    pipectl import deals.csv --from csv

`-` is a table on standard input; its mapping is always named, as in `pipectl import - --from csv --mapping crm.yaml`.

Each row is new, changed, unchanged, refused or skipped, and stands in the report with its number; blank rows and
footers are skipped, a value that contradicts the mapping is refused with its column. A deal is known again by its
external id, so the same table twice changes nothing. Deals that are here already and that the table tells otherwise
are named and left as they are. `--from events` reads a table with a row for each move. New files are laid out in
folders of at most some 250, by year and month of their creation.

## The mapping file"""


def metrics_page() -> str:
    """`metrics.md`: what every number means, a section each, from the docstring of the function that measures it."""
    parts = [_METRICS_INTRODUCTION, "## Of a period", *map(_metric_section, METRICS)]
    parts += ["## Of what is expected", *map(_metric_section, FORECAST_METRICS)]
    parts += ["## Of each stage", *map(_metric_section, STAGE_METRICS)]
    return "\n\n".join(parts) + "\n"


_METRICS_INTRODUCTION = """\
<!-- Made by docs/generate.py from the docstrings in pipectl/metrics; change those. -->

# What every number means

One definition for each number, the same in every command; `pipectl explain METRIC` prints it, and with `--deals` the
very deals behind it. A period takes its first day and leaves out the day after its last. A deal is closed in a period
where its last close lies in it and it is closed at the end of the day that is looked at: a reopened deal leaves the
numbers until it closes again. Its owner is the one at the close. What is open in a period that is over is what stood
open at its end. A ratio shows what it is a share of; over nothing it is `n/a`, never 0. A deal without an amount is
counted as a deal, left out of sums and averages, and its count shown. Two currencies are never added without a rate:
amounts are converted at the rate of the close, or for open deals of the day. Durations are elapsed time where both ends
have an hour, as the end of the day has that is looked at, else calendar days; percentiles are linear between
neighbours.

How these numbers compare with published figures stands in [references](references.md), what makes a deal stalled or
idle in `pipectl explain stale`, how a pipeline moved from one state to another in [flow](flow.md)."""

_LABELS = ("Formula", "Unit", "Example", "Elsewhere")


def _metric_section(metric: Metric | StageMetric) -> str:
    """Title, text, then the labelled lines as a list."""
    paragraphs = metric.page.split("\n\n")
    text, labelled = paragraphs[:-1], paragraphs[-1]
    items: list[str] = []
    for line in labelled.split("\n"):
        label, colon, rest = line.partition(":")
        if colon and label in _LABELS:
            items.append(f"- **{label}**:{rest}")
        else:
            items.append(f"  {line.strip()}")
    return "\n\n".join([f"### {metric.title}\n\n`{metric.id}`", *text, "\n".join(items)])


def completion_options() -> str:
    """`pipectl/completion_options.py`: what each command takes, for a shell that waits for no parser."""
    options = {entry.name: " ".join(_own_flags(entry)) for entry in sorted(COMMANDS)}
    choices = {key: words for entry in sorted(COMMANDS) for key, words in _choices(entry)}
    wanting, switches = _flags(of_switches=False), _flags(of_switches=True)
    # A letter that is both, for different commands, counts as a switch.
    valued = " ".join(sorted(wanting - switches))
    return _OPTIONS_MODULE.format(_entries(options), _entries(choices), "\n".join(_wrapped(valued, 4)))


def _own_flags(entry: Entry) -> list[str]:
    flags = [flag for option in full_parser.build(entry).params for flag in (*option.opts, *option.secondary_opts)]
    return [flag for flag in dict.fromkeys(flags) if flag.startswith("--") and flag not in _EVERYWHERE]


def _choices(entry: Entry) -> Iterator[tuple[str, str]]:
    """What there is to choose from, by the command, for its first place, and by the command and an option."""
    command = full_parser.build(entry)
    for param in command.params:
        words = [str(getattr(choice, "value", choice)) for choice in getattr(param.type, "choices", ())]
        if words:
            flag = max(param.opts, key=len)
            yield f"{entry.name} {flag}" if flag.startswith("--") else entry.name, " ".join(words)
    if entry.name == "install":
        yield entry.name, " ".join(command.verbs)
    checks = [check.id for check in CHECKS]
    if entry.name == "check":
        yield entry.name, " ".join(checks)
    if entry.name == "explain":
        metrics = [metric.id for metric in (*METRICS, *FORECAST_METRICS, *STAGE_METRICS)]
        yield entry.name, " ".join(("metrics", "checks", "filter", "stale", "urgency", *metrics, *checks))


def _flags(*, of_switches: bool) -> set[str]:
    """The flags of all commands that want a value, or those that want none."""
    options = [option for entry in COMMANDS for option in full_parser.build(entry).params if hasattr(option, "is_flag")]
    wanted = [option for option in options if option.is_flag is of_switches]
    return {flag for option in wanted for flag in (*option.opts, *option.secondary_opts)}


def _entries(found: Mapping[str, str]) -> str:
    """The lines of a dictionary, wrapped as the formatter would."""
    lines = []
    for key, text in found.items():
        words = _wrapped(text, 8)
        if len(words) == 1 and len(key) + len(words[0]) < 115:
            lines.append(f'    "{key}": {words[0].strip()},')
        elif words:
            lines += [f'    "{key}": (', *words, "    ),"]
    return "\n".join(lines)


def _wrapped(text: str, indent: int) -> list[str]:
    """The words of *text* as literals, a line each."""
    words = textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False)
    return [f'{" " * indent}"{line}{" " * (line is not words[-1])}"' for line in words]


_EVERYWHERE = {flag for option in shared_options.EVERYWHERE for flag in option.flags}
_OPTIONS_MODULE = '''"""What each command takes; docs/generate.py makes this file."""

# fmt: off
# The long options beside those that all commands take.
OPTIONS = {{
{}
}}

# What there is to choose from: in the first place of a command, and for an option of one.
CHOICES = {{
{}
}}

# The options that want a value.
VALUED = (
{}
)
'''


PAGES: dict[str, Callable[[], str]] = {
    "checks.md": checks_page,
    "import.md": import_page,
    "metrics.md": metrics_page,
    "../pipectl/completion_options.py": completion_options,
}


def main() -> None:
    """Write every page beside this file."""
    for name, page in PAGES.items():
        (_DOCS / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
