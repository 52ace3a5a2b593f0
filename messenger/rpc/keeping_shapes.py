"""JSON shapes about keeping the profile: its locks, backups, snapshots and soundness."""

from typing import Final

from messenger.engine import events as e
from messenger.rpc.params import Json

LOST: Final = (
    "The disk lost the end of what Hum had written: the newest messages or changes are missing."
)


def lock_settings(value: e.LockSettings) -> Json:
    """What opens the profile, and when it locks."""
    return {
        "slots": sorted(value.slots),
        "keyring": value.keyring,
        "idle_min": value.idle_min,
        "with_screen": value.with_screen,
        "locked": value.locked,
        "keeps_out": value.keeps_out,
    }


def backup(value: e.BackupDone) -> Json:
    """What a backup holds."""
    return {
        "contacts": value.contact_count,
        "messages": value.message_count,
        "created_at": value.created_at,
        "contacts_only": not value.history,
    }


def snapshot(value: e.Snapshot) -> Json:
    """One snapshot."""
    return {"created_at": value.created_at, "size": value.size}


def integrity(value: e.IntegrityChecked) -> Json:
    """What a look for damage came to."""
    return {"full": value.full, "sound": value.sound}


def schedule(value: e.BackupSchedule) -> Json:
    """When backups are written."""
    return {
        "folder": str(value.folder) if value.folder else None,
        "interval_h": value.interval_h,
        "contacts_only": not value.history,
        "keep": value.keep,
        "last_at": value.last_at,
        "problem": value.problem,
    }


def event(value: e.Event) -> Json | None:
    """The parameters of an ``event`` notification, or None for what scripts do not see."""
    match value:
        case e.Locked(slots=slots):
            return {"type": "node.locked", "slots": sorted(slots)}
        case e.NewWhileLocked(count=count):
            return {"type": "node.new_while_locked", "count": count}
        case e.BackupProgress(done=done, total=total):
            return {"type": "backup.progress", "done": done, "total": total}
        case e.BackupWritten(path=path, done=written):
            return {"type": "backup.written", "path": str(path)} | backup(written)
        case e.BackupFailed(error=error):
            return {"type": "backup.failed", "kind": error.kind, "text": str(error)}
        case _:
            return _of_store(value)


def _of_store(value: e.Event) -> Json | None:
    match value:
        case e.SnapshotMade(snapshot=made):
            return {"type": "store.snapshot"} | snapshot(made)
        case e.SnapshotRestored(snapshot=used, set_aside=name):
            return {"type": "store.restored", "set_aside": name} | snapshot(used)
        case e.IntegrityChecked():
            return {"type": "store.checked"} | integrity(value)
        case e.CommitsLost(count=count):
            return {"type": "store.commits_lost", "count": count, "text": LOST}
        case e.ClockJumped(seconds=seconds):
            return {"type": "node.clock_jumped", "seconds": round(seconds)}
        case e.KeyFileRepaired():
            return {"type": "store.key_file_repaired"}
        case _:
            return None
