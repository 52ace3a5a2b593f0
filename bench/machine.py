"""Which machine a table was made on."""

import os
import platform
import time
from pathlib import Path
from typing import Final

_CPUINFO: Final = Path("/proc/cpuinfo")


def today() -> str:
    """Return the day, as YYYY-MM-DD."""
    return time.strftime("%Y-%m-%d")


def machine() -> str:
    """Name the machine."""
    lines = _CPUINFO.read_text().splitlines() if _CPUINFO.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    model = f"{names[0]}, " if names else ""
    return (
        f"{model}{os.cpu_count()} cores, {platform.system()} {_kernel()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def _kernel() -> str:
    return ".".join(platform.release().split(".")[:2])
