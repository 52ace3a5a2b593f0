"""The question whether a contact's large file may go through the fast lane."""

from PySide6.QtWidgets import QWidget

from messenger.core.types import Contact
from messenger.gui.dialogs.labels import TextLabel, heading
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.words import duration_words, name_in_sentence


class FastLaneDialog(Sheet):
    """One question with what an observer would see; Esc and Enter say no."""

    def __init__(self, contact: Contact, minutes: int, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Fast lane"), width=440)
        question = self.tr("Open a fast lane with {name}?")
        self.body.addWidget(heading(question.replace("{name}", name_in_sentence(contact))))
        words = self.tr(
            "For {time} both of you send about a hundred cells a second, even if the file is "
            "through sooner. Whoever watches the line learns that something large moves, not what, "
            "and not which way. Without the lane the file comes too, hidden and slower."
        )
        time = duration_words(minutes * 60)
        self.body.addWidget(TextLabel(words.replace("{time}", time), tone="muted"))
        self.body.addStretch(1)
        keep = self.add_button(self.tr("No, stay hidden"), self.reject)
        keep.setDefault(True)
        self.accept_button = self.add_button(self.tr("Open the fast lane"), self.accept)
        keep.setFocus()
