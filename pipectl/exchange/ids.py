"""Ids for imported deals: from the title, with the other system's id where the title alone is not enough.

The order of rows plays no part, so the same table gives the same ids.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

MAX_LENGTH = 80

_LETTERS = str.maketrans(
    {
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "&": " and ",
    }
)
# Windows opens a device under these names, whatever the suffix.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\Z")


def is_id(text: str) -> bool:
    """Whether a deal may be called *text*."""
    return _ID.match(text) is not None


def slug(text: str) -> str:
    """*text* as an id: `Nový web` is `novy-web`; "" where no letter or digit of it can stand in one."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-._")[:MAX_LENGTH].rstrip("-._")


def choose_ids(titles: Mapping[str, str], taken: AbstractSet[str]) -> dict[str, str]:
    """An id for every external id of *titles*, unlike each other and all those *taken*, which are in lower case."""
    bases = {external: slug(title) for external, title in titles.items()}
    claims = Counter(bases.values())
    found = {
        external: base
        for external, base in bases.items()
        if base and claims[base] == 1 and base not in taken and base not in _DEVICES
    }
    used = {*taken, *found.values()}
    waiting = {external: _with(base, slug(external)) for external, base in bases.items() if external not in found}
    clashes = Counter(waiting.values())
    for external, name in waiting.items():
        clear = name and clashes[name] == 1 and name not in used
        found[external] = name if clear else _with(bases[external], _hash(external))
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _with(base: str, suffix: str) -> str:
    suffix = suffix[: MAX_LENGTH // 2].strip("-._")
    start = base[: MAX_LENGTH - 1 - len(suffix)].rstrip("-._")
    return f"{start}-{suffix}" if start and suffix else start or suffix
