"""The choice of a cover profile, each with its true price before the first packet leaves."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QVBoxLayout, QWidget

from messenger.core.cover_price import price_of
from messenger.core.types import COVER_PROFILES, DEFAULT_COVER, Cover
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.dialogs.toggles import RadioButton, indented
from messenger.gui.theme import SPACE_M, SPACE_S, SPACE_XS, set_look

_PRICE_DIGITS: Final = 1


def profile_title(name: str) -> str:
    """Return a cover profile's name in the present language."""
    translate = QCoreApplication.translate
    return {
        "saver": translate("CoverChoice", "Saver"),
        "balanced": translate("CoverChoice", "Balanced"),
        "lively": translate("CoverChoice", "Lively"),
    }.get(name, name)


def data_size(count: int) -> str:
    """Return bytes in powers of 1,000, as data plans count them."""
    return QLocale().formattedDataSize(
        count, _PRICE_DIGITS, QLocale.DataSizeFormat.DataSizeSIFormat
    )


class ProfileCard(QFrame):
    """One profile: its name, how long a message waits, what it costs."""

    def __init__(self, name: str, cover: Cover) -> None:
        super().__init__()
        set_look(self, "surface", "card")
        self.button = RadioButton(profile_title(name))
        price = price_of(cover)
        seconds = QLocale().toString(price.wait_s, "g", 2)
        wait = self.tr("A message waits about {seconds} s before it leaves.")
        cost = self.tr("{hour} an hour · {month} a month")
        lines = (
            wait.format(seconds=seconds),
            cost.format(
                hour=data_size(price.bytes_per_hour), month=data_size(price.bytes_per_month)
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_XS)
        column.addWidget(self.button)
        for line in lines:
            label = TextLabel(line, tone="muted")
            column.addLayout(indented(label))
        self.button.setAccessibleDescription(" ".join(lines))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.setFocus()
        self.button.click()
        event.accept()


class CoverChoice(QWidget):
    """The profiles as cards; one of them is chosen.

    Signals:
        chosen: str, a name in COVER_PROFILES; the person chose it.
    """

    chosen = Signal(str)

    def __init__(self, current: str = DEFAULT_COVER) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._names = list(COVER_PROFILES)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        for number, (name, cover) in enumerate(COVER_PROFILES.items()):
            card = ProfileCard(name, cover)
            self._group.addButton(card.button, number)
            card.button.setChecked(name == current)
            column.addWidget(card)
        column.addWidget(
            TextLabel(
                self.tr(
                    "For each contact who is connected, both directions together, with IP and "
                    "TCP headers and acknowledgements; a month has 30 days without a pause. "
                    "It is the same whether you write or not: that is what hides when you do."
                ),
                tone="muted",
            )
        )
        self.setFocusProxy(self._group.button(self._names.index(current)))
        self._group.idClicked.connect(self._on_clicked)

    @property
    def current(self) -> str:
        return self._names[self._group.checkedId()]

    def choose(self, name: str) -> None:
        """Check a profile without telling anybody."""
        self._group.button(self._names.index(name)).setChecked(True)

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(self._names[number])


def profile_of(cover: Cover) -> str | None:
    """Return the name of the profile that has this schedule, or None for a measuring one."""
    return next((name for name, each in COVER_PROFILES.items() if each == cover), None)
