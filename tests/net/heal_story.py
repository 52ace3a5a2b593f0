"""A path that goes away and heals: how soon a message that was written meanwhile is there.

unshare --user --map-root-user --net python -m tests.net.heal_story FOLDER SECONDS [SECONDS ...]

The path swallows everything for so many seconds, as a router does that is restarted; neither
computer sees its own network change.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import Final

from tests.net.lan_story import start, street
from tests.net.nat_house import enter, run

LASTED_S: Final = 6.0  # seconds of a link between two cuts


async def story(folder: Path, cuts: list[float]) -> None:
    async with street() as (one, other):
        ada, ben = await start(folder, one, "ada"), await start(folder, other, "ben")
        for node in (ada, ben):
            await node.call("network.set", map_port=False)
        bens = (await ada.call("contact.add", fingerprint=ben.ready["fingerprint"]))["contact"]
        await ben.call("contact.add", fingerprint=ada.ready["fingerprint"])
        await ada.event("contact.accepted", contact=bens)
        for number, cut_s in enumerate(cuts):
            if number:
                await asyncio.sleep(LASTED_S)
            _swallow(other)
            text = f"number {number}"
            await asyncio.sleep(cut_s)
            await ada.call("message.send", contact=bens, text=text)
            run(*enter(other), *["nft", "delete", "table", "inet", "cut"])
            healed = time.monotonic()
            await ben.event("message.added", text=text)
            passed = time.monotonic() - healed
            print(f"{cut_s:.0f} s without a path: there {passed:.1f} s after it healed", flush=True)
        await ada.stop()
        await ben.stop()


def _swallow(place: int) -> None:
    at = enter(place)
    run(*at, *["nft", "add", "table", "inet", "cut"])
    for hook in ("input", "output"):
        chain = f"{{ type filter hook {hook} priority 0; policy drop; }}"
        run(*at, "nft", f"add chain inet cut {hook} {chain}")


async def main(folder: Path, cuts: list[float]) -> None:
    async with asyncio.timeout(180 + sum(cuts)):
        await story(folder, cuts)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), [float(word) for word in sys.argv[2:] or ("12",)]))
