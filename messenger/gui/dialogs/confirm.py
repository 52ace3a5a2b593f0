"""Questions before something that cannot be undone; the safe answer has the focus."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QWidget

from messenger.core.types import Contact
from messenger.gui.dialogs.labels import TextLabel, heading
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.words import name_in_sentence


class ConfirmDialog(Sheet):
    """One question, what would happen, and two ways out; Esc and Enter keep things as they are."""

    def __init__(self, parent: QWidget | None, *, question: str, effect: str, verb: str) -> None:
        super().__init__(parent, title="Hum", width=440)
        self.setAccessibleName(question)
        self.body.addWidget(heading(question))
        self.body.addWidget(TextLabel(effect, tone="muted"))
        self.body.addStretch(1)
        keep = self.add_button(self.tr("Cancel"), self.reject)
        keep.setDefault(True)
        self.confirm_button = self.add_button(verb, self.accept, "danger")
        keep.setFocus()


def confirm(parent: QWidget | None, *, question: str, effect: str, verb: str) -> bool:
    """Ask, and wait for the answer; the event loop goes on meanwhile."""
    dialog = ConfirmDialog(parent, question=question, effect=effect, verb=verb)
    answer = dialog.exec()
    dialog.deleteLater()
    return answer == int(QDialog.DialogCode.Accepted)


def confirm_remove(parent: QWidget | None, contact: Contact) -> bool:
    """Ask whether a contact shall be forgotten with everything that belongs to it."""
    translate = QCoreApplication.translate
    return confirm(
        parent,
        question=translate("Confirm", "Remove {name}?").format(name=name_in_sentence(contact)),
        effect=translate(
            "Confirm",
            "The contact, its key and all its messages are deleted from this computer, also those "
            "that still wait to be sent. What arrived on the other computer stays there. "
            "This cannot be undone.",
        ),
        verb=translate("Confirm", "Remove"),
    )


def confirm_block(parent: QWidget | None, contact: Contact) -> bool:
    """Ask whether nothing shall come from this key any more."""
    translate = QCoreApplication.translate
    return confirm(
        parent,
        question=translate("Confirm", "Block {name}?").format(name=name_in_sentence(contact)),
        effect=translate(
            "Confirm",
            "Hum will not connect with this key any more and take nothing from it. The "
            "conversation stays here, and you can unblock it later.",
        ),
        verb=translate("Confirm", "Block"),
    )


def confirm_decline(parent: QWidget | None, contact: Contact) -> bool:
    """Ask whether a request shall be turned down."""
    translate = QCoreApplication.translate
    return confirm(
        parent,
        question=translate("Confirm", "Decline {name}?").format(name=name_in_sentence(contact)),
        effect=translate(
            "Confirm",
            "The request is deleted here and their Hum is told so. If they ask again "
            "within a week, you will not see it; to keep them away for good, block them instead.",
        ),
        verb=translate("Confirm", "Decline"),
    )


def confirm_new_contact(parent: QWidget | None, contact: Contact) -> bool:
    """Ask whether the key that answered shall become a contact of its own."""
    translate = QCoreApplication.translate
    return confirm(
        parent,
        question=translate("Confirm", "Treat the new key as a new contact?"),
        effect=translate(
            "Confirm",
            "The new key becomes a second contact that nobody has compared yet. "
            "{name} with the old key stays as it is. If someone is between you, "
            "you would then write to them: compare safety numbers first if you can.",
        ).format(name=name_in_sentence(contact)),
        verb=translate("Confirm", "Make a new contact"),
    )


def confirm_delete(parent: QWidget | None, contact: Contact, *, for_both: bool) -> bool:
    """Ask whether a message shall be deleted, and say what that can do."""
    translate = QCoreApplication.translate
    here = translate(
        "Confirm",
        "The message is wiped from this computer, with its words in the search index. "
        "{name} keeps it. This cannot be undone.",
    )
    both = translate(
        "Confirm",
        "The message is wiped here, and {name}’s Hum is told to do the same. What was copied or "
        "read before cannot be taken back. This cannot be undone.",
    )
    return confirm(
        parent,
        question=translate("Confirm", "Delete for both?")
        if for_both
        else translate("Confirm", "Delete here?"),
        effect=(both if for_both else here).replace("{name}", name_in_sentence(contact)),
        verb=translate("Confirm", "Delete"),
    )


def confirm_timer(parent: QWidget | None, contact: Contact, time: str) -> bool:
    """Ask whether messages shall disappear after ``time``; an empty one ends that."""
    translate = QCoreApplication.translate
    if not time:
        question = translate("Confirm", "Keep messages from now on?")
        effect = translate(
            "Confirm",
            "What is written once {name} has this stays on both computers until somebody "
            "deletes it. Earlier messages disappear as they were meant to.",
        )
    else:
        question = translate("Confirm", "Let messages disappear after {time}?")
        effect = translate(
            "Confirm",
            "It holds for what either of you writes once {name} has this, and counts from the "
            "delivery. {name} can still copy or photograph a message: nothing can prevent that.",
        )
    return confirm(
        parent,
        question=question.replace("{time}", time),
        effect=effect.replace("{name}", name_in_sentence(contact)),
        verb=translate("Confirm", "Set"),
    )


def confirm_receipts(parent: QWidget | None, contact: Contact) -> bool:
    """Ask whether a contact shall be told what was read, and say what that gives and takes."""
    translate = QCoreApplication.translate
    effect = translate(
        "Confirm",
        "From now on {name}’s Hum is told which messages were on your screen. You are shown the "
        "same of yours once {name} turns this on too: whoever does not tell is not shown "
        "anything. No cell leaves because of it, and what you have read before is not told.",
    )
    return confirm(
        parent,
        question=translate("Confirm", "Tell {name} what you have read?").replace(
            "{name}", name_in_sentence(contact)
        ),
        effect=effect.replace("{name}", name_in_sentence(contact)),
        verb=translate("Confirm", "Turn on"),
    )
