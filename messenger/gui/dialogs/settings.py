"""The settings: sections beside a list of them."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QSizePolicy, QVBoxLayout, QWidget

from messenger.core.types import NodeInfo
from messenger.engine.events import (
    BackupProgress,
    NetworkChanged,
    NodeInfoChanged,
    RelaysChanged,
)
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.narrow_choice import DropDown
from messenger.gui.dialogs.pages import Page, Pages
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.settings_about import AboutSection
from messenger.gui.dialogs.settings_backup import BackupSection
from messenger.gui.dialogs.settings_cover import CoverSection
from messenger.gui.dialogs.settings_diagnostics import DiagnosticsSection
from messenger.gui.dialogs.settings_doctor import DoctorSection
from messenger.gui.dialogs.settings_experimental import ExperimentalSection
from messenger.gui.dialogs.settings_general import GeneralSection
from messenger.gui.dialogs.settings_lock import LockSection
from messenger.gui.dialogs.settings_look import LookSection
from messenger.gui.dialogs.settings_name import NameSection
from messenger.gui.dialogs.settings_network import NetworkSection
from messenger.gui.dialogs.settings_relays import RelaySection
from messenger.gui.dialogs.settings_updates import UpdatesSection
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.theme import SPACE_L, SPACE_XL, TOUCH_MIN
from messenger.gui.update_client import UpdateClient

_LIST_FROM = 560  # pixels; narrower, the list of sections becomes a drop-down
_LIST_WIDTH = 160
_LIST_LOOK = """
QListWidget { background: transparent; border: none; outline: none; }
QListWidget::item { padding: 8px 12px; border-radius: 6px; }
QListWidget::item:selected { background: palette(highlight); color: palette(highlighted-text); }
QListWidget::item:focus { border: 2px solid palette(window-text); padding: 6px 10px; }
QListWidget::item:hover:!selected { background: palette(midlight); }
"""


class SettingsDialog(Sheet):
    """Sections beside a list of them; every change applies at once."""

    def __init__(
        self,
        client: EngineClient,
        node_info: NodeInfo,
        preferences: Mapping[str, str],
        parent: QWidget | None,
        folder: Path | None = None,
        updates: UpdateClient | None = None,
    ) -> None:
        super().__init__(parent, title=self.tr("Settings"), width=720)
        requests = Requests(client, self)
        self.name_section = NameSection(requests, node_info)
        self.cover_section = CoverSection(requests, node_info)
        self.relay_section = RelaySection(requests)
        self.look_section = LookSection(requests, preferences)
        self.lock_section = LockSection(requests)
        self.general_section = GeneralSection(
            requests, preferences, folder, inline_pictures=node_info.inline_pictures
        )
        self.backup_section = BackupSection(requests)
        self.network_section = NetworkSection(requests)
        self.doctor_section = DoctorSection(requests)
        self.diagnostics_section = DiagnosticsSection(requests, node_info)
        self.updates_section = UpdatesSection(
            requests, updates or UpdateClient(client, folder or Path(), self), node_info.version
        )
        self.experimental_section = ExperimentalSection()
        self.about_section = AboutSection(requests, node_info)
        self._sections: tuple[tuple[str, Page], ...] = (
            (self.tr("You"), self.name_section),
            (self.tr("Cover traffic"), self.cover_section),
            (self.tr("Appearance"), self.look_section),
            (self.tr("Lock"), self.lock_section),
            (self.tr("General"), self.general_section),
            (self.tr("Backup"), self.backup_section),
            (self.tr("Network"), self.network_section),
            (self.tr("Relays"), self.relay_section),
            (self.tr("Connection check"), self.doctor_section),
            (self.tr("Diagnostics"), self.diagnostics_section),
            (self.tr("Updates"), self.updates_section),
            (self.tr("Experimental"), self.experimental_section),
            (self.tr("About"), self.about_section),
        )
        self._list = QListWidget()
        self._list.setFixedWidth(_LIST_WIDTH)
        self._list.setStyleSheet(_LIST_LOOK)
        self._list.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._choice = DropDown()
        self._choice.setMinimumHeight(TOUCH_MIN)
        self._pages = Pages()
        for words, _section in self._sections:
            self._list.addItem(words)
            self._choice.addItem(words)
        self._list.ensurePolished()  # so that a row has the height of the style sheet
        self._list.setMinimumHeight(self._list.sizeHintForRow(0) * len(self._sections))
        for picker in (self._list, self._choice):
            picker.setAccessibleName(self.tr("Sections"))
        right = QVBoxLayout()
        right.addWidget(self._choice)
        right.addSpacing(SPACE_L)
        right.addWidget(self._pages)
        right.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_XL)
        row.addWidget(self._list, 0)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)
        self.add_button(self.tr("Close"), self.accept, "primary")
        self._list.currentRowChanged.connect(self.show_section)
        self._choice.currentIndexChanged.connect(self.show_section)
        client.received.connect(self._follow)
        self.show_section(0)

    @Slot(int)
    def show_section(self, index: int) -> None:
        """Bring one section to the front."""
        self._list.setCurrentRow(index)
        self._choice.setCurrentIndex(index)
        self._pages.show_page(self._sections[index][1])

    def show_page(self, section: Page) -> None:
        """Bring the section to the front that is this page."""
        self.show_section([page for _words, page in self._sections].index(section))

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= _LIST_FROM
        self._list.setVisible(wide)
        self._choice.setHidden(wide)
        super().resizeEvent(event)

    @Slot(object)
    def _follow(self, event: object) -> None:
        if isinstance(event, BackupProgress):
            self.backup_section.follow(event)
        elif isinstance(event, NetworkChanged):
            self.network_section.show_settings(event.settings)
        elif isinstance(event, RelaysChanged):
            self.relay_section.follow(event)
        elif isinstance(event, NodeInfoChanged):
            self.name_section.show_info(event.info)
            self.cover_section.show_info(event.info)
