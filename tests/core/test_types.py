"""The nouns: frozen, silent about secrets, and true in their small properties."""

import dataclasses

import pytest

from messenger.core import types
from messenger.core.types import (
    COVER_PROFILES,
    DEFAULT_COVER,
    Address,
    Contact,
    ContactId,
    Message,
    MessageId,
    PinOrigin,
    Relation,
)

_KEY = b"\xabSECRETKEY" * 3
_CONTACT = Contact(
    id=ContactId(1),
    key=_KEY,
    name="Mara",
    alias=None,
    relation=Relation.ACCEPTED,
    origin=PinOrigin.LINK,
    pinned_at=0,
)
_VALUES = [
    value
    for value in vars(types).values()
    if isinstance(value, type) and dataclasses.is_dataclass(value)
]


@pytest.mark.parametrize("value", _VALUES, ids=lambda value: value.__name__)
def test_values_are_frozen_and_slotted(value: type) -> None:
    made = object.__new__(value)
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, field.name, None)
    assert not hasattr(made, "__dict__")


def test_the_title_prefers_our_own_name_and_is_never_empty() -> None:
    assert _CONTACT.title == "Mara"
    assert dataclasses.replace(_CONTACT, alias="Sister").title == "Sister"
    assert dataclasses.replace(_CONTACT, name="").title


def test_a_contact_is_frozen_while_another_key_is_undecided() -> None:
    assert not _CONTACT.frozen
    assert dataclasses.replace(_CONTACT, changed_key=b"x" * 32).frozen


def test_neither_keys_nor_texts_appear_in_a_repr() -> None:
    message = Message(
        row=1, contact=ContactId(1), id=MessageId(bytes(16)), outgoing=True, text="planted words"
    )
    shown = repr(dataclasses.replace(_CONTACT, changed_key=_KEY, last_message=message))
    assert "SECRETKEY" not in shown
    assert "planted" not in shown


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("192.0.2.7", 40123), "192.0.2.7:40123"),
        (Address("2001:db8::1", 1), "[2001:db8::1]:1"),
    ],
)
def test_an_address_reads_as_it_is_typed(address: Address, text: str) -> None:
    assert str(address) == text


def test_the_default_cover_is_a_profile_and_every_profile_costs_what_the_design_says() -> None:
    assert DEFAULT_COVER in COVER_PROFILES
    assert {name: 512 / cover.interval_s for name, cover in COVER_PROFILES.items()} == {
        "saver": 256,
        "balanced": 1024,
        "lively": 4096,
    }  # bytes a second and direction
