"""The one table of where keys stand."""

from collections import Counter
from dataclasses import fields

from pipectl.model.deal import Deal
from pipectl.store.layout import DEAL


def test_every_key_of_a_deal_has_one_place() -> None:
    keys = Counter(key for group in DEAL for key in group)
    assert set(keys) == {field.name for field in fields(Deal)} - {"id", "path", "places"}
    assert set(keys.values()) == {1}
