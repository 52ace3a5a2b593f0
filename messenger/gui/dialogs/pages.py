"""A dialog made of pages that follow one another."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from messenger.gui.dialogs.sheet import scroll_to_top
from messenger.gui.theme import SPACE_M


class Page(QWidget):
    """A column of widgets; ``column`` is its layout."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SPACE_M)


class Pages(QWidget):
    """Shows one page at a time and is as high as that page.

    A QStackedWidget would be as high as the highest of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._page: Page | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> Page:
        """The page in front."""
        if self._page is None:
            raise ValueError("no page is shown yet")
        return self._page

    def show_page(self, page: Page) -> None:
        """Bring a page to the front; it is added when it is shown first."""
        if page is self._page:
            return
        if self._page is not None:
            self._page.hide()
        if self._column.indexOf(page) < 0:
            self._column.addWidget(page)
        self._page = page
        page.show()
        scroll_to_top(self)
