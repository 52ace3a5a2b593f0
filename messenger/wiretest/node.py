"""``python -m messenger.wiretest.node``: ``hum rpc`` whose wire process is the witness."""

import runpy
import sys

from messenger.engine import wire_client


def use_witness() -> None:
    """Let this process start the witness in place of the wire process."""
    wire_client.wire_command = lambda: (sys.executable, "-m", "messenger.wiretest.witness")


def main() -> None:
    """Be ``hum rpc`` with the arguments of this program."""
    use_witness()
    sys.argv[1:1] = ["rpc"]
    runpy.run_module("messenger", run_name="__main__")


if __name__ == "__main__":
    main()
