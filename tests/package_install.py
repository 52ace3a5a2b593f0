"""Install the ``.deb``, let two of it talk, open its window, remove it: ``make package-test``.

    unshare --mount --net build/package-venv/bin/python tests/package_install.py DEB [ROOT]

Runs as root in a mount and a network namespace of its own. The package goes into a layer that is
thrown away: above a fresh Debian with nothing but what the package asks for (package_root.py), or,
where none can be made, above this system. The homes are empty.
"""

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent / "rpc"))

from rpc_nodes import befriend, texts
from x_server import window_titles, x_server

from messenger.core.builds import Damage, FileFinding
from messenger.rpc.client import RpcClient
from messenger.update.own_files import OwnFiles

PATIENCE_S = 90.0
PROGRAM = "/usr/bin/hum"
FLIPS = 100


def main() -> int:
    """Play it all; 0 when everything happened."""
    if len(sys.argv) not in {2, 3}:
        print("usage: package_install.py DEB [ROOT]", file=sys.stderr)
        return 2
    package, *below = (Path(each).resolve() for each in sys.argv[1:])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory(prefix="hum-package-test-") as name:
        root = _layer(Path(name), below[0] if below else Path("/"))
        inside = ["chroot", str(root)]
        try:
            (root / "tmp/hum.deb").write_bytes(package.read_bytes())
            subprocess.run([*inside, "dpkg", "--install", "/tmp/hum.deb"], check=True)
            _desktop_finds_it(root)
            _verify(inside, root)
            asyncio.run(asyncio.wait_for(_talk(inside), PATIENCE_S))
            asyncio.run(asyncio.wait_for(_notice(inside, root), PATIENCE_S))
            _open_window(inside)
            subprocess.run([*inside, "dpkg", "--remove", "hum"], check=True)
            left = [place for place in ("usr/lib/hum", "usr/bin/hum") if (root / place).exists()]
            assert not left, f"removed, and still there: {left}"
            assert any((root / "home/a").rglob("*")), "the profile is gone with the program"
        finally:
            for place in ("dev", "proc", ""):
                subprocess.run(["umount", "--lazy", root / place], check=False)
            subprocess.run(["umount", "--lazy", name], check=False)
    where = "a fresh Debian" if below else "a layer above this system"
    print(f"package test in {where}: installed, verified, two talked, window opened, removed.")
    return 0


def _layer(folder: Path, below: Path) -> Path:
    """A root that shows a system and writes into memory."""
    subprocess.run(["mount", "-t", "tmpfs", "hum-test", folder], check=True)
    upper, work, root = (folder / each for each in ("upper", "work", "root"))
    for each in (upper, work, root):
        each.mkdir()
    how = f"lowerdir={below},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", how, root], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    subprocess.run(["mount", "--rbind", "/dev", root / "dev"], check=True)
    for home in ("a", "b", "c", "window"):
        (root / "home" / home).mkdir(parents=True)
    (root / "tmp").mkdir(exist_ok=True)
    (root / "tmp/passphrase").write_text("correct horse battery staple\n")
    return root


def _desktop_finds_it(root: Path) -> None:
    """What the package tells the desktop is well formed, and ``hum:`` links lead to it."""
    share = root / "usr/share"
    entry = share / "applications/hum.desktop"
    checks = [
        ["desktop-file-validate", entry],
        ["appstreamcli", "validate", "--no-net", share / "metainfo/hum.metainfo.xml"],
        ["update-desktop-database", entry.parent],
    ]
    for check in checks:
        if shutil.which(check[0]) is None:
            print(f"{check[0]} is not here; not checked.")
            continue
        done = subprocess.run(check, check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{check[0]}: {done.stdout}{done.stderr}"
    cache = entry.with_name("mimeinfo.cache")
    if cache.exists():
        assert "x-scheme-handler/hum=hum.desktop" in cache.read_text()
        cache.unlink()


def _verify(inside: list[str], root: Path) -> None:
    """The installed files are those of the build; what is changed in them is found, quickly."""
    command = [*inside, PROGRAM, "verify-install", "--json"]
    told = _told(command, 0)
    assert told["findings"] == [], told["findings"]
    assert told["kind"] in {"signed", "unsigned"}
    program = root / "usr/lib/hum"
    files = [path for path in program.rglob("*") if path.is_file() and not path.is_symlink()]
    files = [path for path in files if path.name != "manifest.jsonl" and path.stat().st_size]
    chance = random.Random(1)
    for path in chance.sample(files, FLIPS):
        kept = path.read_bytes()
        _flip(path, kept, chance)
        # From outside: a bit in the interpreter itself may keep the program from starting at all.
        found = OwnFiles(program).check().findings
        assert found == (FileFinding(str(path.relative_to(program)), Damage.CONTENT),), (
            path,
            found,
        )
        path.write_bytes(kept)
    (program / "_internal/extra.so").write_bytes(b"x")
    extra = _told(command, 1)
    assert extra["findings"] == [{"path": "_internal/extra.so", "what": "extra"}]
    (program / "_internal/extra.so").unlink()
    print(
        f"{FLIPS} of {FLIPS} single-bit flips and an extra file found among {told['files']} files; "
        f"the installed program took {told['seconds']:.2f} and {extra['seconds']:.2f} s to look."
    )


def _flip(path: Path, content: bytes, chance: random.Random) -> None:
    changed = bytearray(content)
    at = chance.randrange(len(changed) * 8)
    changed[at // 8] ^= 1 << at % 8
    path.write_bytes(changed)


def _told(command: list[str], status: int) -> Any:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=_environment("a")
    )
    assert done.returncode == status, f"{done.returncode}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout)


def _environment(home: str) -> dict[str, str]:
    return {"HOME": f"/home/{home}", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


async def _notice(inside: list[str], root: Path) -> None:
    """A changed program says so by itself, soon after its start."""
    changed = root / "usr/lib/hum/LICENSE"
    kept = changed.read_bytes()
    changed.write_bytes(kept + b"\n")
    options = ["--name", "c", "--listen", "127.0.0.1:0", "--passphrase-file", "/tmp/passphrase"]
    node = await RpcClient.start(*options, env=_environment("c"), program=[*inside, PROGRAM, "rpc"])
    told = await node.event("build.differs")
    assert told["findings"] == [{"path": "LICENSE", "what": "content"}]
    await node.stop()
    changed.write_bytes(kept)


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
        compared = await a.call("build.compare", contact=b_at_a)
        assert compared["match"] == "same", compared
        assert compared["own"]["system"] != "source"


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
