"""What is said when Hum found something wrong with what it keeps; one sentence, who does what."""

from PySide6.QtCore import QLocale

from messenger.engine.events import (
    BackupFailed,
    ClockJumped,
    CommitsLost,
    Event,
    IntegrityChecked,
    KeyFileRepaired,
    SnapshotRestored,
)
from messenger.gui.texts import sentence, translate
from messenger.gui.words import duration_words


def upkeep_words(event: Event) -> str:
    """Return the notice for an event, or the empty string where there is nothing to tell."""
    match event:
        case CommitsLost(count):
            words = translate(
                "Upkeep",
                "The disk lost the end of what was written (steps: {count}), perhaps in a power "
                "cut. Conversations begin new sessions; look whether the newest messages are "
                "there.",
            )
            return words.replace("{count}", QLocale().toString(count))
        case IntegrityChecked(_, False):
            return translate(
                "Upkeep",
                "Your data is damaged in places. Make a backup now; `hum restore --snapshot` goes "
                "back to the newest good state and keeps the damaged file.",
            )
        case ClockJumped(seconds):
            return _clock_words(seconds)
        case KeyFileRepaired():
            return translate(
                "Upkeep", "The key file was damaged. Its second copy was used, and both are whole."
            )
        case SnapshotRestored(_, None):
            return translate("Upkeep", "The newest good state is back.")
        case SnapshotRestored(_, str(set_aside)):
            words = translate(
                "Upkeep",
                "The newest good state is back. The damaged file was kept as {file}.",
            )
            return words.replace("{file}", set_aside)
        case BackupFailed(error):
            words = translate("Upkeep", "The scheduled backup was not written: {reason}")
            return words.replace("{reason}", sentence(error))
        case _:
            return ""


def _clock_words(seconds: float) -> str:
    if seconds > 0:
        words = translate(
            "Upkeep",
            "The clock of this computer was set forward by {time}. Check date and time in the "
            "settings of the system: disappearing messages go when the clock says so.",
        )
    else:
        words = translate(
            "Upkeep",
            "The clock of this computer was set back by {time}. Check date and time in the "
            "settings of the system: disappearing messages stay longer, and new ones carry the "
            "wrong time.",
        )
    return words.replace("{time}", duration_words(abs(seconds)))
