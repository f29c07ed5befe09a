"""What the YAML reader makes of text that goes wrong elsewhere: a table of traps.

A case says what it shows, the file, and then the texts that are read or the problems: each is
`line:column check: message`, and its hint.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from pipectl.store.nodes import MAX_BYTES, MAX_NODES

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class Case:
    """One file, and what becomes of it; *tree* does not count where *refused*."""

    says: str
    data: bytes
    tree: Plain
    problems: tuple[tuple[str, str], ...]
    refused: bool


def reads(says: str, text: str | bytes, tree: Plain, *warnings_and_hints: str) -> Case:
    """A file that is read as *tree*, perhaps with warnings."""
    return _case(says, text, tree, warnings_and_hints, refused=False)


def refuses(says: str, text: str | bytes, *problems_and_hints: str) -> Case:
    """A file that can't be used."""
    return _case(says, text, None, problems_and_hints, refused=True)


def _case(says: str, text: str | bytes, tree: Plain, lines: tuple[str, ...], *, refused: bool) -> Case:
    problems = tuple(zip(lines[::2], lines[1::2], strict=True))
    return Case(says, text.encode() if isinstance(text, str) else text, tree, problems, refused)


def repeated(problem: str, hint: str, lines: range) -> Iterator[str]:
    """The same problem on each of *lines*, which `{}` stands for, with its hint."""
    for line in lines:
        yield from (problem.format(line), hint)


def nested(depth: int) -> Plain:
    """Lists in lists."""
    return [nested(depth - 1)] if depth > 1 else []


# Written so that no tool takes this file for one with a conflict.
OURS, BASE, MIDDLE, THEIRS = "<" * 7 + " HEAD\n", "|" * 7 + " 1a2b3c\n", "=" * 7 + "\n", ">" * 7 + " theirs\n"
DELETE = "delete it; most editors do not show it"

WHAT_YAML_WOULD_TYPE_STAYS_TEXT = (
    reads("no is a word", "stage: no\n", {"stage": "no"}),
    reads("on off yes and y are words", "a: on\nb: off\nc: yes\nd: y\n", {"a": "on", "b": "off", "c": "yes", "d": "y"}),
    reads(
        "a key that yaml takes for a boolean is its text", "on: 1\nyes: 2\nn: 3\n", {"on": "1", "yes": "2", "n": "3"}
    ),
    reads("the country code of norway is text", "country: NO\n", {"country": "NO"}),
    reads("true and false are words", "a: true\nb: False\n", {"a": "true", "b": "False"}),
    reads("a time is not sexagesimal", "at: 12:30\n", {"at": "12:30"}),
    reads("a leading zero is kept", "seats: 010\n", {"seats": "010"}),
    reads(
        "octal hexadecimal and binary are text", "a: 0o10\nb: 0x1F\nc: 0b11\n", {"a": "0o10", "b": "0x1F", "c": "0b11"}
    ),
    reads("an exponent is text", "title: 1e3\n", {"title": "1e3"}),
    reads("a fraction without zero and a plus are text", "a: .5\nb: +1\n", {"a": ".5", "b": "+1"}),
    reads("infinity and not a number are text", "a: .inf\nb: .NaN\n", {"a": ".inf", "b": ".NaN"}),
    reads("trailing zeros of an amount are kept", "amount: 12000.10\n", {"amount": "12000.10"}),
    reads("underscores in a number are kept", "amount: 1_500_000\n", {"amount": "1_500_000"}),
    reads("a long number keeps its last digit", "id: 123456789012345678901\n", {"id": "123456789012345678901"}),
    reads("a date is text", "on: 2026-04-30\n", {"on": "2026-04-30"}),
    reads("a day that does not exist is text", "on: 2026-02-30\n", {"on": "2026-02-30"}),
    reads(
        "a moment with offset is text", "at: 2026-04-30T14:05:00.256+07:00\n", {"at": "2026-04-30T14:05:00.256+07:00"}
    ),
    reads("tilde and null are text", "a: ~\nb: null\nc: Null\n", {"a": "~", "b": "null", "c": "Null"}),
    reads("an equals sign is text", "a: =\n", {"a": "="}),
    reads("quotes are taken off", "a: 'no'\nb: \"no\"\n", {"a": "no", "b": "no"}),
    reads("a phone number keeps its plus", 'phone: "+62 811 000 111"\n', {"phone": "+62 811 000 111"}),
)

EMPTY_VALUES_AND_EMPTY_FILES = (
    reads("an empty file has no root", "", None),
    reads("a byte order mark alone has no root", b"\xef\xbb\xbf", None),
    reads("blank lines have no root", "\n  \n\n", None),
    reads("a file of comments has no root", "# nothing yet\n  # still nothing\n", None),
    reads("three dashes alone are an empty value", "---\n", ""),
    reads("three dashes and dots are an empty value", "---\n...\n", ""),
    reads("a key without value is empty", "owner:\nstage: lead\n", {"owner": "", "stage": "lead"}),
    reads("a key with a comment only is empty", "owner: # to be found\n", {"owner": ""}),
    reads("a dash without value is empty", "- \n- x\n-\n", ["", "x", ""]),
    reads("a flow mapping may have keys without value", "a: {b, c: }\n", {"a": {"b": "", "c": ""}}),
    reads("empty brackets are empty", "a: []\nb: {}\n", {"a": [], "b": {}}),
    reads("empty quotes are empty text", "a: ''\nb: \"\"\n", {"a": "", "b": ""}),
    reads("a root may be text", "Acme\n", "Acme"),
    reads("a root may be a list", "- a\n- b\n", ["a", "b"]),
    reads("a list in a list", "- - a\n  - b\n- c\n", [["a", "b"], "c"]),
    reads("a trailing comma adds nothing", "a: [b, c, ]\nd: {e: f, }\n", {"a": ["b", "c"], "d": {"e": "f"}}),
    reads("a pair in a list is a mapping", "a: [b: c]\n", {"a": [{"b": "c"}]}),
)

