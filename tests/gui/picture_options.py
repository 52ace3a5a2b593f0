"""What the scripts that draw pictures can be asked for: language, size of type, direction."""

from argparse import ArgumentParser, Namespace

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from messenger import app as application
from messenger.gui.language import LANGUAGES


def add_picture_options(parser: ArgumentParser) -> None:
    """Let a script take the options that ``picture_application`` follows."""
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--type", type=int, default=100, metavar="PERCENT", help="size of type")
    parser.add_argument("--mirrored", action="store_true", help="from right to left")


def picture_application(options: Namespace) -> QApplication:
    """Make the application as the options ask."""
    app = QApplication([])
    speak(app, options.language)
    enlarge_type(app, options.type)
    if options.mirrored:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    return app


def speak(app: QApplication, language: str) -> None:
    """Show a language as the program itself does when it is chosen."""
    application._install_translations(app, QLocale(language))


def enlarge_type(app: QApplication, percent: int) -> None:
    """Set every font to a share of the system's."""
    font = QFont(app.font())
    font.setPointSizeF(font.pointSizeF() * percent / 100)
    app.setFont(font)
