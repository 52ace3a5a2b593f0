"""Our own key pair, those that it replaced, and what contacts know of it."""

from dataclasses import dataclass, field
from typing import Final

from messenger.core.errors import NotAllowedError
from messenger.core.types import ContactId, Relation
from messenger.store.connection import Connection

# Who may be met again under the key that they know us by. Nobody who was declined or blocked.
_KNOW_US: Final = (Relation.ASKED, Relation.REQUEST, Relation.ACCEPTED)


@dataclass(frozen=True, slots=True)
class FormerIdentity:
    """A key of ours that somebody may still know us by."""

    number: int  # later ones are greater
    private_key: bytes = field(repr=False)  # X25519, 32 bytes


class IdentityRepository:
    """Our own key pair, of which the private half is enough."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self) -> bytes | None:
        """Return the X25519 private key (32 bytes), or None before the first run ended."""
        key: bytes | None = self._connection.value("SELECT private_key FROM identity")
        return key

    def save(self, private_key: bytes, created_at: int) -> None:
        """Keep the first identity; ``replace`` is the way to another one."""
        if self.load() is not None:
            raise NotAllowedError("This profile has an identity already.")
        self._connection.run("INSERT INTO identity VALUES (1, ?, ?)", (private_key, created_at))

    def made_at(self) -> int:
        """Return when the present key was made, in Unix ms: greater for each key than before."""
        made_at: int = self._connection.value("SELECT created_at FROM identity")
        return made_at

    def replace(self, private_key: bytes, at: int) -> int:
        """Put another key in the place of the present one, which whoever knows us still knows.

        It counts as made at Unix ms ``at``, or right after the present one if the clock went back.

        Returns:
            The number of the key that was replaced.
        """
        number = self._connection.run(
            "INSERT INTO former_identity (private_key, created_at, replaced_at) "
            "SELECT private_key, created_at, ? FROM identity",
            (at,),
        )
        self._connection.run(
            "UPDATE identity SET private_key = ?, created_at = max(?, created_at + 1)",
            (private_key, at),
        )
        marks = ", ".join("?" * len(_KNOW_US))
        self._connection.run(
            "UPDATE contact SET own_identity = ? WHERE own_identity IS NULL "  # noqa: S608 - constants only
            f"AND relation IN ({marks})",
            (number, *(relation.value for relation in _KNOW_US)),
        )
        return number

    def former(self) -> tuple[FormerIdentity, ...]:
        """Return the keys that somebody may still know us by, the oldest first."""
        rows = self._connection.rows(
            "SELECT number, private_key FROM former_identity ORDER BY number"
        )
        return tuple(FormerIdentity(number, key) for number, key in rows)

    def untold(self) -> tuple[ContactId, ...]:
        """Return whoever does not know the present key yet."""
        rows = self._connection.rows(
            "SELECT id FROM contact WHERE own_identity IS NOT NULL ORDER BY id"
        )
        return tuple(ContactId(row[0]) for row in rows)

    def known_by(self, contact: ContactId, number: int | None) -> None:
        """Note which key of ours a contact knows: a former one, or the present one with None."""
        self._connection.run("UPDATE contact SET own_identity = ? WHERE id = ?", (number, contact))

    def forget_unneeded(self) -> bool:
        """Erase keys that nobody can know us by any more; True if there were any.

        A contact that knows an older key may have been told of each one after it.
        """
        marks = ", ".join("?" * len(_KNOW_US))
        self._connection.run(
            f"UPDATE contact SET own_identity = NULL WHERE relation NOT IN ({marks})",  # noqa: S608 - constants only
            tuple(relation.value for relation in _KNOW_US),
        )
        count = self._connection.change(
            "DELETE FROM former_identity WHERE number < coalesce("
            "(SELECT min(own_identity) FROM contact), "
            "(SELECT max(number) + 1 FROM former_identity))"
        )
        if count:
            self._connection.note_deletion()
        return count > 0
