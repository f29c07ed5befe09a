"""The reader of plain files gives the full reader's tree or nothing, whatever is done to a file."""

import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from benchmarks.tree import RULES, deals
from pipectl.store.deal_schema import DealSchema
from pipectl.store.fields import Problems
from pipectl.store.full_reader import HAS_C_PARSER, read_fully
from pipectl.store.load import load_snapshot, read_deal
from pipectl.store.parse_deal import parse_deal
from pipectl.store.plain_deal import AS_WRITTEN, TOP, plain_record
from pipectl.store.plain_places import plain_nodes
from pipectl.store.plain_reader import read_plain
from pipectl.store.records import Record, pack
from tests.build import KNOWN_CHECKS
from tests.store.test_nodes_fuzz import SEEDS as SPOILT_SEEDS
from tests.store.test_nodes_fuzz import spoilt

INPUTS = int(os.environ.get("PIPECTL_FUZZ", "20000"))
PARTS = 20
# Files of every style that people write, the shipped ones, and traps.
PLAIN_SEEDS = (
    [data for _, data in islice(deals(60), 60)],
    [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "examples").rglob("*.yaml"))],
)
SEEDS = (*PLAIN_SEEDS * 3, *SPOILT_SEEDS)
LINES = [line for seeds in SEEDS for data in seeds for line in data.split(b"\n")]
# What stands in a plain file, and what nearly does.
WORDS = [
    word.encode()
    for word in (
        *(
            "- ",
            "-  ",
            "-",
            "  ",
            " ",
            "a: ",
            "a:",
            "stage: won",
            "- a: b",
            "- at: 2026-01-01",
            "- {at: 2026-01-01, stage: won}",
            "- {by: 2026-01-01, stage: won}",
            "- {at: 2026-01-01, currency: usd}",
            "currency: usd",
            "  - x",
            "[a, b]",
            "{a: b}",
        ),
        *(
            "|",
            ">",
            "|-",
            ">-",
            "|\n  text",
            ">\n  one\n  two",
            "# note",
            " # note",
            " #note",
            "'it'",
            '"it"',
            "''",
            ",",
        ),
        *(
            ": ",
            ":",
            "10:15",
            "a:b",
            "http://x",
            "?",
            "~",
            "é",
            "東京",
            "[]",
            "{}",
            "[a]",
            "{a: [b, c]}",
            "{a: 'b, c'}",
        ),
        *(
            '{a: "b"}',
            "{a: b}  # c",
            "[ a , b ]",
            "{ a: b }",
            "{a: b,}",
            "{a: b, a: c}",
            "{a:b}",
            "&x",
            "*x",
            "a b",
            "\n\n",
        ),
        *(
            "\n  it goes on",
            "one\n two\n    three",
            "\n  in the next line\n  and one more",
            "one\n\n  two",
            "one  # ends\n  two",
            "one\n  two  # ends\n  three",
            "\n  # above\n  text",
            "one\n  - two",
            "one\n  a: b",
            "one\ntwo",
        ),
    )
]


def _rearranged(random: Random) -> bytes:
    """A file whose lines were moved about: most are still YAML, and many say something else."""
    lines = random.choice(random.choice(SEEDS)).split(b"\n")
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        row = random.randrange(len(lines))
        match random.randrange(8):
            case 0:
                lines[row] = b" " * random.randint(0, 5) + lines[row].lstrip()
            case 1:
                lines.insert(row, random.choice(LINES))
            case 2:
                lines[row] = random.choice(LINES)
            case 3:
                lines.insert(row, lines.pop(random.randrange(len(lines))))
            case 4:
                lines[row] += random.choice(WORDS)
            case 5:
                key, colon, _ = lines[row].partition(b": ")
                lines[row] = key + colon + random.choice(WORDS)
            case 6:
                lines.insert(row, b" " * random.randint(0, 4) + random.choice(WORDS))
            case 7:
                at = random.randint(0, len(lines[row]))
                lines[row] = lines[row][:at] + random.choice(WORDS) + lines[row][at:]
    return b"\n".join(lines)


def _agrees(data: bytes) -> bool:
    """Whether the plain reader takes *data*; if so, the full one finds nothing wrong and the same tree."""
    root = read_plain(data)
    if root is None:
        return False
    full = read_fully(data, "x.yaml")
    assert (full.root, full.problems) == (plain_nodes(root, data.decode()), ()), data
    return True


def _deals_agree(data: bytes, schema: DealSchema) -> bool:
    """Whether the deal is read the short way; if so, the long way gives the same one and finds nothing wrong."""
    record = plain_record(data, schema)
    if record is None:
        return False
    tree, problems = read_fully(data, "deals/acme.yaml"), Problems("deals/acme.yaml", "acme")
    full = parse_deal(tree, "acme", problems, schema)
    assert (full is not None, tree.problems, problems.found) == (True, (), []), data
    assert full is not None
    deal, found = read_deal(("deals/acme.yaml", data), schema)
    assert (deal, found) == (full, ()), data
    # Most are found by themselves, as long as nobody asks for any other.
    for key in (*TOP, *(f"{name}.{index}" for name in AS_WRITTEN for index in range(len(getattr(full, name)) + 1))):
        assert deal.places.get(key) == full.places.get(key), (key, data)
    assert (deal.places, deal.outline, deal.mentions) == (full.places, full.outline, full.mentions), data
    assert _fields(record) == _fields(pack(full)), data
    return True


