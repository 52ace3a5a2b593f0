"""A real X server without a screen, for the tests that open windows."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def x_server() -> Iterator[str]:
    """Start Xvfb on a free display of its own choice; yields DISPLAY, stops it afterwards."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1200x24"]
    command += ["-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as announced:
            number = announced.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def window_titles(display: str) -> list[str]:
    """The titles of all named windows on a display, as xwininfo tells them.

    None while it fails, as it does when a window goes away under its eyes.
    """
    command = ["xwininfo", "-display", display, "-root", "-tree"]
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    tree = "" if told.returncode else told.stdout
    return [line.split('"')[1] for line in tree.splitlines() if line.count('"') >= 2]