TEXT_IN_ALL_ITS_SHAPES = (
    reads("a colon inside a word is text", "url: https://acme.id:8080/x\n", {"url": "https://acme.id:8080/x"}),
    reads("an apostrophe inside a word is text", "title: Acme's rollout\n", {"title": "Acme's rollout"}),
    reads("brackets inside a text are text", "title: Acme [urgent] {new}\n", {"title": "Acme [urgent] {new}"}),
    reads("a comma outside brackets is text", "title: Acme, Jakarta\n", {"title": "Acme, Jakarta"}),
    reads("a dash inside a text is text", "title: Acme - phase 2\n", {"title": "Acme - phase 2"}),
    reads("three dashes inside a line are text", "a: --- b\n", {"a": "--- b"}),
    reads("a percent sign after a number is text", "discount: 10%\n", {"discount": "10%"}),
    reads(
        "a backslash outside double quotes is text", "a: C:\\Users\nb: 'D:\\new'\n", {"a": "C:\\Users", "b": "D:\\new"}
    ),
    reads("two single quotes are one", "a: 'it''s'\n", {"a": "it's"}),
    reads("escapes work in double quotes", 'a: "x\\ty\\x41\\u00e9\\"\\\\"\n', {"a": 'x\tyAé"\\'}),
    reads("an escaped line break joins lines", 'a: "x \\\n  y"\n', {"a": "x y"}),
    reads(
        "a plain text over lines is folded", "note: one\n  two\n\n  three\nb: x\n", {"note": "one two\nthree", "b": "x"}
    ),
    reads("a quoted text over lines is folded", 'note: "one\n  two\n\n  three"\n', {"note": "one two\nthree"}),
    reads(
        "a literal block keeps its lines",
        "notes: |\n  one\n   two\n\n  three\nb: x\n",
        {"notes": "one\n two\n\nthree\n", "b": "x"},
    ),
    reads("a literal block may strip its end", "notes: |-\n  one\n\nb: x\n", {"notes": "one", "b": "x"}),
    reads("a literal block may keep its end", "notes: |+\n  one\n\nb: x\n", {"notes": "one\n\n", "b": "x"}),
    reads("a folded block joins lines", "notes: >\n  one\n  two\n\n  three\n", {"notes": "one two\nthree\n"}),
    reads(
        "a folded block may strip or keep its end",
        "a: >-\n  one\n  two\nb: >+\n  three\n\n",
        {"a": "one two", "b": "three\n\n"},
    ),
    reads(
        "a folded block keeps lines that are indented deeper",
        "a: >\n  one\n   two\n  three\n",
        {"a": "one\n two\nthree\n"},
    ),
    reads(
        "a block may tell its indentation",
        "a: |2\n   one\n  two\nb: |1-\n  three\n",
        {"a": " one\ntwo\n", "b": " three"},
    ),
    reads("chomping may stand before indentation", "a: |-2\n   one\n", {"a": " one"}),
    reads("a block header may have a comment", "a: | # the story\n  one\n", {"a": "one\n"}),
    reads("a block without lines is empty", "a: |\nb: >-\n", {"a": "", "b": ""}),
    reads(
        "a block may hold what yaml means otherwise",
        "a: |\n  # no comment\n  - b: [c\n  *d &e !f %g @h\n",
        {"a": "# no comment\n- b: [c\n*d &e !f %g @h\n"},
    ),
    reads("a block at the end without final newline", "a: |\n  one", {"a": "one"}),
    reads("a file without final newline", "title: Acme\nstage: lead", {"title": "Acme", "stage": "lead"}),
    reads("a key may be quoted or have blanks", "'a': 1\n\"b c\": 2\nd e : 3\n", {"a": "1", "b c": "2", "d e": "3"}),
    reads("a flow key may lack the blank after quotes", "{\"a\":1, 'b':2}\n", {"a": "1", "b": "2"}),
    reads("a flow text keeps its colon without blank", "a: [12:30, b:c]\n", {"a": ["12:30", "b:c"]}),
    reads("a flow list may run over lines", "a: [b,\n  c\n]\n", {"a": ["b", "c"]}),
    reads("an explicit key is a key", "? a\n: b\n? c\n", {"a": "b", "c": ""}),
    reads(
        "a list may stand at the column of its key",
        "tags:\n- a\n- b\nstage: lead\n",
        {"tags": ["a", "b"], "stage": "lead"},
    ),
    reads("emoji and cjk are text", "title: 🚀 東京タワー\nowner: Zoë\n", {"title": "🚀 東京タワー", "owner": "Zoë"}),
    reads("a byte order mark at the start is dropped", b"\xef\xbb\xbftitle: Acme\n", {"title": "Acme"}),
    reads(
        "windows line ends are line ends",
        "title: Acme\r\nnotes: |\r\n  one\r\n  two\r\n",
        {"title": "Acme", "notes": "one\ntwo\n"},
    ),
    reads("a tab after a colon is a blank", "title:\tAcme\n", {"title": "Acme"}),
    reads("a tab inside a text is kept", "title: Acme\trollout\n", {"title": "Acme\trollout"}),
    reads(
        "a tab at the end of a line is dropped", "title: Acme\t\nstage: lead \t \n", {"title": "Acme", "stage": "lead"}
    ),
    reads("a tab inside a block is kept", "a: |\n  b\tc\n  \td\n", {"a": "b\tc\n\td\n"}),
    reads("a tab inside brackets is a blank", "a: [b,\tc]\n", {"a": ["b", "c"]}),
    reads("a no break space is text", "a: x\xa0y\n", {"a": "x\xa0y"}),
)

COMMENTS_AND_THE_HASH = (
    reads("a comment after a value is dropped", "stage: lead # since May\n", {"stage": "lead"}),
    reads("a hash inside a word is text", "title: C#-course no#2\n", {"title": "C#-course no#2"}),
    reads(
        "a hash glued to a word warns",
        "title: Acme #2 rollout\n",
        {"title": "Acme"},
        "1:13 hash-in-text: YAML takes '#2 rollout' for a comment and reads only 'Acme'",
        "quote the whole text, or put a space after # if it is a comment",
    ),
    reads(
        "a hash glued to a word warns in a list",
        "tags:\n  - new #1\n",
        {"tags": ["new"]},
        "2:9 hash-in-text: YAML takes '#1' for a comment and reads only 'new'",
        "quote the whole text, or put a space after # if it is a comment",
    ),
    reads(
        "a hash glued to a word warns in brackets",
        "tags: [new, old #1\n  ]\n",
        {"tags": ["new", "old"]},
        "1:17 hash-in-text: YAML takes '#1' for a comment and reads only 'old'",
        "quote the whole text, or put a space after # if it is a comment",
    ),
    reads(
        "a hash that leaves nothing warns",
        "phone: #1234\n",
        {"phone": ""},
        "1:8 hash-in-text: YAML takes '#1234' for a comment and reads nothing",
        "quote the whole text, or put a space after # if it is a comment",
    ),
    reads(
        "a hash after a tab warns",
        "title: Acme\t#2\n",
        {"title": "Acme"},
        "1:13 hash-in-text: YAML takes '#2' for a comment and reads only 'Acme'",
        "quote the whole text, or put a space after # if it is a comment",
    ),
    reads(
        "a hash at the end of a text over lines warns",
        "note: one\n  two #3\n",
        {"note": "one two"},
        "2:7 hash-in-text: YAML takes '#3' for a comment and reads only 'one two'",
        "quote the whole text, or put a space after # if it is a comment",
    ),
    reads(
        "the column of a hash counts characters",
        "title: 🚀 東京  #2\r\nstage: lead\r\n",
        {"title": "🚀 東京", "stage": "lead"},
        "1:14 hash-in-text: YAML takes '#2' for a comment and reads only '🚀 東京'",
        "quote the whole text, or put a space after # if it is a comment",
    ),
    reads("a hash in quotes does not warn", "a: 'x #2'\nb: \"x #2\"\n", {"a": "x #2", "b": "x #2"}),
    reads("a glued comment after quotes does not warn", "a: 'x' #todo\n", {"a": "x"}),
    reads("a glued comment after brackets does not warn", "a: [x] #todo\n", {"a": ["x"]}),
    reads("a hash in a block does not warn", "a: |\n  x #2\n  #3\n", {"a": "x #2\n#3\n"}),
    reads("a line of comment does not warn", "#todo\na: x\n  #todo\nb: y\n", {"a": "x", "b": "y"}),
    reads("a comment before a list does not warn", "tags: #todo\n  - x\n", {"tags": ["x"]}),
)

