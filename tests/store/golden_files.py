"""A dozen files as hands write them, for the fuzzers to spoil."""

FILES = (
    "title: Acme rollout\nstage: lead\n",
    """\
title: Acme warehouse rollout
pipeline: new-business
stage: proposal

amount: 800000000

currency: IDR                       # left out: the workspace's

expected_close: 2026-12-15

owner: ani

company: PT Acme Indonesia
contacts:
  - {name: Rina Hartati, role: champion, email: rina@acme.id, phone: "+62 811 000 111"}
source: referral
tags: [logistics, jakarta]
fields: {segment: enterprise, seats: 40}

tasks:                              # the next step is the earliest task not done
  - {title: Send revised price, due: 2026-11-27, owner: ani}
  - {title: Book the site visit, due: 2026-11-10, done: 2026-11-09}

activities:
  - at: 2026-11-20 10:15
    type: call
    by: ani
    note: Asked for 10% off, answer on Friday

changes:
  - {at: 2026-11-04, amount: 800000000, expected_close: 2026-12-15}

history:
  - {at: 2026-10-03, stage: lead, by: ani}
  - {at: 2026-11-04, stage: proposal, by: ani, note: RFP received}
""",
    """\
title: "Tender: 200 laptops (round #2)"
stage: won
amount: 1_500_000.50
expected_close: 2026-02-28
contacts:
- name: 高橋 健一
  role: president
- name: 'Zoë O''Brien'
  note: >-
    Prefers mail
    to the telephone
notes: |
  # The story so far
  - met at the fair: stand 12
    - and again in May

  asked for a "discount"
""",
    """\
# imported, not checked yet
title: 🚀 Nusantara
stage: lead
owner:
lost_reason: ~
snooze_until: null
external_ids: {hubspot: "1234567890", "sales force": 0061x}
waive: [{check: overdue-close, until: 2026-12-31, why: legal review}]
aliases: [nusantara, pt-nusantara]
""",
    "title: Anchors\nstage: lead\ncontacts: &people\n  - &rina {name: Rina}\n  - *rina\nfields: {team: *people}\n",
    """\
name: New business
stages:
  - id: lead
    name: Lead
    probability: 5
    max_days: 14
    idle_days: 7
  - id: proposal
    name: Proposal
    aliases: [quote]
    probability: 50
    requires: [amount, expected_close, owner]
    guidance: Buyer has confirmed budget and decision date
    on_enter:
      - {task: Send the proposal, due: 2d}
      - {task: Call to walk through it, due: 5d}
  - {id: trial, name: Trial, retired: 2026-06-30}
  - {id: won,  name: Won,  outcome: won,  requires: [amount]}
  - {id: lost, name: Lost, outcome: lost, requires: [lost_reason]}
moves: {skip: allow, back: allow, reopen: warn, create_in: [lead]}
lost_reasons: [price, timing]
""",
    """\
---
name: Renewals
stages:
- {id: due, name: Due, probability: 80%}
- {id: won, name: Renewed, outcome: won}
- {id: lost, name: Churned, outcome: lost}
...
""",
    """\
version: 1
name: Contoh Jaya
currency: IDR
timezone: Asia/Jakarta
fiscal_year_start: 1
display: {group: ".", decimal: ",", decimals: 0, symbol: "Rp "}

rates:
  - {from: 2026-01-01, USD: 16250, SGD: 12100}
  - {from: 2026-07-01, USD: 16400}

team:
  ani:  {name: Ani Lestari, email: ani@contoh.id, manager: rani, group: jakarta}
  rani: {name: Rani Wijaya}
  joko: {name: Joko, active: false}

targets:
  - {period: 2026-Q4, amount: 9000000000}
  - {period: 2026-Q4, pipeline: renewals, deals: 40}

lost_reasons: [price, {id: duplicate, exclude_from_win_rate: true}]
""",
    """\
metrics:
  enterprise-win-rate: {measure: win_rate, where: "fields.segment:enterprise"}
  open-mrr:            {measure: sum, of: fields.mrr, where: "is:open"}

views:
  hot: "stage:proposal,negotiation close:..+30d"

urgency: {overdue_task: 12, stalled: 8}
checks: {overdue-close: warning, missing-next-step: error, possible-duplicate: off}
""",
    "title: Windows\r\nstage: lead\r\nnotes: |\r\n  one\r\n\r\n  two\r\ntags:\r\n  - a\r\n  - b",
    "\ufefftitle: Mark\nstage: no\ncountry: NO\nseats: 010\nat: 12:30\nsize: 1e3\nflag: on\n",
    '{"title": "From JSON", "stage": "lead", "amount": 12000.10, "tags": ["a", "b"], "note": "x\\ty"}\n',
    """\
title:	Tabs	here
stage: lead	# and here
? explicit
: value
plain: a text
  that goes on

  for long
quoted: "a text \\
  that goes on \\u00e9\\x41"
text: !!str 12
""",
)
