"""Dialogs: one question or one page each, over the window.

The window takes them from here, and each is imported when it is first asked for: importing them
all would double the time until the first frame (tests/gui/test_start.py).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from messenger.gui.dialogs.add_contact import AddContactDialog
    from messenger.gui.dialogs.build_compare import BuildCompareDialog
    from messenger.gui.dialogs.close_choice import CloseChoiceDialog
    from messenger.gui.dialogs.confirm import (
        confirm_block,
        confirm_delete,
        confirm_new_contact,
        confirm_receipts,
        confirm_remove,
        confirm_timer,
    )
    from messenger.gui.dialogs.connection import ConnectionDialog
    from messenger.gui.dialogs.fast_lane import FastLaneDialog
    from messenger.gui.dialogs.file_offer import FileOffer, choose_file, choose_place
    from messenger.gui.dialogs.first_run import FirstRunDialog
    from messenger.gui.dialogs.jump_date import JumpToDateDialog
    from messenger.gui.dialogs.lab import LabDialog
    from messenger.gui.dialogs.open_link import OpenLinkDialog
    from messenger.gui.dialogs.pasted_picture import PastedPicture, holds_picture
    from messenger.gui.dialogs.picture import PictureDialog, open_saved
    from messenger.gui.dialogs.rename import RenameDialog
    from messenger.gui.dialogs.safety_number import SafetyNumberDialog
    from messenger.gui.dialogs.search_all import SearchDialog
    from messenger.gui.dialogs.settings import SettingsDialog
    from messenger.gui.dialogs.shortcuts import ShortcutsDialog
    from messenger.gui.dialogs.timeline import TimelineDialog
    from messenger.gui.dialogs.unlock import UnlockDialog
    from messenger.gui.dialogs.wire_page import WireDialog

__all__ = [
    "AddContactDialog",
    "BuildCompareDialog",
    "CloseChoiceDialog",
    "ConnectionDialog",
    "FastLaneDialog",
    "FileOffer",
    "FirstRunDialog",
    "JumpToDateDialog",
    "LabDialog",
    "OpenLinkDialog",
    "PastedPicture",
    "PictureDialog",
    "RenameDialog",
    "SafetyNumberDialog",
    "SearchDialog",
    "SettingsDialog",
    "ShortcutsDialog",
    "TimelineDialog",
    "UnlockDialog",
    "WireDialog",
    "choose_file",
    "choose_place",
    "confirm_block",
    "confirm_delete",
    "confirm_new_contact",
    "confirm_receipts",
    "confirm_remove",
    "confirm_timer",
    "holds_picture",
    "open_saved",
]

_MODULES: Final = {
    "AddContactDialog": "add_contact",
    "BuildCompareDialog": "build_compare",
    "CloseChoiceDialog": "close_choice",
    "ConnectionDialog": "connection",
    "FastLaneDialog": "fast_lane",
    "FileOffer": "file_offer",
    "FirstRunDialog": "first_run",
    "JumpToDateDialog": "jump_date",
    "LabDialog": "lab",
    "OpenLinkDialog": "open_link",
    "PastedPicture": "pasted_picture",
    "PictureDialog": "picture",
    "RenameDialog": "rename",
    "SafetyNumberDialog": "safety_number",
    "SearchDialog": "search_all",
    "SettingsDialog": "settings",
    "ShortcutsDialog": "shortcuts",
    "TimelineDialog": "timeline",
    "UnlockDialog": "unlock",
    "WireDialog": "wire_page",
    "choose_file": "file_offer",
    "choose_place": "file_offer",
    "confirm_block": "confirm",
    "confirm_delete": "confirm",
    "confirm_new_contact": "confirm",
    "confirm_remove": "confirm",
    "confirm_receipts": "confirm",
    "confirm_timer": "confirm",
    "holds_picture": "pasted_picture",
    "open_saved": "picture",
}


def __getattr__(name: str) -> object:
    """Import the module of a dialog (PEP 562)."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
