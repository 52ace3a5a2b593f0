"""A bar without an end, for work whose length nobody knows."""

from PySide6.QtWidgets import QProgressBar


class BusyBar(QProgressBar):
    """Hidden until there is work; ``name`` is what is being done."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setRange(0, 0)
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self.hide()
