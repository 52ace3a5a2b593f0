"""Join a chat: connect to somebody who waits at an address."""

from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit

from messenger.core.types import MAX_NAME_LEN, Address
from messenger.engine.commands import ConnectToAddress
from messenger.engine.options import parse_address
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, field_label, heading
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.sheet import push_button

_MAX_HOST_LEN: Final = 300  # characters; a host name has at most 253


class DialPanel(Page):
    """Host, port and a private name; ``command`` is what to ask of the engine.

    Signals:
        changed: what was typed changed.
        cancelled: the person does not want to wait for the answer.
    """

    changed = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.host_edit = QLineEdit()
        self.host_edit.setMaxLength(_MAX_HOST_LEN)
        self.host_edit.setPlaceholderText("192.0.2.7")
        self.port_edit = QLineEdit()
        self.port_edit.setValidator(QIntValidator(1, 65_535, self))
        self.alias_edit = QLineEdit()
        self.alias_edit.setMaxLength(MAX_NAME_LEN)
        self.note = Note()
        self._progress = BusyBar(self.tr("Connecting"))
        self.cancel_button = push_button(self.tr("Stop connecting"), self.cancelled.emit)
        self.column.addWidget(heading(self.tr("Connect to an address")))
        text = self.tr(
            "They wait for a connection and tell you address and port. Hum trusts the key of "
            "whoever answers first, so compare the safety number afterwards."
        )
        self.column.addWidget(TextLabel(text, tone="muted"))
        for words, field in (
            (self.tr("&Host or IP address"), self.host_edit),
            (self.tr("&Port"), self.port_edit),
            (self.tr("Private &name for them"), self.alias_edit),
        ):
            self.column.addWidget(field_label(words, field))
            self.column.addWidget(field)
            field.textChanged.connect(self.changed)
        self.column.addWidget(self._progress)
        self.column.addWidget(self.note)
        self.column.addWidget(self.cancel_button)
        self.column.addStretch(1)
        self.cancel_button.hide()
        self.host_edit.textChanged.connect(self._split_port)

    @property
    def command(self) -> ConnectToAddress | None:
        """What to ask of the engine, or None as long as something is missing."""
        host, port = self.host_edit.text().strip(), self.port_edit.text()
        if not host or not self.port_edit.hasAcceptableInput():
            return None
        alias = self.alias_edit.text().strip() or None
        return ConnectToAddress(Address(host.strip("[]"), int(port)), alias)

    def show_work(self, address: Address | None) -> None:
        """Show that Hum dials ``address``, or with None that it does not any more."""
        busy = address is not None
        self._progress.setVisible(busy)
        self.cancel_button.setVisible(busy)
        for field in (self.host_edit, self.port_edit, self.alias_edit):
            field.setEnabled(not busy)
        if busy:
            text = self.tr("Connecting to {address}. This takes a minute at most.")
            self.note.say(text.format(address=address))

    def show_problem(self, problem: str) -> None:
        self.show_work(None)
        self.note.say(problem, Tone.DANGER)

    def clear(self) -> None:
        for field in (self.host_edit, self.port_edit, self.alias_edit):
            field.clear()
        self.note.clear()

    @Slot(str)
    def _split_port(self, text: str) -> None:
        """Take "host:port" apart when it was pasted as one."""
        try:
            address = parse_address(text)
        except ValueError:
            return
        if address.port and not self.port_edit.text():
            self.host_edit.setText(address.host)
            self.port_edit.setText(str(address.port))
