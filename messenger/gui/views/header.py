"""Who one is talking to: name, trust mark with its word, presence in words, and a menu.

The presence stands beside the mark; where the window is narrow, below, across all of it. Which of
the two depends on the width alone: nothing jumps when a connection comes or goes.
"""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from messenger.core.types import Contact, ContactId, Relation
from messenger.gui.buttons import WordButton
from messenger.gui.delegates.avatar import Face, initials_font, paint_avatar
from messenger.gui.icons import IconButton, icon, pixmap
from messenger.gui.standing import Standing, standing_sentences, state_words
from messenger.gui.theme import (
    ICON_S,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    TextSize,
    colour,
    scaled_font,
    set_look,
    set_text_size,
    tokens_of,
)
from messenger.gui.views.elided import ElidedLabel
from messenger.gui.words import (
    LIFETIMES_S,
    lifetime_words,
    timer_words,
    title_of,
    trust_icon,
    trust_sentence,
    trust_word,
)

FACE_SIDE: Final = 40
NARROW_LEN: Final = 80  # average characters of a caption; a narrower header has one line more


class FaceLabel(QWidget):
    """A person's picture."""

    def __init__(self, side: int = FACE_SIDE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._face: Face | None = None
        self.setFixedSize(side, side)

    def show_face(self, face: Face | None) -> None:
        if face != self._face:
            self._face = face
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._face is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = tokens_of(self.palette())
        box = self.rect().toRectF()
        letters = initials_font(self.font(), box.height())
        paint_avatar(painter, box, self._face, tokens, letters)


class TrustMark(WordButton):
    """Mark and word; a click opens the safety number."""

    def __init__(self) -> None:
        super().__init__(kind="mark")
        self._contact: Contact | None = None
        self.setIconSize(QSize(ICON_S, ICON_S))
        self.setFont(scaled_font(self.font(), TextSize.CAPTION))

    def show_contact(self, contact: Contact) -> None:
        self._contact = contact
        words = f"{trust_word(contact)}. {trust_sentence(contact)}"
        if words == self.accessibleName() and self.property("tone") == _tone(contact):
            return  # a new icon alone would have the header laid out again
        self.setText(trust_word(contact))
        self.setToolTip(trust_sentence(contact))
        self.setAccessibleName(words)
        self._tint()

    def forget(self) -> None:
        """Hold nothing of the contact."""
        self._contact = None
        self.setText("")
        self.setToolTip("")
        self.setAccessibleName("")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
        super().changeEvent(event)

    def _tint(self) -> None:
        contact = self._contact
        if contact is None:
            return
        tokens = tokens_of(self.palette())
        tone = _tone(contact)
        tint = {
            "danger": tokens.danger_text,
            "accent": tokens.accent_text,
            "muted": tokens.text_muted,
        }[tone]
        set_look(self, "tone", tone)
        self.setIcon(pixmap(trust_icon(contact), colour(tint), ICON_S, self.devicePixelRatioF()))


def _tone(contact: Contact) -> str:
    """Return how the mark is coloured, in the words of the style sheet."""
    if contact.frozen:
        return "danger"
    return "accent" if contact.verified_at is not None else "muted"


class ConversationHeader(QFrame):
    """Owner: GUI thread.

    Signals:
        back_wanted, search_wanted, date_wanted: asked for.
        connection_wanted, safety_number_wanted, build_wanted: likewise.
        rename_wanted, remove_wanted: likewise.
        block_wanted: block (True) or unblock.
        timer_wanted: seconds that messages shall live from now on, 0 for good.
        receipts_wanted: whether each is to tell the other what was read.
    """

    back_wanted = Signal()
    search_wanted = Signal()
    date_wanted = Signal()
    connection_wanted = Signal()
    safety_number_wanted = Signal()
    build_wanted = Signal()
    rename_wanted = Signal()
    block_wanted = Signal(bool)
    timer_wanted = Signal(int)
    receipts_wanted = Signal(bool)
    remove_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contact: Contact | None = None
        self._said: tuple[str, ...] = ()  # how the connection stands, and the timer
        set_look(self, "surface", "bar")
        self.back_button = IconButton("back", self.tr("Back to the contacts"))
        self.back_button.hide()
        self.face = FaceLabel()
        self.name = ElidedLabel()
        set_text_size(self.name, TextSize.HEADING, bold=True)
        self.trust = TrustMark()
        self.presence = ElidedLabel()
        set_look(self.presence, "tone", "muted")
        set_text_size(self.presence, TextSize.CAPTION)
        self.search_button = IconButton("search", self.tr("Search in this conversation (Ctrl+F)"))
        self.menu_button = IconButton("menu", self.tr("More about this contact"))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._make_menu()
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # never squeezed
        self.back_button.clicked.connect(self.back_wanted)
        self.search_button.clicked.connect(self.search_wanted)
        self.trust.clicked.connect(self.safety_number_wanted)

    def _make_menu(self) -> None:
        menu = QMenu(self)
        self._date = self._action(menu, "clock", self.tr("Go to a date…"))
        self._connection = self._action(menu, "wave", self.tr("Connection…"))
        self._safety = self._action(menu, "shield", self.tr("Safety number…"))
        self._build = self._action(menu, "info", self.tr("Compare programs…"))
        self._rename = self._action(menu, "edit", self.tr("Rename…"))
        self.timers = menu.addMenu(self.tr("Disappearing messages"))
        self.timers.menuAction().setData("timer")
        self._timer_group = QActionGroup(self)
        for seconds in LIFETIMES_S:
            choice = self.timers.addAction(lifetime_words(seconds))
            choice.setCheckable(True)
            choice.setData(seconds)
            self._timer_group.addAction(choice)
        self._timer_group.triggered.connect(self._on_timer)
        self.receipts = menu.addAction(self.tr("Tell each other what was read"))
        self.receipts.setCheckable(True)
        self.receipts.triggered.connect(self.receipts_wanted)
        menu.addSeparator()
        self._block = self._action(menu, "block", self.tr("Block…"))
        self._remove = self._action(menu, "trash", self.tr("Remove…"))
        self._date.triggered.connect(self.date_wanted)
        self._connection.triggered.connect(self.connection_wanted)
        self._safety.triggered.connect(self.safety_number_wanted)
        self._build.triggered.connect(self.build_wanted)
        self._rename.triggered.connect(self.rename_wanted)
        self._block.triggered.connect(self._on_block)
        self._remove.triggered.connect(self.remove_wanted)
        self._actions = [self._date, self._connection, self._safety, self._build]
        self._actions += [self._rename, self.timers.menuAction(), self._block, self._remove]
        menu.aboutToShow.connect(self._tint_menu)
        self.menu_button.setMenu(menu)

    def _action(self, menu: QMenu, icon_name: str, words: str) -> QAction:
        action = menu.addAction(words)
        action.setData(icon_name)
        return action

    @Slot()
    def _tint_menu(self) -> None:
        for action in self._actions:
            action.setIcon(icon(action.data(), self.palette()))

    def _lay_out(self) -> None:
        self._beside = second = QHBoxLayout()
        second.setSpacing(0)
        second.addWidget(self.trust)
        given_way = QSizePolicy.Policy.Ignored  # to the mark
        self.presence.setSizePolicy(given_way, QSizePolicy.Policy.Preferred)
        second.addWidget(self.presence, 1)
        second.addStretch()
        words = QVBoxLayout()
        words.setSpacing(2)
        first = QHBoxLayout()
        first.addSpacing(SPACE_XS)  # the mark's own padding: name and mark begin below each other
        first.addWidget(self.name)
        words.addLayout(first)
        words.addLayout(second)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.back_button)
        row.addWidget(self.face)
        row.addLayout(words, 1)
        row.addWidget(self.search_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._below = QHBoxLayout()  # empty but in a narrow window
        self._below.addSpacing(SPACE_S)  # the padding of the button above
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        whole.setSpacing(SPACE_XS)
        whole.addLayout(row)
        whole.addLayout(self._below)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    def show_contact(self, contact: Contact, standing: Standing) -> None:
        self._contact = contact
        self.name.say(title_of(contact))
        self.face.show_face(Face.of(contact, standing.presence))
        self.trust.show_contact(contact)
        asks = contact.relation is Relation.REQUEST
        said = () if asks else (state_words(contact, standing), timer_words(contact))
        self._said = tuple(words for words in said if words)
        self._say_presence()
        self.presence.explain("" if asks else standing_sentences(contact, standing))
        self.timers.setEnabled(contact.relation is Relation.ACCEPTED)
        self._connection.setEnabled(contact.relation in {Relation.ASKED, Relation.ACCEPTED})
        self._build.setEnabled(contact.relation is Relation.ACCEPTED)
        self.receipts.setEnabled(contact.relation is Relation.ACCEPTED)
        self.receipts.setChecked(contact.receipts)
        wanted = contact.proposed_lifetime_s
        lifetime_s = contact.lifetime_s if wanted is None else wanted
        for choice in self._timer_group.actions():
            choice.setChecked(choice.data() == lifetime_s)
        blocked = contact.relation is Relation.BLOCKED
        self._block.setText(self.tr("Unblock") if blocked else self.tr("Block…"))

    def forget(self) -> None:
        """Hold nothing of the contact: Hum was locked."""
        self._contact = None
        self._said = ()
        self.name.say("")
        self.face.show_face(None)
        self.trust.forget()
        self._say_presence()
        self.presence.explain("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_presence()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._place_presence()
        super().changeEvent(event)

    def _place_presence(self) -> None:
        """Put the presence beside the mark or below everything, as the width asks for."""
        letter = QFontMetrics(self.presence.font()).averageCharWidth()
        place = self._below if self.width() < NARROW_LEN * letter else self._beside
        if place.indexOf(self.presence) < 0:
            place.insertWidget(1, self.presence, 1)
            self._say_presence()

    def _say_presence(self) -> None:
        """Set it off from the mark, where that stands before it."""
        words = "  ·  ".join(self._said)
        beside = self._beside.indexOf(self.presence) >= 0
        self.presence.say(f"·  {words}" if words and beside else words)
        self.presence.setVisible(bool(words))

    @property
    def contact_id(self) -> ContactId | None:
        return self._contact.id if self._contact else None

    @Slot(QAction)
    def _on_timer(self, choice: QAction) -> None:
        self.timer_wanted.emit(choice.data())

    @Slot()
    def _on_block(self) -> None:
        if self._contact is not None:
            self.block_wanted.emit(self._contact.relation is not Relation.BLOCKED)


def separator(parent: QWidget | None = None) -> QFrame:
    """A hairline across."""
    line = QFrame(parent)
    line.setFixedHeight(1)
    set_look(line, "surface", "line")
    return line
