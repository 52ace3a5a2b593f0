"""Find, and where possible install, what Hum needs from the operating system.

    python3 packaging/system_packages.py window   # to open the window
    python3 packaging/system_packages.py test     # to run every test
    python3 packaging/system_packages.py package  # to build the packages and test them

Looks for the libraries and programs themselves, not for package names, so it is right on any
Linux. What is missing is installed with apt-get when we are root or sudo asks no password;
otherwise one sentence names it. Only what is required makes the exit status 1.
Standard library only. On macOS and Windows nothing is needed.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FONT_FOLDERS = [
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".fonts",
    Path.home() / ".local/share/fonts",
]
FAKETIME = Path("/usr/lib")


@dataclass(frozen=True)
class Need:
    """Something the system must have: how to look for it, and what Debian calls its package."""

    package: str
    found: Callable[[], bool]
    required: bool = True


def library(package: str, soname: str) -> Need:
    """A shared library, found by loading it."""
    return Need(package, lambda: _loads(soname))


def program(package: str, name: str, *, required: bool = True) -> Need:
    """A program on the PATH."""
    return Need(package, lambda: shutil.which(name) is not None, required)


def font(package: str, part_of_name: str, *, required: bool) -> Need:
    """A font file whose name holds some letters; the empty string means any font."""
    return Need(package, lambda: _has_font(part_of_name), required)


# What the libraries and the X11 plugin of PySide6 6.11 ask for and its wheel does not bring along.
QT_LIBRARIES = {
    "libgl1": "libGL.so.1",
    "libegl1": "libEGL.so.1",
    "libfontconfig1": "libfontconfig.so.1",
    "libfreetype6": "libfreetype.so.6",
    "libdbus-1-3": "libdbus-1.so.3",
    "libglib2.0-0": "libgthread-2.0.so.0",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libx11-6": "libX11.so.6",
    "libx11-xcb1": "libX11-xcb.so.1",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-sync1": "libxcb-sync.so.1",
    "libxcb-xfixes0": "libxcb-xfixes.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
}
WAYLAND_LIBRARIES = {
    "libwayland-client0": "libwayland-client.so.0",
    "libwayland-cursor0": "libwayland-cursor.so.0",
}
WINDOW = [
    *(library(package, soname) for package, soname in QT_LIBRARIES.items()),
    font("fonts-dejavu-core", "", required=True),
    font("fonts-noto-color-emoji", "emoji", required=False),
]
if os.environ.get("WAYLAND_DISPLAY"):
    WINDOW += [library(package, soname) for package, soname in WAYLAND_LIBRARIES.items()]
TEST = [
    *WINDOW,
    font("fonts-noto-core", "notosans-regular", required=True),  # the widths that tests measure
    program("xvfb", "Xvfb"),
    program("x11-utils", "xwininfo"),
    program("dbus", "dbus-run-session"),
    program("gnome-keyring", "gnome-keyring-daemon"),
    program("nats-server", "nats-server"),
    program("strace", "strace", required=False),
    program("tcpdump", "tcpdump", required=False),
    program("tor", "tor", required=False),
    program("miniupnpd-nftables", "miniupnpd", required=False),
    program("nftables", "nft", required=False),
    program("iproute2", "ip", required=False),
    program("desktop-file-utils", "desktop-file-validate", required=False),
    Need("libfaketime", lambda: any(FAKETIME.glob("*/faketime/libfaketime.so.1")), required=False),
]
PACKAGE = [
    *WINDOW,
    program("dpkg", "dpkg-deb"),
    program("zstd", "zstd"),
    program("binutils", "objdump"),
    program("xvfb", "Xvfb"),
    program("x11-utils", "xwininfo"),
    program("lintian", "lintian", required=False),
    program("debootstrap", "debootstrap", required=False),
    program("desktop-file-utils", "desktop-file-validate", required=False),
    program("appstream", "appstreamcli", required=False),
]
PURPOSES = {"window": WINDOW, "test": TEST, "package": PACKAGE}


def main() -> int:
    """Check the purpose named on the command line; 0 when nothing required is missing."""
    if len(sys.argv) != 2 or sys.argv[1] not in PURPOSES:
        print("usage: system_packages.py window|test|package", file=sys.stderr)
        return 2
    needs = PURPOSES[sys.argv[1]] if sys.platform.startswith("linux") else []
    missing = [need for need in needs if not need.found()]
    if not missing:
        return 0
    _install(missing)
    return _report([need for need in missing if not need.found()])


def _install(missing: list[Need]) -> None:
    """Install by apt-get where that asks nobody anything; otherwise do nothing."""
    prefix = _as_root()
    if prefix is None or shutil.which("apt-get") is None:
        return
    packages = [need.package for need in missing]
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    _quietly([*apt, "update"])
    if _quietly([*apt, "install", "-y", "--no-install-recommends", *packages]):
        return
    for package in packages:  # one unknown name makes apt-get refuse all of them
        _quietly([*apt, "install", "-y", "--no-install-recommends", package])


def _as_root() -> list[str] | None:
    """The words that make a command run as root without a question; None if there are none."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _quietly(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def _report(missing: list[Need]) -> int:
    """Say what is still missing, in one sentence each for required and optional things."""
    for required in (True, False):
        packages = " ".join(need.package for need in missing if need.required is required)
        if packages:
            consequence = "Hum needs" if required else "Hum would look or test better with"
            print(
                f"{consequence} system packages that are not here; on Debian and its kin: "
                f"sudo apt-get install {packages}",
                file=sys.stderr,
            )
    return int(any(need.required for need in missing))


def _quietly(command: list[str]) -> bool:
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _has_font(part_of_name: str) -> bool:
    return any(
        part_of_name in path.name.lower()
        for folder in FONT_FOLDERS
        for suffix in ("*.ttf", "*.otf", "*.ttc", "*.pfb")
        for path in folder.rglob(suffix)
    )


if __name__ == "__main__":
    sys.exit(main())
