"""How to lay text out for the one who reads it."""

from pipectl.model.frozen import field, frozen
from pipectl.model.money import MoneyStyle

# The eight basic colours only: the reader's own palette decides how they look.
_SGR = {"bold": "1", "dim": "2", "red": "31", "yellow": "33"}


@frozen
class Look:
    """What the reader's end can show, and how the workspace writes money.

    Attributes:
        width: columns to fit into; None where nobody looks through a window: nothing is cut then.
        color: whether attention may be painted; a sign always says the same.
        unicode: whether our own signs and lines may leave ASCII; text from files is shown as it is.
        currency: the workspace's; amounts in it carry the style's symbol, all others their code.
    """

    width: int | None = None
    color: bool = False
    unicode: bool = True
    money: MoneyStyle = field(default_factory=MoneyStyle)
    currency: str = ""

    def pick(self, drawn: str, typed: str) -> str:
        """*drawn* where Unicode may be used, else *typed*."""
        return drawn if self.unicode else typed

    @property
    def ellipsis(self) -> str:
        """What stands for the part cut off."""
        return self.pick("…", "...")

    @property
    def dot(self) -> str:
        """What stands between facts on one line."""
        return self.pick(" · ", " | ")

    def paint(self, text: str, style: str) -> str:
        """*text* in a named style, or as it is where colour is off or the style is ""."""
        return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if self.color and style and text else text
