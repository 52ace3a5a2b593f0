"""Two nodes that reach each other through a SOCKS5 server, and the settings for it."""

import re
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from rpc_nodes import FAST, Nodes, befriend, play

from messenger.__main__ import main
from messenger.core.onion import onion_of
from messenger.rpc.client import RpcClient, RpcError
from tests.quick_hum import quick_hum
from tests.socks_server import SocksServer

ONION = onion_of(bytes(range(32)))
PASSWORD = "blue giraffe"  # of the proxy


def test_people_behind_onion_addresses_meet_and_nobody_listens_in_the_open(tmp_path: Path) -> None:
    """The server stands for Tor: it knows the onion address, and where its service is."""

    async def story(nodes: Nodes) -> None:
        async with SocksServer(names={ONION: "127.0.0.1"}) as server:
            closed = ("--proxy", server.url, "--no-direct")
            ada = await nodes.start("ada", *closed, listen="0.0.0.0:0")
            ben = await nodes.start("ben", *closed, listen="0.0.0.0:0")
            assert ada.ready["listen"][0] == ben.ready["listen"][0] == "127.0.0.1"
            assert ada.ready["addresses"] == []
            port = ben.ready["listen"][1]
            with pytest.raises(ConnectionRefusedError):  # as it would not be on all interfaces
                socket.create_connection(("127.0.0.2", port), timeout=5)
            await ben.call("network.set", addresses=[[ONION, port]])
            changed = await ben.event("node.changed")
            assert changed["addresses"] == [[ONION, port]]
            ben.ready = changed
            contact, _ = await befriend(ada, ben)
            await ada.call("message.send", contact=contact, text="to an onion")
            assert (await ben.event("message.added"))["text"] == "to an onion"
            assert {(a.host, a.port) for a in server.asked} == {(ONION, port)}

    play(tmp_path, story)


def test_the_settings_outlive_the_program_and_their_password_is_nowhere(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        async with SocksServer({"ada": PASSWORD}) as server:
            ben = await nodes.start("ben")
            ada = await nodes.start("ada")
            wanted = {
                "proxy": f"socks5://ada@127.0.0.1:{server.port}",
                "isolate": False,
                "direct": False,
                "map_port": False,
                "lan": False,
                "addresses": [],
            }
            told = await ada.call("network.set", **wanted, proxy_password=PASSWORD)
            assert told == wanted
            assert (await ada.event("network.changed"))["proxy"] == wanted["proxy"]
            await ada.stop()
            ada = await nodes.start("ada", "--verbose")
            assert await ada.call("network.get") == wanted
            # The password stays with the same user, until another is given.
            assert await ada.call("network.set", direct=True) == wanted | {"direct": True}
            await befriend(ada, ben)
            assert {asked.password for asked in server.asked} == {PASSWORD}
            said = str(ada.events) + str(ada.ready) + ada.log.decode()
            assert PASSWORD not in said
            found = [name for name, data in nodes.files().items() if PASSWORD.encode() in data]
            assert found == []

            # A backup knows how others are reached, so what it becomes does not go past the
            # proxy, and it does not know the password.
            await ada.call("network.set", direct=False)
            backup = nodes.folder / "backup"
            await ada.call("node.backup", path=str(backup), passphrase="of the backup")
            await ada.stop()
            (nodes.folder / "key").write_text("of the backup")
            restore = ("--restore", str(backup), "--backup-passphrase-file")
            again = await nodes.start("again", *restore, str(nodes.folder / "key"))
            assert await again.call("network.get") == wanted
            asked = len(server.asked)
            with pytest.raises(RpcError) as refused:
                await again.call("contact.connect", host="127.0.0.1", port=4567)
            assert refused.value.kind == "proxy_refused"
            assert len(server.asked) == asked

    play(tmp_path, story)


def test_a_change_takes_the_links_along(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        async with SocksServer() as server:
            # Ben, who dials nobody, is found where he says that he is.
            ada, ben = await nodes.start("ada"), await nodes.start("ben", "--no-direct")
            host, port = ben.ready["listen"]
            fingerprint = ben.ready["fingerprint"]
            await ada.call("contact.add", fingerprint=fingerprint, host=host, port=port)
            request = await ben.event("contact.request")
            await ben.call("contact.accept", contact=request["contact"])
            await ada.event("contact.accepted")

            def comings() -> int:
                return sum(event["type"] == "contact.online" for event in ada.events)

            await ada.wait_until(lambda: comings() == 1)
            await ada.call("network.set", proxy=server.url)
            await ada.wait_until(lambda: comings() == 2)
            contact = (await ada.event("contact.accepted"))["contact"]
            await ada.call("message.send", contact=contact, text="by a detour")
            assert (await ben.event("message.added"))["text"] == "by a detour"
            assert {(asked.host, asked.port) for asked in server.asked} == {(host, port)}
            await ada.call("network.set", proxy=None, direct=False)
            assert (await ada.event("contact.offline"))["contact"]
            await ada.event("contact.connecting")
            assert comings() == 2

    play(tmp_path, story)


UNUSABLE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"proxy": "http://127.0.0.1:1"}, "invalid_input"),
    ({"proxy": "socks5://proxy.example:1080"}, "invalid_input"),
    ({"proxy": "socks5://ann@127.0.0.1:1080"}, "invalid_input"),
    ({"proxy": "socks5://127.0.0.1:1080", "proxy_password": "x"}, "invalid_input"),
    ({"addresses": [["a" * 56 + ".onion", 4567]]}, "invalid_input"),
    ({"addresses": [["host.example", 0]]}, "invalid_params"),
    ({"addresses": [["a.example", 1], ["b.example", 1], ["c.example", 1]]}, "invalid_input"),
    ({"addresses": [["not a host", 1]]}, "invalid_input"),
)


