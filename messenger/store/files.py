"""The files of a profile folder; docs/store.md tells people what each one is."""

from typing import Final

DATABASE_NAME: Final = "hum.db"  # SQLCipher; beside it -wal and -shm while it is open
KEY_FILE_NAME: Final = "hum.keys"  # key slots
RESERVE_NAME: Final = "hum.reserve"  # given up on a full disk
LOCK_NAME: Final = "hum.lock"  # held by the one process that has the profile open
