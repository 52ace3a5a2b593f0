"""The methods of ``hum rpc``: each reads its parameters into a type and asks the engine.

Documented in docs/rpc.md; stable.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

import msgspec

from messenger.core.errors import InputError
from messenger.core.types import (
    Address,
    Contact,
    FileEstimate,
    FileTransfer,
    FormerPin,
    KeyState,
    Message,
    MessageId,
    NodeInfo,
    PinOrigin,
    SearchHit,
    TimelineStep,
    WireStats,
)
from messenger.engine import commands as c
from messenger.engine.events import SessionInfo
from messenger.rpc import building, keeping, network, relaying, shapes, updating
from messenger.rpc.covers import parse_budget, parse_cover
from messenger.rpc.params import Executor, Json, Params
from messenger.rpc.params import contact_id as _contact
from messenger.rpc.reach import Reach

Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class OfContact(Params, frozen=True):
    contact: str


class Add(Params, frozen=True):
    link: str | None = None
    fingerprint: str | None = None
    host: str | None = None
    port: Port | None = None
    name: str | None = None


class Connect(Params, frozen=True):
    host: str
    port: Port
    name: str | None = None


class Wait(Params, frozen=True):
    seconds: float


class Verify(Params, frozen=True):
    contact: str
    verified: bool
    safety_number: str | None = None


class Block(Params, frozen=True):
    contact: str
    blocked: bool = True


class Send(Params, frozen=True):
    contact: str
    text: str
    reply_to: str | None = None
    expires_in_s: int | None = None


class Edit(Params, frozen=True):
    message: str
    text: str


class Delete(Params, frozen=True):
    message: str
    for_: Literal["me", "both"] = msgspec.field(name="for")


class React(Params, frozen=True):
    message: str
    emoji: str


class Timer(Params, frozen=True):
    contact: str
    seconds: int


class Receipts(Params, frozen=True):
    contact: str
    wanted: bool


class InlinePictures(Params, frozen=True):
    wanted: bool


class Page(Params, frozen=True):
    contact: str
    before: str | int | None = None  # id of a message, or its row
    limit: Limit = 50


class Search(Params, frozen=True):
    query: str
    contact: str | None = None
    limit: Limit = 50
    before: str | int | None = None  # id of a message, or its row


class OfMessage(Params, frozen=True):
    message: str


class SendFile(Params, frozen=True):
    contact: str
    path: str
    reply_to: str | None = None
    strip_metadata: bool = False


class AcceptFile(Params, frozen=True):
    message: str
    path: str | None = None


class OfAnyContact(Params, frozen=True):
    contact: str | None = None


class Estimate(Params, frozen=True):
    contact: str
    path: str | None = None
    size: int | None = None


class LaneFor(Params, frozen=True):
    contact: str
    size: int


class LaneWord(Params, frozen=True):
    contact: str
    accept: bool


class SetCover(Params, frozen=True):
    cover: str  # as behind --cover


class SetContactCover(Params, frozen=True):
    contact: str
    cover: str | None  # as behind --cover; null: as for everybody


class SetBudget(Params, frozen=True):
    gb_per_month: float | None  # null: no budget


class SetName(Params, frozen=True):
    name: str


@dataclass(slots=True)
class Methods:
    """The table of methods over one engine."""

    engine: Executor
    reach: Reach
    updating: updating.Updating

    async def node_info(self, _: Params) -> Json:
        return shapes.node_info(cast(NodeInfo, await self.engine.execute(c.GetNodeInfo())))

    async def node_set_cover(self, params: SetCover) -> Json:
        await self.engine.execute(c.SetCover(parse_cover(params.cover)))
        return await self.node_info(Params())

    async def node_set_budget(self, params: SetBudget) -> Json:
        await self.engine.execute(c.SetDataBudget(parse_budget(params.gb_per_month)))
        return await self.node_info(Params())

    async def node_set_name(self, params: SetName) -> Json:
        await self.engine.execute(c.SetName(params.name))
        return await self.node_info(Params())

    async def identity_rotate(self, _: Params) -> Json:
        return shapes.key_state(cast(KeyState, await self.engine.execute(c.RotateIdentity())))

    async def identity_state(self, _: Params) -> Json:
        return shapes.key_state(cast(KeyState, await self.engine.execute(c.GetKeyState())))

    async def pin_history(self, params: OfContact) -> Json:
        command = c.GetPinHistory(_contact(params.contact))
        pins = cast(tuple[FormerPin, ...], await self.engine.execute(command))
        return {"contact": params.contact, "pins": [shapes.former_pin(pin) for pin in pins]}

    async def shutdown(self, _: Params) -> Json:
        await self.engine.execute(c.Shutdown())
        return {}

    async def contact_add(self, params: Add) -> Json:
        if (params.host is None) != (params.port is None):
            raise InputError("An address is a host and a port.")
        address = (
            Address(params.host, params.port) if params.host and params.port is not None else None
        )
        origin = PinOrigin.LINK if params.link is not None else PinOrigin.FINGERPRINT
        command = c.AddContact(params.link, params.fingerprint, address, params.name, origin)
        return self._contact(await self.engine.execute(command))

    async def contact_connect(self, params: Connect) -> Json:
        command = c.ConnectToAddress(Address(params.host, params.port), params.name)
        return self._contact(await self.engine.execute(command))

    async def contact_wait(self, params: Wait) -> Json:
        await self.engine.execute(c.WaitForStrangers(params.seconds))
        return {"seconds": params.seconds}

    async def contact_list(self, _: Params) -> Json:
        contacts = cast(tuple[Contact, ...], await self.engine.execute(c.ListContacts()))
        return {"contacts": [self._contact(contact) for contact in contacts]}

    async def contact_accept(self, params: OfContact) -> Json:
        return self._contact(await self.engine.execute(c.AcceptContact(_contact(params.contact))))

    async def contact_set_cover(self, params: SetContactCover) -> Json:
        cover = None if params.cover is None else parse_cover(params.cover)
        command = c.SetContactCover(_contact(params.contact), cover)
        return self._contact(await self.engine.execute(command))

    async def contact_decline(self, params: OfContact) -> Json:
        await self.engine.execute(c.DeclineContact(_contact(params.contact)))
        return {"contact": params.contact}

    async def contact_block(self, params: Block) -> Json:
        command = c.BlockContact(_contact(params.contact), params.blocked)
        return self._contact(await self.engine.execute(command))

    async def contact_remove(self, params: OfContact) -> Json:
        await self.engine.execute(c.RemoveContact(_contact(params.contact)))
        return {"contact": params.contact}

    async def contact_keep(self, params: OfContact) -> Json:
        return self._contact(await self.engine.execute(c.KeepFrozen(_contact(params.contact))))

    async def contact_treat_as_new(self, params: OfContact) -> Json:
        command = c.TreatAsNewContact(_contact(params.contact))
        return self._contact(await self.engine.execute(command))

    async def safety_number(self, params: OfContact) -> Json:
        number = await self.engine.execute(c.GetSafetyNumber(_contact(params.contact)))
        return {"contact": params.contact, "safety_number": number}

    async def contact_verify(self, params: Verify) -> Json:
        contact = _contact(params.contact)
        command = c.SetVerified(contact, params.verified, params.safety_number)
        return self._contact(await self.engine.execute(command))

    async def message_send(self, params: Send) -> Json:
        reply_to = _message(params.reply_to) if params.reply_to is not None else None
        command = c.SendMessage(
            _contact(params.contact), params.text, reply_to, params.expires_in_s
        )
        return shapes.message(cast(Message, await self.engine.execute(command)))

    async def message_edit(self, params: Edit) -> Json:
        row = (await self._find(params.message)).row
        return self._message(await self.engine.execute(c.EditMessage(row, params.text)))

    async def message_delete(self, params: Delete) -> Json:
        found = await self._find(params.message)
        left = await self.engine.execute(c.DeleteMessage(found.row, params.for_ == "both"))
        if left is None:
            return shapes.removed(found.contact, found.row, found.id)
        return self._message(left) | {"removed": False}

    async def message_react(self, params: React) -> Json:
        row = (await self._find(params.message)).row
        return self._message(await self.engine.execute(c.React(row, params.emoji)))

    async def message_retry(self, params: OfMessage) -> Json:
        row = (await self._find(params.message)).row
        return self._message(await self.engine.execute(c.RetryMessage(row)))

    async def message_cancel(self, params: OfMessage) -> Json:
        row = (await self._find(params.message)).row
        return self._message(await self.engine.execute(c.CancelMessage(row)))

    async def message_read(self, params: OfMessage) -> Json:
        found = await self._find(params.message)
        await self.engine.execute(c.MarkRead(found.contact, found.row))
        return {"contact": str(found.contact), "message": params.message}

    async def contact_set_timer(self, params: Timer) -> Json:
        command = c.SetTimer(_contact(params.contact), params.seconds)
        return self._contact(await self.engine.execute(command))

    async def contact_set_receipts(self, params: Receipts) -> Json:
        command = c.SetReceipts(_contact(params.contact), params.wanted)
        return self._contact(await self.engine.execute(command))

    async def node_set_inline_pictures(self, params: InlinePictures) -> Json:
        await self.engine.execute(c.SetInlinePictures(params.wanted))
        return await self.node_info(Params())

    async def message_list(self, params: Page) -> Json:
        before = await self._row_before(params.before)
        command = c.ListMessages(_contact(params.contact), before, params.limit)
        messages = cast(tuple[Message, ...], await self.engine.execute(command))
        return {"messages": [shapes.message(message) for message in messages]}

    async def _row_before(self, before: str | int | None) -> int | None:
        """Return the row that a page ends before, named by itself or by its message."""
        return (await self._find(before)).row if isinstance(before, str) else before

    async def message_search(self, params: Search) -> Json:
        contact = _contact(params.contact) if params.contact is not None else None
        before = await self._row_before(params.before)
        command = c.SearchMessages(params.query, contact, params.limit, before)
        hits = cast(tuple[SearchHit, ...], await self.engine.execute(command))
        return {"messages": [shapes.search_hit(hit) for hit in hits]}

    async def file_send(self, params: SendFile) -> Json:
        reply_to = _message(params.reply_to) if params.reply_to is not None else None
        contact, path = _contact(params.contact), Path(params.path)
        command = c.SendFile(contact, path, reply_to, params.strip_metadata)
        return self._message(await self.engine.execute(command))

    async def file_accept(self, params: AcceptFile) -> Json:
        row = (await self._find(params.message)).row
        path = Path(params.path) if params.path is not None else None
        return self._message(await self.engine.execute(c.AcceptFile(row, path)))

    async def file_pause(self, params: OfMessage) -> Json:
        row = (await self._find(params.message)).row
        return self._message(await self.engine.execute(c.PauseFile(row)))

    async def file_resume(self, params: OfMessage) -> Json:
        row = (await self._find(params.message)).row
        return self._message(await self.engine.execute(c.ResumeFile(row)))

    async def file_cancel(self, params: OfMessage) -> Json:
        row = (await self._find(params.message)).row
        return self._message(await self.engine.execute(c.CancelFile(row)))

    async def file_list(self, params: OfAnyContact) -> Json:
        contact = _contact(params.contact) if params.contact is not None else None
        found = await self.engine.execute(c.ListFiles(contact))
        return {"files": [shapes.transfer(f) for f in cast(tuple[FileTransfer, ...], found)]}

    async def file_estimate(self, params: Estimate) -> Json:
        path = Path(params.path) if params.path is not None else None
        command = c.EstimateFile(_contact(params.contact), path, params.size)
        return shapes.estimate(cast(FileEstimate, await self.engine.execute(command)))

    async def lane_open(self, params: LaneFor) -> Json:
        await self.engine.execute(c.OpenFastLane(_contact(params.contact), params.size))
        return {}

    async def lane_answer(self, params: LaneWord) -> Json:
        await self.engine.execute(c.AnswerFastLane(_contact(params.contact), params.accept))
        return {}

    async def message_timeline(self, params: OfMessage) -> Json:
        message = await self._find(params.message)
        steps = await self.engine.execute(c.GetTimeline(message.row))
        return {
            "message": params.message,
            "steps": shapes.timeline(message, cast(tuple[tuple[TimelineStep, int], ...], steps)),
        }

    async def wire_stats(self, _: Params) -> Json:
        return shapes.wire_stats(cast(WireStats, await self.engine.execute(c.GetWireStats())))

    async def session_info(self, params: OfContact) -> Json:
        info = await self.engine.execute(c.GetSessionInfo(_contact(params.contact)))
        return shapes.session_info(cast(SessionInfo, info))

    async def _find(self, message: str) -> Message:
        return cast(Message, await self.engine.execute(c.FindMessage(_message(message))))

    def _message(self, message: object) -> Json:
        assert isinstance(message, Message)
        return shapes.message(message)

    def _contact(self, contact: object) -> Json:
        assert isinstance(contact, Contact)
        return shapes.contact(contact, self.reach)


Method = Callable[[Methods, Any], Awaitable[Json]]

METHODS: Final[dict[str, tuple[type[Params], Method]]] = {
    "node.info": (Params, Methods.node_info),
    "node.set_name": (SetName, Methods.node_set_name),
    "node.set_cover": (SetCover, Methods.node_set_cover),
    "node.set_budget": (SetBudget, Methods.node_set_budget),
    "node.set_inline_pictures": (InlinePictures, Methods.node_set_inline_pictures),
    **keeping.METHODS,
    **network.METHODS,
    **updating.METHODS,
    **building.METHODS,
    **relaying.METHODS,
    "identity.rotate": (Params, Methods.identity_rotate),
    "identity.state": (Params, Methods.identity_state),
    "node.shutdown": (Params, Methods.shutdown),
    "contact.add": (Add, Methods.contact_add),
    "contact.connect": (Connect, Methods.contact_connect),
    "contact.wait": (Wait, Methods.contact_wait),
    "contact.list": (Params, Methods.contact_list),
    "contact.accept": (OfContact, Methods.contact_accept),
    "contact.decline": (OfContact, Methods.contact_decline),
    "contact.block": (Block, Methods.contact_block),
    "contact.remove": (OfContact, Methods.contact_remove),
    "contact.keep": (OfContact, Methods.contact_keep),
    "contact.treat_as_new": (OfContact, Methods.contact_treat_as_new),
    "contact.safety_number": (OfContact, Methods.safety_number),
    "contact.verify": (Verify, Methods.contact_verify),
    "contact.pin_history": (OfContact, Methods.pin_history),
    "contact.set_cover": (SetContactCover, Methods.contact_set_cover),
    "contact.set_timer": (Timer, Methods.contact_set_timer),
    "contact.set_receipts": (Receipts, Methods.contact_set_receipts),
    "message.send": (Send, Methods.message_send),
    "message.edit": (Edit, Methods.message_edit),
    "message.delete": (Delete, Methods.message_delete),
    "message.react": (React, Methods.message_react),
    "message.retry": (OfMessage, Methods.message_retry),
    "message.cancel": (OfMessage, Methods.message_cancel),
    "message.read": (OfMessage, Methods.message_read),
    "message.list": (Page, Methods.message_list),
    "message.search": (Search, Methods.message_search),
    "message.timeline": (OfMessage, Methods.message_timeline),
    "file.send": (SendFile, Methods.file_send),
    "file.accept": (AcceptFile, Methods.file_accept),
    "file.pause": (OfMessage, Methods.file_pause),
    "file.resume": (OfMessage, Methods.file_resume),
    "file.cancel": (OfMessage, Methods.file_cancel),
    "file.list": (OfAnyContact, Methods.file_list),
    "file.estimate": (Estimate, Methods.file_estimate),
    "lane.open": (LaneFor, Methods.lane_open),
    "lane.answer": (LaneWord, Methods.lane_answer),
    "wire.stats": (Params, Methods.wire_stats),
    "session.info": (OfContact, Methods.session_info),
}


def _message(text: str) -> MessageId:
    try:
        return shapes.message_id(text)
    except ValueError as error:
        raise InputError("A message id is 32 hexadecimal digits.") from error
