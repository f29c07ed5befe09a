"""The commands, one file each with one `run`; this is the list, and nothing of it is imported before it is called."""

from importlib import import_module
from types import ModuleType
from typing import NamedTuple


class Entry(NamedTuple):
    """A command by name.

    Attributes:
        summary: the first line of its help.
        module: the file in this package.
    """

    name: str
    group: str
    summary: str
    module: str


COMMANDS: tuple[Entry, ...] = (
    Entry("init", "start", "Start a workspace here, or in DIR.", "init"),
    Entry("demo", "start", "Show a living sample: its board, its numbers, its stagnant deals.", "demo"),
    Entry("explain", "start", "Explain a metric, a check or the urgency of `next`.", "explain"),
    Entry("completion", "start", "Print the completion script for a shell.", "completion"),
    Entry("add", "deals", "Add a deal.", "add"),
    Entry("list", "deals", "List deals; the open ones unless told otherwise.", "list_"),
    Entry("show", "deals", "Show one deal whole.", "show"),
    Entry("board", "deals", "Show stages side by side with their deals.", "board"),
    Entry("set", "deals", "Set fields of deals.", "set_"),
    Entry("edit", "deals", "Edit a deal's file in your editor.", "edit"),
    Entry("move", "deals", "Move deals to another stage.", "move"),
    Entry("win", "deals", "Close deals as won.", "win"),
    Entry("lose", "deals", "Close deals as lost.", "lose"),
    Entry("reopen", "deals", "Open closed deals again.", "reopen"),
    Entry("rename", "deals", "Give a deal another id.", "rename"),
    Entry("rm", "deals", "Remove deals with their files.", "rm"),
    Entry("undo", "deals", "Take back what the last command wrote.", "undo"),
    Entry("log", "follow-up", "Log what happened with a deal, or show its timeline.", "log"),
    Entry("task", "follow-up", "Add, finish, snooze and list tasks.", "task"),
    Entry("next", "follow-up", "Show what to do next, the most urgent first.", "next_"),
    Entry("stale", "follow-up", "List stagnant deals: since when, why, and what would clear them.", "stale"),
    Entry("stats", "numbers", "Show the numbers of a period beside the period before.", "stats"),
    Entry(
        "targets",
        "numbers",
        "Show how far the targets of a period are reached: team, groups, owners, pipelines.",
        "targets",
    ),
    Entry("funnel", "numbers", "Show how many deals of each stage come further, are lost, are won.", "funnel"),
    Entry("cycle", "numbers", "Show how long stages take, what holds deals up, what does best.", "cycle"),
    Entry(
        "forecast",
        "numbers",
        "Show what open deals are expected to bring, and when.",
        "forecast",
    ),
    Entry("plan", "numbers", "Show how many deals it takes to reach the target of a period, line by line.", "plan"),
    Entry(
        "reasons",
        "numbers",
        "Show why deals are won and lost: by reason, stage, competitor, source, size, owner.",
        "reasons",
    ),
    Entry("team", "numbers", "Show a line a person, and who needs help first.", "team"),
    Entry("activities", "numbers", "Show activities and contacts of a period, by owner, type and stage.", "activities"),
    Entry("changes", "numbers", "Tell what happened, in words, with the deals under each.", "changes"),
    Entry("flow", "numbers", "Show how the open pipeline changed between two days, to the last digit.", "flow"),
    Entry("check", "hygiene", "Check the files, and what the calendar makes of them.", "check"),
    Entry("fmt", "hygiene", "Put keys and blank lines into their canonical order.", "fmt"),
    Entry(
        "install", "hygiene", "Install what git or a CI service asks pipectl with: hooks, ci, merge-driver.", "install"
    ),
    Entry("resolve", "hygiene", "Settle files that git could not merge, field by field.", "resolve"),
    Entry("merge-driver", "hygiene", "Merge one file for git, field by field.", "merge_driver"),
    Entry("stage", "hygiene", "Change the stages of a pipeline without losing history.", "stage"),
    Entry("pipeline", "hygiene", "Add a pipeline, or copy one with its stages and rules.", "pipeline"),
    Entry("cache", "hygiene", "Show what is kept of files between commands, or delete it.", "cache"),
    Entry("import", "other systems", "Import deals or their events from a CSV file.", "import_"),
    Entry("export", "other systems", "Export deals as CSV, JSON or NDJSON.", "export"),
)

ALIASES = {"ls": "list"}

# What people type from habit, and what does it here.
HABITS = {
    "new": "add",
    "create": "add",
    "status": "board",
    "kanban": "board",
    "metrics": "stats",
    "report": "stats",
    "quota": "targets",
    "needed": "plan",
    "kpi": "stats",
    "validate": "check",
    "lint": "check",
    "stuck": "stale",
    "rotting": "stale",
    "todo": "next",
    "delete": "rm",
    "remove": "rm",
    "mv": "rename",
    "revert": "undo",
    "fix": "check",
    "format": "fmt",
    "tidy": "fmt",
    "hook": "install",
    "merge": "resolve",
    "conflicts": "resolve",
    "hooks": "install",
    "ci": "install",
    "waterfall": "flow",
    "movement": "flow",
    "news": "changes",
    "cat": "show",
    "view": "show",
    "help": "--help",
    "version": "--version",
}


def find(name: str) -> Entry | None:
    """The command called *name*, or None."""
    return next((entry for entry in COMMANDS if entry.name == ALIASES.get(name, name)), None)


def load(entry: Entry) -> ModuleType:
    """The module of the command, with its `run`."""
    return import_module(f"pipectl.commands.{entry.module}")
