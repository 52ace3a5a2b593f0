"""Where the store on NATS keeps things: names of streams and subjects, and the streams' limits.

Three kinds of streams, each ``spread`` times, so that mailboxes have several leaders:

    boxes      PREFIX.b.K.ID                  records of mailboxes, the newest few of each
    envelopes  PREFIX.e.K.OWNER.BOX           envelopes; as many on a subject as may wait
    ids        PREFIX.i.K.OWNER.BOX.ENVELOPE  ids of envelopes that were acknowledged

K follows from the id. Ids are random and stand in base64url: letters, digits, ``-`` and ``_``,
which mean nothing in a subject. ``PREFIX.a.OWNER`` belongs to no stream: there relays tell each
other of arrivals.

Source: https://docs.nats.io/nats-concepts/jetstream/streams.
"""

import base64
import logging
from dataclasses import dataclass
from typing import Any, Final

from messenger.core.errors import RelayStoreError
from messenger.protocol.mailbox import LIFETIME_S, MAX_ENVELOPES
from messenger.relay.nats_link import Info, NatsLink
from messenger.relay.store import HOUR_S

log = logging.getLogger(__name__)

RECORD_VERSIONS: Final = 8  # kept of each record: one, and what other instances wrote meanwhile
NEEDED_SERVER: Final = (2, 9, 0)  # the first with a limit for each subject that refuses
ADVISED_SERVER: Final = (2, 11, 0)  # what we advise; docs/relay.md says why
_MAX_AGE_NS: Final = (LIFETIME_S + 2 * HOUR_S) * 1_000_000_000  # after the hour that we count
_SMALL_SHARE: Final = 8  # records and ids get this part of the room each
_OWNER_TOKEN: Final = 3  # of a subject, from 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The names that follow from a prefix and a spread."""

    prefix: str
    spread: int

    def __post_init__(self) -> None:
        if not self.prefix.isalnum() or not self.prefix.isascii():
            raise ValueError("a prefix has letters and digits only")
        if not 1 <= self.spread <= 64:
            raise ValueError("mailboxes are spread over 1 to 64 streams")

    def boxes(self, mailbox: bytes) -> str:
        """Return the stream of the records of an end."""
        return self._stream("boxes", self._share(mailbox))

    def box(self, mailbox: bytes) -> str:
        """Return the subject of the records of an end."""
        return f"{self.prefix}.b.{self._share(mailbox)}.{_token(mailbox)}"

    def envelopes(self, owner: bytes) -> str:
        """Return the stream of a mailbox's envelopes."""
        return self._stream("envelopes", self._share(owner))

    def envelope(self, owner: bytes, box: bytes) -> str:
        """Return the subject of a mailbox's envelopes."""
        return f"{self.prefix}.e.{self._share(owner)}.{_token(owner)}.{_token(box)}"

    def ids(self, owner: bytes) -> str:
        """Return the stream of ids that a mailbox has had."""
        return self._stream("ids", self._share(owner))

    def id_subject(self, owner: bytes, box: bytes, envelope_id: bytes | None = None) -> str:
        """Return the subject of one acknowledged id, or of all of a mailbox."""
        last = "*" if envelope_id is None else _token(envelope_id)
        return f"{self.prefix}.i.{self._share(owner)}.{_token(owner)}.{_token(box)}.{last}"

    def arrival(self, owner: bytes) -> str:
        """Return the subject of the word that something has arrived."""
        return f"{self.prefix}.a.{_token(owner)}"

    @property
    def arrivals(self) -> str:
        """The subject of all such words."""
        return f"{self.prefix}.a.*"

    def trial(self, mailbox: bytes) -> str:
        """Return a subject of no mailbox, in the stream of the records of an end."""
        return self._trial(self._share(mailbox))

    def envelope_streams(self) -> list[tuple[str, str]]:
        """Return each stream of envelopes with the subject of all that is in it."""
        return [
            (self._stream("envelopes", share), f"{self.prefix}.e.{share}.>")
            for share in range(self.spread)
        ]

    def trials(self) -> list[tuple[str, str, str]]:
        """Return for each share: a subject of no mailbox, the streams of envelopes and of ids."""
        return [
            (
                self._trial(share),
                self._stream("envelopes", share),
                self._stream("ids", share),
            )
            for share in range(self.spread)
        ]

    def configs(self, replicas: int, max_len: int) -> list[dict[str, Any]]:
        """Return the settings of every stream; ``max_len`` bounds all envelopes together."""
        room = max_len // self.spread
        kinds = {
            "boxes": {
                "subjects": "b",
                "discard": "new",
                "max_msgs_per_subject": RECORD_VERSIONS,
                "max_bytes": room // _SMALL_SHARE,
            },
            "envelopes": {
                "subjects": "e",
                "discard": "new",
                "discard_new_per_subject": True,
                "max_msgs_per_subject": MAX_ENVELOPES,
                "max_bytes": room,
                "max_age": _MAX_AGE_NS,
            },
            # Without room the oldest id goes: a full stream here must never stop an
            # acknowledgement, by which room is made.
            "ids": {
                "subjects": "i",
                "discard": "old",
                "max_msgs_per_subject": 1,
                "max_bytes": room // _SMALL_SHARE,
                "max_age": _MAX_AGE_NS,
            },
        }
        return [
            {"retention": "limits", "storage": "file", "num_replicas": replicas}
            | kind
            | {
                "name": self._stream(name, share),
                "subjects": [f"{self.prefix}.{kind['subjects']}.{share}.>"],
            }
            for name, kind in kinds.items()
            for share in range(self.spread)
        ]

    def _share(self, mailbox: bytes) -> int:
        return int.from_bytes(mailbox[:4], "big") % self.spread

    def _trial(self, share: int) -> str:
        return f"{self.prefix}.b.{share}.trial"

    def _stream(self, kind: str, share: int) -> str:
        return f"{self.prefix}_{kind}_{share}_of_{self.spread}"


