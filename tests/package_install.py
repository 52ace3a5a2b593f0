"""Install the ``.deb``, let two of it talk, open its window, remove it: ``make package-test``.

    unshare --mount --net build/package-venv/bin/python tests/package_install.py DEB

Runs as root in a mount and a network namespace of its own. The package goes into a layer above this
system, which is thrown away: what is installed here stays as it is. The homes are empty.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent / "rpc"))

from rpc_nodes import befriend, texts
from x_server import window_titles, x_server

from messenger.rpc.client import RpcClient

PATIENCE_S = 90.0
PROGRAM = "/usr/bin/hum"


def main() -> int:
    """Play it all; 0 when everything happened."""
    if len(sys.argv) != 2:
        print("usage: package_install.py DEB", file=sys.stderr)
        return 2
    package = Path(sys.argv[1]).resolve()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory(prefix="hum-package-test-") as name:
        root = _layer(Path(name))
        inside = ["chroot", str(root)]
        try:
            (root / "tmp/hum.deb").write_bytes(package.read_bytes())
            subprocess.run([*inside, "dpkg", "--install", "/tmp/hum.deb"], check=True)
            asyncio.run(asyncio.wait_for(_talk(inside), PATIENCE_S))
            _open_window(inside)
            subprocess.run([*inside, "dpkg", "--remove", "hum"], check=True)
            left = [place for place in ("usr/lib/hum", "usr/bin/hum") if (root / place).exists()]
            assert not left, f"removed, and still there: {left}"
            assert any((root / "home/a").rglob("*")), "the profile is gone with the program"
        finally:
            for place in ("dev", "proc", ""):
                subprocess.run(["umount", "--lazy", root / place], check=False)
            subprocess.run(["umount", "--lazy", name], check=False)
    print("package test: installed, started, two talked, the window opened, removed.")
    return 0


def _layer(folder: Path) -> Path:
    """A root that shows this system and writes into memory."""
    subprocess.run(["mount", "-t", "tmpfs", "hum-test", folder], check=True)
    upper, work, root = (folder / each for each in ("upper", "work", "root"))
    for each in (upper, work, root):
        each.mkdir()
    how = f"lowerdir=/,upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", how, root], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    subprocess.run(["mount", "--rbind", "/dev", root / "dev"], check=True)
    for home in ("a", "b", "window"):
        (root / "home" / home).mkdir(parents=True)
    (root / "tmp").mkdir(exist_ok=True)
    (root / "tmp/passphrase").write_text("correct horse battery staple\n")
    return root


def _environment(home: str) -> dict[str, str]:
    return {"HOME": f"/home/{home}", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


async def _talk(inside: list[str]) -> None:
    """Two packaged programs become contacts and write to each other."""
    async with AsyncExitStack() as stack:
        nodes = []
        for name in ("a", "b"):
            options = ["--name", name, "--listen", "127.0.0.1:0", "--cover", "T=0.01"]
            options += ["--passphrase-file", "/tmp/passphrase"]
            node = await RpcClient.start(
                *options, env=_environment(name), program=[*inside, PROGRAM, "rpc"]
            )
            stack.push_async_callback(node.stop)
            nodes.append(node)
        a, b = nodes
        b_at_a, a_at_b = await befriend(a, b)
        await a.call("message.send", contact=b_at_a, text="from the package")
        await b.event("message.added", contact=a_at_b, outgoing=False)
        await b.call("message.send", contact=a_at_b, text="and back")
        await a.event("message.added", contact=b_at_a, outgoing=False)
        assert await texts(b, a_at_b, outgoing=False) == ["from the package"]
        assert await texts(a, b_at_a, outgoing=False) == ["and back"]


def _open_window(inside: list[str]) -> None:
    with x_server() as display:
        environment = _environment("window") | {"DISPLAY": display}
        begun = time.monotonic()
        with subprocess.Popen([*inside, PROGRAM], env=environment) as window:
            try:
                while not any("Hum" in title for title in window_titles(display)):
                    assert window.poll() is None, f"the window ended with {window.returncode}"
                    assert time.monotonic() - begun < PATIENCE_S, "no window came up"
                    time.sleep(0.1)
                print(f"The window was there after {time.monotonic() - begun:.1f} s.")
            finally:
                window.terminate()


if __name__ == "__main__":
    os.environ.pop("DISPLAY", None)
    sys.exit(main())
