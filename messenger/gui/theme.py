"""Colours, spacing and type of the whole application, from one table for light and one for dark.

Widgets get their colours from the QPalette and, where a palette has no word for it, from the
tokens that belong to their palette: ``tokens_of(self.palette())``. So nobody needs to be told
about a change of theme beyond Qt's own ``QEvent.PaletteChange``.

A few dynamic properties choose a look that the style sheet knows:

* ``QPushButton``: ``kind`` = "primary", "danger" or "quiet" (none: a plain button)
* ``QLabel``: ``tone`` = "muted", "accent", "danger" or "success" (none: plain text)
* ``QFrame``: ``surface`` = "card", "warning" or "danger" (a rounded box)

Use :func:`set_look` to set them, because Qt does not polish again by itself.
"""

from enum import Enum, StrEnum
from functools import cache
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from messenger.gui.stylesheet import stylesheet
from messenger.gui.tokens import DARK, LIGHT, Tokens

# The 4 px grid: every margin and gap is one of these (device-independent pixels).
GRID: Final = 4
SPACE_XS: Final = 4
SPACE_S: Final = 8
SPACE_M: Final = 12
SPACE_L: Final = 16
SPACE_XL: Final = 24
SPACE_XXL: Final = 32

RADIUS_S: Final = 6  # buttons, inputs
RADIUS_M: Final = 10  # cards, banners
RADIUS_L: Final = 14  # bubbles

ICON_S: Final = 16
ICON_M: Final = 20
ICON_L: Final = 24
TOUCH_MIN: Final = 32  # least side of anything to click on


class ThemeChoice(StrEnum):
    """What the person chose; kept as the preference "theme"."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def theme_choice(value: str) -> ThemeChoice:
    """Read the preference; whatever is not one of the choices means: follow the system."""
    return ThemeChoice(value) if value in set(ThemeChoice) else ThemeChoice.SYSTEM


class TextSize(Enum):
    """Steps of type, as factors of the system font."""

    CAPTION = 0.86
    BODY = 1.0
    HEADING = 1.15
    TITLE = 1.5
    DISPLAY = 2.0


def scaled_font(font: QFont, size: TextSize, *, bold: bool = False) -> QFont:
    """Return ``font`` in another step of type; works for fonts in points and in pixels."""
    scaled = QFont(font)
    if font.pointSizeF() > 0:
        scaled.setPointSizeF(font.pointSizeF() * size.value)
    else:
        scaled.setPixelSize(round(font.pixelSize() * size.value))
    if bold:
        scaled.setWeight(QFont.Weight.DemiBold)
    return scaled


def fixed_font(size: TextSize, *, bold: bool = False) -> QFont:
    """Return the system's font of fixed pitch, as large as the words around it."""
    from PySide6.QtGui import QFontDatabase  # noqa: PLC0415  no window opens with one

    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    words = QApplication.font()
    if words.pointSizeF() > 0:
        font.setPointSizeF(words.pointSizeF())
    else:
        font.setPixelSize(words.pixelSize())
    return scaled_font(font, size, bold=bold)


def set_text_size(widget: QWidget, size: TextSize, *, bold: bool = False) -> None:
    """Give a widget a step of type relative to the application's font."""
    widget.setFont(scaled_font(QApplication.font(), size, bold=bold))


def set_look(widget: QWidget, name: str, value: str) -> None:
    """Set one of the dynamic properties above and have the style look at it again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def is_dark(palette: QPalette) -> bool:
    """Tell which table a palette comes from.

    Asks a role that style sheets leave alone: where a sheet says ``background: transparent``, the
    Window of that widget's palette is a transparent black. Tool tips are dark on a light desktop.
    """
    return palette.color(QPalette.ColorRole.ToolTipBase).lightness() >= 128


def tokens_of(palette: QPalette) -> Tokens:
    """Return the table of colours that a palette was made from."""
    return DARK if is_dark(palette) else LIGHT


@cache
def colour(value: str) -> QColor:
    """Return a token's colour, parsed once; the result must not be changed."""
    return QColor(value)


def make_palette(tokens: Tokens) -> QPalette:
    """Translate tokens into the roles that Qt's own widgets ask for."""
    role = QPalette.ColorRole
    palette = QPalette()
    roles = {
        role.Window: tokens.sidebar,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.sidebar,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.text_muted,
        role.Button: tokens.control,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.danger_text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent_text,
        role.LinkVisited: tokens.accent_text,
        role.ToolTipBase: tokens.tooltip,
        role.ToolTipText: tokens.on_tooltip,
        role.Light: tokens.surface,
        role.Midlight: tokens.hover,
        role.Mid: tokens.border,
        role.Dark: tokens.border_strong,
        role.Shadow: tokens.border_strong,
    }
    for each, value in roles.items():
        palette.setColor(each, QColor(value))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.text_disabled))
    return palette


class Theme(QObject):
    """Keeps the application's palette and style sheet in step with the choice and the system.

    Owner: GUI thread. Create one after the QApplication and keep it.

    Signals:
        changed: the palette was replaced.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice = ThemeChoice.SYSTEM
        self._applied: Tokens | None = None
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        return self._choice

    @property
    def dark(self) -> bool:
        if self._choice is ThemeChoice.SYSTEM:
            return self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return self._choice is ThemeChoice.DARK

    @property
    def tokens(self) -> Tokens:
        return DARK if self.dark else LIGHT

    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system or force one of the two; native title bars are asked to follow."""
        self._choice = choice
        scheme = {
            ThemeChoice.LIGHT: Qt.ColorScheme.Light,
            ThemeChoice.DARK: Qt.ColorScheme.Dark,
        }.get(choice, Qt.ColorScheme.Unknown)
        self._app.styleHints().setColorScheme(scheme)
        self._apply()

    @Slot()
    def _on_system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        """Polish every widget anew, which takes a while, if there is anything new."""
        if self._applied is self.tokens:
            return
        self._applied = self.tokens
        self._app.setPalette(make_palette(self.tokens))
        self._app.setStyleSheet(stylesheet(self.tokens))
        self.changed.emit()
