"""The window over a conversation slides, grows both ways and follows events."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_history import MINUTE, START, MemoryHistory, make_contact, make_message
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from messenger.core.types import Message, MessageState
from messenger.engine.events import MessageAdded, MessageChanged, MessageRemoved
from messenger.gui.models.conversation import (
    PAGE_LEN,
    WINDOW_LEN,
    ConversationModel,
    ConversationRole,
)
from messenger.gui.times import clock_time, full_when, local_day
from messenger.gui.words import body_words, can_be_sent_again, footer_words

MARA = make_contact(1, "Mara")
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def rows(model: ConversationModel) -> list[int]:
    return [model.message(row).row for row in range(model.rowCount())]


def long_history(count: int = 1000) -> MemoryHistory:
    messages = [
        make_message(row, 1, f"text {row}", own=row % 2 == 0) for row in range(1, count + 1)
    ]
    messages.insert(500, make_message(100_000, 2, "of somebody else"))
    return MemoryHistory([MARA], messages)


@pytest.fixture
def history() -> MemoryHistory:
    return long_history()


@pytest.fixture
def model(history: MemoryHistory, qtmodeltester: ModelTester) -> ConversationModel:
    model = ConversationModel()
    model.open(history, MARA)
    qtmodeltester.check(model)
    return model


def add(model: ConversationModel, history: MemoryHistory, message: Message) -> None:
    history.messages.append(message)
    model.apply(MessageAdded(message))


def remove(model: ConversationModel, history: MemoryHistory, share: float) -> None:
    """Remove the message that stands at this share of the history, if there is one."""
    if history.messages:
        gone = history.messages.pop(int(share * len(history.messages)))
        model.apply(MessageRemoved(gone.contact, gone.row, gone.id))


def test_it_opens_at_the_newest_message(model: ConversationModel) -> None:
    assert rows(model)[-1] == 1000
    assert rows(model) == list(range(rows(model)[0], 1001))
    assert model.at_newest
    assert not model.at_oldest


def test_paging_back_reaches_the_first_message_and_keeps_the_window_small(
    model: ConversationModel,
) -> None:
    while model.load_older():
        assert model.rowCount() <= WINDOW_LEN
    assert rows(model)[0] == 1
    assert model.at_oldest
    assert not model.at_newest
    while model.load_newer():
        assert model.rowCount() <= WINDOW_LEN
    assert rows(model)[-1] == 1000
    assert model.at_newest


def test_new_messages_are_appended_while_the_newest_is_held(
    model: ConversationModel, history: MemoryHistory
) -> None:
    for row in range(1001, 1001 + WINDOW_LEN + 50):
        add(model, history, make_message(row, 1, "new"))
    assert rows(model)[-1] == 1000 + WINDOW_LEN + 50
    assert model.rowCount() <= WINDOW_LEN
    assert rows(model) == list(range(rows(model)[0], rows(model)[-1] + 1))


def test_new_messages_wait_below_while_older_ones_are_read(
    model: ConversationModel, history: MemoryHistory, qtbot: QtBot
) -> None:
    while model.at_newest:
        model.load_older()
    before = rows(model)
    with qtbot.waitSignal(model.arrived_below):
        add(model, history, make_message(1001, 1, "new"))
    assert rows(model) == before
    model.show_newest()
    assert rows(model)[-1] == 1001


def test_the_last_page_down_brings_what_came_meanwhile(
    model: ConversationModel, history: MemoryHistory
) -> None:
    while model.at_newest:
        model.load_older()
    add(model, history, make_message(1001, 1, "new"))
    while model.load_newer():
        pass
    assert rows(model)[-1] == 1001
    assert model.at_newest


def test_a_message_is_not_shown_twice(model: ConversationModel) -> None:
    before = rows(model)
    model.apply(MessageAdded(model.message(model.rowCount() - 1)))
    assert rows(model) == before


def test_messages_of_others_do_not_concern_it(model: ConversationModel) -> None:
    before = rows(model)
    model.apply(MessageAdded(make_message(5000, 2, "for somebody else")))
    model.apply(MessageChanged(make_message(1000, 2, "of somebody else")))
    assert rows(model) == before


def test_a_change_of_state_reaches_its_row_only(model: ConversationModel, qtbot: QtBot) -> None:
    changed = replace(model.message(3), state=MessageState.DELIVERED, text="edited")
    with qtbot.waitSignal(model.dataChanged) as signal:
        model.apply(MessageChanged(changed))
    assert signal.args is not None
    assert signal.args[0].row() == signal.args[1].row() == 3
    assert model.message(3).text == "edited"


def test_a_change_outside_the_window_is_read_later(model: ConversationModel) -> None:
    model.apply(MessageChanged(make_message(1, 1, "edited")))
    assert 1 not in rows(model)


def test_jumping_to_a_message_puts_it_amid_its_neighbours(model: ConversationModel) -> None:
    model.show_around(300)
    place = model.row_of(300)
    assert place is not None
    assert 0 < place < model.rowCount() - 1
    assert rows(model) == list(range(rows(model)[0], rows(model)[-1] + 1))
    assert not model.at_newest
    assert model.load_older()
    assert model.load_newer()


def test_jumping_to_the_ends(model: ConversationModel) -> None:
    model.show_around(1)
    assert rows(model)[0] == 1
    assert model.at_oldest
    model.show_around(1000)
    assert rows(model)[-1] == 1000
    assert model.at_newest


def test_an_empty_conversation(qtmodeltester: ModelTester) -> None:
    model = ConversationModel()
    history = MemoryHistory([MARA], [])
    model.open(history, MARA)
    qtmodeltester.check(model)
    assert model.at_newest
    assert model.at_oldest
    assert not model.load_older()
    assert not model.load_newer()
    add(model, history, make_message(1, 1, "the first"))
    assert rows(model) == [1]


def test_each_day_is_named_once_wherever_the_window_stands() -> None:
    day = 24 * 60 * MINUTE
    messages = [make_message(row, 1, "text", at=START + row * day // 7) for row in range(1, 400)]
    model = ConversationModel()
    model.open(MemoryHistory([MARA], messages), MARA)
    seen: dict[int, list[int]] = {}
    while True:
        for row in range(model.rowCount()):
            found = model.place(row).day
            if found is not None:
                assert found == local_day(model.message(row).arrived_at)
                seen.setdefault(found, []).append(model.message(row).row)
        if not model.load_older():
            break
    expected = {local_day(message.arrived_at) for message in messages}
    assert set(seen) == expected
    assert all(len(set(rows_of_day)) == 1 for rows_of_day in seen.values())


def test_messages_of_one_side_in_a_row_belong_together() -> None:
    history = MemoryHistory(
        [MARA],
        [
            make_message(1, 1, "a", at=START),
            make_message(2, 1, "b", at=START + MINUTE),
            make_message(3, 1, "c", own=True, at=START + 2 * MINUTE),
            make_message(4, 1, "d", own=True, at=START + 30 * MINUTE),
        ],
    )
    model = ConversationModel()
    model.open(history, MARA)
    joins = [(model.place(row).joins_previous, model.place(row).joins_next) for row in range(4)]
    assert joins == [(False, True), (True, False), (False, False), (False, False)]
    add(model, history, make_message(5, 1, "e", own=True, at=START + 31 * MINUTE))
    assert model.place(3).joins_next
    assert model.place(4).joins_previous


def test_rows_say_who_when_and_what_state(model: ConversationModel) -> None:
    words = model.index(model.rowCount() - 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("You, ")
    assert "text 1000" in words
    assert "computer" in words


def test_a_row_says_aloud_all_that_is_painted() -> None:
    first = make_message(1, 1, "which bus?", own=True)
    history = MemoryHistory([MARA], [first, make_message(2, 1, "the 44")])
    history.messages[1] = replace(
        history.messages[1],
        reply_to=first.id,
        edited_at=START,
        own_reaction="👍",
        peer_reaction="\u202e❤",
    )
    model = ConversationModel()
    model.open(history, MARA)
    model.set_unread_from(2)
    said = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("New messages. Mara, ")
    assert f". Answers: which bus?. Edited {full_when(START)}. You reacted with 👍. " in said
    assert said.endswith("❤")
    assert "\u202e" not in said


def test_what_stands_in_place_of_a_text_and_under_it() -> None:
    plain = make_message(1, 1, "hello")
    assert (body_words(plain), footer_words(plain)) == ("hello", clock_time(plain.sent_at))
    edited = replace(plain, edited_at=5, own_reaction="♥", peer_reaction="👍\n")
    assert footer_words(edited) == (f"♥ · 👍 · edited {full_when(5)} · {clock_time(plain.sent_at)}")
    assert "\u202e" not in footer_words(replace(plain, peer_reaction="\u202e"))
    deleted = replace(plain, text="", deleted_at=9, edited_at=5, state=MessageState.FAILED)
    assert body_words(deleted) == "This message was deleted."
    assert footer_words(deleted) == clock_time(plain.sent_at)
    assert not can_be_sent_again(deleted)
    assert "later version" in body_words(replace(plain, text="", unsupported=True))


def test_the_roles(model: ConversationModel) -> None:
    index = model.index(0)
    assert index.data(ConversationRole.MESSAGE) is model.message(0)
    assert index.data(ConversationRole.PLACE) is model.place(0)
    assert index.data() == model.message(0).text


STEPS = st.lists(
    st.one_of(
        st.just("older"),
        st.just("newer"),
        st.just("newest"),
        st.just("add"),
        st.integers(1, 300),
        st.floats(0, 1, exclude_max=True),  # remove the message there
    ),
    max_size=20,
)


@given(st.integers(0, 300), STEPS)
def test_the_window_never_has_gaps(count: int, steps: list[str | int]) -> None:
    history = MemoryHistory([MARA], [make_message(row, 1, "t") for row in range(1, count + 1)])
    model = ConversationModel()
    tester = QAbstractItemModelTester(model, FATAL)
    model.open(history, MARA)
    number = count + 1
    for step in steps:
        match step:
            case "older":
                model.load_older()
            case "newer":
                model.load_newer()
            case "newest":
                model.show_newest()
            case "add":
                add(model, history, make_message(number, 1, "new"))
                number += 1
            case int(row):
                model.show_around(row)
            case float(share):
                remove(model, history, share)
        held, every = rows(model), [message.row for message in history.messages]
        assert held == [row for row in every if held[0] <= row <= held[-1]] if held else not every
        assert model.rowCount() <= WINDOW_LEN + PAGE_LEN
        assert model.at_newest == (not held or held[-1] == every[-1])
        assert model.at_oldest == (not held or held[0] == every[0])
    assert tester.failureReportingMode() == FATAL
