"""JSON shapes of what the engine returns and tells; documented in docs/rpc.md.

An id is a string under the name of what it names: ``"contact": "3"``, ``"message": "9f…"``.
"""

from typing import Final

from messenger.core.cover_price import price_of
from messenger.core.types import (
    Contact,
    ContactId,
    Cover,
    CoverPlan,
    FileEstimate,
    FileInfo,
    FileTransfer,
    FormerPin,
    KeyState,
    LinkStats,
    Message,
    MessageId,
    NodeInfo,
    Presence,
    SearchHit,
    TimelineStep,
    WireStats,
)
from messenger.engine import events as e
from messenger.rpc import building, keeping_shapes, network, relaying
from messenger.rpc.params import Json
from messenger.rpc.reach import Reach


def node_info(info: NodeInfo) -> Json:
    """The ``ready`` parameters and the result of ``node.info``."""
    return {
        "id": info.key.hex(),
        "name": info.name,
        "link": info.link,
        "fingerprint": info.fingerprint,
        "listen": [info.listen.host, info.listen.port] if info.listen else None,
        "addresses": [[a.host, a.port] for a in info.addresses],
        "cover": _cover(info.cover),
        "price": _price(info.cover),
        "plan": _plan(info.plan),
        "inline_pictures": info.inline_pictures,
        "version": info.version,
    }


def contact(value: Contact, reach: Reach) -> Json:
    """One contact, and how it is reached."""
    return {
        "contact": str(value.id),
        "id": str(value.id),
        "key": value.key.hex(),
        "name": value.name,
        "alias": value.alias,
        "title": value.title,
        "state": value.relation.value,
        "trust": trust(value),
        "verified": value.verified_at is not None,
        "origin": value.origin.value,
        "pinned_at": value.pinned_at,
        **reach.of(value),
        "frozen": value.frozen,
        "unread": value.unread_count,
        "timer_s": value.lifetime_s,
        "proposed_timer_s": value.proposed_lifetime_s,
        "knows_own_key": value.own_identity is None,
        "fork": value.fork.value if value.fork else None,
        "fork_at": value.fork_at,
        "own_fork": value.own_fork.value if value.own_fork else None,
        "own_fork_at": value.own_fork_at,
        "cover": None if value.cover is None else _cover(value.cover),
        "receipts": value.receipts,
    }


def key_state(value: KeyState) -> Json:
    """Where a change of our own key stands."""
    return {
        "fingerprint": value.fingerprint,
        "untold": [str(contact) for contact in value.untold],
        "former_keys": value.former_count,
    }


def former_pin(value: FormerPin) -> Json:
    """A key that was pinned before."""
    return {
        "key": value.key.hex(),
        "origin": value.origin.value,
        "pinned_at": value.pinned_at,
        "verified_at": value.verified_at,
        "replaced_at": value.replaced_at,
    }


def trust(value: Contact) -> str:
    """The word shown beside the name: request, changed, verified or pinned."""
    if value.frozen:
        return "changed"
    if value.relation.value == "request":
        return "request"
    return "pinned" if value.verified_at is None else "verified"


def message(value: Message) -> Json:
    """One message."""
    return {
        "message": value.id.hex(),
        "id": value.id.hex(),
        "contact": str(value.contact),
        "row": value.row,
        "outgoing": value.outgoing,
        "text": value.text,
        "state": value.state.value,
        "sent_at": value.sent_at,
        "arrived_at": value.arrived_at,
        "reply_to": value.reply_to.hex() if value.reply_to else None,
        "failure": value.failure,
        "edited_at": value.edited_at,
        "deleted_at": value.deleted_at,
        "reactions": {"own": value.own_reaction or None, "peer": value.peer_reaction or None},
        "change_waiting": value.change_waiting,
        "send_by": value.send_by,
        "lifetime_s": value.lifetime_s,
        "expires_at": value.expires_at,
        "unsupported": value.unsupported,
        "relay": value.relay,
        "file": file(value.file, value.text) if value.file else None,
        "read_at": value.read_at,
    }


def file(value: FileInfo, name: str) -> Json:
    """The file that a message offers."""
    return {
        "name": name,
        "size": value.size,
        "kind": value.kind,
        "state": value.state.value,
        "note": value.note,
        "picture": list(value.picture) if value.picture else None,
    }


def transfer(value: FileTransfer) -> Json:
    """A message that offers a file, and how much of it is there."""
    return message(value.message) | {"done": value.done}


def estimate(value: FileEstimate) -> Json:
    """What sending a file would take."""
    return {"size": value.size, "seconds": value.seconds, "lane_minutes": value.lane_minutes}


def removed(contact: ContactId, row: int, message: MessageId) -> Json:
    """A message of which nothing is left."""
    return {"message": message.hex(), "contact": str(contact), "row": row, "removed": True}


def search_hit(value: SearchHit) -> Json:
    """A message with the matching ranges of its text, in characters."""
    return message(value.message) | {"ranges": [list(r) for r in value.ranges]}


def timeline(of: Message, steps: tuple[tuple[TimelineStep, int], ...]) -> list[Json]:
    """The steps of a message's way; that of a relay says which one."""
    return [
        {"step": step.value, "at": at}
        | ({"relay": of.relay} if step is TimelineStep.AT_RELAY else {})
        for step, at in steps
    ]


def session_info(value: e.SessionInfo) -> Json:
    """Where a ratchet stands."""
    return {
        "contact": str(value.contact),
        "established": value.established,
        "epoch": value.epoch,
        "epoch_started_at": value.epoch_started_at,
        "sent_count": value.sent_count,
        "received_count": value.received_count,
        "skipped_count": value.skipped_count,
        "ignored_count": value.ignored_count,
    }


