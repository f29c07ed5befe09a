"""What each command takes; docs/generate.py makes this file."""

# fmt: off
# The long options beside those that all commands take.
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

# What there is to choose from: in the first place of a command, and for an option of one.
CHOICES = {
    "cache": "info clear",
    "check --group": "files hygiene",
    "check --fail-on": "error warning info",
    "check": (
        "bad-file-name changes-behind close-before-created duplicate-id duplicate-key future-event "
        "hash-in-text history-order metric-definition missing-rate missing-required move-policy stage-history "
        "unknown-activity-type unknown-currency unknown-field unknown-key unknown-lost-reason unknown-owner "
        "unknown-pipeline unknown-stage unreadable-file wrong-type amount-outlier idle inactive-owner "
        "missing-next-step overdue-close overdue-task possible-duplicate stalled unpriced waiver-expired"
    ),
    "completion": "bash zsh fish",
    "explain": (
        "metrics checks filter stale urgency open-deals open-amount average-size created won won-amount lost "
        "win-rate win-rate-by-amount win-rate-with-stale sales-cycle velocity attainment pace gap coverage "
        "weighted-coverage deals-needed win-in-time contacts-per-deal first-contact contacts-before-win "
        "slip-rate pushes expected-amount weighted-amount commit-amount best-case-amount pipeline-amount "
        "overdue-amount conversion stage-to-won time-in-stage recoverable-value waiting-share bad-file-name "
        "changes-behind close-before-created duplicate-id duplicate-key future-event hash-in-text "
        "history-order metric-definition missing-rate missing-required move-policy stage-history "
        "unknown-activity-type unknown-currency unknown-field unknown-key unknown-lost-reason unknown-owner "
        "unknown-pipeline unknown-stage unreadable-file wrong-type amount-outlier idle inactive-owner "
        "missing-next-step overdue-close overdue-task possible-duplicate stalled unpriced waiver-expired"
    ),
    "forecast --unit": "year half quarter month week",
    "funnel --cohort": "year half quarter month week",
    "import --from": "csv events",
    "init --template": "b2b saas services minimal",
    "init --lang": "en id",
    "install": "hooks ci merge-driver",
    "pipeline": "add copy",
    "pipeline --template": "b2b saas services minimal",
    "pipeline --lang": "en id",
    "stage": "rename merge split retire add",
    "stale --rule": "limit mean",
    "task": "add done snooze list",
    "team --by": "owner manager group",
}

# The options that want a value.
VALUED = (
    "--after --amount --as --as-of --at --before --by --changed --close --cohort --color --company "
    "--competitor --currency --directory --done --due --every --fail-on --fields --forecast --format "
    "--from --group --id --idle-days --into --lang --last --limit --mapping --max-days --message --method "
    "--metric --name --next --note --on --output --owner --period --pipeline --probability --reason --rev "
    "--revisit --rule --set --since --sort --source --stage --tag --target --team --template --timezone "
    "--to --today --unit --until --where -C -L -P -f -m -o -p"
)
