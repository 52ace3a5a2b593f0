"""The two tables of colours; every pair that carries text keeps WCAG AA (tests/gui/test_theme.py).

One accent, a deep green-blue. Everything else is grey, but for red (danger) and amber (warning).
"""

from typing import Final

from messenger.core.frozen import frozen


@frozen
class Tokens:
    """Colours by purpose, as ``#rrggbb``."""

    sidebar: str  # the contact list, dialogs, the frame of everything
    surface: str  # the conversation, inputs
    control: str  # plain buttons
    hover: str  # what the pointer is over
    selected: str  # the chosen row
    border: str  # hairlines, decoration only
    border_strong: str  # edges of inputs and anything that must be seen: 3:1
    text: str
    text_muted: str
    text_disabled: str
    accent: str  # filled controls, the focus ring
    accent_hover: str
    on_accent: str
    accent_text: str  # accent-coloured words and icons on surface or sidebar
    own_bubble: str
    own_text: str
    own_muted: str
    own_danger: str  # a message that was not sent
    peer_bubble: str
    peer_text: str
    peer_muted: str
    danger: str  # filled
    danger_hover: str
    on_danger: str
    danger_text: str  # red words on surface or sidebar
    danger_surface: str  # the box of a changed key
    warning_surface: str
    warning_text: str
    success: str  # presence ring and other marks: 3:1
    success_text: str
    tooltip: str
    on_tooltip: str
    scroll: str  # the handle of a scroll bar at rest
    hit: str  # behind the matching words of a search; text stays `text`


LIGHT: Final = Tokens(
    sidebar="#f4f6f6",
    surface="#ffffff",
    control="#ffffff",
    hover="#e8eceb",
    selected="#d9e8e5",
    border="#dde3e2",
    border_strong="#7f8c8a",
    text="#18211f",
    text_muted="#56625f",
    text_disabled="#8b9593",
    accent="#0f7468",
    accent_hover="#0b5f55",
    on_accent="#ffffff",
    accent_text="#0b6a5f",
    own_bubble="#cfeae4",
    own_text="#10211e",
    own_muted="#3d5a54",
    own_danger="#9c1f18",
    peer_bubble="#eef1f1",
    peer_text="#18211f",
    peer_muted="#56625f",
    danger="#b3261e",
    danger_hover="#931e17",
    on_danger="#ffffff",
    danger_text="#a8231b",
    danger_surface="#fcebe9",
    warning_surface="#fdf3dc",
    warning_text="#6b4a00",
    success="#1c8a5f",
    success_text="#14704c",
    tooltip="#26302e",
    on_tooltip="#f2f6f5",
    scroll="#c3cbc9",
    hit="#ffe28a",
)

DARK: Final = Tokens(
    sidebar="#191e1d",
    surface="#121615",
    control="#262d2b",
    hover="#242b29",
    selected="#24403b",
    border="#2b3331",
    border_strong="#74827f",
    text="#e7eceb",
    text_muted="#a0aca9",
    text_disabled="#66716e",
    accent="#58c9b6",
    accent_hover="#7ad9c9",
    on_accent="#06231e",
    accent_text="#63d0be",
    own_bubble="#134a42",
    own_text="#eaf6f3",
    own_muted="#a9cdc5",
    own_danger="#ffb4ac",
    peer_bubble="#262d2c",
    peer_text="#e7eceb",
    peer_muted="#a3afac",
    danger="#f2958c",
    danger_hover="#f7b0a9",
    on_danger="#3a0905",
    danger_text="#f5a097",
    danger_surface="#3a1c19",
    warning_surface="#362a10",
    warning_text="#f0cf83",
    success="#45c08b",
    success_text="#5fcf9c",
    tooltip="#e7eceb",
    on_tooltip="#18211f",
    scroll="#3c4644",
    hit="#6d5510",
)
