"""What stands in a conversation without messages: who will be able to read them."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from messenger.core.types import Contact, Relation
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.theme import SPACE_XL
from messenger.gui.words import name_in_sentence

WIDTH: Final = 360  # pixels; a line that reads well


class Unwritten(TextLabel):
    """A sentence in the middle of an empty view. Owner: GUI thread."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(tone="muted")
        self._view = view
        self.setParent(view)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_contact(self, contact: Contact) -> None:
        """Stand in the middle of the view and speak of this contact."""
        words = self._words(contact).replace("{name}", name_in_sentence(contact))
        self.setText(words)
        self._view.setAccessibleDescription(words)
        room = self._view.rect().marginsRemoved(self._view.contentsMargins())
        width = min(WIDTH, room.width() - 2 * SPACE_XL)
        height = self.heightForWidth(width)
        middle = room.center()
        self.setGeometry(middle.x() - width // 2, middle.y() - height // 2, width, height)
        self.setHidden(height > room.height())
        self.raise_()

    def leave(self) -> None:
        """Something is written now, or nobody is spoken of."""
        self.hide()
        self.setText("")
        self._view.setAccessibleDescription("")

    def _words(self, contact: Contact) -> str:
        writes = contact.relation in {Relation.ACCEPTED, Relation.ASKED}
        if contact.frozen or not writes:
            return self.tr("Nothing was written here.")
        if contact.verified_at is not None:
            return self.tr("Nothing is written yet. Only {name} and you will be able to read it.")
        return self.tr(
            "Nothing is written yet. Only you and whoever holds the pinned key will be able to "
            "read it. Compare safety numbers to know that it is {name}."
        )
