"""Of three texts of one thing, the one that holds: what one side changed, or what both changed alike."""


def pick(base: str | None, ours: str | None, theirs: str | None) -> str | None:
    """The text that holds; None where both changed it, each otherwise. A side that is None does not have the thing."""
    if ours is None or theirs is None:
        return theirs if ours is None else ours
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    return ours if ours.split() == theirs.split() else None


def pick_comments(base: str | None, ours: str | None, theirs: str | None) -> str | None:
    """The same of comments and blank lines: where both added some, those of one may hold those of the other."""
    found = pick(base, ours, theirs)
    if found is not None or ours is None or theirs is None:
        return found
    here, there = _lines(ours), _lines(theirs)
    if not _lines(base or "") <= here & there:
        return None
    return ours if there <= here else theirs if here <= there else None


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.split("\n") if line.strip()}