def owner_of(subject: str) -> bytes:
    """Return the owner's id in a subject of envelopes or of ids."""
    return _bytes(subject.split(".")[_OWNER_TOKEN])


def arrived(subject: str) -> bytes:
    """Return the owner's id in a word of arrival."""
    return _bytes(subject.rpartition(".")[2])


async def prepare(link: NatsLink, layout: Layout, *, replicas: int, max_len: int) -> None:
    """Make what is missing, and look whether the cluster can do what the store rests on.

    Raises:
        RelayStoreError: the servers are too old, too few, or the mailboxes are spread otherwise.
    """
    version = link.server_version
    named = ".".join(map(str, version))
    if version < NEEDED_SERVER:
        raise RelayStoreError(f"nats-server {named} is too old; 2.9 is needed, 2.11 advised")
    if version < ADVISED_SERVER:
        log.warning("nats-server %s works; 2.11 or later is advised (docs/relay.md)", named)
    await _refuse_another_spread(link, layout)
    for config in layout.configs(replicas, max_len):
        info = await link.info(config["name"]) or await _made(link, config)
        for setting in ("num_replicas", "max_msgs_per_subject", "discard_new_per_subject"):
            if info is None or info.config.get(setting) != config.get(setting):
                raise RelayStoreError(f"stream {config['name']}: {setting} is not as it should be")


async def _made(link: NatsLink, config: dict[str, Any]) -> Info | None:
    try:
        return await link.make(config)
    except RelayStoreError:
        if (found := await link.info(config["name"])) is not None:  # another relay was quicker
            return found
        raise


async def _refuse_another_spread(link: NatsLink, layout: Layout) -> None:
    found = await link.names(f"{layout.prefix}.b.>")
    other = {name for name in found if not name.endswith(f"_of_{layout.spread}")}
    if other:
        wanted = min(other).rpartition("_")[2]
        raise RelayStoreError(f"the mailboxes here are spread over {wanted}: set that number")


def _token(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
