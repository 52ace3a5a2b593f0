"""What cannot work gives one clear sentence, exit code 1, and untouched files."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from rpc_nodes import Nodes, play

from messenger.rpc.client import RpcClient, RpcError
from messenger.rpc.keeping import NewPassphrase
from messenger.rpc.methods import METHODS
from messenger.rpc.params import Params
from tests.quick_hum import quick_hum


def test_no_parameter_of_a_method_is_shown() -> None:
    """Passphrases, texts and links come that way, and what is shown may come into a log."""
    for kind, _ in METHODS.values():
        assert kind.__repr__ is Params.__repr__
    assert repr(NewPassphrase("a secret")) == "NewPassphrase(…)"


async def refusal(*arguments: str | Path) -> str:
    """Start a node that cannot start; return the one line it leaves on stderr."""
    with pytest.raises(ConnectionError) as ended:
        await RpcClient.start(*arguments, program=quick_hum("rpc"))
    lines = str(ended.value).splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_wrong_passphrase(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        await (await nodes.start("ada")).stop()
        before = snapshot(tmp_path / "ada")
        wrong = tmp_path / "wrong"
        wrong.write_text("not it")
        line = await refusal("--data-dir", tmp_path / "ada", "--passphrase-file", wrong)
        assert "passphrase" in line
        assert snapshot(tmp_path / "ada") == before

    play(tmp_path, story)


def test_no_keyring(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        line = await refusal("--data-dir", tmp_path / "ada", "--keyring")
        assert line.startswith("hum: ")
        assert not list((tmp_path / "ada").rglob("*.db"))

    play(tmp_path, story)


def test_a_port_in_use(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            line = await refusal(
                "--data-dir",
                tmp_path / "ada",
                "--passphrase-file",
                nodes.passphrase,
                "--listen",
                f"127.0.0.1:{port}",
            )
        assert str(port) in line
        await (await nodes.start("ada")).stop()  # the profile is whole

    play(tmp_path, story)


def test_a_second_instance(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada = await nodes.start("ada")
        line = await refusal("--data-dir", tmp_path / "ada", "--passphrase-file", nodes.passphrase)
        assert "open" in line
        assert await ada.call("node.info")

    play(tmp_path, story)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        (tmp_path / "file").write_text("mine")
        line = await refusal("--data-dir", tmp_path / "file", "--passphrase-file", nodes.passphrase)
        assert "cannot be written" in line
        assert (tmp_path / "file").read_text() == "mine"

    play(tmp_path, story)


def test_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "ada"
    passphrase = tmp_path / "pw"
    passphrase.write_text("secret")
    folder.mkdir()
    command = [
        sys.executable,
        *("-m", "messenger", "rpc", "--data-dir", str(folder)),
        *("--passphrase-file", str(passphrase)),
    ]
    if os.geteuid():
        folder.chmod(0o500)
    else:  # permissions do not bind root: a read-only mount of its own does
        mount = 'mount --bind -o ro "$1" "$1" && shift && exec "$@"'
        command = ["unshare", "--mount", "sh", "-c", mount, "sh", str(folder), *command]
        probe = subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True)
        if probe.returncode:
            pytest.skip("this machine does not let root mount")
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert ended.returncode == 1
    assert "cannot be written" in ended.stderr.decode()
    assert len(ended.stderr.splitlines()) == 1
    assert list(folder.iterdir()) == []


def test_calls_that_do_not_fit(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada = await nodes.start("ada")
        link = ada.ready["link"]
        damaged = link[:20] + ("a" if link[20] != "a" else "b") + link[21:]
        cases = [
            ("contact.add", {"link": link}, "own_link"),
            ("contact.add", {"link": damaged}, "link_damaged"),
            ("contact.add", {"link": link[:-3]}, "link_damaged"),
            ("contact.add", {}, "invalid_input"),
            ("contact.add", {"fingerprint": "abcd"}, "link_damaged"),
            ("contact.accept", {"contact": "77"}, "no_such_contact"),
            ("contact.accept", {"contact": "x"}, "invalid_input"),
            ("contact.accept", {}, "invalid_params"),
            ("message.send", {"contact": "1", "text": ""}, "invalid_input"),
            ("message.send", {"contact": "1", "text": "\ud800"}, "invalid_input"),
            ("message.send", {"contact": "1", "text": "x", "colour": "red"}, "invalid_params"),
            ("message.timeline", {"message": "00" * 16}, "no_such_message"),
            ("no.such", {}, "no_such_method"),
        ]
        for method, params, kind in cases:
            with pytest.raises(RpcError) as refused:
                await ada.call(method, **params)
            assert refused.value.kind == kind, (method, params)

        unanswered = len(ada.errors)
        lines = (b"not json", b"[]", b'{"jsonrpc":"2.0"}', b"\xff\xfe", b"[" * 9999)
        for line in lines:
            ada.write(line)
        await ada.wait_until(lambda: len(ada.errors) == unanswered + len(lines))
        assert await ada.call("node.info")

    play(tmp_path, story)


def test_a_text_that_is_too_long(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        contact = (await ada.call("contact.add", link=ben.ready["link"]))["contact"]
        with pytest.raises(RpcError) as refused:
            await ada.call("message.send", contact=contact, text="é" * 32_769)
        assert refused.value.kind == "text_too_long"
        longest = "é" * 32_768
        sent = await ada.call("message.send", contact=contact, text=longest)
        request = await ben.event("contact.request")
        await ben.call("contact.accept", contact=request["contact"])
        await ben.event("message.added", message=sent["message"], text=longest)

    play(tmp_path, story)