def test_settings_that_cannot_be_used_change_nothing(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada = await nodes.start("ada")
        before = await ada.call("network.get")
        for params, kind in UNUSABLE:
            with pytest.raises(RpcError) as refused:
                await ada.call("network.set", **params)
            assert refused.value.kind == kind
            assert await ada.call("network.get") == before

    play(tmp_path, story)


def test_why_nobody_is_reached_is_said(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada = await nodes.start("ada", "--no-direct")
        calls: tuple[tuple[str, str], ...] = (
            ("192.0.2.7", "no_way"),
            (ONION, "no_way"),
            ("a" * 56 + ".onion", "invalid_input"),
        )
        for host, kind in calls:
            with pytest.raises(RpcError) as refused:
                await ada.call("contact.connect", host=host, port=4567)
            assert refused.value.kind == kind
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            proxy = f"socks5://127.0.0.1:{nobody.getsockname()[1]}"
            await ada.call("network.set", proxy=proxy)
            with pytest.raises(RpcError) as refused:
                await ada.call("contact.connect", host="ben.example", port=4567)
            assert refused.value.kind == "proxy_down"

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--proxy", "socks5://ada:pw@127.0.0.1:1"], "does not stand in its address"),
        (["--proxy", "socks5://ada@127.0.0.1:1"], "or neither"),
        (["--proxy-password-file", "x"], "belongs to --proxy"),
    ],
)
def test_options_that_do_not_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert main(["rpc", "--data-dir", str(tmp_path / "ada"), *options]) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# -- no name is looked up -------------------------------------------------------------------------

RESOLVER = re.compile(r'"/etc/(?:hosts|resolv\.conf)"|sin6?_port=htons\(53\)')


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here")
@pytest.mark.parametrize("proxied", [True, False], ids=["by proxy", "directly"])
def test_no_process_of_a_node_with_a_proxy_asks_a_resolver(
    tmp_path: Path, *, proxied: bool
) -> None:
    """All system calls of all its processes, while it dials a name; directly it does ask."""

    async def story(nodes: Nodes) -> None:
        async with SocksServer() as server:
            log = tmp_path / "calls"
            calls = "trace=openat,open,connect,sendto,sendmsg,sendmmsg"
            node = await RpcClient.start(
                *("--data-dir", nodes.folder / "ada", "--listen", "127.0.0.1:0", "--cover", FAST),
                *("--passphrase-file", nodes.passphrase),
                *(("--proxy", server.url) if proxied else ()),
                program=(
                    "strace",
                    "-f",
                    "--seccomp-bpf",
                    "-o",
                    str(log),
                    "-e",
                    calls,
                    *quick_hum("rpc"),
                ),
            )
            nodes.adopt(node)
            with pytest.raises(RpcError):
                await node.call("contact.connect", host="localhost", port=1)
            assert [asked.host for asked in server.asked] == ["localhost"] * proxied
            await node.stop()
            assert bool(RESOLVER.search(log.read_text())) is not proxied

    play(tmp_path, story)
