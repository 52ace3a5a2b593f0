"""What who listens to the screen is told: what changes where the focus is not.

With QAccessible come ten enumerations, 4 ms of a start that no window needs to open. PySide6 makes
them when the name is first looked up in its module: here, when there is something to tell.
"""

from PySide6 import QtGui
from PySide6.QtCore import QObject


def say_aloud(widget: QObject, words: str) -> None:
    """Have a screen reader say ``words`` when it has said what it says now; others hear nothing."""
    if words and QtGui.QAccessible.isActive():
        QtGui.QAccessible.updateAccessibility(QtGui.QAccessibleAnnouncementEvent(widget, words))


def alert(widget: QObject) -> None:
    """Have a screen reader read a widget that has something important to say."""
    event = QtGui.QAccessibleEvent(widget, QtGui.QAccessible.Event.Alert)
    QtGui.QAccessible.updateAccessibility(event)


def renamed(widget: QObject) -> None:
    """Have a screen reader read the new words of a widget, such as a button that was pressed."""
    event = QtGui.QAccessibleEvent(widget, QtGui.QAccessible.Event.NameChanged)
    QtGui.QAccessible.updateAccessibility(event)
