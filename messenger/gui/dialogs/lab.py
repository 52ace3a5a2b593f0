"""The laboratory in the window: watch a cipher being learnt, use it, and see Eve listen.

Everything runs in processes of its own; this page starts them, draws what they tell and ends them.
It is the only module outside :mod:`messenger.lab` that knows of it.
"""

import tempfile
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from messenger.gui.dialogs.lab_curve import LabCurve
from messenger.gui.dialogs.lab_process import LabProcess
from messenger.gui.dialogs.labels import TextLabel, heading
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.words import decimal
from messenger.lab.supervisor import lab_command

STEPS: Final = 1500  # of a training one can wait for
BATCH: Final = 256
RATE: Final = 0.002
_EVERY_ADDRESS: Final = "127.0.0.1:0"
_SHOWN_LEN: Final = 120  # characters of Eve's guess


class LabDialog(Sheet):
    """Train, talk, listen; nothing here touches the person's conversations.

    Lives in the GUI thread.
    """

    def __init__(self, parent: QWidget | None, *, steps: int = STEPS, batch: int = BATCH) -> None:
        super().__init__(parent, title=self.tr("Laboratory"), width=560)
        self._training = ["--steps", str(steps), "--batch", str(batch), "--rate", str(RATE)]
        self._folder = tempfile.TemporaryDirectory(prefix="hum-lab-")
        self.destroyed.connect(self._folder.cleanup)  # also where nobody closed the page
        self._processes: dict[str, LabProcess] = {}
        self._bob_at = ""
        self._build()
        self.finished.connect(self._on_closed)

    def _build(self) -> None:
        self.body.addWidget(heading(self.tr("Laboratory")))
        self.body.addWidget(
            TextLabel(
                self.tr(
                    "Two small networks, Alice and Bob, invent a cipher while a third, Eve, "
                    "listens. It protects nothing real, and Hum uses none of it: whoever knows 64 "
                    "blocks under one key reads the rest."
                ),
                tone="muted",
            )
        )
        self.curve = LabCurve()
        self.body.addWidget(self.curve)
        self.state = TextLabel(self.tr("Solid: Bob. Dashed: Eve. Wrong bits of 16; 8 is guessing."))
        self.body.addWidget(self.state)
        self.attack = TextLabel("", tone="muted")
        self.body.addWidget(self.attack)
        self.line = QLineEdit()
        self.line.setPlaceholderText(self.tr("Something for Alice to send"))
        self.line.setAccessibleName(self.tr("Text that Alice sends"))
        self.line.setMaxLength(500)
        self.line.setEnabled(False)
        self.line.returnPressed.connect(self._on_send)
        self.body.addWidget(self.line)
        self.bob = TextLabel("")
        self.eve = TextLabel("", tone="muted")
        self.signature = TextLabel("", tone="muted")
        for label in (self.bob, self.eve, self.signature):
            self.body.addWidget(label)
        self.body.addStretch(1)
        self.train_button = self.add_button(self.tr("Train"), self._on_train, "primary")
        self.train_button.setDefault(False)  # Enter sends what Alice says
        self.stop_button = self.add_button(self.tr("Stop"), self._on_stop)
        self.stop_button.setEnabled(False)
        self.add_button(self.tr("Close"), self.accept)

    @Slot()
    def _on_train(self) -> None:
        self._end_all()
        self.curve.clear()
        for label in (self.attack, self.bob, self.eve, self.signature):
            label.setText("")
        self.line.setEnabled(False)
        self.train_button.setEnabled(False)
        self.stop_button.setEnabled(True)
        self._start("train", "--any", "--watched", "--out", self._folder.name, *self._training)

    @Slot()
    def _on_stop(self) -> None:
        self._end_all()
        self._idle(self.tr("Stopped. Train begins anew."))

    @Slot()
    def _on_send(self) -> None:
        text = self.line.text().strip()
        if text and "alice" in self._processes:
            self._processes["alice"].say(text)
            self.line.clear()

    @Slot(object)
    def follow(self, event: dict[str, Any]) -> None:
        """Follow one event of one of the processes."""
        match event:
            case {"event": "point", "step": step, "bob": bob, "eve": eve}:
                self.curve.add(bob, eve)
                words = self.tr("Step {step}: Bob {bob}, Eve {eve} wrong bits of 16")
                self.state.setText(
                    words.format(step=step, bob=decimal(bob, 2), eve=decimal(eve, 2))
                )
            case {"event": "attacked", "fresh_eve": fresh, "least_squares": squares}:
                words = self.tr(
                    "Attackers who came afterwards: a fresh Eve {fresh}, least squares "
                    "{squares} wrong bits of 16; 8 is guessing."
                )
                self.attack.setText(
                    words.format(fresh=decimal(fresh, 2), squares=decimal(squares, 2))
                )
            case {"event": "text", "text": str(text), "signed": bool(signed)}:
                words = self.tr("Bob read: {text}") if signed else self.tr("Bob doubts: {text}")
                self.bob.setText(words.format(text=text))
            case {"event": "forged", "what": str(what), "accepted": float(share)}:
                self._on_forged(what, share)
            case {"event": "guess", "text": str(text), "wrong": float(wrong)}:
                words = self.tr("Eve guesses, with {wrong} of 16 bits wrong: {text}")
                self.eve.setText(words.format(wrong=decimal(wrong, 1), text=_printable(text)))
            case {"event": "failure", "reason": str(reason)}:
                self.state.setText(reason)
            case _:
                pass

    def _on_forged(self, what: str, share: float) -> None:
        """Say what the forger did to the hidden states, and then to real signatures."""
        if what.startswith("Ed25519"):
            words = self.tr("Against Ed25519 the same forger succeeds in {share}%.")
            before = self.signature.text() + " "
        else:
            words = self.tr(
                "The hidden states that go with each text are not a signature: after 64 of them "
                "a forger has {share}% of her own accepted."
            )
            before = ""
        self.signature.setText(before + words.format(share=decimal(100 * share, 0)))

    @Slot(str)
    def _on_trained(self, complaint: str) -> None:
        if complaint:
            self._idle(complaint)
            return
        self._idle(self.tr("Trained. Alice, Bob and Eve are now three processes on sockets."))
        self.stop_button.setEnabled(True)
        bob = self._start("bob", "--pair", self._file("pair"), "--listen", _EVERY_ADDRESS)
        bob.told.connect(self._on_bob_told)
        self._start("forge", "--pair", self._file("pair"))

    @Slot(object)
    def _on_bob_told(self, event: dict[str, Any]) -> None:
        if event.get("event") == "listening":
            files = ("--eve", self._file("eve"), "--referee", self._file("pair"))
            eve = self._start(
                "eve", "--listen", _EVERY_ADDRESS, "--connect", event["address"], *files
            )
            eve.told.connect(self._on_eve_told)
            self._bob_at = event["address"]

    @Slot(object)
    def _on_eve_told(self, event: dict[str, Any]) -> None:
        if event.get("event") == "listening":
            self._start("alice", "--pair", self._file("pair"), "--connect", event["address"])
            words = self.tr("Three processes: Alice calls Eve at {eve}, who calls Bob at {bob}.")
            self.state.setText(words.format(eve=event["address"], bob=self._bob_at))
            self.line.setEnabled(True)
            self.line.setFocus()

    @Slot()
    def _on_closed(self) -> None:
        self._end_all()
        self._folder.cleanup()

    def _start(self, name: str, *arguments: str) -> LabProcess:
        process = LabProcess(lab_command(name, *arguments), self)
        self._processes[name] = process
        process.told.connect(self.follow)
        if name == "train":
            process.ended.connect(self._on_trained)
        process.start()
        return process

    def _end_all(self) -> None:
        for process in self._processes.values():
            process.stop()
            process.deleteLater()
        self._processes.clear()

    def _idle(self, words: str) -> None:
        self.state.setText(words)
        self.train_button.setEnabled(True)
        self.stop_button.setEnabled(False)

    def _file(self, name: str) -> str:
        return str(Path(self._folder.name) / f"{name}.hum-lab")


def _printable(text: str) -> str:
    """Show what Eve made of it without what a font cannot show."""
    return "".join(char if char.isprintable() else "·" for char in text[:_SHOWN_LEN])
