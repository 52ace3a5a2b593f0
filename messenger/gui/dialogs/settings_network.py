"""Settings: how others are reached: proxy and Tor, the router's port, addresses of one's own."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit

from messenger.core.errors import MessengerError
from messenger.core.proxy_text import proxy_from_text, proxy_to_text
from messenger.core.types import Address, NetworkSettings, Proxy
from messenger.engine.commands import GetNetwork, SetNetwork
from messenger.engine.options import parse_address
from messenger.gui.dialogs.labels import Note, Tone, explanation, field_label, heading, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.secret_field import SecretField
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.dialogs.toggles import CheckBox, explained
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S

_SCHEME = "socks5://"
_MAX_LEN = 300  # characters of a field; a host name has at most 253


class NetworkSection(Page):
    """What is chosen here applies together, by the button: half of it would lead past the proxy."""

    def __init__(self, requests: Requests) -> None:
        super().__init__()
        self._requests = requests
        self.note = Note()
        self.column.addWidget(title(self.tr("Network")))
        self._build_proxy()
        self._build_listening()
        self.save_button = push_button(self.tr("Save"), self._save)
        self.column.addWidget(self.note)
        self.column.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignLeft)
        for switch in (self.proxy_box, self.closed_box):
            switch.toggled.connect(self._follow_switches)
        self._follow_switches()
        requests.ask(GetNetwork(), NetworkSettings, self.show_settings, self._on_failed)

    def _build_proxy(self) -> None:
        self.proxy_box = CheckBox(self.tr("&Use a SOCKS5 proxy, such as Tor, for everything"))
        self.place_edit = self._line("127.0.0.1:9050")
        self.user_edit = self._line("")
        self.password = SecretField(self.tr("Password of the proxy"))
        self.isolate_box = CheckBox(self.tr("Tor: another &circuit for each contact"))
        text = self.tr(
            "Host names are looked up by the proxy, never by this computer. Contacts with an "
            "onion address are reached by Tor only."
        )
        self.column.addWidget(heading(self.tr("Proxy")))
        self.column.addLayout(explained(self.proxy_box, text))
        for words, field in (
            (self.tr("IP &address and port of the proxy"), self.place_edit),
            (self.tr("User &name, if it wants one"), self.user_edit),
        ):
            self.column.addWidget(field_label(words, field))
            self.column.addWidget(field)
        self.column.addWidget(field_label(self.tr("&Password"), self.password))
        self.column.addWidget(self.password)
        self.column.addWidget(self.isolate_box)

    def _build_listening(self) -> None:
        self.closed_box = CheckBox(self.tr("&Only by proxy and relay, never in the open"))
        self.map_box = CheckBox(self.tr("Ask the &router to let callers in"))
        self.lan_box = CheckBox(self.tr("Find contacts in the &local network"))
        self.own_edit = self._line("")
        closed = self.tr(
            "Nobody is dialled directly, and nobody who dials this computer is let in, but for an "
            "onion service that leads to Hum's port here."
        )
        own = self.tr(
            "One or two with their ports, such as an onion address; your link says them first."
        )
        self.column.addSpacing(SPACE_S)
        router = self.tr(
            "By UPnP, while Hum runs, and never with a proxy. Everybody in your network can see it."
        )
        self.column.addWidget(heading(self.tr("Being reached")))
        lan = self.tr(
            "Contacts in the same network find each other without an address. Others there see "
            "that somebody uses Hum, under a number that changes every hour."
        )
        self.column.addLayout(explained(self.lan_box, lan))
        self.column.addLayout(explained(self.map_box, router))
        self.column.addLayout(explained(self.closed_box, closed))
        self.column.addWidget(field_label(self.tr("A&ddresses of your own"), self.own_edit))
        self.column.addWidget(self.own_edit)
        self.column.addWidget(explanation(own, self.own_edit))

    def _line(self, example: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setMaxLength(_MAX_LEN)
        edit.setPlaceholderText(example)
        return edit

    # -- what is so, and what shall be -------------------------------------------------------------

    def show_settings(self, settings: NetworkSettings) -> None:
        """Show how it is; the password of the proxy is never told."""
        proxy = settings.proxy
        self.proxy_box.setChecked(proxy is not None)
        self.place_edit.setText(place_of(proxy))
        self.user_edit.setText(proxy.username if proxy else "")
        self.password.clear()
        kept = self.tr("Unchanged") if proxy and proxy.username else ""
        self.password.edit.setPlaceholderText(kept)
        self.isolate_box.setChecked(bool(proxy and proxy.isolate))
        self.map_box.setChecked(settings.map_port)
        self.lan_box.setChecked(settings.lan)
        self.closed_box.setChecked(not settings.direct)
        self.own_edit.setText(" ".join(map(str, settings.announced)))

    def _wanted(self) -> NetworkSettings:
        """Raise ValueError for what is no address."""
        proxy = None
        if self.proxy_box.isChecked():
            place = self.place_edit.text().strip() or self.place_edit.placeholderText()
            known = proxy_from_text(_SCHEME + place.removeprefix(_SCHEME))
            proxy = Proxy(
                known.host,
                known.port,
                self.user_edit.text().strip(),
                self.password.text,
                self.isolate_box.isChecked(),
            )
        return NetworkSettings(
            proxy=proxy,
            direct=not self.closed_box.isChecked(),
            map_port=self.map_box.isChecked(),
            lan=self.lan_box.isChecked(),
            announced=tuple(map(_own_address, self.own_edit.text().split())),
        )

    @Slot()
    def _save(self) -> None:
        try:
            wanted = self._wanted()
        except ValueError:
            self.note.say(
                self.tr(
                    "An address is an IP address or name and a port, as in 127.0.0.1:9050. The "
                    "proxy is named by its IP address."
                ),
                Tone.DANGER,
            )
            return
        self.save_button.setEnabled(False)
        self._requests.ask(SetNetwork(wanted), NetworkSettings, self._on_saved, self._on_failed)

    def _on_saved(self, settings: NetworkSettings) -> None:
        self.save_button.setEnabled(True)
        self.show_settings(settings)
        self.note.say(self.tr("Saved. Connections end and come again by the new way."))

    def _on_failed(self, error: MessengerError) -> None:
        self.save_button.setEnabled(True)
        self.note.say(sentence(error), Tone.DANGER)

    @Slot()
    def _follow_switches(self) -> None:
        """Only what counts can be changed."""
        on = self.proxy_box.isChecked()
        for field in (self.place_edit, self.user_edit, self.password, self.isolate_box):
            field.setEnabled(on)
        for box in (self.lan_box, self.map_box):
            box.setEnabled(not on and not self.closed_box.isChecked())


def place_of(proxy: Proxy | None) -> str:
    """Return address and port of a proxy as one types them."""
    if proxy is None:
        return ""
    return proxy_to_text(Proxy(proxy.host, proxy.port)).removeprefix(_SCHEME)


def _own_address(text: str) -> Address:
    address = parse_address(text)
    if not address.port:
        raise ValueError("callers need a port")
    return address
