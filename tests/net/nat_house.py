"""A house with a NAT router, and somebody outside: three network namespaces.

Run as a program inside ``unshare --user --map-root-user --net``: that namespace is the router, with
nftables, masquerading and a real miniupnpd. ``home`` stands behind it; ``outside`` has a public
address and no way in but what the router opens. Nothing of it touches this computer's network.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

PROGRAMS: Final = ("unshare", "nsenter", "ip", "nft", "miniupnpd")
HOME_NET, OUTSIDE_NET = "192.168.77", "9.9.9"  # the latter counts as public, and is never reached
ROUTER_OUTSIDE: Final = f"{OUTSIDE_NET}.1"
RULES: Final = """
table inet filter {
    chain forward {
        type filter hook forward priority 0; policy drop;
        iifname "lan0" accept
        ct state established,related accept
        jump miniupnpd
    }
    chain miniupnpd { }
    chain prerouting {
        type nat hook prerouting priority -100; policy accept;
        jump prerouting_miniupnpd
    }
    chain postrouting {
        type nat hook postrouting priority 100; policy accept;
        jump postrouting_miniupnpd
        oifname "wan0" masquerade
    }
    chain prerouting_miniupnpd { }
    chain postrouting_miniupnpd { }
}
"""
CONFIG: Final = """
ext_ifname=wan0
listening_ip=lan0
http_port=0
enable_upnp=yes
enable_natpmp=no
secure_mode=yes
notify_interval=600
system_uptime=yes
uuid=5ea68362-6407-4f93-abc5-46b9196a1b5f
upnp_table_name=filter
upnp_nat_table_name=filter
upnp_forward_chain=miniupnpd
upnp_nat_chain=prerouting_miniupnpd
upnp_nat_postrouting_chain=postrouting_miniupnpd
allow 1024-65535 192.168.77.0/24 1024-65535
deny 0-65535 0.0.0.0/0 0-65535
"""


def why_not() -> str | None:
    """Return why this computer cannot make such a house; None: it can."""
    missing = [name for name in PROGRAMS if _program(name) is None]
    if missing:
        return f"{', '.join(missing)} not here: `make test` installs them as root"
    version = subprocess.run(
        [str(_program("miniupnpd")), "--version"], capture_output=True, text=True, check=False
    )
    if "nftables" not in version.stdout + version.stderr:
        return "this miniupnpd is not the one for nftables"
    probe = ["ip link add x0 type veth", "nft add table inet x", "unshare --net true"]
    done = subprocess.run(
        [*inside(), "sh", "-ec", "\n".join(probe)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return f"no network namespaces here: {done.stderr.strip()}"
    return None


def inside() -> list[str]:
    """The command that runs another one in namespaces of its own."""
    return ["unshare", "--user", "--map-root-user", "--net"]


def enter(place: int) -> tuple[str, ...]:
    """What runs a command in the namespace that a process holds."""
    return ("nsenter", f"--net=/proc/{place}/ns/net", "--")


class House:
    """The router's view. Use :func:`house`, inside the namespaces."""

    def __init__(self, home: int, outside: int) -> None:
        self.home, self.outside = home, outside  # process numbers that hold the namespaces

    def at(self, place: int) -> tuple[str, ...]:
        """What runs a command at a place."""
        return enter(place)

    def opened(self) -> str:
        """The ports that the router leads inside, as nftables has them."""
        chain = run("nft", "list", "chain", "inet", "filter", "prerouting_miniupnpd")
        return "\n".join(line for line in chain.splitlines() if "dnat" in line)


@contextlib.asynccontextmanager
async def house(folder: Path, *, upnp: bool = True) -> AsyncIterator[House]:
    """Build it in the present namespace, and take it down at the end."""
    async with contextlib.AsyncExitStack() as stack:
        places = House(
            await stack.enter_async_context(namespace()),
            await stack.enter_async_context(namespace()),
        )
        _build(places)
        if upnp:
            await stack.enter_async_context(_upnp_daemon(folder))
        yield places


@contextlib.asynccontextmanager
async def namespace() -> AsyncIterator[int]:
    """A network namespace with nothing in it; yields the process that holds it."""
    holder = await asyncio.create_subprocess_exec(
        *("unshare", "--net", "sh", "-c", "echo ready; exec sleep 600"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdout is not None
    await holder.stdout.readline()  # it has the namespace now
    try:
        yield holder.pid
    finally:
        holder.kill()
        await holder.wait()


def _build(places: House) -> None:
    run("ip", "link", "set", "lo", "up")
    for name, place, net in (
        ("lan0", places.home, HOME_NET),
        ("wan0", places.outside, OUTSIDE_NET),
    ):
        run(*f"ip link add {name} type veth peer name eth0 netns {place}".split())
        run(*f"ip addr add {net}.1/24 dev {name}".split())
        run(*f"ip link set {name} up".split())
        for command in (
            "ip link set lo up",
            f"ip addr add {net}.2/24 dev eth0",
            "ip link set eth0 up",
        ):
            run(*places.at(place), *command.split())
    run(*places.at(places.home), *f"ip route add default via {HOME_NET}.1".split())
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    subprocess.run(["nft", "-f", "-"], input=RULES, text=True, check=True)


@contextlib.asynccontextmanager
async def _upnp_daemon(folder: Path) -> AsyncIterator[None]:
    config = folder / "miniupnpd.conf"
    config.write_text(CONFIG)
    program = _program("miniupnpd")
    assert program is not None
    daemon = await asyncio.create_subprocess_exec(
        *(program, "-d", "-f", str(config), "-P", str(folder / "miniupnpd.pid")),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert daemon.stderr is not None
    said = b""
    while b"HTTP listening on port" not in said:
        line = await daemon.stderr.readline()
        assert line, said.decode()
        said += line
    drain = asyncio.create_task(daemon.stderr.read())
    try:
        yield
    finally:
        daemon.terminate()
        await daemon.wait()
        await drain


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def run(*command: str) -> str:
    """Run a command that must succeed, and return what it says."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


def run_inside(module: str, folder: Path) -> None:
    """Run ``python -m MODULE FOLDER`` as the router; what it says comes with a failure."""
    done = subprocess.run(
        [*inside(), sys.executable, "-m", module, str(folder)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=220,
    )
    assert done.returncode == 0, done.stdout + done.stderr
