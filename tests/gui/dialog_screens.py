"""Renders every dialog and page to PNG files, to be looked at.

``python tests/gui/dialog_screens.py FOLDER [NAME …]`` draws light and dark, at 100 and 200 %, at
the preferred width and at 320 pixels, with ordinary and with long names.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

if len(sys.argv) > 1 and "HUM_SCREENS_SCALE" not in os.environ:
    os.environ["HUM_SCREENS_SCALE"] = "1"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = os.environ.get("HUM_SCREENS_SCALE", "1")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from people import LONG_NAME, named  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog  # noqa: E402
from scripted_client import ScriptedClient  # noqa: E402

from messenger.core.errors import (  # noqa: E402
    KeyringEntryMissingError,
    KeyringUnavailableError,
    MessengerError,
    WrongKeyError,
)
from messenger.core.types import TimelineStep  # noqa: E402
from messenger.engine.commands import AddRecoveryCode, CreateProfile, Unlock  # noqa: E402
from messenger.engine.events import ProfileNeeded, UnlockNeeded  # noqa: E402
from messenger.gui.dialogs.confirm import ConfirmDialog  # noqa: E402
from messenger.gui.dialogs.first_run import FirstRunDialog  # noqa: E402
from messenger.gui.dialogs.open_link import OpenLinkDialog  # noqa: E402
from messenger.gui.dialogs.rename import RenameDialog  # noqa: E402
from messenger.gui.dialogs.shortcuts import ShortcutsDialog  # noqa: E402
from messenger.gui.dialogs.timeline import TimelineDialog  # noqa: E402
from messenger.gui.dialogs.unlock import UnlockDialog  # noqa: E402
from messenger.gui.theme import Theme, ThemeChoice  # noqa: E402

STEPS = (
    (TimelineStep.WRITTEN, 1_760_000_000_123),
    (TimelineStep.LEFT, 1_760_000_000_472),
    (TimelineStep.ACKNOWLEDGED, 1_760_000_001_310),
)


def rename(name: str) -> Callable[[ScriptedClient], QDialog]:
    return lambda client: RenameDialog(client, named(name), None)


def remove(_client: ScriptedClient) -> QDialog:
    return ConfirmDialog(
        None,
        question="Remove Mara?",
        effect="The contact, its key and all its messages are deleted from this computer. "
        "This cannot be undone.",
        verb="Remove",
    )


def link(url: str) -> Callable[[ScriptedClient], QDialog]:
    return lambda _client: OpenLinkDialog(url, None)


def unlock(slots: set[str], problem: MessengerError | None) -> Callable[[ScriptedClient], QDialog]:
    return lambda client: UnlockDialog(client, UnlockNeeded(frozenset(slots), problem), None)


def unlock_failed(client: ScriptedClient) -> QDialog:
    dialog = unlock({"passphrase", "recovery"}, None)(client)
    dialog.passphrase.set_text("wrong")
    dialog.unlock_button.click()
    client.answer(Unlock, error=WrongKeyError())
    return dialog


def unlock_offer(client: ScriptedClient) -> QDialog:
    dialog = unlock({"keyring", "recovery"}, KeyringEntryMissingError())(client)
    dialog.recovery.setText("aaaa")
    dialog.unlock_button.click()
    client.answer(Unlock)
    return dialog


def first_run(
    steps: int, keyring: str | None = "GNOME Keyring"
) -> Callable[[ScriptedClient], QDialog]:
    problem = None if keyring else "no keyring answers on this computer."

    def make(client: ScriptedClient) -> QDialog:
        dialog = FirstRunDialog(client, ProfileNeeded(keyring, problem), None)
        dialog.name_edit.setText("Ada")
        for _ in range(min(steps, 3)):
            if not keyring and steps > 1:
                dialog.lock_choice.passphrase.field.set_text("club meteor plaster land")
            dialog.next_button.click()
        if steps == 4:
            client.answer(CreateProfile)
            client.answer(AddRecoveryCode, "k7qd-2mfa-x4hn-pw6t-e3vz-rj5b-c7us")
        return dialog

    return make


SCREENS: dict[str, Callable[[ScriptedClient], QDialog]] = {
    "rename": rename("Mara"),
    "rename-long": rename(LONG_NAME),
    "confirm": remove,
    "link": link("https://bücher.example/read?page=12#top"),
    "link-user": link("http://bank.example@203.0.113.9/login"),
    "link-refused": link("file:///etc/passwd"),
    "shortcuts": lambda _client: ShortcutsDialog(None),
    "unlock-passphrase": unlock({"passphrase", "recovery"}, None),
    "unlock-keyring": unlock({"keyring", "recovery"}, KeyringUnavailableError()),
    "unlock-recovery": unlock({"keyring", "recovery"}, KeyringEntryMissingError()),
    "unlock-wrong": unlock_failed,
    "unlock-offer": unlock_offer,
    "first-1": first_run(0),
    "first-2": first_run(1),
    "first-2-none": first_run(1, None),
    "first-3": first_run(2),
    "first-4": first_run(3),
    "first-5": first_run(4),
    "timeline": lambda _client: TimelineDialog(STEPS, None),
}


def draw(app: QApplication, folder: Path, names: list[str], scale: str) -> None:
    theme = Theme(app)
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        theme.choose(choice)
        for name, make in SCREENS.items():
            if names and not any(name.startswith(each) for each in names):
                continue
            dialog = make(ScriptedClient())
            dialog.show()
            app.processEvents()
            for label in ("", "-narrow"):
                if label:
                    dialog.resize(320, min(dialog.height() + 120, 700))
                    app.processEvents()
                    app.processEvents()
                dialog.grab().save(str(folder / f"{name}-{choice.value}-{scale}{label}.png"))
            dialog.hide()
            dialog.deleteLater()
            app.processEvents()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    draw(QApplication([]), target, sys.argv[2:], os.environ["QT_SCALE_FACTOR"])
