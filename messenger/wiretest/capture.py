"""Capturing the line: tcpdump where it is permitted, else a recording proxy.

tcpdump sees what a stranger on the path sees, headers and acknowledgements included. The proxy sees
the bytes and the kernel's time of their arrival only; a result says which of the two it is.
"""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from messenger.core.errors import InputError
from messenger.wiretest.packets import Line, Way
from messenger.wiretest.pcap import read_pcap
from messenger.wiretest.proxy import RecordingProxy

SNAP_LEN: Final = 120  # bytes kept of each packet: the headers, and nothing of a cell that matters
START_S: Final = 10.0  # seconds for tcpdump to say that it listens
BUFFER_KIB: Final = 16_384

Ports = Mapping[int, tuple[int, Way]]  # listening port → number of the pair, its *sender's* way


class Capture(Protocol):
    """Somebody who watches."""

    name: str

    async def start(self) -> None:
        """Begin to watch."""
        ...

    async def entrance(self, host: str, port: int) -> tuple[str, int]:
        """Return where to dial so that what is said to ``host`` and ``port`` is seen."""
        ...

    async def stop(self) -> None:
        """Watch no more."""
        ...

    def lines(self, ports: Ports) -> dict[int, Line]:
        """Return the traffic of every pair."""
        ...


class TcpdumpCapture:
    """tcpdump on the loopback interface."""

    name = "tcpdump on the loopback interface"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "capture.pcap"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Begin to watch.

        Raises:
            InputError: tcpdump is not there, or may not capture.
        """
        program = shutil.which("tcpdump")
        if program is None:
            raise InputError("tcpdump is not installed.")
        self._process = await asyncio.create_subprocess_exec(
            program, "-i", _loopback(), "-n", "-U", "-s", str(SNAP_LEN), "-B", str(BUFFER_KIB),
            "--time-stamp-precision=nano", "-w", str(self._path), "-Z", "root", "tcp",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stderr is not None
        try:
            async with asyncio.timeout(START_S):
                while line := await self._process.stderr.readline():
                    if b"listening on" in line:
                        return
        except TimeoutError:
            self._process.kill()
        await self._process.wait()
        raise InputError("tcpdump may not capture here.")

    async def entrance(self, host: str, port: int) -> tuple[str, int]:
        """Dial as always."""
        return host, port

    async def stop(self) -> None:
        """Let tcpdump write what it has and end."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.communicate()

    def lines(self, ports: Ports) -> dict[int, Line]:
        """Return the traffic of every pair."""
        lines: dict[int, Line] = {}
        for segment in read_pcap(self._path):
            if segment.target in ports:
                pair, way = ports[segment.target]
            elif segment.source in ports:
                pair, way = ports[segment.source]
                way = way.other
            else:
                continue
            lines.setdefault(pair, Line()).packets[way].append(segment.packet)
        return lines


class ProxyCapture:
    """A proxy before each listener, with the kernel's times of arrival where it gives them."""

    name = "recording proxy (times of arrival only: no acknowledgements, no TCP windows)"

    def __init__(self) -> None:
        self._proxies: list[RecordingProxy] = []

    async def start(self) -> None:
        """Nothing to begin before somebody dials."""

    async def entrance(self, host: str, port: int) -> tuple[str, int]:
        """Open a proxy and return its address."""
        proxy = RecordingProxy(host, port)
        self._proxies.append(proxy)
        return proxy.start()

    async def stop(self) -> None:
        """Close all proxies."""
        for proxy in self._proxies:
            proxy.stop()

    def lines(self, ports: Ports) -> dict[int, Line]:
        """Return the traffic of every pair; the proxy stands before the listener of ``b``."""
        return {
            ports[proxy.port][0]: Line({Way.FROM_A: proxy.towards, Way.FROM_B: proxy.back})
            for proxy in self._proxies
        }


async def start_capture(folder: Path, *, proxy: bool) -> Capture:
    """Start the best capture that this machine permits; ``proxy`` asks for the proxy."""
    if not proxy:
        dump = TcpdumpCapture(folder)
        try:
            await dump.start()
        except InputError:
            pass
        else:
            return dump
    return ProxyCapture()


def _loopback() -> str:
    return "lo" if Path("/sys/class/net/lo").exists() else "lo0"
