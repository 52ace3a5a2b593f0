"""Colours keep their contrast, the theme follows, icons are drawn in the colour asked for."""

from dataclasses import fields
from itertools import product

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from messenger.gui.delegates.avatar import AVATAR_COLOURS, AVATAR_TEXT, avatar_colour
from messenger.gui.icons import IconButton, icon, pixmap
from messenger.gui.resources import resource_dir
from messenger.gui.theme import (
    TextSize,
    Theme,
    ThemeChoice,
    is_dark,
    make_palette,
    scaled_font,
    set_look,
    tokens_of,
)
from messenger.gui.tokens import DARK, LIGHT, Tokens

TEXT = 4.5  # WCAG 2.2 AA, 1.4.3: text
SHAPE = 3.0  # 1.4.11: parts of controls, graphics that mean something

TEXT_PAIRS = (
    *product(("text", "text_muted", "accent_text", "danger_text"), ("surface", "sidebar")),
    *product(("text", "text_muted", "accent_text", "danger_text"), ("hover", "selected")),
    *product(("text", "danger_text"), ("danger_surface", "warning_surface")),
    ("success_text", "surface"),
    ("success_text", "sidebar"),
    ("warning_text", "warning_surface"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_danger", "danger"),
    ("on_danger", "danger_hover"),
    ("own_text", "own_bubble"),
    ("own_muted", "own_bubble"),
    ("own_danger", "own_bubble"),
    ("peer_text", "peer_bubble"),
    ("peer_muted", "peer_bubble"),
    ("accent_text", "peer_bubble"),
    ("text", "control"),
    ("text", "hit"),
    ("on_tooltip", "tooltip"),
)
SHAPE_PAIRS = (
    *product(("border_strong", "accent", "success"), ("surface", "sidebar")),
    ("success", "selected"),
)


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_knows_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_can_be_read(tokens: Tokens, front: str, back: str) -> None:
    assert contrast(getattr(tokens, front), getattr(tokens, back)) >= TEXT


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SHAPE_PAIRS)
def test_shapes_can_be_seen(tokens: Tokens, front: str, back: str) -> None:
    assert contrast(getattr(tokens, front), getattr(tokens, back)) >= SHAPE


@pytest.mark.parametrize("back", AVATAR_COLOURS)
def test_initials_can_be_read(back: str) -> None:
    assert contrast(AVATAR_TEXT, back) >= TEXT


def test_avatar_colours_are_stable_and_differ() -> None:
    keys = [bytes([number]) * 32 for number in range(64)]
    assert avatar_colour(keys[5]) == avatar_colour(bytes(keys[5]))
    assert {avatar_colour(key) for key in keys} == set(AVATAR_COLOURS)


def test_every_token_is_a_colour() -> None:
    for tokens, field in product((LIGHT, DARK), fields(Tokens)):
        assert QColor(getattr(tokens, field.name)).isValid(), field.name


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_a_palette_leads_back_to_its_tokens(tokens: Tokens) -> None:
    assert tokens_of(make_palette(tokens)) is tokens


def test_a_forced_theme_reaches_every_widget(theme: Theme, qtbot: QtBot) -> None:
    label = QLabel("words")
    set_look(label, "tone", "muted")
    qtbot.addWidget(label)
    label.show()
    theme.choose(ThemeChoice.DARK)
    assert theme.dark
    assert tokens_of(label.palette()) is DARK
    assert label.palette().color(QPalette.ColorRole.WindowText).name() == DARK.text_muted
    theme.choose(ThemeChoice.LIGHT)
    assert tokens_of(label.palette()) is LIGHT
    assert label.palette().color(QPalette.ColorRole.WindowText).name() == LIGHT.text_muted


def test_the_theme_tells_when_it_changes(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.choose(ThemeChoice.DARK)


@pytest.mark.usefixtures("theme")
def test_a_transparent_sheet_does_not_look_dark(qtbot: QtBot) -> None:
    button = IconButton("send", "Send")
    qtbot.addWidget(button)
    button.show()
    assert not is_dark(button.palette())


def test_text_sizes_follow_the_font_in_points_and_in_pixels() -> None:
    points, pixels = QFont(), QFont()
    points.setPointSizeF(10.0)
    pixels.setPixelSize(20)
    assert scaled_font(points, TextSize.TITLE).pointSizeF() == pytest.approx(15.0)
    assert scaled_font(pixels, TextSize.TITLE).pixelSize() == 30


ICONS = sorted(path.stem for path in (resource_dir() / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", [name for name in ICONS if name not in {"hum", "hum-unread"}])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 3.0])
def test_icons_are_drawn_in_the_colour_asked_for(
    qapp: QApplication, name: str, ratio: float
) -> None:
    picture = pixmap(name, QColor("#ff0000"), 20, ratio).toImage()
    assert picture.width() == round(20 * ratio)
    seen = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() == 255
    }
    assert seen == {"#ff0000"}


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_what_stands_in_an_empty_field_can_be_read(
    theme: Theme, qtbot: QtBot, choice: ThemeChoice, kind: type[QWidget]
) -> None:
    theme.choose(choice)
    field = kind()
    qtbot.addWidget(field)
    field.ensurePolished()
    shown = field.palette().color(QPalette.ColorRole.PlaceholderText)
    assert shown.alpha() == 255  # a style sheet's own would be half of the text's
    assert contrast(shown.name(), theme.tokens.surface) >= TEXT
    theme.choose(ThemeChoice.LIGHT)


def test_an_icon_button_follows_the_theme(theme: Theme, qtbot: QtBot) -> None:
    button = IconButton("add", "Add")
    qtbot.addWidget(button)
    button.show()
    before = button.icon().cacheKey()
    theme.choose(ThemeChoice.DARK)
    assert button.icon().cacheKey() != before
    theme.choose(ThemeChoice.LIGHT)


@pytest.mark.usefixtures("theme")
def test_an_icon_button_is_greyed_when_it_is_disabled(qapp: QApplication, qtbot: QtBot) -> None:
    button = IconButton("add", "Add")
    qtbot.addWidget(button)
    button.show()
    wanted = icon("add", qapp.palette())
    for enabled, mode in ((True, wanted.Mode.Normal), (False, wanted.Mode.Disabled)):
        button.setEnabled(enabled)
        shown = button.icon().pixmap(20, 20, mode).toImage()
        assert shown == wanted.pixmap(20, 20, mode).toImage()


@pytest.mark.usefixtures("theme")
def test_disabled_icons_are_greyed(qapp: QApplication) -> None:
    drawn = icon("add", qapp.palette())
    plain = drawn.pixmap(20, 20).toImage()
    greyed = drawn.pixmap(20, 20, drawn.Mode.Disabled).toImage()
    assert plain != greyed
