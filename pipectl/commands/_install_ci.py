"""`pipectl install ci`: a workflow for GitHub that checks pull requests, and at night what the calendar has done."""

import json
import os
from pathlib import Path

from pipectl import __version__
from pipectl.commands._change import How
from pipectl.commands._diff import diff
from pipectl.commands._install_file import Installed, install_file
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.store import git
from pipectl.store.create import refuse_links
from pipectl.store.find import find_root
from pipectl.store.place import read_placed
from pipectl.store.write import Change

_PATH = ".github/workflows/pipectl.yml"
_EXPRESSION = "${{"

_WORKFLOW = """\
# Written by `pipectl install ci`. It is yours: change what you like; `pipectl install ci -n` shows what differs.
name: pipectl

on:
  # `pull_request`, never `pull_request_target`: what comes from a fork runs with a token that can only read and without
  # secrets, so whatever it holds, it can change nothing here.
  pull_request:
  schedule:
    - cron: "17 20 * * *"             # each night, UTC
  workflow_dispatch:

# All that the token may do, in forks and here. Annotations are lines of the log and need no right to write.
permissions:
  contents: read

# A newer push makes the check of an older one idle.
concurrency:
  group: pipectl ${{ github.event_name }} ${{ github.ref }}
  cancel-in-progress: true

env:
  PIPECTL_DIR: @directory@

jobs:
  changed:
    name: What a pull request changes
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      # Actions are named by commit: a tag can be moved to other code, a commit can't.
      - uses: @setup@
        with:
          python-version: "3.12"
      # The program is there before the first file of the pull request is, in one version, with nothing built here.
      - run: "pip install --only-binary=:all: pipectl==@version@"
      - uses: @checkout@
        with:
          fetch-depth: 0              # as far back as where the branch left the base
          persist-credentials: false  # the token is not left in .git for what runs later
      # Nothing of the pull request is run: its files are read as data, and text from them can't pose as a command to
      # the runner. A branch's name is text that somebody else chose: it comes as a variable, never into the script.
      - run: pipectl check --changed "origin/$BASE" -f github
        env:
          BASE: ${{ github.base_ref }}

  hygiene:
    name: What the calendar has done
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: @setup@
        with:
          python-version: "3.12"
      - run: "pip install --only-binary=:all: pipectl==@version@"
      - uses: @checkout@
        with:
          persist-credentials: false
      - run: pipectl check --group hygiene --fail-on warning
"""
_CHECKOUT = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2"
_SETUP = "actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0"


def install_ci(context: Context, how: How, *, force: bool) -> int:
    """Write the workflow, unless another file stands there and *force* does not replace it."""
    root = find_root(context.directory)
    top = git.top_of(root)
    directory = Path(os.path.relpath(os.path.realpath(root), top)).as_posix()
    if not directory.isprintable() or _EXPRESSION in directory:
        raise UsageError(f"the folder {directory!r} can't be named in a workflow", hint="give it a plainer name")
    refuse_links(top, [_PATH])
    old, new = read_placed(top / _PATH), workflow(directory).encode()
    if old is not None and old != new and not (force or how.dry_run):
        context.terminal.out.write(diff({_PATH: Change(old, new)}))
        context.terminal.out.flush()
        raise NegativeError(f"{_PATH} is there and differs; nothing was written", hint="--force replaces it")
    after = "commit and push it; GitHub runs it on pull requests and each night"
    return install_file(context, Installed(top, _PATH, old, new, after), how)


def workflow(directory: str) -> str:
    """The workflow for the workspace in *directory*, relative to the top of its repository."""
    words = {"setup": _SETUP, "checkout": _CHECKOUT, "version": __version__}
    text = _WORKFLOW
    for name, word in {**words, "directory": json.dumps(directory, ensure_ascii=False)}.items():
        text = text.replace(f"@{name}@", word)
    return text
