"""Host a relay where nothing has been prepared, and deliver a first envelope through it.

    make relay-test

Copies HEAD to an empty folder, gives it an empty home and an environment of almost nothing, runs
`make relay` there, and lets two clients of this tree meet at the link that it prints.
"""

import asyncio
import io
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from bench.relay_crowd import Conversation, Crowd, hang_up_all, until
from messenger.core.types import COVER_PROFILES
from messenger.protocol.relay_card import RelayCard, decode_relay_link

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "LANG")  # and how pip reaches its packages
KEPT_PREFIXES = ("PIP_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
LIMIT_S = 60.0  # row S1-14


def main() -> int:
    """Run it; 0 when the envelope came within the limit."""
    with tempfile.TemporaryDirectory(prefix="hum-relay-from-nothing-") as name:
        clone, home = Path(name) / "clone", Path(name) / "home"
        clone.mkdir()
        home.mkdir()
        archive = subprocess.run(
            ["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True
        )
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(clone, filter="data")
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            took = runner.run(_host(clone, _environment(home)))
    print(f"from an empty folder to the first envelope: {took:.1f} s")
    return int(took > LIMIT_S)


def _environment(home: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or name.upper().startswith(KEPT_PREFIXES)
    }
    own = str(ROOT / ".venv")
    path = os.pathsep.join(p for p in kept["PATH"].split(os.pathsep) if not p.startswith(own))
    return kept | {"HOME": str(home), "PATH": path}


async def _host(clone: Path, environment: dict[str, str]) -> float:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        "make", "relay", "RELAY_OPTIONS=--listen 127.0.0.1:0", cwd=clone, env=environment,
        stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        crowd = Crowd(await _card(process), COVER_PROFILES["lively"])
        talk = await Conversation(crowd).open()
        await talk.put()
        reading = asyncio.create_task(talk.read())  # a friend comes later, and mail is there
        await until(lambda: not talk.missing)
        took = time.monotonic() - began
        reading.cancel()
        await hang_up_all([talk])
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        await process.communicate()
    return took


async def _card(process: asyncio.subprocess.Process) -> RelayCard:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        print(line, end="", flush=True)
        if line.strip().startswith("hum-relay:"):
            return decode_relay_link(line)
    raise SystemExit("`make relay` ended before it printed a link")


if __name__ == "__main__":
    sys.exit(main())
