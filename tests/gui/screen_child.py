"""Shows a QR code in a real window, reads it from the screen, prints what was found, ends."""

import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from messenger.gui.dialogs.code_source import CodeSource
from messenger.gui.dialogs.qr_view import QrView

DEADLINE_MS = 40_000


def main(text: str) -> None:
    app = QApplication([])
    picture = QrView("QR code", text)
    picture.setGeometry(40, 40, 300, 300)
    picture.show()
    window = QWidget()
    window.setGeometry(400, 40, 200, 200)
    window.show()
    source = CodeSource(window, lambda _text: True, "a code")

    def answer(found: str) -> None:
        print(found)
        app.quit()

    def take_all() -> None:
        if source.screen_region.overlays:
            QTest.keyClick(source.screen_region.overlays[0], Qt.Key.Key_Return)
        else:
            QTimer.singleShot(100, take_all)

    source.found.connect(answer)
    source.failed.connect(answer)
    QTimer.singleShot(500, source.screen_region.start)
    QTimer.singleShot(600, take_all)
    QTimer.singleShot(DEADLINE_MS, app.quit)
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1])
