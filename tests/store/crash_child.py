"""Run in a process of its own, to be killed: writes, creates or migrates until it dies.

python crash_child.py write FOLDER             commits message after message, prints each row
python crash_child.py create FOLDER N          dies before the N-th statement of a creation
python crash_child.py migrate FOLDER N         dies before the N-th statement of an upgrade
python crash_child.py release FOLDER N         the same, with the steps of releases only
python crash_child.py hold FOLDER              takes the lock of the profile and waits
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from store_people import KEY, add_person, receive
from upgrade import UPGRADE

from messenger.core.clock import SystemClock
from messenger.store.connection import Connection, open_connection
from messenger.store.database import Store, Transaction
from messenger.store.files import DATABASE_NAME
from messenger.store.migrate import load_migrations, migrate
from messenger.store.profile_lock import ProfileLock


async def write(folder: Path) -> None:
    store = Store.open(folder, KEY, clock=SystemClock(), create=True)
    ada = await store.write(lambda tx: add_person(tx, "Ada"))

    def work(tx: Transaction, number: int) -> int:
        row = receive(tx, ada.id, number, f"message {number} " + "and more " * 20).row
        tx.sessions.save(ada.id, number.to_bytes(8, "big"))
        return row

    for number in range(1_000_000):
        row = await store.write(lambda tx, number=number: work(tx, number))
        print(row, number, flush=True)


def die_before(statement_count: int) -> None:
    """Make every connection of this process count its statements and end at one of them."""
    left = statement_count
    run = Connection.run

    def counting(self: Connection, sql: str, values: tuple[object, ...] = ()) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(self, sql, values)

    Connection.run = counting  # type: ignore[assignment,method-assign]


def create(folder: Path) -> None:
    Store.open(folder, KEY, clock=SystemClock(), create=True)


def upgrade(folder: Path) -> None:
    migrate(open_connection(folder / DATABASE_NAME, KEY), (*load_migrations(), *UPGRADE))


def upgrade_to_release(folder: Path) -> None:
    migrate(open_connection(folder / DATABASE_NAME, KEY))


def die_often(action: Callable[[Path], None], base: Path, counts: list[str]) -> None:
    """Do the same once per count, in a fork each; print how each of them ended."""
    for count in counts:
        sys.stdout.flush()
        fork = os.fork()
        if fork == 0:
            die_before(int(count))
            action(base / count)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]), flush=True)


def main() -> None:
    action, folder, counts = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    if action == "write":
        asyncio.run(write(folder))
    elif action == "create":
        die_often(create, folder, counts)
    elif action == "migrate":
        die_often(upgrade, folder, counts)
    elif action == "release":
        die_often(upgrade_to_release, folder, counts)
    elif action == "hold":
        ProfileLock(folder).acquire()
        print("held", flush=True)
        time.sleep(600)


if __name__ == "__main__":
    main()
