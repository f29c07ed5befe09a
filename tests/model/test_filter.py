import re
from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.errors import UsageError
from pipectl.model.facts import Facts, gather
from pipectl.model.filter import KEYS, choose, parse_filter, split_words
from pipectl.model.filter_keys import TERMS
from pipectl.model.filter_words import HAS, IS
from pipectl.store.load import load_snapshot

FILES = {
    "pipectl.yaml": """\
version: 1
currency: IDR
timezone: Asia/Jakarta
default_pipeline: sales
rates:
  - {from: 2026-01-01, USD: 16000}
team:
  ani: {name: Ani Lestari, manager: rani, group: jakarta}
  budi: {name: Budi Santoso, manager: ani, group: surabaya}
  rani: {name: Rani Wijaya}
lost_reasons: [price, timing]
fields:
  segment: {type: choice, choices: [smb, mid, enterprise]}
  seats: {type: integer}
  mrr: {type: money}
  ratio: {type: decimal}
  share: {type: percent}
  renewal: {type: date}
  pilot: {type: yes-no}
  note: {type: text}
views:
  hot: "stage:proposal,won amount:50mn.."
  mine: "owner:@me is:open"
  acme: "'company:pt acme'"
  nested: "@hot not:tag:gov"
  a: "@b"
  b: "@c"
  c: "@b"
  typo: "ownr:ani"
  wrapped: "@typo"
  quote: "company:'pt"
""",
    "pipelines/sales.yaml": """\
name: Sales
stages:
  - {id: lead, name: First talk, probability: 10, forecast: pipeline}
  - {id: proposal, name: Proposal, aliases: [quote], probability: 50, max_days: 14}
  - {id: won, name: Won, outcome: won}
  - {id: lost, name: Lost, outcome: lost}
""",
    "pipelines/renewals.yaml": """\
name: Renewals
fields:
  seats: {type: choice, choices: [few, many]}
stages:
  - {id: lead, name: Upcoming}
  - {id: won, name: Won, outcome: won}
  - {id: lost, name: Lost, outcome: lost}
""",
    "deals/acme.yaml": """\
title: Acmé rollout
stage: proposal
amount: 80000000
expected_close: 2026-12-15
owner: ani
company: PT Acme Indonesia
contacts:
  - {name: Rina Hartati, email: rina@acme.example}
source: Referral
tags: [gov, Jakarta]
fields: {segment: smb, seats: 40, mrr: 2000000, ratio: 1.5, share: 30, renewal: 2027-01-31, pilot: yes, note: Ring 1st}
aliases: [acme-old]
tasks:
  - {title: Call, due: 2026-11-26}
activities:
  - {at: 2026-11-18, type: call}
history:
  - {at: 2026-08-01, stage: lead}
  - {at: 2026-11-03, stage: proposal}
""",
    "deals/globex.yaml": """\
title: Globex
stage: lead
amount: 1000
currency: USD
expected_close: 2026-11-20
owner: budi
company: Globex
probability: 0
forecast: commit
snooze_until: 2026-12-01
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-10, stage: lost, lost_reason: timing}
  - {at: 2026-11-01, stage: lead}
""",
    "deals/hooli.yaml": """\
title: Hooli
stage: won
amount: 60000000
owner: ani
history:
  - {at: 2026-07-01, stage: lead}
  - {at: 2026-09-30, stage: won}
""",
    "deals/initech.yaml": """\
title: Initech
stage: lost
owner: rani
lost_reason: price
competitor: SAP
history:
  - {at: 2026-10-01, stage: lead}
  - {at: 2026-11-10, stage: lost}
""",
    "deals/umbrella.yaml": """\
title: Umbrella renewal
pipeline: renewals
stage: lead
fields: {seats: many}
""",
}
NO_KEY = "is no key of a filter"
NO_STATE = (
    "is no state of a deal "
    "(open, closed, won, lost, stalled, idle, stagnant, overdue, unpriced, undated, snoozed, mine, reopened, any)"
)
NO_FIELD = (
    "is no field of a deal "
    "(owner, amount, close, next_step, activity, company, contact, source, tag, probability, forecast, created, "
    "entered, closed, lost_reason, competitor, notes)"
)
EVERYTHING = "acme globex hooli initech umbrella"


def _facts(me: str = "ani") -> Facts:
    workspace = load_snapshot({path: text.encode() for path, text in FILES.items()}, frozenset())
    assert workspace.problems == ()
    return gather(workspace, date(2026, 11, 23), me=me)


FACTS = _facts()


def _chosen(words: Sequence[str]) -> str:
    return " ".join(state.deal.id for state in choose(FACTS, parse_filter(words, FACTS)))


