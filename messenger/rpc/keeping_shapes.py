"""JSON shapes about keeping the profile: its locks, backups, snapshots and soundness."""

from messenger.engine import events as e
from messenger.rpc.params import Json


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


def event(value: e.Event) -> Json | None:
    """The parameters of an ``event`` notification, or None for what scripts do not see."""
    match value:
        case e.Locked(slots=slots):
            return {"type": "node.locked", "slots": sorted(slots)}
        case e.NewWhileLocked(count=count):
            return {"type": "node.new_while_locked", "count": count}
        case e.BackupProgress(done=done, total=total):
            return {"type": "backup.progress", "done": done, "total": total}
        case _:
            return None
