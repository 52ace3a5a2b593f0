"""A first contact by link and relay, seen in the windows of two people who never meet.

Only one of the two programs runs at a time; between them stands ``hum relay serve``.
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flow_people import FAST, Owner, shown, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from walk import PASSPHRASE

from bench.relay_crowd import HostedRelay, config_text
from messenger.core.types import Contact, ContactId, MessageState, NodeInfo, Relation
from messenger.engine.commands import AddRelay, GetNodeInfo, GetTimeline, Unlock
from messenger.engine.events import NodeReady, RelaysChanged, UnlockNeeded
from messenger.gui.dialogs.add_contact import AddContactDialog
from messenger.gui.theme import Theme
from messenger.gui.words import state_sentence
from messenger.protocol.card import decode_link
from messenger.protocol.relay_card import encode_relay_link
from messenger.store import slots

T = TypeVar("T")


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a guess costs is tested where it is made: tests/store/test_store_vault.py."""

    def cheap(passphrase: bytes, salt: bytes, _cost: slots.Cost) -> bytes:
        return stretch(passphrase, salt, slots.CHEAP_COST_FOR_TESTING_ONLY)

    stretch = slots.stretch
    monkeypatch.setattr(slots, "stretch", cheap)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[str]:
    """The link of a relay in a process of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def do(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    hosted = do(HostedRelay.start(tmp_path / "relay", "serve", config=config_text(FAST)))
    yield encode_relay_link(hosted.card)
    do(hosted.stop())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


class Person:
    """Somebody who opens Hum now and then."""

    def __init__(self, name: str, folder: Path, theme: Theme) -> None:
        self.name, self._folder, self._theme = name, folder, theme

    @contextmanager
    def at_work(self, relay: str = "") -> Iterator[Owner]:
        """Open Hum, the first time with a relay; close it at the end."""
        self._folder.mkdir(exist_ok=True)
        owner = Owner(self._folder, self._theme)
        if relay:
            owner.make_profile(self.name)
            owner.ask(AddRelay(relay))
        else:
            owner.told(UnlockNeeded)
            owner.ask(Unlock(passphrase=PASSPHRASE))
            owner.told(NodeReady)
            owner.window.show()
        try:
            yield owner
        finally:
            owner.stop()


def link_with_letter_box(owner: Owner) -> str:
    """Wait until the link says where strangers may leave a letter."""

    def link() -> str | None:
        info = owner.ask(GetNodeInfo())
        assert isinstance(info, NodeInfo)
        return info.link if decode_link(info.link).introduction else None

    found = until(link, "a link with a mailbox for letters")
    assert found is not None
    return found


def add(owner: Owner, link: str) -> AddContactDialog:
    QTest.keyClick(owner.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = shown(AddContactDialog)
    dialog.their_side.take_link(link)
    until(lambda: dialog.their_side.command, "a whole link")
    dialog.add_contact_button.click()
    until(lambda: dialog.added_page.contact, "what happens next")
    return dialog


def contact(owner: Owner, name: str) -> Contact:
    found = until(lambda: owner.people().get(name), name)
    assert found is not None
    return found


def choose(owner: Owner, name: str) -> ContactId:
    number = contact(owner, name).id
    owner.window.choose(number)
    return number


def write(owner: Owner, text: str) -> None:
    QTest.keyClicks(owner.window.page.composer.edit, text)
    QTest.keyClick(owner.window.page.composer.edit, Qt.Key.Key_Return)
    until(lambda: text in states(owner), text)


def states(owner: Owner) -> dict[str, MessageState]:
    model = owner.window.page.model
    messages = [model.message(row) for row in range(model.rowCount())]
    return {message.text: message.state for message in messages}


def header(owner: Owner) -> str:
    return owner.window.page.header.presence.text()


def everything_put(owner: Owner) -> bool:
    told = [e.overview for e in owner.events if isinstance(e, RelaysChanged)]
    routes = told[-1].routes if told else ()
    return bool(routes) and not any(route.waiting_count for route in routes)


def test_two_who_never_meet_see_where_everything_is(
    tmp_path: Path, only_theme: Theme, relay: str
) -> None:
    theo = Person("Theo", tmp_path / "theo", only_theme)
    mara = Person("Mara", tmp_path / "mara", only_theme)
    with mara.at_work(relay) as owner:
        link = link_with_letter_box(owner)

    with theo.at_work(relay) as owner:
        dialog = add(owner, link)
        until(lambda: "at the relay" in dialog.added_page.state, "a request at the relay")
        dialog.add_contact_button.click()
        choose(owner, "Mara")
        banner = owner.window.page.waiting.words
        until(lambda: "must accept. Your request is at the relay" in banner.text(), "the banner")
        write(owner, "hello, I am Theo")
        assert states(owner) == {"hello, I am Theo": MessageState.WAITING}

    with mara.at_work() as owner:
        assert contact(owner, "Theo").relation is Relation.REQUEST
        choose(owner, "Theo")
        request = owner.window.page.request
        assert "wants to write to you" in request.question.text()
        assert states(owner) == {}  # nothing of theirs before the answer
        request.accept_button.click()
        until(lambda: "Via relay" in header(owner), "a way through the relay")
        until(lambda: everything_put(owner), "the answer at the relay")

    with theo.at_work() as owner:
        until(lambda: contact(owner, "Mara").relation is Relation.ACCEPTED, "the answer")
        number = choose(owner, "Mara")
        until(lambda: "Via relay" in header(owner), "a way through the relay")
        assert owner.window.page.waiting.isHidden()
        at_relay = {"hello, I am Theo": MessageState.AT_RELAY}
        until(lambda: states(owner) == at_relay, "one tick")
        message = owner.window.page.model.message(0)
        assert "At the relay" in state_sentence(message, "Mara")
        assert "127.0.0.1" in state_sentence(message, "Mara")
        steps = owner.ask(GetTimeline(message.row))
        assert isinstance(steps, tuple)
        assert [step for step, _ in steps] == ["written", "at_relay"]
        assert owner.window.contacts.mail(number) is not None

    with mara.at_work() as owner:
        choose(owner, "Theo")
        received = {"hello, I am Theo": MessageState.RECEIVED}
        until(lambda: states(owner) == received, "the message")
        write(owner, "hello, Theo")
        until(lambda: states(owner)["hello, Theo"] is MessageState.AT_RELAY, "one tick")

    with theo.at_work() as owner:
        choose(owner, "Mara")
        done = {
            "hello, I am Theo": MessageState.DELIVERED,
            "hello, Theo": MessageState.RECEIVED,
        }
        until(lambda: states(owner) == done, "both messages")