def _text(*words: str) -> str:
    return parse_filter(words, FACTS).text


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", EVERYTHING),
        ("id:ACME", "acme"),
        ("id:acme-old", "acme"),
        ("title:acme", "acme"),
        ("title:ACMÉ", "acme"),
        ("company:'pt acme'", "acme"),
        ("company:acme,globex", "acme globex"),
        ("contact:hartati", "acme"),
        ("contact:rina@acme", "acme"),
        ("source:referral", "acme"),
        ("source:refer", ""),
        ("tag:jakarta", "acme"),
        ("stage:proposal", "acme"),
        ("stage:quote", "acme"),
        ("stage:lead", "globex umbrella"),
        ("stage:renewals:lead", "umbrella"),
        ("stage:proposal,won", "acme hooli"),
        ("pipeline:renewals", "umbrella"),
        ("owner:ani", "acme hooli"),
        ("owner:ANI", "acme hooli"),
        ("owner:@me", "acme hooli"),
        ("owner:ani,budi", "acme globex hooli"),
        ("group:jakarta", "acme hooli"),
        ("manager:ani", "globex"),
        ("manager:rani", "acme globex hooli"),
        ("currency:usd", "globex"),
        ("amount:16000000", "globex"),
        ("amount:16mn", "globex"),
        ("amount:50mn..", "acme hooli"),
        ("amount:..16jt", "globex"),
        ("amount:16mn..60mn", "globex hooli"),
        ("probability:50", "acme"),
        ("probability:..10%", "globex"),
        ("forecast:commit", "globex"),
        ("forecast:pipeline", ""),
        ("close:2026-12-15", "acme"),
        ("close:2026-11", "globex"),
        ("close:..2026-Q4", "acme globex"),
        ("close:..+30d", "acme globex"),
        ("close:today..", "acme"),
        ("close:-3d..tomorrow", "globex"),
        ("close:all", "acme globex"),
        ("created:2026-W40..", "initech"),
        ("created:2026-Q3", "acme globex hooli"),
        ("created:60d", "initech"),
        ("closed:last-quarter", "hooli"),
        ("closed:2026-11-10", "initech"),
        ("closed:..2026-10,2w", "hooli initech"),
        ("entered:3w..", "acme initech"),
        ("next:thu", "acme"),
        ("next:..+1w", "acme"),
        ("age:83d", "globex"),
        ("age:12w..", "acme hooli"),
        ("age:..91", "globex hooli initech"),
        ("in-stage:..20d", "acme initech"),
        ("in-stage:20d", "acme"),
        ("idle:5", "acme"),
        ("idle:2mo..", "globex"),
        ("lost_reason:price", "initech"),
        ("lost_reason:timing", ""),
        ("competitor:sap", "initech"),
        ("activity:call", "acme"),
        ("fields.segment:smb,mid", "acme"),
        ("fields.seats:40..", "acme"),
        ("fields.seats:many", "umbrella"),
        ("fields.mrr:..2mn", "acme"),
        ("fields.ratio:1.5", "acme"),
        ("fields.share:30%..", "acme"),
        ("fields.renewal:..2027-Q1", "acme"),
        ("fields.pilot:yes", "acme"),
        ("fields.pilot:no", ""),
        ("fields.note:'ring 1st'", "acme"),
        ("FIELDS.Segment:SMB", "acme"),
        ("is:open", "acme globex umbrella"),
        ("is:closed", "hooli initech"),
        ("is:won", "hooli"),
        ("is:lost", "initech"),
        ("is:won,lost", "hooli initech"),
        ("is:any", EVERYTHING),
        ("is:stalled", "acme"),
        ("is:idle", ""),
        ("is:stagnant", "acme"),
        ("is:overdue", "globex"),
        ("is:unpriced", "initech umbrella"),
        ("is:undated", "umbrella"),
        ("is:snoozed", "globex"),
        ("is:mine", "acme hooli"),
        ("is:reopened", "globex"),
        ("no:owner", "umbrella"),
        ("no:amount", "initech umbrella"),
        ("no:next_step", "globex hooli initech umbrella"),
        ("has:activity", "acme"),
        ("has:probability", "acme globex"),
        ("has:close,company", "acme globex"),
        ("has:lost_reason", "initech"),
        ("has:fields.seats", "acme umbrella"),
        ("no:created", "umbrella"),
        ("not:is:open", "hooli initech"),
        ("not:not:is:open", "acme globex umbrella"),
        ("not:acme", "globex hooli initech umbrella"),
        ("not:@hot", "globex initech umbrella"),
        ("@hot", "acme hooli"),
        ("@nested", "hooli"),
        ("@mine", "acme"),
        ("@acme", "acme"),
        ("acme", "acme"),
        ("ACME rollout", "acme"),
        ("rollout globex", ""),
        ("gov", "acme"),
        ("12:30", ""),
        ("text:acmé", "acme"),
        ("expected_close:2026-12 tags:gov", "acme"),
        ("owner:ani is:open amount:50mn.. rollout", "acme"),
    ],
)
def test_a_filter_chooses(text: str, chosen: str) -> None:
    assert _chosen(split_words(text)) == chosen


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        (
            "ownr:ani",
            f"'ownr' {NO_KEY}",
            "did you mean owner?",
        ),
        (
            "http://acme",
            f"'http' {NO_KEY}",
            "`pipectl explain filter` lists the keys; text:http://acme looks for the text",
        ),
        (
            "is:stale",
            f"is: 'stale' {NO_STATE}",
            "did you mean stalled?",
        ),
        ("stage:propsal", "stage: 'propsal' is no stage (lead, proposal, won, lost)", "did you mean proposal?"),
        ("stage:first talk", "stage: 'first talk' is no stage (lead, proposal, won, lost)", "did you mean lead?"),
        (
            "stage:renewals:proposal",
            "stage: 'renewals:proposal' is no stage (lead, won, lost)",
            None,
        ),
        ("pipeline:sale", "pipeline: 'sale' is no pipeline (renewals, sales)", "did you mean sales?"),
        ("owner:anu", "owner: 'anu' is not in the team (ani, budi, rani)", "did you mean ani?"),
        ("owner:Rani Wijaya", "owner: 'Rani Wijaya' is not in the team (ani, budi, rani)", "did you mean rani?"),
        ("manager:joko", "manager: 'joko' is not in the team (ani, budi, rani)", None),
        ("group:jakart", "group: 'jakart' is no group of the team (jakarta, surabaya)", "did you mean jakarta?"),
        ("currency:rupiah", "currency: 'rupiah' is no currency code (IDR, USD)", None),
        (
            "forecast:best",
            "forecast: 'best' is no forecast category (omitted, pipeline, best_case, commit)",
            "did you mean best_case?",
        ),
        ("lost_reason:prise", "lost_reason: 'prise' is no reason for losing (price, timing)", "did you mean price?"),
        (
            "activity:cal",
            "activity: 'cal' is no type of activity (call, contact, demo, email, meeting, note, visit, whatsapp)",
            "did you mean call?",
        ),
        (
            "fields.segmnt:smb",
            "'segmnt' is no field of this workspace (segment, seats, mrr, ratio, share, renewal, pilot, note)",
            "did you mean segment?",
        ),
        (
            "fields.segment:middle",
            "fields.segment: 'middle' is no choice of segment (smb, mid, enterprise)",
            "did you mean mid?",
        ),
        ("fields.ratio:lots", "fields.ratio: 'lots' is no number (40, 12.5)", None),
        ("fields.pilot:maybe", "fields.pilot: 'maybe' is neither yes nor no", None),
        (
            "no:segment",
            f"no: 'segment' {NO_FIELD}",
            "did you mean fields.segment?",
        ),
        ("owner=ani", "'owner=ani' compares; a filter is KEY:VALUE", "write owner:ani"),
        ("stage!=lost", "'stage!=lost' compares; a filter is KEY:VALUE", "write not:stage:lost"),
        ("fields.seats>=40", "'fields.seats>=40' compares; a filter has ranges", "write fields.seats:40.."),
        ("age<5", "'age<5' compares; a filter has ranges", "write age:..5"),
        ("amount:>50mn", "amount: '>50mn' compares; a filter has ranges", "write amount:50mn.."),
        ("amount:=50mn", "amount: '=50mn' compares; a filter is KEY:VALUE", "write amount:50mn"),
        ("tag:>a", "tag: '>a' compares, and tag has no order", None),
        ("amount:", "amount: no value stands after the colon", "write amount:A..B; a bare > or < is the shell's"),
        ("owner:", "owner: no value stands after the colon", "no:owner finds deals without one"),
        ("is:", "is: no value stands after the colon", None),
        ("stage:lead,", "stage: 'lead,' has an empty alternative", "commas part alternatives"),
        ("amount:..", "amount: '..' has neither a beginning nor an end", "write A.., ..B or A..B"),
        ("amount:1...5", "amount: '1...5' is no range", "write A..B, with two dots"),
        ("amount:50mn..10mn", "amount: '50mn..10mn' ends before it begins", "write 10mn..50mn"),
        ("close:2026-Q4..2026-Q1", "close: '2026-Q4..2026-Q1' ends before it begins", "write 2026-Q1..2026-Q4"),
        (
            "amount:1,5miliar..",
            "amount: '1,5miliar..' has a comma between digits, and commas part alternatives",
            "write 1.5miliar..",
        ),
        (
            "amount:..1,000,000",
            "amount: '..1,000,000' has a comma between digits, and commas part alternatives",
            "write ..1000000",
        ),
        ("age:soon", "age: 'soon' is no number of days (90, 90d, 2w, 3mo)", None),
        ("age:+3d", "age: '+3d' is no number of days (90, 90d, 2w, 3mo)", None),
        ("close:30d", "close: '30d' can be read as the last or as the next", "write -30d..today or today..+30d"),
        ("not:", "'not:' says nothing", "write a term after it, as in not:tag:test"),
        ("owner:ani is:open", "'owner:ani is:open' is several terms in one word", "leave out the quotes around them"),
        ("big not:tag:x", "'big not:tag:x' is several terms in one word", "leave out the quotes around them"),
        ("@hto", "there is no view @hto", "did you mean @hot?"),
        ("@me", "there is no view @me", "did you mean owner:@me?"),
        ("@a", "@b leads back to itself: @a → @b → @c → @b", None),
        (
            "@wrapped",
            f"@typo: 'ownr' {NO_KEY}",
            "did you mean owner?",
        ),
        ("@quote", '@quote: "company:\'pt" has a quote that is not closed', None),
    ],
)
def test_a_refusal_says_what_and_how_to_write_it(word: str, message: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as refusal:
        parse_filter([word], FACTS)
    assert (str(refusal.value), refusal.value.hint) == (message, hint)


@pytest.mark.parametrize("word", ["owner:@me", "is:mine", "manager:@me", "@mine"])
def test_me_is_refused_while_nobody_knows_who_that_is(word: str) -> None:
    with pytest.raises(UsageError, match=r"nobody knows who you are$") as refusal:
        parse_filter([word], _facts(me=""))
    assert refusal.value.hint == "say it with --as NAME"


@pytest.mark.parametrize("word", ["amount:5M..", "close:03/04/2026", "close:..whenever", "fields.renewal:2026-02-30"])
def test_what_a_value_has_wrong_is_said_of_its_key(word: str) -> None:
    with pytest.raises(UsageError, match=f"^{word.partition(':')[0]}: '"):
        parse_filter([word], FACTS)


def test_an_unknown_view_is_looked_for_as_text_where_there_are_no_views() -> None:
    files = {path: text.encode() for path, text in FILES.items() if not path.startswith("deals/")}
    files["pipectl.yaml"] = b"version: 1\ncurrency: IDR\ndefault_pipeline: sales\n"
    facts = gather(load_snapshot(files, frozenset()), date(2026, 11, 23))
    with pytest.raises(UsageError, match=r"no view @acme$") as refusal:
        parse_filter(["@acme"], facts)
    assert refusal.value.hint == "text:@acme looks for the text"
    assert parse_filter(["owner:Whoever"], facts).text == "owner:Whoever", "without a team any owner may be"


def test_views_that_multiply_are_refused() -> None:
    views = "".join(f"  v{n}: '@v{n + 1} not:@v{n + 1}'\n" for n in range(12)) + "  v12: tag:x\n"
    files = {path: text.encode() for path, text in FILES.items() if path.startswith("pipelines/")}
    files["pipectl.yaml"] = f"version: 1\ncurrency: IDR\ndefault_pipeline: sales\nviews:\n{views}".encode()
    facts = gather(load_snapshot(files, frozenset()), date(2026, 11, 23))
    with pytest.raises(UsageError, match=r"^@v2: the filter has more than 1000 terms, with its views written out$"):
        parse_filter(["@v0"], facts)


def test_views_that_go_too_deep_are_refused() -> None:
    views = "".join(f"  v{n}: '@v{n + 1}'\n" for n in range(40)) + "  v40: tag:x\n"
    files = {path: text.encode() for path, text in FILES.items() if path.startswith("pipelines/")}
    files["pipectl.yaml"] = f"version: 1\ncurrency: IDR\ndefault_pipeline: sales\nviews:\n{views}".encode()
    facts = gather(load_snapshot(files, frozenset()), date(2026, 11, 23))
    with pytest.raises(UsageError, match=r"^@v0 leads through more than 32 views$"):
        parse_filter(["@v0"], facts)


def test_the_text_is_how_the_filter_is_best_written() -> None:
    assert _text() == ""
    assert _text("Owner:@me", "amount:50mn..", "close:..+30d", "expected_close:2026-11") == (
        "owner:ani amount:50000000.. close:..2026-12-23 close:2026-11-01..2026-11-30"
    )
    assert _text("company:pt acme", "is:OPEN,open", "is:open", "not:not:not:tag:a") == (
        "'company:pt acme' is:open not:tag:a"
    )
    assert _text("age:2w..", "no:next", "fields.Pilot:TRUE", "@hot", "stage:Sales:lead") == (
        "age:14d.. no:next_step fields.pilot:yes @hot stage:sales:lead"
    )


def test_a_view_says_which_terms_it_stands_for_and_one_turned_round_stays_whole() -> None:
    terms = parse_filter(["@nested", "not:@hot", "rollout"], FACTS).terms
    written = [part.text for term in terms for part in term.flat()]
    hot = [part.text for term in parse_filter(["@hot"], FACTS).terms for part in term.flat()]
    assert written == [*hot, "not:tag:gov", "not:@hot", "rollout"]


def test_says_tells_of_keys_in_views_and_after_not() -> None:
    chosen = parse_filter(["@nested", "not:is:stalled", "rollout"], FACTS)
    assert {key for key in KEYS if chosen.says(key)} == {"stage", "tag", "amount", "is", "text"}


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("owner:ani is:stalled no:amount stage:lead", False),
        ("is:any", True),
        ("not:is:lost", True),
        ("is:open", True),
        ("closed:last-quarter", True),
        ("no:closed", True),
        ("lost_reason:price", True),
        ("stage:proposal,lost", True),
        ("id:hooli", True),
        ("@hot", True),
        ("@nested", True),
        ("@acme", False),
    ],
)
def test_a_filter_knows_whether_it_speaks_of_closed_deals(text: str, speaks: bool) -> None:
    assert parse_filter(split_words(text), FACTS).speaks_of_closed is speaks


