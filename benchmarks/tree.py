"""Workspaces of any size, the same bytes every time: deals as a team of some years would have written them by hand."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

TODAY = date(2026, 11, 23)
_FIRST = date(2023, 1, 2)
_A_FOLDER = 100  # git's work grows with the files of a folder, so `add` and `import` divide large ones

SETTINGS = """\
version: 1
name: Bench
currency: IDR
timezone: Asia/Jakarta
default_pipeline: new-business
rates:
  - {from: 2023-01-01, USD: 15600, SGD: 11700}
  - {from: 2025-01-01, USD: 16200, SGD: 12000}
  - {from: 2026-07-01, USD: 16450, SGD: 12850}
team:
  ani: {name: Ani Lestari, email: ani@example.com, group: jakarta}
  budi: {name: Budi Santoso, group: surabaya}
  citra: {name: Citra Dewi, group: jakarta}
  dewi: {name: Dewi Anggraini, group: surabaya}
  eko: {name: Eko Prasetyo, group: surabaya}
  fitri: {name: Fitri Handayani, group: jakarta}
  galih: {name: Galih Nugroho, group: bandung}
  hana: {name: Hana Putri, group: bandung}
targets:
  - {period: 2026-Q4, amount: 9000000000}
  - {period: 2026-Q4, owner: ani, amount: 3000000000}
lost_reasons: [price, competitor, no-budget, no-decision, timing, no-response]
fields:
  segment: {type: choice, choices: [smb, mid, enterprise]}
  seats: {type: integer, min: 1}
"""

PIPELINES = {
    "new-business": """\
name: New business
stages:
  - {id: lead, name: Lead, probability: 5, max_days: 21, idle_days: 10}
  - {id: qualified, name: Qualified, probability: 20, max_days: 30}
  - {id: proposal, name: Proposal, probability: 50, max_days: 21, requires: [amount]}
  - {id: negotiation, name: Negotiation, probability: 70, max_days: 21}
  - {id: won, name: Won, outcome: won}
  - {id: lost, name: Lost, outcome: lost, requires: [lost_reason]}
""",
    "renewals": """\
name: Renewals
stages:
  - {id: upcoming, name: Upcoming, probability: 60, max_days: 45}
  - {id: review, name: Usage review, probability: 75}
  - {id: quoted, name: Quoted, probability: 85}
  - {id: renewed, name: Renewed, outcome: won}
  - {id: churned, name: Churned, outcome: lost, requires: [lost_reason]}
