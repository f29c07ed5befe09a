"""`pipectl install`."""

from typing import Annotated, Protocol

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How
from pipectl.commands._install_ci import install_ci
from pipectl.commands._install_hooks import install_hooks
from pipectl.commands._install_merge_driver import install_merge_driver
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.model.suggest import suggest
from pipectl.output.safe import plain

OPTIONS = frozenset[str]()


class Installer(Protocol):
    """Puts one thing in place as *how* says; *force* replaces what stands there and is not ours."""

    def __call__(self, context: Context, how: How, *, force: bool) -> int: ...


INSTALLERS: dict[str, Installer] = {
    "hooks": install_hooks,
    "ci": install_ci,
    "merge-driver": install_merge_driver,
}


# All of them take all options.
VERBS = dict.fromkeys(INSTALLERS, frozenset[str]())


def run(
    context: Context,
    what: Annotated[str, Argument(metavar="WHAT", help="What to install: hooks, ci, merge-driver.")],
    force: Annotated[bool, Option("--force", help="Replace a file that stands there and differs.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show what would be written only.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit the file that was written.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Install what git or a CI service asks pipectl with: hooks, ci, merge-driver.

    hooks: before each commit git has `pipectl check --staged` look at what is staged. core.hooksPath is heeded. A
    hook that is not pipectl's is left as it is, and the line to add to it is named.

    ci: a workflow for GitHub, in .github/workflows/pipectl.yml: `pipectl check --changed` on pull requests, with
    annotations, and `pipectl check --group hygiene` each night. It may only read, and is safe for pull requests from
    forks; its comments say why. A file that stands there and differs is shown as a diff and kept, but for --force.

    merge-driver: git has pipectl merge deals, pipelines and settings, field by field, in a merge, a rebase, a
    cherry-pick, a stash pop. .gitattributes says so for everybody once it is committed; git's configuration, which
    says how, holds in this clone only: everybody installs it once. Without it git merges line by line, as before.

    The same command twice changes nothing; `pipectl install ci --help` is about one of them alone.

    Examples:

      pipectl install hooks
      pipectl install ci --dry-run
      pipectl install merge-driver
    """
    if what not in INSTALLERS:
        near = suggest(what, INSTALLERS)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(INSTALLERS)}"
        raise UsageError(f"nothing called '{plain(what)}' to install", hint=hint)
    how = How(f"install {what}", dry_run=dry_run, commit=commit, message=message)
    return INSTALLERS[what](context, how, force=force)
