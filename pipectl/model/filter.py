"""The filter language: words such as `owner:ani amount:50mn.. not:tag:test @hot` choose deals.

Every word must hold, in any order. Commas part alternatives, `from..to` is a range with both ends in it, `not:` turns
a word round, `@view` stands for a filter of `views:`, and a word without a key is looked for in the deal's texts.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pipectl.errors import UsageError
from pipectl.model.facts import Facts
from pipectl.model.filter_fields import own_field_key
from pipectl.model.filter_keys import TERMS, any_text
from pipectl.model.filter_values import Key, Test, has_text, refuse_decimal_comma, unknown
from pipectl.model.filter_words import HAS
from pipectl.model.frozen import field, frozen
from pipectl.model.pattern import pattern
from pipectl.model.state import State
from pipectl.model.suggest import suggest

KEYS: Mapping[str, str] = MappingProxyType(
    {
        **{name: key.help for name, key in TERMS.items()},
        "fields.NAME": "a field of the business's own: fields.segment:smb, fields.seats:40..",
        "not": "turns the word after it round: not:tag:test, not:is:stalled",
        "@VIEW": "a filter saved under `views:` in pipectl.yaml",
    }
)

_SYNONYMS = {
    "activities": "activity",
    "contacts": "contact",
    "expected-close": "close",
    "expected_close": "close",
    "in_stage": "in-stage",
    "lost-reason": "lost_reason",
    "next-step": "next",
    "next_step": "next",
    "tags": "tag",
}
_KEYED = pattern("([A-Za-z][A-Za-z0-9_.-]*):(.*)", re.DOTALL)
_COMPARED = pattern("([A-Za-z][A-Za-z0-9_.-]*)(!=|>=|<=|==|=|>|<)(.*)", re.DOTALL)
_OPERATOR = pattern("(!=|>=|<=|==|=|>|<)(.*)", re.DOTALL)
_NOTS = pattern("(?:not:)+", re.IGNORECASE)
_INNER = pattern(r"\s((?:not:)*)([A-Za-z][A-Za-z0-9_.-]*):")

# Views may name views: these bound what a few lines of a file can cost.
_MAX_DEPTH, _MAX_TERMS = 32, 1000


@frozen
class Term:
    """One word of a filter.

    Attributes:
        text: as it is best written.
        keys: the keys in it, those of its views included.
        closed: it speaks of closed deals, be it to leave them out.
        size: how many words it comes to with its views written out.
        parts: the terms of a view, all of which hold where it does; empty for any other term.
    """

    text: str
    test: Test
    keys: frozenset[str] = frozenset()
    closed: bool = False
    size: int = 1
    parts: tuple["Term", ...] = ()

    def flat(self) -> tuple["Term", ...]:
        """This term, or those that a view stands for, views in it written out too."""
        return tuple(inner for part in self.parts for inner in part.flat()) if self.parts else (self,)


@frozen
class Filter:
    """A choice of deals. It answers for the states of the facts that it was parsed for, and no others.

    Attributes:
        text: the words as they are best written, for a shell; "" for everything.
    """

    text: str = ""
    terms: tuple[Term, ...] = field(default=(), compare=False, repr=False)

    def matches(self, state: State) -> bool:
        """Whether the deal is chosen."""
        return all(term.test(state) for term in self.terms)

    def says(self, key: str) -> bool:
        """Whether *key*, such as `is`, was used, be it in a view or after `not:`."""
        return any(key in term.keys for term in self.terms)

    @property
    def speaks_of_closed(self) -> bool:
        """Whether it says which outcomes are meant: by `is:won` or `is:any`, a close, a closed stage, a reason, an id.

        A command that shows open deals unless it is told otherwise was told otherwise then.
        """
        return any(term.closed for term in self.terms)


def parse_filter(words: Sequence[str], facts: Facts) -> Filter:
    """The filter that *words* are, each as a shell passes it.

    Raises:
        UsageError: a word is no term, or names something that the workspace has not.
    """
    terms = _Parser(facts).terms(words, ())
    return Filter(" ".join(shlex.quote(term.text) for term in terms), terms)


def choose(facts: Facts, chosen: Filter) -> tuple[State, ...]:
    """The deals that the filter chooses, in their order."""
    return tuple(filter(chosen.matches, facts.states)) if chosen.terms else facts.states


def split_words(text: str) -> tuple[str, ...]:
    """The words of a filter that stands in one text, such as a view, quoted as in a shell.

    Raises:
        UsageError: a quote is not closed.
    """
    try:
        return tuple(shlex.split(text))
    except ValueError:
        raise UsageError(f"{text!r} has a quote that is not closed") from None


class _Parser:
    """Words to terms; views are parsed once each."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.views: dict[str, Term] = {}

    def terms(self, words: Sequence[str], inside: tuple[str, ...]) -> tuple[Term, ...]:
        """The terms of *words*, which stand in the views *inside*, outermost first."""
        found = {term.text: term for word in words if word.strip() for term in [self.term(word.strip(), inside)]}
        if sum(term.size for term in found.values()) > _MAX_TERMS:
            raise UsageError(f"the filter has more than {_MAX_TERMS} terms, with its views written out")
        return tuple(found.values())

    def term(self, word: str, inside: tuple[str, ...]) -> Term:
        nots, rest = _without_nots(word)
        if not rest:
            raise UsageError(f"{word!r} says nothing", hint="write a term after it, as in not:tag:test")
        term = self._view(rest[1:], inside) if rest.startswith("@") else self._keyed(rest)
        if nots % 2 == 0:
            return term
        test = term.test
        return Term(f"not:{term.text}", lambda state: not test(state), term.keys, term.closed, term.size)

    def _keyed(self, word: str) -> Term:
        match = _KEYED.fullmatch(word)
        if match is None or _canonical(match[1]) != "text":
            _refuse_several(word)
        if match is None:
            _refuse_comparison(word)
            return Term(word, has_text(word, any_text).test, frozenset({"text"}))
        name, key = self._key(match[1], word)
        try:
            return _alternatives(name, key, match[2].strip(), self.facts)
        except UsageError as error:
            raise UsageError(f"{name}: {error}", hint=error.hint) from None

    def _key(self, typed: str, word: str) -> tuple[str, Key]:
        name = _canonical(typed)
        if name.startswith("fields."):
            return own_field_key(name.removeprefix("fields."), self.facts)
        if name not in TERMS:
            near = unknown(typed, "", (*TERMS, *_SYNONYMS, "not")).hint
            hint = near or f"`pipectl explain filter` lists the keys; text:{word} looks for the text"
            raise UsageError(f"{typed!r} is no key of a filter", hint=hint)
        return name, TERMS[name]

    def _view(self, name: str, inside: tuple[str, ...]) -> Term:
        views = self.facts.settings.views
        if name in inside:
            raise UsageError(f"@{name} leads back to itself: {' → '.join(f'@{view}' for view in (*inside, name))}")
        if name not in views:
            raise self._unknown_view(name)
        if len(inside) >= _MAX_DEPTH:
            raise UsageError(f"@{inside[0]} leads through more than {_MAX_DEPTH} views")
        if name not in self.views:
            self.views[name] = self._read_view(name, (*inside, name))
        return self.views[name]

    def _unknown_view(self, name: str) -> UsageError:
        views = self.facts.settings.views
        near = suggest(name, views)
        if name.lower() == "me":
            hint = "did you mean owner:@me?"
        elif near:
            hint = f"did you mean @{near}?"
        else:
            hint = (
                f"there are {', '.join(f'@{view}' for view in views)}" if views else f"text:@{name} looks for the text"
            )
        return UsageError(f"there is no view @{name}", hint=hint)

    def _read_view(self, name: str, inside: tuple[str, ...]) -> Term:
        try:
            terms = self.terms(split_words(self.facts.settings.views[name]), inside)
        except UsageError as error:
            message = str(error) if str(error).startswith("@") else f"@{name}: {error}"
            raise UsageError(message, hint=error.hint) from None
        tests = tuple(term.test for term in terms)
        return Term(
            f"@{name}",
            lambda state: all(test(state) for test in tests),
            frozenset().union(*(term.keys for term in terms)),
            any(term.closed for term in terms),
            max(sum(term.size for term in terms), 1),
            terms,
        )


