"""How the times of a file that is merged are read, also where the settings can't be."""

from collections.abc import Callable
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from pipectl.model.merge import Order
from pipectl.model.moment import Moment
from pipectl.store.nodes import Mapping, Scalar, read_tree
from pipectl.store.typed import Wrong, moment_in

# Characters of a date without an hour.
_PLAIN = 10


def zone_in(settings: bytes) -> tzinfo | None:
    """The time zone that the text of a `pipectl.yaml` names; None where it can't be told."""
    root = read_tree(settings, "").root
    entries = root.entries if isinstance(root, Mapping) else ()
    name = next((value.text for key, value in entries if key.text == "timezone" and isinstance(value, Scalar)), None)
    try:
        return UTC if name is None and entries else ZoneInfo(name or "")
    except (ValueError, OSError, LookupError):
        return None


def order_in(zone: tzinfo | None) -> Order:
    """Times read in *zone*; where it is not known, an hour can't be put in order with the days of others."""
    return Order(_reader(zone))


def _reader(zone: tzinfo | None) -> Callable[[str], Moment | None]:
    read = moment_in(zone or UTC)

    def moment(text: str) -> Moment | None:
        if zone is None and len(text) > _PLAIN:
            return None
        try:
            return read(text)
        except Wrong:
            return None

    return moment
