"""Somebody wants to write: their name and their key, three answers, and nothing else of theirs."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from messenger.core.types import Contact, Presence
from messenger.crypto.fingerprint import fingerprint
from messenger.gui.buttons import WordButton
from messenger.gui.delegates.avatar import Face
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import (
    FingerprintLabel,
    Note,
    TextLabel,
    Tone,
    heading,
)
from messenger.gui.theme import SPACE_L, SPACE_M, SPACE_XL, set_look
from messenger.gui.views.header import FaceLabel
from messenger.gui.words import name_in_sentence

FACE_SIDE = 72
CARD_WIDTH = 520


class RequestPage(QScrollArea):
    """Owner: GUI thread.

    Signals:
        accept_wanted, decline_wanted, block_wanted: one for each answer.
    """

    accept_wanted = Signal()
    decline_wanted = Signal()
    block_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.face = FaceLabel(FACE_SIDE)
        self.question = heading("")
        self.explanation = TextLabel(
            self.tr(
                "They have your link or reached you while you waited for a connection. The name is "
                "their own choice; only the key tells who it is. Nothing else of theirs is shown "
                "before you accept, and they are not told until you answer."
            ),
            tone="muted",
        )
        self.warning = Note()
        self.key = FingerprintLabel(self.tr("Their key"))
        self.accept_button = _button(self.tr("Accept"), "primary")
        self.decline_button = _button(self.tr("Decline"))
        self.block_button = _button(self.tr("Block"), "danger")
        self.setWidget(self._page())
        self.accept_button.clicked.connect(self.accept_wanted)
        self.decline_button.clicked.connect(self.decline_wanted)
        self.block_button.clicked.connect(self.block_wanted)

    def _page(self) -> QWidget:
        buttons = FoldingRow()
        for button in (self.accept_button, self.decline_button, self.block_button):
            buttons.add(button)
        buttons.add_stretch()
        card = QFrame()
        set_look(card, "surface", "card")
        card.setMaximumWidth(CARD_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addWidget(self.face)
        for widget in (self.question, self.warning, self.explanation, self.key, buttons):
            column.addWidget(widget)
        page = QWidget()
        page.setAutoFillBackground(True)
        page.setBackgroundRole(QPalette.ColorRole.Base)
        middle = QHBoxLayout()  # an alignment would keep the card from growing in height
        middle.addStretch(1)
        middle.addWidget(card, 100)
        middle.addStretch(1)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        outer.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(2)
        return page

    def show_contact(self, contact: Contact, presence: Presence, warning: str = "") -> None:
        """Ask about somebody; ``warning`` says what is odd about them."""
        self.face.show_face(Face.of(contact, presence))
        words = self.tr("{name} wants to write to you")
        self.question.setText(words.replace("{name}", name_in_sentence(contact)))
        self.key.show_fingerprint(fingerprint(contact.key))
        if warning != self.warning.text:
            self.warning.say(warning, Tone.WARNING)

    def forget(self) -> None:
        """Hold nothing of whoever asked: Hum was locked."""
        self.face.show_face(None)
        self.question.setText("")
        self.key.show_fingerprint("")
        self.warning.clear()


def _button(words: str, kind: str = "") -> QPushButton:
    return WordButton(words, kind)
