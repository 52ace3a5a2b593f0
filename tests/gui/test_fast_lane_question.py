"""A contact asks for a fast lane; nobody but the person answers."""

import pytest
from memory_history import MemoryClient

from messenger.core.types import ContactId, LaneState
from messenger.engine.commands import AnswerFastLane
from messenger.engine.events import FastLaneChanged
from messenger.gui.dialogs.fast_lane import FastLaneDialog
from messenger.gui.views.main_window import MainWindow

MARA = ContactId(1)


def asked(window: MainWindow, client: MemoryClient) -> FastLaneDialog:
    client.emit(FastLaneChanged(MARA, LaneState.ASKED, 5))
    (dialog,) = window.findChildren(FastLaneDialog)
    return dialog


@pytest.mark.parametrize("accept", [True, False])
def test_the_persons_word_is_the_answer(
    window: MainWindow, client: MemoryClient, *, accept: bool
) -> None:
    dialog = asked(window, client)
    assert client.of(AnswerFastLane) == []
    if accept:
        dialog.accept_button.click()
    else:
        dialog.reject()
    assert client.of(AnswerFastLane) == [AnswerFastLane(MARA, accept)]


def test_a_question_that_is_void_goes_away_unanswered(
    window: MainWindow, client: MemoryClient
) -> None:
    dialog = asked(window, client)
    client.emit(FastLaneChanged(MARA, LaneState.CLOSED, 0))
    assert not dialog.isVisible()
    assert client.of(AnswerFastLane) == []
