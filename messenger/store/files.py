"""The files of a profile folder; docs/store.md tells people what each one is."""

from typing import Final

DATABASE_NAME: Final = "hum.db"  # SQLCipher; beside it -wal and -shm while it is open
KEY_FILE_NAME: Final = "hum.keys"  # key slots
LOCK_NAME: Final = "hum.lock"  # held by the one process that has the profile open
