"""A leak is noticed and healed without a person, and the exchange goes on."""

import pytest

from messenger.lab.exchange import Receiver, Sender
from messenger.lab.frames import Missing
from messenger.lab.healing import Watch, leak_and_heal
from messenger.lab.network import Floats
from messenger.lab.shared_state import Shared
from messenger.lab.training import Trained

pytestmark = pytest.mark.timeout(300)  # the short run, on a machine that does other things


def test_a_leak_is_noticed_and_healed(shared: Shared, eve: Floats, trained: Trained) -> None:
    healing, well = leak_and_heal(shared, eve, lambda: trained.pair, seed=1)
    assert healing.before >= 7
    assert healing.leaked <= 0.5
    assert healing.noticed_after <= 8
    assert healing.healed >= 6
    assert healing.bob <= 0.5
    assert well.secret != shared.secret
    sender, receiver = Sender(well, bytes(32)), Receiver(well, bytes(32))
    answer = receiver.receive(sender.send("and on we go", bytes(8)))
    while isinstance(answer, Missing):
        answer = receiver.receive(sender.again(answer))
    assert receiver.text == "and on we go"


def test_the_watch_needs_a_whole_window_and_forgets_old_texts() -> None:
    watch = Watch()
    assert not watch.see(0.0, 100)
    assert watch.see(0.0, 500)
    for _ in range(6):
        calm = watch.see(7.5, 100)
    assert not calm
    assert watch.score == pytest.approx(7.5)
