"""Asks before a link of a message is opened, and shows where it really leads."""

import re
from typing import Final

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from messenger.core.frozen import frozen
from messenger.gui.dialogs.labels import CodeLabel, Note, TextLabel, Tone, heading, title
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.remote_text import shown_body
from messenger.gui.theme import TextSize

MAX_URL_LEN: Final = 8_192  # characters; longer ones are refused

_NOT_IN_A_URL: Final = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")


@frozen
class Target:
    """What a link's text means to a browser."""

    url: QUrl
    host: str  # in ASCII: names of other scripts as punycode
    foreign: bool  # whether the host has letters outside ASCII
    has_user: bool  # whether something stands before an @ that looks like a host


def target_of(text: str) -> Target | None:
    """Return where a web link leads, or None for what Hum does not open."""
    if len(text) > MAX_URL_LEN or _NOT_IN_A_URL.search(text):
        return None
    url = QUrl(text, QUrl.ParsingMode.StrictMode)
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    if not url.isValid() or url.scheme() not in ("http", "https") or not host:
        return None
    foreign = any(label.startswith("xn--") for label in host.split("."))
    return Target(url, host, foreign, bool(url.userInfo()))


class OpenLinkDialog(Sheet):
    """Shows a link in full and its host in ASCII; opens it in the browser when confirmed."""

    def __init__(self, url: str, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Open a link"), width=480)
        self._text = url
        self._target = target_of(url)
        if self._target is None:
            self._build_refusal()
        else:
            self._build_question(self._target)
        self._add_full_link(url)
        self.body.addStretch(1)
        self.add_button(self.tr("Copy link"), self._copy)
        cancel = self.add_button(self.tr("Cancel"), self.reject)
        if self._target is not None:
            self.open_button = self.add_button(self.tr("Open in browser"), self._open, "primary")
            self.open_button.setDefault(False)
        cancel.setDefault(True)
        cancel.setFocus()

    def _build_refusal(self) -> None:
        self.body.addWidget(title(self.tr("Hum does not open this link")))
        reason = self.tr(
            "Only web addresses that start with http or https are opened. Others could start "
            "programs on this computer or connect it to somebody without a question."
        )
        self.body.addWidget(TextLabel(reason))

    def _build_question(self, target: Target) -> None:
        self.body.addWidget(title(self.tr("Open this link?")))
        self.body.addWidget(TextLabel(self.tr("Your browser will connect to")))
        host = CodeLabel(self.tr("Host"), TextSize.HEADING, bold=True)
        host.setText(target.host)
        self.body.addWidget(host)
        effect = self.tr("Whoever runs it sees your IP address and when you open the link.")
        self.body.addWidget(TextLabel(effect, tone="muted"))
        for warning in self._warnings(target):
            self.body.addWidget(Note(warning, Tone.WARNING))

    def _warnings(self, target: Target) -> list[str]:
        warnings = []
        if target.foreign:
            warnings.append(
                self.tr(
                    "The name has letters that English does not have (“xn--” marks them). "
                    "Some of them look just like English ones; make sure it is the site you mean."
                )
            )
        if target.has_user:
            warnings.append(
                self.tr(
                    "The part before the @ is not where the link leads. It leads to the host above."
                )
            )
        if target.url.scheme() == "http":
            warnings.append(
                self.tr("The connection is not encrypted: others can read and change the page.")
            )
        return warnings

    def _add_full_link(self, url: str) -> None:
        self.body.addWidget(heading(self.tr("The whole link")))
        full = QPlainTextEdit()
        full.setReadOnly(True)
        full.setPlainText(shown_body(url[:MAX_URL_LEN]))
        full.setAccessibleName(self.tr("The whole link"))
        full.setTabChangesFocus(True)
        full.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        full.setMinimumHeight(4 * full.fontMetrics().lineSpacing())
        full.setMaximumHeight(6 * full.fontMetrics().lineSpacing())
        self.body.addWidget(full)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)

    @Slot()
    def _open(self) -> None:
        if self._target is not None:
            QDesktopServices.openUrl(self._target.url)
        self.accept()