KEYS = (
    refuses(
        "a key twice names both lines",
        "title: a\nstage: b\ntitle: c\n",
        "3:1 duplicate-key: key 'title' stands twice: here and on line 1",
        "keep one of the two",
    ),
    refuses(
        "a key thrice is told twice",
        "a: 1\na: 2\na: 3\n",
        "2:1 duplicate-key: key 'a' stands twice: here and on line 1",
        "keep one of the two",
        "3:1 duplicate-key: key 'a' stands twice: here and on line 1",
        "keep one of the two",
    ),
    refuses(
        "a key twice further down",
        "fields:\n  a: 1\n  a: 2\n",
        "3:3 duplicate-key: key 'a' stands twice: here and on line 2",
        "keep one of the two",
    ),
    refuses(
        "a key twice in braces",
        "a: {b: 1, b: 2}\n",
        "1:11 duplicate-key: key 'b' stands twice: here and on line 1",
        "keep one of the two",
    ),
    refuses(
        "a key twice in a list item",
        "- {a: 1}\n- a: 1\n  a: 2\n",
        "3:3 duplicate-key: key 'a' stands twice: here and on line 2",
        "keep one of the two",
    ),
    refuses(
        "a quoted key is the same key",
        "\"a\": 1\na: 2\n'a': 3\n",
        "2:1 duplicate-key: key 'a' stands twice: here and on line 1",
        "keep one of the two",
        "3:1 duplicate-key: key 'a' stands twice: here and on line 1",
        "keep one of the two",
    ),
    reads("keys that differ in case are two keys", "a: 1\nA: 2\n", {"a": "1", "A": "2"}),
    reads("the same key in two mappings is fine", "- a: 1\n- a: 1\n", [{"a": "1"}, {"a": "1"}]),
    refuses(
        "a list is no key",
        "[a]: b\nc: d\n",
        "1:1 unreadable-file: a key must be text, not a list or a mapping",
        "quote it if the brackets belong to the text",
    ),
    refuses(
        "a mapping is no key",
        "{a: b}: c\n",
        "1:1 unreadable-file: a key must be text, not a list or a mapping",
        "quote it if the brackets belong to the text",
    ),
    refuses(
        "an explicit list is no key",
        "? [a]\n: b\n",
        "1:3 unreadable-file: a key must be text, not a list or a mapping",
        "quote it if the brackets belong to the text",
    ),
    refuses(
        "an explicit mapping is no key",
        "? [a]: b\n",
        "1:3 unreadable-file: a key must be text, not a list or a mapping",
        "quote it if the brackets belong to the text",
    ),
    refuses(
        "a template left unfilled is no key",
        "a: {{ name }}\n",
        "1:5 unreadable-file: a key must be text, not a list or a mapping",
        "quote it if the brackets belong to the text",
    ),
    refuses(
        "a key can not be missing", ": a\n", "1:1 unreadable-file: a key is missing before ':'", "write `key: value`"
    ),
    refuses(
        "a key can not be missing in braces",
        "{a: 1, : 2}\n",
        "1:8 unreadable-file: a key is missing before ':'",
        "write `key: value`, or quote the text",
    ),
    refuses(
        "an explicit key can not be missing",
        "?",
        "1:2 unreadable-file: a key is missing before ':'",
        "write `key: value`",
    ),
    reads("an empty key in quotes is left to the schema", '"": a\n', {"": "a"}),
    refuses(
        "a merge key is refused",
        "<<: {a: 1}\nb: 2\n",
        "1:1 unreadable-file: merge keys (<<) are not supported",
        "write the keys out",
    ),
    refuses(
        "a merge key with an alias is refused",
        "a: &b {c: 1}\nd: {<<: *b}\n",
        "2:5 unreadable-file: merge keys (<<) are not supported",
        "write the keys out",
    ),
    reads("a quoted merge key is text", '"<<": 1\n', {"<<": "1"}),
    refuses(
        "a key of more than 1024 characters",
        "k" * 1025 + ": v\n",
        "1:1 unreadable-file: a key has at most 1,024 characters",
        "shorten it, or quote the text it stands in",
    ),
)

