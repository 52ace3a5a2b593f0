"""Who is known already: finds the same key under two names and one name with two keys."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from messenger.core.frozen import frozen
from messenger.core.types import Contact, Relation
from messenger.gui.dialogs.names import same_name
from messenger.gui.remote_text import isolated, shown_name
from messenger.gui.words import name_in_sentence

if TYPE_CHECKING:  # a request in the window asks too, before anything of the protocol is loaded
    from messenger.engine.pasted import Pasted


@frozen
class Suspicion:
    """A sentence about a link, and whether it can be added all the same."""

    text: str
    blocks: bool


def suspicion(pasted: "Pasted", alias: str, contacts: Iterable[Contact]) -> Suspicion | None:
    """Compare a link with everybody who is known."""
    known = list(contacts)
    same_key = next((contact for contact in known if contact.key == pasted.key), None)
    if same_key is not None:
        return _same_key(same_key, pasted.name)
    name = alias or pasted.name
    return one_name_two_keys(name, pasted.key, known)


def one_name_two_keys(name: str, key: bytes, contacts: Iterable[Contact]) -> Suspicion | None:
    """Tell whether somebody else goes by this name."""
    namesake = next(
        (
            contact
            for contact in contacts
            if contact.key != key
            and (same_name(contact.title, name) or same_name(contact.name, name))
        ),
        None,
    )
    if namesake is None:
        return None
    text = QCoreApplication.translate(
        "Acquaintances",
        "You know a {name} with another key. Perhaps it is another person or another computer of "
        "theirs; perhaps one of the two is somebody probing who only uses the name. Ask them over "
        "another channel, and give this one a private name of its own.",
    )
    return Suspicion(text.replace("{name}", name_in_sentence(namesake)), blocks=False)


def _same_key(contact: Contact, name: str) -> Suspicion:
    translate = QCoreApplication.translate
    known_as = name_in_sentence(contact)
    if contact.relation is Relation.REQUEST:
        text = translate(
            "Acquaintances", "{name} has asked you already. Adding them accepts the request."
        )
        return Suspicion(text.replace("{name}", known_as), blocks=False)
    if name and not same_name(name, contact.name) and not same_name(name, contact.title):
        text = translate(
            "Acquaintances",
            "You have this key already, as {known}; this link calls it {name}. Perhaps they "
            "changed their name; perhaps somebody passes a key on under a wrong name to see what "
            "you do. Ask {known} over another channel. Nothing was added.",
        )
        shown = isolated(shown_name(name))
        return Suspicion(text.replace("{known}", known_as).replace("{name}", shown), blocks=True)
    text = translate("Acquaintances", "This is {name}, who is in your contacts already.")
    return Suspicion(text.replace("{name}", known_as), blocks=True)
