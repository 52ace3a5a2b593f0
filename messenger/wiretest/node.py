"""``python -m messenger.wiretest.node``: ``hum rpc`` whose wire process is the witness."""

import argparse
import sys
from pathlib import Path

from messenger.core.errors import MessengerError
from messenger.engine import wire_client
from messenger.rpc.command import run_rpc


def use_witness() -> None:
    """Let this process start the witness in place of the wire process."""
    wire_client.wire_command = lambda: (sys.executable, "-m", "messenger.wiretest.witness")


def main() -> int:
    """Read the options of ``hum rpc`` that the self-test needs, and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--passphrase-file", type=Path, required=True)
    for name in ("--name", "--listen", "--cover", "--profile"):
        parser.add_argument(name)
    options = parser.parse_args()
    use_witness()
    try:
        return run_rpc(options)
    except MessengerError as error:
        print(f"hum: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