ANCHORS_ALIASES_AND_TAGS = (
    reads("an alias stands for its anchor", "a: &x 1\nb: *x\n", {"a": "1", "b": "1"}),
    reads(
        "an alias stands for a list",
        "a: &x [1, 2]\nb: *x\nc: [*x]\n",
        {"a": ["1", "2"], "b": ["1", "2"], "c": [["1", "2"]]},
    ),
    reads("an anchor may stand on a key", "&k a: 1\nb: *k\n", {"a": "1", "b": "a"}),
    reads("an alias may be a key", "a: &k b\n*k : 1\n", {"a": "b", "b": "1"}),
    refuses(
        "an alias as key may repeat a key",
        "&k a: 1\n*k : 2\n",
        "2:1 duplicate-key: key 'a' stands twice: here and on line 1",
        "keep one of the two",
    ),
    reads("an anchor may be set again", "a: &x 1\nb: &x 2\nc: *x\n", {"a": "1", "b": "2", "c": "2"}),
    reads("an anchor without value is empty", "a: &x\nb: *x\n", {"a": "", "b": ""}),
    refuses(
        "an unknown alias is refused",
        "note: *urgent\n",
        "1:7 unreadable-file: alias *urgent stands for nothing: no &urgent above",
        "quote the text if it begins with a star",
    ),
    refuses(
        "emphasis is no alias",
        "note: *urgent* call\n",
        "1:7 unreadable-file: '*' can't begin a text",
        'quote it: note: "*urgent* call"',
    ),
    refuses(
        "an alias below its use is unknown",
        "a: *x\nb: &x 1\n",
        "1:4 unreadable-file: alias *x stands for nothing: no &x above",
        "quote the text if it begins with a star",
    ),
    refuses(
        "an alias inside its own value",
        "a: &x\n  b: *x\n",
        "2:6 unreadable-file: alias *x is used inside the value it stands for",
        "quote the text if it begins with a star",
    ),
    refuses(
        "an alias to a collection as key",
        "a: &x [1]\n*x : 2\n",
        "2:1 unreadable-file: a key must be text, not a list or a mapping",
        "quote it if the brackets belong to the text",
    ),
    refuses(
        "a star with a blank is no text",
        "note: * urgent\n",
        "1:7 unreadable-file: '*' can't begin a text",
        'quote it: note: "* urgent"',
    ),
    refuses(
        "an ampersand with a blank is no text",
        "company: & Sons\n",
        "1:10 unreadable-file: '&' can't begin a text",
        'quote it: company: "& Sons"',
    ),
    refuses(
        "an anchor before an alias",
        "a: &x 1\nb: &y *x\n",
        "2:7 unreadable-file: '*x' does not fit here",
        'quote it: b: "&y *x"',
    ),
    refuses(
        "a tag of yaml is refused",
        "amount: !!int 3\n",
        "1:9 unreadable-file: YAML tag !!int is not allowed",
        "leave the tag out: the field decides how a value is read; quote the text if it begins with !",
    ),
    refuses(
        "a tag of python is refused",
        "a: !!python/object/apply:os.system [ls]\n",
        "1:4 unreadable-file: YAML tag !!python/object/apply:os.system is not allowed",
        "leave the tag out: the field decides how a value is read; quote the text if it begins with !",
    ),
    refuses(
        "a tag of ones own is refused",
        "note: !important call\n",
        "1:7 unreadable-file: YAML tag !important is not allowed",
        "leave the tag out: the field decides how a value is read; quote the text if it begins with !",
    ),
    refuses(
        "a tag on a mapping is refused",
        "a: !!map {b: c}\n",
        "1:4 unreadable-file: YAML tag !!map is not allowed",
        "leave the tag out: the field decides how a value is read; quote the text if it begins with !",
    ),
    refuses(
        "a tag on a block list is refused",
        "a: !!seq\n  - b\n",
        "1:4 unreadable-file: YAML tag !!seq is not allowed",
        "leave the tag out: the field decides how a value is read; quote the text if it begins with !",
    ),
    refuses(
        "a tag with an unknown handle is refused",
        "a: !x!y 3\n",
        "1:4 unreadable-file: '!' can't begin a text",
        'quote it: a: "!x!y 3"',
    ),
    refuses(
        "a verbatim tag is refused",
        "a: !<tag:acme.id,2026:x> 3\n",
        "1:4 unreadable-file: YAML tag tag:acme.id,2026:x is not allowed",
        "leave the tag out: the field decides how a value is read; quote the text if it begins with !",
    ),
    refuses(
        "a broken tag is refused", "a: !<x 3\n", "1:4 unreadable-file: '!' can't begin a text", 'quote it: a: "!<x 3"'
    ),
    reads("a text tag is taken", "a: !!str 010\nb: !<tag:yaml.org,2002:str> x\n", {"a": "010", "b": "x"}),
    refuses(
        "a text tag on a list is refused",
        "a: !!str []\n",
        "1:4 unreadable-file: YAML tag !!str is not allowed",
        "leave the tag out: the field decides how a value is read; quote the text if it begins with !",
    ),
    reads("a bare exclamation mark makes text", "a: ! 12\nb: ! [c]\n", {"a": "12", "b": ["c"]}),
    refuses(
        "billion laughs are refused",
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{name}: &{name} [{', '.join([f'*{above}'] * 10)}]\n" for above, name in pairwise("abcdefghij")),
        "5:36 unreadable-file: aliases expand to more than 100,000 values",
        "",
    ),
    refuses(
        "a wide alias bomb is refused",
        "a: &a [" + "x, " * 400 + "]\nb: [" + "*a, " * 400 + "]\n",
        "2:1001 unreadable-file: aliases expand to more than 100,000 values",
        "",
    ),
    refuses(
        "a merge bomb is refused",
        "a: &a {x: 1}\n"
        + "".join(f"{name}: &{name} {{<<: [*{above}, *{above}]}}\n" for above, name in pairwise("abcdefgh")),
        *repeated("{}:8 unreadable-file: merge keys (<<) are not supported", "write the keys out", range(2, 9)),
    ),
    refuses(
        "aliases can not nest deeper than brackets",
        "a: &a " + "[" * 20 + "]" * 20 + "\nb: &b " + "[" * 20 + "*a" + "]" * 20 + "\n",
        "2:27 unreadable-file: nested deeper than 32 levels through alias *a",
        "",
    ),
)

DOCUMENTS_AND_DIRECTIVES = (
    reads("a document may begin with three dashes", "---\na: 1\n", {"a": "1"}),
    reads("a document may end with three dots", "a: 1\n...\n", {"a": "1"}),
    reads("a yaml directive is taken", "%YAML 1.2\n---\na: 1\n", {"a": "1"}),
    refuses(
        "a second document is refused",
        "a: 1\n---\nb: 2\n",
        "2:1 unreadable-file: a second YAML document starts here; a file holds one",
        "remove the line `---`, or put the second document in a file of its own",
    ),
    refuses(
        "an empty second document is refused",
        "a: 1\n---\n",
        "2:1 unreadable-file: a second YAML document starts here; a file holds one",
        "remove the line `---`, or put the second document in a file of its own",
    ),
    refuses(
        "a second document after dots is refused",
        "a: 1\n...\n---\nb: 2\n",
        "3:1 unreadable-file: a second YAML document starts here; a file holds one",
        "remove the line `---`, or put the second document in a file of its own",
    ),
    refuses(
        "text after three dots is refused",
        "a: 1\n...\nb: 2\n",
        "3:1 unreadable-file: text after the end of the document",
        "remove line 2",
    ),
    refuses(
        "three dots can not begin a file",
        "...\na: 1\n",
        "1:1 unreadable-file: '...' ends a document that has not begun",
        "remove the line",
    ),
    refuses(
        "a key beside three dashes",
        "--- a: 1\n",
        "1:5 unreadable-file: a key can't stand on the line of '---'",
        "begin it on the line below",
    ),
    refuses(
        "a list beside three dashes",
        "--- - a\n",
        "1:5 unreadable-file: a list can't stand on the line of '---'",
        "begin it on the line below",
    ),
    refuses(
        "an unknown directive is refused",
        "%FOO\n---\na: 1\n",
        "1:1 unreadable-file: a line that begins with % is no part of a pipeline file",
        "remove the line",
    ),
    refuses(
        "a later yaml version is refused",
        "%YAML 2.0\n---\na: 1\n",
        "1:1 unreadable-file: a line that begins with % is no part of a pipeline file",
        "remove the line",
    ),
    refuses(
        "a tag directive is refused",
        "# acme\n%TAG ! tag:acme.id,2026:\n---\na: 1\n",
        "2:1 unreadable-file: a line that begins with % is no part of a pipeline file",
        "remove the line",
    ),
    refuses(
        "a directive without document is refused",
        "%YAML 1.2\na: 1\n",
        "1:1 unreadable-file: a line that begins with % is no part of a pipeline file",
        "remove the line",
    ),
    refuses(
        "a key that begins with a percent sign",
        "a: 1\n%b: 2\n",
        "2:1 unreadable-file: a line that begins with % is no part of a pipeline file",
        "remove the line",
    ),
)

