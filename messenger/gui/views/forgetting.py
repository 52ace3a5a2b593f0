"""What leaves screen and memory when Hum is locked, beside the models."""

from PySide6.QtGui import QClipboard, QPixmapCache
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget


def close_everything_above(window: QWidget) -> None:
    """Close the dialogs and menus that stand over a window, whatever they were asking."""
    popup = QApplication.activePopupWidget()
    while popup is not None and popup.close():
        following = QApplication.activePopupWidget()
        popup = following if following is not popup else None
    for menu in window.findChildren(QMenu):
        menu.close()
    for dialog in reversed(window.findChildren(QDialog)):  # the innermost first
        dialog.done(int(QDialog.DialogCode.Rejected))
        dialog.deleteLater()


def forget_clipboard(clipboard: QClipboard) -> None:
    """Empty the clipboard where it holds what was copied here, and Qt's cache of pictures."""
    if clipboard.ownsClipboard():
        clipboard.clear(QClipboard.Mode.Clipboard)
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)
    QPixmapCache.clear()
