"""Pictures among the files of messages: their size, and a small copy to be shown."""

from messenger.core.errors import NotAllowedError
from messenger.core.types import Message
from messenger.store.connection import Connection
from messenger.store.reader import Queries


class PictureRepository:
    """Changes to pictures, inside a transaction of the writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reader = Queries(connection)

    def add(self, row: int, size: tuple[int, int]) -> Message:
        """The file of this message is a picture of so many pixels."""
        self._connection.run(
            "INSERT OR IGNORE INTO picture (row, width, height) VALUES (?, ?, ?)", (row, *size)
        )
        return self._reader.message(row)

    def preview(self, row: int) -> bytes | None:
        """Return the small copy, or None while there is none."""
        preview: bytes | None = self._connection.value(
            "SELECT preview FROM picture WHERE row = ?", (row,)
        )
        return preview

    def set_preview(self, row: int, preview: bytes) -> None:
        """Keep a small copy.

        Raises:
            NotAllowedError: the message has no picture, or not any more.
        """
        query = "UPDATE picture SET preview = ? WHERE row = ?"
        if self._connection.change(query, (preview, row)) != 1:
            raise NotAllowedError("This message has no picture.")

    def remove(self, row: int) -> Message:
        """It cannot be shown after all: the message has a file like any other."""
        if self._connection.change("DELETE FROM picture WHERE row = ?", (row,)):
            self._connection.note_deletion()
        return self._reader.message(row)
