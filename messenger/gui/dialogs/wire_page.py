"""The wire page: the strip at large, what it costs, the choice of profiles, and the budget."""

from typing import Final

from PySide6.QtCore import QLocale, QRect, QSize, Slot
from PySide6.QtWidgets import QWidget

from messenger.core.cover_price import price_of
from messenger.core.types import NodeInfo, WireStats
from messenger.engine.events import (
    ContactChanged,
    Event,
    FastLaneChanged,
    NodeInfoChanged,
    NodeReady,
    WireSnapshot,
)
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.budget_field import plan_headline
from messenger.gui.dialogs.cover_choice import data_size
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, title
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.settings_cover import CoverSection
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.dialogs.wire_test import WireTest
from messenger.gui.theme import SPACE_M
from messenger.gui.views.hum_strip import Hum, HumStrip

PICTURE_HEIGHT: Final = 120  # pixels


class WirePicture(HumStrip):
    """The same ticks without words, higher."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Live picture of the cells, leaving above, arriving below"))
        self.setMinimumHeight(PICTURE_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), PICTURE_HEIGHT)

    def _find_lane(self) -> QRect:
        return QRect(0, 1, self.width(), self.height() - 1)


class WireDialog(Sheet):
    """Follows the snapshots that the strip beneath it has asked for; asks for none itself."""

    def __init__(self, client: EngineClient, info: NodeInfo, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("The wire"), width=560)
        self._info = info
        self._stats: WireStats | None = None
        self.picture = WirePicture()
        self.picture.apply(NodeReady(info, {}))
        self.state = TextLabel()
        self.loud = Note()
        self.lane = Note()
        self.reduced = Note()
        self.numbers = TextLabel(tone="muted")
        self.numbers.hide()  # until they are known, as is the price
        self.price = TextLabel(tone="muted")
        self.price.hide()
        self.cover = CoverSection(Requests(client, self), info)
        self.body.addWidget(title(self.tr("The wire")))
        words = self.tr(
            "One tick is one cell, all of one size. Which of them carries a message is not drawn "
            "because it cannot be seen on the wire either."
        )
        for widget in (
            TextLabel(words, tone="muted"),
            self.picture,
            self.state,
            self.loud,
            self.lane,
            self.reduced,
            self.numbers,
            self.price,
        ):
            self.body.addWidget(widget)
        self.body.addSpacing(SPACE_M)
        self.body.addWidget(self.cover)
        self.body.addSpacing(SPACE_M)
        self.self_test = WireTest()
        self.body.addWidget(self.self_test)
        self.body.addStretch(1)
        self.finished.connect(self.self_test.stop)
        self.add_button(self.tr("Close"), self.accept, "primary").setFocus()
        client.received.connect(self.follow)
        self._refresh()

    @Slot(object)
    def follow(self, event: Event) -> None:
        """Follow one engine event."""
        self.picture.apply(event)
        if isinstance(event, WireSnapshot):
            self._stats = event.stats
        elif isinstance(event, ContactChanged):
            self.cover.for_one.follow(event.contact)
            return
        elif isinstance(event, NodeInfoChanged):
            self._info = event.info
            self.cover.show_info(event.info)
        elif not isinstance(event, FastLaneChanged):  # which the picture has followed
            return
        self._refresh()

    def _refresh(self) -> None:
        self.state.setText(self.picture.words())
        self._refresh_loud()
        self._refresh_lane()
        _say(self.reduced, plan_headline(self._info.plan), Tone.WARNING)
        self._refresh_price()
        if self._stats is None:
            return
        number = QLocale().toString
        words = self.tr("{out} cells have left and {in} have arrived since Hum started ({bytes}).")
        words = words.replace("{out}", number(self._stats.cells_out))
        words = words.replace("{in}", number(self._stats.cells_in))
        size = data_size(self._stats.bytes_out + self._stats.bytes_in)
        self.numbers.setText(words.replace("{bytes}", size))
        self.numbers.show()

    def _refresh_loud(self) -> None:
        skipped = sum(link.skipped for link in self._stats.links) if self._stats else 0
        if self.picture.state() is Hum.STALE:
            words = self.tr(
                "The wire is paused: no cells leave, and whoever watches can see that it stopped."
            )
            _say(self.loud, words, Tone.DANGER)
        elif skipped:
            words = self.tr(
                "The computer slept or was held up. Instants that passed without a cell: {count}. "
                "They are never made up for; whoever watches could see the pause."
            )
            words = words.replace("{count}", QLocale().toString(skipped))
            _say(self.loud, words, Tone.WARNING)
        else:
            _say(self.loud, "", Tone.PLAIN)

    def _refresh_lane(self) -> None:
        words = ""
        if self.picture.state() is Hum.FAST:
            words = self.tr(
                "A fast lane runs: until its minutes are over, cells leave and arrive faster "
                "than the profile says, and whoever watches sees that something large moves."
            )
        _say(self.lane, words, Tone.DANGER)

    def _refresh_price(self) -> None:
        """Say what the links cost; without one, that nothing does."""
        if self._stats is None:
            return
        self.price.show()
        if not self._stats.links:
            self.price.setText(self.tr("No link yet, so nothing leaves and no data is used."))
            return
        prices = [price_of(link.cover or self._info.cover) for link in self._stats.links]
        words = self.tr("Connected now: {count}. These links cost {hour} an hour, {month} a month.")
        words = words.replace("{count}", QLocale().toString(len(prices)))
        words = words.replace("{hour}", data_size(sum(p.bytes_per_hour for p in prices)))
        month = data_size(sum(p.bytes_per_month for p in prices))
        self.price.setText(words.replace("{month}", month))


def _say(note: Note, words: str, tone: Tone) -> None:
    if words != note.text:
        note.say(words, tone)
