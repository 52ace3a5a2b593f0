"""Alice, Bob and Eve as processes on sockets: exact texts, a live guess, and every accident."""

import json
import pickle
import random
import socket
import subprocess
import sys
import time
from contextlib import AbstractContextManager

import numpy as np
import pytest
from lab_processes import Files, LabProcess, lab, unicode_text

from messenger.lab.eve import Ear
from messenger.lab.exchange import Sender
from messenger.lab.frames import Hello, encode
from messenger.lab.network import Floats
from messenger.lab.shared_state import Shared

pytestmark = pytest.mark.timeout(300)

TEXTS = 200
SECOND_ADDRESS = "127.0.0.2:0" if sys.platform == "linux" else "127.0.0.1:0"
RECOVERY_S = 5.0  # rows S2-3 and S2-14


def _address(process: LabProcess) -> str:
    return str(process.wait_for("listening")["address"])


def _alice(files: Files, address: str, *options: str) -> AbstractContextManager[LabProcess]:
    return lab("alice", "--pair", files.pair, "--connect", address, *options)


def _connect(address: str) -> socket.socket:
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=10)


def test_texts_are_exact_between_three_processes_and_eve_guesses(files: Files) -> None:
    draw = random.Random(1)
    texts = [unicode_text(draw, draw.randint(1, 500)) for _ in range(TEXTS)]
    with lab("bob", "--pair", files.pair) as bob:
        at = _address(bob)
        tap = ["eve", "--connect", at, "--eve", files.eve, "--referee", files.pair]
        tap += ["--listen", SECOND_ADDRESS]
        with lab(*tap) as eve, _alice(files, _address(eve)) as alice:
            for text in texts:
                alice.say(text)
            got = [bob.wait_for("text") for _ in texts]
            guesses = [eve.wait_for("guess") for _ in texts]
            assert alice.finish() == 0
            resends = sum(told["resends"] for told in alice.rest() if told["event"] == "sent")
    assert [told["text"] for told in got] == texts
    assert all(told["signed"] for told in got)
    assert resends > 0
    assert np.mean([guess["wrong"] for guess in guesses]) >= 6.8
    assert not {text[:4] for text in texts} & {guess["text"][:4] for guess in guesses}


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff" * 40,
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0\0\0\x10" + pickle.dumps(1).ljust(16, b"."),
        b"\0\0",
    ],
)
def test_a_hostile_caller_gets_an_error_and_harms_nobody(files: Files, garbage: bytes) -> None:
    with lab("bob", "--pair", files.pair) as bob:
        at = _address(bob)
        with _connect(at) as caller:
            caller.sendall(garbage)
            reason = bob.wait_for("failure")["reason"]
        assert "other side" in reason or "no answer" in reason
        with _alice(files, at) as alice:
            alice.say("still here?")
            assert bob.wait_for("text")["text"] == "still here?"
            assert alice.finish() == 0


def test_bob_dies_and_another_bob_has_the_text_within_five_seconds(files: Files) -> None:
    with lab("bob", "--pair", files.pair) as bob:
        at = _address(bob)
        with _alice(files, at) as alice:
            alice.say("before")
            assert bob.wait_for("text")["text"] == "before"
            alice.wait_for("sent")
            bob.kill()
            alice.say("after")
            assert "went away" in alice.wait_for("failure")["reason"]
            with lab("bob", "--pair", files.pair, "--listen", at) as heir:
                _address(heir)
                back_at = time.monotonic()
                assert heir.wait_for("text")["text"] == "after"
                recovered = time.monotonic() - back_at
                assert alice.finish() == 0
    assert recovered <= RECOVERY_S


def test_alice_dies_and_bob_hears_the_next_one(files: Files) -> None:
    with lab("bob", "--pair", files.pair) as bob:
        at = _address(bob)
        with _alice(files, at) as alice:
            alice.say("one")
            bob.wait_for("text")
            alice.kill()
        assert "went away" in bob.wait_for("failure")["reason"]
        with _alice(files, at) as alice:
            alice.say("two")
            assert bob.wait_for("text")["text"] == "two"
            assert alice.finish() == 0


def test_a_bob_who_sends_garbage_is_named_and_alice_gives_up_in_time(files: Files) -> None:
    with socket.create_server(("127.0.0.1", 0)) as false_bob:
        at = f"127.0.0.1:{false_bob.getsockname()[1]}"
        with _alice(files, at, "--patience", "0.5") as alice:
            alice.say("hello?")
            caller, _ = false_bob.accept()
            with caller:
                caller.sendall(b"\xff" * 64)
                assert "too long" in alice.wait_for("failure")["reason"]
            false_bob.close()
            assert alice.process.wait(timeout=60) == 1
            assert "hum: nobody answers at" in alice.errors() or "understand" in alice.errors()


def test_nobody_at_the_address_is_a_clear_error(files: Files) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        at = f"127.0.0.1:{closed.getsockname()[1]}"
    with _alice(files, at, "--patience", "0.3") as alice:
        alice.say("hello?")
        assert alice.finish() == 1
        assert f"nobody answers at {at}" in alice.errors()


def test_bob_ends_quietly_when_nobody_reads_what_he_prints(files: Files) -> None:
    command = [sys.executable, "-m", "messenger", "lab", "bob", "--pair", files.pair, "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as bob:
        assert bob.stdout is not None
        assert bob.stderr is not None
        at = json.loads(bob.stdout.readline())["address"]
        bob.stdout.close()
        with _connect(at) as caller:
            caller.sendall(b"\xff" * 8)
            assert bob.wait(timeout=60) == 1
        assert "Traceback" not in bob.stderr.read()


def test_a_wrong_file_and_a_wrong_address_are_clear_errors(files: Files) -> None:
    with lab("bob", "--pair", files.eve) as bob:
        assert bob.finish() == 1
        assert "not the file" in bob.errors()
    with lab("alice", "--pair", files.pair, "--connect", "nowhere") as alice:
        assert alice.finish() == 1
        assert "write host:port" in alice.errors()


def test_two_processes_agree_on_a_key_by_tree_parity_machines() -> None:
    listening = lab("agree", "--listen", "127.0.0.1:0")
    with listening as listener, lab("agree", "--connect", _address(listener)) as caller:
        ours, theirs = caller.wait_for("agreed"), listener.wait_for("agreed")
        assert caller.finish() == 0
    assert ours == theirs
    assert len(bytes.fromhex(ours["key"])) == 32


def test_eve_stays_silent_about_what_she_cannot_read(shared: Shared, eve: Floats) -> None:
    ear = Ear(eve)
    alice, bob = bytes(16), bytes([1]) * 16
    text = encode(Sender(shared, alice + bob).send("secret", bytes(8)))
    assert ear.hear("alice", encode(Hello(1, alice))) == []
    assert ear.hear("bob", encode(Hello(1, bob))) == []
    (guess,) = ear.hear("alice", text)
    assert (guess.number, guess.blocks, guess.wrong) == (0, 32, None)
    assert ear.hear("alice", b"\xff" * 9) == []
    assert ear.hear("alice", text) == []