BYTES_AND_CHARACTERS = (
    refuses(
        "utf 16 little endian is refused",
        "title: Acme\n".encode("utf-16"),
        "1:1 unreadable-file: the file is UTF-16, or not text at all",
        "save the file as UTF-8",
    ),
    refuses(
        "utf 16 big endian is refused",
        b"\xfe\xff" + "title: Acme\n".encode("utf-16-be"),
        "1:1 unreadable-file: the file is UTF-16, or not text at all",
        "save the file as UTF-8",
    ),
    refuses(
        "utf 16 without mark is refused",
        "title: Acme\n".encode("utf-16-le"),
        "1:1 unreadable-file: the file is UTF-16, or not text at all",
        "save the file as UTF-8",
    ),
    refuses(
        "utf 32 is refused",
        "title: Acme\n".encode("utf-32"),
        "1:1 unreadable-file: the file is UTF-16, or not text at all",
        "save the file as UTF-8",
    ),
    refuses(
        "latin 1 is refused",
        b"title: Caf\xe9\n",
        "1:11 unreadable-file: byte 0xe9 ('é' in Windows-1252) is not UTF-8",
        "save the file as UTF-8",
    ),
    refuses(
        "windows 1252 is refused",
        b"a: x\nb: \xc3\xa9 \x80 y\n",
        "2:6 unreadable-file: byte 0x80 ('€' in Windows-1252) is not UTF-8",
        "save the file as UTF-8",
    ),
    refuses(
        "a byte without meaning in windows is refused",
        b"a: \x81\n",
        "1:4 unreadable-file: byte 0x81 is not UTF-8",
        "save the file as UTF-8",
    ),
    refuses(
        "a character cut off at the end is refused",
        b"title: Caf\xc3",
        "1:11 unreadable-file: the file ends in the middle of a character",
        "save the file again, as UTF-8",
    ),
    refuses(
        "a surrogate in utf 8 is refused",
        b"a: \xed\xa0\x80\n",
        "1:4 unreadable-file: byte 0xed ('í' in Windows-1252) is not UTF-8",
        "save the file as UTF-8",
    ),
    refuses(
        "an overlong form is refused",
        b"a: \xc0\xaf\n",
        "1:4 unreadable-file: byte 0xc0 ('À' in Windows-1252) is not UTF-8",
        "save the file as UTF-8",
    ),
    refuses(
        "columns do not count the byte order mark",
        b"\xef\xbb\xbfa: \xff\n",
        "1:4 unreadable-file: byte 0xff ('ÿ' in Windows-1252) is not UTF-8",
        "save the file as UTF-8",
    ),
    refuses(
        "a second byte order mark is refused",
        b"\xef\xbb\xbf\xef\xbb\xbfa: 1\n",
        "1:1 unreadable-file: byte order mark U+FEFF inside the text is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a byte order mark inside is refused",
        "a: 1\nb: x\ufeffy\n",
        "2:5 unreadable-file: byte order mark U+FEFF inside the text is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a nul is refused",
        "a: x\x00y\n",
        "1:5 unreadable-file: control character U+0000 is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "an escape character is refused",
        "a: \x1b[31m\n",
        "1:4 unreadable-file: control character U+001B is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a delete is refused",
        "a: x\x7f\n",
        "1:5 unreadable-file: control character U+007F is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a c1 control is refused",
        "a: x\x81\n",
        "1:5 unreadable-file: control character U+0081 is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a next line character is refused",
        "a: x\x85y\n",
        "1:5 unreadable-file: a next-line character (U+0085) is not allowed",
        "write an ordinary line break",
    ),
    refuses(
        "a line separator is refused",
        "a: x\u2028y\n",
        "1:5 unreadable-file: a line separator (U+2028) is not allowed",
        "write an ordinary line break",
    ),
    refuses(
        "a paragraph separator is refused",
        "a: x\u2029y\n",
        "1:5 unreadable-file: a paragraph separator (U+2029) is not allowed",
        "write an ordinary line break",
    ),
    refuses(
        "a bidirectional override is refused",
        "a: x\u202ey\n",
        "1:5 unreadable-file: bidirectional override U+202E is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a bidirectional isolate is refused",
        "a: x\u2066y\n",
        "1:5 unreadable-file: bidirectional override U+2066 is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a noncharacter is refused",
        "a: x\uffffy\n",
        "1:5 unreadable-file: control character U+FFFF is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a form feed is refused",
        "a: 1\n\x0cb: 2\n",
        "2:1 unreadable-file: control character U+000C is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a carriage return alone is refused",
        "a: 1\rb: 2\r",
        "1:5 unreadable-file: a carriage return without line feed (U+000D) is not allowed",
        "save the file with line ends LF or CRLF",
        "1:10 unreadable-file: a carriage return without line feed (U+000D) is not allowed",
        "save the file with line ends LF or CRLF",
    ),
    refuses(
        "every control character is told",
        "a: \x01\nb: \x02\n",
        "1:4 unreadable-file: control character U+0001 is not allowed",
        "delete it; most editors do not show it",
        "2:4 unreadable-file: control character U+0002 is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "a control character in a comment is told",
        "a: 1 # \x07\n",
        "1:8 unreadable-file: control character U+0007 is not allowed",
        "delete it; most editors do not show it",
    ),
    refuses(
        "control characters are told fifty times",
        "\x01\n" * 60,
        *repeated("{}:1 unreadable-file: control character U+0001 is not allowed", DELETE, range(1, 51)),
    ),
    refuses(
        "an escaped escape is refused",
        'a: "\\e[31m"\n',
        "1:4 unreadable-file: control character U+001B is not allowed, written as an escape",
        "delete the escape",
    ),
    refuses(
        "an escaped nul is refused",
        'a: "\\0"\n',
        "1:4 unreadable-file: control character U+0000 is not allowed, written as an escape",
        "delete the escape",
    ),
    refuses(
        "an escaped hexadecimal nul is refused",
        'a: "\\x00"\n',
        "1:4 unreadable-file: control character U+0000 is not allowed, written as an escape",
        "delete the escape",
    ),
    refuses(
        "an escaped override is refused",
        'a: "\\u202e"\n',
        "1:4 unreadable-file: bidirectional override U+202E is not allowed, written as an escape",
        "delete the escape",
    ),
    refuses(
        "an escaped next line is refused",
        'a: "\\N"\n',
        "1:4 unreadable-file: a next-line character (U+0085) is not allowed, written as an escape",
        "delete the escape",
    ),
    refuses(
        "an escaped line separator is refused",
        'a: "\\L"\n',
        "1:4 unreadable-file: a line separator (U+2028) is not allowed, written as an escape",
        "delete the escape",
    ),
    refuses(
        "an escaped carriage return is refused",
        'a: "x\\ry"\n',
        "1:4 unreadable-file: a carriage return without line feed (U+000D) is not allowed, written as an escape",
        "delete the escape",
    ),
    refuses(
        "an escaped control in a key is refused",
        '"a\\x07": 1\n',
        "1:1 unreadable-file: control character U+0007 is not allowed, written as an escape",
        "delete the escape",
    ),
    refuses(
        "an escaped surrogate is refused",
        'a: "\\ud83d\\ude80"\n',
        "1:5 unreadable-file: \\ud83d is no character",
        "write the character itself",
    ),
    refuses(
        "an escape beyond unicode is refused",
        'a: "\\U00110000"\n',
        "1:5 unreadable-file: \\U00110000 is no character",
        "write the character itself",
    ),
    refuses(
        "an unknown escape is refused",
        'a: "50\\% off"\n',
        "1:7 unreadable-file: '\\' in double quotes begins an escape, and this is none",
        "write it twice (\\\\), or put the text in 'single' quotes",
    ),
    refuses(
        "a windows path in double quotes is refused",
        'a: "C:\\Users\\ani"\n',
        "1:7 unreadable-file: '\\' in double quotes begins an escape, and this is none",
        "write it twice (\\\\), or put the text in 'single' quotes",
    ),
    refuses(
        "a short escape is refused",
        'a: "\\x1"\n',
        "1:5 unreadable-file: '\\' in double quotes begins an escape, and this is none",
        "write it twice (\\\\), or put the text in 'single' quotes",
    ),
)