""",
}

# The files that say how deals are read.
RULES = {"pipectl.yaml": SETTINGS, **{f"pipelines/{name}.yaml": text for name, text in PIPELINES.items()}}

_STAGES = {
    "new-business": ("lead", "qualified", "proposal", "negotiation"),
    "renewals": ("upcoming", "review", "quoted"),
}
_ENDS = {"new-business": ("won", "lost"), "renewals": ("renewed", "churned")}
_OWNERS = ("ani", "budi", "citra", "dewi", "eko", "fitri", "galih", "hana")
_FIRMS = (
    "Agung",
    "Bumi",
    "Cahaya",
    "Damai",
    "Fajar",
    "Garuda",
    "Harapan",
    "Indah",
    "Jaya",
    "Karya",
    "Lestari",
    "Mitra",
)
_TRADES = ("Logistik", "Semen", "Farma", "Tekstil", "Pangan", "Kimia", "Otomotif", "Retail", "Kayu", "Energi")
_THINGS = (
    "warehouse rollout",
    "fleet tracking",
    "customer portal",
    "barcode and handhelds",
    "cold store",
    "returns desk",
)
_PEOPLE = ("Rina Hartati", "Teguh Wahyudi", "Slamet Riyadi", "Anindya Putri", "Bambang Sutrisno", "Maya Kusuma")
_SOURCES = ("referral", "website", "exhibition", "whatsapp", "cold-call")
_TAGS = ("logistics", "jakarta", "surabaya", "tender", "retail", "export", "cold-chain")
_KINDS = ("call", "email", "meeting", "demo", "visit", "whatsapp", "note")
_SAID = (
    "Sent the price list",
    "Wants the cheaper Android model",
    "Asked for references in the same trade",
    "Capex for 2026 was cut to zero by head office",
    "Portal demo went well, tracking per shipment is missing",
    "Their IT wants to see the interface to the ERP",
    "PO by Friday next week",
    "No answer yet",
)
_REASONS = ("price", "competitor", "no-budget", "no-decision", "timing", "no-response")


class Deal(NamedTuple):
    """What one generated file says."""

    number: int
    title: str
    firm: str
    pipeline: str
    owner: str
    moves: tuple[tuple[date, str], ...]
    said: tuple[tuple[date, str, str], ...]
    is_open: bool
    reason: str
    amount: int
    currency: str
    close: date


def write_tree(root: Path, count: int) -> None:
    """Put a workspace of *count* deals into the empty folder *root*."""
    for path, text in RULES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    for path, data in deals(count):
        if not (root / path).parent.exists():
            (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes(data)


def deals(count: int) -> Iterator[tuple[str, bytes]]:
    """Path and contents of each deal file."""
    for number, (deal, random) in enumerate(_generated(count)):
        style = random.choices(list(_STYLES), list(_STYLES.values()))[0]
        name = "-".join([*deal.firm.lower().split()[1:], deal.title.split()[-1], str(number)])
        yield f"deals/{number // _A_FOLDER:04}/{name}.yaml", style(deal, random)


def generated(count: int) -> Iterator[Deal]:
    """What the files say."""
    return (deal for deal, _ in _generated(count))


def _generated(count: int) -> Iterator[tuple[Deal, Random]]:
    """Each deal, with the chance that goes on to decide its looks."""
    for number in range(count):
        random = Random(number)  # noqa: S311 - the same files every time
        yield _deal(number, random), random


def _deal(number: int, random: Random) -> Deal:
    pipeline = "renewals" if random.random() < 0.2 else "new-business"
    firm = f"PT {random.choice(_FIRMS)} {random.choice(_TRADES)}"
    owner = random.choice(_OWNERS)
    is_open = random.random() < 0.3
    on = TODAY - timedelta(days=random.randint(5, 200)) if is_open else _FIRST + timedelta(days=random.randint(0, 1300))
    moves, stages = [], list(_STAGES[pipeline])
    for stage in stages[: random.randint(1, len(stages))]:
        moves.append((on, stage))
        on += timedelta(days=random.randint(2, 30))
    while len(moves) < 3 or random.random() < 0.2:
        moves.append((on, random.choice(stages)))
        on += timedelta(days=random.randint(2, 20))
    if not is_open:
        moves.append((on, random.choices(_ENDS[pipeline], (35, 65))[0]))
    moves = [(min(on, TODAY), stage) for on, stage in moves]
    last = (moves[-1][0] - moves[0][0]).days
    days = sorted(moves[0][0] + timedelta(days=random.randint(0, last)) for _ in range(random.randint(0, 4)))
    said = tuple((day, random.choice(_KINDS), random.choice(_SAID)) for day in days)
    title = f"{firm[3:]} {random.choice(_THINGS)}"
    currency = "USD" if random.random() < 0.02 else "IDR"
    priced = moves[-1][1] not in ("lead", "upcoming") or random.random() < 0.8
    amount = random.randint(20, 900) * (1_000 if currency == "USD" else 1_000_000) if priced else 0
    # Most open deals are still expected; of some the date has passed, as it will.
    close = TODAY + timedelta(days=random.randint(-20, 90)) if is_open else moves[-1][0]
    return Deal(
        number,
        title,
        firm,
        pipeline,
        owner,
        tuple(moves),
        said,
        is_open,
        random.choice(_REASONS),
        amount,
        currency,
        close,
    )


def _top(deal: Deal, random: Random) -> list[str]:
    """The lines before the lists, as `pipectl add` sets them out."""
    lines = [f"title: {deal.title}", f"pipeline: {deal.pipeline}", f"stage: {deal.moves[-1][1]}", ""]
    if deal.amount:
        lines += [f"amount: {deal.amount}", "", f"currency: {deal.currency}", ""]
    lines += [f"expected_close: {deal.close}", ""]
    lines += [f"owner: {deal.owner}", "", f"company: {deal.firm}"]
    lines += [
        "contacts:",
        f"  - {{name: {random.choice(_PEOPLE)}, role: manager, email: info{deal.number}@example.com}}",
    ]
    lines += [f"source: {random.choice(_SOURCES)}", f"tags: [{', '.join(sorted(random.sample(_TAGS, 2)))}]"]
    lines += [f"fields: {{segment: {random.choice(('smb', 'mid', 'enterprise'))}, seats: {random.randint(1, 90)}}}", ""]
    if deal.moves[-1][1] in ("lost", "churned"):
        lines += [f"lost_reason: {deal.reason}", ""]
    return lines


def _flow(deal: Deal, random: Random) -> list[str]:
    lines = _top(deal, random)
    if deal.is_open and random.random() < 0.7:
        due = TODAY + timedelta(days=random.randint(-10, 20))
        lines += [
            "tasks:",
            f"  - {{title: {_in_braces(random.choice(_SAID))}, due: {due}, owner: {deal.owner}}}",
            "",
        ]
    if deal.said:
        lines += ["activities:"]
        lines += [
            f"  - {{at: {on}, type: {kind}, by: {deal.owner}, note: {_in_braces(note)}}}"
            for on, kind, note in deal.said
        ]
        lines += [""]
    return [*lines, "history:", *(f"  - {{at: {on}, stage: {stage}, by: {deal.owner}}}" for on, stage in deal.moves)]


def _in_braces(note: str) -> str:
    return f'"{note}"' if "," in note else note


def _block(deal: Deal, random: Random, indent: str = "  ") -> list[str]:
    lines = _top(deal, random)
    if deal.said:
        lines += ["activities:"]
        for on, kind, note in deal.said:
            lines += [
                f"{indent}- at: {on}",
                f"{indent}  type: {kind}",
                f"{indent}  by: {deal.owner}",
                f"{indent}  note: {note}",
            ]
        lines += [""]
    lines += ["history:"]
    for on, stage in deal.moves:
        lines += [f"{indent}- at: {on}", f"{indent}  stage: {stage}", f"{indent}  by: {deal.owner}"]
    return lines


def _as_added(deal: Deal, random: Random) -> bytes:
    return _text(_flow(deal, random))


def _in_blocks(deal: Deal, random: Random) -> bytes:
    return _text(_block(deal, random))


def _flush_left(deal: Deal, random: Random) -> bytes:
    return _text(_block(deal, random, indent=""))


def _with_comments(deal: Deal, random: Random) -> bytes:
    lines = [f"# {deal.firm}: ask {random.choice(_PEOPLE)} before calling", *_flow(deal, random)]
    lines = [f"{line}   # budget confirmed" if line.startswith("amount") else line for line in lines]
    return _text([*lines, "", "# next: the contract"])


def _quoted(deal: Deal, random: Random) -> bytes:
    mark = random.choice("'\"")
    wrap = ("title", "company", "owner", "source")
    lines = [
        f"{line.partition(': ')[0]}: {mark}{line.partition(': ')[2]}{mark}" if line.startswith(wrap) else line
        for line in _block(deal, random)
    ]
    return _text(lines)


def _with_hours(deal: Deal, random: Random) -> bytes:
    hour = random.randint(8, 17)
    text = "\n".join(_flow(deal, random))
    for on, _ in deal.moves[1:2]:
        text = text.replace(f"at: {on}", f"at: {on} {hour:02}:{random.randint(0, 59):02}")
    for on, _ in deal.moves[2:3]:
        text = text.replace(f"at: {on},", f"at: {on}T{hour:02}:05:00+07:00,")
    return f"{text}\n".encode()


def _with_notes(deal: Deal, random: Random) -> bytes:
    said = [f"  {random.choice(_SAID)}." for _ in range(random.randint(1, 4))]
    mark = random.choice(("|", ">", "|-", ">-"))
    return _text([*_flow(deal, random), "", f"notes: {mark}", *said])


def _with_changes(deal: Deal, random: Random) -> bytes:
    on = deal.moves[1][0]
    values = f"amount: {deal.amount or '~'}, expected_close: {deal.close}"
    earlier = f"  - {{at: {deal.moves[0][0]}, amount: {random.randint(20, 900)}000000}}"
    return _text([*_flow(deal, random), "", "changes:", earlier, f"  - {{at: {on}, {values}}}"])


def _folded(deal: Deal, random: Random) -> bytes:
    lines = [
        line.replace("title: ", "title:\n  ") if line.startswith("title") else line for line in _flow(deal, random)
    ]
    return _text([*lines, "notes: first line", "  and a second one"])


def _in_paragraphs(deal: Deal, random: Random) -> bytes:
    return _text([*_flow(deal, random), "notes: first line", "", "  and a second paragraph"])


def _from_windows(deal: Deal, random: Random) -> bytes:
    return b"\xef\xbb\xbf" + _text(_flow(deal, random)).replace(b"\n", b"\r\n")


def _without_newline(deal: Deal, random: Random) -> bytes:
    return _text(_flow(deal, random))[:-1]


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


# Out of 100 files; paragraphs are beyond what a plain file does, as a few hand-written files are.
_STYLES: dict[Callable[[Deal, Random], bytes], int] = {
    _as_added: 39,
    _with_comments: 12,
    _in_blocks: 14,
    _flush_left: 6,
    _quoted: 6,
    _with_hours: 8,
    _with_notes: 6,
    _with_changes: 5,
    _folded: 1,
    _from_windows: 1,
    _without_newline: 1,
    _in_paragraphs: 1,
}
