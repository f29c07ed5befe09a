"""`@frozen` makes what `@dataclass(frozen=True, slots=True)` makes."""

import copy
import dataclasses
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, fields
from functools import cached_property

import pytest

from pipectl.model.frozen import field, frozen, replace


@frozen
class Offer:
    """A value with each kind of field."""

    title: str
    amount: int = 3
    tags: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    _seen: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Count the letters."""
        self._seen["letters"] = len(self.title)


@frozen(kw_only=True)
class Named:
    """A value whose fields are named."""

    title: str
    note: str = ""


@frozen
class Single:
    """A value of one field."""

    only: str


@frozen
class Empty:
    """A value without fields."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The same as Named, as the library makes it."""

    title: str
    note: str = ""


def test_fields_are_taken_by_place_and_by_name_with_their_defaults() -> None:
    offer = Offer("a", tags={"x": 1})
    assert (offer.title, offer.amount, offer.tags, offer.places) == ("a", 3, {"x": 1}, {})
    assert offer._seen == {"letters": 1}
    assert Offer("b").tags is not Offer("b").tags
    assert (Named(title="a").title, Named(title="a", note="b").note) == ("a", "b")


def test_the_first_values_and_the_later_ones_are_made_alike() -> None:
    @frozen
    class Fresh:
        """A value with each kind of field."""

        title: str
        amount: int = 3
        tags: Mapping[str, int] = field(default_factory=dict)
        _seen: list[str] = field(init=False, repr=False, compare=False, default_factory=list)

        def __post_init__(self) -> None:
            self._seen.append(self.title)

    made = [Fresh("a", 1, tags={"x": 1}) if number % 2 else Fresh(title="b") for number in range(50)]
    assert set(map(repr, made[1::2])) == {f"{Fresh.__qualname__}(title='a', amount=1, tags={{'x': 1}})"}
    assert set(map(repr, made[::2])) == {f"{Fresh.__qualname__}(title='b', amount=3, tags={{}})"}
    assert [each._seen for each in made[:2] + made[-2:]] == [["b"], ["a"], ["b"], ["a"]]
    assert all(type(each) is Fresh and each == made[number % 2] for number, each in enumerate(made))


def test_what_a_constructor_does_not_take_is_refused() -> None:
    @frozen
    class Fresh:
        title: str
        seen: int = field(init=False, default=0)

    for wrong in (
        Fresh,
        lambda: Fresh("a", 1),  # type: ignore[call-arg]
        lambda: Fresh("a", title="b"),  # type: ignore[call-arg]
        lambda: Fresh("a", seen=1),  # type: ignore[call-arg]
    ):
        with pytest.raises(TypeError, match="argument"):
            wrong()
    for wrong in (Offer, lambda: Offer("a", 1, {}, {}, {}), lambda: Offer("a", other=1)):  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(TypeError):
        Named("a")  # type: ignore[misc]


def test_values_are_equal_by_the_fields_that_count() -> None:
    assert Offer("a", places={"x": 1}) == Offer("a")
    assert Offer("a") != Offer("a", 4)
    assert Single("a") == Single("a") != Single("b")
    assert Empty() == Empty()
    assert Named(title="a") != Plain("a")
    assert len({Named(title="a"), Named(title="a"), Named(title="b")}) == 2
    assert hash(Empty()) == hash(Empty())
    with pytest.raises(TypeError):
        hash(Offer("a"))


def test_a_value_is_never_changed() -> None:
    offer = Offer("a")
    with pytest.raises(FrozenInstanceError):
        offer.title = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del offer.title
    with pytest.raises(FrozenInstanceError):
        offer.other = 1  # type: ignore[attr-defined]
    assert not hasattr(offer, "__dict__")


def test_the_library_takes_it_for_one_of_its_own() -> None:
    assert [each.name for each in fields(Named)] == ["title", "note"]
    for copied in (replace, dataclasses.replace):
        assert copied(Named(title="a", note="n"), title="b") == Named(title="b", note="n")
        assert copied(Offer("a"), title="bcd")._seen == {"letters": 3}
        assert copied(Plain("a"), note="n") == Plain("a", "n")
        with pytest.raises(TypeError):
            copied(Named(title="a"), other="b")
    assert repr(Named(title="a")) == "Named(title='a', note='')"
    assert repr(Plain("a")) == "Plain(title='a', note='')"
    assert repr(Offer("a")) == "Offer(title='a', amount=3, tags={})"
    match Single("a"):
        case Single(only):
            assert only == "a"


def test_a_value_is_copied_and_pickled() -> None:
    offer = Offer("a", tags={"x": 1})
    for other in (copy.copy(offer), copy.deepcopy(offer), pickle.loads(pickle.dumps(offer))):  # noqa: S301 - our own
        assert (other, other.places, other._seen) == (offer, {}, {"letters": 1})


def test_the_library_knows_of_each_field_what_the_class_says() -> None:
    known = {each.name: each for each in fields(Offer)}
    assert {name for name, each in known.items() if each.repr} == {"title", "amount", "tags"}
    assert {name for name, each in known.items() if each.compare} == {"title", "amount", "tags"}
    assert {name for name, each in known.items() if each.init} == {"title", "amount", "tags", "places"}
    assert (known["amount"].default, known["tags"].default_factory) == (3, dict)
    assert [each.kw_only for each in fields(Named)] == [True, True]


def test_a_value_without_slots_keeps_what_it_has_found_and_is_never_changed() -> None:
    @frozen(slots=False)
    class Counted:
        title: str
        tags: Mapping[str, int] = field(default_factory=dict)

        @cached_property
        def letters(self) -> list[str]:
            return [*self.title]

    # More than are made without a constructor of their own.
    for made in [Counted("ab") for _ in range(30)]:
        assert made.letters is made.letters
        assert made.letters == ["a", "b"]
        assert made == Counted("ab") != Counted("b")
        assert repr(made).endswith("Counted(title='ab', tags={})")
        with pytest.raises(FrozenInstanceError):
            made.title = "b"  # type: ignore[misc]
    assert replace(Counted("ab"), title="c").letters == ["c"]


def test_a_field_of_the_library_is_refused() -> None:
    with pytest.raises(TypeError, match="dataclasses"):

        @frozen
        class _Wrong:
            title: str = dataclasses.field(default="")
