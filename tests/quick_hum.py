"""``hum`` whose passphrases cost next to nothing, for tests that are about something else.

    python tests/quick_hum.py rpc ...

Everything else is as it ships. Argon2id over 256 MiB is half of what the start of a node computes;
its cost is tested where it is paid (tests/store/test_store_vault.py), and some tests of whole nodes
run the program itself. A profile that this one made opens with this one only.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def quick_hum(*arguments: str) -> tuple[str, ...]:
    """Return the command line, in place of ``own_command`` of messenger/core/program.py."""
    return (sys.executable, str(Path(__file__).resolve()), *arguments)


def make_passphrases_cheap() -> None:
    """Stretch every passphrase of this process at the cost for tests, whatever is asked."""
    from messenger.store import backup_stream, slots

    stretch = slots.stretch

    def cheap(passphrase: bytes, salt: bytes, _cost: slots.Cost) -> bytes:
        return stretch(passphrase, salt, slots.CHEAP_COST_FOR_TESTING_ONLY)

    for module in (slots, backup_stream):
        module.stretch = cheap


def main() -> int:
    """Be the program."""
    from messenger.__main__ import main as hum

    make_passphrases_cheap()
    return hum()


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # not this folder, whose names are those of libraries
    sys.exit(main())