def test_every_key_has_one_line_of_help() -> None:
    assert set(TERMS) < set(KEYS)
    assert all(text and "\n" not in text and not re.search(r"[^.]\.$", text) for text in KEYS.values())
    assert all(word.help for word in IS.values())
    assert all(f"has:{name}" == _text(f"has:{name}") for name in HAS)


TERM = st.sampled_from(
    [
        *("owner:ani", "stage:proposal,lead", "amount:50mn..", "close:..2026-Q4", "age:90d..", "no:next_step", "acme"),
        *("is:open", "is:stalled", "not:tag:gov", "@hot", "fields.seats:40..", "created:2026-Q3", "title:o"),
    ]
)


@given(TERM)
def test_not_turns_a_term_round(term: str) -> None:
    plain, turned = parse_filter([term], FACTS), parse_filter([f"not:{term}"], FACTS)
    assert all(plain.matches(state) is not turned.matches(state) for state in FACTS.states)


@given(
    st.sampled_from(["owner:ani,budi", "is:won,stalled", "amount:1..2mn,60mn..", "no:owner,amount", "age:..20,90.."])
)
def test_a_comma_is_or(term: str) -> None:
    key, _, values = term.partition(":")
    single = [parse_filter([f"{key}:{value}"], FACTS) for value in values.split(",")]
    chosen = parse_filter([term], FACTS)
    assert all(chosen.matches(state) is any(one.matches(state) for one in single) for state in FACTS.states)


