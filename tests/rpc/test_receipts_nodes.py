"""Two real nodes tell each other what was read, and one takes a small picture unasked."""

import zlib
from pathlib import Path
from struct import pack

from rpc_nodes import Nodes, befriend, play


def png(width: int, height: int) -> bytes:
    body = b"IHDR" + pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\x0d" + body + pack(">I", zlib.crc32(body)) + bytes(3_000)


def test_what_was_read_and_a_picture_without_a_question(tmp_path: Path) -> None:
    (tmp_path / "sea.png").write_bytes(png(400, 300))

    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        ben_id, ada_id = await befriend(ada, ben)
        first = await ada.call("message.send", contact=ben_id, text="before")
        await ben.event("message.added", message=first["message"])
        for node, other in ((ada, ben_id), (ben, ada_id)):
            contact = await node.call("contact.set_receipts", contact=other, wanted=True)
            assert contact["receipts"] is True
        sent = await ada.call("message.send", contact=ben_id, text="hello")
        assert sent["read_at"] is None
        await ben.event("message.added", message=sent["message"])
        await ben.call("message.read", message=sent["message"])
        read = await ada.event("message.state", message=sent["message"], state="delivered")
        while read["read_at"] is None:
            seen = len(ada.events)
            (read,) = (
                m
                for m in (await ada.call("message.list", contact=ben_id))["messages"]
                if m["message"] == sent["message"]
            )
            if read["read_at"] is None:
                await ada.wait_until(lambda seen=seen: len(ada.events) > seen)
        steps = (await ada.call("message.timeline", message=sent["message"]))["steps"]
        assert {"step": "read", "at": read["read_at"]} in steps

        await ben.call("contact.verify", contact=ada_id, verified=True)
        info = await ben.call("node.set_inline_pictures", wanted=True)
        assert info["inline_pictures"] is True
        file = await ada.call("file.send", contact=ben_id, path=str(tmp_path / "sea.png"))
        assert file["file"]["picture"] == [400, 300]
        while True:
            seen = len(ben.events)
            found = (await ben.call("file.list"))["files"]
            if found and found[0]["file"]["state"] == "done":
                break
            await ben.wait_until(lambda seen=seen: len(ben.events) > seen)
        assert found[0]["file"]["picture"] == [400, 300]

    play(tmp_path, story)
