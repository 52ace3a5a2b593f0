"""Backup and restore through real processes: a second machine goes on where the first was.

The longest story runs the program as it ships, the others with cheap passphrases.
"""

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rpc_nodes import Nodes, befriend, play, texts

from messenger.core.program import own_command
from messenger.rpc.client import RpcClient, RpcError
from tests.quick_hum import quick_hum

BACKUP_PASSPHRASE = "another one, for the backup"


def hum(
    *arguments: str | Path, program: Callable[..., tuple[str, ...]] = quick_hum
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program(*map(str, arguments)),
        check=False,
        capture_output=True,
        text=True,
    )


def shipped(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return hum(*arguments, program=own_command)


async def send_delivered(node: RpcClient, contact: str, text: str) -> None:
    sent = await node.call("message.send", contact=contact, text=text)
    await node.event("message.state", message=sent["message"], state="delivered")


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_a_second_machine_goes_on_where_the_first_was(tmp_path: Path) -> None:
    secret = tmp_path / "backup-passphrase"
    secret.write_text(BACKUP_PASSPHRASE + "\n")
    first, second = tmp_path / "ada.hum", tmp_path / "ada-2.hum"

    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        await ada.call("contact.verify", contact=at_ada, verified=True)
        await send_delivered(ada, at_ada, "from the first machine")
        await send_delivered(ben, at_ben, "an answer")
        await ben.stop()
        await ada.call("message.send", contact=at_ada, text="it waits")

        # While the node runs: by itself, and refused to another process.
        done = await ada.call("node.backup", path=str(first), passphrase=BACKUP_PASSPHRASE)
        assert (done["contacts"], done["messages"], done["contacts_only"]) == (1, 3, False)
        assert (await ada.event("backup.progress"))["total"] > 3
        keys = ("--passphrase-file", nodes.passphrase, "--backup-passphrase-file", secret)
        of_ada = ("--data-dir", tmp_path / "ada", *keys)
        there = ("--data-dir", tmp_path / "there", *keys)
        busy = await asyncio.to_thread(shipped, "backup", second, *of_ada)
        assert (busy.returncode, busy.stdout) == (1, "")
        assert "Close the other Hum" in busy.stderr
        key = ada.ready["id"]
        await ada.stop()

        # The closed profile.
        written = await asyncio.to_thread(shipped, "backup", second, *of_ada)
        assert (written.returncode, written.stderr) == (0, "")
        assert "1 contact and 3 messages" in written.stdout

        # A second machine.
        made = await asyncio.to_thread(shipped, "restore", second, *there)
        assert (made.returncode, made.stderr) == (0, "")
        assert "1 contact and 3 messages" in made.stdout
        again = await asyncio.to_thread(shipped, "restore", first, *there)
        assert (again.returncode, again.stdout) == (1, "")
        assert "already" in again.stderr

        new_ada, ben = await asyncio.gather(nodes.start("there"), nodes.start("ben"))
        assert new_ada.ready["id"] == key
        assert new_ada.ready["name"] == "ada"
        (pinned,) = (await new_ada.call("contact.list"))["contacts"]
        assert (pinned["key"], pinned["trust"]) == (ben.ready["id"], "verified")
        for node, contact in ((new_ada, at_ada), (ben, at_ben)):  # both are told
            await node.event("session.reset", contact=contact)
        told = await new_ada.event("identity.forked", contact=at_ada)
        assert told["fork"] == "restored"
        assert (await ben.event("contact.forked", contact=at_ben))["fork"] == "restored"
        await ben.event("message.added", text="it waits")
        await send_delivered(new_ada, at_ada, "from the second machine")
        await send_delivered(ben, at_ben, "welcome")
        assert await texts(ben, at_ben, outgoing=False) == [
            "from the first machine",
            "it waits",
            "from the second machine",
        ]
        assert await texts(new_ada, at_ada, outgoing=False) == ["an answer", "welcome"]
        found = await new_ada.call("message.search", query="answer")
        assert len(found["messages"]) == 1
        (pinned_by_ben,) = (await ben.call("contact.list"))["contacts"]
        assert (pinned_by_ben["key"], pinned_by_ben["frozen"]) == (key, False)

    play(tmp_path, story, shipped=True)


def test_contacts_only_goes_on_without_the_past(tmp_path: Path) -> None:
    secret = tmp_path / "backup-passphrase"
    secret.write_text(BACKUP_PASSPHRASE)
    file = tmp_path / "contacts.hum"

    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, _ = await befriend(ada, ben)
        await send_delivered(ada, at_ada, "the past")
        done = await ada.call(
            "node.backup", path=str(file), passphrase=BACKUP_PASSPHRASE, contacts_only=True
        )
        assert (done["contacts"], done["messages"], done["contacts_only"]) == (1, 0, True)
        inside = str(tmp_path / "ada" / "profiles" / "default" / "hum.db")
        with pytest.raises(RpcError) as refused:
            await ada.call("node.backup", path=inside, passphrase=BACKUP_PASSPHRASE)
        assert refused.value.kind == "invalid_input"
        await ada.stop()
        keys = ("--passphrase-file", nodes.passphrase, "--backup-passphrase-file", secret)
        made = await asyncio.to_thread(hum, "restore", file, "--data-dir", tmp_path / "new", *keys)
        assert (made.returncode, made.stderr) == (0, "")
        assert "1 contact, without messages" in made.stdout
        ada = await nodes.start("new")
        assert await texts(ada, at_ada, outgoing=True) == []
        await send_delivered(ada, at_ada, "the future")

    play(tmp_path, story)


def test_what_does_not_open_writes_nothing(tmp_path: Path) -> None:
    fixture = Path(__file__).parent.parent / "fixtures" / "backups" / "v1.hum"
    damaged, secret = tmp_path / "damaged.hum", tmp_path / "secret"
    content = bytearray(fixture.read_bytes())
    content[20] ^= 1
    damaged.write_bytes(content)
    secret.write_text("some passphrase")
    keys = ("--passphrase-file", secret, "--backup-passphrase-file", secret)
    new = tmp_path / "new"
    for file, words in (
        (damaged, "try another copy"),
        (secret, "not a backup of Hum"),
        (tmp_path / "missing.hum", "no such backup file"),
    ):
        done = shipped("restore", file, "--data-dir", new, *keys)
        assert (done.returncode, done.stdout) == (1, "")
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert files_below(new) == []
    done = shipped("backup", tmp_path / "b.hum", "--data-dir", new, *keys)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no profile" in done.stderr
    assert files_below(new) == []
    assert not (tmp_path / "b.hum").exists()


def test_wrong_usage_is_told_from_failure(tmp_path: Path) -> None:
    done = shipped("restore", tmp_path / "b.hum", "--data-dir", tmp_path)
    assert done.returncode == 2
    assert "--backup-passphrase-file" in done.stderr


def test_the_index_can_be_made_anew(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, _ = await befriend(ada, ben)
        await ada.call("message.send", contact=at_ada, text="find me again")
        await ada.stop()
        of_ada = ("--data-dir", tmp_path / "ada", "--passphrase-file", nodes.passphrase)
        done = await asyncio.to_thread(hum, "search-rebuild", *of_ada)
        assert (done.returncode, done.stdout) == (0, "Indexed 1 message anew.\n")
        ada = await nodes.start("ada")
        found = await ada.call("message.search", query="again")
        assert [hit["text"] for hit in found["messages"]] == ["find me again"]

    play(tmp_path, story)


def test_a_damaged_profile_is_salvaged_and_goes_on_elsewhere(tmp_path: Path) -> None:
    secret = tmp_path / "backup-passphrase"
    secret.write_text(BACKUP_PASSPHRASE)
    file = tmp_path / "salvaged.hum"

    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, _ = await befriend(ada, ben)
        for number in range(40):
            await ada.call("message.send", contact=at_ada, text=f"{number} {'.' * 2_000}")
        key = ada.ready["id"]
        await ada.stop()
        database = tmp_path / "ada" / "profiles" / "default" / "hum.db"
        content = bytearray(database.read_bytes())
        pages = len(content) // 4_096
        for page in range(pages - 25, pages):  # messages lie there
            content[page * 4_096 + 500] ^= 1
        database.write_bytes(content)
        keys = ("--passphrase-file", nodes.passphrase, "--backup-passphrase-file", secret)
        done = await asyncio.to_thread(hum, "salvage", file, "--data-dir", tmp_path / "ada", *keys)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Salvaged 1 contact and " in done.stdout
        assert "Not all could be read of: " in done.stdout
        assert database.read_bytes() == bytes(content)
        made = await asyncio.to_thread(hum, "restore", file, "--data-dir", tmp_path / "new", *keys)
        assert (made.returncode, made.stderr) == (0, "")
        ada = await nodes.start("new")
        assert ada.ready["id"] == key
        await send_delivered(ada, at_ada, "still here")

    play(tmp_path, story)