@given(st.lists(TERM, max_size=4), st.randoms())
def test_several_terms_are_and_in_any_order(terms: list[str], random: Random) -> None:
    single = [parse_filter([term], FACTS) for term in terms]
    shuffled = random.sample(terms, len(terms))
    chosen = parse_filter(shuffled, FACTS)
    assert all(chosen.matches(state) is all(one.matches(state) for one in single) for state in FACTS.states)


_PIECE = st.one_of(
    st.text(max_size=12),
    st.sampled_from([f"{key}:" for key in (*TERMS, "not", "fields.seats", "fields.renewal", "fields.mrr")]),
    st.sampled_from(
        ["..", ",", "@", "@hot", ">", "=", "50mn", "2026-11", "30d", "-3w", "9999-12", "'", "\\", "\ud800"]
    ),
)


@settings(max_examples=500)
@given(st.lists(st.lists(_PIECE, max_size=5).map("".join), max_size=3))
def test_any_text_is_a_filter_or_is_refused_and_what_is_understood_reads_the_same(words: list[str]) -> None:
    try:
        chosen = parse_filter(words, FACTS)
    except UsageError:
        return
    again = parse_filter(split_words(chosen.text), FACTS)
    assert again == chosen
    assert choose(FACTS, again) == choose(FACTS, chosen)
