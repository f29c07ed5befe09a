"""The options of each command beside those that all take; docs/generate.py makes this file."""

# fmt: off
OPTIONS = {
    "activities": "--by --never --pipeline --period --as-of --rev --format --output --fields --ids --sort --limit",
    "add": (
        "--amount --currency --company --owner --stage --close --source --tag --next --due --on --id --from "
        "--dry-run --commit --message --pipeline"
    ),
    "board": "--pipeline --as-of --rev --format --output --fields --ids --sort --limit",
    "cache": "--format --output --fields",
    "changes": "--since --pipeline --period --as-of --rev --format --output --fields --ids --sort --limit",
    "check": (
        "--group --fail-on --changed --staged --fix --on --dry-run --commit --message --pipeline --as-of "
        "--rev --format --output"
    ),
    "cycle": "--pipeline --period --as-of --rev --format --output --fields --ids --sort --limit",
    "demo": "--into --pipeline --format",
    "edit": "--dry-run --commit --message",
    "explain": "--deals --pipeline --period --as-of --rev --format --output --fields --ids --sort --limit",
    "export": "--events --pipeline --as-of --rev --format --output --fields --sort --limit",
    "flow": (
        "--since --by --deals --pipeline --period --as-of --rev --format --output --fields --ids --sort "
        "--limit"
    ),
    "fmt": "--check --dry-run --commit --message",
    "forecast": (
        "--by --unit --method --deals --pipeline --period --as-of --rev --format --output --fields --ids "
        "--sort --limit"
    ),
    "funnel": (
        "--by --cohort --direct --pipeline --period --as-of --rev --format --output --fields --ids --sort "
        "--limit"
    ),
    "import": (
        "--from --mapping --guess --dry-run --strict --commit --message --pipeline --format --fields --sort "
        "--limit"
    ),
    "init": "--template --lang --currency --timezone --name --team",
    "install": "--force --dry-run --commit --message",
    "list": "--pipeline --as-of --rev --format --output --fields --ids --sort --limit",
    "log": (
        "--next --due --on --at --done --dry-run --commit --message --as-of --rev --format --output --fields "
        "--sort --limit"
    ),
    "lose": "--reason --competitor --to --revisit --where --on --note --force --dry-run --yes --commit --message",
    "move": "--where --on --note --set --reason --force --dry-run --yes --commit --message --pipeline",
    "next": "--all --terms --pipeline --as-of --rev --format --output --fields --ids --sort --limit",
    "pipeline": "--name --template --lang --dry-run --commit --message",
    "plan": "--target --pipeline --period --as-of --rev --format --output --fields --ids --sort --limit",
    "reasons": "--by --pipeline --period --as-of --rev --format --output --fields --ids --sort --limit",
    "rename": "--dry-run --commit --message",
    "reopen": "--where --to --on --note --force --dry-run --yes --commit --message",
    "resolve": "--ours --theirs --later --dry-run",
    "rm": "--where --dry-run --yes --commit --message --pipeline",
    "set": "--where --on --dry-run --yes --commit --message --pipeline",
    "show": "--as-of --rev --format --output --fields",
    "stage": (
        "--name --after --before --where --to --on --probability --forecast --max-days --idle-days --lost "
        "--loosen --dry-run --yes --commit --message --pipeline"
    ),
    "stale": (
        "--rule --overdue --no-overdue --last --due --dry-run --yes --commit --message --pipeline --as-of "
        "--rev --format --output --fields --ids --sort --limit"
    ),
    "stats": (
        "--by --monthly --quarterly --yearly --metric --trend --pipeline --period --as-of --rev --format "
        "--output --fields --ids --sort --limit"
    ),
    "targets": "--pipeline --period --as-of --rev --format --output --fields --ids --sort --limit",
    "task": (
        "--due --owner --every --on --until --all --dry-run --commit --message --pipeline --as-of --rev "
        "--format --output --fields --ids --sort --limit"
    ),
    "team": "--by --everybody --pipeline --period --as-of --rev --format --output --fields --ids --sort --limit",
    "undo": "--list --dry-run --commit --message --format --output --fields --limit",
    "win": "--where --on --note --set --force --dry-run --yes --commit --message",
}