def wire_stats(value: WireStats) -> Json:
    """Counters of the wire."""
    return {
        "cells_out": value.cells_out,
        "cells_in": value.cells_in,
        "bytes_out": value.bytes_out,
        "bytes_in": value.bytes_in,
        "half_open": value.half_open,
        "lateness_p50_ms": value.lateness_p50_ms,
        "lateness_p99_ms": value.lateness_p99_ms,
        "links": [_link(link, value.at) for link in value.links],
    }


def _link(value: LinkStats, at: float) -> Json:
    return {
        "contact": str(value.contact) if value.contact is not None else None,
        "outgoing": value.outgoing,
        "cells_out": value.cells_out,
        "cells_in": value.cells_in,
        "skipped": value.skipped,
        "age_s": at - value.since,
        "cover": None if value.cover is None else _cover(value.cover),
        "fast": value.fast,
    }


_CONTACT_EVENTS: Final[dict[type, str]] = {
    e.ContactAdded: "contact.added",
    e.ContactRequested: "contact.request",
    e.ContactAccepted: "contact.accepted",
    e.ContactChanged: "contact.changed",
    e.KeyChanged: "contact.key_changed",
}
_PRESENCE_EVENTS: Final = {
    Presence.ONLINE: "contact.online",
    Presence.OFFLINE: "contact.offline",
    Presence.CONNECTING: "contact.connecting",
}


def event(value: e.Event, reach: Reach) -> Json | None:
    """The parameters of an ``event`` notification, or None for what scripts do not see."""
    match value:
        case (
            e.ContactAdded(contact=c)
            | e.ContactRequested(contact=c)
            | e.ContactAccepted(contact=c)
            | e.ContactChanged(contact=c)
            | e.KeyChanged(contact=c)
        ):
            return {"type": _CONTACT_EVENTS[type(value)]} | contact(c, reach)
        case e.ContactRemoved(contact=number):
            return {"type": "contact.removed", "contact": str(number)}
        case e.PresenceChanged(contact=number, presence=p):
            shape: Json = {"type": _PRESENCE_EVENTS[p], "contact": str(number)}
            return shape | {"obstacle": reach.obstacle(number)}
        case e.MessageAdded(message=m):
            return {"type": "message.added"} | message(m)
        case e.MessageChanged(message=m):
            return {"type": "message.state"} | message(m)
        case e.MessageRemoved(contact=number, row=row, id=gone):
            return {"type": "message.removed"} | removed(number, row, gone)
        case e.SessionReset() | e.KeyAdopted() | e.KeyTold() | e.ForkSeen():
            return _of_keys(value)
        case _:
            return _of_file(value) or building.event(value) or _of_node(value)


def _of_keys(value: e.SessionReset | e.KeyAdopted | e.KeyTold | e.ForkSeen) -> Json:
    who = {"contact": str(value.contact)}
    match value:
        case e.SessionReset():
            return {"type": "session.reset"} | who
        case e.KeyAdopted():
            return {"type": "contact.key_adopted"} | who
        case e.KeyTold(untold=untold):
            return {"type": "identity.told"} | who | {"untold": untold}
        case e.ForkSeen(fork=fork, own=own):
            kind = "identity.forked" if own else "contact.forked"
            return {"type": kind} | who | {"fork": fork.value}


def _of_file(value: e.Event) -> Json | None:
    match value:
        case e.FileProgress(contact=number, id=file, done=done, size=size):
            of = {"message": file.hex(), "contact": str(number)}
            return {"type": "file.progress"} | of | {"done": done, "size": size}
        case e.FileSaved(contact=number, id=file, path=path):
            of = {"message": file.hex(), "contact": str(number)}
            return {"type": "file.saved"} | of | {"path": str(path)}
        case _:
            return None


def _of_node(value: e.Event) -> Json | None:
    match value:
        case e.FastLaneChanged(contact=number, state=state, minutes=minutes):
            return {
                "type": "lane.state",
                "contact": str(number),
                "state": state.value,
                "minutes": minutes,
            }
        case e.WireRestarted():
            return {"type": "wire.state", "state": "restarted"}
        case e.WireSnapshot(stats=stats):
            return {"type": "wire.state", "state": "running"} | wire_stats(stats)
        case e.StrangersAdmitted(until=until):
            return {"type": "node.waiting", "until": until}
        case e.NodeInfoChanged(info=info):
            return {"type": "node.changed"} | node_info(info)
        case e.Failure(error=error, contact=c):
            found = str(c) if c is not None else None
            return {
                "type": "failure",
                "kind": error.kind,
                "text": str(error),
                "contact": found,
            }
        case e.Unlocked(info=info):
            return {"type": "node.unlocked"} | node_info(info)
        case _:
            other = relaying.event(value) or network.event(value)
            return other or keeping_shapes.event(value)


def message_id(text: str) -> MessageId:
    """Read a message id.

    Raises:
        ValueError: not 32 hexadecimal digits.
    """
    data = bytes.fromhex(text)
    if len(data) != 16 or data.hex() != text.lower():
        raise ValueError("a message id is 32 hexadecimal digits")
    return MessageId(data)


def _cover(cover: Cover) -> Json:
    return {"interval_s": cover.interval_s, "mode": cover.mode.value}


def _plan(plan: CoverPlan) -> Json:
    return {
        "budget": plan.budget,
        "kept": plan.kept,
        "limit": None if plan.limit is None else _cover(plan.limit),
        "links": plan.link_count,
        "reduced": plan.reduced_count,
        "bytes_per_hour": plan.bytes_per_hour,
        "bytes_per_month": plan.bytes_per_month,
    }


def _price(cover: Cover) -> Json:
    price = price_of(cover)
    return {"bytes_per_hour": price.bytes_per_hour, "bytes_per_month": price.bytes_per_month}