def _canonical(key: str) -> str:
    return _SYNONYMS.get(key.lower(), key.lower())


def _without_nots(word: str) -> tuple[int, str]:
    """How often *word* is turned round, and what."""
    match = _NOTS.match(word)
    length = match.end() if match else 0
    return length // len("not:"), word[length:].strip()


def _alternatives(name: str, key: Key, value: str, facts: Facts) -> Term:
    """The term *name*:*value*, which holds where one of the alternatives does."""
    if not value:
        hint = f"no:{name} finds deals without one" if name in HAS else None
        raise UsageError("no value stands after the colon", hint=_range_hint(name) if key.ranges else hint)
    if match := _OPERATOR.fullmatch(value):
        raise _comparison(value, name, match[1], match[2], ranges=key.ranges)
    if key.decimals:
        refuse_decimal_comma(value)
    parts = [value] if name == "text" else [part.strip() for part in value.split(",")]
    if not all(parts):
        raise UsageError(f"{value!r} has an empty alternative", hint="commas part alternatives")
    found = {condition.text: condition for condition in (key.read(part, facts) for part in parts)}
    closed = name == "closed" or any(condition.closed for condition in found.values())
    tests = tuple(condition.test for condition in found.values())
    test = tests[0] if len(tests) == 1 else lambda state: any(test(state) for test in tests)
    return Term(f"{name}:{','.join(found)}", test, frozenset({name}), closed)


def _range_hint(name: str) -> str:
    return f"write {name}:A..B; a bare > or < is the shell's"


def _comparison(text: str, name: str, operator: str, value: str, *, ranges: bool) -> UsageError:
    """The refusal of a comparison as other languages write it, with the term to write."""
    value = value.strip()
    if operator in ("=", "==", "!="):
        negated = "not:" if operator == "!=" else ""
        return UsageError(f"{text!r} compares; a filter is KEY:VALUE", hint=f"write {negated}{name}:{value}")
    if not ranges:
        return UsageError(f"{text!r} compares, and {name} has no order")
    spelt = f"{name}:{value}.." if ">" in operator else f"{name}:..{value}"
    return UsageError(f"{text!r} compares; a filter has ranges", hint=f"write {spelt}")


def _refuse_several(word: str) -> None:
    for match in _INNER.finditer(word):
        name = _canonical(match[2])
        if name in TERMS or name.startswith("fields."):
            raise UsageError(f"{word!r} is several terms in one word", hint="leave out the quotes around them")


def _refuse_comparison(word: str) -> None:
    match = _COMPARED.fullmatch(word)
    name = _canonical(match[1]) if match else ""
    if match and (name in TERMS or name.startswith("fields.")):
        key = TERMS.get(name)
        raise _comparison(word, name, match[2], match[3], ranges=key is None or key.ranges)
