"""Run in a process of its own: one use of the keyring, with the environment the test chose.

    python keyring_child.py FIRST_S LATER_S STEP ...

Each STEP is a Python expression over ``backend`` (the Secret Service), ``find`` and ``vault``; its
value or its error is printed as one line. The process must end by itself even if a call hangs.
"""

import sys
from pathlib import Path

from messenger.core.errors import MessengerError
from messenger.store import keyring
from messenger.store.files import DATABASE_NAME
from messenger.store.vault import Vault


class Steps:
    """What the expressions may use."""

    def __init__(self, deadlines: keyring.Deadlines) -> None:
        self.backend = keyring.backend_named("Secret Service", deadlines)
        self.deadlines = deadlines

    def find(self) -> str:
        return keyring.find_backend(self.deadlines).name

    def make(self, folder: str) -> str:
        _, key = Vault.create(Path(folder), keyring=self.backend)
        (Path(folder) / DATABASE_NAME).write_bytes(b"a database")
        return key.hex()

    def unlock(self, folder: str) -> str:
        return Vault.open(Path(folder)).unlock_keyring(self.backend).hex()


def main() -> None:
    first_s, later_s, *expressions = sys.argv[1:]
    steps = Steps(keyring.Deadlines(float(first_s), float(later_s)))
    names = {name: getattr(steps, name) for name in ("backend", "find", "make", "unlock")}
    for expression in expressions:
        try:
            print(repr(eval(expression, names)), flush=True)
        except MessengerError as error:
            print(f"{type(error).__name__}: {error}", flush=True)


if __name__ == "__main__":
    main()
