"""The files of a profile folder; docs/store.md tells people what each one is."""

from typing import Final

DATABASE_NAME: Final = "hum.db"  # SQLCipher; beside it -wal and -shm while it is open
KEY_FILE_NAME: Final = "hum.keys"  # key slots
RESERVE_NAME: Final = "hum.reserve"  # given up on a full disk
KEY_COPY_NAME: Final = "hum.keys.copy"  # used where the key file is damaged
COUNT_NAME: Final = "hum.commits"  # how many commits there were, from outside
SNAPSHOT_FOLDER: Final = "snapshots"
FILES_FOLDER: Final = "files"  # sealed files of messages, under random names
LOCK_NAME: Final = "hum.lock"  # held by the one process that has the profile open
