"""All checks, in the order of their list."""

from importlib import import_module

from pipectl.checks import IDS
from pipectl.checks.check import Check

CHECKS: tuple[Check, ...] = tuple(import_module(f"pipectl.checks.{name.replace('-', '_')}").CHECK for name in IDS)
