"""Who is meant by a name in another system's table."""

from collections.abc import Mapping

from pipectl.exchange.binding import Binding
from pipectl.exchange.cells import CellError
from pipectl.exchange.ids import slug
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Person


def called(team: Mapping[str, Person]) -> dict[str, str]:
    """Every id, name and e-mail address of the team in lower case → the person's id."""
    return {
        word.casefold(): person.id
        for person in team.values()
        for word in (person.email, person.name, person.id)
        if word
    }


class People:
    """Names to ids; each different name is looked up once."""

    def __init__(self, binding: Binding, team: Mapping[str, Person]) -> None:
        self.binding = binding
        self.team = team
        self.called = called(team)
        self.found: dict[str, str] = {}

    def find(self, text: str) -> str:
        """The id of the person called *text*: as the mapping says, else as the team does.

        Where the workspace has no team it is made from the name.

        Raises:
            CellError: the team has nobody of this name.
        """
        if text not in self.found:
            self.found[text] = self._find(text)
        return self.found[text]

    def _find(self, text: str) -> str:
        told = self.binding.known("owners", text)
        if told is not None:
            return told
        if not self.team:
            return slug(text) or text
        found = self.called.get(text.casefold()) or (slug(text) if slug(text) in self.team else None)
        if found is None:
            near = suggest(text.casefold(), self.called)
            hint = f"did you mean {self.called[near]}? " if near else ""
            hint += "`owners:` in the mapping says who it is, or `team:` in pipectl.yaml gets them"
            raise CellError("is not in the team", hint)
        return found
