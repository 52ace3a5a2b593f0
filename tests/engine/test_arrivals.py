"""What bodies of the other side come to does not depend on their order or number."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from messenger.core.clock import ManualClock
from messenger.core.types import ContactId, Message, PinOrigin, Relation
from messenger.engine.arrivals import Arrivals
from messenger.protocol.bodies import Body, Delete, Edit, React, SetTimer, Text, Unsupported
from messenger.store.connection import _SETTINGS, Connection
from messenger.store.database import Transaction, prepare

TARGETS = [bytes([1]) * 16, bytes([2]) * 16, bytes([3]) * 16]


def person(connection: Connection) -> tuple[Transaction, ContactId]:
    prepare(connection)
    tx = Transaction(connection, ManualClock())
    contact = tx.contacts.add(
        key=bytes(32),
        name="Ben",
        alias=None,
        relation=Relation.ACCEPTED,
        origin=PinOrigin.LINK,
        pinned_at=1,
    )
    return tx, contact.id


@st.composite
def conversations(draw: st.DrawFn) -> tuple[list[Body], list[Body]]:
    """Bodies in the order of their author, and as a bad network brings them."""
    written: list[Body] = [Text(target, f"text {target[0]}", 1) for target in TARGETS[:2]]
    for at in range(2, draw(st.integers(2, 9))):
        target = draw(st.sampled_from(TARGETS))  # the third one never comes
        body_id = bytes([100 + at]) * 16
        kinds = (
            Edit(body_id, target, f"edit {at}", at),
            React(body_id, target, draw(st.sampled_from(["♥", ""])), at),
            Delete(body_id, target, at),
            SetTimer(body_id, 60 * at, at),
        )
        written.append(draw(st.sampled_from(kinds)))
    written.append(Unsupported(77, bytes([77]) * 16, b"raw"))
    brought = draw(st.permutations(written + draw(st.lists(st.sampled_from(written), max_size=6))))
    return written, brought


def outcome(bodies: list[Body]) -> tuple[dict[bytes, tuple[object, ...]], int]:
    connection = Connection(dbapi2.connect(":memory:", isolation_level=None))
    tx, contact = person(connection)
    arrivals = Arrivals(tx, contact, 1_000)
    for body in bodies:
        arrivals.take(body)
    assert arrivals.committed == [body.id for body in bodies]
    assert len({message.id for message in arrivals.added}) == len(arrivals.added)
    messages = tx.messages_before(contact, None, 100)
    lifetime_s = tx.contact(contact).lifetime_s
    connection.close()
    return {message.id: _essence(message) for message in messages}, lifetime_s


def _essence(message: Message) -> tuple[object, ...]:
    deleted = message.deleted_at is not None
    return message.text, message.peer_reaction, deleted, message.unsupported


@given(conversations())
@settings(max_examples=60, deadline=None)
def test_any_order_and_number_comes_to_the_same(bodies: tuple[list[Body], list[Body]]) -> None:
    written, brought = bodies
    assert outcome(brought) == outcome(written)


def test_nothing_of_what_is_gone_stays_in_the_file(tmp_path: Path) -> None:
    """Without encryption, to see the pages: deleted, edited, expired and undelivered texts."""
    path = tmp_path / "plain.db"
    connection = Connection(dbapi2.connect(str(path), isolation_level=None))
    for setting in _SETTINGS:
        if "cipher" not in setting:
            connection.rows(setting)
    tx, contact = person(connection)
    canary = "canaryword"

    def files() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.iterdir())

    with connection.transaction():
        arrivals = Arrivals(tx, contact, 1_000)
        for number in range(150):
            text = f"{canary}{number} {'and so on ' * (number % 40)}"
            arrivals.take(Text(bytes([number]) * 16, text, 1, None, 60))
            arrivals.take(React(bytes([number, 1]) * 8, bytes([number]) * 16, "reactcanary", 1))
        ours = tx.messages.add_outgoing(contact, TARGETS[0][:15] + b"!", f"{canary} ours", 1)
        tx.outbox.add_body(contact, bytes(16), b"edit canaryword", kind=2, target=ours.id)
    connection.empty_log()
    assert canary.encode() in files()
    assert b"reactcanary" in files()
    rows = [message.row for message in tx.messages_before(contact, None, 1_000)]
    with connection.transaction():
        for row in rows[:50]:
            tx.changes.remove(row)
        for row in rows[50:100]:
            tx.messages.delete(row, 2)
        for row in rows[100:]:
            if tx.message(row).outgoing:
                tx.messages.delete(row, 2)
            else:
                tx.changes.react(row, "", own=False, stamp=5)
                tx.changes.edit(row, "nothing", 9)
    connection.empty_log_of_deleted()
    assert canary.encode() not in files()
    assert b"reactcanary" not in files()
    connection.close()
