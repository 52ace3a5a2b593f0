"""Host a chat: let somebody in who knows only our address, for ten minutes."""

from typing import Final

from PySide6.QtCore import QDateTime, QTimer, Signal, Slot

from messenger.core.types import Address, NodeInfo
from messenger.gui.dialogs.copy_button import CopyButton
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import CodeLabel, Note, TextLabel, Tone, heading
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.sheet import push_button

WAIT_S: Final = 600.0
_TICK_MS: Final = 500


class Doorway(Page):
    """Our addresses, a button that opens the door, and a countdown until it closes.

    Signals:
        asked: float, seconds to admit strangers for; 0.0 to stop.
    """

    asked = Signal(float)

    def __init__(self, info: NodeInfo) -> None:
        super().__init__()
        self._until = 0  # Unix ms; 0: the door is closed
        self._info = info
        self._addresses = CodeLabel(self.tr("Your addresses"))
        self._note = Note()
        self._visitor = Note()
        self.column.addWidget(heading(self.tr("Wait for a connection")))
        text = self.tr(
            "Tell them one of these addresses. While you wait, anybody who connects there can ask "
            "to be your contact; nobody is added without your consent."
        )
        self.column.addWidget(TextLabel(text, tone="muted"))
        self.column.addWidget(self._addresses)
        self._copy_button = CopyButton(self.tr("Copy address"), self._first_address)
        self.wait_button = push_button(self.tr("Wait for ten minutes"), self._toggle)
        row = FoldingRow()
        row.add(self.wait_button)
        row.add(self._copy_button)
        row.add_stretch()
        self.column.addWidget(row)
        self.column.addWidget(self._note)
        self.column.addWidget(self._visitor)
        self.column.addStretch(1)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self.show_info(info)

    @property
    def waiting(self) -> bool:
        return self._until > 0

    @property
    def said(self) -> str:
        """What the boxes under the buttons say."""
        return f"{self._note.text} {self._visitor.text}".strip()

    def show_info(self, info: NodeInfo) -> None:
        """Follow a change of addresses."""
        self._info = info
        addresses = info.addresses or ((info.listen,) if info.listen else ())
        self._addresses.setText("\n".join(map(str, addresses)) or self.tr("No address"))
        self.wait_button.setEnabled(info.listen is not None)
        self._copy_button.setEnabled(bool(addresses))
        if info.listen is None:
            self._note.say(
                self.tr("Hum cannot be reached at the moment: it has no port to listen on."),
                Tone.WARNING,
            )

    def admit_until(self, until: int) -> None:
        """Show that the door is open until then (Unix ms), or closed with 0."""
        was_open, self._until = self.waiting, until
        self.wait_button.setText(
            self.tr("Stop waiting") if until else self.tr("Wait for ten minutes")
        )
        if until:
            self._visitor.clear()
            self._clock.start()
            self._tick()
        else:
            self._clock.stop()
            if was_open:
                self._note.say(self.tr("Nobody is let in any more."))

    def show_visitor(self, name: str) -> None:
        """Say that somebody came; ``name`` is cleaned."""
        text = self.tr("{name} has connected and waits in your requests.")
        self._visitor.say(text.format(name=name))

    def show_problem(self, problem: str) -> None:
        self._note.say(problem, Tone.DANGER)

    def _first_address(self) -> str:
        addresses: tuple[Address, ...] = self._info.addresses
        return str(addresses[0] if addresses else self._info.listen or "")

    @Slot()
    def _toggle(self) -> None:
        self.asked.emit(0.0 if self.waiting else WAIT_S)

    @Slot()
    def _tick(self) -> None:
        left = max(0, self._until - QDateTime.currentMSecsSinceEpoch() + 999) // 1000
        if left == 0:
            self.admit_until(0)
            return
        text = self.tr("Waiting for another {time}. Closing this window ends it.")
        said = text.format(time=f"{left // 60}:{left % 60:02d}")
        self._note.say(said, aloud=not self._note.text)