def _fields(record: Record) -> tuple[object, ...]:
    """All that *record* says beside the places, which those of plain files do without."""
    *head, tail = record
    assert isinstance(tail, list)
    return *head, tail[:-1]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"title: Acme\n  rollout\nnotes: a\n", {"title": "Acme rollout", "notes": "a"}),
        (b"title:\n  Acme\n    rollout  \n\nnotes: a\n", {"title": "Acme rollout", "notes": "a"}),
        (b"title:  # a comment\n\n  # another\n  Acme\n", {"title": "Acme"}),
        (b"notes:\n  about: Acme\n    rollout\n", {"notes": {"about": "Acme rollout"}}),
        (b"title: Acme  # a comment\n  rollout\n", None),
        (b"title: Acme\n\n  rollout\n", None),
        (b"title: Acme\n  # a comment\n  rollout\n", None),
        (b"title: Acme\n  - rollout\n", None),
        (b"title: 'Acme'\n  rollout\n", None),
        (b"title: Acme\nrollout\n", None),
        (b"title: [Acme]\n  rollout\n", None),
        (b"  Acme\n", None),
    ],
)
def test_text_goes_on_in_the_lines_right_below(data: bytes, said: dict[str, object] | None) -> None:
    root = read_plain(data)
    assert (None if root is None else json.loads(json.dumps(root))) == said
    assert _agrees(data) is (said is not None)


def _mutants(random: Random, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield spoilt(random, SEEDS) if random.random() < 0.3 else _rearranged(random)


@pytest.mark.no_cover
@pytest.mark.skipif(not HAS_C_PARSER, reason="compares with libyaml")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_spoilt_file_has_the_full_readers_tree_or_none(part: int) -> None:
    random = Random(2000 + part)  # noqa: S311 - the same files every time
    # It says nothing unless a good part of them is taken.
    assert sum(map(_agrees, _mutants(random, INPUTS // PARTS))) > INPUTS // PARTS // 8


@pytest.mark.no_cover
@pytest.mark.skipif(not HAS_C_PARSER, reason="compares with libyaml")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_spoilt_deal_is_read_the_short_way_as_the_long_way_or_not_at_all(part: int) -> None:
    workspace = load_snapshot({path: text.encode() for path, text in RULES.items()}, KNOWN_CHECKS)
    schema = DealSchema(workspace.settings, dict(workspace.pipelines))
    random = Random(3000 + part)  # noqa: S311 - the same files every time
    taken = sum(_deals_agree(data, schema) for data in _mutants(random, INPUTS // PARTS))
    assert taken > INPUTS // PARTS // 40


@pytest.mark.parametrize("line", ["  - : mega}", "title{a: b}", "  - at{a: b}"])
def test_what_was_seen_before_a_brace_says_nothing_before_a_colon_and_the_other_way_round(line: str) -> None:
    seen = b"title: Acme\nstage: {a: b}\nhistory:\n  - {at: b}\n  - at: b\n"
    assert read_plain(seen) is not None
    assert read_plain(seen + line.encode() + b"\n") is None


def test_a_day_is_taken_for_the_time_of_an_item_where_it_is_that() -> None:
    """What was seen around a day, and the day, were seen after `at: ` and not after any other key."""
    workspace = load_snapshot({path: text.encode() for path, text in RULES.items()}, KNOWN_CHECKS)
    schema = DealSchema(workspace.settings, dict(workspace.pipelines))
    begin = b"title: Acme\nstage: won\nhistory:\n"
    seen = b"  - {by: ani, at: 2026-02-01, stage: lead}\n  - {at: 2026-02-02, stage: lead}\n"
    assert plain_record(begin + seen + b"  - {at: 2026-03-01, stage: won}\n", schema) is not None
    assert plain_record(begin + b"  - {by: 2026-02-02, stage: won}\n", schema) is None
    assert plain_record(begin + b"  - {note: 2026-02-02, stage: won}\n", schema) is None


@pytest.mark.parametrize("begin", ["", "\ufeff", "notes: |\n  pipeline: new-business\n", "notes: a\n  b\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_deal_is_in_the_pipeline_and_the_currency_of_the_next_lines(begin: str, end: str) -> None:
    workspace = load_snapshot({path: text.encode() for path, text in RULES.items()}, KNOWN_CHECKS)
    schema = DealSchema(workspace.settings, dict(workspace.pipelines))
    text = f"{begin}pipeline:\n  renewals\ntitle: Acme\nstage: review\ncurrency:\n\n  # note\n  USD\namount: 5\n"
    data = text.replace("\n", end).encode()
    assert _deals_agree(data, schema)
    assert plain_record(data, schema)[:4] == ("renewals", "review", "", ("5", "USD"))


@pytest.mark.parametrize("code", ["usd", "[a]", "&x USD"])
def test_a_currency_of_no_amount_has_to_be_one_all_the_same(code: str) -> None:
    workspace = load_snapshot({path: text.encode() for path, text in RULES.items()}, KNOWN_CHECKS)
    schema = DealSchema(workspace.settings, dict(workspace.pipelines))
    data = f"title: Acme\nstage: lead\nchanges:\n  - {{at: 2026-03-01, currency: {code}}}\n".encode()
    assert plain_record(data, schema) is None
