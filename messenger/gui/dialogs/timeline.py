"""The way of one message, step by step, as the store has stamped it."""

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from messenger.core.types import TimelineStep
from messenger.gui.dialogs.labels import TextLabel, title
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.remote_text import isolated, shown_line
from messenger.gui.theme import SPACE_L, SPACE_M, SPACE_S, set_look


class TimelineDialog(Sheet):
    """Shows (step, Unix ms) pairs with times to the millisecond, the later ones as differences."""

    def __init__(
        self,
        steps: Sequence[tuple[TimelineStep, int]],
        parent: QWidget | None = None,
        *,
        relay: str | None = None,
    ) -> None:
        """``relay`` is the host of the relay that accepted the message first."""
        super().__init__(parent, title=self.tr("Timeline"), width=440)
        self._relay = relay
        self.body.addWidget(title(self.tr("Timeline")))
        self.body.addWidget(self._table(steps))
        read = any(step is TimelineStep.READ for step, _ in steps)
        self.body.addWidget(TextLabel(self._note(read=read), tone="muted"))
        self.body.addStretch(1)
        self.add_button(self.tr("Close"), self.accept, "primary").setFocus()

    def _note(self, *, read: bool) -> str:
        if read:
            return self.tr(
                "Each step was written to this computer's disk when it happened; times are of this "
                "computer's clock. That it was read is what the contact's computer says."
            )
        return self.tr(
            "Each step was written to this computer's disk when it happened; times are of this "
            "computer's clock. Nothing here says whether somebody has read the message."
        )

    def _table(self, steps: Sequence[tuple[TimelineStep, int]]) -> QFrame:
        frame = QFrame()
        set_look(frame, "surface", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(0)
        if not steps:
            column.addWidget(TextLabel(self.tr("Nothing is recorded for this message.")))
        for line, (step, at) in enumerate(steps):
            column.addSpacing(SPACE_S if line else 0)
            column.addWidget(TextLabel(self._words(step)))
            when = _time(at) if line == 0 else _after(at - steps[0][1], at)
            column.addWidget(TextLabel(when, tone="muted"))
        return frame

    def _words(self, step: TimelineStep) -> str:
        return {
            TimelineStep.WRITTEN: self.tr("Written to this computer's disk"),
            TimelineStep.LEFT: self.tr("Left in a cell"),
            TimelineStep.AT_RELAY: self.tr("Accepted by the relay {host}").replace(
                "{host}", isolated(shown_line(self._relay or ""))
            ),
            TimelineStep.ACKNOWLEDGED: self.tr("Acknowledged by the contact's computer"),
            TimelineStep.READ: self.tr("Read, as the contact's computer says"),
            TimelineStep.RECEIVED: self.tr("Received and written to this computer's disk"),
            TimelineStep.EDITED: self.tr("Edited last"),
            TimelineStep.DELETED: self.tr("Deleted by its author"),
            TimelineStep.FAILED: self.tr("Given up"),
        }[step]


def _time(at: int) -> str:
    moment = QDateTime.fromMSecsSinceEpoch(at)
    day = QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)
    return f"{day}, {moment.toString('HH:mm:ss.zzz')}"


def _after(passed: int, at: int) -> str:
    moment = QDateTime.fromMSecsSinceEpoch(at).toString("HH:mm:ss.zzz")
    sign = "+" if passed >= 0 else "\N{MINUS SIGN}"  # a clock may have been set back
    return f"{moment} · {sign}{QLocale().toString(abs(passed) / 1000, 'f', 3)} s"
