"""Since when a file says what it says: the day that somebody gives, or the one that git knows."""

from datetime import date, datetime
from pathlib import Path

from pipectl.model.deal import Deal, FieldValue
from pipectl.model.frozen import frozen
from pipectl.store import git, git_history
from pipectl.store.deal_schema import DealSchema
from pipectl.store.load import read_deal

# What stands on more than one line of the file.
_KEYS = {"stage": ("stage", "pipeline"), "amount": ("amount", "currency")}
_ASK = "--on DATE says when"


class UndatedError(Exception):
    """Nobody knows the day; says why, and what would help."""


@frozen
class Dating:
    """Finds the day that a value of a deal was written.

    Attributes:
        on: the day that was given; None to ask git.
        today: no day lies after it.
    """

    root: Path
    schema: DealSchema
    today: date
    on: date | None

    @property
    def source(self) -> str:
        """Who knows the day."""
        return "--on" if self.on else "git"

    def day(self, deal: Deal, name: str) -> date:
        """The day since when the file of *deal* says what it says of *name*, a field or `stage`.

        Raises:
            UndatedError: git does not know it.
        """
        if self.on is not None:
            return self.on
        try:
            if git_history.is_shallow(self.root):
                raise UndatedError(f"older commits are missing here: `git fetch --unshallow` brings them, or {_ASK}")
            at = self._changed(deal, name)
        except git.GitError as error:
            raise UndatedError(f"git can't tell since when ({error}): {_ASK}") from None
        day = at.astimezone(self.schema.settings.zone).date()
        if day > self.today:
            raise UndatedError(f"git says {day}, which lies ahead: {_ASK}")
        return day

    def _changed(self, deal: Deal, name: str) -> datetime:
        """When the last of the lines of *name* came to mean what it means now."""
        lines = {key: deal.places[key][0] for key in _KEYS.get(name, (name,)) if key in deal.places}
        if _value(deal, name) in (None, ""):
            return self._emptied(deal, name)
        found = [at for key, line in lines.items() if (at := self._line_changed(deal, name, key, line)) is not None]
        if not found:
            raise UndatedError(f"no commit has written this {name}: {_ASK}")
        return max(found)

    def _line_changed(self, deal: Deal, name: str, key: str, line: int) -> datetime | None:
        """The last change of a line that gave *name* its value; None where none did."""
        change = git_history.last_change(self.root, deal.path, line)
        while change.before is not None:
            commit, path = change.before
            before = self._deal(commit, path)
            if before is None or _value(before, name) != _value(deal, name):
                break
            # Only the way it is written has changed.
            if key not in before.places:
                return None
            change = git_history.last_change(self.root, path, before.places[key][0], commit)
        if not change.commit:
            raise UndatedError(f"the change is not committed yet, so git can't tell when it was: {_ASK}")
        return change.at

    def _emptied(self, deal: Deal, name: str) -> datetime:
        before = self._deal("HEAD", deal.path)
        if before is None or _value(before, name) not in (None, ""):
            raise UndatedError(f"the change is not committed yet, so git can't tell when it was: {_ASK}")
        at = git_history.last_touch(self.root, deal.path, f"^{name}:")
        if at is None:
            raise UndatedError(f"no commit has emptied {name}: {_ASK}")
        return at

    def _deal(self, commit: str, path: str) -> Deal | None:
        """The deal as the file was at *commit*; None where it can't be read."""
        return read_deal((path, git_history.file_at(self.root, commit, path)), self.schema)[0]


def _value(deal: Deal, name: str) -> FieldValue | tuple[str, str] | None:
    if name == "stage":
        return deal.pipeline, deal.stage
    found: FieldValue | None = getattr(deal, name)
    return found
