"""Words for who listens to the screen: what changes where the focus is not."""

from PySide6.QtCore import QObject


def say_aloud(widget: QObject, words: str) -> None:
    """Have a screen reader say ``words`` when it has said what it says now; others hear nothing."""
    # Ten enumerations, which no start pays for.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # noqa: PLC0415  see above

    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
