"""Contacts: pins, names, addresses, drafts."""

from collections.abc import Iterable
from typing import Final

from messenger.core.cover_text import cover_to_text
from messenger.core.errors import ContactExistsError, NoSuchContactError
from messenger.core.types import Address, Contact, ContactId, Cover, PinOrigin, Relation
from messenger.store.connection import Connection
from messenger.store.mail import MailRepository
from messenger.store.messages import MessageRepository
from messenger.store.reader import DIALLED, Queries
from messenger.store.text import checked_text

ADDRESSES_MAX: Final = 16  # kept per contact, the newest; peers may announce many
ADDRESS_AGE_MS: Final = 30 * 24 * 3600 * 1000  # unseen for so long while another was seen: stale

LAN: Final = "lan"  # source of an address that somebody in the local network named, unproven
LAN_MAX: Final = 4  # of these, kept per contact: they never push out what was said or dialled


class ContactRepository:
    """Changes to contacts, inside a transaction of the writer."""

    def __init__(
        self, connection: Connection, messages: MessageRepository, mail: MailRepository
    ) -> None:
        self._connection = connection
        self._messages = messages
        self._mail = mail
        self._reader = Queries(connection)

    def add(
        self,
        *,
        key: bytes,
        name: str,
        alias: str | None,
        relation: Relation,
        origin: PinOrigin,
        pinned_at: int,
    ) -> Contact:
        """Pin a key (32 bytes). Raises ContactExistsError if it is pinned already."""
        if self._reader.contact_by_key(key) is not None:
            raise ContactExistsError("this key is already a contact")
        row = self._connection.run(
            "INSERT INTO contact (key, name, alias, relation, origin, pinned_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                key,
                checked_text(name),
                None if alias is None else checked_text(alias),
                relation.value,
                origin.value,
                pinned_at,
            ),
        )
        return self._reader.contact(ContactId(row))

    def set_relation(self, contact: ContactId, relation: Relation) -> Contact:
        return self._set(contact, "relation = ?", relation.value)

    def set_name(self, contact: ContactId, name: str) -> Contact:
        """Keep what they call themselves."""
        return self._set(contact, "name = ?", checked_text(name))

    def set_alias(self, contact: ContactId, alias: str | None) -> Contact:
        """Keep what we call them."""
        return self._set(contact, "alias = ?", None if alias is None else checked_text(alias))

    def set_cover(self, contact: ContactId, cover: Cover | None) -> Contact:
        """Choose the cover of this contact's links, or None: as for everybody."""
        return self._set(contact, "cover = ?", None if cover is None else cover_to_text(cover))

    def set_verified(self, contact: ContactId, at: int | None) -> Contact:
        """Say when the safety number was compared (Unix ms), or that it was not."""
        return self._set(contact, "verified_at = ?", at)

    def set_changed_key(self, contact: ContactId, key: bytes | None, at: int | None) -> Contact:
        """Freeze the contact because another key answered, or thaw it with None."""
        return self._set(contact, "changed_key = ?, changed_at = ?", key, at)

    def announced_at(self, contact: ContactId) -> int:
        """Return when the contact made the key that was adopted last: Unix ms of its clock."""
        query = "SELECT announced_at FROM contact WHERE id = ?"
        announced_at: int = self._connection.value(query, (contact,))
        return announced_at

    def adopt_key(self, contact: ContactId, key: bytes, *, made_at: int, at: int) -> bool:
        """Pin the key that the pinned one announced; False if it is somebody's already.

        Somebody's is also a key before an announced one: it is pinned again if nobody shows that.
        What was pinned before stays in the history, but for keys that were announced and never
        shown: somebody could announce a thousand a second. The numbers were compared for the old
        key, so the new one is not verified.
        """
        taken = "SELECT count(*) FROM contact WHERE key = ?1 OR former_key = ?1"
        if self._connection.value(taken, (key,)):
            return False
        self._connection.run(
            "INSERT INTO former_pin (contact, key, origin, pinned_at, verified_at, replaced_at) "
            "SELECT id, key, origin, pinned_at, verified_at, ? FROM contact "
            "WHERE id = ? AND former_key IS NULL",
            (at, contact),
        )
        self._set(
            contact,
            "former_key = coalesce(former_key, key), key = ?, announced_at = ?, origin = ?, "
            "pinned_at = ?, verified_at = NULL",
            key,
            made_at,
            PinOrigin.ANNOUNCED.value,
            at,
        )
        return True

    def disown_announced_key(self, contact: ContactId, at: int) -> Contact:
        """Go back to the pin before the announcements that nobody has proven, and freeze.

        The key that was announced last becomes the changed key; Unix ms ``at``.
        """
        kept = "SELECT {} FROM former_pin f WHERE f.contact = contact.id AND f.key = former_key"
        columns = ("origin", "pinned_at", "verified_at")
        pin = ", ".join(f"{column} = ({kept.format(column)})" for column in columns)
        changed = "changed_key = key, changed_at = ?, key = former_key, announced_at = 0"
        self._set(contact, f"{changed}, {pin}", at)
        self._connection.run(
            "DELETE FROM former_pin WHERE contact = ?1 AND replaced_at >= (SELECT replaced_at "
            "FROM former_pin WHERE contact = ?1 AND key = (SELECT key FROM contact WHERE id = ?1))",
            (contact,),
        )
        return self._set(contact, "former_key = ?", None)

    def retire_former_key(self, contact: ContactId) -> Contact:
        """The new key was seen: the old one opens nothing any more."""
        return self._set(contact, "former_key = ?", None)

    def _set(self, contact: ContactId, assignment: str, *values: object) -> Contact:
        sql = f"UPDATE contact SET {assignment} WHERE id = ?"  # noqa: S608 - constants only
        if self._connection.change(sql, (*values, contact)) != 1:
            raise NoSuchContactError("there is no such contact")
        return self._reader.contact(contact)

    def mark_read(self, contact: ContactId, row: int) -> Contact:
        """Everything up to ``row`` was seen; never moves back."""
        self._set(contact, "read_row = max(read_row, ?)", row)
        self._messages.recount_unread(contact)
        return self._reader.contact(contact)

    def count_ignored(self, contact: ContactId) -> None:
        """Count a change that this contact was not allowed to make."""
        self._set(contact, "ignored_count = ignored_count + 1")

    def ignored_count(self, contact: ContactId) -> int:
        """Return how many changes this contact tried that were not theirs to make."""
        query = "SELECT ignored_count FROM contact WHERE id = ?"
        return int(self._connection.value(query, (contact,)))

    def remove(self, contact: ContactId) -> None:
        """Forget a contact: messages, their words, outbox, session, addresses, draft, pin."""
        self._reader.contact(contact)
        self._messages.remove_all(contact)
        self._mail.forget(contact)
        for table in ("session", "address", "draft", "former_pin", "peer_run", "acquaintance"):
            self._connection.run(f"DELETE FROM {table} WHERE contact = ?", (contact,))  # noqa: S608 - constants only
        self._connection.run("DELETE FROM contact WHERE id = ?", (contact,))
        self._connection.note_deletion()

    # -- addresses --------------------------------------------------------------------------

    def addresses(self, contact: ContactId) -> tuple[Address, ...]:
        """Return where this contact may be dialled, the newest first."""
        return self._reader.addresses(contact)

    def save_address(self, contact: ContactId, address: Address, source: str, seen_at: int) -> None:
        """Remember an address; stale ones are dropped, and the oldest beyond ADDRESSES_MAX.

        Only a newer sighting makes others stale: whoever was away for a year is still looked for.

        Args:
            source: DIALLED if this contact's key answered there, which stays so; LAN for what
                nobody has proven, which changes and ages no other; else any word.
        """
        self._connection.run(
            "INSERT INTO address VALUES (?, ?, ?, ?, ?) ON CONFLICT (contact, host, port) "
            "DO UPDATE SET seen_at = max(seen_at, excluded.seen_at), "
            "source = iif(source = ? OR excluded.source = ?, source, excluded.source)",
            (contact, checked_text(address.host), address.port, source, seen_at, DIALLED, LAN),
        )
        if source != LAN:
            self._connection.run(
                "DELETE FROM address WHERE contact = ? AND seen_at < ?",
                (contact, seen_at - ADDRESS_AGE_MS),
            )
        unproven = self._connection.rows(
            "SELECT host, port FROM address WHERE contact = ? AND source = ? "
            "ORDER BY seen_at DESC, host, port",
            (contact, LAN),
        )
        self._forget_addresses(contact, (Address(*place) for place in unproven[LAN_MAX:]))
        self._forget_addresses(contact, self.addresses(contact)[ADDRESSES_MAX:])

    def _forget_addresses(self, contact: ContactId, addresses: Iterable[Address]) -> None:
        for old in addresses:
            self._connection.run(
                "DELETE FROM address WHERE contact = ? AND host = ? AND port = ?",
                (contact, old.host, old.port),
            )

    def clear_addresses(self, contact: ContactId) -> None:
        """Forget every address of a contact."""
        self._connection.run("DELETE FROM address WHERE contact = ?", (contact,))


class DraftRepository:
    """What stands in the composer of each conversation."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self, contact: ContactId) -> str:
        """Return the draft, or an empty text."""
        query = "SELECT text FROM draft WHERE contact = ?"
        return self._connection.value(query, (contact,)) or ""

    def save(self, contact: ContactId, text: str) -> None:
        """Keep a draft; an empty one is forgotten."""
        Queries(self._connection).contact(contact)
        if text:
            self._connection.run(
                "INSERT INTO draft VALUES (?, ?) "
                "ON CONFLICT (contact) DO UPDATE SET text = excluded.text",
                (contact, checked_text(text)),
            )
        else:
            self._connection.run("DELETE FROM draft WHERE contact = ?", (contact,))
