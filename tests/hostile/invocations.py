"""How every command is called on a hostile workspace. A new command gets its line here."""

from typing import NamedTuple

from tests.hostile.workspace import ATTACKS, STEERING

# A deal whose every field is hostile, one of a hostile name, and one that can't be read.
DEAL, NAMED, UNREAD = "h0", "::error::x", "s0"


class Call(NamedTuple):
    """The words of a call, and what it wants beside them.

    Attributes:
        formats: the option -f says how it answers.
        writes: it changes files, so it gets a workspace of its own, of readable files.
        variables: of the environment.
    """

    words: tuple[str, ...]
    formats: bool = False
    writes: bool = False
    variables: tuple[tuple[str, str], ...] = ()


def _reads(*words: str) -> Call:
    return Call(words, formats=True)


def _says(*words: str, **variables: str) -> Call:
    return Call(words, variables=tuple(variables.items()))


def _writes(*words: str) -> Call:
    return Call(words, writes=True)


_TITLES = (*ATTACKS[:4], *ATTACKS[7:14:3], *STEERING[:3])
_KEYS = ("owner", "stage", "tag", "is", "fields.free", "company", "amount", "close")

CALLS: dict[str, tuple[Call, ...]] = {
    "init": (_says("init"), *(_writes("init", f"new{text.replace('/', '')}") for text in ATTACKS[:4])),
    "demo": (_says("demo", "sub"),),
    "explain": (
        _says("explain", ATTACKS[0]),
        _says("explain", STEERING[0]),
        _says("explain", "stalled", DEAL),
        _says("explain", "urgency"),
    ),
    "completion": (_says("completion", "bash"), _says("completion", STEERING[0])),
    "add": (
        *(_writes("add", title, "--company", title, "--id", f"n{place}") for place, title in enumerate(_TITLES)),
        _writes("add", "::error::new", "--company", ATTACKS[7], "--dry-run"),
        _writes("add", "x", "--owner", ATTACKS[0]),
        _writes("add", "x", "--from", NAMED),
    ),
    "list": (
        _reads("list", "is:any"),
        _reads("list", "is:any", "--fields", "id,title,company,tags,owner,source,next_step,path"),
        _says("list", "--ids"),
        *(_says("list", f"{key}:{text}") for key, text in zip(_KEYS * 2, STEERING, strict=False)),
        *(_says("list", f"{key}:{text}") for key, text in zip(_KEYS, ATTACKS, strict=False)),
        *(_says("list", f"@{text}") for text in ATTACKS[::6]),
        *(_says("list", text) for text in STEERING[::4]),
        _says("list", "owner:@me", PIPECTL_USER=STEERING[0]),
        _says("list", "owner:@me", PIPECTL_USER=ATTACKS[3]),
        _says("list", "--sort", STEERING[0]),
        _says("list", "--fields", ATTACKS[0]),
        _says("list", "-P", STEERING[1]),
        _says("list", "-f", STEERING[1]),
        _says("list", "--as-of", STEERING[1]),
        _says("list", "--today", STEERING[1]),
        _says("-C", STEERING[1], "list"),
        _says("list", PIPECTL_DIR=STEERING[1]),
        _says("list", PIPECTL_TODAY=STEERING[1]),
    ),
    "show": (
        *(_reads("show", f"h{place}") for place in (0, 4, 5, 13, 18)),
        _reads("show", NAMED),
        _says("show", UNREAD),
        _says("show", STEERING[0]),
    ),
    "board": (_reads("board"), _says("board", "--ids")),
    "set": (
        _writes("set", DEAL, f"title={ATTACKS[3]}", f"company={ATTACKS[0]}", f"tags={ATTACKS[7]}"),
        _writes("set", NAMED, f"source={ATTACKS[3]}"),
        _writes("set", NAMED, f"source={ATTACKS[3]}", "--dry-run"),
        _writes("set", DEAL, f"title={STEERING[0]}"),
        _writes("set", "--where", "is:any", f"competitor={ATTACKS[0]}", "--yes"),
        _writes("set", "--where", "is:any", f"competitor={ATTACKS[0]}"),
        _writes("set", DEAL, f"{ATTACKS[0]}=x"),
        _writes("set", DEAL, f"fields.f0={ATTACKS[4]}"),
    ),
    "edit": (
        Call(("edit", DEAL), variables=(("EDITOR", "::error::x\x1b[2J"),)),
        Call(("edit", NAMED, "--dry-run"), variables=(("EDITOR", "sed -i s/amount/::error::x/"),), writes=True),
        Call(("edit", NAMED), variables=(("EDITOR", "sed -i s/source:.*/source:/"),), writes=True),
        Call(("edit", UNREAD), variables=(("EDITOR", "true"),)),
    ),
    "move": (
        _writes("move", DEAL, "late", "--note", ATTACKS[0]),
        _writes("move", NAMED, "late", "--force", "--note", ATTACKS[0]),
        _writes("move", "--where", "stage:lead", "late", "--yes"),
        _writes("move", "--where", "is:any", "late"),
        _writes("move", DEAL, "late", "--dry-run"),
        _writes("move", DEAL, ATTACKS[0]),
        _writes("move", DEAL, f"{STEERING[0]}:lead"),
    ),
    "win": (_writes("win", NAMED), _writes("win", DEAL, "--dry-run", "--note", ATTACKS[3])),
    "lose": (
        _writes("lose", NAMED, "--reason", ATTACKS[3], "--competitor", ATTACKS[0]),
        _writes("lose", DEAL, "--reason", STEERING[0]),
        _writes("lose", DEAL),
    ),
    "reopen": (_writes("reopen", "h5", "--note", ATTACKS[0]), _writes("reopen", NAMED)),
    "rename": (
        _writes("rename", NAMED, "mended"),
        _writes("rename", "##[error]x", "mended", "--dry-run"),
        _writes("rename", DEAL, ATTACKS[0]),
        _writes("rename", DEAL, STEERING[0]),
    ),
    "rm": (
        _writes("rm", NAMED),
        _writes("rm", "<script>", "--dry-run"),
        _writes("rm", "--where", "is:any"),
        _writes("rm", STEERING[0]),
    ),
    "undo": (_writes("undo"), _writes("undo", "--list"), _writes("undo", STEERING[0])),
    "log": (
        *(_reads("log", f"h{place}") for place in (0, 4, 5, 13)),
        _writes("log", NAMED, "call", ATTACKS[0], "--next", ATTACKS[4]),
        _writes("log", DEAL, ATTACKS[3], ATTACKS[3]),
        _writes("log", DEAL, STEERING[0], "x"),
        _writes("log", DEAL, "call", STEERING[0]),
        _writes("log", DEAL, "call", "x", "--done", STEERING[0]),
        _writes("log", DEAL, "call", "x", "--at", STEERING[0]),
    ),
    "task": (
        _reads("task", "list", "-a"),
        _writes("task", "add", NAMED, ATTACKS[4], "--due", "fri"),
        _writes("task", "done", NAMED),
        _writes("task", "snooze", NAMED, "--until", "1w"),
        _writes("task", "done", DEAL, STEERING[0]),
    ),
    "next": (_reads("next", "--all", "--terms"),),
    "stale": (_reads("stale"), _writes("stale", "--last", NAMED, "--due", "1w", ATTACKS[4])),
    "stats": (
        _reads("stats", "-p", "2026"),
        *(_reads("stats", "-p", "2026", "--by", key) for key in ("owner", "stage", "source", "company")),
    ),
    "targets": (_reads("targets", "-p", "2026-Q4"),),
    "forecast": (_reads("forecast"), _reads("forecast", "--by", "owner"), _reads("forecast", "--deals")),
    "funnel": (_reads("funnel", "-p", "2026"), _reads("funnel", "-p", "2026", "--by", "source")),
    "plan": (_reads("plan", "--target", "9bn"),),
    "reasons": (
        _reads("reasons", "-p", "2026"),
        *(_reads("reasons", "-p", "2026", "--by", key) for key in ("reason", "competitor", "source", "owner")),
    ),
    "team": (_reads("team", "-p", "2026"),),
    "flow": (
        *(_reads("flow", "--since", "2mo", "--by", key) for key in ("source", "owner", "group")),
        _reads("flow", "2026-09-30..2026-11-20", "--deals"),
        _says("flow", STEERING[0]),
    ),
    "cache": (_reads("cache"), _writes("cache", "clear"), _says("cache", STEERING[0])),
    "cycle": (_reads("cycle", "-p", "2026"),),
    "changes": (_reads("changes", "--since", "3mo"), _says("changes", "--since", STEERING[0])),
    "activities": (
        _reads("activities", "-p", "2026"),
        *(_reads("activities", "-p", "2026", "--by", key) for key in ("type", "owner", "stage")),
    ),
    "resolve": (_says("resolve"), _says("resolve", STEERING[0]), _says("resolve", ATTACKS[0], "--dry-run")),
    "merge-driver": (
        _writes("merge-driver", "deals/h0.yaml", "deals/h1.yaml", "deals/h2.yaml", "7", STEERING[0]),
        _writes("merge-driver", "deals/h0.yaml", "pipectl.yaml", "import.csv", "7", ATTACKS[0]),
        _writes("merge-driver", STEERING[0], "x", "y"),
    ),
    "check": (
        _reads("check"),
        _says("check", STEERING[0]),
        _says("check", "--changed", "main"),
        _says("check", "--changed", STEERING[0]),
        _says("check", "--changed", "--output=x"),
        _says("check", "--staged"),
        _writes("check", "--fix"),
        _writes("check", "--fix", "--dry-run"),
    ),
    "fmt": (
        _says("fmt", "--dry-run", DEAL, "##[error]x"),
        _says("fmt", "--check", UNREAD),
        _writes("fmt", "h1", NAMED),
        _says("fmt", STEERING[0]),
    ),
    "install": (
        *(_says("install", what, "--dry-run") for what in ("hooks", "ci", "merge-driver")),
        _says("install", STEERING[0]),
    ),
    "stage": (
        _writes("stage", "rename", "late", "later", "-P", "sales", "--name", ATTACKS[0], "--yes"),
        _writes("stage", "rename", "late", "later", "-P", "sales", "--name", ATTACKS[0], "--dry-run"),
        _writes("stage", "merge", "late", "proposal", "-P", "sales", "--yes"),
        _writes("stage", "split", "late", "last", "-P", "sales", "--where", "is:any", "--name", ATTACKS[13], "--yes"),
        _writes("stage", "retire", "late", "--to", "proposal", "-P", "sales"),
        _writes("stage", "add", STEERING[0], "-P", "sales"),
    ),
    "pipeline": (
        _writes("pipeline", "add", "third", "--name", ATTACKS[0]),
        _writes("pipeline", "copy", "sales", "fourth", "--dry-run"),
        _writes("pipeline", "copy", "sales", STEERING[0]),
    ),
    "import": (
        _writes("import", "import.csv", "--from", "csv", "--guess", "-P", "sales"),
        _writes("import", "import.csv", "--from", "csv"),
        _writes("import", "import.csv", "--from", "csv", "--mapping", "import.yaml"),
        _writes("import", "import.csv", "--from", "csv", "--mapping", "import.yaml", "-n", "-f", "csv"),
        *(_writes("import", "import.csv", "--from", "csv", "--mapping", f"wrong{place}.yaml") for place in (0, 3, 13)),
        _writes("import", STEERING[0], "--from", "csv"),
    ),
    "export": (
        _says("export", "is:any"),
        _says("export", "is:any", "-f", "json"),
        _says("export", "is:any", "-f", "ndjson"),
        _says("export", "is:any", "--events"),
        _says("export", "-f", STEERING[0]),
    ),
}