LIMITS = (
    refuses(
        "a file of more than a mebibyte is refused",
        "a: " + "x" * MAX_BYTES,
        "1:1 unreadable-file: the file has 1,048,579 bytes; a pipeline file has at most 1,048,576",
        "keep attachments and long exports in files of their own",
    ),
    reads("a text of almost a mebibyte is read", "a: " + "x" * (MAX_BYTES - 4) + "\n", {"a": "x" * (MAX_BYTES - 4)}),
    reads("fifty thousand values are read", "- a\n" * (MAX_NODES - 1), ["a"] * (MAX_NODES - 1)),
    refuses(
        "more than fifty thousand values are refused",
        "- a\n" * MAX_NODES,
        "50000:3 unreadable-file: more than 50,000 values in one file",
        "",
    ),
    reads("thirty two levels are read", "[" * 32 + "]" * 32 + "\n", nested(32)),
    refuses(
        "thirty three brackets are refused",
        "[" * 33 + "]" * 33 + "\n",
        "1:33 unreadable-file: nested deeper than 32 levels",
        "",
    ),
    refuses("deep braces are refused", "{a: " * 40, "1:129 unreadable-file: nested deeper than 32 levels", ""),
    refuses("deep dashes are refused", "- " * 40 + "a\n", "1:65 unreadable-file: nested deeper than 32 levels", ""),
    refuses(
        "deep blocks are refused",
        "".join(" " * depth + "a:\n" for depth in range(40)),
        "33:33 unreadable-file: nested deeper than 32 levels",
        "",
    ),
    refuses(
        "eighty thousand open brackets are refused",
        "[" * 80000,
        "1:33 unreadable-file: nested deeper than 32 levels",
        "",
    ),
)

CONFLICTS_OF_GIT = (
    refuses(
        "a conflict is named",
        "a: 1\n" + OURS + "b: 2\n" + MIDDLE + "b: 3\n" + THEIRS,
        "2:1 unreadable-file: unresolved git merge conflict",
        "choose what to keep and delete the lines that begin with <<<<<<<, =======, >>>>>>> or |||||||",
    ),
    refuses(
        "a conflict with base is named",
        "a: 1\n" + OURS + "b: 2\n" + BASE + "b: 1\n" + MIDDLE + "b: 3\n" + THEIRS,
        "2:1 unreadable-file: unresolved git merge conflict",
        "choose what to keep and delete the lines that begin with <<<<<<<, =======, >>>>>>> or |||||||",
    ),
    refuses(
        "a conflict with windows line ends is named",
        ("a: 1\n" + OURS + "b: 2\n" + MIDDLE + "b: 3\n" + THEIRS).replace("\n", "\r\n"),
        "2:1 unreadable-file: unresolved git merge conflict",
        "choose what to keep and delete the lines that begin with <<<<<<<, =======, >>>>>>> or |||||||",
    ),
    refuses(
        "a left over end of a conflict is named",
        "a: 1\n>>>>>>> theirs\n",
        "2:1 unreadable-file: unresolved git merge conflict",
        "choose what to keep and delete the lines that begin with <<<<<<<, =======, >>>>>>> or |||||||",
    ),
    refuses(
        "a left over base of a conflict is named",
        "a: 1\n||||||| 1a2b3c\n",
        "2:1 unreadable-file: unresolved git merge conflict",
        "choose what to keep and delete the lines that begin with <<<<<<<, =======, >>>>>>> or |||||||",
    ),
    refuses(
        "a left over middle of a conflict is named",
        "a: 1\n=======\nb: 2\n",
        "2:1 unreadable-file: unresolved git merge conflict",
        "choose what to keep and delete the lines that begin with <<<<<<<, =======, >>>>>>> or |||||||",
    ),
    reads(
        "markers that are indented are text",
        "a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\n",
        {"a": "<<<<<<< HEAD\n=======\n>>>>>>> x\n"},
    ),
    reads("a line of equals signs in a block is text", "a: |\n  Heading\n  =======\n", {"a": "Heading\n=======\n"}),
    reads("eight signs are no marker", "a: |\n  x\n  <<<<<<<<\n", {"a": "x\n<<<<<<<<\n"}),
)

