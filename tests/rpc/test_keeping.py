"""Keeping a profile through real nodes: lock, snapshots, backups, a key file that was damaged."""

from pathlib import Path

import pytest
from rpc_nodes import PASSPHRASE, Nodes, befriend, play, texts

from messenger.rpc.client import RpcError


def test_a_locked_node_receives_and_says_nothing(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, at_ben = await befriend(ada, ben)
        assert (await ben.call("node.lock"))["locked"]
        await ben.event("node.locked")
        sent = await ada.call("message.send", contact=at_ada, text="canary")
        await ada.event("message.state", message=sent["message"], state="delivered")
        assert (await ben.event("node.new_while_locked"))["count"] == 1
        for method in ("contact.list", "node.info"):
            with pytest.raises(RpcError, match="locked"):
                await ben.call(method)
        for wrong in ({}, {"passphrase": "not this one"}):
            with pytest.raises(RpcError):
                await ben.call("node.unlock", **wrong)
        await ben.call("node.unlock", passphrase=PASSPHRASE)
        assert await texts(ben, at_ben, outgoing=False) == ["canary"]
        await ben.event("contact.online", contact=at_ben)

    play(tmp_path, story)


def test_snapshot_damage_restore_and_a_backup_at_the_first_start(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, at_ben = await befriend(ada, ben)
        sent = await ada.call("message.send", contact=at_ada, text="before")
        await ada.event("message.state", message=sent["message"], state="delivered")
        assert (await ben.call("node.check")) == {"full": True, "sound": True}
        made = await ben.call("node.snapshot")
        assert (await ben.call("node.snapshots"))["snapshots"] == [made]
        backup = tmp_path / "ben.hum"
        await ben.call("node.backup", path=str(backup), passphrase=PASSPHRASE)
        restored = await ben.call("node.restore_snapshot", passphrase=PASSPHRASE)
        assert restored == made
        await ben.process.wait()

        profile = tmp_path / "ben" / "profiles" / "default"
        assert list(profile.glob("hum.db.damaged-*"))
        (profile / "hum.keys").write_bytes(b"damaged")
        ben = await nodes.start("ben")
        await ben.event("store.key_file_repaired")
        await ada.event("session.reset")
        sent = await ada.call("message.send", contact=at_ada, text="after")
        await ada.event("message.state", message=sent["message"], state="delivered")
        assert await texts(ben, at_ben, outgoing=False) == ["before", "after"]
        await ben.stop()

        more = ("--restore", str(backup), "--backup-passphrase-file", str(nodes.passphrase))
        again = await nodes.start("ben on another computer", *more)
        assert await texts(again, at_ben, outgoing=False) == ["before"]

    play(tmp_path, story)
