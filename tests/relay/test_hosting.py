"""`hum relay serve` as its host runs it: a real process, real clients, and what is left behind."""

import asyncio
import secrets
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hosted import play

from bench.relay_crowd import Conversation, Crowd, HostedRelay, config_text, hang_up_all
from messenger.__main__ import main
from messenger.core.program import own_command
from messenger.core.types import Address, Cover
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.mailbox import Get, Put, Size, Status, Wait
from messenger.protocol.relay_card import RelayCard, encode_relay_link
from messenger.protocol.relay_link import dial_relay
from messenger.relay.config import RelayConfig
from messenger.relay.poster import card_of, poster

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

FAST = Cover(0.01)
ENVELOPE = secrets.token_bytes(4096)
KEY = bytes(range(100, 132))


def hum(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = own_command("relay", *map(str, arguments))
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_mail_outlives_the_relay_that_took_it(tmp_path: Path) -> None:
    """Put, stop, start the next version on the same folder, get. Nothing of it is in any log."""

    async def story() -> None:
        relay = await HostedRelay.start(tmp_path / "relay", "serve", config=config_text(FAST))
        talk = await Conversation(Crowd(relay.card, FAST)).open()
        put = Put(talk.depositor, b"1" * 32, ENVELOPE)
        assert (await talk.writer.ask(put)).status is Status.OK
        view = await relay.view()
        assert (view.status, view.members[0].reading.connections) == ("ok", 2)
        assert view.counts.requests == {"new ok": 1, "put ok": 1}
        status = await asyncio.to_thread(hum, "status", "--folder", relay.folder.path)
        assert "put ok 1" in status.stdout
        link = await asyncio.to_thread(hum, "link", "--folder", relay.folder.path)
        assert link.stdout.strip() == encode_relay_link(relay.card)
        waiting = asyncio.create_task(talk.reader.ask(Wait(talk.owner, 1)))
        assert await relay.stop() == 0
        same_port = config_text(FAST).replace("127.0.0.1:0", str(relay.card.address), 1)
        again = await HostedRelay.start(tmp_path / "relay", "serve", config=same_port)
        assert again.card == relay.card
        found = await talk.reader.ask(Get(talk.owner, 0, Size.SMALL))
        assert found.envelope == ENVELOPE
        waiting.cancel()
        await hang_up_all([talk])
        assert await again.stop() == 0
        said = (tmp_path / "relay.log").read_bytes()
        for secret in (talk.owner.mailbox, talk.depositor.mailbox, talk.owner.secret, b"1" * 32):
            assert secret not in said
            assert secret.hex().encode() not in said
        assert b"127.0.0." not in said
        for name in ("relay.key", "relay.db", "flights.db"):
            mode = (tmp_path / "relay" / name).stat().st_mode
            assert not mode & (stat.S_IROTH | stat.S_IWOTH)
        assert not (tmp_path / "relay" / "running.json").exists()

    play(story)


def test_a_first_flight_is_not_answered_by_the_next_run(tmp_path: Path) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()

        async def answered(relay: HostedRelay, flight: bytes) -> bool:
            at = relay.card.address
            with socket.create_connection((at.host, at.port)) as sock:
                sock.setblocking(False)
                await loop.sock_sendall(sock, flight)
                talk = await Conversation(Crowd(relay.card, FAST)).open()  # it has read all by now
                await hang_up_all([talk])
                try:
                    return len(sock.recv(CELL_LEN)) == CELL_LEN
                except BlockingIOError:
                    return False

        relay = await HostedRelay.start(tmp_path / "relay", "serve", config=config_text(FAST))
        now = int((tmp_path / "relay" / "relay.key").stat().st_mtime)
        flight = dial_relay(relay.card.key, now=0.0, unix_s=now).data_to_send()
        assert await answered(relay, flight)
        assert not await answered(relay, flight)
        await relay.stop()
        again = await HostedRelay.start(tmp_path / "relay", "serve", config=config_text(FAST))
        assert not await answered(again, flight)
        await again.stop()

    play(story)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("[relay]\nprot = 1\n", "relay.toml, line 2: relay.prot is not known here"),
        ("[store]\nmax_mib = 'many'\n", "line 2: store.max_mib must be a whole number"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], config: str, sentence: str
) -> None:
    (tmp_path / "relay.toml").write_text(config)
    assert sentence in refused(capsys, "serve", "--folder", tmp_path)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """Run `hum relay` in this process, and return the one line that it ends with."""
    assert main(["relay", *map(str, arguments)]) == 1
    said, line = capsys.readouterr()
    assert (said, line.count("\n")) == ("", 1)
    return line


def test_options_are_checked_like_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, "serve", "--folder", tmp_path, "--listen", "everywhere")
    assert "the option --listen: relay.listen must be an IP address and a port" in line
    line = refused(capsys, "fleet", "--folder", tmp_path, "--min", "5", "--max", "2")
    assert "fleet.min must not be above fleet.max" in line


def test_nothing_runs_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("status", "link"):
        assert "no relay runs on" in refused(capsys, command, "--folder", tmp_path)


def test_a_second_relay_on_the_folder_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        relay = await HostedRelay.start(tmp_path / "relay", "serve", config=config_text(FAST))
        ended = await asyncio.to_thread(hum, "serve", "--folder", relay.folder.path)
        assert ended.returncode == 1
        assert "runs on" in ended.stderr
        assert "already" in ended.stderr
        relay.process.send_signal(signal.SIGINT)
        assert await relay.process.wait() == 0
        await relay.process.communicate()

    play(story)


# -- the poster -----------------------------------------------------------------------------------


def test_the_poster_has_link_and_code() -> None:
    card = RelayCard(Address("relay.example", 4711), KEY)
    text = poster(card, qr=True)
    assert encode_relay_link(card) in text
    assert max(map(len, text.splitlines())) < 120
    assert sum("█" in line or "▀" in line or "▄" in line for line in text.splitlines()) > 15
    assert "router" not in text


@pytest.mark.parametrize(
    ("host", "advice"),
    [
        ("127.0.0.1", "Only this machine can dial that address"),
        (
            "192.168.1.7",
            "Only your own network can dial 192.168.1.7: let the router pass port 4711",
        ),
        ("fd00::7", "Only your own network"),
        ("1.1.1.1", ""),
    ],
)
def test_the_poster_says_what_is_missing(host: str, advice: str) -> None:
    text = poster(RelayCard(Address(host, 4711), KEY), qr=False)
    assert advice in text
    assert ("Only" in text) == bool(advice)


def test_the_link_says_what_was_configured_or_what_is_bound() -> None:
    bound = Address("192.0.2.7", 4711)
    assert card_of(RelayConfig(), KEY, bound).address == bound
    assert card_of(RelayConfig(), KEY, Address("0.0.0.0", 4711)).address.port == 4711


def test_a_host_needs_neither_window_nor_keyring_nor_history() -> None:
    """`requirements/relay.txt` has none of these, and a server should not load them."""
    unwanted = "{'PySide6', 'sqlcipher3', 'keyring', 'zxingcpp', 'zeroconf', 'tuf', 'numpy'}"
    program = (
        "import sys, messenger.__main__ as hum, messenger.relay.hosting, "
        "messenger.relay.member_process, messenger.relay.status\n"
        "hum._parser()\n"
        f"print({unwanted} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "set()\n"
