"""What stands between header and messages and cannot scroll away: a changed key, a wait."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from messenger.core.types import Contact, MailRoute, Presence, Relation
from messenger.gui.buttons import WordButton
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.icons import pixmap
from messenger.gui.mail_words import trouble_sentence
from messenger.gui.standing import Standing, reason_sentence
from messenger.gui.theme import (
    ICON_M,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    TOUCH_MIN,
    colour,
    set_look,
    tokens_of,
)
from messenger.gui.times import date_words
from messenger.gui.words import name_in_sentence, relation_sentence

MOST_SHARE: Final = 0.66  # of the height of a conversation
FITS: Final = 3  # tries at most until height and words agree; one is nearly always enough


class Banner(QFrame):
    """An icon, sentences and buttons in a coloured box; made of them when it first speaks.

    Most of a window's never do: a start would wait for forty widgets that nobody sees.
    """

    words: TextLabel  # from the first word on, like the buttons
    buttons: FoldingRow

    def __init__(self, icon_name: str, surface: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._danger = surface == "danger"
        self.said = ""
        set_look(self, "surface", surface)
        self.hide()

    def _fill_once(self) -> None:
        if self.layout() is None:
            self._fill()

    def _fill(self) -> None:
        """Make what the banner consists of."""
        self._icon = QLabel()
        self._icon.setFixedSize(ICON_M, ICON_M)
        self.words = TextLabel()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = FoldingRow()
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_M)
        column.addLayout(row)
        column.addWidget(self.buttons)

    def button(self, words: str, kind: str = "") -> QPushButton:
        button = WordButton(words, kind)
        self.buttons.add(button)
        return button

    def say(self, words: str) -> None:
        if words == self.said:
            return
        self._fill_once()
        self.said = words
        self.words.setText(words)
        self.words.setAccessibleName(words)

    def setVisible(self, visible: bool) -> None:
        if visible:
            self._fill_once()
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:
        self._tint()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._tint()
        super().changeEvent(event)

    def _tint(self) -> None:
        tokens = tokens_of(self.palette())
        tint = tokens.danger_text if self._danger else tokens.warning_text
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(pixmap(self._icon_name, colour(tint), ICON_M, ratio))


class BannerArea(QScrollArea):
    """Holds banners with a margin around them; without a visible one it takes no room.

    They stand above the messages and do not scroll away with them. Where they would leave the
    conversation no room, they scroll by themselves: no word of them is ever cut off.
    """

    def __init__(self, banners: Iterable[Banner], parent: QWidget) -> None:
        super().__init__(parent)
        self._fitting = False
        self._banners = tuple(banners)
        self._above = parent
        self._page = QWidget()
        self._page.setAutoFillBackground(True)
        self._page.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(self._page)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, 0)
        column.setSpacing(SPACE_S)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._page)
        for banner in self._banners:
            column.addWidget(banner)
            banner.installEventFilter(self)
        for watched in (parent, self._page):
            watched.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = super().eventFilter(watched, event)
        banners = self.__dict__.get("_banners")
        if banners is None:  # the collector has taken our half already, at the end of a window
            return done
        if watched in banners:
            if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
                self._follow()
        elif event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            self._fit()
        return done

    def _follow(self) -> None:
        self.setHidden(all(banner.isHidden() for banner in self._banners))
        self._fit()

    def _fit(self) -> None:
        """Be as high as the banners, but leave the conversation its share.

        A new height is a resize, which asks for a fit again while Qt has set only one of the two
        limits: that one must wait, or the other limit is left from before.
        """
        if self._fitting or self.isHidden():
            return
        self._fitting = True
        for _ in range(FITS):
            wanted = self._page.heightForWidth(self._above.width())
            height = min(wanted, max(TOUCH_MIN, self._most()))
            if height <= 0 or height == self.minimumHeight() == self.maximumHeight():
                break
            self.setFixedHeight(height)
        self._fitting = False

    def _most(self) -> int:
        """Return the share of the banners, or less where what stands below cannot shrink so far."""
        room, column = self._above.height(), self._above.layout()
        share = round(room * MOST_SHARE)
        if column is None:
            return share
        others = (column.itemAt(at) for at in range(column.count()))
        least = sum(
            each.minimumSize().height()
            for each in others
            if each is not None and each.widget() is not self and not each.isEmpty()
        )
        return min(share, room - least)


class ChangedKeyBanner(Banner):
    """Another key answered for this contact; nothing goes on until the person decides.

    Signals:
        compare_wanted, new_contact_wanted, keep_wanted: one for each way out.
    """

    compare_wanted = Signal()
    new_contact_wanted = Signal()
    keep_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning", "danger", parent)

    def _fill(self) -> None:
        super()._fill()
        self.compare_button = self.button(self.tr("Compare safety numbers"), "primary")
        self.new_button = self.button(self.tr("Treat as a new contact"))
        self.keep_button = self.button(self.tr("Keep blocked"))
        self.buttons.add_stretch()
        self.compare_button.clicked.connect(self.compare_wanted)
        self.new_button.clicked.connect(self.new_contact_wanted)
        self.keep_button.clicked.connect(self.keep_wanted)

    def show_contact(self, contact: Contact) -> None:
        words = self.tr(
            "{name}’s computer shows another key than the one pinned on {date}. "
            "Either they reinstalled Hum, or someone is between you. "
            "What you write meanwhile waits on this computer."
        )
        words = words.replace("{date}", date_words(contact.pinned_at))
        self.say(words.replace("{name}", name_in_sentence(contact)))


class WaitingBanner(Banner):
    """Why this contact cannot answer yet, and what can be done about it.

    Signals:
        unblock_wanted: the contact is blocked and shall not be any more.
    """

    unblock_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("info", "warning", parent)

    def _fill(self) -> None:
        super()._fill()
        self.unblock_button = self.button(self.tr("Unblock"))
        self.buttons.add_stretch()
        self.unblock_button.clicked.connect(self.unblock_wanted)

    def show_contact(self, contact: Contact, standing: Standing) -> None:
        self.say(self._words(contact, standing))
        blocked = contact.relation is Relation.BLOCKED
        self.unblock_button.setVisible(blocked)
        self.buttons.setVisible(blocked)

    def _words(self, contact: Contact, standing: Standing) -> str:
        state = relation_sentence(contact, standing.presence, standing.mail)
        match contact.relation:
            case Relation.ASKED:
                wait = self.tr("Your messages wait on this computer until then.")
                why = reason_sentence(contact, standing) if standing.mail is None else ""
                return " ".join(part for part in (f"{state.rstrip('.…')}.", why, wait) if part)
            case Relation.BLOCKED:
                return self.tr("You blocked this contact. Nothing is sent or received.")
            case _:
                return f"{state}."


class MailBanner(Banner):
    """What keeps mail on this computer that should lie at a relay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("info", "warning", parent)

    def _fill(self) -> None:
        super()._fill()
        self.buttons.hide()

    def show_way(self, contact: Contact, presence: Presence, mail: MailRoute | None) -> None:
        """Say what is wrong with the way through a relay, while it is the only one."""
        writes = contact.relation is Relation.ACCEPTED and not contact.frozen
        words = ""
        if writes and presence is not Presence.ONLINE and mail is not None:
            words = trouble_sentence(mail, name_in_sentence(contact))
        self.setVisible(bool(words))
        if words:
            self.say(words)


class FailureBanner(Banner):
    """What did not work, or must be known; it can be closed.

    Signals:
        closed: by the person, who can have read it.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("failed", "danger", parent)

    def _fill(self) -> None:
        super()._fill()
        self.close_button = self.button(self.tr("Close"))
        self.buttons.add_stretch()
        self.close_button.clicked.connect(self.dismiss)

    @Slot()
    def dismiss(self) -> None:
        """Close it because the person wants so."""
        self.hide()
        self.closed.emit()

    def show_words(self, words: str) -> None:
        self.say(words)
        self.show()
