"""What who listens to the screen is told: what changes where the focus is not.

With QAccessible come ten enumerations, 4 ms of a start that no window needs to open. So it is
imported when there is something to tell.
"""

from PySide6.QtCore import QObject


def say_aloud(widget: QObject, words: str) -> None:
    """Have a screen reader say ``words`` when it has said what it says now; others hear nothing."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # noqa: PLC0415  see above

    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def alert(widget: QObject) -> None:
    """Have a screen reader read a widget that has something important to say."""
    from PySide6.QtGui import QAccessible, QAccessibleEvent  # noqa: PLC0415  see above

    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))
