"""``hum backup``, ``restore``, ``salvage``, ``search-rebuild``: done with a closed profile."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable

from messenger.core.clock import SystemClock
from messenger.core.errors import MessengerError
from messenger.engine.backups import Restore, back_up_closed, restore_profile, restore_snapshot
from messenger.engine.closed_profile import rebuild_search, salvage_profile
from messenger.engine.commands import BackUp
from messenger.engine.events import BackupDone
from messenger.engine.options import profile_folder
from messenger.rpc.advice import advice
from messenger.rpc.opening import Opening, read_passphrase


def run_backup(options: argparse.Namespace) -> int:
    """Write a backup of a profile that is not open; 1 and one line on stderr if it failed."""
    return _reported(lambda: _back_up(options))


def run_restore(options: argparse.Namespace) -> int:
    """Make a profile out of a backup; 1 and one line on stderr if it failed."""
    return _reported(lambda: _restore(options))


def run_search_rebuild(options: argparse.Namespace) -> int:
    """Index all messages of a profile anew; 1 and one line on stderr if it failed."""
    return _reported(lambda: _rebuild_search(options))


def run_salvage(options: argparse.Namespace) -> int:
    """Write a backup of what can be read of a damaged profile; 1 and one line if it failed."""
    return _reported(lambda: _salvage(options))


def _back_up(options: argparse.Namespace) -> str:
    command = BackUp(
        options.file,
        read_passphrase(options.backup_passphrase_file),
        history=not options.contacts_only,
    )
    work = back_up_closed(
        profile_folder(options.data_dir, options.profile),
        _opening(options).unlock(),
        command,
        clock=SystemClock(),
        progress=_show,
    )
    return f"Backed up {_what(asyncio.run(work))} to {options.file}."


def _restore(options: argparse.Namespace) -> str:
    if options.snapshot:
        return _restore_snapshot(options)
    if options.file is None or options.backup_passphrase_file is None:
        options.usage("name a backup and its --backup-passphrase-file, or --snapshot")
    done = restore_profile(
        profile_folder(options.data_dir, options.profile),
        Restore(options.file, read_passphrase(options.backup_passphrase_file)),
        _opening(options).create(),
        clock=SystemClock(),
        progress=_show,
    )
    return f"Restored {_what(done)}. Conversations start new sessions with the first connection."


def _restore_snapshot(options: argparse.Namespace) -> str:
    if options.file is not None or options.backup_passphrase_file is not None:
        options.usage("--snapshot stands alone: the keys are those of the profile")
    snapshot, aside = restore_snapshot(
        profile_folder(options.data_dir, options.profile),
        _opening(options).unlock(),
        clock=SystemClock(),
    )
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(snapshot.created_at / 1000))
    kept = "there was no file in its place" if aside is None else f"what was there is now {aside}"
    return f"Restored the snapshot of {at}; {kept}."


def _salvage(options: argparse.Namespace) -> str:
    done, broken = salvage_profile(
        profile_folder(options.data_dir, options.profile),
        _opening(options).unlock(),
        BackUp(options.file, read_passphrase(options.backup_passphrase_file)),
        clock=SystemClock(),
    )
    found = f"Salvaged {_what(done)} to {options.file}."
    if not broken:
        return f"{found} All of it could be read."
    return f"{found} Not all could be read of: {', '.join(broken)}."


def _rebuild_search(options: argparse.Namespace) -> str:
    work = rebuild_search(
        profile_folder(options.data_dir, options.profile),
        _opening(options).unlock(),
        clock=SystemClock(),
    )
    return f"Indexed {_messages(asyncio.run(work))} anew."


def _opening(options: argparse.Namespace) -> Opening:
    """What opens the profile: a passphrase, or without one the keyring."""
    passphrase = read_passphrase(options.passphrase_file) if options.passphrase_file else None
    return Opening("", use_keyring=passphrase is None, passphrase=passphrase)


def _what(done: BackupDone) -> str:
    contacts = "1 contact" if done.contact_count == 1 else f"{done.contact_count} contacts"
    if not done.history:
        return f"{contacts}, without messages"
    return f"{contacts} and {_messages(done.message_count)}"


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _show(done: int, total: int) -> None:
    """Write how far it is, where somebody looks."""
    if sys.stderr.isatty():
        print(f"\r{100 * done // total:3d} %", end="", file=sys.stderr, flush=True)
        if done == total:
            print(file=sys.stderr)


def _reported(work: Callable[[], str]) -> int:
    try:
        print(work())
    except MessengerError as error:
        print(f"hum: {advice(error)}", file=sys.stderr)
        return 1
    return 0