SLIPS_OF_THE_HAND = (
    refuses(
        "a first line that is indented",
        " a: 1\nb: 2",
        "2:1 unreadable-file: this line is indented less than the first one",
        "begin every top key in the first column",
    ),
    refuses(
        "a line indented between two levels",
        "a:\n  b: 1\n c: 2\n",
        "3:2 unreadable-file: this line is indented by 1, which fits no line above",
        "indent it by 2 as line 2 or by 0 as line 1",
    ),
    refuses(
        "a list item indented between two levels",
        "a:\n  - x\n - y\n",
        "3:2 unreadable-file: this line is indented by 1, which fits no line above",
        "indent it by 2 as line 2 or by 0 as line 1",
    ),
    refuses(
        "a key of an item indented between",
        "- a: 1\n b: 2\n",
        "2:2 unreadable-file: this line is indented by 1, which fits no line above",
        "indent it by 2 as line 1 or by 0 as line 1",
    ),
    refuses(
        "a line below a value indented deeper",
        "title: Acme\n  stage: lead\n",
        "2:3 unreadable-file: this line is indented deeper, but the line above has its value already",
        "line it up with line 1, or quote the text if it goes on",
    ),
    refuses(
        "a block line indented too little",
        "a: |\n    x\n  y\nb: 1\n",
        "3:3 unreadable-file: this line is indented by 2, which fits no line above",
        "indent it by 4 as line 2 or by 0 as line 1",
    ),
    refuses(
        "a tab for indentation",
        "fields:\n\tseats: 40\n",
        "2:1 unreadable-file: a tab is used for indentation",
        "indent with spaces",
    ),
    refuses(
        "a tab after blanks",
        "fields:\n  \tseats: 40\n",
        "2:3 unreadable-file: a tab is used for indentation",
        "indent with spaces",
    ),
    refuses(
        "a tab after a value above",
        "a: 1\n\tb: 2\n",
        "2:1 unreadable-file: a tab is used for indentation",
        "indent with spaces",
    ),
    refuses(
        "a tab after a dash", "-\ta: 1\n", "1:2 unreadable-file: a tab is used for indentation", "indent with spaces"
    ),
    refuses(
        "a tab before a dash", "a:\n\t- b\n", "2:1 unreadable-file: a tab is used for indentation", "indent with spaces"
    ),
    refuses(
        "a tab before a block",
        "a: |\n\tx\n",
        "2:1 unreadable-file: a tab is used for indentation",
        "indent with spaces",
    ),
    refuses(
        "a missing colon on the first line",
        "title Acme\nstage: lead\n",
        "1:1 unreadable-file: a key without ': ' after it",
        "write `title: Acme`",
    ),
    refuses(
        "a missing colon further down",
        "title: Acme\nstage lead\nowner: ani\n",
        "2:1 unreadable-file: a key without ': ' after it",
        "write `stage: lead`, or indent the line if it goes on with the text above",
    ),
    refuses(
        "a missing colon on the last line",
        "title: Acme\nstage lead\n",
        "2:1 unreadable-file: a key without ': ' after it",
        "write `stage: lead`, or indent the line if it goes on with the text above",
    ),
    refuses(
        "a missing colon below a key",
        "fields:\n  seats 40\n  mrr: 3\n",
        "2:3 unreadable-file: a key without ': ' after it",
        "write `seats: 40`, or indent the line if it goes on with the text above",
    ),
    refuses(
        "a missing blank after the first colon",
        "title:Acme\nstage: lead\n",
        "1:6 unreadable-file: a key needs a space after ':'",
        "write `title: Acme`",
    ),
    refuses(
        "a missing blank after a colon",
        "stage: lead\ntitle:Acme\nowner: ani\n",
        "2:6 unreadable-file: a key needs a space after ':'",
        "write `title: Acme`",
    ),
    refuses(
        "a missing blank after a quoted key",
        '"title":Acme\n',
        "1:8 unreadable-file: a key needs a space after ':'",
        "write a space after it, or quote the text",
    ),
    refuses(
        "a missing blank after a colon in braces",
        "a: {role:, name: Rina}\n",
        "1:9 unreadable-file: a key needs a space after ':'",
        "write a space after it, or quote the text",
    ),
    refuses(
        "a second key on the line",
        "title: Tender: laptop\n",
        "1:14 unreadable-file: ': ' inside the text looks like a second key",
        'quote it: title: "Tender: laptop"',
    ),
    refuses(
        "a second key on the line of an item",
        "- note: Re: offer # of May\n",
        "1:11 unreadable-file: ': ' inside the text looks like a second key",
        'quote it: - note: "Re: offer"',
    ),
    refuses(
        "a colon at the end of a text",
        "title: Tender:\n",
        "1:14 unreadable-file: ': ' inside the text looks like a second key",
        'quote it: title: "Tender:"',
    ),
    refuses(
        "a colon after quotes",
        'title: "Tender": laptop\n',
        "1:16 unreadable-file: ': ' inside the text looks like a second key",
        "quote it: title: '\"Tender\": laptop'",
    ),
    refuses(
        "a colon in braces",
        "- {name: Rina, note: Re: offer}\n",
        "1:24 unreadable-file: ': ' inside the text looks like a second key",
        "put a comma or '}' before the key, or quote the text",
    ),
    refuses(
        "a text that goes on in the first column",
        "note: Asked for\na discount\nowner: ani\n",
        "2:1 unreadable-file: a key without ': ' after it",
        "write `a: discount`, or indent the line if it goes on with the text above",
    ),
    refuses(
        "a link that goes on in the first column",
        "note: see\nhttps://acme.id\n",
        "2:1 unreadable-file: a key without ': ' after it",
        "write `key: value`, or indent the line if it goes on with the text above",
    ),
    refuses(
        "a text that begins with an at sign",
        "owner: @ani\n",
        "1:8 unreadable-file: '@' can't begin a text",
        'quote it: owner: "@ani"',
    ),
    refuses(
        "a text that begins with a backtick",
        "note: `x`\n",
        "1:7 unreadable-file: '`' can't begin a text",
        'quote it: note: "`x`"',
    ),
    refuses(
        "a text that begins with a percent sign",
        "discount: %10\n",
        "1:11 unreadable-file: '%' can't begin a text",
        'quote it: discount: "%10"',
    ),
    refuses(
        "a list item that begins with an at sign",
        "tags:\n  - @ani\n",
        "2:5 unreadable-file: '@' can't begin a text",
        'quote it: - "@ani"',
    ),
    refuses(
        "a flow text that begins with an at sign",
        "tags: [@ani, x]\n",
        "1:8 unreadable-file: '@' can't begin a text",
        "quote the text",
    ),
    refuses(
        "a text that begins with a comma",
        "note: , and so on\n",
        "1:7 unreadable-file: ',' can't begin a text",
        'quote it: note: ", and so on"',
    ),
    refuses(
        "a text that begins with a closing bracket",
        "note: ] end\n",
        "1:7 unreadable-file: ']' can't begin a text",
        'quote it: note: "] end"',
    ),
    refuses(
        "a text that begins with a greater sign",
        "note: > 5% off\n",
        "1:7 unreadable-file: after '>' the text begins on the next line",
        'quote it: note: "> 5% off"',
    ),
    refuses(
        "a text that begins with a bar",
        "note: |x|\n",
        "1:7 unreadable-file: after '|' the text begins on the next line",
        'quote it: note: "|x|"',
    ),
    refuses(
        "a text that begins with a question mark",
        "note: ? who\n",
        "1:7 unreadable-file: '?' can't begin a text",
        'quote it: note: "? who"',
    ),
    refuses(
        "a text that begins with brackets",
        "title: [URGENT] Acme\n",
        "1:17 unreadable-file: text after the closing bracket",
        'quote it: title: "[URGENT] Acme"',
    ),
    refuses(
        "a text that begins with quotes",
        "title: 'Acme' rollout\n",
        "1:15 unreadable-file: text after the closing quote",
        "quote it: title: \"'Acme' rollout\"",
    ),
    refuses(
        "a text that begins with double quotes",
        'title: "Acme" rollout\n',
        "1:15 unreadable-file: text after the closing quote",
        "quote it: title: '\"Acme\" rollout'",
    ),
    refuses(
        "an apostrophe in single quotes",
        "title: 'Acme's rollout'\n",
        "1:14 unreadable-file: text after the closing quote",
        'quote it: title: "Acme\'s rollout"',
    ),
    refuses(
        "double quotes in double quotes",
        'note: "said "yes" today"\n',
        "1:14 unreadable-file: text after the closing quote",
        "quote it: note: 'said \"yes\" today'",
    ),
    refuses(
        "two quoted texts",
        'note: "a" "b"\n',
        "1:11 unreadable-file: text after the closing quote",
        'quote it: note: \'"a" "b"\'',
    ),
    refuses(
        "a quote that is never closed",
        'title: "Acme\nstage: lead\n',
        "1:8 unreadable-file: the quote opened here is never closed",
        "close the quote where the text ends",
    ),
    refuses(
        "a single quote that is never closed",
        "title: 'Acme\nstage: lead\n",
        "1:8 unreadable-file: the quote opened here is never closed",
        "close the quote where the text ends",
    ),
    refuses(
        "a quote closed by the next one",
        'title: "Acme\nowner: "ani"\n',
        "1:8 unreadable-file: the quote opened here is closed only on line 2",
        "close the quote where the text ends",
    ),
    refuses(
        "a quote in braces closed by the next one",
        '- {name: "Rina, role: x}\n- {name: "Budi"}\n',
        "1:10 unreadable-file: the quote opened here is closed only on line 2",
        "close the quote where the text ends",
    ),
    refuses(
        "a quote that meets three dashes",
        'a: "x\n---\nb: 1\n',
        "1:4 unreadable-file: the quote opened here is never closed",
        "close the quote where the text ends",
    ),
    refuses(
        "a bracket that is never closed",
        "tags: [a, b\nstage: lead\n",
        "1:7 unreadable-file: the bracket opened here is not closed by ']'",
        "add ']' where it ends",
    ),
    refuses(
        "a bracket that is never closed at the end",
        "tags: [a, b\n",
        "1:7 unreadable-file: the bracket opened here is not closed by ']'",
        "add ']' where it ends",
    ),
    refuses(
        "a bracket that is never closed after a comma",
        "tags: [a,",
        "1:7 unreadable-file: the bracket opened here is not closed by ']'",
        "add ']' where it ends",
    ),
    refuses(
        "a bracket without anything",
        "tags: [",
        "1:7 unreadable-file: the bracket opened here is not closed by ']'",
        "add ']' where it ends",
    ),
    refuses(
        "a brace that is never closed",
        "fields: {seats: 40\nstage: lead\n",
        "1:9 unreadable-file: the bracket opened here is not closed by '}'",
        "add '}' where it ends",
    ),
    refuses(
        "a brace that is never closed in a list",
        "- {name: Rina\n- {name: Budi}\n",
        "1:3 unreadable-file: the bracket opened here is not closed by '}'",
        "add '}' where it ends",
    ),
    refuses(
        "a bracket closed by a brace",
        "tags: [a, b}\n",
        "1:12 unreadable-file: '}' does not close the bracket; ']' would",
        "write ']', or quote the text",
    ),
    refuses(
        "a bracket closed twice",
        "tags: [a, b]]\n",
        "1:13 unreadable-file: ']' closes nothing",
        "remove it, or quote the text",
    ),
    refuses(
        "a missing comma in braces",
        '- {name: "Rina" role: x}\n',
        "1:17 unreadable-file: a comma or '}' is missing here",
        "put a comma between two values, or quote the whole text",
    ),
    refuses(
        "a missing comma between lines",
        'tags: [\n  "a"\n  "b"\n]\n',
        "3:3 unreadable-file: a comma or ']' is missing here",
        "put a comma between two values, or quote the whole text",
    ),
    refuses(
        "a comma too many",
        "tags: [a,,b]\n",
        "1:10 unreadable-file: nothing stands before this comma",
        "remove the comma, or write what is missing",
    ),
    refuses(
        "a dash in brackets",
        "tags: [- a, - b]\n",
        "1:8 unreadable-file: '- ' can't stand in brackets",
        "separate items by commas, without dashes",
    ),
    refuses(
        "a list on the line of its key",
        "tags: - a\n",
        "1:7 unreadable-file: a list can't begin on the line of its key",
        "write `tags: [a]`, or each item on a line of its own below",
    ),
    refuses(
        "a list that begins on the line of its key",
        "tags: - a\n      - b\n",
        "1:7 unreadable-file: a list can't begin on the line of its key",
        "write `tags: [a]`, or each item on a line of its own below",
    ),
    refuses(
        "a dash for nothing",
        "owner: -\n",
        "1:8 unreadable-file: '-' can't stand alone as a text",
        'quote it: owner: "-"',
    ),
    refuses(
        "a list item without blank",
        "- a\n-b\n- c\n",
        "2:1 unreadable-file: a list item needs a space after '-'",
        "write `- b`",
    ),
    refuses(
        "a first list item without blank",
        "tasks:\n  -title: x\n  - title: y\n",
        "2:3 unreadable-file: a list item needs a space after '-'",
        "write `- title: x`",
    ),
    refuses(
        "a list item among keys",
        "title: Acme\n- a\n",
        "2:1 unreadable-file: a list item stands where a key is wanted",
        "begin the list with a key, such as `tags:`, and indent its items",
    ),
    refuses(
        "a key among list items",
        "- a\ntitle: Acme\n",
        "2:1 unreadable-file: a list item is wanted here",
        "begin the line with '- ', or give the list above a key of its own",
    ),
    refuses(
        "a key after a list in brackets",
        "[a]\nb: c\n",
        "2:1 unreadable-file: this line does not fit the lines above",
        "line it up with what it belongs to; line 1 may be wrong too",
    ),
    refuses(
        "two slips are told in order",
        "a: !!int 1\na: 2\nb: [c\n",
        "1:4 unreadable-file: YAML tag !!int is not allowed",
        "leave the tag out: the field decides how a value is read; quote the text if it begins with !",
        "2:1 duplicate-key: key 'a' stands twice: here and on line 1",
        "keep one of the two",
        "3:4 unreadable-file: the bracket opened here is not closed by ']'",
        "add ']' where it ends",
    ),
)

CASES = (
    *WHAT_YAML_WOULD_TYPE_STAYS_TEXT,
    *EMPTY_VALUES_AND_EMPTY_FILES,
    *TEXT_IN_ALL_ITS_SHAPES,
    *COMMENTS_AND_THE_HASH,
    *KEYS,
    *ANCHORS_ALIASES_AND_TAGS,
    *DOCUMENTS_AND_DIRECTIVES,
    *BYTES_AND_CHARACTERS,
    *LIMITS,
    *CONFLICTS_OF_GIT,
    *SLIPS_OF_THE_HAND,
)
