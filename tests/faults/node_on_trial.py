"""``hum rpc`` with two liberties for fault tests, and with one planted bug where asked for.

    python node_on_trial.py [--dial-through HOST:PORT] [--mutant NAME] [--pause yes]
        [--free-min BYTES] rpc ...

Everything runs as it ships but for: a passphrase that costs next to nothing (a start takes half the
time), and, where asked for, a relay that every dial goes through, a pause before the first
statement so that a tracer can be attached, or another limit of room that files leave free, so that
a disk of 16 MiB may be filled. The mutants are what the harness must catch.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from messenger.__main__ import main
from messenger.core.types import Address, TimelineStep
from messenger.engine.links import Links
from messenger.store import sealed_files, slots
from messenger.store.database import Store, Transaction
from messenger.store.messages import MessageRepository
from messenger.store.sealed_files import SealedFiles


def make_the_passphrase_cheap() -> None:
    """Write and accept key files that cost microseconds to open."""
    slots.DEFAULT_COST = slots.FLOOR = slots.CHEAP_COST_FOR_TESTING_ONLY


def dial_through(text: str) -> None:
    """Let every dial, whatever address it wants, go to one place."""
    host, port = text.rsplit(":", 1)
    relay, dial = Address(host, int(port)), Links.dial

    async def through(self: Links, address: Address, *rest: Any, **options: Any) -> Any:
        return await dial(self, relay, *rest, **options)

    Links.dial = through


def tell_before_commit() -> None:
    """Plant the bug: whoever waits for a commit, also to acknowledge, goes on just before it."""

    async def write(self: Store, work: Callable[[Transaction], Any]) -> Any:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Any] = loop.create_future()

        def run(transaction: Transaction) -> None:
            result = work(transaction)
            loop.call_soon_threadsafe(told.set_result, result)

        committed = asyncio.wrap_future(self._submit(self._write, run))
        await asyncio.wait([committed, told], return_when=asyncio.FIRST_COMPLETED)
        if committed.done() and committed.exception() is not None:
            raise committed.exception()
        return await told

    Store.write = write


def deliver_when_left() -> None:
    """Plant the bug: what left the computer is taken for delivered."""
    stamp = MessageRepository.stamp

    def stamp_and_forget(self: MessageRepository, row: int, step: TimelineStep, at: int) -> None:
        stamp(self, row, step, at)
        if step is TimelineStep.LEFT:
            self._connection.run("DELETE FROM outbox WHERE row = ?", (row,))
            self._connection.run("UPDATE message SET state = 'delivered' WHERE row = ?", (row,))

    MessageRepository.stamp = stamp_and_forget


def done_before_the_disk() -> None:
    """Plant the bug: a chunk counts as received while it is still being written."""
    append = SealedFiles.append

    def begin(self: SealedFiles, name: str, index: int, sealed: bytes) -> None:
        threading.Thread(target=append, args=(self, name, index, sealed)).start()

    SealedFiles.append = begin


def save_without_a_note() -> None:
    """Plant the bug: after a crash a file is saved as if it had never been."""
    save = SealedFiles.save

    def again(self: SealedFiles, *arguments: Any, **_: Any) -> Any:
        return save(self, *arguments)

    SealedFiles.save = again


MUTANTS = {
    "tell-before-commit": tell_before_commit,
    "deliver-when-left": deliver_when_left,
    "done-before-the-disk": done_before_the_disk,
    "save-without-a-note": save_without_a_note,
}


def run(arguments: list[str]) -> int:
    """Take our own options off the front and run the program with the rest."""
    make_the_passphrase_cheap()
    while arguments[0] != "rpc":
        option, value, *arguments = arguments
        match option:
            case "--dial-through":
                dial_through(value)
            case "--mutant":
                MUTANTS[value]()
            case "--free-min":
                sealed_files.FREE_MIN_LEN = int(value)
            case "--pause":
                os.kill(os.getpid(), signal.SIGSTOP)
            case _:
                raise ValueError(option)
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
