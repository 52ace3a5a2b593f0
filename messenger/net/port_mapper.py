"""The port mapper's process: keeps a port of the router open for as long as its input is.

The library for it is C code that reads what the router, or somebody who poses as one, answers, and
it blocks; so it runs where neither keys nor messages are. Each line of its output is one JSON
object. When its input ends, however the engine ended, it has the port closed and ends.
"""

import json
import queue
import sys
import threading
from collections.abc import Sequence
from typing import Final

from messenger.core.errors import PortMappingError
from messenger.core.logs import start_logging
from messenger.net.router import Router

RETRY_S: Final = 600.0  # seconds until a router that is not there, or refuses, is asked again
PERMANENT_S: Final = 1_800.0  # seconds between looks at a port that was opened for good
END, AGAIN = "", "again"  # what the input says


def main(arguments: Sequence[str]) -> int:
    """Keep a port open: our port and the seconds of a lease are the arguments."""
    start_logging(times=False)
    port, lease_s = map(int, arguments)
    router, words = Router(port, lease_s), _words()
    try:
        while True:
            wait_s = _renew(router)
            try:
                word = words.get(timeout=wait_s)
            except queue.Empty:
                continue  # time to renew
            if word == END:
                return 0
            router.forget()
    finally:
        router.close()


def _renew(router: Router) -> float:
    """Tell how it went; return the seconds until the next time."""
    try:
        opened = router.open()
    except PortMappingError as error:
        _tell(reason=error.reason)
        return RETRY_S
    _tell(host=opened.host, port=opened.port, lease_s=opened.lease_s)
    return opened.lease_s / 2 or PERMANENT_S


def _tell(**values: str | int) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def _words() -> queue.SimpleQueue[str]:
    """What comes in, line by line; END is the last."""
    words: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            words.put(line.strip() or AGAIN)
        words.put(END)

    threading.Thread(target=read, name="input", daemon=True).start()
    return words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
